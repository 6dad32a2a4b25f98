"""What the entries bind beside the tree: rows by digest, originals and parts by the hash of their bytes."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap
from django.apps import apps
from django.conf import settings
from django.db import models

from sampan.model.errors import OurFault
from sampan.store import bindings, blobs, parts
from sampan.store.home import Store
from sampan.store.models import Delivery, Part

WRAPPING_KEY = "blob-wrapping"  # as receiving names it
Alarm = Callable[[str, str], None]
Tell = Callable[[str], None]


@dataclass
class Facts:
    """What bodies say of originals: the delivery's code -> the digest it was kept with."""

    digests: dict[str, str] = field(default_factory=dict)

    def add(self, index: int, kind: str, facts: dict[str, Any]) -> None:
        """Take in one entry."""
        del index
        if kind == "delivery:kept" and "delivery" in facts and "digest" in facts:
            self.digests[str(facts["delivery"])] = str(facts["digest"])


def check_files(facts: Facts, alarm: Alarm, tell: Tell, counts: dict[str, int]) -> None:
    """Compare originals and parts, as listed now, with what the entries say of them."""
    store = Store(Path(settings.HOME))
    check_originals(store, facts, alarm, counts)
    check_parts(store, alarm, tell, counts)
    _tell_of_erased(store, tell)


def check_rows(rows: dict[str, tuple[str, str]], alarm: Alarm, counts: dict[str, int]) -> None:
    """Each bound row is as the last entry that names it says, which its owner is shown; in strict tables all are.

    `rows` are (digest, parties of that entry as "|a|b|") by name.
    """
    by_table: dict[str, dict[str, tuple[str, str]]] = {model._meta.db_table: {} for model in bindings.strict()}
    for name, last in rows.items():
        by_table.setdefault(name.partition("/")[0], {})[name] = last
    known = {model._meta.db_table: model for model in apps.get_models()}
    for table, said in sorted(by_table.items()):
        if table not in known:
            alarm("a table the log speaks of is gone", table)
            continue
        try:
            _check_table(known[table], said, alarm)
        except Exception as problem:  # somebody wrote what no column of ours can hold
            alarm(f"a table cannot be read ({type(problem).__name__})", table)
        counts["rows"] = counts.get("rows", 0) + len(said)


def _check_table(model: type[models.Model], said: dict[str, tuple[str, str]], alarm: Alarm) -> None:
    strict = model._meta.label in bindings.STRICT
    found = dict(bindings.current(model)) if strict else bindings.of_names(model, said)
    for name, (digest, _) in said.items():
        if name not in found:
            alarm("a row the log speaks of is gone", name)
        elif found[name] != digest:
            alarm("a row is not what the log says of it", name)
    for name in bindings.misread(model):
        alarm("a day or a moment is not written as we write it, and is sorted as another than it reads", name)
    for name in found.keys() - said.keys():
        alarm("a row that no entry speaks of", name)
    for name, parties in bindings.owners(model):
        if name in said and not parties <= set(said[name][1].split("|")):
            alarm("the entry that says what a row is does not concern its owner", name)


def check_originals(store: Store, facts: Facts, alarm: Alarm, counts: dict[str, int]) -> None:
    """Every original that was not erased is there and hashes to what was received. Its content goes nowhere."""
    wrapping = None
    for delivery in Delivery.objects.order_by("pk").iterator():
        said = facts.digests.get(delivery.code, delivery.digest)
        if said != delivery.digest:
            alarm("the digest of a delivery is not the one it was kept with", delivery.code)
        if delivery.state == Delivery.State.ERASED:
            continue
        if not delivery.wrapped_key:
            alarm("the key of an original is gone and no erasure says so", delivery.code)
            continue
        wrapping = wrapping or store.key(WRAPPING_KEY)
        if _digest(store, delivery, wrapping) != said and not _erased_meanwhile(delivery):
            alarm("an original is gone or was changed", delivery.code)
        counts["originals"] = counts.get("originals", 0) + 1


def _erased_meanwhile(delivery: Delivery) -> bool:
    """True if the owner had it destroyed while we looked: then its entry says so, and the next check reads it."""
    return Delivery.objects.filter(pk=delivery.pk, state=Delivery.State.ERASED).exists()


def _digest(store: Store, delivery: Delivery, wrapping: bytes) -> str | None:
    """SHA-256 of the original as it came, or None if it cannot be opened as it was kept."""
    digest = hashlib.sha256()
    try:
        own_key = aes_key_unwrap(wrapping, bytes(delivery.wrapped_key or b""))
        for chunk in blobs.chunks(store.blobs / delivery.blob, own_key):
            digest.update(chunk)
    except (OurFault, InvalidUnwrap, ValueError):
        return None
    return digest.hexdigest()


def check_parts(store: Store, alarm: Alarm, tell: Tell, counts: dict[str, int]) -> None:
    """Every listed part that was not erased is there, and is named by the hash of its bytes."""
    listed = set()
    for name, erased_at in Part.objects.order_by("pk").values_list("name", "erased_at"):
        path = parts.path_of(store.parts, name)
        listed.add(path.stem)
        if erased_at is not None:
            continue
        found = _file_digest(path)
        if found is None and Part.objects.filter(name=name, erased_at=None).exists():
            alarm("a part is gone, or cannot be read", name)
        elif found not in (None, name):
            alarm("a part was changed", name)
        counts["parts"] = counts.get("parts", 0) + 1
    left = len(parts.unlisted(store.parts, listed)) if store.parts.exists() else 0
    if left:
        tell(f"{left} files of parts are on no list: what a crash leaves behind")


def _tell_of_erased(store: Store, tell: Tell) -> None:
    """Files of what was destroyed: a crash leaves them until the next delivery is received, nothing else may."""
    standing = set(Part.objects.filter(erased_at=None).values_list("name", flat=True))
    erased = set(Part.objects.exclude(erased_at=None).values_list("name", flat=True)) - standing
    blobs_gone = Delivery.objects.filter(state=Delivery.State.ERASED).values_list("blob", flat=True)
    back = sum(parts.path_of(store.parts, name).exists() for name in erased)
    back += sum((store.blobs / name).exists() for name in blobs_gone if name)
    if back:
        tell(
            f"{back} files of erased deliveries are here: a crash left them, or somebody put them back; the next "
            "delivery, or the worker, removes them"
        )


def _file_digest(path: Path) -> str | None:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:  # gone, or something else stands there
        return None

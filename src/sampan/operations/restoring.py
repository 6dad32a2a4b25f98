"""Restore a backup into an empty home, and never fork: the log goes on as a new tree.

What the old log signed after the backup is lost here and known elsewhere, so no further head of it is ever
signed. The first entry of the new log commits to the old one's restored size and root, to the highest
checkpoint that witnesses and receipts show, and to the span that was lost; each party is told what to send again.
"""

from __future__ import annotations

import json
import os
import shutil
import tarfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO

import pyrage
from django.conf import settings
from django.core.management import call_command
from django.core.management.color import no_style
from django.db import connection, transaction

from sampan.log import checkpoint as signed_heads
from sampan.log import merkle, note
from sampan.log.checkpoint import Checkpoint as SignedHead
from sampan.log.errors import LogError
from sampan.log.merkle import Frontier
from sampan.log.note import Signer
from sampan.log.policy import Policy
from sampan.log.proof import Proof
from sampan.model.errors import OurFault, Refused, UserError
from sampan.operations.backing_up import FORMAT, MANIFEST, RECORDS, UNPACKED, carried
from sampan.operations.proving import keeping, verifying
from sampan.store import checkpoints, entries, numbering, origins, snapshot
from sampan.store.logkey import HALF_RESTORED
from sampan.store.models import Checkpoint, Delivery, LogKey, Origin, Outbox
from sampan.store.tilefolder import first_leaf

BEFORE_FORMAT_2 = ("gates", "mappings", "map.geojson")  # what a home could hold and an older program left out
SUCCESSION = "sampan log succession v1"


@dataclass(frozen=True)
class Evidence:
    """What others hold of the old log: checkpoints (notes) of witnesses and parties, and receipts."""

    checkpoints: list[bytes] = field(default_factory=list)
    receipts: list[bytes] = field(default_factory=list)


@dataclass(frozen=True)
class Restored:
    """What came back and what did not. `lost` is None when nothing shows that anything was lost."""

    old_origin: str
    new_origin: str
    key: str
    size: int
    highest: int
    lost: tuple[int, int] | None
    lost_acts: list[dict[str, Any]]
    succeeded: bool  # the old key signed for the new one
    told: dict[str, str]
    alarms: list[verifying.Alarm]
    left_out: tuple[str, ...] = ()  # by the older program that made the backup

    def as_dict(self) -> dict[str, Any]:
        """For --json."""
        return {
            "old_origin": self.old_origin,
            "new_origin": self.new_origin,
            "key": self.key,
            "restored_entries": self.size,
            "highest_known": self.highest,
            "lost": list(self.lost) if self.lost else None,
            "lost_acts": self.lost_acts,
            "signed_by_old_key": self.succeeded,
            "told": self.told,
            "left_out": list(self.left_out),
            "verified": not self.alarms,
            "alarms": [{"what": alarm.what, "where": alarm.where} for alarm in self.alarms],
        }


def restore(
    backup: Path, identities: list[str], evidence: Evidence, now: datetime, *, keys: tuple[bytes, str] | None = None
) -> Restored:
    """Restore into the home of the settings, which must be empty. `keys` is an export with its passphrase.

    A crash before the end leaves a home that says it is half restored; remove it and begin again.
    """
    root = _empty_home()
    unfinished = root / HALF_RESTORED
    unfinished.touch()
    folder = root / UNPACKED
    with backup.open("rb") as file, _opened(file, identities) as tar:
        _unpack(tar, folder)
    manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    _load_records(folder)
    _place_files(folder, root)
    if keys:
        keeping.import_keys(*keys)
    _make_tiles()
    restored = go_on(evidence, now, made_at=manifest["made_at"])
    shutil.rmtree(folder)
    return replace(restored, left_out=BEFORE_FORMAT_2 if manifest["format"] < FORMAT else ())


def go_on(evidence: Evidence, now: datetime, *, made_at: str) -> Restored:
    """Close the restored log and open the next one. Refused if what others hold contradicts the backup."""
    old = origins.current(now)
    base, edge = entries.edge()
    heads, lost_acts = _known_heads(evidence, old, base, edge.size)
    highest = max(heads, key=lambda head: head.size, default=None)
    highest_size = max([edge.size, *(head.size for head in heads)])
    lost = (base + edge.size, base + highest_size) if highest_size > edge.size else None
    old_signer = checkpoints.keyring().find()
    if old_signer and old_signer.name != old.name:
        old_signer = None
    signer = Signer.generate(origins.fresh_name())
    succession = _succession(old, edge, signer, old_signer)
    body = {
        "old_origin": old.name,
        "new_origin": signer.name,
        "restored_size": edge.size,
        "restored_root": edge.root().hex(),
        "backup_made_at": made_at,
        "last_checkpoint": _note_of(old, highest),
        "lost": list(lost) if lost else None,
        "lost_acts": lost_acts,
        "key": signer.verifier.vkey,
        "succession": succession,
    }
    checkpoints.keyring().stage(signer)
    told = _opened_next(old, base + edge.size, signer, body, now, had_key=old_signer is not None)
    checkpoints.keyring().promote(signer.verifier.vkey)
    (Path(settings.HOME) / HALF_RESTORED).unlink(missing_ok=True)  # the old tree is closed now; the next may be signed
    checkpoints.cut(now, early=True)
    return Restored(
        old.name, signer.name, signer.verifier.vkey, edge.size, highest_size, lost, lost_acts,
        old_signer is not None, told, verifying.verify().alarms,
    )  # fmt: skip


def _opened_next(
    old: Origin, base: int, signer: Signer, body: dict[str, Any], now: datetime, *, had_key: bool
) -> dict[str, str]:
    """New origin, first entry, key and messages in one transaction; a crash before it leaves the old log closed."""
    with transaction.atomic():
        codes_from = numbering.leave_out(body["lost"][1] - body["lost"][0] if body["lost"] else 0)
        _leave_codes_out(codes_from[Delivery._meta.db_table])
        entries.restart()
        origin = Origin.objects.create(name=signer.name, base=base, codes_from=codes_from, opened_at=now)
        LogKey.objects.filter(origin=old, retired_at=None).update(retired_at=now)
        parties = sorted(set(Delivery.objects.values_list("party", flat=True)))
        told = {party: _message(party, body) for party in parties}
        for party, message in told.items():
            facts = {"message": message, "backup_made_at": body["backup_made_at"], "lost": body["lost"]}
            Outbox.objects.create(to_party=party, kind="log:restored", facts=facts, at=now)
        entry = entries.append("log:restored", body, parties, at=now)
        if not had_key:
            rotated = {"old": None, "new": signer.verifier.vkey, "origin": signer.name, "reason": "restored without it"}
            entries.append("key:rotated", rotated, [], at=now)
        checkpoints.remember_key(origin, signer.verifier, since=entry.index)
    return told


def _leave_codes_out(first: int) -> None:
    """A delivery's number is its key in the database, which is moved on here; the others ask `numbering`."""
    place = Delivery.objects.create(pk=first, code="-", size=0, received_at=datetime.now(UTC))
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), [Delivery]):
            cursor.execute(statement)
    place.delete()


def _message(party: str, body: dict[str, Any]) -> str:
    """What to send again, for one party."""
    last = Delivery.objects.filter(party=party).order_by("-received_at", "-pk").first()
    known = [act["facts"].get("delivery") for act in body["lost_acts"] if party in act["parties"]]
    lost = f" Receipts show these to be lost: {', '.join(filter(None, known))}." if any(known) else ""
    since = f"{last.code} of {last.received_at:%Y-%m-%d %H:%M} UTC is the last of yours that is here. " if last else ""
    return (
        f"The office was restored from a backup made at {body['backup_made_at']}. {since}"
        f"Send again whatever you delivered later, and say again what you withdrew or settled later.{lost}"
    )


def _known_heads(
    evidence: Evidence, old: Origin, base: int, size: int
) -> tuple[list[SignedHead], list[dict[str, Any]]]:
    """Heads of the old log that its own key signed, and the acts that receipts prove and the backup has not."""
    keys = checkpoints.verifiers(old)
    heads, lost_acts = [], []
    try:
        for content in evidence.checkpoints:
            heads.append(signed_heads.verify(content, keys))
        for content in evidence.receipts:
            proof = Proof.parse(content)
            opening = proof.opening()
            head = proof.verify(opening.leaf_hash(), Policy(tuple(keys))).checkpoint
            heads.append(head)
            if proof.index >= size:
                said = opening.facts()
                lost_acts.append(
                    {name: said[name] for name in ("kind", "at", "parties", "facts")} | {"leaf": proof.index}
                )
    except LogError as problem:
        raise Refused(
            f"a checkpoint or receipt given is not of this log: {problem}",
            rule="evidence",
            kept="the home is half restored",
            do="leave that file out, or find the backup it belongs to",
        ) from problem
    remembered = checkpoints.keyring().last_signed()
    if remembered and remembered.origin == old.name:
        heads.append(remembered)  # the key came back with its own memory
    for head in heads:
        _check_contained(head, old, base, size)
    return heads, lost_acts


def _check_contained(head: SignedHead, old: Origin, base: int, size: int) -> None:
    if head.origin != old.name:
        raise Refused(f"{head.origin} is not the log of this backup", rule="evidence", do="find its own backup")
    if head.size > size:
        return
    leaves = (merkle.leaf_hash(leaf) for leaf in entries.leaves(base, base + head.size))
    if Frontier().extend(leaves).root() != head.root:
        raise Refused(
            f"the backup has another history than the one shown with {head.size} entries",
            rule="never-fork",
            kept="the home is half restored, and nothing was signed",
            do="this backup was changed, or is of a forked log: show both to the partners",
        )


def _note_of(old: Origin, head: SignedHead | None) -> dict[str, Any] | None:
    """The highest head that is known, as the first entry commits to it."""
    newest = checkpoints.latest(old)
    if newest and (head is None or newest.size >= head.size):
        return {"size": newest.size, "root": bytes(newest.root).hex()}
    return {"size": head.size, "root": head.root.hex()} if head else None


def _succession(old: Origin, edge: Frontier, signer: Signer, old_signer: Signer | None) -> str | None:
    """A note by the old key naming the new one, for who knows only the old; None if the old key is not here."""
    if old_signer is None:
        return None
    text = f"{SUCCESSION}\n{old.name}\n{edge.size}\n{signer.verifier.vkey}\n"
    return note.sign(text, old_signer).decode()


def _empty_home() -> Path:
    root = Path(settings.HOME)
    if root.exists() and any(root.iterdir()):
        raise Refused(
            "the home is not empty",
            rule="restore-into-empty",
            where=str(root),
            kept="it is as it was",
            do="set SAMPAN_HOME to a new folder",
        )
    root.mkdir(mode=0o700, parents=True, exist_ok=True)
    if connection.introspection.table_names():
        raise Refused("the database is not empty", rule="restore-into-empty", do="give it an empty one")
    return root


@contextmanager
def _opened(file: BinaryIO, identities: list[str]) -> Iterator[tarfile.TarFile]:
    """The tar inside a sealed backup, decrypted as it is read, through a pipe."""
    try:
        keys = [pyrage.x25519.Identity.from_str(text.strip()) for text in identities]
    except pyrage.IdentityError as problem:
        raise UserError("this is no key that opens backups", do="give the file with AGE-SECRET-KEY-1…") from problem
    reading, writing = os.pipe()
    failed: list[BaseException] = []

    def unseal() -> None:
        with os.fdopen(writing, "wb") as clear:
            try:
                pyrage.decrypt_io(file, clear, keys)
            except BaseException as problem:  # handed to the caller, below
                failed.append(problem)

    unsealing = threading.Thread(target=unseal, daemon=True)
    unsealing.start()
    try:
        with os.fdopen(reading, "rb") as clear, tarfile.open(fileobj=clear, mode="r|") as tar:
            yield tar
            while clear.read(1 << 20):  # to the end, so that a cut file is noticed
                pass
    except tarfile.TarError as problem:
        failed.append(problem)
    finally:
        unsealing.join()
    if failed:
        raise UserError(
            "the backup cannot be opened", kept="the home is half restored", do="check the file and the key"
        ) from failed[0]


def _unpack(tar: tarfile.TarFile, folder: Path) -> None:
    for member in tar:
        path = PurePosixPath(member.name)
        plain = member.isfile() and not path.is_absolute() and not any(part.startswith(".") for part in path.parts)
        ours = path.parts[0] == RECORDS or member.name == MANIFEST
        if not plain or not (ours or carried(path.parts[0])):
            raise UserError("this is no backup of a home", where=member.name[:80], kept="the home is half restored")
        target = folder / path
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        content = tar.extractfile(member)
        assert content is not None, member.name
        with target.open("xb") as out:
            shutil.copyfileobj(content, out)
        os.chmod(target, 0o600)


def _load_records(folder: Path) -> None:
    call_command("migrate", verbosity=0, interactive=False)
    with transaction.atomic():
        snapshot.load({path.stem: path.open("rb") for path in sorted((folder / RECORDS).glob("*.jsonl"))})


def _place_files(folder: Path, root: Path) -> None:
    for path in sorted(folder.iterdir()):
        if path.name not in (RECORDS, MANIFEST):
            os.replace(path, root / path.name)


def _make_tiles() -> None:
    """Every tile of every published size, from the entries: backups need not carry what can be made again."""
    for origin in Origin.objects.order_by("base", "pk"):
        tiles, done = checkpoints.folder(origin), 0
        for signed in Checkpoint.objects.filter(origin=origin).exclude(published_at=None).order_by("size"):
            leaves = entries.leaves(origin.base + first_leaf(done), origin.base + signed.size)
            tiles.grow(done, signed.size, leaves)
            if tiles.frontier(signed.size).root() != bytes(signed.root):
                raise OurFault(
                    "the restored entries do not lead to what was signed",
                    where=f"{origin.name}, {signed.size} entries",
                    kept="the home is half restored, and nothing was signed",
                    do="use another backup",
                )
            done = signed.size
            tiles.publish(bytes(signed.note))

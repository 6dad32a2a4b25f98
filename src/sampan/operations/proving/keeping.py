"""The log's keys: a new one in place of an old one, and all keys carried away under a passphrase.

The export is an age file (https://age-encryption.org/v1) that `age --decrypt` opens too.
"""

from __future__ import annotations

import io
import json
import tarfile
from datetime import datetime
from pathlib import Path

import pyrage
from django.conf import settings
from django.db import transaction

from sampan.log.note import Signer, Verifier
from sampan.model.errors import Refused, UserError
from sampan.operations.proving import everybody, news
from sampan.store import checkpoints, entries, origins
from sampan.store.logkey import KEY, NEXT, SIGNED, read_memory, write_whole
from sampan.store.models import LogKey, Outbox

SHORTEST_PASSPHRASE = 12
PUBLIC = "log.public"  # in an export: public keys of the log, and the entry from which on each signs


def own_keys(now: datetime) -> list[Verifier]:
    """The public keys of the present log, newest first; the key is made if there is none."""
    origin = origins.current(now)
    if not checkpoints.verifiers(origin):
        checkpoints.first_key(origin)
    return checkpoints.verifiers(origin)


def rotate(*, actor: str, reason: str, now: datetime) -> tuple[Verifier | None, Verifier]:
    """(old, new) public key. The Entry names both and concerns every party; checkpoints are signed by both until one
    that was published is, later ones by the new alone. Refused while an earlier change has not come so far.

    If the key on record is lost the Entry says so, and the new one signs alone. A crash before the transaction leaves
    a staged key that nothing speaks of; after it, one that the next checkpoint puts in place.
    """
    origin, ring = origins.current(now), checkpoints.keyring()
    newest = LogKey.objects.filter(origin=origin).order_by("-pk").first()
    old = Verifier.parse(newest.vkey) if newest else _unsaid(origin.name)
    lost = old is not None and not ring.holds(old.vkey)
    if newest and not lost and not ring.stands(newest.vkey):
        _end_last_change(newest.vkey, now)
    new = Signer.generate(origin.name)
    ring.stage(new)
    with transaction.atomic():
        LogKey.objects.filter(origin=origin, retired_at=None).update(retired_at=now)
        body = {
            "old": old.vkey if old else None,
            "new": new.verifier.vkey,
            "origin": origin.name,
            "reason": reason,
            "actor": actor,
        }
        parties = everybody.parties()
        for party in parties:
            facts = {"new": new.verifier.vkey, "old": body["old"], "lost": lost}
            Outbox.objects.create(to_party=party, kind=news.ROTATED, facts=facts, at=now)
        entry = entries.append("key:rotated", body | ({"lost": True} if lost else {}), parties, at=now)
        checkpoints.remember_key(origin, new.verifier, since=entry.index)
    if not ring.holds(new.verifier.vkey):
        ring.stage(new)  # who cut a checkpoint meanwhile took it for a leftover
    if lost or old is None:
        ring.promote(new.verifier.vkey)
    checkpoints.cut(now, early=True)
    return old, new.verifier


def _end_last_change(vkey: str, now: datetime) -> None:
    """Its two keys sign together until that is shown to all; a third one would leave those out who know the first."""
    checkpoints.cut(now, early=True)
    if not checkpoints.keyring().stands(vkey):
        raise Refused(
            "the last change of key is not published yet",
            rule="log-key",
            kept="nothing was changed; checkpoints carry the signatures of both keys",
            do=f"wait for the next checkpoint: one is due every {checkpoints.interval_seconds()} seconds",
        )


def _unsaid(origin: str) -> Verifier | None:
    """The public side of a key that was made for this log and is not on the list yet: a crash came between."""
    found = checkpoints.keyring().find()
    return found.verifier if found and found.name == origin else None


def export_keys(passphrase: str) -> bytes:
    """All keys of this home, encrypted under a passphrase. Refused if the passphrase is short or there are none."""
    folder = Path(settings.HOME) / "keys"
    if len(passphrase) < SHORTEST_PASSPHRASE:
        raise Refused(
            f"a passphrase for the keys has at least {SHORTEST_PASSPHRASE} letters",
            rule="passphrase",
            kept="nothing was written",
            do="take five words at random",
        )
    if not (folder / KEY).exists():
        raise UserError("this home has no keys yet", where=str(folder), do="deliver something first")
    return pyrage.passphrase.encrypt(_packed(folder), passphrase)


def import_keys(content: bytes, passphrase: str) -> list[str]:
    """Put exported keys in place; the names of the files. Keys that are there and differ are not overwritten."""
    found = _opened(content, passphrase)
    found.pop(PUBLIC, None)  # the records have their own list, of which each line has its entry
    folder = Path(settings.HOME) / "keys"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    found, replaced = _newer_memory(found)
    clash = [
        name
        for name, key in found.items()
        if name not in replaced and (folder / name).exists() and (folder / name).read_bytes() != key
    ]
    if clash:
        raise Refused(
            "other keys are here already",
            rule="keys",
            where=", ".join(clash),
            kept="nothing was changed",
            do="restore into a new home, or move those files away first",
        )
    for name, key in found.items():
        write_whole(folder / name, key)
    return sorted(found)


def _newer_memory(found: dict[str, bytes]) -> tuple[dict[str, bytes], set[str]]:
    """(what is put in place, what may be overwritten): of two memories of one log the one that is further on stays."""
    ours, theirs = checkpoints.keyring().last_signed(), found.get(SIGNED)
    said = read_memory(theirs, SIGNED) if theirs is not None else None
    if ours is None or said is None or ours.origin != said.origin or said.size == ours.size:
        return found, set()
    if said.size > ours.size:
        return found, {SIGNED}
    return {name: key for name, key in found.items() if name != SIGNED}, set()


def public_keys(content: bytes, passphrase: str) -> list[Verifier]:
    """Every public key of the log that an export of keys knows: those it lists, and those it signs with itself."""
    found = _opened(content, passphrase)
    own = [Signer.parse(found[name].decode().strip()).verifier for name in (KEY, NEXT) if name in found]
    listed = [Verifier.parse(one["vkey"]) for one in json.loads(found.get(PUBLIC, b"[]"))]
    return list(dict.fromkeys((*own, *listed)))


def _packed(folder: Path) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for path in sorted(folder.iterdir()):
            if path.is_file() and not path.name.startswith("."):
                archive.add(path, arcname=path.name)
        listed = json.dumps([{"vkey": key.vkey, "since": key.since} for key in LogKey.objects.order_by("pk")]).encode()
        member = tarfile.TarInfo(PUBLIC)
        member.size, member.mode = len(listed), 0o600
        archive.addfile(member, io.BytesIO(listed))
    return buffer.getvalue()


def _opened(content: bytes, passphrase: str) -> dict[str, bytes]:
    try:
        return dict(_unpacked(pyrage.passphrase.decrypt(content, passphrase)))
    except pyrage.DecryptError as problem:
        raise UserError(
            "the keys cannot be opened", kept="nothing was changed", do="check the file and the passphrase"
        ) from problem


def _unpacked(plain: bytes) -> list[tuple[str, bytes]]:
    found = []
    with tarfile.open(fileobj=io.BytesIO(plain)) as archive:
        for member in archive.getmembers():
            content = archive.extractfile(member)
            if content is None or Path(member.name).name != member.name or member.name.startswith("."):
                raise UserError("this is no export of keys", where=member.name[:50], kept="nothing was changed")
            found.append((member.name, content.read()))
    return found

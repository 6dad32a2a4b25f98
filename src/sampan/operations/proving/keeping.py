"""The log's keys: a new one in place of an old one, and all keys carried away under a passphrase.

The export is an age file (https://age-encryption.org/v1) that `age --decrypt` opens too.
"""

from __future__ import annotations

import io
import tarfile
from datetime import datetime
from pathlib import Path

import pyrage
from django.conf import settings
from django.db import transaction

from sampan.log.note import Signer, Verifier
from sampan.model.errors import Refused, UserError
from sampan.store import checkpoints, entries, origins
from sampan.store.logkey import KEY, write_whole
from sampan.store.models import LogKey

SHORTEST_PASSPHRASE = 12


def own_keys(now: datetime) -> list[Verifier]:
    """The public keys of the present log, newest first; the key is made if there is none."""
    origin = origins.current(now)
    if not checkpoints.verifiers(origin):
        checkpoints.remember_key(origin, checkpoints.keyring().signer(origin.name).verifier)
    return checkpoints.verifiers(origin)


def rotate(*, actor: str, reason: str, now: datetime) -> tuple[Verifier | None, Verifier]:
    """(old, new) public key. The Entry names both; the next checkpoint is signed by both, later ones by the new.

    A crash before the transaction leaves a staged key that nothing speaks of; after it, one that the next
    checkpoint puts in place.
    """
    origin, ring = origins.current(now), checkpoints.keyring()
    old = ring.find()
    new = Signer.generate(origin.name)
    ring.stage(new)
    with transaction.atomic():
        LogKey.objects.filter(origin=origin, retired_at=None).update(retired_at=now)
        body = {
            "old": old.verifier.vkey if old else None,
            "new": new.verifier.vkey,
            "origin": origin.name,
            "reason": reason,
            "actor": actor,
        }
        entry = entries.append("key:rotated", body, [], at=now)
        checkpoints.remember_key(origin, new.verifier, since=entry.index)
    if old is None or old.name != origin.name:
        ring.promote(new.verifier.vkey)
    checkpoints.cut(now, early=True)
    return (old.verifier if old else None), new.verifier


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
    try:
        plain = pyrage.passphrase.decrypt(content, passphrase)
    except pyrage.DecryptError as problem:
        raise UserError(
            "the keys cannot be opened", kept="nothing was changed", do="check the file and the passphrase"
        ) from problem
    folder = Path(settings.HOME) / "keys"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = dict(_unpacked(plain))
    clash = [name for name, key in found.items() if (folder / name).exists() and (folder / name).read_bytes() != key]
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


def _packed(folder: Path) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for path in sorted(folder.iterdir()):
            if path.is_file() and not path.name.startswith("."):
                archive.add(path, arcname=path.name)
    return buffer.getvalue()


def _unpacked(plain: bytes) -> list[tuple[str, bytes]]:
    found = []
    with tarfile.open(fileobj=io.BytesIO(plain)) as archive:
        for member in archive.getmembers():
            content = archive.extractfile(member)
            if content is None or Path(member.name).name != member.name or member.name.startswith("."):
                raise UserError("this is no export of keys", where=member.name[:50], kept="nothing was changed")
            found.append((member.name, content.read()))
    return found

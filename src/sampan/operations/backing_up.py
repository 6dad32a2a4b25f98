"""Back up a home while it works: one moment of the records, the files they name, and whatever else is not derived.

Sealed as it is written. What is left out is listed (LEFT_OUT, NOT_BACKED_UP); a folder that nobody thought of is in it.

The file is age (https://age-encryption.org/v1) around a tar: `age --decrypt -i KEY FILE | tar t` reads it too.
The log's signing key is never in it. Nothing is written in clear anywhere.
"""

from __future__ import annotations

import io
import json
import os
import secrets
import tarfile
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import Any, BinaryIO

import pyrage
from django.db import connection

from sampan.model.errors import OurFault, UserError
from sampan.store import parts, snapshot
from sampan.store.home import Store
from sampan.store.logkey import HALF_RESTORED, KEY, NEXT, SIGNED, sync_folder
from sampan.store.models import Checkpoint, Delivery, Entry, Origin, Part

FORMAT = 2  # 1 left out all of a home's own folders but keys, sources and places
RECORDS, MANIFEST, UNPACKED = (
    "records",
    "manifest.json",
    "restoring",
)  # names that a backup and a restore use themselves
BY_NAME = ("blobs", "parts")  # of these only what the records name: the rest is what a crash left
LEFT_OUT = {  # what stands at the top of a home and is not carried, and why; dotted names are locks and drafts
    "log": "tiles and the public checkpoint, made again from the entries",
    "uploads": "deliveries half sent, which their senders begin again; nothing of them was received",
    "drafts": "files looked at and not delivered, of which nothing is kept beyond two hours",
    RECORDS: "the name under which a backup carries the records",
    MANIFEST: "the name under which a backup says what it is",
    UNPACKED: "where a restore unpacks",
    HALF_RESTORED: "the mark of a restore that did not end",
}
NOT_BACKED_UP = (KEY, NEXT, SIGNED)  # the log's key is exported apart; what it signed last belongs to its machine
ATTEMPTS = 3


class Vanished(Exception):
    """A file went away while it was being copied: its delivery was erased meanwhile."""


@dataclass(frozen=True)
class Backup:
    """What was backed up."""

    entries: int
    files: int
    bytes: int

    def as_dict(self) -> dict[str, Any]:
        """For --json."""
        return {"entries": self.entries, "files": self.files, "bytes": self.bytes}


def back_up(store: Store, target: Path, recipients: list[str], now: datetime) -> Backup:
    """Write the backup for these recipients ("age1…"). A crash leaves a file whose name begins with a dot."""
    keys = [_recipient(text) for text in recipients]
    if not keys:
        raise UserError(
            "nobody is named who could open the backup",
            kept="nothing was written",
            do="give --recipient age1…, or set SAMPAN_BACKUP_RECIPIENTS",
        )
    draft = target.with_name(f".{target.name}.{secrets.token_hex(8)}")
    for attempt in range(ATTEMPTS):
        try:
            with draft.open("wb") as file, _sealed(file, keys) as tar:
                done = _written(store, tar, now)
                made = Backup(done.entries, done.files, 0)
            break
        except Vanished as gone:
            if attempt == ATTEMPTS - 1:
                draft.unlink(missing_ok=True)
                raise OurFault(
                    "a file named by the records is not there", where=str(gone), do="run `sampan log verify`"
                ) from gone
        except BaseException:
            draft.unlink(missing_ok=True)
            raise
    with draft.open("rb") as written:
        os.fsync(written.fileno())
    os.chmod(draft, 0o600)
    os.replace(draft, target)
    sync_folder(target.parent)
    return Backup(made.entries, made.files, target.stat().st_size)


def _written(store: Store, tar: tarfile.TarFile, now: datetime) -> Backup:
    with snapshot.moment() as alias:
        manifest = _manifest(alias, now)
        _add_bytes(tar, MANIFEST, json.dumps(manifest).encode())
        for model in snapshot.tables():
            _add_lines(tar, f"{RECORDS}/{model._meta.db_table}.jsonl", snapshot.dump(model, alias))
        files = list(_named_files(store, alias))
    for name, path in files:
        try:
            tar.add(path, arcname=name, recursive=False)
        except FileNotFoundError as gone:
            raise Vanished(name) from gone
    return Backup(manifest["size"], len(files), 0)


def _manifest(alias: str, now: datetime) -> dict[str, Any]:
    origin = Origin.objects.using(alias).order_by("-base", "-pk").first()
    newest = Checkpoint.objects.using(alias).filter(origin=origin).order_by("-size").first() if origin else None
    return {
        "format": FORMAT,
        "made_at": now.isoformat(),
        "origin": origin.name if origin else None,
        "size": Entry.objects.using(alias).count(),
        "checkpoint": bytes(newest.note).decode() if newest else None,
    }


def _named_files(store: Store, alias: str) -> Iterator[tuple[str, Path]]:
    """(name in the backup, path) of originals and parts that the records name, and of all else the home holds."""
    standing = Delivery.objects.using(alias).exclude(state=Delivery.State.ERASED)
    for blob in standing.order_by("pk").values_list("blob", flat=True):
        yield f"blobs/{blob}", store.blobs / blob
    listed = Part.objects.using(alias).filter(erased_at=None).order_by("name").values_list("name", flat=True).distinct()
    for name in listed:
        path = parts.path_of(store.parts, name)
        yield f"parts/{path.relative_to(store.parts)}", path
    for top in sorted(store.root.iterdir()):
        if carried(top.name) and top.name not in BY_NAME:
            yield from _files_under(top, top.name, frozenset())


def carried(name: str) -> bool:
    """True if a backup carries what has this name at the top of a home."""
    return not (name.startswith(".") or name in LEFT_OUT or _is_database(name))


def _is_database(name: str) -> bool:
    """The records' own file and what SQLite lays beside it: the records are carried table by table."""
    return connection.vendor == "sqlite" and name.startswith(Path(connection.settings_dict["NAME"]).name)


def _files_under(path: Path, name: str, above: frozenset[Path]) -> Iterator[tuple[str, Path]]:
    """The files of a folder, through links too: a gate that stands elsewhere is the home's own all the same."""
    real = path.resolve()
    if path.is_file() and path.name not in NOT_BACKED_UP:
        yield name, path
    elif path.is_dir() and real not in above:
        for below in sorted(path.iterdir()):
            if not below.name.startswith("."):
                yield from _files_under(below, f"{name}/{below.name}", above | {real})


@contextmanager
def _sealed(file: BinaryIO, keys: list[Any]) -> Iterator[tarfile.TarFile]:
    """A tar whose bytes are encrypted as they are written, through a pipe."""
    reading, writing = os.pipe()
    failed: list[BaseException] = []

    def seal() -> None:
        with os.fdopen(reading, "rb") as clear:
            try:
                pyrage.encrypt_io(clear, file, keys)
            except BaseException as problem:  # handed to the caller, below
                failed.append(problem)

    sealing = threading.Thread(target=seal, daemon=True)
    sealing.start()
    try:
        with os.fdopen(writing, "wb") as clear, tarfile.open(fileobj=clear, mode="w|", dereference=True) as tar:
            yield tar
    finally:
        sealing.join()
    if failed:
        raise failed[0]


def _add_bytes(tar: tarfile.TarFile, name: str, content: bytes) -> None:
    member = tarfile.TarInfo(name)
    member.size, member.mode = len(content), 0o600
    tar.addfile(member, io.BytesIO(content))


def _add_lines(tar: tarfile.TarFile, name: str, lines: Iterable[bytes]) -> None:
    """A tar wants sizes first: small tables wait in memory, large ones in an unnamed file."""
    with SpooledTemporaryFile(max_size=64 * 1024 * 1024) as waiting:
        for line in lines:
            waiting.write(line)
        member = tarfile.TarInfo(name)
        member.size, member.mode = waiting.tell(), 0o600
        waiting.seek(0)
        tar.addfile(member, waiting)


def _recipient(text: str) -> Any:
    try:
        return pyrage.x25519.Recipient.from_str(text.strip())
    except pyrage.RecipientError as problem:
        raise UserError(
            "this is no recipient", where=text[:70], kept="nothing was written", do="give a public key: age1…"
        ) from problem

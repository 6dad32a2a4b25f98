"""Parquet parts: written complete and synced under a temporary name, then named by the hash of their bytes.

A part counts only once a transaction has put it on the list; until then it is an unnamed file.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from sampan.model.errors import OurFault
from sampan.store import work


@dataclass(frozen=True)
class Written:
    """A part on disk, not yet on the list: its `name` (SHA-256 of the file, hex), rows and size in bytes."""

    name: str
    rows: int
    size: int


def write(frame: pl.DataFrame, folder: Path, *, statistics: bool = True) -> Written:
    """Write, sync and name one part. A crash leaves at most a dot file or a part that no list names.

    `statistics` let a reader skip what it does not ask for; parts that are only ever read whole need none.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with work.present(folder.parent):
        return _written(frame, folder, statistics)


def _written(frame: pl.DataFrame, folder: Path, statistics: bool) -> Written:
    draft = folder / f".{secrets.token_hex(16)}"
    frame.write_parquet(draft, compression="lz4", statistics=statistics)
    name = _digest(draft)
    with draft.open("rb") as handle:
        os.fsync(handle.fileno())
    size = draft.stat().st_size
    target = path_of(folder, name)
    target.parent.mkdir(exist_ok=True)
    os.replace(draft, target)
    for changed in (target.parent, folder):
        _sync(changed)
    return Written(name, frame.height, size)


def path_of(folder: Path, name: str) -> Path:
    """Where a part of that name stands."""
    return folder / name[:2] / f"{name}.parquet"


def read(folder: Path, name: str) -> pl.DataFrame:
    """One part as a table, its texts as String. OurFault if it is gone or not what its name says."""
    path = path_of(folder, name)
    if not path.is_file():
        raise OurFault("a part on the list is gone", where=path.name, do="run `sampan log verify`, then restore it")
    return pl.read_parquet(path).cast({pl.Categorical: pl.String})


def unlisted(folder: Path, listed: set[str]) -> list[Path]:
    """Files that no list names: what crashes left behind."""
    return [path for path in folder.rglob("*") if path.is_file() and path.stem not in listed]


def sweep(folder: Path) -> int:
    """Remove drafts that a crash left behind; the number removed. The caller is alone at work."""
    left = [path for path in folder.glob(".*") if path.is_file()]
    for path in left:
        path.unlink(missing_ok=True)
    return len(left)


def _digest(path: Path) -> str:
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

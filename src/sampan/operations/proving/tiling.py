"""The tree's files as witnesses and monitors read them: the published checkpoint, and its tiles of salted hashes."""

from __future__ import annotations

from datetime import datetime

from sampan.log.errors import LogError
from sampan.log.tiles import Tile
from sampan.store import checkpoints, origins


def checkpoint_note(now: datetime) -> bytes | None:
    """The newest published checkpoint as a signed note, cut now if one is due; None while the log is empty."""
    checkpoints.cut(now)
    signed = checkpoints.published(origins.current(now))
    return bytes(signed.note) if signed is not None else None


def tile(path: str, now: datetime) -> bytes | None:
    """A tile or bundle of the present tree by its path ("tile/0/000"); None if there is no such file.

    Tiles are written when a checkpoint is published, so none tells of an act before its time.
    """
    try:
        wanted = Tile.parse(path)
    except LogError:
        return None
    return checkpoints.folder(origins.current(now)).fetch(wanted.path())

"""Records that are not there: keys, tiles, parts and originals speak of a log of which the records know nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from django.conf import settings

from sampan.log.checkpoint import Checkpoint
from sampan.log.note import Signer
from sampan.store import entries
from sampan.store.home import Store
from sampan.store.models import Origin

FIRST_CRASH = 1  # originals without an entry that the crash of a first delivery leaves
Alarm = Callable[[str, str], None]


def check(folders: list[str], own: Signer | None, memory: Checkpoint | None, alarm: Alarm) -> None:
    """Every folder of tiles, the key and its memory are of a log on record; where no entry is, no figure is either.

    The row of a log is there before its first entry, key or tile, so a crash gives no alarm.
    """
    known = dict(Origin.objects.values_list("pk", "name"))
    for name in folders:
        if name not in map(str, known):
            alarm("a folder of tiles belongs to no log on record: the records are gone, or older", f"log/{name}")
    if own and own.name not in known.values():
        alarm("the log's key is of a log that the records do not know", own.name)
    if memory and memory.origin not in known.values():
        alarm(f"the key signed a tree of {memory.size} entries of a log that the records do not know", memory.origin)
    if not entries.size():
        _check_files(Store(Path(settings.HOME)), alarm)


def _check_files(store: Store, alarm: Alarm) -> None:
    parts = sum(path.is_file() and path.name[0] != "." for path in store.parts.rglob("*"))
    originals = sum(path.is_file() and path.name[0] != "." for path in store.blobs.glob("*"))
    if parts:
        alarm(f"{parts} parts are here and not one entry: the records are gone", "parts")
    if originals > FIRST_CRASH:
        alarm(f"{originals} originals are here and not one entry: the records are gone", "blobs")

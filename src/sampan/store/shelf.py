"""Latest figures of each source, kept in memory while the same parts stand: a part never changes, so neither do they.

One table for each source of a home: a delivery leaves those of the other sources as they are, and what was erased or
taken back goes at the next question about its source. Persons are in none: case lists are read anew each time.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from threading import Lock

import polars as pl

GONE = ("retracted", "withdrawn")
KEPT_BYTES = 128 * 2**20  # in each process


@dataclass(frozen=True)
class Latest:
    """The newest row of each series key (schema OBSERVATION), and the moment of the newest of them."""

    parts: tuple[str, ...]
    frame: pl.DataFrame  # tombstones and withdrawn versions too
    standing: pl.DataFrame  # without them
    newest: datetime | None

    def told_by(self, moment: datetime) -> bool:
        """True if all of it was told by then, so that asking as of that moment changes nothing."""
        return self.newest is None or self.newest <= moment


_KEPT: OrderedDict[tuple[Path, str], Latest] = OrderedDict()
_TURN = Lock()


def of(
    folder: Path, source: str, parts: tuple[str, ...], read: Callable[[pl.DataFrame | None, int], pl.DataFrame]
) -> Latest:
    """What a source's parts say, read once for as long as it is these parts that stand.

    `read` is given what the first of them say, and how many that are, where no more than others came since; else None.
    """
    place = (folder, source)
    with _TURN:
        known = _KEPT.get(place)
        if known is not None and known.parts == parts:
            _KEPT.move_to_end(place)
            return known
    first = known is not None and parts[: len(known.parts)] == known.parts
    frame = read(known.frame, len(known.parts)) if known is not None and first else read(None, 0)
    newest = frame.select(pl.coalesce("published_at", "received_at").max()).item() if frame.height else None
    stands = (~frame.get_column("status").is_in(GONE)).fill_null(value=False)
    found = Latest(parts, frame, frame if stands.all() else frame.filter(stands), newest)
    with _TURN:
        _KEPT[place] = found
        _KEPT.move_to_end(place)
        while len(_KEPT) > 1 and sum(map(_size, _KEPT.values())) > KEPT_BYTES:
            _KEPT.popitem(last=False)
    return found


def _size(one: Latest) -> int:
    more = 0 if one.standing is one.frame else one.standing.estimated_size()
    return int(one.frame.estimated_size() + more)


def forget(folder: Path, sources: Iterable[str]) -> None:
    """Nothing of these sources stands any more."""
    with _TURN:
        for source in sources:
            _KEPT.pop((folder, source), None)

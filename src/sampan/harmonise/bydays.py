"""Names that mean two places until the day says which: a province that ended, another that began.

Each name is asked once for each span between the days on which one of its candidates began or ended.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from datetime import date

import polars as pl

from sampan.harmonise.readers import place_on
from sampan.harmonise.units import spans
from sampan.model.errors import UserError
from sampan.model.sources import FieldMap, Source
from sampan.model.tables import Reading
from sampan.vocab import places


class NamesByDay:
    """Answers of one place field, remembered by name and span of time."""

    def __init__(self, spec: FieldMap, source: Source) -> None:
        self.spec, self.source = spec, source
        self._breaks: dict[str, list[date]] = {}
        self._known: dict[tuple[str, int], str | None] = {}

    def place(self, term: str, day: date, candidates: Sequence[str]) -> str | None:
        """The place code the name means on that day; None if the day does not make it plain."""
        breaks = self._days(term, candidates)
        if not breaks:
            return None  # no candidate ever began or ended: no day can decide
        span = (term, bisect_right(breaks, day))
        if span not in self._known:
            self._known[span] = place_on(term, day, self.spec, self.source)
        return self._known[span]

    def told(self, readings: Mapping[int, Reading], asked: pl.DataFrame) -> pl.Series:
        """The place code of each row of `asked` (columns code, day), as Categorical; null where the day does not make
        it plain. `readings` holds the question behind each code."""
        changes = sorted({day for one in readings.values() for day in self._days(str(one.term), one.candidates)})
        rows = asked.with_columns(spans(asked.get_column("day"), changes).alias("span"))
        distinct = rows.drop_nulls().group_by("code", "span").agg(pl.col("day").min()).sort("code", "span")
        found = [
            self.place(str(readings[code].term), day, readings[code].candidates)
            for code, _, day in distinct.iter_rows()
        ]
        known = distinct.select("code", "span").with_columns(pl.Series("place", found, dtype=pl.Categorical))
        return rows.join(known, on=["code", "span"], how="left", maintain_order="left").get_column("place")

    def _days(self, term: str, candidates: Sequence[str]) -> list[date]:
        """The days on which a candidate of this name began or ended, remembered."""
        if term not in self._breaks:
            self._breaks[term] = self._days_of_change(candidates)
        return self._breaks[term]

    def _days_of_change(self, candidates: Sequence[str]) -> list[date]:
        gazetteer = places.registry(*self.source.gazetteer)
        days = set()
        for candidate in candidates:
            try:
                units = [gazetteer.unit(candidate)] if "@" in candidate else gazetteer.of_place(candidate)
            except UserError:
                continue
            days |= {day for unit in units for day in (unit.begins, unit.ends) if day not in (None, date.min)}
        return sorted(day for day in days if day is not None)

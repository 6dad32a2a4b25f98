"""From a place code and a day to the dated unit whose territory was in force.

Distinct (place, days) pairs are looked up once; a period that no unit covers is told, never moved.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from functools import lru_cache
from pathlib import Path

import polars as pl

from sampan.model.errors import UserError
from sampan.model.places import Unit
from sampan.model.sources import Source
from sampan.vocab import places


def unit_for(place: str, start: date, end: date, source: Source) -> tuple[str | None, str | None]:
    """(unit id, problem): the unit in force through the period, else the one it ends in, else none."""
    history = _history(place, source)
    touching = [unit for unit in history if unit.begins <= end and (unit.ends is None or unit.ends > start)]
    whole = [unit for unit in touching if unit.begins <= start and (unit.ends is None or unit.ends > end)]
    if whole:
        return whole[-1].id, None
    if touching:
        return touching[-1].id, "unit-changed-in-period"
    return None, "unit-not-in-force"


def units_on(places_told: pl.Series, days: pl.Series, source: Source) -> pl.DataFrame:
    """For each place on its day (null on no day): columns unit (Categorical) and gone (Boolean: not in force).

    Between two days on which a unit of these places began or ended, all days are alike: one of them is asked.
    """
    rows = pl.DataFrame({"place": places_told.cast(pl.Categorical), "day": days})
    changes = days_of_change(rows.get_column("place").unique().drop_nulls().cast(pl.String), source)
    told = rows.with_columns(spans(days, changes).alias("span"))
    asked = told.drop_nulls().group_by("place", "span").agg(pl.col("day").min())
    found = [unit_for(place, day, day, source) for place, _, day in asked.iter_rows()]
    known = asked.select("place", "span").with_columns(
        pl.Series("unit", [unit for unit, _ in found], dtype=pl.Categorical),
        pl.Series("gone", [problem == "unit-not-in-force" for _, problem in found], dtype=pl.Boolean),
    )
    joined = told.join(known, on=["place", "span"], how="left", maintain_order="left")
    return joined.select("unit", pl.col("gone").fill_null(False))


def days_of_change(places_told: Iterable[str], source: Source) -> list[date]:
    """The days on which a unit of one of these places began or ended, in order."""
    units = [unit for place in places_told for unit in _history(place, source)]
    return sorted({day for unit in units for day in (unit.begins, unit.ends) if day is not None and day != date.min})


def spans(days: pl.Series, changes: Sequence[date]) -> pl.Series:
    """For each day, how many of the changes had come by then (null for no day)."""
    return pl.Series(changes, dtype=pl.Date).search_sorted(days, side="right").set(days.is_null(), None)


def unit_of_all_time(place: str, source: Source) -> str | None:
    """The unit of a place that has only ever been one territory; None if the day matters."""
    history = _history(place, source)
    only = history[0] if len(history) == 1 else None
    return only.id if only and only.begins == date.min and only.ends is None else None


def _history(place: str, source: Source) -> tuple[Unit, ...]:
    """All units of a place, oldest first, those of the source's own hierarchy where it has any."""
    return _units_of_place(place, source.hierarchy, source.gazetteer)


@lru_cache(maxsize=65536)
def _units_of_place(place: str, hierarchy: str, gazetteer: tuple[Path, ...]) -> tuple[Unit, ...]:
    try:
        every = places.registry(*gazetteer).of_place(place)
    except UserError:  # a crosswalk names a code that no registry holds
        return ()
    own = tuple(unit for unit in every if unit.hierarchy == hierarchy)
    return tuple(sorted(own or every, key=lambda unit: unit.begins))


def units_of(frame: pl.DataFrame, source: Source) -> pl.DataFrame:
    """For columns place, start, end (any rows): columns unit and unit_problem, in the same order."""
    pairs = frame.unique().filter(pl.col("place").is_not_null() & pl.col("start").is_not_null())
    found = [
        unit_for(place, start, end, source) for place, start, end in pairs.select("place", "start", "end").iter_rows()
    ]
    looked_up = pairs.with_columns(
        pl.Series("unit", [unit for unit, _ in found], dtype=pl.String),
        pl.Series("unit_problem", [problem for _, problem in found], dtype=pl.String),
    )
    return frame.join(
        looked_up, on=["place", "start", "end"], how="left", maintain_order="left", nulls_equal=True
    ).select("unit", "unit_problem")

"""Cumulative figures on their way out: each leaves in its turn, for every recipient alike.

A figure that only grows tells the count of one week to whoever holds two of them. So a source's cumulative
figures leave by one schedule (rules in `disclosure/series.py`), kept for each source, condition, measure and year;
who asks gets what the schedule has told for a period, as it stood when the schedule told it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
import polars as pl

from sampan.model.agreements import ALL_AGES_YEARS
from sampan.model.decisions import Asked, Part
from sampan.sharing.adding_up import parts_of_sums
from sampan.sharing.admission import NAME, Audience, why_held
from sampan.sharing.disclosure.series import Series, opened, release_week, totals
from sampan.sharing.disclosure.silences import NEVER, first_weeks
from sampan.sharing.fragment.domains import Domains
from sampan.sharing.rollup import roll_up

ALIKE = ("classification", "place_role", "date_basis")  # a series is of one class, role and date


@dataclass(frozen=True)
class Schedule:
    """What one series has told so far. `areas` are the units of the source's own level, in order; `units` the
    admin-1 units that `series.group` numbers; `spans` and `made` the first day and the day of release of each column.
    """

    level: int
    areas: tuple[str, ...]
    units: tuple[str, ...]
    spans: tuple[str, ...]
    made: tuple[str, ...]
    series: Series

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        lists = {"areas": list(self.areas), "units": list(self.units), "spans": list(self.spans)}
        return {"level": self.level, **lists, "made": list(self.made), "series": self.series.as_dict()}

    @classmethod
    def from_dict(cls, kept: Mapping[str, Any]) -> Schedule:
        """The schedule as it was kept."""
        areas, units, spans, made = (tuple(kept[name]) for name in ("areas", "units", "spans", "made"))
        return cls(int(kept["level"]), areas, units, spans, made, Series.from_dict(kept["series"]))


@dataclass(frozen=True)
class Wanted:
    """A part that goes, the population it speaks of, and the worlds it was decided in."""

    part: Part
    population: str
    domains: Domains

    @property
    def minimum(self) -> int:
        """The smallest count that may leave."""
        assert self.part.obligations is not None, self.part
        return self.part.obligations.minimum_cell

    def key(self, row: Mapping[str, Any]) -> str:
        """The name of the schedule a row belongs to, its reporting year last."""
        part = self.part
        names = [part.source, part.condition, part.measure, self.population, *(row[name] for name in ALIKE)]
        told = [*names, part.grain and part.grain.period, _year(row["period_start"], row["period_end"])]
        return "|".join(["series", *(str(name or "-") for name in told)])


def is_cumulative(rows: pl.DataFrame) -> bool:
    """Whether rows are counts since the start of the year."""
    return rows.height > 0 and bool((rows.get_column("accumulation") == "cumulative").any())


def scheduled(
    cells: pl.DataFrame,
    rows: pl.DataFrame,
    wanted: Wanted,
    schedules: Mapping[str, Schedule],
    audience: Audience,
) -> tuple[pl.DataFrame, dict[str, Schedule]]:
    """The cells with the value their schedule told and a column `why` (null: it may leave), and the schedules after.

    `rows` are all rows of the part's ledger and population as known, those of the year before included. Of classes, or
    kinds of a condition, that add up to another figure of the source, the sum alone is told: turns are kept of each
    series by itself, and two of them side by side would tell the third.
    """
    if wanted.minimum <= 1:  # a clause that tells single cases protects no count
        return cells.with_columns(pl.lit(None, pl.String).alias("why")), {}
    every = rows.filter((pl.col("accumulation") == "cumulative") & pl.col("value").is_not_null())
    parts = parts_of_sums(every, NAME, wanted.domains.conditions_below)
    weekly = every.filter(pl.col("condition") == wanted.part.condition)
    silent = weekly.filter(pl.col(NAME).is_in(list(parts))).get_column("classification").unique().to_list()
    changed: dict[str, Schedule] = {}
    told = cells.filter(pl.col("value").is_not_null() & ~pl.col("classification").is_in(silent))
    for key, last_year, mine in _series_of(wanted, told, weekly):
        before = schedules.get(key) or _opened(mine, last_year, wanted)
        series = replace(before.series, minimum=max(before.series.minimum, wanted.minimum))  # the larger one holds
        changed[key] = _advanced(replace(before, series=series), mine, audience)
    answers = [_answer(cell, wanted, changed, audience) for cell in cells.iter_rows(named=True)]
    value = pl.Series("value", [one[0] for one in answers], dtype=pl.Int64)
    return cells.with_columns(value, pl.Series("why", [one[1] for one in answers], dtype=pl.String)), changed


def _year(start: date, end: date) -> int:
    """The year a period is counted to: the one that holds its middle."""
    return (start + (end - start) // 2).year


def _series_of(
    wanted: Wanted, cells: pl.DataFrame, weekly: pl.DataFrame
) -> Iterable[tuple[str, pl.DataFrame, pl.DataFrame]]:
    """(key, rows of the year before, rows) of each series that the cells asked for belong to."""
    named = {wanted.key(cell): cell for cell in cells.iter_rows(named=True)}
    half = (pl.col("period_end") - pl.col("period_start")).dt.total_days() // 2
    middle = pl.col("period_start").dt.offset_by(pl.format("{}d", half))
    for key, cell in sorted(named.items()):
        alike = weekly.filter(pl.col("period_kind") == cell["period"]).filter(
            *(pl.col(name).eq_missing(pl.lit(cell[name])) for name in ALIKE)
        )
        year = _year(cell["period_start"], cell["period_end"])
        yield key, alike.filter(middle.dt.year() == year - 1), alike.filter(middle.dt.year() == year)


def _opened(mine: pl.DataFrame, last_year: pl.DataFrame, wanted: Wanted) -> Schedule:
    """A schedule before its first column: the source's own level, every unit of that level whether it speaks or not."""
    domains = wanted.domains
    known = [str(unit) for unit in mine.get_column("unit").unique().to_list()]
    level = max((domains.levels.get(unit, 0) for unit in known), default=0)
    country = {unit[:2] for unit in known}
    starts, ends = mine.get_column("period_start").min(), mine.get_column("period_end").max()
    assert isinstance(starts, date) and isinstance(ends, date), "a series is opened for rows"

    def standing(at: int) -> list[str]:
        dated = [(unit, begins, until) for spans in domains.dated.values() for begins, until, unit in spans]
        there = domains.units_at(at, wanted.part.source)
        here = [one for one in dated if one[0] in there and one[0][:2] in country]
        return sorted(unit for unit, begins, until in here if begins <= ends and starts < (until or date.max))

    areas, units = standing(level), standing(min(level, 1))
    above = {unit: number for number, top in enumerate(units) for unit in domains.places_below.get(top, ())}
    areas = [area for area in areas if area in above]
    group = np.array([above[area] for area in areas], dtype=np.int64)
    first = np.full(len(areas), NEVER) if level <= 1 else _first(areas, last_year, wanted.minimum)
    series = opened(group, minimum=wanted.minimum, first=first)
    return Schedule(level, tuple(areas), tuple(units), (), (), series)


def _first(areas: Sequence[str], last_year: pl.DataFrame, minimum: int) -> np.ndarray:
    """The column from which each area may speak, by what the year before let one expect; 0 where that is not known."""
    if last_year.height == 0:
        return np.zeros(len(areas), dtype=np.int64)
    final = _counts(last_year.filter(pl.col("period_end") == pl.col("period_end").max()), areas)
    columns = last_year.get_column("period_end").n_unique()
    expected = np.array([final.get(area, 0) for area in areas], dtype=float) / columns
    return first_weeks(expected, minimum)


def _advanced(schedule: Schedule, mine: pl.DataFrame, audience: Audience) -> Schedule:
    """The schedule with a column for each period reported since; an as-of answer adds none.

    A period that is reported only after a later one was told has had its turn: it is taken up by the next column.
    """
    if audience.as_of is not None and audience.as_of < audience.on:
        return schedule
    last = schedule.spans[-1] if schedule.spans else ""
    for (start,), rows in sorted(mine.group_by(["period_start"]), key=lambda one: str(one[0][0])):
        if str(start) <= last:
            continue
        found = _counts(rows, schedule.areas)
        if not found:
            continue
        before = schedule.series.counts[:, -1] if schedule.spans else np.zeros(len(schedule.areas), dtype=np.int64)
        counts = np.array([found.get(area, old) for area, old in zip(schedule.areas, before.tolist(), strict=True)])
        present = np.array([area in found for area in schedule.areas])
        schedule = replace(
            schedule,
            spans=(*schedule.spans, str(start)),
            made=(*schedule.made, audience.on.isoformat()),
            series=release_week(schedule.series, counts.astype(np.int64), present=present),
        )
    return schedule


def _counts(rows: pl.DataFrame, areas: Sequence[str]) -> dict[str, int]:
    """Area -> count, all strata together, of the areas that reported one."""
    kind = str(rows.get_column("period_kind").first())
    cells = roll_up(rows, Asked(0, kind), {area: area for area in areas})
    return dict(cells.drop_nulls("value").group_by("place").agg(pl.col("value").sum()).iter_rows())


def _answer(
    cell: Mapping[str, Any], wanted: Wanted, changed: Mapping[str, Schedule], audience: Audience
) -> tuple[int | None, str | None]:
    """(value, why) of one cell: what its schedule told, or why it stays silent; a cell nobody reported has neither."""
    if cell["value"] is None:
        return None, None
    silent = (cell["value"], why_held(cell["value"], wanted.minimum))
    schedule = changed.get(wanted.key(cell))
    if schedule is None:  # a part of another figure
        return silent
    whole = cell["sex"] == "all" and cell["age_from"] == 0 and cell["age_to"] >= ALL_AGES_YEARS
    if not whole or str(cell["period_start"]) not in schedule.spans:
        return silent
    column = schedule.spans.index(str(cell["period_start"]))
    if audience.as_of is not None and schedule.made[column] > audience.as_of.isoformat():
        return silent
    told = _told(schedule, str(cell["place"]), wanted.domains.levels.get(str(cell["place"]), 0), column)
    return silent if told is None else (told, None)


def _told(schedule: Schedule, place: str, level: int, column: int) -> int | None:
    """The count that a schedule told of a place in a column; None where it stayed silent."""
    counts = schedule.series.counts
    if level > 1:
        at = schedule.areas.index(place) if place in schedule.areas else -1
        return int(counts[at, column]) if at >= 0 and schedule.series.told[at, column] else None
    units, country = totals(schedule.series)
    if level == 0:
        return int(counts[:, column].sum()) if country[column] else None
    number = schedule.units.index(place) if place in schedule.units else -1
    inside = schedule.series.group == number
    return int(counts[inside, column].sum()) if number >= 0 and units[number, column] else None

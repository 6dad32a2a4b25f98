"""A source's calendar of expectations: which periods are due from which units, until when, and what came.

A period is due `due_days` after its last day. A unit told a period if any of its figures for it stands, a silence said
aloud among them; nothing is taken for a zero.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

import polars as pl

from sampan.model.places import Unit
from sampan.model.sources import Source
from sampan.operations import observing, remembering
from sampan.store.figures import Asked
from sampan.store.home import Store
from sampan.vocab import periods
from sampan.vocab.places import registry

PERIODS = 8


@dataclass(frozen=True)
class Due:
    """One period of one source, for the units asked about: the last day it is due, which units told, which not."""

    source: Source
    start: date
    end: date
    until: date
    told: tuple[Unit, ...]
    missing: tuple[Unit, ...]

    def late(self, today: date) -> bool:
        """True if something is missing after the due day."""
        return bool(self.missing) and today > self.until


def spans(source: Source, today: date, count: int = PERIODS) -> list[tuple[date, date]]:
    """The last complete periods of the source's own calendar, oldest first."""
    calendar = periods.calendar(source.words.calendar)
    every, day = source.expects.every or "week", today
    found: list[tuple[date, date]] = []
    while len(found) < count:
        span = _around(day, every, calendar)
        day = span[0] - timedelta(days=1)
        if span[1] < today:
            found.append(span)
    return found[::-1]


def units(source: Source, place: str, on: date) -> tuple[Unit, ...]:
    """The units that report, within a place (empty: all of them), by name."""
    places = registry(*source.gazetteer)
    every = places.units(source.country, level=source.expects.level or 1, on=on, hierarchy=source.hierarchy)
    wanted = [unit for unit in every if not source.expects.units or unit.id in source.expects.units]
    mine = [unit for unit in wanted if place in ("", unit.place, unit.parent)]
    return tuple(sorted(mine, key=lambda unit: unit.name))


def due(store: Store, sources: list[Source], place: str, today: date) -> list[Due]:
    """What is due from a place's units in the last periods, newest first."""
    found = []
    for source in sources:
        if source.form_of or source.kind != "aggregate" or not source.expects.every:
            continue  # a list of cases is sent when there are cases; a source without a rhythm promises none
        found += _of_source(store, source, place, today)
    return sorted(found, key=lambda one: (one.end, one.source.id), reverse=True)


def _of_source(store: Store, source: Source, place: str, today: date) -> list[Due]:
    wanted = spans(source, today)
    both = (source.id, *((f"{source.id}-form",) if source.form else ()))  # a week told by the form is told
    told = _told(store, both, wanted[0][0], remembering.state(store, both))
    found = []
    for start, end in wanted:
        mine = units(source, place, end)
        there = tuple(unit for unit in mine if (unit.id, start) in told)
        missing = tuple(unit for unit in mine if (unit.id, start) not in told)
        found.append(Due(source, start, end, end + timedelta(days=source.expects.due_days), there, missing))
    return found


@lru_cache(maxsize=256)
def _told(store: Store, sources: tuple[str, ...], begin: date, _state: str) -> frozenset[tuple[str, date]]:
    """Unit and first day of each period told since `begin`, worked out once for each state of the sources."""
    figures = observing.observations(store, Asked(sources=list(sources), from_date=begin))
    said = figures.filter(pl.col("measure") != "sites_expected")  # how many sites there are is no word on a period
    return frozenset(said.select("unit", "period_start").unique().iter_rows())


def _around(day: date, every: str, calendar: periods.Calendar) -> tuple[date, date]:
    """The period of the calendar that holds a day."""
    if every == "week":
        found = periods.week(calendar, *periods.week_number(day, calendar))
        return found.start, found.end
    first = day.replace(day=1) if every == "month" else date(day.year, 1, 1)
    months = 1 if every == "month" else 12
    number = first.month - 1 + months
    return first, date(first.year + number // 12, number % 12 + 1, 1) - timedelta(days=1)

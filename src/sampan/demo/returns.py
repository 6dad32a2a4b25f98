"""What the countries that send figures (not persons) put into their returns, silences included.

A return is one unit and one period: how many of its sites reported, and for each condition cases, deaths and a status.
The same persons, seen through fewer sites and late, give smaller figures; that is the point of the story.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import polars as pl

from sampan.demo.countries import Habit
from sampan.demo.world import Place, World

UNKNOWN, WITHHELD, SMALL = 0.012, 0.5, 0.6  # shares of cells; withheld only for cholera weeks with cases
SMALL_BELOW = 3


@dataclass(frozen=True)
class Cell:
    """One condition in one return."""

    condition: str
    status: str  # reported, zero, unknown, withheld, suppressed
    cases: int
    deaths: int


@dataclass(frozen=True)
class Return:
    """One unit's return for one period; `sent` False is a return that never came."""

    place: Place
    start: date
    end: date
    sites_reporting: int
    sent: bool
    cells: tuple[Cell, ...]
    redefined: bool = False  # counted by the country's second case definition


def periods(world: World, habit: Habit) -> list[tuple[date, date]]:
    """First and last days of every whole period of the story, by the country's own calendar."""
    if habit.every == "month":
        return [(start, end) for start, end in _months(world) if end <= world.last]
    first = world.first if habit.calendar != "cdc" else world.first - timedelta(days=1)
    weeks = [(first + timedelta(weeks=n), first + timedelta(weeks=n, days=6)) for n in range(world.weeks)]
    return [(start, end) for start, end in weeks if end <= world.last]


def _months(world: World) -> Iterator[tuple[date, date]]:
    """From the month of the first day on; a month that the story enters late is told from that day."""
    start = world.first.replace(day=1)
    while start <= world.last:
        yield start, start.replace(day=calendar.monthrange(start.year, start.month)[1])
        start = (start + timedelta(days=31)).replace(day=1)


def redefined_on(world: World, habit: Habit) -> date | None:
    """The first day that the country counts by its second case definition; None: it has one only."""
    if habit.redefined is None:
        return None
    return world.last + timedelta(days=1) - timedelta(weeks=habit.redefined.weeks)


def returns(world: World, habit: Habit, people: pl.DataFrame, *, known_on: date) -> list[Return]:
    """All returns of one country as they stand on that day, by period and place."""
    random = np.random.default_rng([world.seed, 2, sorted(h.code for h in world.habits).index(habit.code)])
    places = world.of(habit.code, habit.level)
    counts = _counts(world, habit, people, places, known_on)
    found: list[Return] = []
    change, narrowed = redefined_on(world, habit), habit.redefined.share if habit.redefined else 1.0
    quiet = {place.code: _quiet_spell(random, len(periods(world, habit))) for place in places}
    for number, (start, end) in enumerate(periods(world, habit)):
        for place in places:
            share = (habit.sites_share or 1.0) * random.uniform(0.75, 1.2)
            reporting = int(random.binomial(place.sites, min(1.0, share)))
            sent = number not in quiet[place.code] and random.random() >= habit.unsent and reporting > 0
            anew = change is not None and start >= change
            seen = reporting / place.sites * (narrowed if anew else 1.0)
            cells = tuple(
                _cell(condition, counts.get((place.code, start, condition), []), seen, habit, random)
                for condition in habit.reported
            )
            if end < known_on:
                found.append(Return(place, start, end, reporting, sent, cells, anew))
    return found


def _quiet_spell(random: np.random.Generator, count: int) -> range:
    """One place in six is cut off for some weeks: a flood, a broken link."""
    if random.random() > 1 / 6:
        return range(0)
    start = int(random.integers(0, count))
    return range(start, start + int(random.integers(3, 7)))


def _cell(
    condition: str, chances: list[tuple[float, bool]], share: float, habit: Habit, random: np.random.Generator
) -> Cell:
    """The figure of those persons who came to a reporting site; `chances` are (draw, died), one for each person."""
    luck = random.random(3)
    kept = [died for draw, died in chances if draw < share]
    cases, deaths = len(kept), sum(kept)
    if luck[0] < UNKNOWN:
        return Cell(condition, "unknown", cases, deaths)
    if habit.form == "week-csv" and condition == "cholera" and cases > 0 and luck[1] < WITHHELD:
        return Cell(condition, "withheld", cases, deaths)
    if habit.form == "township-return" and 0 < cases < SMALL_BELOW and luck[2] < SMALL:
        return Cell(condition, "suppressed", cases, deaths)
    return Cell(condition, "reported" if cases else "zero", cases, deaths)


def _counts(
    world: World, habit: Habit, people: pl.DataFrame, places: list[Place], known_on: date
) -> dict[tuple[str, date, str], list[tuple[float, bool]]]:
    """(place code, period start, condition) -> a draw in 0..1 for each person, and whether the person died."""
    random = np.random.default_rng([world.seed, 3])
    people = people.with_columns(
        draw=pl.Series(random.random(people.height)), part=pl.Series(random.random(people.height))
    )
    spans = periods(world, habit)
    by_province: dict[int, list[Place]] = {}
    for place in places:
        by_province.setdefault(place.province, []).append(place)
    here = people.filter(pl.col("place").is_in(list(by_province)) & (pl.col("known") <= known_on))
    found: dict[tuple[str, date, str], list[tuple[float, bool]]] = {}
    for province, seen, condition, draw, part, died in here.select(
        "place", "seen", "condition", "draw", "part", "died"
    ).iter_rows():
        start = _start(spans, seen, habit)
        if start is not None:
            code = _part_of(by_province[province], part).code
            found.setdefault((code, start, condition), []).append((draw, died))
    return found


def _start(spans: list[tuple[date, date]], day: date, habit: Habit) -> date | None:
    """First day of the period that holds `day`."""
    first = spans[0][0]
    start = day.replace(day=1) if habit.every == "month" else first + timedelta(days=(day - first).days // 7 * 7)
    return start if first <= start <= spans[-1][0] else None


def _part_of(parts: list[Place], draw: float) -> Place:
    """The township that a draw in 0..1 falls into, by population; the province itself if it has none."""
    total = sum(place.population for place in parts)
    for place in parts:
        draw -= place.population / total
        if draw < 0:
            return place
    return parts[-1]

"""The invented world of one seed: places with codes, names and people, and the true infections week by week."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

import numpy as np
import polars as pl

from sampan.demo.countries import HABITS, Habit
from sampan.demo.epidemic import infections
from sampan.demo.geography import Land, draw
from sampan.demo.names import Name, invent

PROVINCES = 34
WEEKS = 69
FIRST_MONDAY = date(2024, 6, 3)  # week 23 of 2024, unless a story is asked to begin on another Monday
LAST_DAY = FIRST_MONDAY + timedelta(days=7 * WEEKS - 1)
SINCE = date(1, 1, 1)  # the invented places are older than their registry


@dataclass(frozen=True)
class Place:
    """A province (level 1) or a township (level 2) of an invented country."""

    code: str
    country: str
    level: int
    parent: str | None
    name: Name
    population: int
    province: int  # its number on the map
    sites: int  # places that should report

    @property
    def unit(self) -> str:
        """The dated unit's id."""
        return f"{self.code}@{SINCE.isoformat()}"


@dataclass(frozen=True)
class World:
    """One invented region. `true[condition]` has shape (weeks, provinces)."""

    seed: int
    land: Land
    habits: tuple[Habit, ...]
    places: tuple[Place, ...]
    true: dict[str, np.ndarray]
    first: date = FIRST_MONDAY

    @property
    def weeks(self) -> int:
        """How many weeks the story tells."""
        return len(next(iter(self.true.values())))

    @property
    def last(self) -> date:
        """The last day of the story."""
        return self.first + timedelta(days=7 * self.weeks - 1)

    @cached_property
    def provinces(self) -> dict[int, Place]:
        """Level-1 places by their number on the map."""
        return {place.province: place for place in self.places if place.level == 1}

    def of(self, code: str, level: int = 1) -> list[Place]:
        """The places of one country at one level, by code."""
        return [place for place in self.places if place.country == code and place.level == level]

    def habit(self, code: str) -> Habit:
        """How that country counts."""
        return next(habit for habit in self.habits if habit.code == code)

    def incidence(self) -> pl.DataFrame:
        """The truth, one row for each week, province and condition (zeros included)."""
        rows = []
        for condition, table in self.true.items():
            for (week, province), count in np.ndenumerate(table):
                place = self.provinces[province]
                start = self.first + timedelta(weeks=week)
                rows.append((place.country, place.unit, condition, start, start + timedelta(days=6), int(count)))
        names = ["country", "unit", "condition", "week_start", "week_end", "infections"]
        return pl.DataFrame(rows, schema=names, orient="row")


def world(seed: int, habits: tuple[Habit, ...] = HABITS, *, first: date | None = None) -> World:
    """The region of one seed; the same seed and first Monday give the same region on every machine."""
    random = np.random.default_rng(seed)
    land = draw(PROVINCES, len(habits), random)
    places = _places(land, _seated(land, habits, random), random)
    populations = np.zeros(PROVINCES)
    for place in places:
        if place.level == 1:
            populations[place.province] = place.population
    true = infections(populations, land.neighbours, WEEKS, random)
    return World(seed, land, habits, tuple(places), true, first or FIRST_MONDAY)


def _seated(land: Land, habits: tuple[Habit, ...], random: np.random.Generator) -> list[Habit]:
    """Which country has which territory: drawn by lot, but the two with case lists share a border."""
    best: tuple[float, list[Habit]] | None = None
    lists = {habit.code for habit in habits if habit.form in ("case-list", "cp874-list")}
    for _ in range(12):
        order = [habits[index] for index in random.permutation(len(habits))]
        border = sum(
            length
            for province, others in enumerate(land.neighbours)
            for other, length in others.items()
            if {order[land.country[province]].code, order[land.country[other]].code} == lists
        )
        if best is None or border > best[0]:
            best = (border, order)
    assert best is not None
    return best[1]


def _places(land: Land, seated: list[Habit], random: np.random.Generator) -> list[Place]:
    found: list[Place] = []
    for number, habit in sorted(enumerate(seated), key=lambda pair: pair[1].code):
        provinces = [p for p, country in enumerate(land.country) if country == number]
        townships = 3 if habit.level == 2 else 0
        names = iter(invent(habit.language, len(provinces) * (1 + townships), random))
        for rank, province in enumerate(random.permutation(provinces), start=1):
            people = int(round(random.lognormal(13.1, 0.45), -2))
            code = f"{habit.code}-{rank:02d}"
            sites = max(6, people // 25_000)
            found.append(Place(code, habit.code, 1, habit.code, next(names), people, int(province), sites))
            shares = random.dirichlet([6.0] * townships).tolist() if townships else []
            for place, share in enumerate(shares, start=1):
                part = max(2, round(sites * share))
                name = next(names)
                size = int(round(people * share, -1))
                found.append(Place(f"{code}-{place}", habit.code, 2, code, name, size, int(province), part))
    return found

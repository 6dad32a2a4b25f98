"""Figures of several sources laid side by side without being mixed: by unit, by period, with their silences.

Nothing is added across countries. A month is never cut into weeks: it counts as a whole, by its middle.
Input: observations (schema OBSERVATION) of one condition; output: small frozen values that a page can draw.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

import polars as pl

TOLD = ("reported", "zero")
Slot = tuple[str, date, date]  # unit, first day, last day
ALL_CONDITIONS = "all"  # sites that report on every condition of a form at once
# where several silences meet, the one that says most about why nothing is known
SAYS_MOST = ("not_shared", "withheld", "suppressed", "unknown", "not_reported", "not_under_surveillance")


@dataclass(frozen=True)
class Expected:
    """What one source should send of one condition: its units, its periods, and whether it counts it at all."""

    units: tuple[str, ...]
    periods: tuple[tuple[date, date], ...]
    watched: bool = True
    lists_cases: bool = False  # a list of cases cannot say zero
    not_shared: bool = False  # what is not there was not released to the reader, and says no more
    lives: Mapping[str, tuple[date, date | None]] = field(default_factory=dict)  # unit -> first day, first day after

    def due(self, start: date, end: date) -> list[str]:
        """The units to tell of a period: those whose territory was in force on its last day."""
        always = (date.min, None)
        lives = [(unit, *self.lives.get(unit, always)) for unit in self.units]
        return [unit for unit, begins, ends in lives if begins <= end and (ends is None or end < ends)]


@dataclass(frozen=True)
class Cell:
    """One unit in one period."""

    unit: str
    start: date
    end: date
    status: str
    value: int | None = None
    sites: tuple[int, int] | None = None  # reporting, expected

    @property
    def told(self) -> bool:
        """True if there is a figure."""
        return self.value is not None

    @property
    def days(self) -> int:
        """Length of the period in days."""
        return (self.end - self.start).days + 1

    @property
    def middle(self) -> date:
        """The day in the middle of the period."""
        return self.start + timedelta(days=self.days // 2)


def cells(figures: pl.DataFrame, expected: Expected) -> list[Cell]:
    """One cell for every expected unit and period, by period and unit; what was not sent has its silence.

    `figures`: unit, period_start, period_end, measure, classification, value, status of one source and one condition.
    """
    cases = _summed(figures.filter(pl.col("measure") == "cases"))
    reporting = _sites(figures, "sites_reporting")
    due = _sites(figures, "sites_expected")
    found = []
    for start, end in expected.periods:
        for unit in expected.due(start, end):
            status, value = cases.get((unit, start, end), (_silence(expected), None))
            here = (unit, start, end)
            sites = (reporting[here], due[here]) if here in reporting and here in due else None
            found.append(Cell(unit, start, end, status, value, sites))
    return found


def _silence(expected: Expected) -> str:
    if expected.not_shared:
        return "not_shared"
    if not expected.watched:
        return "not_under_surveillance"
    return "unknown" if expected.lists_cases else "not_reported"


def _summed(cases: pl.DataFrame) -> dict[Slot, tuple[str, int | None]]:
    """(unit, start, end) -> status and figure; a year that begins as January does is not January.
    Classes are added; a class that is silent leaves the figure of the others."""
    totals: dict[Slot, tuple[list[int], list[str]]] = {}
    for *slot, value, status in cases.select("unit", "period_start", "period_end", "value", "status").iter_rows():
        values, statuses = totals.setdefault((slot[0], slot[1], slot[2]), ([], []))
        values.append(value) if status in TOLD and value is not None else statuses.append(status)
    return {key: _one(values, statuses) for key, (values, statuses) in totals.items()}


def _one(values: list[int], statuses: list[str]) -> tuple[str, int | None]:
    if values:
        return ("reported" if sum(values) else "zero", sum(values))
    return (strongest(statuses), None)


def strongest(statuses: Iterable[str]) -> str:
    """The silence that stands for several: the most frequent; among equals the one that says most."""
    counts = Counter(statuses)
    return max(counts, key=lambda status: (counts[status], -_rank(status)))


def _rank(status: str) -> int:
    return SAYS_MOST.index(status) if status in SAYS_MOST else len(SAYS_MOST)


def _sites(figures: pl.DataFrame, measure: str) -> dict[Slot, int]:
    told = figures.filter((pl.col("measure") == measure) & pl.col("value").is_not_null())
    rows = told.select("unit", "period_start", "period_end", "value").iter_rows()
    return {(unit, start, end): value for unit, start, end, value in rows}


def within(found: Iterable[Cell], first: date, last: date) -> list[Cell]:
    """Cells whose middle lies in the window, both days counted."""
    return [cell for cell in found if first <= cell.middle <= last]


def rolled_up(found: Sequence[Cell], parent: Mapping[str, str]) -> list[Cell]:
    """Cells of units one level up. A parent's figure is what its told units said; its sites say how much is missing."""
    groups: dict[tuple[str, date, date], list[Cell]] = {}
    for cell in found:
        groups.setdefault((parent.get(cell.unit, cell.unit), cell.start, cell.end), []).append(cell)
    return [_group(key, members) for key, members in groups.items()]


def _group(key: tuple[str, date, date], members: list[Cell]) -> Cell:
    told = [cell for cell in members if cell.value is not None]
    sites = [cell.sites for cell in members if cell.sites is not None]
    both = (sum(n for n, _ in sites), sum(m for _, m in sites)) if sites else None
    if not told:
        return Cell(*key, strongest(cell.status for cell in members), None, both)
    total = sum(cell.value or 0 for cell in told)
    return Cell(*key, "reported" if total else "zero", total, both)


@dataclass(frozen=True)
class Rate:
    """Cases in a window: how many, a week for each 100,000 people, and how much of the window is known."""

    status: str
    cases: int | None
    a_week: float | None  # cases a week for each 100,000 people of the units that told
    known: int  # cells with a figure
    due: int
    mean_week: float | None = None  # cases in a mean week, whoever lives there


def rate(found: Sequence[Cell], people: Mapping[str, int]) -> Rate:
    """One unit's rate over its cells; the denominator is the people and days of cells that have a figure."""
    told = [cell for cell in found if cell.value is not None]
    if not told:
        status = strongest(cell.status for cell in found) if found else "not_reported"
        return Rate(status, None, None, 0, len(found))
    total = sum(cell.value or 0 for cell in told)
    person_weeks = sum(people.get(cell.unit, 0) * cell.days / 7 for cell in told)
    a_week = None if not person_weeks else 100_000 * total / person_weeks
    spans = {(cell.start, cell.end): cell.days / 7 for cell in told}  # units that told at once share their weeks
    mean = total / sum(spans.values())
    return Rate("reported" if total else "zero", total, a_week, len(told), len(found), mean)


def practice_changes(figures: pl.DataFrame) -> list[date]:
    """First days on which a source's cases came to be counted by another practice than in the period before.

    `figures`: period_start, measure, practice. In a period with several practices the most frequent one stands.
    """
    cases = figures.filter((pl.col("measure") == "cases") & pl.col("practice").is_not_null())
    counted = cases.group_by("period_start", "practice").agg(pl.len().alias("rows"))
    ordered = counted.sort("period_start", "rows", "practice", descending=[False, True, False])
    usual = ordered.unique("period_start", keep="first", maintain_order=True)
    changed = usual.filter(pl.col("practice") != pl.col("practice").shift(1))
    return changed["period_start"].to_list()


def curve(found: Sequence[Cell]) -> pl.DataFrame:
    """One row for each period of a country: period_start, period_end, value, status, told, due."""
    groups: dict[tuple[date, date], list[Cell]] = {}
    for cell in found:
        groups.setdefault((cell.start, cell.end), []).append(cell)
    rows = []
    for (start, end), members in sorted(groups.items()):
        told = [cell.value for cell in members if cell.value is not None]
        status = "reported" if told else strongest(cell.status for cell in members)
        rows.append((start, end, sum(told) if told else None, status, len(told), len(members)))
    names = {"period_start": pl.Date, "period_end": pl.Date, "value": pl.Int64, "status": pl.String}
    return pl.DataFrame(rows, schema=names | {"told": pl.Int64, "due": pl.Int64}, orient="row")

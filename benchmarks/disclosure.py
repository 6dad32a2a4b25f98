"""Disclosure control: cells held back beside the reference, the time it takes, and a year of weekly releases."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl

from benchmarks.figure import Figure
from benchmarks.weekly import Year, year
from sampan.sharing.disclosure.protect import PUBLISHED, protect
from sampan.sharing.disclosure.series import Series, given_away, increments, opened, protected, release_week, totals
from sampan.sharing.disclosure.silences import first_weeks, tells_apart

SHARED = Path(os.environ.get("SAMPAN_SHARED", Path(__file__).parents[2] / "shared")) / "data/reference/suppression"
REFERENCE_CELLS = 884  # of 2,226, 686 of them small (SOURCE.txt beside the file)
MINIMUM = 5


def figures() -> Iterator[Figure]:
    """All of them; those of the reference table only where it is."""
    if (SHARED / "big_input.csv").exists():
        yield from _table()
    yield from _season()


def _table() -> Iterator[Figure]:
    frame = pl.read_csv(SHARED / "big_input.csv")
    hierarchies = {"adm": [sorted(set(frame.select("adm", "ctry").iter_rows()))]}
    for interval, most, seconds in ((False, 1.15, 5.0), (True, 1.35, 60.0)):
        start = time.perf_counter()
        done = protect(
            frame,
            dims=["adm", "age", "sex"],
            count="freq",
            minimum=MINIMUM,
            hierarchies=hierarchies,
            interval=interval,
        )
        taken = time.perf_counter() - start
        held = done.filter(pl.col("status") != PUBLISHED).height
        what = "every interval a minimum wide" if interval else "exact protection"
        note = f"{held} of {done.height} cells"
        yield Figure(f"cells held back, {what}", held / REFERENCE_CELLS, most, note=note)
        yield Figure(f"seconds, {what}", taken, seconds, "s", note=f"{done.height} cells")


def _season() -> Iterator[Figure]:
    drawn = year(1)
    series = released(drawn)
    small = protected(series)[0]
    naive = replace(series, told=series.counts >= MINIMUM)
    told_anyway = (given_away(naive, growing=False) & small).sum() / small.sum()
    note = "700 areas x 52 weeks, revised"
    yield Figure("increments told without the ledger", told_anyway, 0.0, "share", at_most=False, note=note)
    yield Figure("protected quantities recovered", float(given_away(series).sum()), 0.0, "", note=note)
    yield Figure("area-weeks with a new figure", float(series.told.mean()), 0.14, "share", at_most=False, note=note)
    yield Figure("totals above the minimum told", _totals_told(series), 1.0, "share", at_most=False, note=note)
    years = [released(year(seed)) for seed in range(1, 6)]
    chance, error = tells_apart(
        np.concatenate([one.told for one in years]), np.concatenate([increments(one) for one in years])
    )
    yield Figure("zero weeks told apart by silence", chance, 0.51, "chance", note=f"0.5 is chance, error {error:.4f}")
    for weeks in (52, 260):
        yield Figure(f"audit at week {weeks}", _audit(weeks), 5.0, "s", note="700 areas, one unbroken series")


def released(drawn: Year) -> Series:
    """The series after every week of a drawn year."""
    series = opened(drawn.group, minimum=MINIMUM, first=first_weeks(drawn.expected, MINIMUM))
    for week in range(drawn.counts.shape[1]):
        series = release_week(series, drawn.counts[:, week])
    return series


def _totals_told(series: Series) -> float:
    units, country = totals(series)
    sums = np.zeros(units.shape, dtype=np.int64)
    np.add.at(sums, series.group, series.counts)
    above = sums >= MINIMUM
    return float((units[above].sum() + country.sum()) / (above.sum() + (sums.sum(axis=0) >= MINIMUM).sum()))


def _audit(weeks: int) -> float:
    """Seconds for the release of one more week: the test of all that left before together with it."""
    drawn = year(1, weeks=weeks)
    turns = np.arange(weeks) % 4 == np.arange(len(drawn.group))[:, None] % 4
    told = turns & (drawn.counts >= MINIMUM)
    before = replace(opened(drawn.group, minimum=MINIMUM), counts=drawn.counts[:, :-1], told=told[:, :-1])
    start = time.perf_counter()
    release_week(before, drawn.counts[:, -1])
    return time.perf_counter() - start

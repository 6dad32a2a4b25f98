"""Weekly cumulative releases: nothing small is told, enough is told, and silence says nothing."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from benchmarks.weekly import Year, year
from scipy.optimize import linprog
from tests.unit.sharing.disclosure import oracle

from sampan.sharing.disclosure.series import Series, given_away, increments, opened, protected, release_week, totals
from sampan.sharing.disclosure.silences import first_weeks, tells_apart

MINIMUM = 5


def released(drawn: Year, *, every: int = 4) -> Series:
    series = opened(drawn.group, minimum=MINIMUM, every=every, first=first_weeks(drawn.expected, MINIMUM))
    for week in range(drawn.counts.shape[1]):
        series = release_week(series, drawn.counts[:, week])
    return series


@pytest.fixture(scope="module")
def season() -> Series:
    return released(year(1))


def test_a_year_of_releases_gives_no_protected_quantity_away(season: Series) -> None:
    assert given_away(season).sum() == 0


def test_without_the_ledger_most_small_increments_can_be_told(season: Series) -> None:
    naive = replace(season, told=season.counts >= MINIMUM)
    small = protected(season)[0]
    assert (given_away(naive, growing=False) & small).sum() > 0.8 * small.sum()


def test_enough_is_told(season: Series) -> None:
    units, country = totals(season)
    sums = np.zeros(units.shape, dtype=np.int64)
    np.add.at(sums, season.group, season.counts)
    assert season.told.mean() >= 0.14
    assert units[sums >= MINIMUM].all()
    assert country.all()


def test_silence_sorts_zero_weeks_from_others_no_better_than_chance() -> None:
    seasons = [released(year(seed)) for seed in range(2, 6)]
    told = np.concatenate([one.told for one in seasons])
    new = np.concatenate([increments(one) for one in seasons])
    chance, error = tells_apart(told, new)
    assert abs(chance - 0.5) < 0.01
    assert error < 0.002


def test_speaking_whenever_enough_has_come_together_would_tell_the_weeks_apart() -> None:
    counts = year(2).counts
    told, last = np.zeros(counts.shape, dtype=bool), np.zeros(len(counts))
    for week in range(counts.shape[1]):
        told[:, week] = counts[:, week] - last >= MINIMUM
        last = np.where(told[:, week], counts[:, week], last)
    assert tells_apart(told, np.diff(counts, axis=1, prepend=0))[0] > 0.6


def test_the_series_survives_being_kept() -> None:
    series = released(year(3, areas=20, groups=2, weeks=9))
    kept = Series.from_dict(json.loads(json.dumps(series.as_dict())))
    more = np.arange(20) + 30
    assert release_week(kept, more).as_dict() == release_week(series, more).as_dict()


@pytest.mark.parametrize("seed", range(25))
@pytest.mark.parametrize("growing", [False, True])
def test_the_network_finds_what_algebra_and_bounds_find(seed: int, growing: bool) -> None:
    """Small series with arbitrary figures told, against fractions and linear programmes written apart."""
    draw = np.random.default_rng(seed)
    areas, weeks = int(draw.integers(3, 6)), int(draw.integers(3, 6))
    group = np.sort(draw.integers(0, 2, areas))
    new = draw.choice([0, 0, 1, 2, 6], (areas, weeks))
    series = Series(
        group, np.zeros(areas, dtype=int), MINIMUM, 4, np.cumsum(new, axis=1), draw.random((areas, weeks)) < 0.5
    )
    rows, values = [], []
    for area, week in zip(*np.nonzero(series.told), strict=True):
        row = np.zeros(new.shape)
        row[area, : week + 1] = 1
        rows.append(row.ravel())
    for unit in np.unique(group):
        for week in range(weeks):
            row = np.zeros(new.shape)
            row[group == unit, : week + 1] = 1
            rows.append(row.ravel())
    values = [row @ new.ravel() for row in rows]
    small_new, small_count = protected(series)
    targets = []
    for area, week in zip(*np.nonzero(small_new | small_count), strict=True):
        one, upto = np.zeros(new.shape), np.zeros(new.shape)
        one[area, week], upto[area, : week + 1] = 1, 1
        targets.append(
            (area, week, [t.ravel() for t, small in ((one, small_new), (upto, small_count)) if small[area, week]])
        )
    expected = np.zeros(new.shape, dtype=bool)
    for area, week, wanted in targets:
        if growing:
            for row in wanted:
                ends = [linprog(sign * row, A_eq=np.array(rows), b_eq=values).fun for sign in (1, -1)]
                expected[area, week] |= abs(ends[0] + ends[1]) < 1e-6
        else:
            whole = [row.astype(int).tolist() for row in rows]
            expected[area, week] = any(oracle.in_row_space(whole, [row.astype(int).tolist() for row in wanted]))
    assert (given_away(series, growing=growing) == expected).all()

"""Weeks beside months, bands of ages that cross: what lies between is a count nobody reports, and ties them together."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from tests.stories.test_attack import given_away
from tests.unit.sharing.test_adding_up import FINE, PLAIN
from tests.unit.sharing.test_adding_up import told as released
from tests.unit.sharing.test_release import observed, week

from sampan.sharing.adding_up import Sums, sums
from sampan.sharing.admission import NAME, named
from sampan.sharing.disclosure.ledger import UNREPORTED, Ledger, Offer, admit
from sampan.sharing.overlaps import gapped

MONDAYS = [date(2026, 6, 29), date(2026, 7, 6), date(2026, 7, 13), date(2026, 7, 20), date(2026, 7, 27)]


def july(month: int, *weeks: int) -> tuple[Sums, dict[str, int]]:
    """The sums of a July and its five weeks, and the counts by name."""
    rows: list[dict[str, Any]] = [
        {"period_start": day, "period_end": date.fromordinal(day.toordinal() + 6), "value": value}
        for day, value in zip(MONDAYS, weeks, strict=True)
    ]
    whole = {"period_kind": "month", "period_start": date(2026, 7, 1), "period_end": date(2026, 7, 31), "value": month}
    table = named(observed(*rows, whole))
    return sums(table, NAME, {}, {}), dict(table.select(NAME, "value").iter_rows())


def told(month: int, *weeks: int) -> list[int]:
    """What one recipient is told who asks for the weeks and then for the month."""
    found, counts = july(month, *weeks)
    counts |= {name: piece.value for name, piece in found.pieces.items()}
    equal = found.near(counts)
    ledger, said = Ledger(), []
    reported = [name for name in counts if not name.startswith(UNREPORTED)]
    for names in (reported[:-1], reported[-1:]):
        offer = Offer("one", "r", date(2026, 8, 10), 5, {n: (n,) for n in names}, counts, equal=equal)
        done = admit(ledger, offer)
        ledger, said = done.ledger, said + [counts[name] for name in done.told]
    return said


def test_a_month_is_its_whole_weeks_and_the_days_at_its_ends() -> None:
    found, counts = july(21, 4, 7, 3, 9, 6)
    lengths = [sorted(len(side) for side in pair) for pair in found.equal]
    assert lengths == [[1, 2], [1, 5], [1, 2]]
    values = counts | {name: piece.value for name, piece in found.pieces.items()}
    assert all(sum(values[n] for n in one) == sum(values[n] for n in other) for one, other in found.equal)
    ends = sorted(piece.end for piece in found.pieces.values())
    assert ends == [date(2026, 6, 30), date(2026, 7, 5), date(2026, 7, 31), date(2026, 8, 2)]


def test_a_month_less_its_weeks_tells_no_silent_week_where_nobody_fell_ill_at_its_ends() -> None:
    assert told(19, 0, 7, 3, 9, 0) == [0, 7, 9, 0]
    assert told(25, 6, 7, 3, 9, 8) == [6, 7, 9, 8, 25], "the days at its ends are cover"


def test_a_month_that_no_counts_of_days_could_make_is_not_tied_to_its_weeks() -> None:
    found, _ = july(12, 0, 7, 3, 9, 0)
    assert [pair for pair in found.equal if max(map(len, pair)) == 5] == []


YOUNG, ADULT, MINOR, GROWN = (0.0, 15.0), (15.0, 200.0), (0.0, 18.0), (18.0, 200.0)


@pytest.mark.parametrize("counts", [(9, 8, 3), (2, 8, 30), (9, 0, 3), (4, 5, 6), (12, 1, 4)])
@pytest.mark.parametrize("asks", [[FINE], [PLAIN, FINE]])
def test_bands_of_ages_that_cross_give_no_small_one_away(
    counts: tuple[int, int, int], asks: list[dict[str, Any]]
) -> None:
    """Under 15, 15 and over, under 18, 18 and over, and no total: 9 and 11 less 17 would be the 3 of 18 and over."""
    ages = dict(zip("abc", counts, strict=True))
    bands = {YOUNG: "a", ADULT: "bc", MINOR: "ab", GROWN: "c"}
    sums = {band: sum(ages[one] for one in inside) for band, inside in bands.items()}
    rows = observed(*(week(0, n, age_from=first, age_to=last) for (first, last), n in sums.items()))
    _, ledger = released(rows, [{"resolution": one} for one in asks])
    terms = {frozenset((one, ages[one]) for one in inside): sums[band] for band, inside in bands.items()}
    left = {ledger.value(row.terms) for row in ledger.rows}
    told = {one: n for one, n in terms.items() if n in left}
    small = [one for one, n in terms.items() if n < 5]
    assert not small or given_away(terms, small), "the attack finds them where all is told"
    assert not told or given_away(told, small) == []


@pytest.mark.parametrize(("counts", "said"), [((20, 0, 0), []), ((20, 9, 0), [9, 20, 29]), ((8, 0, 30), [8, 38])])
def test_a_band_of_ages_beside_a_gap_is_not_told_by_the_wider_one(
    counts: tuple[int, int, int], said: list[int]
) -> None:
    """Under 5, 10 to 17, and under 18: where the first and the last are equal, nobody is in the silent one."""
    young, old, gap = counts
    bands = {(0.0, 5.0): young, (10.0, 18.0): old, (0.0, 18.0): young + old + gap}
    rows = observed(*(week(0, n, age_from=first, age_to=last) for (first, last), n in bands.items()))
    _, ledger = released(rows, [{"resolution": FINE}])
    assert sorted(ledger.value(row.terms) for row in ledger.rows) == said


@pytest.mark.parametrize(
    ("bands", "gap"),
    [
        ([(0, 5), (5, 18), (0, 18)], False),
        ([(0, 5), (10, 18), (0, 18)], True),
        ([(0, 5), (5, 10), (0, 18)], True),
        ([(0, 5), (0, 18)], False),
        ([(0, 5), (0, 10), (0, 18)], False),
    ],
)
def test_a_gap_counts_where_two_bands_apart_leave_it(bands: list[tuple[int, int]], gap: bool) -> None:
    assert gapped(bands) is gap

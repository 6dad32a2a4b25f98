"""A total beside its parts: by age, sex, place, class or kind of condition, crossed or not, nothing small is left over."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest
from tests.decisions.corpus import changed, request, state, world
from tests.unit.sharing.test_release import KH20, WEEKS, observed, week

from sampan.sharing.adding_up import sums
from sampan.sharing.admission import NAME, Audience, named
from sampan.sharing.decide import decide
from sampan.sharing.disclosure.attack import Figure, attack
from sampan.sharing.disclosure.ledger import Ledger
from sampan.sharing.release import Books, build
from sampan.sharing.rollup import roll_up

D1, D2 = "KH-2001@0001-01-01", "KH-2002@0001-01-01"
FINE = {"level": 1, "period": "week", "age_years": 1, "sex": True}
PLAIN = {"level": 1, "period": "week"}
ALL_AT_ONCE, ONE_BY_ONE = [{"resolution": FINE}], [{"resolution": PLAIN}, {"resolution": FINE}]
AGES = [{}, {"age_from": 0.0, "age_to": 5.0}, {"age_from": 5.0, "age_to": 200.0}]
SEXES = [{}, {"sex": "male"}, {"sex": "female"}]
CLASSES = [{"classification": word} for word in ("suspected+confirmed", "confirmed", "suspected")]
KINDS = [{"condition": code} for code in ("malaria", "malaria-falciparum", "malaria-vivax")]
ONE_KIND = [{"resolution": PLAIN, "conditions": [one["condition"]]} for one in KINDS]


def told(rows: pl.DataFrame, asks: list[dict[str, Any]]) -> tuple[set[int], Ledger]:
    """Every count told in a row of releases to one recipient, and the ledger after them."""
    terms = {"resolution": {**FINE, "level": 2}, "minimum_cell": {"cell": 5}}
    frozen = state({}, (changed("weekly", {"clauses": {"kh-weekly": terms}}),))
    books, found = Books({}, Audience("vn-tay-ninh", "R", date(2026, 8, 10))), set()
    for ask in asks:
        window = {"data": {"from": "2026-07-06", "to": "2026-07-12"}, "sources": ["kh-20-weekly"]}
        wanted = request({**window, **ask})
        out = build(wanted, decide(wanted, frozen, world()), frozen, rows, world(), lambda _s, _k: WEEKS[:1], books)
        books = replace(books, ledgers=out.ledgers)
        found |= set(out.table["value"].drop_nulls().to_list())
    (ledger,) = books.ledgers.values()
    return found, ledger


def recovered(ledger: Ledger) -> list[str]:
    known = [Figure("", row.terms, ledger.value(row.terms)) for row in ledger.rows]
    known += [Figure("", one, ledger.value(one) - ledger.value(other), other) for one, other in ledger.equal]
    hidden = [Figure(str(terms), terms, None) for terms in ledger.targets]
    return [one.label for one in attack(known + hidden).recoveries]


@pytest.mark.parametrize(
    ("named_by", "asks"),
    [(AGES, ALL_AT_ONCE), (AGES, ONE_BY_ONE), (SEXES, ALL_AT_ONCE), (SEXES, ONE_BY_ONE), (CLASSES, ALL_AT_ONCE),
     (KINDS, [{"resolution": PLAIN, "conditions": [one["condition"] for one in KINDS]}]), (KINDS, ONE_KIND),
     (KINDS, ONE_KIND[::-1])],
)  # fmt: skip
def test_a_total_and_one_part_never_tell_a_small_other_part(
    named_by: list[dict[str, Any]], asks: list[dict[str, Any]]
) -> None:
    rows = observed(*(week(0, value, **names) for value, names in zip((23, 20, 3), named_by, strict=True)))
    found, ledger = told(rows, asks)
    assert found in ({23}, {20})
    assert recovered(ledger) == []


MONTHS = tuple((date(2026, month, 1), date(2026, month + 1, 1) - timedelta(days=1)) for month in (4, 5, 6))
QUARTER = (date(2026, 4, 1), date(2026, 6, 30))
FOUR_WEEKS = tuple((date(2026, 6, day), date(2026, 6, day + 6)) for day in (1, 8, 15, 22))
FOUR = (date(2026, 6, 1), date(2026, 6, 28))  # a reporting month of four weeks


def span(kind: str, dates: tuple[date, date], value: int) -> dict[str, Any]:
    return {"period_kind": kind, "period_start": dates[0], "period_end": dates[1], "value": value}


LONGER_PERIODS = [
    ("month", MONTHS, [20, 3, 30], "quarter", QUARTER),
    ("week", FOUR_WEEKS, [20, 3, 30, 11], "month", FOUR),
]


@pytest.mark.parametrize(("short", "spans", "values", "long", "whole"), LONGER_PERIODS)
@pytest.mark.parametrize("first", ["long", "short"])
def test_a_longer_period_and_its_parts_never_tell_a_small_part(
    short: str, spans: Any, values: list[int], long: str, whole: tuple[date, date], first: str
) -> None:
    rows = observed(
        *(span(short, one, n) for one, n in zip(spans, values, strict=True)), span(long, whole, sum(values))
    )
    frozen = state({}, (changed("weekly", {"clauses": {"kh-weekly": {"resolution": {"level": 1, "period": "week"}}}}),))
    books, found = Books({}, Audience("vn-tay-ninh", "R", date(2026, 8, 10))), set()
    for kind in (long, short) if first == "long" else (short, long):
        grid = (whole,) if kind == long else spans
        asked = {"data": {"from": str(whole[0]), "to": str(whole[1])}, "resolution": {"level": 1, "period": kind}}
        wanted = request({"sources": ["kh-20-weekly"], **asked})
        decision = decide(wanted, frozen, world())
        out = build(wanted, decision, frozen, rows, world(), lambda _s, _k, grid=grid: grid, books)
        books = replace(books, ledgers=out.ledgers)
        found |= set(out.table["value"].drop_nulls().to_list())
    (ledger,) = books.ledgers.values()
    assert recovered(ledger) == []
    assert len(found) >= 2
    assert not (set(values) - {3} | {sum(values)}) <= found


BY_SEX = [(20, 3), (30, 11), (25, 9)]  # men and women of three months


@pytest.mark.parametrize("split", ["short", "long"])
@pytest.mark.parametrize("first", ["month", "quarter"])
def test_months_by_sex_and_a_quarter_that_is_not_split_are_the_same_persons(split: str, first: str) -> None:
    """Nobody reports the months of both sexes together, nor the quarter's: they are equal all the same."""
    sexed = [{**span("month", one, n), "sex": sex} for one, both in zip(MONTHS, BY_SEX, strict=True)
             for n, sex in zip(both, ("male", "female"), strict=True)]  # fmt: skip
    rows, small = observed(*sexed, span("quarter", QUARTER, 98)), 3
    if split == "long":
        months = [span("month", one, n) for one, n in zip(MONTHS, (20, 4, 30), strict=True)]
        quarters = [{**span("quarter", QUARTER, n), "sex": sex} for n, sex in ((40, "male"), (14, "female"))]
        rows, small = observed(*months, *quarters), 4
    terms = {"resolution": {**FINE, "level": 1}, "minimum_cell": {"cell": 5}}
    frozen = state({}, (changed("weekly", {"clauses": {"kh-weekly": terms}}),))
    books, found = Books({}, Audience("vn-tay-ninh", "R", date(2026, 8, 10))), []
    for kind in (first, "quarter" if first == "month" else "month"):
        grid = (QUARTER,) if kind == "quarter" else MONTHS
        window = {"from": str(QUARTER[0]), "to": str(QUARTER[1])}
        wanted = request({"sources": ["kh-20-weekly"], "data": window, "resolution": {**FINE, "period": kind}})
        decision = decide(wanted, frozen, world())
        out = build(wanted, decision, frozen, rows, world(), lambda _s, _k, grid=grid: grid, books)
        books = replace(books, ledgers=out.ledgers)
        found += out.table["value"].drop_nulls().to_list()
    values = rows["value"].to_list()
    assert small not in found
    assert len(values) - len([one for one in values if one in found]) >= 2, "one more is held back beside the small one"
    (ledger,) = books.ledgers.values()
    assert recovered(ledger) == []


def test_a_total_told_before_its_parts_were_reported_is_their_sum_afterwards() -> None:
    """The province's 14 leaves on Monday; on Tuesday its two districts come, 11 and 3: neither may leave alone."""
    terms = {"resolution": {"level": 2, "period": "week"}, "minimum_cell": {"cell": 5}}
    frozen = state({}, (changed("weekly", {"clauses": {"kh-weekly": terms}}),))
    books, found = Books({}, Audience("vn-tay-ninh", "R", date(2026, 8, 10))), []
    monday, tuesday = [week(0, 14)], [week(0, 14), week(0, 11, unit=D1), week(0, 3, unit=D2)]
    for level, rows in ((1, monday), (2, tuesday)):
        asked = {"data": {"from": "2026-07-06", "to": "2026-07-12"}, "resolution": {"level": level, "period": "week"}}
        wanted = request({"sources": ["kh-20-weekly"], **asked})
        decision = decide(wanted, frozen, world())
        out = build(wanted, decision, frozen, observed(*rows), world(), lambda _s, _k: WEEKS[:1], books)
        books = replace(books, ledgers=out.ledgers)
        found += out.table["value"].drop_nulls().to_list()
    assert found == [14]
    (ledger,) = books.ledgers.values()
    assert recovered(ledger) == []


def test_two_groupings_that_do_not_cross_say_that_their_sums_are_equal() -> None:
    rows = observed(week(0, 23), *(week(0, n, **s) for n, s in zip((20, 3), SEXES[1:], strict=True)),
                    week(0, 12, unit=D1), week(0, 11, unit=D2))  # fmt: skip
    found, ledger = told(rows, [{"resolution": {**PLAIN, "level": 2}}, {"resolution": FINE}])
    assert found == {12, 11, 23}
    assert len(ledger.equal) == 1
    assert recovered(ledger) == []
    assert recovered(replace(ledger, equal=())) == []
    both = replace(ledger, rows=(*ledger.rows, replace(ledger.rows[0], terms=(ledger.equal[0][1][1],))))
    assert recovered(both), "with the men as well, the women are the districts less the men"


def test_a_total_stands_for_the_finest_of_its_parts() -> None:
    crossed = [(D1, "male", 4), (D1, "female", 6), (D2, "male", 1), (D2, "female", 2)]
    rows = named(observed(
        week(0, 13), week(0, 5, sex="male"), week(0, 8, sex="female"), week(0, 10, unit=D1), week(0, 3, unit=D2),
        *(week(0, n, unit=unit, sex=sex) for unit, sex, n in crossed), week(1, 9), week(1, 5, sex="male"),
    ))  # fmt: skip
    found = sums(rows, NAME, world().places_below, world().conditions_below)
    names = rows[NAME].to_list()
    assert set(found.terms(names[0])) == set(names[5:9])
    assert set(found.terms(names[1])) == {names[5], names[7]}
    assert found.terms(names[9]) == (names[9],), "five men of nine: who the others are was not reported"
    assert found.equal == ()


def test_districts_beside_their_province_are_not_counted_twice() -> None:
    rows = named(
        observed(week(0, 23), week(0, 12, unit=D1), week(0, 11, unit=D2), week(0, 40, unit="KH-12@0001-01-01"))
    )
    below, country = world().places_below, world().unit_of("KH", date(2026, 7, 7)) or ""
    cells = roll_up(rows, request({"resolution": {"level": 0, "period": "week"}}).asked,
                    dict.fromkeys(below[country], country), below)  # fmt: skip
    assert cells.select("value", "parts").rows() == [(63, 2)]
    assert KH20 in below[country]


def test_two_kinds_of_rows_meet_in_a_total_that_nobody_reports() -> None:
    """A district's sexes and, apart from them, its classes: both are the district's sum, though that is not told."""
    sexes = [
        week(0, n, unit=D1, sex=sex, classification="suspected+confirmed") for n, sex in ((20, "male"), (6, "female"))
    ]
    classes = [week(0, 23, unit=D1, classification="confirmed"), week(0, 3, unit=D1, classification="suspected")]
    found, ledger = told(observed(*sexes, *classes), [{"resolution": {**FINE, "level": 2}}])
    assert len(ledger.equal) == 1
    assert 3 not in found
    assert len(found) == 2, "of four counts in two equal sums one more is held back beside the small one"
    assert recovered(ledger) == []


def test_a_district_that_splits_by_sex_is_not_lost_beside_one_that_does_not() -> None:
    rows = named(observed(
        week(0, 10, unit=D1), week(0, 4, unit=D2, sex="male"), week(0, 5, unit=D2, sex="female"),
        week(1, 7, unit=D1, age_from=0.0, age_to=5.0), week(1, 9, unit=D1, age_from=0.0, age_to=15.0),
        week(1, 6, unit=D1, age_from=15.0, age_to=200.0),
    ))  # fmt: skip
    cells = roll_up(rows, request({"resolution": PLAIN}).asked, {D1: KH20, D2: KH20})
    assert cells["value"].to_list() == [19, 15]


def test_ages_that_never_reach_the_end_are_no_parts_however_many_ways_they_could_be_laid() -> None:
    bands = [(age, age + step) for step in (1, 5) for age in range(0, 80, step)]
    ages = [week(0, 1, age_from=float(first), age_to=float(last)) for first, last in bands]
    open_ended, closed = (
        named(observed(week(0, 80), *ages, *old)) for old in ([], [week(0, 0, age_from=80.0, age_to=200.0)])
    )
    assert not sums(open_ended, NAME, {}, {}).terms(open_ended[NAME][0])[1:]
    assert len(sums(closed, NAME, {}, {}).terms(closed[NAME][0])) == 81

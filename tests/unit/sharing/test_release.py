"""The table that leaves: rolled up without counting twice, tested cell by cell, silences as the clause says."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest
from tests.decisions.corpus import changed, request, state, world

from sampan.model.decisions import Asked
from sampan.model.observations import OBSERVATION
from sampan.sharing.admission import Audience, named, small_sums
from sampan.sharing.decide import decide
from sampan.sharing.manifest import _caveats, manifest
from sampan.sharing.release import UNAPPROVED, UNSAID, Books, Released, Span, build
from sampan.sharing.rollup import roll_up

WEEKS = tuple((date(2026, 7, day), date(2026, 7, day + 6)) for day in (6, 13, 20))
KH20 = "KH-20@0001-01-01"


def observed(*rows: dict[str, Any]) -> pl.DataFrame:
    ordinary = {
        "source": "kh-20-weekly", "practice": "p", "unit": KH20, "place_role": "report",
        "period_start": date(2026, 7, 6), "period_end": date(2026, 7, 12), "period_kind": "week",
        "condition": "cholera", "measure": "cases", "classification": "suspected", "date_basis": "report",
        "accumulation": "period", "status": "reported",
    }  # fmt: skip
    return pl.DataFrame([{**dict.fromkeys(OBSERVATION), **ordinary, **row} for row in rows], schema=OBSERVATION)


def week(number: int, value: int | None, **more: Any) -> dict[str, Any]:
    start, end = WEEKS[number]
    status = "zero" if value == 0 else "reported" if value is not None else "unknown"
    return {"period_start": start, "period_end": end, "value": value, "status": status, **more}


def built(rows: pl.DataFrame, asked: dict[str, Any], change: dict[str, Any] | None = None) -> Released:
    agreement = changed("weekly", change or {})
    wanted = request({"data": {"from": "2026-07-06", "to": "2026-07-26"}, "sources": ["kh-20-weekly"], **asked})
    frozen = state({}, (agreement,))
    decision = decide(wanted, frozen, world())
    books = Books({}, Audience("vn-tay-ninh", "R", date(2026, 8, 10)))
    return build(wanted, decision, frozen, rows, world(), lambda _source, _kind: WEEKS, books)


def released(rows: pl.DataFrame, asked: dict[str, Any], change: dict[str, Any] | None = None) -> list[tuple[Any, ...]]:
    return built(rows, asked, change).table.select("period_start", "value", "status").rows()


ZEROS = {"clauses": {"kh-weekly": {"silences": ["zero"]}}}


def test_counts_and_zeros_go_and_every_other_silence_is_the_same() -> None:
    rows = observed(week(0, 14), week(1, 0), week(2, 3))
    assert released(rows, {}, ZEROS) == [
        (date(2026, 7, 6), 14, "reported"),
        (date(2026, 7, 13), 0, "zero"),
        (date(2026, 7, 20), None, "not-shared"),  # 3 is below the minimum of 5
    ]
    assert released(observed(week(0, 14), week(1, 0), week(2, None)), {}, ZEROS) == released(rows, {}, ZEROS)
    assert released(observed(week(0, 14), week(1, 0)), {}, ZEROS) == released(rows, {}, ZEROS)


@pytest.mark.parametrize("few", [0, 1, 4, None])
def test_where_no_clause_names_zeros_a_week_of_none_looks_like_a_week_of_a_few(few: int | None) -> None:
    """Else the weeks that are not shared would be the weeks with cases, for whoever knows that the place reports."""
    told = released(observed(week(0, 14), week(1, few), week(2, 3)), {})
    assert told == [(WEEKS[0][0], 14, "reported"), (WEEKS[1][0], None, "not-shared"), (WEEKS[2][0], None, "not-shared")]
    assert released(observed(week(0, 14), week(1, 0), week(2, few)), {}) == told


def test_an_alert_that_tells_single_cases_tells_zeros_as_well() -> None:
    assert released(observed(week(0, 0)), {"purpose": "alert"})[0] == (date(2026, 7, 6), 0, "zero")


@pytest.mark.parametrize("few", [0, 3])
@pytest.mark.parametrize("finest_first", [True, False])
def test_no_total_beside_its_parts_says_whether_the_silent_part_is_none_or_a_few(few: int, finest_first: bool) -> None:
    """Eleven in one district and 0 or 3 in the other: whether the province is told must not depend on which."""
    rows = observed(week(0, 11, unit="KH-2001@0001-01-01"), week(0, few, unit="KH-2002@0001-01-01"))
    both = {"clauses": {"kh-weekly": {"resolution": {"level": 2, "period": "week"}}}}
    frozen, ledgers, told = state({}, (changed("weekly", both),)), {}, []
    for level in (2, 1) if finest_first else (1, 2):
        asked = {"data": {"from": "2026-07-06", "to": "2026-07-12"}, "sources": ["kh-20-weekly"]}
        wanted = request({**asked, "resolution": {"level": level, "period": "week"}})
        books = Books(ledgers, Audience("vn-tay-ninh", "R", date(2026, 8, 10)))
        out = build(wanted, decide(wanted, frozen, world()), frozen, rows, world(), lambda *_: WEEKS[:1], books)
        ledgers = dict(out.ledgers)
        told.append(out.table.get_column("status").to_list()[:2])
    assert told == (
        [["reported", "not-shared"], ["not-shared"]] if finest_first else [["reported"], ["not-shared"] * 2]
    )


@pytest.mark.parametrize("beside", [{"measure": "deaths"}, {"condition": "acute-watery-diarrhoea"}])
def test_a_small_count_stays_small_beside_other_figures_of_the_same_place_and_week(beside: dict[str, str]) -> None:
    rows = observed(week(0, 3), week(0, 0, **beside))
    asked = {"measures": ["cases", "deaths"], "conditions": ["cholera", "acute-watery-diarrhoea"]}
    told = released(rows, asked, ZEROS)
    assert 3 not in {value for _, value, _ in told}
    assert 0 in {value for _, value, _ in told}


def test_silences_are_told_apart_where_the_clause_says_so() -> None:
    change = {"clauses": {"kh-weekly": {"silences": ["suppressed"]}}}
    assert [status for _, _, status in released(observed(week(0, 14), week(1, 3)), {}, change)] == [
        "reported",
        "suppressed",
        "not_reported",
    ]


@pytest.mark.parametrize(("silences", "held"), [(["suppressed"], 1), ([], None)])
def test_the_manifest_counts_what_was_held_back_only_where_that_may_be_seen(
    silences: list[str], held: int | None
) -> None:
    rows, change = observed(week(0, 14), week(1, 3)), {"clauses": {"kh-weekly": {"silences": silences}}}
    wanted = request({"data": {"from": "2026-07-06", "to": "2026-07-26"}, "sources": ["kh-20-weekly"]})
    frozen = state({}, (changed("weekly", change),))
    said = manifest(wanted, decide(wanted, frozen, world()), frozen, built(rows, {}, change))
    assert [said[name] for name in ("rows", "told", "not_told", "held_back")] == [3, 1, 2, held]


WAITING = pl.Series(UNSAID, [True, False, True])  # the word of the first week and of a count too small to be told
MAY_KNOW = {"clauses": {"kh-weekly": {"practices": [UNAPPROVED]}}}


@pytest.mark.parametrize(
    ("change", "told"),
    [(MAY_KNOW, [("reported", UNAPPROVED), ("reported", None), ("not-shared", None)]),
     ({}, [("reported", None), ("reported", None), ("not-shared", None)])],
)  # fmt: skip
def test_a_word_its_owner_has_not_approved_is_told_where_the_clause_lets_it_be(
    change: dict[str, Any], told: list[tuple[str, str | None]]
) -> None:
    out = built(observed(week(0, 14), week(1, 9), week(2, 3)).with_columns(WAITING), {}, change)
    assert out.table.select("status", "caveat").rows() == told
    said = [{"source": "kh-20-weekly", "caveat": UNAPPROVED, "cells": 1}]
    assert _caveats(out) == (said if change else [])


def test_the_table_of_a_denied_request_has_the_same_shape_whatever_there_is() -> None:
    denied = {"purpose": "research"}
    full, empty = observed(week(0, 14), week(1, 0)), observed()
    assert released(full, denied) == released(empty, denied) == [(start, None, "not-shared") for start, _ in WEEKS]


def test_an_alert_may_tell_a_single_case() -> None:
    assert released(observed(week(0, 1)), {"purpose": "alert"})[0] == (date(2026, 7, 6), 1, "reported")


@pytest.mark.parametrize("setting", ["prison", "camp"])
def test_figures_of_a_closed_population_do_not_enter_a_general_count(setting: str) -> None:
    rows = observed(week(0, 14), week(0, 30, setting=setting, sex="male"))
    assert released(rows, {})[0] == (date(2026, 7, 6), 14, "reported")


def rolled(
    rows: pl.DataFrame, grain: Asked, ancestors: dict[str, str] | None = None, spans: tuple[Span, ...] = ()
) -> list[tuple[Any, ...]]:
    cells = roll_up(named(rows), grain, ancestors or {KH20: KH20}, None, spans)
    return cells.select("place", "value", "status", "parts").rows()


def test_a_unit_that_reports_itself_is_not_added_to_its_parts() -> None:
    rows = observed(week(0, 10), week(0, 4, unit="d1"), week(0, 6, unit="d2"))
    assert rolled(rows, Asked(1, "week"), {KH20: KH20, "d1": KH20, "d2": KH20}) == [(KH20, 10, "reported", 1)]
    assert rolled(rows.tail(2), Asked(1, "week"), {"d1": KH20, "d2": KH20}) == [(KH20, 10, "reported", 2)]


def test_a_total_over_sexes_is_not_added_to_its_parts() -> None:
    rows = observed(week(0, 10), week(0, 4, sex="male"), week(0, 6, sex="female"))
    assert rolled(rows, Asked(1, "week")) == [(KH20, 10, "reported", 1)]
    assert rolled(rows.tail(2), Asked(1, "week")) == [(KH20, 10, "reported", 2)]


def test_weeks_never_become_months_and_months_become_years() -> None:
    assert rolled(observed(week(0, 10)), Asked(1, "month"), None, ((date(2026, 7, 1), date(2026, 7, 31)),)) == []
    month = {"period_kind": "month", "value": 7}
    june = {"period_start": date(2026, 6, 1), "period_end": date(2026, 6, 30), **month}
    july = {"period_start": date(2026, 7, 1), "period_end": date(2026, 7, 31), **month}
    year = (date(2026, 1, 1), date(2026, 12, 31))
    assert rolled(observed(june, july), Asked(1, "year"), None, (year,)) == [(KH20, 14, "reported", 2)]
    assert rolled(observed(june, july), Asked(1, "year")) == [], "into no period that was not asked for"


def test_what_lies_in_one_period_of_the_owners_calendar_is_added_up_there() -> None:
    """A reporting month from the 16th: the days of July before it belong to the month before."""
    days = [{"period_kind": "day", "value": 1, "period_start": one, "period_end": one}
            for one in (date(2026, 7, 15), date(2026, 7, 16), date(2026, 8, 15), date(2026, 8, 16))]  # fmt: skip
    month = (date(2026, 7, 16), date(2026, 8, 15))
    assert rolled(observed(*days), Asked(1, "month"), None, (month,)) == [(KH20, 2, "reported", 2)]


def test_weeks_become_four_weeks_and_a_reported_four_weeks_wins() -> None:
    first = date(2026, 7, 6)
    starts = [first + timedelta(weeks=number) for number in range(5)]
    weeks = [
        week(0, 10 + number, period_start=one, period_end=one + timedelta(days=6)) for number, one in enumerate(starts)
    ]
    four = (first, first + timedelta(days=27))
    assert rolled(observed(*weeks), Asked(1, "four-weeks"), None, (four,)) == [(KH20, 46, "reported", 4)]
    itself = {"period_kind": "four-weeks", "value": 50, "period_start": four[0], "period_end": four[1]}
    assert rolled(observed(*weeks, itself), Asked(1, "four-weeks"), None, (four,)) == [(KH20, 50, "reported", 1)]


def test_a_sum_with_a_silent_part_says_how_many_are_silent() -> None:
    rows = observed(week(0, 4, unit="d1"), week(0, None, unit="d2"))
    found = roll_up(named(rows), Asked(1, "week"), {"d1": KH20, "d2": KH20})
    assert found.select("value", "parts", "parts_silent").rows() == [(4, 2, 1)]


def test_the_total_of_a_place_holds_districts_that_split_by_sex_and_those_that_do_not() -> None:
    split = [week(0, 6, unit="d1", sex="male"), week(0, 4, unit="d1", sex="female")]
    for ages in ({}, {"age_from": 0.0, "age_to": 5.0}):
        rows = named(observed(*({**one, **ages} for one in split), week(0, 20, unit="d2")))
        found = roll_up(rows, Asked(1, "week", age_years=1, sex=True), {"d1": KH20, "d2": KH20})
        told = {(sex, end): (value, silent) for sex, end, value, silent in
                found.select("sex", "age_to", "value", "parts_silent").iter_rows()}  # fmt: skip
        band = ages.get("age_to", 200.0)
        assert told == {("all", 200.0): (30, 0), ("male", band): (6, 1), ("female", band): (4, 1)}


def test_two_groupings_of_the_same_persons_never_give_a_small_count_away() -> None:
    d1, d2 = "KH-2001@0001-01-01", "KH-2002@0001-01-01"
    rows = observed(week(0, 11, unit=d1), week(0, 3, unit=d2))
    both = {"clauses": {"kh-weekly": {"resolution": {"level": 2, "period": "week"}}}}
    frozen = state({}, (changed("weekly", both),))
    for first, second in ((2, 1), (1, 2)):
        books, told = Books({}, Audience("vn-tay-ninh", "R", date(2026, 8, 10))), []
        for level in (first, second):
            wanted = request(
                {
                    "data": {"from": "2026-07-06", "to": "2026-07-12"},
                    "sources": ["kh-20-weekly"],
                    "resolution": {"level": level, "period": "week"},
                }
            )
            decision = decide(wanted, frozen, world())
            out = build(wanted, decision, frozen, rows, world(), lambda _source, _kind: WEEKS[:1], books)
            books = Books(out.ledgers, books.audience)
            told += [(level, value) for value in out.table.get_column("value").drop_nulls().to_list()]
        assert told == [(2, 11)] if first == 2 else told == [(1, 14)]


def test_what_one_party_was_told_is_not_counted_against_another() -> None:
    rows = observed(week(0, 14))
    wanted = request({"data": {"from": "2026-07-06", "to": "2026-07-12"}, "sources": ["kh-20-weekly"]})
    frozen = state({}, (changed("weekly", {}),))
    decision = decide(wanted, frozen, world())
    books = Books({}, Audience("vn-tay-ninh", "R", date(2026, 8, 10)))
    for recipient in ("vn-tay-ninh", "la-savannakhet"):
        books = Books(books.ledgers, Audience(recipient, "R", date(2026, 8, 10)))
        out = build(wanted, decision, frozen, rows, world(), lambda _source, _kind: WEEKS[:1], books)
        books = Books(out.ledgers, books.audience)
        assert out.table.get_column("value").to_list() == [14]


def test_a_small_sum_nobody_asked_for_is_protected_as_well() -> None:
    """Two women in two age groups of a district: the sum of the sexes less the men would tell their sum of three."""
    women = [week(0, 1, sex="female", age_from=0.0, age_to=5.0), week(0, 2, sex="female", age_from=5.0, age_to=200.0)]
    men = [week(0, 40, sex="male", age_from=0.0, age_to=5.0), week(0, 50, sex="male", age_from=5.0, age_to=200.0)]
    rows = named(observed(*women, *men))
    unit = {KH20: frozenset((KH20,))}
    sums = small_sums(rows, unit, set(rows.get_column("__name__")), 5)
    assert [[name.split("|")[3:6] for name in terms] for terms in sums] == [
        [["female", "0.0", "5.0"], ["female", "5.0", "200.0"]]
    ]


def test_of_how_many_figures_a_protected_sum_is_made_is_not_told() -> None:
    """Six figures above zero that sum to six are ones; under an alert clause every count is told anyway."""

    def parts(asked: dict[str, Any]) -> list[int | None]:
        return built(observed(week(0, 12)), asked).table.filter(pl.col("value") == 12).get_column("parts").to_list()

    assert parts({}) == [None]
    assert parts({"purpose": "alert"}) == [1]

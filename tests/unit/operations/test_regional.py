"""Figures side by side: silences stay silences, months stay whole, denominators are those that told."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from sampan.operations.regional import (
    Cell,
    Expected,
    cells,
    curve,
    practice_changes,
    rate,
    rolled_up,
    strongest,
    within,
)

W1, W2 = date(2025, 6, 2), date(2025, 6, 9)
WEEKS = ((W1, date(2025, 6, 8)), (W2, date(2025, 6, 15)))


def _figures(*rows: tuple[object, ...]) -> pl.DataFrame:
    names = {
        "unit": pl.String, "period_start": pl.Date, "measure": pl.String, "classification": pl.String,
        "value": pl.Int64, "status": pl.String,
    }  # fmt: skip
    frame = pl.DataFrame(rows, schema=names, orient="row")
    return frame.with_columns(period_end=pl.col("period_start") + pl.duration(days=6))


def test_what_was_not_sent_is_not_reported_and_a_zero_has_its_sites():
    figures = _figures(
        ("a", W1, "cases", "suspected", 0, "zero"),
        ("a", W1, "sites_reporting", "unspecified", 3, "reported"),
        ("a", W1, "sites_expected", "unspecified", 40, "reported"),
        ("a", W2, "cases", "suspected", None, "withheld"),
    )
    found = cells(figures, Expected(("a", "b"), WEEKS))
    assert [(cell.unit, cell.start, cell.status, cell.value, cell.sites) for cell in found] == [
        ("a", W1, "zero", 0, (3, 40)),
        ("b", W1, "not_reported", None, None),
        ("a", W2, "withheld", None, None),
        ("b", W2, "not_reported", None, None),
    ]


@pytest.mark.parametrize(
    ("expected", "status"),
    [
        (Expected(("a",), WEEKS[:1]), "not_reported"),
        (Expected(("a",), WEEKS[:1], lists_cases=True), "unknown"),
        (Expected(("a",), WEEKS[:1], watched=False), "not_under_surveillance"),
    ],
)
def test_each_absence_has_its_own_silence(expected, status):
    assert [cell.status for cell in cells(_figures(), expected)] == [status]


def test_a_year_that_begins_with_a_week_is_not_that_week():
    week = _figures(("a", W1, "cases", "suspected", 4, "reported"))
    year = _figures(("a", W1, "cases", "suspected", 900, "reported")).with_columns(period_end=date(2026, 6, 1))
    assert cells(pl.concat([week, year]), Expected(("a",), WEEKS[:1]))[0].value == 4


def test_classes_of_one_source_add_up():
    figures = _figures(("a", W1, "cases", "suspected", 4, "reported"), ("a", W1, "cases", "confirmed", 2, "reported"))
    assert cells(figures, Expected(("a",), WEEKS[:1]))[0].value == 6


def test_a_rate_counts_only_the_people_and_days_that_told():
    """10 cases among 1,000 people in one week of two known: 1,000 a week for each 100,000, not 500."""
    told = Cell("a", W1, date(2025, 6, 8), "reported", 10)
    silent = Cell("a", W2, date(2025, 6, 15), "not_reported")
    found = rate([told, silent], {"a": 1000})
    assert (found.cases, found.a_week, found.known, found.due) == (10, 1000.0, 1, 2)


def test_a_rate_without_people_is_not_invented():
    assert rate([Cell("a", W1, date(2025, 6, 8), "reported", 10)], {}).a_week is None


def test_a_month_counts_whole_or_not_at_all():
    june = Cell("a", date(2025, 6, 1), date(2025, 6, 30), "reported", 30)
    assert within([june], date(2025, 6, 10), date(2025, 7, 6)) == [june]
    assert within([june], date(2025, 6, 20), date(2025, 7, 6)) == []
    assert rate([june], {"a": 100_000}).a_week == pytest.approx(7.0)


def test_a_parent_says_what_its_parts_told_and_how_many_sites_are_missing():
    parts = [
        Cell("a1", W1, date(2025, 6, 8), "reported", 5, (2, 4)),
        Cell("a2", W1, date(2025, 6, 8), "suppressed", None, (0, 3)),
    ]
    whole = rolled_up(parts, {"a1": "a", "a2": "a"})
    assert whole == [Cell("a", W1, date(2025, 6, 8), "reported", 5, (2, 7))]


def test_the_strongest_silence_is_the_most_frequent_then_the_most_telling():
    assert strongest(["unknown", "not_reported", "not_reported"]) == "not_reported"
    assert strongest(["not_reported", "withheld"]) == "withheld"


def test_a_curve_has_a_gap_where_nobody_told():
    found = curve([Cell("a", *WEEKS[0], "zero", 0), Cell("b", *WEEKS[0], "unknown"), Cell("a", *WEEKS[1], "withheld")])
    assert found.select("value", "status", "told", "due").rows() == [(0, "reported", 1, 2), (None, "withheld", 0, 1)]


def test_a_change_of_practice_is_a_break_and_one_odd_row_is_not():
    rows = [(W1, "old"), (W1, "old"), (W1, "new"), (W2, "new"), (W2, "new"), (date(2025, 6, 16), "new")]
    names = {"period_start": pl.Date, "practice": pl.String}
    figures = pl.DataFrame(rows, schema=names, orient="row").with_columns(measure=pl.lit("cases"))
    assert practice_changes(figures) == [W2]
    assert practice_changes(figures.clear()) == []

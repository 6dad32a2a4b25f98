"""A list of cases as counts: the source's own weeks, the wanted level, nobody lost without being said."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import polars as pl
import pytest

from sampan.harmonise.tabulate import BY_DAY, Cut, classes_together, counted
from sampan.model.observations import CASE, OBSERVATION
from sampan.model.sources import FieldMap, Source, Words
from sampan.model.tables import Layout

DAY = date(2025, 6, 8)  # the Sunday that ends an ISO week and begins one that runs from Sunday
MONTHS = {"id": "from-26", "month_first_day": 26}


def _source(calendar: Any = "iso", *more: str) -> Source:
    names = ("case_id", "place_report", "onset_date", "report_date", "condition", *more)
    columns = {name: FieldMap(columns=(name,)) for name in names}
    words = Words(calendar=calendar)
    return Source("list", "List", "x-moh", "VN", "cases", "p", Layout("csv"), columns, words)


def _cases(*rows: dict[str, Any]) -> pl.DataFrame:
    same = {
        "source": "list", "practice": "p", "unit_report": "VN-44@2025-07-01", "condition": "dengue",
        "classification": "suspected",
    }  # fmt: skip
    return pl.DataFrame([dict.fromkeys(CASE) | same | row for row in rows], schema=CASE)


@pytest.mark.parametrize(
    ("calendar", "every", "start", "end"),
    [
        ("iso", "week", date(2025, 6, 2), DAY),
        ("cdc", "week", DAY, date(2025, 6, 14)),
        ("iso", "month", date(2025, 6, 1), date(2025, 6, 30)),
        (MONTHS, "month", date(2025, 5, 26), date(2025, 6, 25)),
        ("january-1", "week", date(2025, 6, 4), date(2025, 6, 10)),
        ("iso", "year", date(2025, 1, 1), date(2025, 12, 31)),
    ],
)
def test_cases_are_counted_by_the_sources_own_periods(calendar: Any, every: str, start: date, end: date) -> None:
    found = counted(_cases({"onset_date": DAY}, {"report_date": DAY}), _source(calendar), Cut(every)).figures
    assert found.columns == list(OBSERVATION)
    assert found.select("period_start", "period_end", "period_kind", "value").rows() == [(start, end, every, 2)]


def test_what_is_in_no_figure_or_in_one_by_another_day_is_told() -> None:
    """Five cases: by onset, by the day of report, no day, no place, discarded."""
    rows = [
        {"onset_date": DAY}, {"report_date": DAY}, {}, {"onset_date": DAY, "unit_report": None},
        {"onset_date": DAY, "classification": "discarded"},
    ]  # fmt: skip
    found = counted(_cases(*rows), _source(), Cut())
    told = (found.figures["value"].sum(), found.without, found.discarded, found.by_another_day)
    assert told == (2, 2, 1, 1)
    assert found.figures["date_basis"].to_list() == ["onset"]


def test_districts_are_counted_in_the_province_that_held_them_when_the_week_began() -> None:
    """My Dinh of Ha Tay's time: a district's parent is asked for on the day, not today's."""
    source, day = _source(), dict.fromkeys(BY_DAY) | {"onset_date": date(2020, 3, 4)}
    here = _cases(day | {"unit_report": "KH-12@0001-01-01"})
    assert counted(here, source, Cut("week", 1)).figures["unit"].to_list() == ["KH-12@0001-01-01"]
    up = counted(here, source, Cut("week", 0)).figures["unit"].to_list()
    assert [unit.split("@")[0] for unit in up] == ["KH"]


def test_the_dead_are_counted_where_the_list_says_outcomes() -> None:
    rows = [{"onset_date": DAY, "outcome": "died"}, {"onset_date": DAY, "outcome": "recovered"}]
    plain = counted(_cases(*rows), _source(), Cut()).figures
    asked = counted(_cases(*rows), _source("iso", "outcome"), Cut()).figures
    assert plain.select("measure", "value").rows() == [("cases", 2)]
    assert asked.select("measure", "value").rows() == [("cases", 2), ("deaths", 1)]


def test_classes_of_one_list_add_up_for_a_form_that_does_not_ask_for_them() -> None:
    rows = [{"onset_date": DAY}, {"onset_date": DAY, "classification": "confirmed"}]
    found = counted(_cases(*rows), replace(_source(), practice="p"), Cut()).figures
    assert found.select("classification", "value").rows() == [("confirmed", 1), ("suspected", 1)]
    assert classes_together(found).select("classification", "value").rows() == [("total", 2)]
    assert classes_together(found.head(1)).select("classification", "value").rows() == [("confirmed", 1)]

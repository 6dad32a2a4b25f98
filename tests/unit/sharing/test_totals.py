"""The totals row: what the reader could add up alone, and nothing where a part is silent or counted twice."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest
from tests.decisions.corpus import request

from sampan.sharing.release import COLUMNS, _schema
from sampan.sharing.state import Comparison
from sampan.sharing.totals import stamped, with_totals

WEEK = {"period_start": date(2026, 7, 6), "period_end": date(2026, 7, 12), "period": "week"}
BELOW = {"KH": frozenset({"KH", "KH-20"}), "KH-20": frozenset({"KH-20"}), "VN-37": frozenset({"VN-37"})}
HIERARCHIES = {"KH-20-OD1": "operational-district"}


def cell(place: str, value: int | None, **more: Any) -> dict[str, Any]:
    status = "not-shared" if value is None else "zero" if value == 0 else "reported"
    told: dict[str, Any] = {"classification": "suspected", "accumulation": "period"} if value is not None else {}
    return {
        **dict.fromkeys(COLUMNS), "source": place, "place": place, **WEEK, "condition": "cholera", "measure": "cases",
        "sex": "all", "age_from": 0.0, "age_to": 200.0, "value": value, "status": status, **told, **more,
    }  # fmt: skip


def total(*cells: dict[str, Any], operation: str = "sum") -> list[tuple[int | None, str]]:
    table = pl.DataFrame(list(cells), schema=_schema())
    found = with_totals(request({"operation": operation}), table, BELOW, HIERARCHIES)
    assert found.head(len(cells)).equals(table)
    return found.filter(pl.col("place") == "Total").select("value", "status").rows()


@pytest.mark.parametrize(
    ("cells", "answer"),
    [
        ([cell("KH-20", 14), cell("VN-37", 9)], (23, "reported")),
        ([cell("KH-20", 0), cell("VN-37", 0)], (0, "zero")),
        ([cell("KH-2001", 14), cell("KH-20-OD1", 9)], (None, "not-shared")),  # two divisions of one territory
        ([cell("KH-20", 14), cell("VN-37", None)], (None, "not-shared")),
        ([cell("KH", 14), cell("KH-20", 9)], (None, "not-shared")),
        ([cell("KH-20", 14), cell("KH-20", 9, source="lists")], (None, "not-shared")),
        ([cell("KH-20", 14), cell("VN-37", 9, accumulation="cumulative")], (None, "not-shared")),
        ([cell("KH-20", 4), cell("KH-20", 9, classification="confirmed")], (13, "reported")),
    ],
)
def test_a_total_is_made_of_told_cells_alone(cells: list[dict[str, Any]], answer: tuple[int | None, str]) -> None:
    assert total(*cells) == [answer]


def test_a_list_has_no_total() -> None:
    assert total(cell("KH-20", 14), operation="list") == []


@pytest.mark.parametrize(
    ("operation", "word", "stamps"),
    [
        ("sum", "not-comparable", [None, None, "not-comparable"]),
        ("sum", "caveat", [None, None, "comparable-with-caveat"]),
        ("sum", "comparable", [None, None, None]),
        ("rank", "not-comparable", ["unapproved-words; not-comparable", "not-comparable"]),
        ("list", "not-comparable", [None, None]),
    ],
)
def test_what_is_added_or_ranked_all_the_same_says_so_in_the_table(
    operation: str, word: str, stamps: list[str | None]
) -> None:
    cells = [cell("KH-20", 14, caveat="unapproved-words" if operation == "rank" else None), cell("VN-37", 9)]
    asked = request({"operation": operation})
    table = with_totals(asked, pl.DataFrame(cells, schema=_schema()), BELOW, HIERARCHIES)
    assert stamped(asked, table, [Comparison("KH-20", "VN-37", word)])["caveat"].to_list() == stamps
    assert stamped(asked, table, [Comparison("KH-20", "LA-VT", word)]).equals(table), "the other one told nothing"

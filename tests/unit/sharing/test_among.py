"""Deaths of one kind of period beside cases of another: tied where they are as many, and only there."""

from __future__ import annotations

from typing import Any

from sampan.sharing.among import tied

Row = dict[str, Any]


def rows(kind: str, prefix: str, *spans: tuple[int, int, int]) -> list[Row]:
    """First day, the day after the last, and the count, of each."""
    return [
        {"name": f"{prefix}{n}", "span": (a, b), "value": count, "period_kind": kind}
        for n, (a, b, count) in enumerate(spans)
    ]


WEEKS = rows("week", "w", (0, 7, 9), (7, 14, 4), (14, 21, 7))


def test_the_deaths_of_a_month_are_the_cases_of_the_weeks_that_touch_it() -> None:
    assert tied([(WEEKS, rows("month", "m", (2, 18, 20)))], {}) == [(("m0",), ("w0", "w1", "w2"))]


def test_where_there_is_room_nothing_is_tied() -> None:
    assert tied([(WEEKS, rows("month", "m", (2, 18, 19)))], {}) == []


def test_a_week_between_two_months_counts_once() -> None:
    months = rows("month", "m", (0, 10, 10), (10, 20, 10))
    assert tied([(WEEKS, months)], {}) == [(("m0", "m1"), ("w0", "w1", "w2"))]


def test_the_deaths_of_the_weeks_inside_a_month_are_its_cases() -> None:
    assert tied([(rows("month", "m", (-1, 15, 13)), WEEKS)], {}) == [(("m0",), ("w0", "w1"))]


def test_a_week_that_was_not_reported_leaves_room() -> None:
    assert tied([([WEEKS[0], WEEKS[2]], rows("month", "m", (2, 18, 16)))], {}) == []

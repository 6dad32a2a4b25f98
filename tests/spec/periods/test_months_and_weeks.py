"""A week is never split into months: a month's weeks give its count a lower and an upper bound."""

from __future__ import annotations

from sampan.vocab.periods import calendar, month, parse_periods, weeks_inside


def test_weeks_bound_a_month() -> None:
    """Of the Sunday weeks of August 2025 four lie wholly inside and two more touch it."""
    inside, touching = weeks_inside(month(2025, 8), "cdc")
    assert [str(week.start) for week in touching] == [
        "2025-07-27", "2025-08-03", "2025-08-10", "2025-08-17", "2025-08-24", "2025-08-31",
    ]  # fmt: skip
    assert inside == touching[1:-1]


def test_a_reporting_month_from_the_26th() -> None:
    """A source that closes its books on the 25th declares it; its "March" is then 26 February to 25 March."""
    books = calendar({"id": "books-close-on-25", "month_first_day": 26})
    [march] = parse_periods(["March 2024"], kind="month", calendar=books)
    assert (str(march.value.start), str(march.value.end)) == ("2024-02-26", "2024-03-25")  # type: ignore[attr-defined]

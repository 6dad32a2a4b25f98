"""Calendars against an independent implementation, and the rules a source can declare."""

from __future__ import annotations

from datetime import date, timedelta

import epiweeks
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sampan.model.errors import UserError
from sampan.vocab import periods

YEARS = range(1995, 2036)


@pytest.mark.parametrize(("calendar", "system"), [("iso", "iso"), ("cdc", "cdc"), ("thai-moph", "cdc")])
def test_weeks_agree_with_epiweeks(calendar: str, system: str) -> None:
    for year in YEARS:
        theirs = [(week.startdate(), week.enddate()) for week in epiweeks.Year(year, system).iterweeks()]
        ours = [(week.start, week.end) for week in periods.weeks_of(year, calendar)]
        assert ours == theirs


@given(st.dates(date(1990, 1, 1), date(2060, 12, 31)), st.sampled_from(sorted(periods.calendars())))
def test_every_day_is_in_exactly_the_week_it_is_counted_to(day: date, calendar: str) -> None:
    year, number = periods.week_number(day, calendar)
    week = periods.week(calendar, year, number)
    assert week.start <= day <= week.end
    before, after = week.start - timedelta(days=1), week.end + timedelta(days=1)
    assert periods.week_number(before, calendar) != (year, number) != periods.week_number(after, calendar)


def test_week_53_only_where_it_exists() -> None:
    assert periods.week("iso", 2020, 53).start == date(2020, 12, 28)
    with pytest.raises(periods.NoSuchPeriod):
        periods.week("iso", 2021, 53)
    assert len(periods.weeks_of(2014, "cdc")) == 53


@pytest.mark.parametrize(
    ("week1", "expected"),
    [
        ("four-days", date(2022, 1, 3)),
        ("contains-january-1", date(2021, 12, 27)),
        ("first-full", date(2022, 1, 3)),
        ("starts-january-1", date(2022, 1, 1)),
    ],
)
def test_each_rule_for_week_one(week1: str, expected: date) -> None:
    assert periods.week_one(periods.calendar({"id": "own", "week1": week1}), 2022) == expected


def test_weeks_from_january_first_end_with_the_year() -> None:
    last = periods.weeks_of(2024, "january-1")[-1]
    assert (last.start, last.end, last.days) == (date(2024, 12, 30), date(2024, 12, 31), 2)


def test_a_declared_calendar_may_lean_on_a_bundled_one() -> None:
    own = periods.calendar({"id": "site", "like": "thai-moph", "first_weekday": "saturday"})
    assert (own.era, own.first_weekday, own.week1) == ("buddhist", "saturday", "four-days")


@pytest.mark.parametrize(
    "rule", [{"first_weekday": "Sonntag"}, {"week1": "five"}, {"month_first_day": 31}, {"wekk1": "four-days"}, "julian"]
)
def test_a_rule_that_is_not_understood_is_told(rule: object) -> None:
    with pytest.raises(UserError):
        periods.calendar(rule)  # type: ignore[arg-type]


def test_reporting_months_that_are_not_calendar_months() -> None:
    ends = {"id": "ends", "month_first_day": 26}
    starts = {"id": "starts", "month_first_day": 26, "month_named_for": "start"}
    march = periods.month(2024, 3, periods.calendar(ends))
    assert (march.start, march.end) == (date(2024, 2, 26), date(2024, 3, 25))
    march = periods.month(2024, 3, periods.calendar(starts))
    assert (march.start, march.end) == (date(2024, 3, 26), date(2024, 4, 25))
    year = periods.year(2024, periods.calendar(ends))
    assert (year.start, year.end) == (date(2023, 12, 26), date(2024, 12, 25))


@pytest.mark.parametrize(
    ("start", "end", "calendar", "kind"),
    [
        ("2025-07-28", "2025-08-03", "iso", "week"),
        ("2025-07-27", "2025-08-02", "iso", "other"),  # seven days, but no ISO week
        ("2025-07-27", "2025-08-02", "cdc", "week"),
        ("2024-02-01", "2024-02-29", "iso", "month"),
        ("2024-01-01", "2024-03-31", "iso", "quarter"),
        ("2024-01-01", "2024-12-31", "iso", "year"),
        ("2024-02-29", "2024-02-29", "iso", "day"),
        ("2024-02-01", "2024-02-28", "iso", "other"),
        ("2024-12-30", "2024-12-31", "january-1", "week"),
    ],
)
def test_the_kind_is_seen_from_the_two_days(start: str, end: str, calendar: str, kind: str) -> None:
    found = periods.period_between(date.fromisoformat(start), date.fromisoformat(end), calendar)
    assert found.kind == kind


@given(st.integers(2000, 2030), st.integers(1, 12), st.integers(1, 28), st.sampled_from(["start", "end"]))
def test_a_declared_month_is_recognised_again(year: int, number: int, first: int, named: str) -> None:
    own = periods.calendar({"id": "own", "month_first_day": first, "month_named_for": named})
    month = periods.month(year, number, own)
    assert periods.period_between(month.start, month.end, own) == month


def test_weeks_inside_a_month_are_bounds_and_never_a_split() -> None:
    march = periods.month(2024, 3)
    inside, touching = periods.weeks_inside(march, "iso")
    assert [week.start for week in inside] == [
        date(2024, 3, 4),
        date(2024, 3, 11),
        date(2024, 3, 18),
        date(2024, 3, 25),
    ]
    assert [week.start for week in touching] == [date(2024, 2, 26), *(week.start for week in inside)]


@given(
    st.dates(date(2000, 1, 1), date(2040, 12, 31)),
    st.sampled_from(["iso", "cdc", "thai-moph", "january-1"]),
    st.sampled_from(["week", "month", "quarter", "year", "day"]),
)
def test_parse_of_write_is_the_period(day: date, calendar: str, kind: str) -> None:
    match kind:
        case "week":
            period = periods.week(calendar, *periods.week_number(day, calendar))
        case "month":
            period = periods.month(day.year, day.month, calendar)
        case "quarter":
            period = periods.quarter(day.year, (day.month + 2) // 3, calendar)
        case "year":
            period = periods.year(day.year, calendar)
        case _:
            period = periods.period_between(day, day, calendar)
    [reading] = periods.parse_periods([periods.write_period(period)], calendar=calendar)
    assert reading.value == period

"""A period in a reader's words, and back."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sampan.vocab import periods
from sampan.vocab.languages import languages
from sampan.vocab.phrases import say_period


@pytest.mark.parametrize(
    ("language", "week", "month"),
    [
        ("en", "Week 31 of 2025", "March 2024"),
        ("km", "សប្ដាហ៍ទី 31 ឆ្នាំ 2025", "មីនា 2024"),
        ("lo", "ອາທິດທີ 31 ປີ 2025", "ມີນາ 2024"),
        ("th", "สัปดาห์ที่ 31 ปี 2025", "มีนาคม 2024"),
        ("vi", "Tuần 31 năm 2025", "tháng 3 năm 2024"),
        ("zh", "2025年第31周", "2024年3月"),
    ],
)
def test_a_week_and_a_month(language: str, week: str, month: str) -> None:
    assert say_period(periods.week("iso", 2025, 31), language) == week
    assert say_period(periods.month(2024, 3), language).casefold() == month.casefold()


def test_the_year_is_written_in_the_calendars_era_unless_another_is_asked() -> None:
    week = periods.week("thai-moph", 2025, 31)
    assert say_period(week, "vi") == "Tuần 31 năm 2568"
    assert say_period(week, "vi", era="gregorian") == "Tuần 31 năm 2025"
    assert say_period(week, "km", era="gregorian", native=True) == "សប្ដាហ៍ទី ៣១ ឆ្នាំ ២០២៥"


@given(
    st.dates(date(2000, 1, 1), date(2040, 12, 31)),
    st.sampled_from(sorted(languages())),
    st.sampled_from(["iso", "cdc", "thai-moph"]),
    st.sampled_from(["week", "month", "quarter", "year", "day"]),
    st.booleans(),
)
def test_every_phrase_is_read_back(day: date, language: str, calendar: str, kind: str, native: bool) -> None:
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
    said = say_period(period, language, native=native)
    [reading] = periods.parse_periods([said], kind=kind, calendar=calendar)
    assert reading.value == period, said

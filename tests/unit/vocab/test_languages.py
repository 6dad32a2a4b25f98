"""How a reader of each language sees digits, numbers and dates."""

from __future__ import annotations

from datetime import date

import pytest

from sampan.vocab.languages import languages, write_date, write_digits, write_number

LEAP = date(2024, 2, 29)


def test_the_seven_languages_in_the_order_of_their_codes() -> None:
    assert list(languages()) == ["en", "km", "lo", "my", "th", "vi", "zh"]


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", "February 29, 2567"), ("km", "29 កុម្ភៈ 2567"), ("lo", "29 ກຸມພາ 2567"), ("th", "29 กุมภาพันธ์ 2567"),
        ("vi", "29 tháng 2, 2567"), ("zh", "2567年2月29日"),
    ],
)  # fmt: skip
def test_a_leap_day_in_the_buddhist_era(language: str, expected: str) -> None:
    assert write_date(LEAP, language, era="buddhist") == expected


def test_no_language_changes_the_era_by_itself() -> None:
    assert all("2024" in write_date(LEAP, language) for language in languages())
    assert all("2024" in write_date(LEAP, language, width="short") for language in languages())


def test_native_digits() -> None:
    assert [write_digits("2024", language) for language in languages()] == [
        "2024", "២០២៤", "໒໐໒໔", "၂၀၂၄", "๒๐๒๔", "2024", "2024",
    ]  # fmt: skip
    assert write_date(LEAP, "th", era="buddhist", native=True) == "๒๙ กุมภาพันธ์ ๒๕๖๗"


def test_numbers() -> None:
    assert [write_number(1234.5, language) for language in ("en", "vi", "lo", "th")] == [
        "1,234.5", "1.234,5", "1.234,5", "1,234.5",
    ]  # fmt: skip

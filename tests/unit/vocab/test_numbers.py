"""Counts by declared locale: what could be two numbers is asked about."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sampan.model.errors import UserError
from sampan.vocab.languages import languages, separators, write_number
from sampan.vocab.numbers import parse_counts


def read(term: str | None, locale: str) -> object:
    [reading] = parse_counts([term], locale=locale)
    return reading.value if reading.value is not None else reading.problem


@pytest.mark.parametrize("locale", ["lo", "vi", "id"])
def test_the_full_stop_parts_thousands_in_lao_and_vietnamese(locale: str) -> None:
    assert [read(term, locale) for term in ("1.234", "1.234.567", "1.234,0", "1,5", "1,234", "1.5")] == [
        1234, 1_234_567, 1234, "fractional", "ambiguous", "ambiguous",
    ]  # fmt: skip


@pytest.mark.parametrize("locale", ["en", "km", "my", "th", "zh"])
def test_the_comma_parts_thousands_in_the_others(locale: str) -> None:
    assert [read(term, locale) for term in ("1,234", "1,234,567", "1,234.0", "1.5", "1.234", "1,23")] == [
        1234, 1_234_567, 1234, "fractional", "ambiguous", "ambiguous",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("term", "expected"),
    [
        ("31", 31), ("0", 0), ("-0", 0), ("+5", 5), ("007", 7), ("12.0", 12), ("12.00", 12),
        ("៣១", 31), ("໓໑", 31), ("๓๑", 31), ("၃၁", 31), ("３１", 31), ("๑,๒๓๔", 1234),
        ("1 234", 1234), ("1\u202f234", 1234), (" 31 ", 31),
        ("12 ca", 12), ("12 ราย", 12), ("12例", 12), ("12 cases", 12),
        ("-3", "negative"), ("−3", "negative"), ("-1.5", "negative"),
        ("1e308", "not-a-count"), ("1e3", "not-a-count"), ("nan", "not-a-count"), ("inf", "not-a-count"),
        ("99999999999999999999", "not-a-count"), ("99999999999", "not-a-count"), ("-", "not-a-count"),
        ("(5)", "not-a-count"), ("12 dogs", "not-a-count"), ("31/12", "not-a-count"), ("<5", "not-a-count"),
        ("", "blank"), (None, "blank"),
    ],
)  # fmt: skip
def test_each_way_of_writing(term: str | None, expected: object) -> None:
    assert read(term, "en") == expected


def test_an_ambiguous_grouping_offers_the_whole_number() -> None:
    [reading] = parse_counts(["1.234"], locale="en")
    assert (reading.problem, reading.candidates) == ("ambiguous", ("1234",))


def test_a_locale_nobody_knows_is_told() -> None:
    with pytest.raises(UserError):
        parse_counts(["1"], locale="xx")


@given(st.integers(0, 9_999_999_999), st.sampled_from(sorted(languages())), st.booleans())
def test_parse_of_write_is_the_number(count: int, language: str, native: bool) -> None:
    assert read(write_number(count, language, native=native), language) == count


@given(st.text(max_size=16), st.sampled_from(sorted(languages())))
def test_no_text_raises_and_every_value_is_a_whole_number_of_persons(text: str, language: str) -> None:
    [reading] = parse_counts([text], locale=language)
    assert (reading.value is None) == (reading.problem is not None)
    assert reading.value is None or (isinstance(reading.value, int) and reading.value >= 0)


def test_separators_of_other_locales_come_from_cldr() -> None:
    assert separators("pt") == (".", ",")

"""Ages and bands, with units, as years from and years before."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sampan.vocab.ages import parse_ages


@pytest.mark.parametrize(
    ("term", "start", "end", "unit"),
    [
        ("12", 12, 13, "year"), ("12 ปี", 12, 13, "year"), ("12 tuổi", 12, 13, "year"), ("៥ឆ្នាំ", 5, 6, "year"),
        ("၅ နှစ်", 5, 6, "year"), ("5岁", 5, 6, "year"), ("12 ປີ", 12, 13, "year"), ("12Y", 12, 13, "year"),
        ("2 tháng", 2 / 12, 3 / 12, "month"), ("6m", 6 / 12, 7 / 12, "month"), ("6 เดือน", 6 / 12, 7 / 12, "month"),
        ("4 anos", 4, 5, "year"), ("7 meses", 7 / 12, 8 / 12, "month"), ("12 tahun", 12, 13, "year"),
        ("3 bln", 3 / 12, 4 / 12, "month"), ("5 taon", 5, 6, "year"), ("4 tinan", 4, 5, "year"),
        ("3 days", 3 / 365.25, 4 / 365.25, "day"), ("2 weeks", 14 / 365.25, 21 / 365.25, "week"),
        ("1 ปี 6 เดือน", 18 / 12, 19 / 12, "month"), ("2 tuổi 3 tháng", 27 / 12, 28 / 12, "month"),
        ("seventy-four", 74, 75, "year"), ("Twenty years", 20, 21, "year"), ("One hundred", 100, 101, "year"), ("three months", 3 / 12, 4 / 12, "month"),
        ("50-59", 50, 60, "year"), ("50 – 59 years", 50, 60, "year"), ("0-4 tuổi", 0, 5, "year"), ("0 to 14", 0, 15, "year"),
        ("1-11 tháng", 1 / 12, 1, "month"), ("1 - <5", 1, 5, "year"), ("6 tháng - 2 tuổi", 0.5, 3, "year"),
        ("<1", 0, 1, "year"), ("< 1 năm", 0, 1, "year"), ("dưới 1 tuổi", 0, 1, "year"), ("ต่ำกว่า 1 ปี", 0, 1, "year"),
        ("Under 5", 0, 5, "year"), ("≤5", 0, 6, "year"), ("ក្រោម ៥ឆ្នាំ", 0, 5, "year"),
        ("5+", 5, None, "year"), ("65 trở lên", 65, None, "year"), ("60 ปีขึ้นไป", 60, None, "year"),
        ("5岁以上", 5, None, "year"), (">65", 66, None, "year"), ("≥ 65", 65, None, "year"),
        ("5 years and over", 5, None, "year"), ("15 ປີຂຶ້ນໄປ", 15, None, "year"),
        ("All ages", 0, None, "year"), ("0.5", 0.5, 1, "year"),
    ],
)  # fmt: skip
def test_each_way_of_writing(term: str, start: float, end: float | None, unit: str) -> None:
    [reading] = parse_ages([term])
    assert reading.problem is None
    assert reading.value == (pytest.approx(start), end if end is None else pytest.approx(end), unit)


@pytest.mark.parametrize(
    ("term", "problem"),
    [
        ("unknown", "not-an-age"), ("adult", "not-an-age"), ("-4", "not-an-age"), ("1e308", "not-an-age"),
        ("12 13", "not-an-age"), ("5-9-14", "not-an-age"), ("200", "impossible-age"), ("59-50", "impossible-age"),
        ("999", "impossible-age"), ("", "blank"), (None, "blank"),
    ],
)  # fmt: skip
def test_what_is_no_age(term: str | None, problem: str) -> None:
    [reading] = parse_ages([term])
    assert (reading.value, reading.problem) == (None, problem)


def test_a_number_without_a_unit_counts_what_the_source_declares() -> None:
    [reading] = parse_ages(["6"], unit="month")
    assert reading.value == (0.5, pytest.approx(7 / 12), "month")


def test_bands_touch_without_overlap() -> None:
    bands = [reading.value for reading in parse_ages(["<1", "1-4", "5-14", "15+"])]
    assert [band[1] for band in bands[:-1]] == [band[0] for band in bands[1:]]  # type: ignore[index]


@given(st.integers(0, 120))
def test_a_plain_age_is_itself(age: int) -> None:
    [reading] = parse_ages([str(age)])
    assert reading.value == (age, age + 1, "year")


@given(st.text(max_size=20))
def test_no_text_raises(text: str) -> None:
    [reading] = parse_ages([text])
    assert (reading.value is None) == (reading.problem is not None)

"""Dates: the era is taken off first, what is not declared is not guessed, and every failure has its word."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sampan.model.errors import UserError
from sampan.vocab.periods import parse_dates


def read(*terms: str | None, **how: object) -> list[object]:
    return [reading.value if reading.value is not None else reading.problem for reading in parse_dates(terms, **how)]


@pytest.mark.parametrize(
    ("term", "how", "expected"),
    [
        ("29/02/2567", {"era": "buddhist"}, date(2024, 2, 29)),  # 2567 is no leap year, 2024 is
        ("29/02/2568", {"era": "buddhist"}, "impossible-date"),  # 2568 is a leap year, 2025 is not
        ("29/02/2024", {}, date(2024, 2, 29)),
        ("31/02/2024", {}, "impossible-date"),
        ("03/04/2567", {}, "calendar-slip"),
        ("03/04/2024", {"era": "buddhist"}, "calendar-slip"),
        ("03/04/2567", {"era": "mixed"}, date(2024, 4, 3)),
        ("03/04/2024", {"era": "mixed"}, date(2024, 4, 3)),
        ("03/04/2024", {"order": "mdy"}, date(2024, 3, 4)),
        ("2024-04-03", {"order": "mdy"}, date(2024, 4, 3)),  # a year first needs no order
        ("05/03/2024", {"order": "ymd"}, "ambiguous"),
        ("23-May-14", {}, "two-digit-year"),
        ("23-May-14", {"two_digit_years": "gregorian"}, date(2014, 5, 23)),
        ("29/2/67", {"two_digit_years": "buddhist"}, date(2024, 2, 29)),
        ("1/6/85", {"two_digit_years": "gregorian"}, date(1985, 6, 1)),
        ("2024-02-29T10:30:00Z", {}, date(2024, 2, 29)),
        ("2024-02-29 00:00:00+07:00", {}, date(2024, 2, 29)),
        ("29/02/2567 10:30", {"era": "buddhist"}, date(2024, 2, 29)),
        ("20240229", {"order": "ymd"}, date(2024, 2, 29)),
        ("29022024", {}, date(2024, 2, 29)),
        ("45352", {}, "not-a-date"),
        ("45352", {"serials": True}, date(2024, 3, 1)),
        ("45352.75", {"serials": True}, date(2024, 3, 1)),
        ("16372", {"serials": "unix-days"}, date(2014, 10, 29)),
        ("??/03/2024", {}, "partial-date"),
        ("00/03/2024", {}, "partial-date"),
        ("03/2024", {}, "partial-date"),
        ("2024", {}, "partial-date"),
        ("มี.ค. 2567", {"era": "buddhist"}, "partial-date"),
        ("Jun /23/Y", {}, "partial-date"),
        ("9999-12-31", {}, "impossible-date"),
        ("1e308", {}, "not-a-date"),
        ("Unknown", {}, "not-a-date"),
        ("²", {"serials": True}, "not-a-date"),  # a digit to Unicode, no number
        ("mayor 5 2024", {}, "not-a-date"),
        ("  ", {}, "blank"),
        (None, {}, "blank"),
    ],
)
def test_each_way_of_writing(term: str | None, how: dict[str, object], expected: object) -> None:
    assert read(term, **how) == [expected]


@pytest.mark.parametrize(
    "term",
    [
        "5 March 2024", "5th March 2024", "March 5, 2024", "05-MAR-2024", "Tue 5 Mar 2024",
        "ថ្ងៃទី៥ ខែមីនា ឆ្នាំ២០២៤", "៥ មីនា ២០២៤",
        "ngày 5 tháng 3 năm 2024", "Ngày 5/3/2024", "ngay 5 thang 3 nam 2024", "5 tháng ba 2024",
        "ວັນທີ 5 ເດືອນ ມີນາ ປີ 2024", "໕ ມ.ນ. ໒໐໒໔",
        "วันที่ 5 มีนาคม พ.ศ. 2567", "๕ มี.ค. พ.ศ. ๒๕๖๗", "5 มีนาคม ค.ศ. 2024",
        "၅ ရက် မတ်လ ၂၀၂၄", "၂၀၂၄ ခုနှစ် မတ်လ ၅ ရက်",
        "2024年3月5日", "2024 年 3 月 5 号",
    ],
)  # fmt: skip
def test_words_of_seven_languages(term: str) -> None:
    assert read(term) == [date(2024, 3, 5)]


def test_a_cell_that_states_its_era_is_believed_before_the_file() -> None:
    assert read("5 มีนาคม ค.ศ. 2024", era="buddhist") == [date(2024, 3, 5)]


def test_what_it_could_be_is_offered() -> None:
    [swapped, slipped] = parse_dates(["02/29/2024", "03/04/2567"])
    assert (swapped.problem, swapped.candidates) == ("impossible-date", ("2024-02-29",))
    assert (slipped.problem, slipped.candidates) == ("calendar-slip", ("2024-04-03",))


def test_wrong_declarations_are_told() -> None:
    for how in ({"order": "dym"}, {"era": "jalali"}, {"two_digit_years": "thai"}, {"serials": "lotus"}):
        with pytest.raises(UserError):
            parse_dates(["1/1/2024"], **how)


def test_any_declared_era_is_a_number_of_years() -> None:
    assert read("05/03/0113", era=-1911) == [date(2024, 3, 5)]


@given(
    st.dates(date(1800, 1, 1), date(2299, 12, 31)), st.sampled_from([0, 543]), st.sampled_from(["dmy", "mdy", "ymd"])
)
def test_parse_of_format_is_the_date(day: date, offset: int, order: str) -> None:
    pieces = {"d": f"{day.day:02d}", "m": f"{day.month:02d}", "y": str(day.year + offset)}
    text = "/".join(pieces[letter] for letter in order)
    assert read(text, order=order, era="buddhist" if offset else "gregorian") == [day]


@given(st.text(max_size=24))
def test_no_text_raises(text: str) -> None:
    for reading in parse_dates([text], two_digit_years="buddhist", serials=True, era="mixed"):
        assert (reading.value is None) == (reading.problem is not None)


def test_every_day_of_half_a_century_is_read_back_from_buddhist_years() -> None:
    terms = [(date(1970, 1, 1) + timedelta(days=n)) for n in range(20_000)]
    texts = [f"{day.day:02d}/{day.month:02d}/{day.year + 543}" for day in terms]
    assert [reading.value for reading in parse_dates(texts, era="buddhist")] == terms

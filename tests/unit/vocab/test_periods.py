"""Period terms as sources write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sampan.model.errors import UserError
from sampan.vocab.periods import parse_periods


def read(term: str | None, **how: object) -> str | None:
    [reading] = parse_periods([term], **how)  # type: ignore[arg-type]
    return f"{reading.value.start}/{reading.value.end}" if reading.value else reading.problem  # type: ignore[attr-defined]


WEEK_31_ISO = "2025-07-28/2025-08-03"
WEEK_31_SUNDAY = "2025-07-27/2025-08-02"
MARCH = "2024-03-01/2024-03-31"


@pytest.mark.parametrize(
    "term",
    [
        "2025-W31", "2025W31", "W31/2025", "w31 2025", "Week 31, 2025", "Epi week 31/2025", "31/2025", "202531",
        "Tuần 31", "Tuần thứ 31 năm 2025", "tuan 31/2025", "สัปดาห์ที่ 31", "สัปดาห์ที่ ๓๑", "ສັບປະດາທີ 31", "ອາທິດທີ ໓໑",
        "សប្ដាហ៍ទី ៣១", "សប្តាហ៍ទី៣១", "အပတ်စဉ် ၃၁", "第31周", "2025年第31周", "31",
    ],
)  # fmt: skip
def test_week_31_of_2025(term: str) -> None:
    assert read(term, kind="week", calendar="iso", year=2025) == WEEK_31_ISO


@pytest.mark.parametrize("term", ["2568-W31", "W31/2568", "สัปดาห์ที่ 31/2568", "สัปดาห์ที่ 31 ปี พ.ศ. 2568", "๓๑/๒๕๖๘"])
def test_thai_week_31_of_2568(term: str) -> None:
    assert read(term, kind="week", calendar="thai-moph") == WEEK_31_SUNDAY


@pytest.mark.parametrize(
    "term",
    [
        "2024-03", "03/2024", "3/2024", "202403", "March 2024", "Mar-2024", "T3/2024", "tháng 3 năm 2024", "Tháng ba/2024",
        "មីនា ២០២៤", "ខែមីនា ឆ្នាំ២០២៤", "ខែ៣ ឆ្នាំ២០២៤", "ມີນາ 2024", "ເດືອນ ມີນາ 2024", "ເດືອນ 3/2024", "မတ်လ ၂၀၂၄", "2024年3月",
        "三月 2024", "มี.ค. พ.ศ. 2567", "มีนาคม พ.ศ.2567", "01/03/2024 - 31/03/2024", "01/03/2024-31/03/2024",
        "2024-03-01/2024-03-31", "1-31 March 2024", "từ ngày 01/03/2024 đến ngày 31/03/2024",
    ],
)  # fmt: skip
def test_march_2024(term: str) -> None:
    assert read(term, kind="month") == MARCH


@pytest.mark.parametrize(
    ("term", "how", "expected"),
    [
        ("18-24 ม.ค. 2552", {"calendar": "thai-moph"}, "2009-01-18/2009-01-24"),
        ("28 ธ.ค. 2551 - 3 ม.ค. 2552", {"calendar": "thai-moph"}, "2008-12-28/2009-01-03"),
        ("28 Dec - 3 Jan 2009", {}, "impossible-date"),  # the year of the first day is not said
        ("01/08/2025 đến 07/08/2025", {}, "2025-08-01/2025-08-07"),
        ("Q1 2024", {}, "2024-01-01/2024-03-31"),
        ("Quý I/2024", {}, "2024-01-01/2024-03-31"),
        ("ไตรมาส 2/2567", {"calendar": "thai-moph"}, "2024-04-01/2024-06-30"),
        ("2024年第1季度", {}, "2024-01-01/2024-03-31"),
        ("2567", {"calendar": "thai-moph"}, "2024-01-01/2024-12-31"),
        ("2567", {}, "calendar-slip"),
        ("Week 54 2025", {"calendar": "iso"}, "no-such-period"),
        ("Week 53 2021", {"calendar": "iso"}, "no-such-period"),
        ("13/2024", {"kind": "month"}, "no-such-period"),
        ("W31", {"calendar": "iso"}, "year-missing"),
        ("31/25", {"kind": "week", "calendar": "iso"}, "two-digit-year"),
        ("W31/25", {"calendar": "iso"}, "two-digit-year"),
        ("W31/25", {"calendar": "iso", "two_digit_years": "gregorian"}, WEEK_31_ISO),
        ("3/2024", {}, "ambiguous"),  # a month or a week: the kind is not declared
        ("week 3", {"kind": "month", "year": 2024}, "not-the-kind"),
        ("07/08/2025 - 01/08/2025", {}, "impossible-date"),
        ("Week 31 (28 Jul 2025 - 3 Aug 2025)", {"calendar": "iso"}, WEEK_31_ISO),
        ("Tuần 31 (từ 28/7 đến 3/8/2025)", {"calendar": "iso"}, WEEK_31_ISO),
        ("Week 31/2025 (27 Jul 2025 - 2 Aug 2025)", {"calendar": "iso"}, "ambiguous"),  # name and days disagree
        ("2025年第31周（7月28日-8月3日）", {"calendar": "iso"}, WEEK_31_ISO),
        ("2024-03-01", {"kind": "month"}, MARCH),  # "Mar-24" as a spreadsheet stores it
        ("2024-03-01 00:00:00", {"kind": "month"}, MARCH),
        ("2024-03-02", {"kind": "month"}, "not-the-kind"),
        ("2025-07-28", {"kind": "week", "calendar": "iso"}, WEEK_31_ISO),
        ("2025-08-03", {"kind": "week", "calendar": "iso"}, WEEK_31_ISO),
        ("2025-07-30", {"kind": "week", "calendar": "iso"}, "not-the-kind"),
        ("soon", {}, "not-a-period"),
        (None, {}, "blank"),
    ],
)
def test_other_terms(term: str | None, how: dict[str, object], expected: str) -> None:
    assert read(term, **how) == expected


def test_an_unknown_kind_is_told() -> None:
    with pytest.raises(UserError):
        parse_periods(["2024"], kind="fortnight")


@given(st.text(max_size=24), st.sampled_from([None, "week", "month", "quarter", "year", "day", "range"]))
def test_no_text_raises(text: str, kind: str | None) -> None:
    for reading in parse_periods([text], kind=kind, calendar="thai-moph", year=2024):
        assert (reading.value is None) == (reading.problem is not None)

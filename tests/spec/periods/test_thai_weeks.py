"""Years convert before a date is checked, and a week is what the source's calendar says it is."""

from __future__ import annotations

from sampan.vocab.periods import parse_dates, parse_periods


def rows(text: str) -> list[list[str]]:
    """A table drawn with bars between its columns, its header left out."""
    lines = [[cell.strip() for cell in line.split("|")] for line in text.strip().splitlines()]
    return lines[1:]


def test_a_leap_day_of_the_buddhist_era() -> None:
    """2567 is the year 2024: it has a 29 February although 2567 divides by no four; 2568 has none although it does."""
    drawn = rows(
        """
        written    | read
        29/02/2567 | 2024-02-29
        29/02/2568 | impossible-date
        28/02/2568 | 2025-02-28
        """
    )
    readings = parse_dates([written for written, _ in drawn], era="buddhist")
    assert [str(r.value or r.problem) for r in readings] == [expected for _, expected in drawn]


def test_a_year_of_the_other_era_is_a_slip_and_never_mended_silently() -> None:
    """The file declares its era. A year 543 ahead or behind is a question, with the date it could be."""
    drawn = rows(
        """
        written    | era       | problem       | could be
        03/04/2567 | gregorian | calendar-slip | 2024-04-03
        03/04/2024 | buddhist  | calendar-slip | 2024-04-03
        """
    )
    for written, era, problem, could_be in drawn:
        [reading] = parse_dates([written], era=era)
        assert (reading.value, reading.problem, reading.candidates) == (None, problem, (could_be,))


def test_one_week_number_under_three_calendars() -> None:
    """Week 31 of 2025 in three countries' papers is not the same seven days."""
    drawn = rows(
        """
        written             | calendar  | first day  | last day
        W31/2025            | iso       | 2025-07-28 | 2025-08-03
        W31/2025            | cdc       | 2025-07-27 | 2025-08-02
        สัปดาห์ที่ 31/2568     | thai-moph | 2025-07-27 | 2025-08-02
        """
    )
    for written, calendar, first, last in drawn:
        [reading] = parse_periods([written], kind="week", calendar=calendar)
        assert (str(reading.value.start), str(reading.value.end)) == (first, last)  # type: ignore[attr-defined]


def test_the_bulletin_of_january_2552() -> None:
    """The Thai weekly bulletin calls 18 to 24 January 2552 week 3; so does its calendar."""
    [days, number] = parse_periods(["18-24 ม.ค. 2552", "สัปดาห์ที่ 3/2552"], calendar="thai-moph")
    assert days.value == number.value
    assert str(days.value.start) == "2009-01-18"  # type: ignore[attr-defined]


def test_a_week_the_year_does_not_have() -> None:
    """2020 has a week 53, 2021 has none: the cell is a problem, not the first week of the next year."""
    drawn = rows(
        """
        written  | read
        2020-W53 | 2020-12-28
        2021-W53 | no-such-period
        """
    )
    for written, expected in drawn:
        [reading] = parse_periods([written], kind="week", calendar="iso")
        assert str(reading.value.start if reading.value else reading.problem) == expected  # type: ignore[attr-defined]

"""A reader chooses era, digits and how months are written; nothing else changes."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from sampan.web.reader import Reader

DAY, MOMENT = date(2025, 3, 9), datetime(2025, 3, 9, 14, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("reader", "day", "moment", "count"),
    [
        (Reader("en"), "9 March 2025", "9 March 2025, 14:05 UTC", "1,234"),
        (Reader("en", calendar="buddhist"), "9 March 2568", "9 March 2568, 14:05 UTC", "1,234"),
        (Reader("en", digits="native", months_as="numbers"), "09/03/2025", "09/03/2025, 14:05 UTC", "1,234"),
        (Reader("th", calendar="buddhist", digits="native"), "๙ มีนาคม ๒๕๖๘", "๙ มีนาคม ๒๕๖๘, ๑๔:๐๕ UTC", "๑,๒๓๔"),
        (Reader("km", digits="native"), "៩ មីនា ២០២៥", "៩ មីនា ២០២៥, ១៤:០៥ UTC", "១,២៣៤"),
        (Reader("my", digits="plain", months_as="numbers"), "09/03/2025", "09/03/2025, 14:05 UTC", "1,234"),
    ],
)
def test_written_as_chosen(reader: Reader, day: str, moment: str, count: str):
    assert (reader.day(DAY), reader.moment(MOMENT), reader.count(1234)) == (day, moment, count)


def test_a_leap_day_that_buddhist_years_do_not_have_is_written_all_the_same():
    assert Reader("en", calendar="buddhist").day(date(2024, 2, 29)) == "29 February 2567"


def test_a_span_writes_each_year_once_where_it_can():
    assert (
        Reader("en", calendar="buddhist").span(date(2024, 12, 30), date(2025, 1, 5))
        == "30 December 2567 – 5 January 2568"
    )
    assert Reader("en").span(date(2025, 3, 3), date(2025, 3, 9)) == "3 March – 9 March 2025"

"""The periods of a window: whole ones alone, by the calendar of the source, four weeks together among them."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from sampan.operations.sharing.calendars import spans
from sampan.vocab.calendars import weeks_of


def test_a_year_is_thirteen_times_four_weeks_and_the_last_takes_a_53rd_in() -> None:
    found = spans(None, "four-weeks", date(2025, 12, 1), date(2027, 2, 1))
    of_2026 = [one for one in found if one[0].year == 2026 or one[1].year == 2026][:13]
    assert of_2026[0] == (date(2025, 12, 29), date(2026, 1, 25))
    assert of_2026[12] == (date(2026, 11, 30), date(2027, 1, 3)), "weeks 49 to 53"
    assert len(weeks_of(2026, "iso")) == 53


def test_months_that_the_window_cuts_are_none() -> None:
    assert spans(None, "month", date(2026, 6, 2), date(2026, 7, 31)) == ((date(2026, 7, 1), date(2026, 7, 31)),)


@given(st.dates(date(1990, 1, 1), date(2060, 1, 1)), st.integers(0, 900))
def test_four_weeks_lie_side_by_side_and_no_week_in_two(start: date, days: int) -> None:
    end = start + timedelta(days=days)
    found = spans(None, "four-weeks", start, end)
    assert all(start <= first and last <= end for first, last in found)
    assert all(one[1] + timedelta(days=1) == other[0] for one, other in pairwise(found))
    assert {(last - first).days + 1 for first, last in found} <= {28, 35}
    weeks = spans(None, "week", start, end)
    for first, last in found:
        inside = [week for week in weeks if first <= week[0] and week[1] <= last]
        assert sum((week[1] - week[0]).days + 1 for week in inside) == (last - first).days + 1

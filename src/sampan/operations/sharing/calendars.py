"""The periods of a window by a source's own calendar: the rows a released table has, whatever was reported."""

from __future__ import annotations

from datetime import date, timedelta

from sampan.model.periods import Period
from sampan.model.sources import Source
from sampan.vocab.calendars import month, quarter, weeks_of, year

Span = tuple[date, date]


def spans(source: Source | None, kind: str, start: date, end: date) -> tuple[Span, ...]:
    """First and last day of each whole period of that kind between two days, both included."""
    rule = source.words.calendar if source is not None else "iso"
    years = range(start.year - 1, end.year + 2)
    found: list[Period] = []
    match kind:
        case "day":
            days = (end - start).days + 1
            return tuple((start + timedelta(days=n), start + timedelta(days=n)) for n in range(days))
        case "week":
            weekly = "iso" if rule == "gregorian" else rule
            found = [week for number in years for week in weeks_of(number, weekly)]
        case "month":
            found = [month(number, one, rule) for number in years for one in range(1, 13)]
        case "quarter":
            found = [quarter(number, one, rule) for number in years for one in range(1, 5)]
        case "year":
            found = [year(number, rule) for number in years]
        case _:
            raise AssertionError(kind)
    inside = {(p.start, p.end) for p in found if start <= p.start and p.end <= end}
    return tuple(sorted(inside))

"""The periods of a window by a source's own calendar: the rows a released table has, whatever was reported."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta

from sampan.model.periods import Period
from sampan.model.sources import Source
from sampan.vocab.calendars import month, quarter, weeks_of, year

Span = tuple[date, date]
FOUR = 4


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
            found = [week for number in years for week in weeks_of(number, _weekly(rule))]
        case "four-weeks":
            return _whole((four for number in years for four in _fours(weeks_of(number, _weekly(rule)))), start, end)
        case "month":
            found = [month(number, one, rule) for number in years for one in range(1, 13)]
        case "quarter":
            found = [quarter(number, one, rule) for number in years for one in range(1, 5)]
        case "year":
            found = [year(number, rule) for number in years]
        case _:
            raise AssertionError(kind)
    return _whole(((one.start, one.end) for one in found), start, end)


def _whole(found: Iterable[Span], start: date, end: date) -> tuple[Span, ...]:
    """Those that lie within the window, each once, in order."""
    return tuple(sorted({(first, last) for first, last in found if start <= first and last <= end}))


def _fours(weeks: Sequence[Period]) -> Iterator[Span]:
    """Thirteen times four weeks of a year, from its first; the last takes a 53rd week in."""
    starts = range(0, FOUR * (len(weeks) // FOUR), FOUR)
    for first in starts:
        last = len(weeks) if first == starts[-1] else first + FOUR
        yield weeks[first].start, weeks[last - 1].end


def _weekly(rule: str) -> str:
    """The calendar that counts weeks."""
    return "iso" if rule == "gregorian" else rule

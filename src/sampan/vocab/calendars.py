"""Calendars: which days make a week, a reporting month and a year, and how a year is written.

A calendar is a row of calendars.csv or a rule a source declares; nothing here knows a country.
Years are Gregorian in every function; only `Calendar.era` says how a source writes them.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from importlib import resources
from typing import Any

from sampan.model.errors import UserError
from sampan.model.periods import Kind, Period

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
# a week-1 rule as the fewest days of the new year that week 1 must hold
WEEK1 = {"contains-january-1": 1, "four-days": 4, "first-full": 7, "starts-january-1": 0}
# what is taken from a written year to make it Gregorian; other eras only as a declared number
ERAS = {"gregorian": 0, "buddhist": 543}
_DAY = timedelta(days=1)


class NoSuchPeriod(LookupError):
    """A week, month or quarter that the calendar does not have, such as week 53 of a year of 52."""


@dataclass(frozen=True)
class Calendar:
    """A rule that cuts time. `week1` is a key of WEEK1; `era` a key of ERAS or the number to take from a year.

    `month_first_day` 26 with `month_named_for` "end" makes "March" run from 26 February to 25 March;
    with "start", from 26 March to 25 April.
    """

    id: str
    first_weekday: str = "monday"
    week1: str = "four-days"
    era: str | int = "gregorian"
    month_first_day: int = 1
    month_named_for: str = "end"

    @property
    def weekday(self) -> int:
        """The first weekday as Python counts (Monday 0)."""
        return WEEKDAYS.index(self.first_weekday)

    def written_year(self, year: int) -> int:
        """A Gregorian year as this calendar writes it."""
        return year + era_offset(self.era)


def era_offset(era: str | int) -> int:
    """Years to take from a written year: 543 for "buddhist". UserError for an era nobody declared."""
    if isinstance(era, int):
        return era
    if era not in ERAS:
        raise UserError(f"era {era!r} is not known", do=f"use {', '.join(ERAS)} or the number of years to take away")
    return ERAS[era]


@lru_cache(maxsize=1)
def calendars() -> dict[str, Calendar]:
    """The bundled calendars by id."""
    text = resources.files("sampan.vocab").joinpath("calendars.csv").read_text("utf-8")
    rows = csv.DictReader(text.splitlines())
    return {
        row["id"]: Calendar(row["id"], row["first_weekday"], row["week1"], row["era"], int(row["month_first_day"]))
        for row in rows
    }


def calendar(rule: str | Calendar | Mapping[str, Any]) -> Calendar:
    """A calendar by id, by a rule as a source declares it, or itself.

    >>> calendar({"id": "site", "first_weekday": "saturday", "week1": "first-full"}).weekday
    5
    """
    if isinstance(rule, Calendar):
        return rule
    if isinstance(rule, str):
        if rule not in calendars():
            raise UserError(
                f"calendar {rule!r} is not known",
                do=f"use one of {', '.join(calendars())}, or declare first_weekday and week1 in source.yml",
            )
        return calendars()[rule]
    return _declared(dict(rule))


def _declared(rule: dict[str, Any]) -> Calendar:
    base = calendar(rule.pop("like")) if "like" in rule else Calendar("declared")
    values = {**base.__dict__, **rule}
    known = Calendar.__dataclass_fields__
    wrong = [f"{name}: {value!r}" for name, value in values.items() if name not in known]
    if values["first_weekday"] not in WEEKDAYS:
        wrong.append(f"first_weekday: {values['first_weekday']!r}")
    if values["week1"] not in WEEK1:
        wrong.append(f"week1: {values['week1']!r}")
    if values["month_named_for"] not in ("start", "end"):
        wrong.append(f"month_named_for: {values['month_named_for']!r}")
    if not isinstance(values["month_first_day"], int) or not 1 <= values["month_first_day"] <= 28:
        wrong.append(f"month_first_day: {values['month_first_day']!r}")
    if wrong:
        raise UserError(
            f"the calendar's rule is not understood: {', '.join(wrong)}",
            do=f"first_weekday is a weekday's English name; week1 one of {', '.join(WEEK1)}; month_first_day 1 to 28",
        )
    era_offset(values["era"])
    return Calendar(**values)


def week_one(rule: str | Calendar, year: int) -> date:
    """The first day of week 1 of a Gregorian year."""
    cal = calendar(rule)
    first = date(year, 1, 1)
    if cal.week1 == "starts-january-1":
        return first
    back = (first.weekday() - cal.weekday) % 7  # days of that week that lie in the old year
    start = first - back * _DAY
    return start if 7 - back >= WEEK1[cal.week1] else start + 7 * _DAY


@lru_cache(maxsize=4096)
def weeks_of(year: int, rule: str | Calendar) -> tuple[Period, ...]:
    """All weeks of a year, in order; their count is 52 or 53."""
    cal = calendar(rule)
    start, stop = week_one(cal, year), week_one(cal, year + 1)
    starts = [start + 7 * n * _DAY for n in range(-(-(stop - start).days // 7))]
    return tuple(Period(day, min(day + 6 * _DAY, stop - _DAY), "week", cal.id) for day in starts)


def week(rule: str | Calendar, year: int, number: int) -> Period:
    """Week `number` of a Gregorian year. NoSuchPeriod if the year has no such week.

    >>> week("thai-moph", 2009, 3).start.isoformat()
    '2009-01-18'
    """
    cal = calendar(rule)
    weeks = weeks_of(year, cal)
    if not 1 <= number <= len(weeks):
        raise NoSuchPeriod(f"{cal.written_year(year)} has weeks 1 to {len(weeks)} in calendar {cal.id}, not {number}")
    return weeks[number - 1]


def week_number(day: date, rule: str | Calendar) -> tuple[int, int]:
    """The Gregorian year a week is counted to, and its number.

    >>> week_number(date(2020, 12, 31), "iso")
    (2020, 53)
    """
    cal = calendar(rule)
    year = day.year + (day >= week_one(cal, day.year + 1)) - (day < week_one(cal, day.year))
    return year, (day - week_one(cal, year)).days // 7 + 1


def month(year: int, number: int, rule: str | Calendar = "gregorian") -> Period:
    """A reporting month; a calendar month unless the calendar starts its months on another day."""
    cal = calendar(rule)
    if not 1 <= number <= 12:
        raise NoSuchPeriod(f"{cal.written_year(year)} has months 1 to 12, not {number}")
    first = date(year, number, 1)
    if cal.month_first_day == 1:
        return Period(first, _next_month(first) - _DAY, "month", cal.id)
    base = (first - _DAY).replace(day=1) if cal.month_named_for == "end" else first
    start = base.replace(day=cal.month_first_day)
    return Period(start, _next_month(base).replace(day=cal.month_first_day) - _DAY, "month", cal.id)


def quarter(year: int, number: int, rule: str | Calendar = "gregorian") -> Period:
    """Three reporting months."""
    if not 1 <= number <= 4:
        raise NoSuchPeriod(f"a year has quarters 1 to 4, not {number}")
    cal = calendar(rule)
    return Period(month(year, 3 * number - 2, cal).start, month(year, 3 * number, cal).end, "quarter", cal.id)


def year(number: int, rule: str | Calendar = "gregorian") -> Period:
    """Twelve reporting months of a Gregorian year."""
    cal = calendar(rule)
    return Period(month(number, 1, cal).start, month(number, 12, cal).end, "year", cal.id)


def period_between(start: date, end: date, rule: str | Calendar = "gregorian") -> Period:
    """The period from a first to a last day, with the kind the calendar sees in it ("other" if none)."""
    cal = calendar(rule)
    return Period(start, end, _kind(start, end, cal), cal.id)


def _kind(start: date, end: date, cal: Calendar) -> Kind:
    if start == end:
        return "day"
    owner, number = week_number(start, cal)
    if week(cal, owner, number).start == start and week(cal, owner, number).end == end:
        return "week"
    middle = start + (end - start) // 2
    near = [date(middle.year, middle.month, 1), *(_shifted(middle, step) for step in (-1, 1))]
    for first in near:
        if (found := month(first.year, first.month, cal)) and (found.start, found.end) == (start, end):
            return "month"
    quarters = (quarter(y, q, cal) for y in (start.year, end.year) for q in (1, 2, 3, 4))
    if any((q.start, q.end) == (start, end) for q in quarters):
        return "quarter"
    years = (year(y, cal) for y in {start.year, end.year})
    return "year" if any((y.start, y.end) == (start, end) for y in years) else "other"


def named(period: Period, rule: str | Calendar) -> tuple[int, int]:
    """The Gregorian year a period is counted to, and its number in that year (a year's and a range's number is 0)."""
    cal = calendar(rule)
    middle = period.start + (period.end - period.start) // 2
    match period.kind:
        case "week":
            return week_number(period.start, cal)
        case "month":
            by_start = cal.month_first_day == 1 or cal.month_named_for == "start"
            owner = period.start if by_start else period.end
            return owner.year, owner.month
        case "quarter":
            return middle.year, (middle.month - 1) // 3 + 1
        case _:
            return middle.year, 0


def weeks_inside(span: Period, rule: str | Calendar) -> tuple[tuple[Period, ...], tuple[Period, ...]]:
    """The weeks wholly inside a span and the weeks that touch it, in order.

    Sums over the two are the lower and the upper bound of the span's count: a week is never split.
    """
    cal = calendar(rule)
    years = range(span.start.year - 1, span.end.year + 2)
    touching = tuple(w for y in years for w in weeks_of(y, cal) if w.start <= span.end and span.start <= w.end)
    return tuple(w for w in touching if span.contains(w)), touching


def _next_month(first: date) -> date:
    return (first.replace(day=28) + 4 * _DAY).replace(day=1)


def _shifted(day: date, step: int) -> date:
    first = day.replace(day=1)
    return _next_month(first) if step > 0 else (first - _DAY).replace(day=1)

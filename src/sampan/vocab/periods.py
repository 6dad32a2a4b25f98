"""Periods as sources write them: "2568-W31", "สัปดาห์ที่ 31/2568", "Tuần 31", "មីនា ២០២៤", "18-24 ม.ค. 2552".

The calendar is declared; a week it does not have is a problem, and no week is ever split into months.
Words of `problem`: not-a-period, no-such-period, year-missing, partial-date, two-digit-year, calendar-slip,
impossible-date, ambiguous, not-the-kind, blank.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sampan.model.errors import UserError
from sampan.model.periods import Period
from sampan.model.tables import Reading
from sampan.vocab.calendars import (
    ERAS,
    WEEK1,
    WEEKDAYS,
    Calendar,
    NoSuchPeriod,
    calendar,
    calendars,
    month,
    named,
    period_between,
    quarter,
    week,
    week_number,
    week_one,
    weeks_inside,
    weeks_of,
    year,
)
from sampan.vocab.dates import DateRule, Unread, gregorian_year, parse_dates, read_date
from sampan.vocab.dateterms import Parts, parts
from sampan.vocab.text import native_digits, squeeze

__all__ = [
    "ERAS",
    "WEEK1",
    "WEEKDAYS",
    "Calendar",
    "NoSuchPeriod",
    "calendar",
    "calendars",
    "month",
    "named",
    "parse_dates",
    "parse_periods",
    "period_between",
    "quarter",
    "week",
    "week_number",
    "week_one",
    "weeks_inside",
    "weeks_of",
    "write_period",
    "year",
]

KINDS = ("day", "week", "month", "quarter", "year", "range", "auto")
_RANGE = re.compile(
    r"\s*(?:–|—|~|～|至|到|ถึง|ຫາ|ເຖິງ|ដល់|đến|\bto\b|\bden\b|(?<=\s)-(?=\s)|(?<=\d)-(?=\d{4}-)"
    r"|(?<=/\d{4})-(?=\d{1,2}/)|(?<=\d{4}-\d\d-\d\d)/(?=\d{4}-))\s*"
)
_SHORT_RANGE = re.compile(r"(\d{1,2})\s*-\s*(\d{1,2})(?![\d-])(.*)", re.DOTALL)
_COMPACT_WEEK = re.compile(r"(\d{4})-?(\d{2})", re.ASCII)
_WITH_DATES = re.compile(r"(.*\S)\s*[(（](.*\d.*)[)）]")
_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}(?:[T ].*)?", re.ASCII)
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}


@dataclass(frozen=True)
class _Rule:
    kind: str
    calendar: Calendar
    year: int | None  # Gregorian, from the title or another column
    dates: DateRule


def parse_periods(
    terms: Iterable[str | None],
    *,
    kind: str | None = None,
    calendar: str | Calendar | Mapping[str, Any] = "gregorian",
    year: int | None = None,
    order: str = "dmy",
    two_digit_years: str | None = None,
) -> list[Reading]:
    """One Reading for each term; `value` is a Period cut by the calendar.

    `kind` is day, week, month, quarter, year, range (two dates), or None for what the words in the term say.
    Years in the terms are of the calendar's era; `year` is the Gregorian year for terms that name none.

    >>> parse_periods(["2568-W31"], kind="week", calendar="thai-moph")[0].value.start.isoformat()
    '2025-07-27'
    """
    cal = _calendar(calendar)
    kind = kind or "auto"
    if kind not in KINDS:
        raise UserError(f"period kind {kind!r} is not known", do=f"use one of {', '.join(KINDS)}")
    rule = _Rule(kind, cal, year, DateRule(order, cal.era, two_digit_years))
    return [_read(term, rule) for term in terms]


_calendar = calendar  # the name is also an argument's


def _read(term: str | None, rule: _Rule) -> Reading:
    if term is None or not term.strip():
        return Reading(term, None, "blank", "none")
    try:
        return Reading(term, _period(squeeze(native_digits(term)), rule), None, "rule")
    except Unread as why:
        return Reading(term, None, why.problem, "none", why.candidates)
    except NoSuchPeriod:
        return Reading(term, None, "no-such-period", "none")


def _period(text: str, rule: _Rule) -> Period:
    if found := _WITH_DATES.fullmatch(text):
        return _both_agree(found[1], found[2], rule)
    if rule.kind in ("week", "month") and (span := _named_by_its_day(text, rule)):
        return span
    if rule.kind in ("range", "auto", "week", "month") and (span := _range(text, rule)):
        if rule.kind not in ("range", "auto", span.kind):
            raise Unread("not-the-kind", f"{span.start}/{span.end}")
        return span
    if rule.kind == "range":
        raise Unread("not-a-period")
    if rule.kind == "day":
        return _day(text, rule)
    said = parts(text) or _roman_quarter(text)
    if said is None or not (said.numbers or said.month):
        raise Unread("not-a-period")
    return _by_kind(text, said, rule)


def _both_agree(name: str, dates: str, rule: _Rule) -> Period:
    """ "Week 31 (28 Jul - 3 Aug 2025)": the name and the days must be the same period."""
    days = _range(dates, rule)
    if days is None:
        return _period(name, rule)
    owner, _ = week_number(days.start, rule.calendar)
    named = _period(name, replace(rule, year=owner if rule.year is None else rule.year))
    if (named.start, named.end) != (days.start, days.end):
        raise Unread("ambiguous", f"{named.start}/{named.end}", f"{days.start}/{days.end}")
    return named


def _named_by_its_day(text: str, rule: _Rule) -> Period | None:
    """A week or month that a spreadsheet wrote as one of its days: the first of the month, a week's first or last."""
    if not _ISO_DAY.fullmatch(text):
        return None
    day = read_date(text, rule.dates)
    if rule.kind == "month":
        if day.day != 1:
            raise Unread("not-the-kind")
        return month(day.year, day.month, rule.calendar)
    found = week(rule.calendar, *week_number(day, rule.calendar))
    if day not in (found.start, found.end):
        raise Unread("not-the-kind")
    return found


def _by_kind(text: str, said: Parts, rule: _Rule) -> Period:
    kind = rule.kind if rule.kind != "auto" else _kind_said(text, said)
    match kind:
        case "week":
            return week(rule.calendar, *_year_and_number(text, said, "week", rule))
        case "month":
            if said.month is not None:
                return month(_year(said, said.plain(), rule), said.month, rule.calendar)
            return month(*_year_and_number(text, said, "month", rule), rule.calendar)
        case "quarter":
            return quarter(*_year_and_number(text, said, "quarter", rule), rule.calendar)
        case "year":
            return year(_year(said, said.plain(), rule), rule.calendar)
        case "day":
            return _day(text, rule)
        case _:
            raise Unread("ambiguous")


def _kind_said(text: str, said: Parts) -> str:
    """The kind a term's own words and shape say; "" if they leave it open."""
    if "week" in said.marks():
        return "week"
    if "quarter" in said.marks():
        return "quarter"
    if re.fullmatch(r"\d{4}-\d{2}", text):  # ISO 8601
        return "month"
    named = said.month is not None or "month" in said.marks()
    shorts = [n for n in said.plain() if len(n) <= 2]
    if named:
        return "day" if shorts or "day" in said.marks() else "month"
    if len(said.numbers) == 1 and (len(said.numbers[0][0]) == 4 or "year" in said.marks()):
        return "year"
    return "day" if len(said.numbers) == 3 or (len(said.numbers) == 1 and len(said.numbers[0][0]) == 8) else ""


def _year_and_number(text: str, said: Parts, role: str, rule: _Rule) -> tuple[int, int]:
    """The Gregorian year and the number of a week, month or quarter."""
    plain, number = said.plain(), said.role(role)
    if said.marks() - {role, "year"} or said.month is not None:
        raise Unread("not-the-kind")
    if number is None:
        compact = _COMPACT_WEEK.fullmatch(text)
        if len(plain) == 1 and compact and len(plain[0]) == 6:
            plain = [compact[1], compact[2]]
        short = [n for n in plain if len(n) <= 2]
        if not short or (len(short) > 1 and rule.dates.two_digit_years is None):
            raise Unread("two-digit-year" if len(short) > 1 else "not-a-period")
        number = short[-1] if rule.dates.order == "ymd" else short[0]
        plain.remove(number)
    if len(number) > 2:
        raise Unread("not-a-period")
    return _year(said, plain, rule), int(number)


def _year(said: Parts, plain: list[str], rule: _Rule) -> int:
    """The one year a term names, else the year given for the column."""
    written = [y for y in (said.role("year"), *plain) if y is not None]
    if len(written) > 1:
        raise Unread("not-a-period")
    if written:
        return gregorian_year(written[0], rule.dates, said.era)
    if rule.year is None:
        raise Unread("year-missing")
    return rule.year


def _day(text: str, rule: _Rule) -> Period:
    day = read_date(text, rule.dates)
    return Period(day, day, "day", rule.calendar.id)


def _range(text: str, rule: _Rule) -> Period | None:
    """Two days and all between them, or None if the term is no range."""
    pieces = _RANGE.split(text)
    if len(pieces) != 2 and (short := _SHORT_RANGE.fullmatch(text)) and _is_tail(short[3]):
        pieces = [short[1], short[2] + short[3]]
    if len(pieces) != 2 or not all(re.search(r"\d", piece) for piece in pieces):
        return None
    try:
        end = read_date(pieces[1], rule.dates)
        start = _start(pieces[0], end, rule)
    except Unread as why:
        if why.problem in ("not-a-date", "partial-date"):
            return None
        raise
    if start > end:
        raise Unread("impossible-date")
    return period_between(start, end, rule.calendar)


def _is_tail(text: str) -> bool:
    """True if what follows "18-24" can be a month and a year."""
    said = parts(text)
    return said is not None and (said.month is not None or len(said.numbers) == 2)


def _start(text: str, end: Any, rule: _Rule) -> Any:
    """The first day; a month or year it leaves out is that of the last day."""
    try:
        return read_date(text, rule.dates)
    except Unread as why:
        said = parts(text)
        if said is None or not said.numbers or why.problem not in ("partial-date", "not-a-date"):
            raise
        numbers = [digits for digits, _ in said.numbers]
        if len(numbers) > 2 or any(len(n) > 2 for n in numbers):
            raise
        day = int(numbers[-1] if rule.dates.order == "mdy" and len(numbers) == 2 else numbers[0])
        other = int(numbers[1 if rule.dates.order != "mdy" else 0]) if len(numbers) == 2 else end.month
        try:
            return end.replace(month=said.month or other, day=day)
        except ValueError:
            raise Unread("impossible-date") from None


def _roman_quarter(text: str) -> Parts | None:
    """ "Quý I/2024", "Q II 2024"."""
    found = re.fullmatch(r"(?i)(?:quý|quy|q|quarter)\W*(iv|i{1,3})\b\W*(\d*)", text)
    if not found:
        return None
    numbers: list[tuple[str, str | None]] = [(str(_ROMAN[found[1].lower()]), "quarter")]
    return Parts(numbers + ([(found[2], None)] if found[2] else []))


def write_period(period: Period, rule: str | Calendar | None = None) -> str:
    """A period in the one plain form `parse_periods` reads back: 2568-W31, 2568-03, 2568-Q1, 2568, day/day.

    The year is written in the calendar's era.
    """
    cal = calendar(rule if rule is not None else period.calendar)
    owner, number = named(period, cal)
    written = cal.written_year(owner)
    match period.kind:
        case "week":
            return f"{written}-W{number:02d}"
        case "month":
            return f"{written}-{number:02d}"
        case "quarter":
            return f"{written}-Q{number}"
        case "year":
            return str(written)
        case _:
            ends = [f"{cal.written_year(d.year)}-{d.month:02d}-{d.day:02d}" for d in (period.start, period.end)]
            return ends[0] if period.kind == "day" else " - ".join(ends)

"""Dates of a column's distinct terms, in plain Python: the era is taken off before the date is checked.

So 29/02/2567 is 29 February 2024, and 29/02/2568 never was. Order and era are declared by the source,
never guessed here. Words of `problem`: not-a-date, impossible-date, calendar-slip, two-digit-year,
partial-date, ambiguous, blank.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from sampan.model.errors import UserError
from sampan.model.tables import Reading
from sampan.vocab.calendars import ERAS, era_offset
from sampan.vocab.dateterms import Parts, only_month, parts, without_time
from sampan.vocab.text import native_digits

ORDERS = ("dmy", "mdy", "ymd")
FIRST_YEAR, LAST_YEAR = 1800, 2299  # a year outside is no date of a surveillance file; 543 years lie beyond both
SERIAL_EPOCHS = {"excel": date(1899, 12, 30), "excel-1904": date(1904, 1, 1), "unix-days": date(1970, 1, 1)}
BUDDHIST = ERAS["buddhist"]
MIXED_FROM = 2343  # era "mixed": written years from here on are Buddhist (1800 + 543)
_SLASHED = re.compile(r"(\d{1,4})([-/. ])(\d{1,2})\2(\d{1,4})", re.ASCII)
_COMMON = re.compile(
    _SLASHED.pattern + r"(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?",
    re.ASCII,
)
_WORDED = re.compile(r"(\d{1,2})(\D{1,40})(\d{4})")  # 5-Mar-2024, 5 มี.ค. 2567
_SERIAL = re.compile(r"\d{1,6}(?:\.\d+)?", re.ASCII)
_GAP = re.compile(r"(?i)(?:\?+|x+|00?)[-/. ]\S+|\S+[-/. ](?:\?+|x+|00?)[-/. ]\S+|.*/\s*[?xy]+")


class Unread(Exception):
    """A term that is no date; `problem` is the fixed word, `candidates` the dates it could be."""

    def __init__(self, problem: str, *candidates: str) -> None:
        super().__init__(problem)
        self.problem, self.candidates = problem, candidates


@dataclass(frozen=True)
class DateRule:
    """How a source writes dates. `era` may be "mixed": years from 2343 on are Buddhist, by declaration."""

    order: str = "dmy"
    era: str | int = "gregorian"
    two_digit_years: str | None = None
    serials: bool | str = False

    def __post_init__(self) -> None:
        if self.order not in ORDERS:
            raise UserError(f"date order {self.order!r} is not known", do=f"use one of {', '.join(ORDERS)}")
        if self.two_digit_years not in (None, *ERAS):
            raise UserError(f"two_digit_years {self.two_digit_years!r} is not known", do=f"use {' or '.join(ERAS)}")
        if isinstance(self.serials, str) and self.serials not in SERIAL_EPOCHS:
            raise UserError(f"serials {self.serials!r} is not known", do=f"use one of {', '.join(SERIAL_EPOCHS)}")
        if self.era != "mixed":
            era_offset(self.era)

    @property
    def epoch(self) -> date | None:
        """The day number 0 stands for, if bare numbers are days."""
        return SERIAL_EPOCHS["excel" if self.serials is True else self.serials] if self.serials else None


def parse_dates(
    terms: Iterable[str | None],
    *,
    order: str = "dmy",
    era: str | int = "gregorian",
    two_digit_years: str | None = None,
    serials: bool | str = False,
) -> list[Reading]:
    """One Reading for each term, in order; `value` is a datetime.date, a time of day is dropped.

    A year first (2024-02-29) is read as year, month, day whatever the order.

    >>> parse_dates(["29/02/2567", "29/02/2568"], era="buddhist")[0].value.isoformat()
    '2024-02-29'
    """
    read = reader(DateRule(order, era, two_digit_years, serials))
    return [read(term) for term in terms]


def reader(rule: DateRule) -> Callable[[str | None], Reading]:
    """A function from one term to its Reading, for the rule."""
    mixed = rule.era == "mixed"
    offset = 0 if mixed else era_offset(rule.era)
    year_last = rule.order != "ymd"
    month_first, common, worded = rule.order == "mdy", _COMMON.fullmatch, _WORDED.fullmatch

    def read(term: str | None) -> Reading:
        # the common shapes first, without detours: this runs for every distinct date of a large file
        if term is None:
            return _read_slowly(term, rule)
        if found := common(term):
            first, second, third = found.group(1, 3, 4)
            if len(first) == 4 and len(third) < 3:
                year, month, day = int(first), int(second), int(third)
            elif len(third) == 4 and len(first) < 3 and year_last:
                year, month, day = int(third), int(second), int(first)
                if month_first:
                    month, day = day, month
            else:
                return _read_slowly(term, rule)
        elif (found := worded(term)) and (month := only_month(found[2])):
            year, day = int(found[3]), int(found[1])
        else:
            return _read_slowly(term, rule)
        year -= BUDDHIST if mixed and year >= MIXED_FROM else offset
        if FIRST_YEAR <= year <= LAST_YEAR:
            try:
                return Reading(term, date(year, month, day))
            except ValueError:
                pass
        return _read_slowly(term, rule)

    return read


def _read_slowly(term: str | None, rule: DateRule) -> Reading:
    if term is None or not term.strip():
        return Reading(term, None, "blank", "none")
    try:
        return Reading(term, read_date(term, rule), None, "rule")
    except Unread as why:
        return Reading(term, None, why.problem, "none", why.candidates)


def read_date(term: str, rule: DateRule) -> date:
    """The day a term names. Unread if it names none."""
    text = without_time(native_digits(term).strip())
    if text.isdecimal():
        return _read_digits(text, rule)
    if rule.epoch and _SERIAL.fullmatch(text):
        return _read_serial(float(text), rule.epoch)
    if found := _SLASHED.fullmatch(text):
        return _numbers_to_date([found[1], found[3], found[4]], rule)
    said = parts(text)
    if said is None or not said.numbers:
        raise Unread("partial-date" if _has_gap(text) else "not-a-date")
    return _parts_to_date(said, rule)


def gregorian_year(written: str, rule: DateRule, own_era: str | None = None) -> int:
    """A written year as Gregorian; the era stated in the cell wins over the file's. Unread if it cannot be."""
    if len(written) in (1, 2):
        if rule.two_digit_years is None:
            raise Unread("two-digit-year")
        return _full_year(int(written), rule.two_digit_years)
    number = int(written) if len(written) == 4 else -1
    era = own_era or rule.era
    if era == "mixed":
        era = "buddhist" if number >= MIXED_FROM else "gregorian"
    year = number - era_offset(era)
    if FIRST_YEAR <= year <= LAST_YEAR:
        return year
    if _slipped(number, era) is not None:
        raise Unread("calendar-slip")
    raise Unread("not-a-date" if number < 0 else "impossible-date")


def _full_year(two: int, era: str) -> int:
    """67 is 2567 of the Buddhist era; in the Gregorian, 00 to 69 follow 2000 and 70 to 99 follow 1900 (POSIX)."""
    if era == "buddhist":
        return 2500 + two - BUDDHIST
    return two + (2000 if two < 70 else 1900)


def _slipped(written: int, era: str | int) -> int | None:
    """The Gregorian year if the year was written in the other era than declared."""
    other = written if era_offset(era) else written - BUDDHIST
    return other if FIRST_YEAR <= other <= LAST_YEAR else None


def _numbers_to_date(numbers: list[str], rule: DateRule, own_era: str | None = None) -> date:
    """Three numbers in the declared order; a first number of four digits is the year."""
    first, second, third = numbers
    if len(first) >= 3:
        return _build(first, second, third, rule, own_era)
    if len(third) >= 3 and rule.order == "ymd":
        raise Unread("ambiguous", *_both_ways(third, first, second, rule))
    if rule.order == "ymd":
        return _build(first, second, third, rule, own_era)
    month, day = (first, second) if rule.order == "mdy" else (second, first)
    return _build(third, month, day, rule, own_era)


def _build(year: str, month: str, day: str, rule: DateRule, own_era: str | None = None) -> date:
    if len(month) > 2 or len(day) > 2:
        raise Unread("not-a-date")
    if int(month) == 0 or int(day) == 0:
        raise Unread("partial-date")
    try:
        written = gregorian_year(year, rule, own_era)
    except Unread as why:
        if why.problem == "calendar-slip":
            slipped = _slipped(int(year), own_era or rule.era)
            raise Unread(why.problem, *_valid([(slipped, int(month), int(day))])) from None
        raise
    try:
        return date(written, int(month), int(day))
    except ValueError:
        raise Unread("impossible-date", *_valid([(written, int(day), int(month))])) from None


def _both_ways(year: str, first: str, second: str, rule: DateRule) -> list[str]:
    try:
        number = gregorian_year(year, rule)
    except Unread:
        return []
    return _valid([(number, int(second), int(first)), (number, int(first), int(second))])


def _valid(dates: list[tuple[int | None, int, int]]) -> list[str]:
    """The ISO text of those that exist."""
    out = []
    for year, month, day in dates:
        try:
            out.append(date(year or 0, month, day).isoformat())
        except ValueError:
            continue
    return out


def _parts_to_date(said: Parts, rule: DateRule) -> date:
    """Words and numbers together: roles first, then the order for what is left."""
    plain = said.plain()
    year, day, month = said.role("year"), said.role("day"), said.role("month")
    if said.month is not None:
        month = str(said.month)
    if said.marks() - {"year", "month", "day"}:
        raise Unread("not-a-date")
    if month is None and year is None and len(said.numbers) == 3:  # 3/2/2024, ngày 3/2/2024
        return _numbers_to_date([digits for digits, _ in said.numbers], rule, said.era)
    if year is None and plain and (long := [n for n in plain if len(n) >= 3]):
        year = long[0]
        plain.remove(year)
    if day is None and year is None and len(plain) == 2:
        year, day = plain if rule.order == "ymd" else reversed(plain)
        plain = []
    if day is None and plain:
        day = plain.pop(0)
    elif year is None and plain:
        year = plain.pop(0)
    if plain:
        raise Unread("not-a-date")
    if year is None or month is None or day is None:
        raise Unread("partial-date")
    return _build(year, month, day, rule, said.era)


def _read_digits(text: str, rule: DateRule) -> date:
    """Digits only: yyyymmdd (or as the order says), or a day number where the source declares serials."""
    if len(text) == 8:
        cuts = {"ymd": (4, 6), "dmy": (2, 4), "mdy": (2, 4)}[rule.order]
        numbers = [text[: cuts[0]], text[cuts[0] : cuts[1]], text[cuts[1] :]]
        try:
            return _numbers_to_date(numbers, rule)
        except Unread as why:
            year_first = _valid([(int(text[:4]), int(text[4:6]), int(text[6:]))]) if rule.order != "ymd" else []
            raise Unread(why.problem, *(why.candidates or year_first)) from None
    if rule.epoch and len(text) <= 6:
        return _read_serial(float(text), rule.epoch)
    if len(text) == 6 and rule.two_digit_years:
        return _numbers_to_date([text[:2], text[2:4], text[4:]], rule)
    if len(text) == 4 or (len(text) == 6 and 1 <= int(text[4:]) <= 12):
        raise Unread("partial-date")
    raise Unread("not-a-date")


def _read_serial(number: float, epoch: date) -> date:
    """Days since the epoch, the time of day dropped."""
    try:
        day = epoch + timedelta(days=int(number))
    except OverflowError:
        raise Unread("not-a-date") from None
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise Unread("impossible-date")
    return day


def _has_gap(text: str) -> bool:
    """True where part of a date is left open: "??/03/2024", "xx/05/2023", "Jun /23/Y"."""
    return bool(re.search(r"\d", text)) and bool(_GAP.fullmatch(text))

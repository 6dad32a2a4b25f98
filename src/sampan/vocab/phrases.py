"""A period for a reader: "Week 31 of 2568", "Tuần 31 năm 2025", "2025年第31周", "มีนาคม 2567".

The year is written in the calendar's own era unless another is asked for; `parse_periods` reads every phrase back.
"""

from __future__ import annotations

import csv
from datetime import date
from functools import lru_cache
from importlib import resources

from babel import Locale
from babel.dates import format_date

from sampan.model.periods import Period
from sampan.vocab.calendars import Calendar, calendar, era_offset, named
from sampan.vocab.languages import write_date, write_digits

YEAR = "\ufff9"  # stands where the year goes while Babel writes the month


def say_period(
    period: Period, language: str, *, rule: str | Calendar | None = None, era: str | None = None, native: bool = False
) -> str:
    """The period in the language's words. `rule` is its calendar if the source declared one of its own.

    >>> from sampan.vocab.calendars import week
    >>> say_period(week("thai-moph", 2025, 31), "th")
    'สัปดาห์ที่ 31 ปี 2568'
    """
    cal = calendar(rule if rule is not None else period.calendar)
    owner, number = named(period, cal)
    year = str(owner + era_offset(era if era is not None else cal.era))
    match period.kind:
        case "week" | "quarter" | "year":
            text = _phrases()[language][period.kind].format(n=number, y=year)
        case "month":
            text = _month(number, language).replace(YEAR, year)
        case _:
            written_era = str(era if era is not None else cal.era)
            days = [write_date(day, language, era=written_era) for day in (period.start, period.end)]
            text = days[0] if period.kind == "day" else " – ".join(days)
    return write_digits(text, language) if native else text


@lru_cache(maxsize=1)
def _phrases() -> dict[str, dict[str, str]]:
    text = resources.files("sampan.vocab").joinpath("phrases.csv").read_text("utf-8")
    return {row["language"]: row for row in csv.DictReader(text.splitlines())}


@lru_cache(maxsize=128)
def _month(number: int, language: str) -> str:
    """The month's name with YEAR where the year goes, after CLDR's pattern for month and year."""
    pattern = Locale.parse(language).datetime_skeletons["yMMMM"].pattern
    plain = " ".join(pattern.replace("G", "").split()).replace("y", f"'{YEAR}'")
    return str(format_date(date(2000, number, 1), plain, locale=language))

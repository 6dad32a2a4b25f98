"""The seven languages: their digits, and how a reader of each sees a number, a date and a period.

Parsing goes by the locale a source declares; formatting for a reader goes through Babel.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib import resources

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from babel.numbers import format_decimal, get_decimal_symbol, get_group_symbol

from sampan.model.errors import UserError

BUDDHIST_OFFSET = 543


@dataclass(frozen=True)
class Language:
    """One language: `zero` is its native digit zero, `group` and `decimal` the signs inside its numbers."""

    code: str
    name: str
    endonym: str
    script: str
    zero: str
    group: str
    decimal: str


@lru_cache(maxsize=1)
def languages() -> dict[str, Language]:
    """The seven languages by code, in the order of their codes."""
    text = resources.files("sampan.vocab").joinpath("languages.csv").read_text("utf-8")
    names = Language.__dataclass_fields__
    return {row["code"]: Language(**{name: row[name] for name in names}) for row in csv.DictReader(text.splitlines())}


@lru_cache(maxsize=64)
def separators(locale: str) -> tuple[str, str]:
    """The group and the decimal sign of a declared locale; one of the seven, or any locale CLDR knows.

    >>> separators("vi"), separators("en"), separators("id")
    (('.', ','), (',', '.'), ('.', ','))
    """
    known = languages().get(locale)
    if known:
        return known.group, known.decimal
    try:
        parsed = Locale.parse(locale.replace("-", "_"))
    except (UnknownLocaleError, ValueError, TypeError):
        raise UserError(
            f"locale {locale!r} is not known", do="declare a language code such as en, km, lo, vi"
        ) from None
    return get_group_symbol(parsed), get_decimal_symbol(parsed)


def write_digits(text: str, language: str) -> str:
    """The digits 0-9 of a text in the language's own digits.

    >>> write_digits("31", "km")
    '៣១'
    """
    zero = ord(languages()[language].zero)
    return text.translate({ord("0") + n: chr(zero + n) for n in range(10)})


def write_number(value: float, language: str, *, native: bool = False) -> str:
    """A number for a reader of the language: 1,234 or 1.234; `native` writes its own digits."""
    group, decimal = separators(language)
    plain = format_decimal(value, locale="en")
    text = plain.translate({ord(","): group, ord("."): decimal})
    return write_digits(text, language) if native else text


def write_date(day: date, language: str, *, era: str = "gregorian", native: bool = False, width: str = "long") -> str:
    """A date for a reader: Babel's words, the year in the era asked for, whatever the language's habit.

    >>> write_date(date(2024, 2, 29), "th", era="buddhist")
    '29 กุมภาพันธ์ 2567'
    """
    pattern = _without_era(language, width)
    written = day.year + (BUDDHIST_OFFSET if era == "buddhist" else 0)
    # the year is set in by hand: Babel's own calendar is Gregorian, and 2567 has no 29 February there
    text = format_date(day, pattern.replace("y", "'\ufff9'"), locale=language).replace("\ufff9", str(written))
    return write_digits(text, language) if native else text


@lru_cache(maxsize=64)
def _without_era(language: str, width: str) -> str:
    """The language's date pattern with one full year and no era sign."""
    pattern: str = Locale.parse(language).date_formats[width].pattern
    return " ".join(pattern.replace("G", "").replace("yyyy", "y").replace("yy", "y").split())

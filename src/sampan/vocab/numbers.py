"""Counts as written: "1.234" is 1,234 in Lao and Vietnamese, "1,234" in the others; digits of any script.

The locale is declared by the source. What could be two numbers is asked about, never guessed.
Words of `problem`: not-a-count, fractional, negative, ambiguous, blank.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from sampan.model.tables import Reading
from sampan.vocab.languages import separators
from sampan.vocab.text import native_digits

LARGEST = 10_000_000_000  # above every population on earth: a count beyond it is no count of persons
_SPACES = re.compile("[\\s\u00a0\u2009\u202f]")
_UNIT = re.compile(
    r"(?<=\d)\s*(?:cases?|deaths?|persons?|people|patients?|ca|người|trường hợp|ราย|คน|ຄົນ|ຣາຍ|ກໍລະນີ"
    r"|នាក់|ករណី|ဦး|ယောက်|例|人|名)\.?$",
    re.IGNORECASE,
)


def parse_counts(terms: Iterable[str | None], *, locale: str) -> list[Reading]:
    """One Reading for each term, in order; `value` is a whole number of persons.

    >>> [r.value for r in parse_counts(["1.234", "12.0", "៣១"], locale="vi")]
    [1234, 12, 31]
    """
    read = _reader(locale)
    return [read(term) for term in terms]


def _reader(locale: str) -> Callable[[str | None], Reading]:
    group, decimal = separators(locale)
    # a space of any kind may part thousands everywhere; of full stop and comma only the declared one
    sign = re.escape(group) if group in ".," else "(?!)"
    grouped = re.compile(rf"\d{{1,3}}(?:{sign}\d{{3}})+|\d{{1,3}}(?: \d{{3}})+")
    zeros = re.compile(rf"(.*\d)(?:{re.escape(decimal)}0+|[.,]00?)")
    fraction = re.compile(rf"(?:\d+|{grouped.pattern})?{re.escape(decimal)}\d+")
    other = re.compile(r"\d{1,3}(?:[.,]\d{3})+")

    def read(term: str | None) -> Reading:
        if term is not None and term.isascii() and term.isdecimal() and len(term) <= 9:
            return Reading(term, int(term))
        if term is None or not term.strip():
            return Reading(term, None, "blank", "none")
        return _read(term)

    def _read(term: str) -> Reading:
        text = _UNIT.sub("", _SPACES.sub(" ", native_digits(term)).strip())
        negative = text[:1] in ("-", "−", "–")
        text = text.lstrip("+" if not negative else "-−–").strip()
        # 1.234 where the full stop is the decimal sign: a fraction of a person, or somebody else's thousands
        if other.fullmatch(text) and not grouped.fullmatch(text):
            return Reading(term, None, "ambiguous", "none", (re.sub(r"\D", "", text),))
        if (whole := zeros.fullmatch(text)) and (whole[1].isdecimal() or grouped.fullmatch(whole[1])):
            text = whole[1]
        if grouped.fullmatch(text):
            text = re.sub(r"\D", "", text)
        if text.isdecimal():
            return _whole(term, text, negative)
        if fraction.fullmatch(text):
            return Reading(term, None, "negative" if negative else "fractional", "none")
        mixed = re.fullmatch(r"\d[\d., ]*", text) is not None
        return Reading(term, None, "ambiguous" if mixed else "not-a-count", "none")

    return read


def _whole(term: str, digits: str, negative: bool) -> Reading:
    if len(digits) > 18 or int(digits) > LARGEST:
        return Reading(term, None, "not-a-count", "none")
    if negative and int(digits):
        return Reading(term, None, "negative", "none")
    return Reading(term, int(digits), None, "rule")

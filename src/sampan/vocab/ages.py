"""Ages and age bands with their units: "2 tháng", "12 ปี", "50-59", "5+", "<1", "seventy-four".

A reading's value is (from, to, unit): years from which and years before which, so that bands touch without
overlap: "50-59" is (50.0, 60.0, "year"), "12 ปี" (12.0, 13.0, "year"), "2 tháng" (2/12, 3/12, "month"), and `to`
is None where there is no upper end. For a single age `from` is the age. `unit` is the unit as written.
Words of `problem`: not-an-age, impossible-age, ambiguous, blank.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from functools import lru_cache
from importlib import resources

from sampan.model.tables import Reading
from sampan.vocab.text import fold, native_digits, squeeze

Age = tuple[float, float | None, str]
PER_YEAR = {"year": 1.0, "month": 12.0, "week": 365.25 / 7, "day": 365.25, "hour": 365.25 * 24}
OLDEST = 130.0  # years; the oldest age ever verified is 122
_NUMBER = r"\d{1,3}(?:[.,]\d{1,2})?"
_TOKEN = re.compile(rf"(?P<number>{_NUMBER})|(?P<sign><=|>=|[<>≤≥+]|[-–—~～])|(?P<word>[^\d<>≤≥+\-–—~～]+)")


class _NoAge(Exception):
    pass


def parse_ages(terms: Iterable[str | None], *, language: str | None = None, unit: str = "year") -> list[Reading]:
    """One Reading for each term; `unit` is what a number without a unit counts, by the source's declaration.

    `language` settles a word that two languages share; without it all seven are tried.

    >>> [r.value for r in parse_ages(["50-59", "<1"])]
    [(50.0, 60.0, 'year'), (0.0, 1.0, 'year')]
    """
    return [_read(term, language, unit) for term in terms]


def _read(term: str | None, language: str | None, unit: str) -> Reading:
    if term is None or not term.strip():
        return Reading(term, None, "blank", "none")
    try:
        start, end, said = _age(squeeze(native_digits(term)).casefold(), language, unit)
    except _NoAge:
        return Reading(term, None, "not-an-age", "none")
    if start >= OLDEST or (end is not None and (start >= end or end > OLDEST + 1)):
        return Reading(term, None, "impossible-age", "none")
    return Reading(term, (start, end, said), None, "rule")


def _age(text: str, language: str | None, unit: str) -> Age:
    if text.startswith(("-", "−")):
        raise _NoAge
    tokens = _tokens(_number_words(text), language)
    kinds = [kind for kind, _ in tokens]
    numbers = [float(value) for kind, value in tokens if kind == "number"]
    units = [value for kind, value in tokens if kind == "unit"]
    if kinds == ["all"]:
        return 0.0, None, unit
    if any(kind == "all" for kind in kinds) or not 1 <= len(numbers) <= 2:
        raise _NoAge
    relations = [value for kind, value in tokens if kind == "relation"]
    if len(numbers) == 2:
        return _two(numbers, units, relations, kinds, unit)
    if len(units) > 1 or len(relations) > 1:
        raise _NoAge
    return _one(numbers[0], relations[0] if relations else "", units[0] if units else unit)


def _one(number: float, relation: str, unit: str) -> Age:
    """One number: an age, or an open band."""
    per, step = PER_YEAR[unit], 0 if number % 1 else 1
    match relation:
        case "":
            return number / per, (int(number) + 1) / per, unit
        case "from":
            return number / per, None, unit
        case "above":
            return (number + step) / per, None, unit
        case "below":
            return 0.0, number / per, unit
        case "up-to":
            return 0.0, (number + step) / per, unit
        case _:
            raise _NoAge


def _two(numbers: list[float], units: list[str], relations: list[str], kinds: list[str], unit: str) -> Age:
    """Two numbers: a band ("1-11 tháng", "1-<5", "6 tháng - 2 tuổi"), or years and months of one age."""
    first, second = numbers
    if "to" not in relations:
        if units[:2] == ["year", "month"] and kinds[0] == "number" and second < 12:
            return first + second / 12, first + (second + 1) / 12, "month"
        raise _NoAge
    if set(relations) - {"to", "below", "from"} or len(units) > 2:
        raise _NoAge
    last = units[-1] if units else unit
    begin = units[0] if len(units) == 2 else last
    closed = 0 if "below" in relations else 1
    return first / PER_YEAR[begin], (second + closed) / PER_YEAR[last], last


def _tokens(text: str, language: str | None) -> list[tuple[str, str]]:
    """(kind, value): numbers, units, relations; _NoAge for a word nobody knows."""
    signs = {"<": "below", "≤": "up-to", "<=": "up-to", ">": "above", "≥": "from", ">=": "from", "+": "from"}
    out: list[tuple[str, str]] = []
    for found in _TOKEN.finditer(text):
        if found["number"]:
            out.append(("number", found["number"].replace(",", ".")))
        elif found["sign"]:
            out.append(("relation", signs.get(found["sign"], "to")))
        else:
            out.extend(_words(found["word"], language))
    return [token for token in out if token[0] != "filler"]


@lru_cache(maxsize=4096)
def _words(text: str, language: str | None) -> tuple[tuple[str, str], ...]:
    folded = fold(text)
    if not folded:
        return ()
    words, pattern = _lexicon(language)
    out, at = [], 0
    for match in pattern.finditer(folded):
        if folded[at : match.start()].strip():
            raise _NoAge
        out.append(words[match[0]])
        at = match.end()
    if folded[at:].strip():
        raise _NoAge
    return tuple(out)


@lru_cache(maxsize=16)
def _lexicon(language: str | None) -> tuple[dict[str, tuple[str, str]], re.Pattern[str]]:
    rows = age_words()
    if language is not None:  # the language's own words first; English is understood beside every language
        rows = sorted((r for r in rows if r["language"] in (language, "en")), key=lambda r: r["language"] != language)
    words: dict[str, tuple[str, str]] = {}
    for row in rows:
        if row["kind"] != "number":
            words.setdefault(fold(row["word"]), (row["kind"], row["value"]))
    longest_first = sorted(words, key=lambda word: (-len(word), word))
    whole = (rf"(?<![a-z]){re.escape(w)}(?![a-z])" if w.isascii() else re.escape(w) for w in longest_first)
    return words, re.compile("|".join(whole))


@lru_cache(maxsize=1)
def age_words() -> list[dict[str, str]]:
    """The rows of age_words.csv: word, language, kind, value, source."""
    text = resources.files("sampan.vocab").joinpath("age_words.csv").read_text("utf-8")
    return list(csv.DictReader(text.splitlines()))


def _number_words(text: str) -> str:
    """English number words up to one hundred as digits.

    >>> _number_words("seventy-four years")
    '74 years'
    """
    values, pattern = _number_lexicon()
    return pattern.sub(lambda found: str(sum(values[word] for word in found.groups() if word)), text)


@lru_cache(maxsize=1)
def _number_lexicon() -> tuple[dict[str, int], re.Pattern[str]]:
    """Number words with their values, and a pattern of tens with an optional unit, or any one word."""
    values = {row["word"]: int(row["value"]) for row in age_words() if row["kind"] == "number"}
    tens = "|".join(word for word, value in values.items() if 20 <= value < 100)
    ones = "|".join(word for word, value in values.items() if 1 <= value < 10)
    others = "|".join(sorted((word for word, value in values.items() if value < 20 or value == 100), key=len)[::-1])
    return values, re.compile(rf"\b(?:({tens})(?:[\s-]+({ones}))?|({others}))\b")

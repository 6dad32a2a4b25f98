"""The closed vocabularies of agreements: every word a clause may use, with its label in each language.

The words stand in vocabularies.csv; a word that is not there is a slip, and the nearest one is offered.
Labels beside the English ones were not written by native speakers and await one; a printed document says so.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from functools import cache
from importlib.resources import files

from rapidfuzz import process
from rapidfuzz.distance import OSA

LANGUAGES = ("en", "km", "vi")  # of every phrase: reasons, answers, dictionaries
SPOKEN = (*LANGUAGES, "lo", "th", "my", "zh")  # of agreements said and printed for signature

MOST_WRONG = 0.45  # of the letters of a slip


@cache
def words(vocabulary: str) -> tuple[str, ...]:
    """The codes of one vocabulary, in reading order; KeyError when there is no such vocabulary."""
    return tuple(row["code"] for row in _rows()[vocabulary])


@cache
def rank(vocabulary: str, code: str) -> int:
    """The place of a code in an ordered vocabulary (tlp, class, period): a higher rank is tighter or longer."""
    return next(int(row["rank"]) for row in _rows()[vocabulary] if row["code"] == code)


@cache
def label(vocabulary: str, code: str, language: str = "en") -> str:
    """The words for a code; the code itself when the vocabulary does not hold it."""
    for row in _rows().get(vocabulary, []):
        if row["code"] == code:
            return row.get(language) or row["en"]
    return code


@cache
def iri(vocabulary: str, code: str) -> str:
    """The public identifier of a code (DPV for purposes and kinds), or an empty text."""
    return next((row["iri"] for row in _rows().get(vocabulary, []) if row["code"] == code), "")


def nearest(word: str, among: Iterable[str]) -> str | None:
    """The closest of `among` to a slip: few letters wrong, words in any order, ties by spelling; else None.

    >>> nearest("routine-monitorng", words("purpose"))
    'routine-monitoring'
    >>> nearest("monitoring routine", words("purpose"))
    'routine-monitoring'
    """
    choices = sorted(among)
    for alike in (str.casefold, _in_order):  # as it is spelled; then with its words swapped
        found = process.extractOne(word, choices, scorer=OSA.normalized_distance, processor=alike)
        if found and found[1] <= MOST_WRONG:
            return str(found[0])
    return None


def _in_order(word: str) -> str:
    return " ".join(sorted(re.findall(r"[^\W_]+", word.casefold())))


@cache
def _rows() -> dict[str, list[dict[str, str]]]:
    text = files("sampan.sharing").joinpath("vocabularies.csv").read_text(encoding="utf-8")
    table: dict[str, list[dict[str, str]]] = {}
    for row in csv.DictReader(text.splitlines()):
        table.setdefault(row["vocabulary"], []).append(row)
    return table

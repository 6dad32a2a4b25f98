"""A sentence the house says in English, in a reader's language: tell("there is no column '7' in the table", "vi").

The tables beside this file hold the English with its slots numbered; a slot keeps what stands in it. What no table
knows stays English and says so. Made by a machine; each line awaits a native speaker.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

LANGUAGES = ("km", "vi")
DEEPEST = 6  # a slot may hold a sentence that holds a slot
_SLOT = re.compile(r"\{(\d+)\}")
_QUOTES = "['\"]"  # a text that holds the one is quoted with the other


@dataclass(frozen=True)
class Told:
    """A text for a reader, and the language it is in."""

    text: str
    language: str


def tell(text: str, language: str) -> str:
    """The sentence in the reader's language; itself if no table knows it."""
    return told(text, language).text


@lru_cache(maxsize=4096)
def told(text: str, language: str) -> Told:
    """The sentence with the language it came out in."""
    found = _found(text, language, DEEPEST) if language in LANGUAGES else None
    return Told(text, "en") if found is None else Told(found, language)


@lru_cache(maxsize=8)
def patterns(language: str) -> dict[str, str]:
    """English pattern -> words of the language."""
    file = resources.files("sampan.vocab").joinpath("sentences", f"{language}.csv")
    return {row["english"]: row["told"] for row in csv.DictReader(file.read_text("utf-8").splitlines())}


def _found(text: str, language: str, deep: int) -> str | None:
    """The sentence, or its parts between semicolons, told; None if nothing of it is known."""
    whole = patterns(language).get(text) or _fitted(text, language, deep)
    if whole is not None or not deep:
        return whole
    for between in ("; ", ", but "):
        head, _, tail = text.rpartition(between)
        if head:
            parts = [_found(part, language, deep - 1) for part in (head, tail)]
            if all(part is not None for part in parts):
                return "; ".join(part for part in parts if part)
    return None


def _fitted(text: str, language: str, deep: int) -> str | None:
    """By the pattern with slots that says most of the text itself."""
    for fixed, shape, words in _shapes(language):
        if fixed in text and (match := shape.fullmatch(text)):
            slots = {str(at): _slot(part, language, deep) for at, part in enumerate(match.groups(), start=1)}
            return _SLOT.sub(lambda slot, slots=slots: slots[slot[1]], words)  # type: ignore[misc] # bound at once
    return None


def _slot(part: str, language: str, deep: int) -> str:
    return (deep and _found(part, language, deep - 1)) or part


@lru_cache(maxsize=8)
def _shapes(language: str) -> tuple[tuple[str, re.Pattern[str], str], ...]:
    """(longest fixed part, expression, words) of the patterns with slots, those that fix most first."""
    found = []
    for english, words in patterns(language).items():
        fixed = _SLOT.split(english)[::2]
        if len(fixed) > 1:
            shape = "(.*?)".join(re.escape(part).replace("'", _QUOTES) for part in fixed)
            said = max((piece for part in fixed for piece in part.split("'")), key=len)
            found.append((sum(map(len, fixed)), said, re.compile(shape, re.DOTALL), words))
    return tuple(one[1:] for one in sorted(found, key=lambda one: (-one[0], one[1])))

"""Words of dates and periods taken apart: numbers with their roles, month names, era marks, in seven languages.

Only the words of calendar_words.csv are understood; one unknown letter and the term is not a date.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import resources

from sampan.vocab.text import fold, native_digits

_NUMBERS = re.compile(r"(\d+)")
_SEPARATORS = re.compile(r"[\s\-/.,()'’_–—]+")
_TIME = re.compile(
    r"(?<=\d)(?:[T\s,]+|(?<=[ทວ]))\d{1,2}[:.]\d{2}(?::\d{2}(?:[.,]\d+)?)?\s*(?:[ap]\.?m\.?|น\.?)?\s*(?:Z|[+-]\d{2}:?\d{2})?$",
    re.IGNORECASE,
)


@dataclass
class Parts:
    """What a term says: numbers as (digits, role or None), the month named by a word, the era it states itself."""

    numbers: list[tuple[str, str | None]] = field(default_factory=list)
    month: int | None = None
    era: str | None = None

    def plain(self) -> list[str]:
        """The numbers without a role, in order."""
        return [digits for digits, role in self.numbers if role is None]

    def role(self, name: str) -> str | None:
        """The number a word gives that role, if any."""
        return next((digits for digits, role in self.numbers if role == name), None)

    def marks(self) -> set[str]:
        """All roles that occur."""
        return {role for _, role in self.numbers if role}


def without_time(text: str) -> str:
    """A term without a time of day at its end.

    >>> without_time("2024-02-29T10:30:00Z")
    '2024-02-29'
    """
    return _TIME.sub("", text) if ":" in text or "T" in text or "น" in text else text


def parts(term: str) -> Parts | None:
    """The term taken apart, or None if a word in it is not known."""
    found = Parts()
    waiting: str | None = None  # the role a word before gives to the next number
    for index, piece in enumerate(_NUMBERS.split(native_digits(term))):
        if index % 2:
            found.numbers.append((piece, waiting))
            waiting = None
        elif piece:
            tokens = _tokens(piece)
            if tokens is None:
                return None
            waiting = _apply(found, tokens, waiting)
    return found


@lru_cache(maxsize=16384)
def only_month(text: str) -> int:
    """The month that a stretch without digits names and nothing else; 0 if it names none or says more.

    >>> only_month("-Mar-"), only_month(" มี.ค. "), only_month(" มี.ค. พ.ศ. ")
    (3, 3, 0)
    """
    tokens = _tokens(text) or ()
    return int(tokens[0][1]) if len(tokens) == 1 and tokens[0][0] == "month" else 0


def _apply(found: Parts, tokens: tuple[tuple[str, str], ...], waiting: str | None) -> str | None:
    """Let the words between two numbers speak; returns the role that waits for the next number."""
    for kind, value in tokens:
        if kind == "month" or (kind == "month-word" and waiting == "month"):
            found.month, waiting = int(value), None
        elif kind == "before":
            waiting = value
        elif kind == "after" and found.numbers and found.numbers[-1][1] is None:
            found.numbers[-1] = (found.numbers[-1][0], value)
        elif kind == "era":
            found.era = value
    return waiting


@lru_cache(maxsize=16384)
def _tokens(text: str) -> tuple[tuple[str, str], ...] | None:
    """(kind, value) of each known word in a stretch without digits; None if something else is in it."""
    left = _SEPARATORS.sub(" ", text.replace(".", ""))
    if not left.strip():
        return ()
    words, pattern = _lexicon()
    folded, tokens, at = fold(left), [], 0
    for match in pattern.finditer(folded):
        if folded[at : match.start()].strip():
            return None
        tokens.append(words[match[0]])
        at = match.end()
    return None if folded[at:].strip() else tuple(tokens)


@lru_cache(maxsize=1)
def _lexicon() -> tuple[dict[str, tuple[str, str]], re.Pattern[str]]:
    words: dict[str, tuple[str, str]] = {}
    for row in calendar_words():
        words.setdefault(fold(row["word"].replace(".", "")), (row["kind"], row["value"]))
    longest_first = sorted(words, key=lambda word: (-len(word), word))
    return words, re.compile("|".join(map(_whole, longest_first)))


def _whole(word: str) -> str:
    """A pattern for a word; Latin words end where letters end ("may" is not in "mayor")."""
    return rf"(?<![a-z]){re.escape(word)}(?![a-z])" if word.isascii() else re.escape(word)


@lru_cache(maxsize=1)
def calendar_words() -> list[dict[str, str]]:
    """The rows of calendar_words.csv: word, language, kind, value, source."""
    text = resources.files("sampan.vocab").joinpath("calendar_words.csv").read_text("utf-8")
    return list(csv.DictReader(text.splitlines()))

"""Loads the words and shapes of this folder once, folded for matching.

Kinds that identify a person stop a delivery; attributes (ethnic group, occupation ...) are reported and stripped.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from sampan.vocab import yamlfile
from sampan.vocab.text import compact, fold, fold_gently

FOLDER = Path(__file__).parent
IDENTIFIERS = ("name", "telephone", "identity", "hospital_number", "email", "address")
ATTRIBUTES = ("birth_date", "ethnic_group", "nationality", "occupation", "school")
SPACED_LANGUAGES = (
    "en",
    "fil",
    "fr",
    "id",
    "ms",
    "pt",
    "tet",
    "vi",
)  # the others write words without spaces: contained is enough


@dataclass(frozen=True)
class HeaderWord:
    """A word that names a column of persons; `kind` is one of IDENTIFIERS or ATTRIBUTES."""

    kind: str
    whole: bool
    language: str
    word: str


@dataclass(frozen=True)
class Pattern:
    """A shape of whole values; `country` is "" when it holds anywhere."""

    id: str
    kind: str
    country: str
    pattern: str
    share: float
    least: int
    check: str | None = None


@dataclass(frozen=True)
class SecrecyClass:
    """A class of secrets in force from `begins` until `ends`; `words` put a text under it."""

    id: str
    country: str
    level: str
    law: str
    says: str
    begins: date
    ends: date | None
    needs: str
    lifted_by: str
    source: str
    words: tuple[str, ...]

    def in_force(self, on: date) -> bool:
        """True if the class holds on that day."""
        return self.begins <= on and (self.ends is None or on < self.ends)


@lru_cache(maxsize=4096)
def header_kind(header: str) -> HeaderWord | None:
    """The first word of the list that the header holds; identifiers before attributes.

    >>> header_kind("Họ và tên").kind, header_kind("เบอร์โทรศัพท์").kind, header_kind("province")
    ('name', 'telephone', None)
    """
    parted = re.sub(r"(?<=[a-z])(?=[A-Z])|[_\-./:()]+", " ", header)
    spaced, gently, joined = f" {fold(parted)} ", fold_gently(parted), compact(parted)
    for word, folded, gentle, close in _header_words():
        if word.whole:
            if folded == spaced.strip() or gentle == gently or close == joined:
                return word
        elif word.language in SPACED_LANGUAGES:
            if f" {folded} " in spaced:
                return word
        elif close in joined:
            return word
    return None


@lru_cache(maxsize=1)
def _header_words() -> tuple[tuple[HeaderWord, str, str, str], ...]:
    """Each word of the list with its three foldings: plain, gentle, without spaces."""
    with (FOLDER / "headers.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    order = {kind: at for at, kind in enumerate((*IDENTIFIERS, *ATTRIBUTES))}
    words = [HeaderWord(row["kind"], row["match"] == "exact", row["language"], row["word"]) for row in rows]
    return tuple(
        (word, folded := fold(word.word), fold_gently(word.word), compact(folded))
        for word in sorted(words, key=lambda word: order[word.kind])
    )


@lru_cache(maxsize=1)
def patterns() -> tuple[Pattern, ...]:
    """Shapes of whole values, in the order of the file."""
    return tuple(Pattern(**{key: row[key] for key in row if key != "source"}) for row in _yaml("patterns.yml"))


@lru_cache(maxsize=1)
def free_text() -> tuple[tuple[str, str], ...]:
    """(kind, pattern) of what may stand anywhere in a remark."""
    return tuple((row["kind"], row["pattern"]) for row in _yaml("free_text.yml"))


@lru_cache(maxsize=1)
def names() -> dict[str, Any]:
    """Titles, surnames and words of other things, as names.yml holds them."""
    loaded: dict[str, Any] = _yaml("names.yml")
    return loaded


@lru_cache(maxsize=64)
def for_browsers(country: str) -> dict[str, Any]:
    """The lists as JSON: header words ready folded, shapes of that country or of any, beginnings of names."""
    return {
        "headers": [
            [word.kind, word.whole, word.language in SPACED_LANGUAGES, folded] for word, folded, _, _ in _header_words()
        ],
        "identifiers": list(IDENTIFIERS),
        "patterns": [
            [one.kind, one.pattern, one.share, one.least, one.check or ""]
            for one in patterns()
            if one.country in ("", country) or one.check
        ],
        "free_text": [list(pair) for pair in free_text()],
        "titles": [title for titles in names()["titles"].values() for title in titles],
        "surnames": names()["surnames"],
        "other_things": names()["other_things"],
        "chinese_endings": names()["chinese_endings_of_other_things"],
    }


@lru_cache(maxsize=1)
def secrecy_classes() -> tuple[SecrecyClass, ...]:
    """Every recorded class of secrets."""
    return tuple(SecrecyClass(**{**row, "words": tuple(row["words"])}) for row in _yaml("secrecy.yml"))


def _yaml(name: str) -> Any:
    return yamlfile.read(FOLDER / name)

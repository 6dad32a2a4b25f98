"""Words of the closed vocabularies: classification, outcome, sex, measure, setting and their like, and headers.

One table, words.csv, in seven languages with English variants; a word bound to a country (the Thai "1" for male)
counts only there. A word that could mean two values is asked about: Vietnamese "lâm sàng" is suspected for one
disease and probable for another.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from functools import lru_cache
from importlib import resources

from sampan.model.errors import UserError
from sampan.model.tables import Reading
from sampan.vocab.lexicon import Lexicon
from sampan.vocab.text import native_digits, squeeze

__all__ = ["country_words", "resolve", "values", "vocabularies", "word", "words"]


@lru_cache(maxsize=1)
def words() -> list[dict[str, str]]:
    """The rows of words.csv: vocabulary, value, language, word, kind, country, source, checked_by_native_speaker."""
    text = resources.files("sampan.vocab.measures").joinpath("words.csv").read_text("utf-8")
    return list(csv.DictReader(text.splitlines()))


@lru_cache(maxsize=1)
def vocabularies() -> tuple[str, ...]:
    """The vocabularies there are."""
    return tuple(dict.fromkeys(row["vocabulary"] for row in words()))


@lru_cache(maxsize=64)
def values(vocabulary: str) -> tuple[str, ...]:
    """All values of one vocabulary, in the order of the table. UserError if it is not one."""
    _check(vocabulary)
    return tuple(dict.fromkeys(row["value"] for row in words() if row["vocabulary"] == vocabulary))


def word(value: str, vocabulary: str, language: str) -> str:
    """The word a reader of the language uses for a value; the value itself where there is none yet."""
    _check(vocabulary)
    own = (row["word"] for row in words() if (row["vocabulary"], row["value"]) == (vocabulary, value)
           and row["language"] == language)  # fmt: skip
    return next(own, value)


def country_words(value: str, vocabulary: str, country: str) -> tuple[str, ...]:
    """The country's own codes for a value, for writing in its form.

    >>> country_words("female", "sex", "TH")
    ('2',)
    """
    _check(vocabulary)
    return tuple(
        row["word"]
        for row in words()
        if (row["vocabulary"], row["value"], row["country"]) == (vocabulary, value, country)
    )


def resolve(terms: Iterable[str | None], *, vocabulary: str, country: str | None = None) -> list[Reading]:
    """One Reading for each term; `value` is a value of the vocabulary.

    Problems: "ambiguous" and "unmapped" with candidates, "blank".

    >>> [r.value for r in resolve(["xác định", "สงสัย", "疑似病例"], vocabulary="classification")]
    ['confirmed', 'suspected', 'suspected']
    """
    _check(vocabulary)
    return [_resolve(term, vocabulary, country) for term in terms]


@lru_cache(maxsize=65536)
def _resolve(term: str | None, vocabulary: str, country: str | None) -> Reading:
    if term is None or not term.strip():
        return Reading(term, None, "blank", "none")
    text = native_digits(squeeze(term))
    lexicon = _lexicon(vocabulary, country)
    found, how = lexicon.find(text)
    if len(found) == 1:
        return Reading(term, next(iter(found)), None, how)
    if found:
        return Reading(term, None, "ambiguous", "ask", tuple(sorted(found)))
    return Reading(term, None, "unmapped", "none", lexicon.near(text))


@lru_cache(maxsize=256)
def _lexicon(vocabulary: str, country: str | None) -> Lexicon:
    lexicon = Lexicon()
    for value in values(vocabulary):
        lexicon.add(value, value, alias=True)
    for row in words():
        if row["vocabulary"] == vocabulary and row["country"] in ("", country):
            lexicon.add(row["word"], row["value"], alias=row["kind"] != "word")
    return lexicon


def _check(vocabulary: str) -> None:
    if vocabulary not in vocabularies():
        raise UserError(f"vocabulary {vocabulary!r} is not known", do=f"use one of {', '.join(vocabularies())}")

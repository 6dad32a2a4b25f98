"""A check's title, explanation and remedy in the reader's language (words.csv), and the reasons on offer (reasons.csv).

The English stands in the check itself; the other languages were made by a machine and await a native speaker.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from sampan.checks.rule import checks
from sampan.model.errors import UserError
from sampan.vocab import measures
from sampan.vocab.conditions import registry as conditions
from sampan.vocab.telling import tell

LANGUAGES = ("en", "km", "vi")
PARTS = {"class": "the classes", "sex": "the sexes", "totals row": "the file's own totals row"}


@dataclass(frozen=True)
class Said:
    """What the officer reads, and the language it is in."""

    title: str
    explanation: str
    remedy: str
    language: str = "en"


def say(check_id: str, language: str = "en") -> Said:
    """The words of one check; in English if the language has none, and the id alone if the check is gone."""
    found = _translated().get((check_id, language))
    if found is not None:
        return found
    check = checks().get(check_id)
    return Said(check.title, check.explanation, check.remedy) if check else Said(check_id, "", "")


def good_reasons(check_id: str, names: Sequence[str], language: str = "en") -> list[str]:
    """Reasons on offer, in words: those of `names` that the check knows; English where a language has none."""
    check = checks().get(check_id)
    offered = check.reasons if check else ()
    return [_reasons().get((check_id, name, language), words) for name, words in offered if name in names]


def about(check_id: str, term: str | None, language: str = "en") -> str | None:
    """What a finding's figures are about, in words; None where its term is a text of the file, to be quoted."""
    check = checks().get(check_id)
    if not term or check is None or check.about == "text":
        return None
    if check.about == "condition":
        try:
            return conditions.name(term, language)
        except UserError:  # a code that the list had when the finding was made, and has no more
            return term
    if check.about == "ways":
        return _changed(term, language)
    return tell(PARTS[term], language) if check.about == "parts" and term in PARTS else term


def _changed(term: str, language: str) -> str:
    """Two ways of counting ("drawn, suspected -> drawn, confirmed") in words; practices are named where they differ."""
    before, between, after = term.partition(" -> ")
    if not between:
        return term
    sides = [[one.rpartition(", ")[::2] for one in side.split(" / ")] for side in (before, after)]
    alone = len({practice for side in sides for practice, _ in side}) == 1
    first, then = (" / ".join(_way(*one, language, alone=alone) for one in side) for side in sides)
    return tell(f"counted as {first} before, as {then} after", language)


def _way(practice: str, classification: str, language: str, *, alone: bool) -> str:
    known = classification in measures.values("classification")
    said = measures.word(classification, "classification", language) if known else classification
    return said if alone else tell(f"{said} by the practice {practice}", language)


@lru_cache(maxsize=1)
def _reasons() -> dict[tuple[str, str, str], str]:
    text = resources.files("sampan.checks").joinpath("reasons.csv").read_text("utf-8")
    return {(row["check"], row["reason"], row["language"]): row["words"] for row in csv.DictReader(text.splitlines())}


@lru_cache(maxsize=1)
def _translated() -> dict[tuple[str, str], Said]:
    text = resources.files("sampan.checks").joinpath("words.csv").read_text("utf-8")
    return {
        (row["check"], row["language"]): Said(row["title"], row["explanation"], row["remedy"], row["language"])
        for row in csv.DictReader(text.splitlines())
    }

"""A check's title, explanation and remedy in the reader's language, from words.csv beside the checks.

The English stands in the check itself; the other languages were made by a machine and await a native speaker.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from sampan.checks.rule import checks

LANGUAGES = ("en", "km", "vi")


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


@lru_cache(maxsize=1)
def _translated() -> dict[tuple[str, str], Said]:
    text = resources.files("sampan.checks").joinpath("words.csv").read_text("utf-8")
    return {
        (row["check"], row["language"]): Said(row["title"], row["explanation"], row["remedy"], row["language"])
        for row in csv.DictReader(text.splitlines())
    }

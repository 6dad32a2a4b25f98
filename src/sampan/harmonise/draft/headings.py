"""What a heading says: a column's meaning, or the part of a wide table it stands for."""

from __future__ import annotations

import re
from functools import lru_cache

from sampan.vocab import ages, conditions, measures, periods
from sampan.vocab.text import fold, native_digits

_QUALIFIERS = re.compile(r"\(.*?\)|[\n\r].*")
SHORTEST_LATIN, SHORTEST_OTHER = 4, 3  # letters a heading needs to be looked for inside another


def header_meaning(header: str) -> tuple[str | None, str, float]:
    """The meaning of a header, why, and how far to trust it (0 to 1)."""
    for text, trust in ((header, 0.9), (_QUALIFIERS.sub("", header), 0.8), (header.rsplit(" / ", 1)[-1], 0.75)):
        [reading] = measures.resolve([text], vocabulary="header")
        if reading.value:
            how = "" if reading.how == "exact" else " after folding"
            return str(reading.value), f"its header is a known word for {reading.value}{how}", trust
    if " / " in header and any(header_part(part) for part in header.split(" / ")):
        return None, "", 0.0  # a cell of a wide table, which its parts explain
    if re.search(r"\d", native_digits(header)) and header_part(header) == "period":
        return None, "", 0.0  # "Week 31" above figures names a period, it does not head a column of weeks
    if held := _held_word(fold(header)):
        return held[1], f"its header holds {held[0]!r}, a word for {held[1]}", 0.65
    return None, "", 0.0


@lru_cache(maxsize=4096)
def header_part(text: str) -> str | None:
    """The field a part of a wide header says: measure, condition, period, sex, classification, age; or None."""
    for vocabulary in ("measure", "sex", "classification", "setting"):
        if measures.resolve([text], vocabulary=vocabulary)[0].value:
            return vocabulary
    reading = conditions.resolve([text])[0]
    if reading.value or reading.problem == "ambiguous":
        return "condition"
    plain = native_digits(text).strip()
    if plain.isdecimal():
        return "period" if 1 <= int(plain[:5]) <= 53 else None
    if periods.parse_periods([text], year=2000)[0].problem in (None, "no-such-period", "calendar-slip"):
        return "period"
    return "age" if ages.parse_ages([text])[0].value else None


def _held_word(folded: str) -> tuple[str, str] | None:
    """The longest known heading inside a header, with its meaning."""
    padded = f" {folded} "
    for word, meaning in _words_by_length():
        if (f" {word} " in padded) if word.isascii() else word in folded:
            return word, meaning
    return None


@lru_cache(maxsize=1)
def _words_by_length() -> tuple[tuple[str, str], ...]:
    words = {(fold(row["word"]), row["value"]) for row in measures.words() if row["vocabulary"] == "header"}
    kept = [pair for pair in words if len(pair[0]) >= (SHORTEST_LATIN if pair[0].isascii() else SHORTEST_OTHER)]
    return tuple(sorted(kept, key=lambda one: (-len(one[0]), one)))

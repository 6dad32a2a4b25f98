"""What one header says of the figures below it: "Suspected dengue, <5 years" is a class, a condition and an age.

Words of the vocabularies are taken out of the header, the longest first; it is understood only if nothing is left
but words such as "of" and "number". A header that names two conditions, or two classes, is not understood.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache

from sampan.vocab import ages, conditions, measures, periods
from sampan.vocab.text import fold, fold_gently, native_digits

VOCABULARIES = ("measure", "classification", "sex", "setting", "sector", "origin")
SHORTEST = {True: 4, False: 2}  # letters a word needs to be looked for inside a header, typed without marks or with
FILLERS = frozenset((
    "of", "no", "nos", "number", "numbers", "num", "the", "in", "by", "among", "new", "with", "and", "for", "reported",
    "patients", "persons", "people", "case", "cases", "count", "so", "ca", "benh", "nhan", "nguoi", "cac", "cua", "số",
    "bệnh", "nhân", "người", "của",
))  # fmt: skip
OTHER_FILLERS = ("จำนวน", "ของ", "ราย", "คน", "ចំនួន", "នៃ", "នាក់", "អ្នក", "ຈຳນວນ", "ຈໍານວນ", "ຂອງ", "ຄົນ", "ဦးရေ", "ဦး",
                 "数", "人数", "例", "人")  # fmt: skip
_AGE = re.compile(
    r"[<≤>≥]\s*=?\s*\d+(?:\s*[^\W\d_]+)?|\d+\s*(?:-|–|to)\s*\d+(?:\s*(?:years?|yrs?|y|ปี|tuổi|ឆ្នាំ|ປີ|နှစ်|岁))?"
    r"|\d+\s*\+(?:\s*(?:years?|yrs?|y))?"
)
_GAP = " | "
_SPACELESS = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3400-\u9fff]")
TOTAL = "total"


@dataclass
class Saying:
    """Fields with our words, the field of total if the header says it is one, and the words nobody understood."""

    fields: dict[str, str] = field(default_factory=dict)
    total: bool = False
    left: tuple[str, ...] = ()
    doubtful: bool = False  # two words of one field, or one word of two meanings

    @property
    def whole(self) -> bool:
        """True if every word of the header was understood in one way."""
        return bool(self.fields) and not self.left and not self.doubtful

    @property
    def counts(self) -> bool:
        """True if it says what is counted, beside how it is split."""
        return bool({"measure", "classification", "condition"} & self.fields.keys())


@lru_cache(maxsize=8192)
def saying(header: str, country: str | None) -> Saying:
    """What a header says, its rows (parted by " / ") together."""
    found = Saying()
    for piece in header.split(" / "):
        _take_piece(piece, country, found)
    return found


def _take_piece(piece: str, country: str | None, found: Saying) -> None:
    exact = _exact(piece, country)
    if exact:
        _note(found, *exact)
        return
    rest = piece
    for match in _AGE.findall(piece):
        if ages.parse_ages([match])[0].value:
            _note(found, "age", " ".join(match.split()))
            rest = rest.replace(match, _GAP)
    plain = rest.isascii()
    folded = _GAP.join(f" {_key(text, plain)} " for text in rest.split("|"))
    for word, name, value in _words(country, plain):
        held = word if _SPACELESS.search(word) else f" {word} "
        if held in folded:
            folded = folded.replace(held, _GAP, 1)
            if name == TOTAL:
                found.total = True
            else:
                _note(found, name, value)
    left = [text for text in folded.split("|") if text.strip()]
    if left and "period" not in found.fields and len(left) == 1 and _is_period(left[0]):
        _note(found, "period", left[0].strip())
        left = []
    found.left += tuple(word for text in left for word in _meaningful(text))


def _exact(piece: str, country: str | None) -> tuple[str, str] | None:
    """The one field and word that a whole piece says."""
    for vocabulary in VOCABULARIES:
        reading = measures.resolve([piece], vocabulary=vocabulary, country=None)[0]
        if reading.value and not (vocabulary == "classification" and reading.value == TOTAL):
            return vocabulary, str(reading.value)
    reading = conditions.resolve([piece], country=None if native_digits(piece).strip().isdecimal() else country)[0]
    if reading.value:
        return "condition", str(reading.value)
    if _is_period(piece):
        return "period", piece
    return ("age", piece) if ages.parse_ages([piece])[0].value else None


def _note(found: Saying, name: str, value: str) -> None:
    """One more field; the word for cases beside a class or a measure of its own says nothing new."""
    known = found.fields.get(name)
    if name == "measure" and "cases" in (known, value) and known not in (None, value):
        value = known if value == "cases" else value
    elif known not in (None, value):
        found.doubtful = True
        return
    found.fields[name] = value


def _is_period(text: str) -> bool:
    plain = native_digits(text).strip()
    if plain.isdecimal():
        return len(plain) <= 2 and 1 <= int(plain) <= 53
    return periods.parse_periods([plain], year=2000)[0].problem in (None, "calendar-slip")


def _meaningful(text: str) -> list[str]:
    """Words that say something we do not know; small words and words for "number" fall away."""
    for word in OTHER_FILLERS:
        text = text.replace(word, " ")
    return [word for word in text.split() if word not in FILLERS and any(char.isalnum() for char in word)]


@lru_cache(maxsize=64)
def _words(country: str | None, plain: bool) -> tuple[tuple[str, str, str], ...]:
    """(word, field, our word), the longest first; a word of two meanings is left out.

    Without marks (`plain`) only longer words are looked for: "soi" need not be "sởi".
    """
    found: dict[tuple[str, str], set[str]] = {}
    for row in measures.words():
        if row["vocabulary"] in VOCABULARIES and row["country"] == "" and row["value"] != TOTAL:
            found.setdefault((_key(row["word"], plain), row["vocabulary"]), set()).add(row["value"])
        if (row["vocabulary"], row["value"]) == ("header", TOTAL):
            found.setdefault((_key(row["word"], plain), TOTAL), set()).add(TOTAL)
    for spelling in conditions.spellings():
        reading = conditions.resolve([spelling], country=country)[0]
        if reading.value:
            found.setdefault((_key(spelling, plain), "condition"), set()).add(str(reading.value))
    kept = [
        (word, name, min(values))
        for (word, name), values in found.items()
        if len(values) == 1 and len(word) >= SHORTEST[plain] and word.isascii() in (plain, True)
    ]
    order = {name: at for at, name in enumerate(("condition", *VOCABULARIES, TOTAL))}
    return tuple(sorted(kept, key=lambda one: (-len(one[0]), order[one[1]], one)))


def _key(text: str, plain: bool) -> str:
    return fold(text) if plain else fold_gently(text)

"""Which columns hold persons: told by their headers and by what stands in them.

Works on samples of distinct values, so that a million rows cost little; nothing here ever
repeats a value, it only counts how many look like what.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import polars as pl

from sampan.harmonise.names import is_name, other_thing, titles
from sampan.vocab.personal import lexicon
from sampan.vocab.personal.lexicon import IDENTIFIERS
from sampan.vocab.text import native_digits

SAMPLE_ROWS = 1_000  # of each table; a thorough look takes all rows
LEAST_TITLES, LEAST_SURNAMES, LEAST_NAMELIKE = 3, 5, 20
PATTERN_TERMS = 300
FEW_SHARE, LEAST_NAMED, NAMED_SHARE = 0.5, 3, 0.1  # half of the different values, or a few that are a tenth
SEPARATORS = str.maketrans("", "", " \t\u00a0().-")
LIKELY = re.compile(r"@|\d{6}|\d[\d\s().\-]{5,}\d|/\S+\(|[:：]|^\s*(?:hn|an|mrn)\W*\d", re.IGNORECASE)
WITHOUT_NUMBERS = re.compile(r"\D*[^\W\d_]\D*")
WORDED = re.compile(r"[^\d\s().\-]")
# whatever could be a number of a person, an e-mail or "patient name: ..."; the rest is not looked at twice
_VN_PROVINCES = (
    "001 002 004 006 008 010 011 012 014 015 017 019 020 022 024 025 026 027 030 031 033 034 035 036 037 038 040 042 "
    "044 045 046 048 049 051 052 054 056 058 060 062 064 066 067 068 070 072 074 075 077 079 080 082 083 084 086 087 "
    "089 091 092 093 094 095 096"
)  # the province digits of a Vietnamese citizen number; unverified
VN_PROVINCES = frozenset(_VN_PROVINCES.split())


@dataclass(frozen=True)
class Sign:
    """Why a column is taken to hold persons. `sure` signs stop a delivery, others are a question."""

    kind: str
    by: str  # header, content
    evidence: str
    sure: bool = True


def header_sign(header: str) -> Sign | None:
    """What the header alone says; attributes are no reason to stop."""
    word = lexicon.header_kind(header) if header else None
    if word is None:
        return None
    return Sign(word.kind, "header", f"the header holds {word.word!r} ({word.language})", word.kind in IDENTIFIERS)


def content_signs(values: pl.Series, country: str | None, *, thorough: bool = False) -> list[Sign]:
    """What the values say; `country` chooses the national number forms, None tries all."""
    step = 1 if thorough else max(1, len(values) // SAMPLE_ROWS)
    sampled = values if step == 1 else values.gather_every(step)
    sampled = sampled if sampled.dtype == pl.String else sampled.cast(pl.String)
    terms = sorted(set(sampled.to_list()) - {None})
    if not terms:
        return []
    likely = [term for term in terms if LIKELY.search(term)]
    found = [
        _pattern_sign(likely, len(terms), country),
        _free_text_sign(likely, len(terms)),
        _few_names_sign(terms, country) or _name_sign(terms, len(sampled) - sampled.null_count()),
    ]
    return [sign for sign in found if sign]


def told_inside(values: pl.Series, *, thorough: bool = False) -> tuple[Sign, list[str]] | None:
    """A person told inside the text of a column that is read for something else, and the values that tell it."""
    sampled = values if thorough else values.gather_every(max(1, len(values) // SAMPLE_ROWS))
    terms = sampled.cast(pl.String).drop_nulls().unique().to_list()
    likely = [term for term in terms if LIKELY.search(term)]
    telling = list(dict.fromkeys(text for _, texts in _telling(likely) for text in texts))
    sign = _free_text_sign(telling, len(terms))
    return (sign, telling) if sign else None


def may_show(header: str) -> bool:
    """False if the header itself may be a person: a file without a header row begins with one.

    >>> may_show("Số mắc"), may_show("Nguyễn Văn An"), may_show("0912345678")
    (True, False, False)
    """
    if header_sign(header):
        return True
    return not (LIKELY.search(header) or header.startswith(titles()) or _has_surname(header))


def title_signs(titles: Sequence[str]) -> list[Sign]:
    """What stands above a table: "prepared by ..., tel ..." holds a person too."""
    sign = _free_text_sign([title for title in titles if LIKELY.search(title)], len(titles))
    return [sign] if sign else []


def _pattern_sign(likely: list[str], terms: int, country: str | None) -> Sign | None:
    if not likely:
        return None
    some = likely[:: max(1, len(likely) // PATTERN_TERMS)]
    written = [native_digits(text).strip() for text in some]
    bare = [text.translate(SEPARATORS) for text in written]
    for pattern in lexicon.patterns():
        if country is not None and pattern.country not in ("", country) and pattern.check is None:
            continue
        squeezed = pattern.kind == "telephone" or pattern.check
        fitting = sum(_fits(text, pattern) for text in (bare if squeezed else written)) * len(likely) / len(some)
        if fitting >= pattern.least and fitting >= pattern.share * terms:
            kind = pattern.kind.replace("_", " ")
            evidence = f"{fitting:.0f} of {terms} different values read as {kind} ({pattern.id})"
            return Sign(pattern.kind, "content", evidence)
    return None


def _fits(text: str, pattern: lexicon.Pattern) -> bool:
    if not _compiled(pattern.pattern).fullmatch(text):
        return False
    return CHECKS[pattern.check](text) if pattern.check else True


@lru_cache(maxsize=128)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def thai_id(digits: str) -> bool:
    """Check digit of the Thai identification number: (11 - sum of digit x weight 13..2 mod 11) mod 10.

    >>> thai_id("1101700203451"), thai_id("1101700203452")
    (True, False)
    """
    total = sum(int(digit) * weight for digit, weight in zip(digits, range(13, 1, -1), strict=False))
    return int(digits[12]) == (11 - total % 11) % 10


def vietnamese_id(digits: str) -> bool:
    """Structure of a citizen number: a province, then a century-and-sex digit of the 20th or 21st century."""
    return digits[:3] in VN_PROVINCES and digits[3] in "0123"


def chinese_id(text: str) -> bool:
    """ISO 7064 MOD 11-2 check character."""
    total = sum(
        int(digit) * weight for digit, weight in zip(text, (2 ** (17 - at) % 11 for at in range(17)), strict=False)
    )
    return "10X98765432"[total % 11] == text[17].upper()


def indonesian_id(digits: str) -> bool:
    """Day (plus 40 for women) and month of birth stand in places 7 to 10."""
    day, month = int(digits[6:8]), int(digits[8:10])
    return (1 <= day <= 31 or 41 <= day <= 71) and 1 <= month <= 12


CHECKS: dict[str, Callable[[str], bool]] = {
    "thai_id": thai_id,
    "vietnamese_id": vietnamese_id,
    "chinese_id": chinese_id,
    "indonesian_id": indonesian_id,
}


def _free_text_sign(likely: list[str], terms: int) -> Sign | None:
    """A telephone, an address of e-mail or a named patient inside remarks; one is enough."""
    for kind, texts in _telling(likely):
        if texts:
            return Sign(kind, "content", f"{len(texts)} of {terms} different values hold a {kind} inside text")
    return None


def _telling(likely: list[str]) -> Iterator[tuple[str, list[str]]]:
    """Each kind of sign that may stand inside text, with the texts that hold it."""
    texts = [text for text in likely if WORDED.search(text)]
    for kind, pattern in lexicon.free_text():
        found = _compiled(pattern).search
        yield kind, [text for text in texts if found(text)]


def _few_names_sign(terms: list[str], country: str | None) -> Sign | None:
    """Names that are nothing else: a few are enough, however often they are repeated."""
    named = sum(is_name(term.strip(), country) for term in terms if WITHOUT_NUMBERS.fullmatch(term))
    if named >= FEW_SHARE * len(terms) or (named >= LEAST_NAMED and named >= NAMED_SHARE * len(terms)):
        return Sign("name", "content", f"{named} of {len(terms)} different values are names of persons")
    return None


def _name_sign(terms: list[str], rows: int) -> Sign | None:
    """Titles, then family names, then the mere look of names; most rows must differ, as places and words repeat."""
    if len(terms) < LEAST_TITLES or len(terms) < 0.5 * rows:
        return None
    texts = [term.strip() for term in terms if WITHOUT_NUMBERS.fullmatch(term) and not other_thing(term)]
    titled = sum(text.startswith(titles()) for text in texts)
    if titled >= LEAST_TITLES and titled >= 0.3 * len(terms):
        return Sign("name", "content", f"{titled} of {len(terms)} different values begin with a person's title")
    if len(terms) < LEAST_SURNAMES:
        return None
    named = sum(map(_has_surname, texts))
    if named >= LEAST_SURNAMES and named >= 0.5 * len(terms):
        return Sign("name", "content", f"{named} of {len(terms)} different values begin with a family name")
    alike = sum(bool(re.fullmatch(r"[^\W\d_]{2,}( [^\W\d_]{2,}){1,3}", text)) and text.istitle() for text in texts)
    if len(terms) >= max(LEAST_NAMELIKE, 0.9 * rows) and alike >= 0.8 * len(terms):
        return Sign(
            "name", "content", f"{alike} of {len(terms)} values look like names and nearly all differ", sure=False
        )
    return None


@lru_cache(maxsize=1)
def _surnames() -> dict[str, frozenset[str]]:
    return {language: frozenset(names) for language, names in lexicon.names()["surnames"].items()}


def _has_surname(text: str) -> bool:
    surnames, endings = _surnames(), lexicon.names()["chinese_endings_of_other_things"]
    if re.fullmatch(r"[\u4e00-\u9fff]{2,4}", text):
        return text[0] in surnames["zh"] and text[-1] not in endings
    first, _, rest = text.partition(" ")
    if not rest or len(rest.split()) > 4:
        return False
    return first.title() in surnames["vi"] or first.title() in surnames["km"]

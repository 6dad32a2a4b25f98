"""What a source's terms for conditions mean: local codes, names, ICD codes, and labels made of several of them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from sampan.model.tables import Reading
from sampan.vocab.conditions.registry import all_conditions, condition, covers, table
from sampan.vocab.lexicon import Lexicon
from sampan.vocab.text import native_digits, squeeze

SEVERITY_SCHEMES = ("who-1997", "who-2009")
_ICD10 = re.compile(r"[A-Z]\d{2}(?:\.?\d{1,2})?")
_ICD10_SPAN = re.compile(r"([A-Z])(\d{2})\s*[-–]\s*([A-Z])?(\d{2})")
_ICD11 = re.compile(r"[0-9A-Z][A-Z][0-9][0-9A-Z](?:\.[0-9A-Z]{1,2})?")
_PIECES = re.compile(r"[()\[\]（）:;|]|\s[-–—/]\s|(?<=\d)[.\s-]+(?=\D)|(?<=\D)\s+(?=\d+$)")
# words for "disease" before or after a name; they part no two conditions
_GENERIC = re.compile(
    r"^(?:bệnh|benh|โรค|ภาวะ|ພະຍາດ|ជំងឺ|disease|cases? of)\s*|\s*(?:disease|cases?|ရောဂါ|病例)$", re.IGNORECASE
)


@dataclass(frozen=True)
class _Context:
    country: str | None
    scheme: str | None


def resolve(terms: Iterable[str | None], *, country: str | None = None, scheme: str | None = None) -> list[Reading]:
    """One Reading for each term; `value` is a condition code.

    `scheme` names the code list (r506, tt54, icd10, icd11) or the severity scheme (who-1997, who-2009) the
    source speaks. Problems: "ambiguous" and "unmapped" with candidates, "blank".

    >>> [r.value for r in resolve(["26", "ไข้เลือดออก", "B26"], country="TH")]
    ['dhf-1997', 'dhf-1997', 'mumps']
    """
    context = _Context(country, scheme)
    return [_resolve(term, context) for term in terms]


@lru_cache(maxsize=65536)
def _resolve(term: str | None, context: _Context) -> Reading:
    if term is None or not term.strip():
        return Reading(term, None, "blank", "none")
    text = squeeze(term)
    values, how = _meanings(text, context)
    if not values and len(pieces := [p.strip() for p in _PIECES.split(text) if p and p.strip()]) > 1:
        values, how = _together([_meanings(piece, context)[0] for piece in pieces]), "folded"
    if len(values) > 1:
        return Reading(term, None, "ambiguous", "ask", tuple(sorted(values)))
    if values:
        return Reading(term, next(iter(values)), None, how)
    return Reading(term, None, "unmapped", "none", _names().near(text))


def _meanings(text: str, context: _Context) -> tuple[set[str], str]:
    """All conditions one undivided text can mean, and how."""
    if values := _local(text, context):
        return values, "exact"
    if context.scheme not in ("icd10", "icd11"):
        values, how = _names().find(text)
        if not values and (shorter := _GENERIC.sub("", text)) != text:
            values, how = _names().find(shorter)[0], "folded"
        if values:
            return _in_scheme(values, context), how
    values = _icd(native_digits(text).upper(), context)
    return values, "exact" if values else "none"


def _in_scheme(values: set[str], context: _Context) -> set[str]:
    """With a declared severity scheme, a name both schemes use means the declared one."""
    if len(values) < 2 or context.scheme not in SEVERITY_SCHEMES:
        return values
    of_scheme = {value for value in values if condition(value).scheme == context.scheme}
    return of_scheme or {value for value in values if condition(value).scheme is None} or values


def _local(text: str, context: _Context) -> set[str]:
    if context.country is None:
        return set()
    code = re.sub(r"\.0$", "", native_digits(text).upper())
    code = code.zfill(2) if code.isdecimal() else code
    return {
        value
        for (country, scheme, local), values in _local_index().items()
        if local == code and country == context.country and (context.scheme in (None, *SEVERITY_SCHEMES, scheme))
        for value in values
    }


def _icd(text: str, context: _Context) -> set[str]:
    """An ICD code or a span of ICD-10 categories; a narrower code counts to the category above it."""
    ten, eleven = _icd_index()
    if context.scheme != "icd11":
        if span := _ICD10_SPAN.fullmatch(text):
            return _icd_span(span[1], int(span[2]), int(span[4])) if span[3] in (None, span[1]) else set()
        if _ICD10.fullmatch(text):
            code = text if "." in text or len(text) == 3 else f"{text[:3]}.{text[3:]}"
            for known in (code, code[:5], code[:3]):
                if known in ten:
                    return ten[known]
    if context.scheme != "icd10" and _ICD11.fullmatch(text):
        return eleven.get(text) or eleven.get(text[:4]) or set()
    return set()


def _icd_span(letter: str, first: int, last: int) -> set[str]:
    asked = {f"{letter}{number:02d}" for number in range(first, last + 1)}
    exact = {c.code for c in all_conditions() if asked and set(c.icd10) == asked}
    return exact or (_icd_index()[0].get(f"{letter}{first:02d}", set()) if first == last else set())


def _together(meanings: list[set[str]]) -> set[str]:
    """What all pieces of a label agree on; a wider and a narrower name together mean the narrower.

    A piece that means nothing known, such as "suspected", leaves the whole label unmapped.
    """
    if not all(meanings):
        return set()
    common = set.intersection(*meanings)
    if common:
        return common
    every = set.union(*meanings)
    narrowest = {value for value in every if all(covers(other, value) for other in every)}
    return narrowest or every


@lru_cache(maxsize=1)
def _names() -> Lexicon:
    lexicon = Lexicon()
    for entry in all_conditions():
        lexicon.add(entry.code, entry.code)
        lexicon.add(entry.title, entry.code, alias=True)
    for row in table("names.csv"):
        lexicon.add(row["name"], row["condition"], alias=row["kind"] != "name")
    return lexicon


@lru_cache(maxsize=1)
def _local_index() -> dict[tuple[str, str, str], set[str]]:
    index: dict[tuple[str, str, str], set[str]] = {}
    for row in table("codes.csv"):
        index.setdefault((row["country"], row["scheme"], row["code"]), set()).add(row["condition"])
    return index


@lru_cache(maxsize=1)
def _icd_index() -> tuple[dict[str, set[str]], dict[str, set[str]]]:
    """Conditions by ICD-10 and by ICD-11 code; of two on one code, the narrower stays only if it is alone there."""
    ten: dict[str, set[str]] = {}
    eleven: dict[str, set[str]] = {}
    for entry in all_conditions():
        for index, codes in ((ten, entry.icd10), (eleven, entry.icd11)):
            for code in codes:
                index.setdefault(code, set()).add(entry.code)
    for index in (ten, eleven):
        for code, values in index.items():
            index[code] = {v for v in values if not any(v != other and covers(v, other) for other in values)} or values
    return ten, eleven

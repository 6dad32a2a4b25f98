"""What one column is: told by its header in seven languages and by what stands in it, each with evidence."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache

import polars as pl

from sampan.formats.ods_errors import SHOWN
from sampan.harmonise.draft.headings import header_meaning
from sampan.harmonise.draft.land import Land
from sampan.harmonise.draft.sayings import Saying, saying
from sampan.harmonise.personal import content_signs, header_sign
from sampan.model.tables import ROW, Column
from sampan.vocab import ages, conditions, measures, numbers, periods
from sampan.vocab.personal.lexicon import IDENTIFIERS
from sampan.vocab.text import fold, native_digits

SAMPLE_TERMS = 300  # distinct terms of a column that are tried
REPEATED = 0.5  # a case's own number with fewer different values than this share of its cells is none
FITS = 0.6  # share of the sampled terms from which content speaks for a meaning
PERSONS = {"name", "phone", "id_number", "hospital_number", "address", "guardian", "reported_by", "birth_date",
           "ethnic_group", "nationality", "occupation", "school", "marital_status", "village"}  # fmt: skip
VAGUE_PLACES = ("address", "facility", "village", "remarks", "commune", "place_infection")
AS_DATE = {"admissions": "admission_date", "tested": "diagnosis_date", "deaths": "outcome_date", "cases": "date"}
TIMES = ("week", "month", "year", "date")
TELLING = ("classification", "sex", "outcome", "date")  # content that speaks louder than a vague header
MOST_TITLE_ROWS = 50  # a running number differs from the row by what stands above; a larger offset is a real number
MOST_PLACES = 400  # different texts; an address differs from row to row
MARKS = frozenset({"-", "--", "---", "–", ".", "..", "...", "?", "na", "n/a", "nr", "null", "none", "nil", "x", "*"})
_NUMBERISH = re.compile(r"\d[\d.,\s]*")


@dataclass(eq=False)  # a column is itself: thousands are looked up in lists of thousands
class Profile:
    """One column. `meaning` is a word of the header vocabulary, or None; `shares` what its content could be."""

    column: Column
    terms: dict[str, int]  # distinct text -> cells, most frequent first
    filled: int
    rows: int
    shares: dict[str, float] = field(default_factory=dict)
    meaning: str | None = None
    confidence: float = 0.0
    evidence: str = ""
    personal: str = ""  # the evidence if it holds persons
    parts: tuple[str, ...] = ()
    level: int | None = None  # of the places in it, by the registry
    saying: Saying = field(default_factory=Saying)  # what its whole header says of figures below it

    @property
    def name(self) -> str:
        """The name the frame and source.yml know it by."""
        return self.column.name

    @property
    def figures(self) -> float:
        """Share of the filled cells that are plain counts, marks of silence left out."""
        return self.shares.get("count", 0.0)


def profile(column: Column, frame: pl.DataFrame, land: Land) -> Profile:
    """Look at a column's header and content, which is text without spaces around it."""
    texts = frame.get_column(column.name)
    counted = Counter(text for text in texts.to_list() if text is not None)
    terms = dict(sorted(counted.items(), key=lambda one: (-one[1], one[0])))
    found = Profile(column, terms, sum(terms.values()), len(texts), parts=tuple(column.header.split(" / ")))
    found.saying = saying(column.header, land.code)
    found.shares = _shares(found, land)
    _persons(found, texts, land.code)
    _settle(found)
    if found.meaning == "case_id":
        _settle_id(found, texts, frame.get_column(ROW))
    return found


def _shares(found: Profile, land: Land) -> dict[str, float]:
    """For each thing a column could hold, the share of its sampled distinct terms that read as it."""
    sample = [
        term
        for term in list(found.terms)[:SAMPLE_TERMS]
        if fold(term) not in MARKS and term not in MARKS and not SHOWN.fullmatch(term)
    ]
    if not sample:
        return {}
    kinds = Counter(kind for term in sample for kind in _kinds(term))
    shares = {name: kinds[name] / len(sample) for name in TESTS}
    for vocabulary in ("classification", "outcome", "sex", "setting"):
        read = measures.resolve(sample, vocabulary=vocabulary, country=land.code)
        shares[vocabulary] = sum(one.problem in (None, "ambiguous") for one in read) / len(sample)
    if land.code:
        shares["place"] = land.share(sample)
        found.level = land.level(sample) if shares["place"] >= FITS else None
    if shares["count"] > FITS:  # figures are no condition codes unless the header says so
        shares["condition"] = 0.0
    return shares


def _persons(found: Profile, texts: pl.Series, country: str | None) -> None:
    header = header_sign(found.column.header)
    if header and header.sure:
        only_provinces = header.kind == "address" and _names_places(found)
        found.personal = "" if only_provinces else header.evidence
        return
    signs = content_signs(texts, country)
    if signs and signs[0].sure and found.figures < FITS:
        found.personal = signs[0].evidence


def _settle(found: Profile) -> None:
    """One meaning from header and content; where they disagree the content's is taken with little confidence."""
    meaning, how, trust = header_meaning(found.column.header)
    if meaning in VAGUE_PLACES and _names_places(found):
        how, meaning = f"{how}, but its values are names of provinces and districts", "province"
    fitting = found.shares.get(CONTENT.get(meaning or "", ""), None)
    if fitting is not None and CONTENT.get(meaning or "") == "date":
        fitting += found.shares["day number"]
    by_content = _by_content(found)
    if meaning in TIMES and (fitting or 0.0) < FITS <= found.figures:
        meaning, fitting = _counted(found), None  # "cases this week" holds figures, not weeks
        how = f"its header is a known word for {meaning}" if meaning else ""
    if meaning in AS_DATE and found.shares.get("date", 0.0) >= FITS:
        found.meaning, found.confidence = AS_DATE[meaning], 0.8
        found.evidence = f"{how}; {found.shares['date']:.0%} of its different values are dates"
    elif meaning and fitting is None and by_content and by_content[0] in TELLING and by_content[1] >= 0.9:
        found.meaning, share = by_content
        found.confidence = 0.6
        found.evidence = f"{how}, but {share:.0%} of its different values read as {found.meaning}"
    elif meaning and (fitting is None or fitting >= FITS or not found.terms):
        found.meaning, found.confidence = meaning, trust if fitting is None else min(0.98, trust + 0.1 * fitting)
        found.evidence = how if fitting is None else f"{how}; {fitting:.0%} of its different values read as that"
    elif meaning and by_content and by_content[0] != meaning:
        found.meaning, share = by_content
        found.confidence = 0.5
        found.evidence = f"{how}, but {share:.0%} of its different values read as {found.meaning}"
    elif meaning:
        found.meaning, found.confidence = meaning, 0.5
        found.evidence = f"{how}, but only {fitting or 0:.0%} of its different values read as that"
    elif by_content:
        found.meaning, share = by_content
        found.confidence = 0.55 * share
        found.evidence = f"the header is not known; {share:.0%} of its different values read as {found.meaning}"


def _counted(found: Profile) -> str | None:
    """What the figures below a header count, if it says so beside a time: cases or deaths."""
    said = found.saying.fields.get("measure")
    return said if said in ("cases", "deaths") else None


def _names_places(found: Profile) -> bool:
    """True if a column of addresses or the like holds nothing finer than the units a registry knows."""
    return found.shares.get("place", 0.0) >= 0.8 and len(found.terms) <= MOST_PLACES


def _settle_id(found: Profile, texts: pl.Series, rows: pl.Series) -> None:
    """A number of the case differs from row to row; one that only counts the rows says nothing later."""
    if _running(texts, rows):
        found.meaning, found.evidence = "running_number", "its values count the rows: 1, 2, 3 ..."
    elif len(found.terms) < REPEATED * found.filled:
        found.meaning, found.confidence = "source", 0.5
        found.evidence += f", but cells: {found.filled}, different values: {len(found.terms)}"


def _by_content(found: Profile) -> tuple[str, float] | None:
    """The meaning that most values speak for, if one does; figures alone say nothing."""
    for meaning, share_name in CONTENT_ORDER:
        share = 0.0 if found.figures > FITS else found.shares.get(share_name, 0.0)
        if share >= 0.8 and len(found.terms) >= 2:
            return meaning, share
    return None


def _running(texts: pl.Series, rows: pl.Series) -> bool:
    """True if the numbers rise with the rows of the file: 1, 2, 3 ..."""
    pairs = [(native_digits(t), row) for t, row in zip(texts.to_list(), rows.to_list(), strict=True) if t is not None]
    offsets = Counter(
        row - int(text) for text, row in pairs if text.isdecimal() and abs(row - int(text[:9])) <= MOST_TITLE_ROWS
    )
    numbers_of_rows = sum(text.isdecimal() for text, _ in pairs)
    filled = [text for text, _ in pairs if text.strip()]  # rows of sub-totals bear no number
    if len(filled) >= min(3, len(texts)) and filled == [str(at) for at in range(1, len(filled) + 1)]:
        return True  # however short: taken for a case's number, the first of the next file would be the same case
    if numbers_of_rows < max(3, 0.6 * len(pairs)) or not offsets:  # a note below the table may stand in the column
        return False
    return offsets.most_common(1)[0][1] >= 0.9 * numbers_of_rows


def is_person(found: Profile) -> bool:
    """True if the column identifies or describes a person beyond what is counted."""
    return bool(found.personal) or found.meaning in PERSONS or found.meaning in IDENTIFIERS


def _is_count(term: str) -> bool:
    if not _NUMBERISH.fullmatch(native_digits(term)):
        return False
    return any(
        r.problem in (None, "ambiguous") for loc in ("en", "vi") for r in numbers.parse_counts([term], locale=loc)
    )


def _is_date(term: str) -> bool:
    if native_digits(term).isdecimal() and len(term) != len("20240229"):
        return False
    return any(
        r.problem in (None, "two-digit-year", "calendar-slip")
        for order in ("dmy", "mdy")
        for r in periods.parse_dates([term], order=order, era="mixed")
    )


def _is_period(term: str) -> bool:
    if native_digits(term).isdecimal():
        return False
    [reading] = periods.parse_periods([term], calendar="gregorian", year=2000)
    return reading.problem in (None, "calendar-slip", "no-such-period") and not _is_date(term)


def _in(first: int, last: int) -> Callable[[str], bool]:
    return lambda term: native_digits(term).isdecimal() and first <= int(native_digits(term)[:6]) <= last


def _is_month(term: str) -> bool:
    return _in(1, 12)(term) or periods.parse_periods([term], kind="month", year=2000)[0].problem is None


TESTS: dict[str, Callable[[str], bool]] = {
    "count": _is_count,
    "date": _is_date,
    "day number": lambda term: len(term) == len("45352") and _in(10_000, 79_999)(term),
    "period": _is_period,
    "year": lambda term: _in(1900, 2100)(term) or _in(2443, 2643)(term),
    "month": _is_month,
    "week": lambda term: _in(1, 53)(term) or periods.parse_periods([term], kind="week", year=2000)[0].problem is None,
    "age": lambda term: ages.parse_ages([term])[0].problem is None,
    "condition": lambda term: conditions.resolve([term])[0].problem in (None, "ambiguous"),
}


@lru_cache(maxsize=1 << 14)
def _kinds(term: str) -> tuple[str, ...]:
    """What a term reads as; the columns of a wide table hold the same few figures."""
    return tuple(name for name, test in TESTS.items() if test(term))


CONTENT = {
    "onset_date": "date", "diagnosis_date": "date", "admission_date": "date", "report_date": "date",
    "outcome_date": "date", "date": "date", "period_start": "date", "period_end": "date", "birth_date": "date",
    "year": "year", "month": "month", "week": "week", "age": "age", "age_group": "age", "age_months": "count",
    "age_days": "count", "classification": "classification", "outcome": "outcome", "sex": "sex", "cases": "count",
    "deaths": "count", "tested": "count", "positive": "count", "admissions": "count", "population": "count",
    "province": "place", "district": "place",
}  # fmt: skip
CONTENT_ORDER = (
    ("sex", "sex"), ("classification", "classification"), ("outcome", "outcome"), ("date", "date"),
    ("period", "period"), ("condition", "condition"), ("province", "place"), ("setting", "setting"),
)  # fmt: skip

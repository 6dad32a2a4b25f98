"""What a table says of all its rows outside them: the sheet's name, or the period in a title above the table.

A return with one sheet for each month says the month in the sheet's name or in its title: `period: {in: title}`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import PurePosixPath

from sampan.harmonise.readers import SEPARATOR
from sampan.harmonise.reshape import year_outside
from sampan.model.errors import UserError
from sampan.model.sources import FieldMap, Words
from sampan.model.tables import RawTable
from sampan.vocab import periods
from sampan.vocab.text import native_digits

SHEET, TITLE = "sheet", "title"
LONGEST_PHRASE = 8  # words: "tuần 31 từ ngày 28/7 đến 3/8/2025"
LONGEST_TITLE = 300  # letters; a longer text is a note, no title
_SPACELESS = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3400-\u9fff]")
# Chinese writes the title on behind its month or week: 云南省2024年7月传染病报告
_ENDED = re.compile("(?<=\\d)(年|月份|月|周|週|季度|日)(?=[\u3400-\u9fff])(?![第份])")
_OWN_KIND = {"year-month": "month", "year-week": "week", "week-ending": "week", "week-beginning": "week"}


def outside(name: str, spec: FieldMap, table: RawTable, words: Words) -> str | None:
    """The text of a field that is told by `in:`; None where nothing outside the rows says it.

    UserError for a place other than the sheet's name, or the titles for a period.
    """
    where = spec.options["in"]
    if where == SHEET and name != "period":
        return table.sheet
    if where not in (SHEET, TITLE) or name != "period":
        known = "sheet or title" if name == "period" else "sheet"
        raise UserError(f"`columns: {name}: in: {where}` is not known", do=f"write `in: {known}`")
    return period_outside(table, spec.options.get("as", "text"), words, titles=where == TITLE)


def period_outside(table: RawTable, kind: str, words: Words, *, titles: bool = True) -> str | None:
    """The one period of that kind in the titles, else in the sheet's name, else in the file's; None if several stand
    in the first that names one. A period without a year takes the one year that stands outside the table."""
    wanted = _OWN_KIND.get(kind, kind)
    for texts in (table.titles if titles else (), (table.sheet or "",), (PurePosixPath(table.file).stem,)):
        phrases = {phrase for text in texts for phrase in _phrases(text, wanted, _rule(words))}
        if phrases:
            return _with_year(phrases.pop(), table) if len(phrases) == 1 else None
    return None


Rule = tuple[periods.Calendar, str]


def _rule(words: Words) -> Rule:
    return periods.calendar(words.calendar), words.date_order


def _with_year(phrase: str, table: RawTable) -> str | None:
    if re.search(r"(?<!\d)\d{4}", native_digits(phrase)):
        return phrase
    year = year_outside(table)
    return SEPARATOR.join((year, phrase)) if year else phrase


@lru_cache(maxsize=4096)
def _phrases(text: str, kind: str, rule: Rule) -> tuple[str, ...]:
    """Different periods of the kind that stand in a text: the longest runs of words that read as one.

    "Tây Ninh, ngày 5 tháng 2 năm 2024" is a day and not the second month.
    """
    if len(text) > LONGEST_TITLE:
        return ()
    tokens = _ENDED.sub(r"\1 ", re.sub(r"[_,;()（）\[\]:：，；]+", " ", text)).split()
    found: dict[str, str] = {}
    if len(tokens) == 1 and _reads(tokens[0], rule, kind) == kind:
        return (tokens[0],)
    taken: set[int] = set()
    for size in range(min(LONGEST_PHRASE, len(tokens)), 0, -1):
        for start in range(len(tokens) - size + 1):
            span = range(start, start + size)
            if taken.isdisjoint(span) and (hit := _best(tokens[start : start + size], rule, kind)):
                taken.update(span)
                if hit[0] == kind or (kind == "text" and hit[0] != "year"):
                    found.setdefault(native_digits(hit[1]).casefold(), hit[1])
    return tuple(found.values())


def _best(tokens: list[str], rule: Rule, kind: str) -> tuple[str, str] | None:
    """(kind, phrase) of a run of words; in scripts without spaces, of the end of its first word too."""
    for phrase in _cuts(tokens):
        if read := _reads(phrase, rule, None):
            return read, phrase
    return None


def _cuts(tokens: list[str]) -> Iterator[str]:
    yield " ".join(tokens)
    first, rest = tokens[0], tokens[1:]
    if _SPACELESS.search(first):
        yield from (" ".join([first[at:], *rest]) for at in range(1, len(first)) if not first[at - 1].isdigit())


@lru_cache(maxsize=1 << 14)
def _reads(phrase: str, rule: Rule, kind: str | None) -> str | None:
    """The kind of period a phrase reads as; a bare number is one only where a kind is given."""
    plain = native_digits(phrase)
    if not re.search(r"\d", plain) and len(plain) < 3:
        return None
    if kind is None and plain.isdecimal() and len(plain) < 6:
        return "year" if len(plain) == 4 else None
    calendar, order = rule
    if kind in ("text", "dates", "range"):
        kind = None
    try:
        [read] = periods.parse_periods([phrase], kind=kind, calendar=calendar, order=order)
        if read.problem == "year-missing":
            [read] = periods.parse_periods([phrase], kind=kind, calendar=calendar, order=order, year=2000)
    except UserError:
        return None
    return getattr(read.value, "kind", None)

"""The period of a table of counts: from columns of time, from headers, from what stands above the table.

A year that no column names is never made up: it is looked for in titles and names, and asked about.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from sampan.harmonise.draft.mapped import Mapping
from sampan.harmonise.draft.profile import Profile
from sampan.harmonise.draft.said import Said
from sampan.harmonise.reshape import IN_THE_TITLE, year_outside
from sampan.model.periods import Period
from sampan.model.tables import RawTable
from sampan.vocab import measures, periods
from sampan.vocab.text import native_digits

WHICH_YEAR = "Which year do these belong to?"
WITH_YEAR = {"week": "year-week", "month": "year-month"}
MONTHS, WEEKS = 12, 53
ALONE = {"period_end": "week-ending", "period_start": "week-beginning"}


def period(done: Mapping, index: Sequence[Profile], tables: Sequence[RawTable], said: Said) -> None:
    """`period:` from the columns of time there are."""
    by_meaning = {one.meaning: one for one in reversed(index) if one.meaning}
    pairs = (("period_start", "period_end", "dates"), ("year", "week", "year-week"), ("year", "month", "year-month"))
    for first, second, how in pairs:
        if first in by_meaning and second in by_meaning:
            _of_two(done, [by_meaning[first], by_meaning[second]], how, index)
            return
    for name, how in (("period", "text"), ("week", "week"), ("month", "month"), ("year", "year"), ("date", "day")):
        if name in by_meaning:
            one = by_meaning[name]
            done.columns["period"] = {"from": done.place(one), "as": how}
            done.dates = [one] if how == "day" else []
            if how in ("week", "month") and not any(_names_year(term) for term in one.terms):
                _year(done, tables, f"{one.name!r} names no year, and no column holds years", said)
            return
    for name, how in ALONE.items():
        if name in by_meaning:
            _of_one_day(done, by_meaning[name], how, said)
            return
    _period_of_days(done, index, said)


def _of_two(done: Mapping, columns: list[Profile], how: str, index: Sequence[Profile]) -> None:
    done.columns["period"] = {"from": [done.place(one) for one in columns], "as": how}
    done.dates = columns if how == "dates" else []
    for one in index:  # a year or a week beside two dates says nothing new
        if how == "dates" and one.meaning in ("year", "week", "month", "period"):
            done.ignore[done.place(one)] = "the first and last day say it"


def _of_one_day(done: Mapping, one: Profile, how: str, said: Said) -> None:
    """A week named by one of its ends: likely if the days lie weeks apart, and asked about all the same."""
    done.columns["period"] = {"from": done.place(one), "as": how}
    done.dates = [one]
    read = (reading.value for reading in periods.parse_dates(list(one.terms), order="dmy", era="mixed"))
    days = sorted({day.toordinal() for day in read if day is not None})  # type: ignore[attr-defined]  # dates
    apart = sum((b - a) % 7 == 0 for a, b in pairwise(days))
    evidence = f"{one.evidence}; {apart} of {max(0, len(days) - 1)} steps from day to day are whole weeks"
    said.guess("columns.period.as", how, evidence, 0.6)


def _period_of_days(done: Mapping, index: Sequence[Profile], said: Said) -> None:
    """One row a day, counted by the day of onset, report or the like."""
    for one in index:
        if (one.meaning or "").endswith("_date") and "period" not in done.columns:
            basis = (one.meaning or "").removesuffix("_date")
            done.columns |= {"period": {"from": done.place(one), "as": "day"}, "date_basis": {"is": basis}}
            done.dates = [one]
            evidence = f"the only column of time holds days; it looks like {one.meaning}"
            said.guess("columns.period", one.name, evidence, 0.6)


def period_of_headers(done: Mapping, index: Sequence[Profile], tables: Sequence[RawTable], said: Said) -> None:
    """Weeks or months as columns: their kind, and the year from a column, from the headers or from outside."""
    texts = _texts(done)
    done.years += texts
    if all(_names_year(text) for text in texts):
        return
    kind = _kind_above(done, texts, said) or _kind(texts, said)
    spec = {"header": done.parts.index("period")} | ({"as": kind} if kind else {})
    done.columns["period"] = spec
    year = next((one for one in index if one.meaning == "year"), None)
    if year is not None:
        spec |= {"from": done.place(year)} | ({"as": WITH_YEAR[kind]} if kind else {})
        done.years += list(year.terms)
    else:
        _year(done, tables, "the periods stand in the headers; none names a year, and no column holds years", said)


def _texts(done: Mapping) -> list[str]:
    """The texts of headers that name periods."""
    if done.wide and "headers" in done.wide:
        found = [fields["period"] for fields in done.wide["headers"].values() if "period" in fields]
    else:
        at = done.parts.index("period")
        found = [one.parts[at] for one in done.figures if at < len(one.parts)]
    return list(dict.fromkeys(found))


def _kind_above(done: Mapping, texts: Sequence[str], said: Said) -> str | None:
    """Week or month, where bare numbers stand under that one word: "Week" over 1, 2, 3 ..."""
    if not all(native_digits(text).strip().isdecimal() for text in texts):
        return None
    above = {part for one in done.figures for part in one.parts if part not in texts}
    read = measures.resolve(sorted(above), vocabulary="header")
    kinds = {str(one.value) for one in read} & WITH_YEAR.keys()
    if len(kinds) != 1:
        return None
    return str(said.guess("columns.period.as", kinds.pop(), "the word stands above the numbers", 0.9))


def _kind(texts: Sequence[str], said: Said) -> str | None:
    """Week or month; None, and asked, where small numbers leave both open."""
    plain = [native_digits(text).strip() for text in texts]
    if all(text.isdecimal() for text in plain):
        most = max(map(int, plain))
        if most > MONTHS:
            evidence = f"the headers are numbers up to {most}"
            return str(said.guess("columns.period.as", "week", evidence, 0.85))
        question = "Are the numbers in the headers weeks or months?"
        said.ask("columns.period.as", question, f"they run up to {most}", tuple(WITH_YEAR))
        return None
    read = [reading.value for reading in periods.parse_periods(texts, year=2000)]
    kinds = {one.kind for one in read if isinstance(one, Period)}
    return kinds.pop() if len(kinds) == 1 and kinds <= WITH_YEAR.keys() else None


def _year(done: Mapping, tables: Sequence[RawTable], why: str, said: Said) -> None:
    """The year that stands above the table or in its names, as a guess that is asked about; else a question."""
    spec = done.columns["period"]
    found = {year_outside(table) for table in tables}
    if None in found or not found:
        said.ask("columns.period.year", WHICH_YEAR, why)
        return
    spec["year"] = IN_THE_TITLE
    done.years += [year for year in found if year]
    years = ", ".join(sorted(year for year in found if year))
    evidence = f"{why}; {years} stands in a title, the sheet's name or the file's, and is looked for there each time"
    said.guess("columns.period.year", IN_THE_TITLE, evidence, 0.65)


def _names_year(text: str) -> bool:
    return re.search(r"(?<!\d)\d{4}(?!\d)", native_digits(text)) is not None

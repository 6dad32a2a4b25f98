"""The draft's story: open, look at each column, map, say what is doubtful, translate the terms."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import polars as pl
from anyascii import anyascii

from sampan.harmonise.draft import habits
from sampan.harmonise.draft.crosswalks import crosswalks
from sampan.harmonise.draft.land import Land, given, guessed
from sampan.harmonise.draft.layout import open_file
from sampan.harmonise.draft.mapped import Mapping
from sampan.harmonise.draft.mapping import mapping
from sampan.harmonise.draft.profile import Profile, profile
from sampan.harmonise.draft.said import Draft, Said
from sampan.model.observations import CLASSIFICATIONS, DATE_BASES
from sampan.model.tables import ROW, RawTable
from sampan.vocab import measures, periods
from sampan.vocab.places import Gazetteer, registry
from sampan.vocab.text import fold, native_digits

WEEKLY = ("week", "year-week", "week-ending", "week-beginning")
UNDECIDED_COUNTRY = "ZZ"  # ISO 3166-1 leaves it to users: no country
ORDER = (
    "id", "title", "owner", "country", "kind", "practice", "languages", "read", "delivery", "calendar", "dates",
    "numbers", "silences", "absent", "columns", "wide", "rows", "totals", "strip", "ignore",
)  # fmt: skip
CALENDARS = ("iso", "cdc", "thai-moph", "january-1", "sunday-contains-january-1")


def draft(source: Path | bytes, name: str, *, country: str | None = None, gazetteer: Gazetteer | None = None) -> Draft:
    """A proposal for the file; `gazetteer` if more than the bundled countries are known.

    UserError if it cannot be opened or holds no table with a header.
    """
    said = Said()
    known = gazetteer or registry()
    land = given(country, known) if country else None
    tables, read_part = open_file(source, name, said)
    frame = pl.concat([table.frame for table in tables], how="diagonal_relaxed")
    land = land or guessed(tables[0], frame, known, said)
    profiles = _profiles(tables[0], frame, land)
    rows = _own_rows(profiles, land, said)
    if rows:
        profiles = _profiles(tables[0], _only(frame, rows), land)
    done = mapping(profiles, tables, said, land.code)
    outside = [one.column.header for one in profiles] + [title for table in tables for title in table.titles]
    body = _source(name, land, read_part, done, said) | {"delivery": _delivery(done, outside, said)}
    if done.kind == "aggregate":
        _ask_counting(done, said)
    body |= _words(done, profiles, said) | ({"rows": rows} if rows else {})
    lines, open_terms = crosswalks(done, profiles, land)
    _ask_open(open_terms, said)
    return Draft(name, _ordered(body), lines, open_terms, tuple(said.guesses), tuple(said.questions))


def _profiles(table: RawTable, frame: pl.DataFrame, land: Land) -> list[Profile]:
    texts = frame.with_columns(pl.exclude(ROW).cast(pl.String).str.strip_chars())
    found = [profile(column, texts, land) for column in table.columns]
    return [one for one in found if one.column.header or one.terms]


def _own_rows(profiles: Sequence[Profile], land: Land, said: Said) -> dict[str, list[str]]:
    """`rows:` where a file holds several countries: the texts of a country column that name this one."""
    for one in profiles:
        if one.meaning == "country" and len(one.terms) > 1:
            if land.code is None:
                said.ask("rows", "Which country's rows are this source's?", f"{one.name!r} names {len(one.terms)}")
                return {}
            texts = [str(found.name) for found in land.resolve(list(one.terms)) if found.place == land.code]
            if texts and len(texts) < len(one.terms):
                evidence = f"{one.name!r} names {len(one.terms)} countries; {', '.join(map(repr, texts))} is this one"
                return {one.name: said.guess("rows", texts, evidence, 0.9)}
    return {}


def _only(frame: pl.DataFrame, rows: dict[str, list[str]]) -> pl.DataFrame:
    for column, texts in rows.items():
        frame = frame.filter(pl.col(column).cast(pl.String).str.strip_chars().is_in(texts))
    return frame


def _source(name: str, land: Land, read_part: dict[str, Any], done: Mapping, said: Said) -> dict[str, Any]:
    """Who and what: mostly for a person to fill in."""
    stem = Path(name).stem
    slug = re.sub(r"[^a-z0-9]+", "-", anyascii(stem).lower()).strip("-") or "new-source"
    said.ask("owner", "Which party owns this feed?", "no file says it")
    said.ask(
        "practice", "How does the source count: definition, population, setting, ages, diagnosis?", "no file says it"
    )
    return {
        "id": slug,
        "title": stem,
        "owner": "to-be-named",
        "country": land.code or UNDECIDED_COUNTRY,
        "kind": done.kind,
        "practice": f"{slug}-practice",
        "read": read_part,
    }


def _delivery(done: Mapping, outside: Sequence[str], said: Said) -> dict[str, Any]:
    """What a delivery is can never be seen from one file: a proposal, and a question."""
    options = ("snapshot", "increment", "correction", "cumulative")
    if done.kind == "cases":
        said.ask("delivery.mode", "Does each file hold only new cases?", "one file cannot show it", options)
        return {"mode": "increment"}
    if word := _says_cumulative(outside):
        said.guess("delivery.mode", "cumulative", f"{word!r} stands in a header or a title", 0.6)
        return {"mode": "cumulative"}
    question = "Does each file replace what was said of its periods, add to it, or count up since a first day?"
    said.ask("delivery.mode", question, "one file cannot show it", options)
    return {"mode": "snapshot", "scope": ["period"]} if "period" in done.columns else {"mode": "snapshot"}


def _says_cumulative(texts: Sequence[str]) -> str | None:
    """The first word for "cumulative" that stands in a header or title."""
    folded = [f" {fold(text)} " for text in texts]
    for row in measures.words():
        if (row["vocabulary"], row["value"]) == ("accumulation", "cumulative"):
            word = fold(row["word"])
            if any((f" {word} " in text) if word.isascii() else word in text for text in folded):
                return row["word"]
    return None


def _ask_counting(done: Mapping, said: Said) -> None:
    """What every table of counts must say and few do."""
    if "classification" not in done.columns and "classification" not in done.parts:
        question = "Are the figures suspected, probable or confirmed cases, or a sum of them?"
        said.ask("columns.classification", question, "no column says it", CLASSIFICATIONS)
    if "date_basis" not in done.columns:
        said.ask("columns.date_basis", "By which day is a case counted?", "no column says it", DATE_BASES)


def _words(done: Mapping, profiles: Sequence[Profile], said: Said) -> dict[str, Any]:
    """How dates, numbers and silences are written, and the parts of the mapping."""
    texts = [one.column.header for one in profiles]
    texts += [term for one in profiles if not one.personal for term in list(one.terms)[:50]]
    spoken = habits.languages_of(texts)
    said.guess("languages", spoken, "by the scripts of its headers and terms", 0.85)
    figures = set(map(id, done.figures))
    others = [one for one in profiles if id(one) not in figures and one.name in done.placed]
    body: dict[str, Any] = {"languages": spoken}
    if dates := habits.dates_part(done.dates, said):
        body["dates"] = dates
    if calendar := _calendar(done, profiles, said):
        body["calendar"] = calendar
    locale = habits.number_locale(done.figures, spoken, said) if done.figures else spoken[0]
    body["numbers"] = {"locale": locale}
    if silences := habits.ask_silences(done.figures, said):
        body["silences"] = silences
    if absent := habits.absent_marks([one for one in others if one.name not in done.strip], said):
        body["absent"] = absent
    body["columns"] = done.columns
    optional = {"wide": done.wide, "totals": done.totals, "strip": done.strip, "ignore": done.ignore}
    return body | {name: value for name, value in optional.items() if value}


def _calendar(done: Mapping, profiles: Sequence[Profile], said: Said) -> Any:
    """The calendar of weeks and years: by first days where they are written, else asked."""
    spec = done.columns.get("period")
    how = spec.get("as") if isinstance(spec, dict) else None
    era = _written_era(spec, profiles, done.years, said)
    if how == "dates":
        return _calendar_of_dates(done, said)
    weekly = how in WEEKLY or (how is None and "period" in done.parts)
    if weekly:
        said.ask("calendar", "On which weekday do weeks begin, and which week is week 1? Until answered: ISO weeks.",
                 "week numbers alone do not say it", CALENDARS)  # fmt: skip
    if era == "buddhist":
        return {"id": "declared", "era": "buddhist"} if weekly else "buddhist"
    return None


def _written_era(spec: Any, profiles: Sequence[Profile], beside: Sequence[str], said: Said) -> str | None:
    """The era of the years that stand in the columns of time, in headers of periods, or above the table."""
    names = spec.get("from", []) if isinstance(spec, dict) else []
    names = names if isinstance(names, list) else [names]
    terms = [term for one in profiles if one.name in names for term in one.terms]
    text = " ".join(map(native_digits, [*terms, *beside]))
    years = [int(found) for found in re.findall(r"(?<!\d)\d{4}(?!\d)", text)]
    buddhist = [year for year in years if 2443 <= year <= 2643]
    gregorian = [year for year in years if 1900 <= year <= 2100]
    if isinstance(spec, dict) and spec.get("as") in ("dates", "day", "week-ending", "week-beginning"):
        return None  # said with the dates
    return habits.say_era("calendar.era", gregorian, buddhist, said)


def _calendar_of_dates(done: Mapping, said: Said) -> Any:
    """Periods written as two days: the first weekday of those that last seven days."""
    starts, ends = (
        [r.value for r in periods.parse_dates(_by_cell(one), order="dmy", era="mixed")] for one in done.dates
    )
    weeks = [a for a, b in zip(starts, ends, strict=False) if a and b and (b - a).days == 6]  # type: ignore[operator]  # both are dates
    if not weeks:
        return None
    days = [day.weekday() for day in weeks]  # type: ignore[attr-defined]  # parsed to dates above
    usual = max(set(days), key=days.count)
    share = days.count(usual) / len(days)
    evidence = f"{days.count(usual)} of {len(days)} periods of seven days begin on a {periods.WEEKDAYS[usual]}"
    named = {0: "iso", 6: "cdc"}.get(usual)
    value = named or {"id": "declared", "first_weekday": periods.WEEKDAYS[usual]}
    return said.guess("calendar", value, evidence, share if len(weeks) > 2 else 0.6)


def _by_cell(one: Profile) -> list[str]:
    return list(one.terms)


def _ask_open(open_terms: list[dict[str, str]], said: Said) -> None:
    by_field: dict[str, list[dict[str, str]]] = {}
    for term in open_terms:
        by_field.setdefault(term["field"], []).append(term)
    for field, terms in by_field.items():
        shown = ", ".join(repr(term["term"]) for term in terms[:5])
        said.ask(
            f"crosswalk.{field}",
            f"What do these terms mean ({len(terms)})?",
            f"not sure: {shown}{' ...' if len(terms) > 5 else ''}",
        )


def _ordered(body: dict[str, Any]) -> dict[str, Any]:
    """The parts in the order in which a person reads a source.yml."""
    return {name: body[name] for name in ORDER if name in body}

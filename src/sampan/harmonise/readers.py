"""For each field of a source, the function that reads its distinct terms: crosswalk first, vocabulary second.

A crosswalk line is the owner's word and always wins. What neither knows comes back with a problem.
Terms of several columns arrive joined by `SEPARATOR`, in the order the source lists them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from sampan.harmonise.terms import Reader
from sampan.model.errors import UserError
from sampan.model.periods import Period
from sampan.model.places import ADMIN
from sampan.model.sources import FieldMap, Source
from sampan.model.tables import RawTable, Reading
from sampan.vocab import ages, conditions, measures, numbers, periods, places

SEPARATOR = "\x1f"
UNKNOWN_TERM = "qwzx qwzxqwzx"  # two words, long enough to be compared with every listed name
NOTHING = "none"  # a crosswalk value: this term is no place, or nothing we count
COUNTRY_LEVEL = 0
UNREADABLE = "?"
_WHOLE = re.compile(r"^(\d+)\.0+$")  # 2025.0, as programs write a column of numbers with a gap in it
_CODED = re.compile(r"(?P<name>.+?) \((?P<code>[A-Z]{2}-[A-Z0-9]+)\)$")
_SIGNED = re.compile(r"[-−–+]\s*\d")  # -3 is no week 3
_Above = tuple[str, int | None]  # what a coarser column of places says, and its level
WITH_YEAR = {"week": "year-week", "month": "year-month"}


def reader_for(name: str, spec: FieldMap, source: Source) -> Reader:
    """The reader of one field's terms; `name` as in sources.definition.FIELDS."""
    base = _base(name, spec, source)
    lines = source.crosswalk_for("place" if name.startswith("place_") else name)

    def read(terms: list[str | None]) -> Sequence[Reading]:
        known = [_meant(_from_crosswalk(term, lines), name, source) for term in terms]
        rest = [term for term, found in zip(terms, known, strict=True) if found is None]
        others = iter(base(rest)) if rest else iter(())
        return [found if found is not None else next(others) for found in known]

    return read


def load_words(source: Source) -> None:
    """Have every field read one term that no list knows, so that its vocabulary stands ready."""
    for name, spec in source.columns.items():
        if spec.constant is None:
            reader_for(name, spec, source)([SEPARATOR.join([UNKNOWN_TERM] * max(1, len(spec.columns)))])


def present(spec: FieldMap | None, table: RawTable) -> FieldMap | None:
    """The field with the columns this file has.

    "a|b" takes the first that is there; an `optional` field may be absent.
    """
    if spec is None or not spec.columns:
        return spec
    there = {column.name for column in table.columns}
    chosen = tuple(next((one for one in names.split("|") if one in there), names) for names in spec.columns)
    if spec.options.get("optional") and not set(chosen) <= there:
        return None
    return replace(spec, columns=chosen) if chosen != spec.columns else spec


def _from_crosswalk(term: str | None, lines: dict[str, Any]) -> Reading | None:
    if term is None or not lines:
        return None
    line = lines.get(term) or lines.get(term.replace(SEPARATOR, " | ")) or lines.get(term.split(SEPARATOR)[-1].strip())
    if line is None:
        return None
    if line.value == NOTHING:
        return Reading(term, None, "counts-for-nothing", "crosswalk")
    return Reading(term, line.value, None, "crosswalk")


def answered(name: str, value: str, source: Source) -> Reading:
    """An owner's answer for a term of this field as the field holds it: a date, a period, an age, else the word.

    A date is written YYYY-MM-DD, or as the source's own; what says none comes back with a problem.
    """
    match _kind(name):
        case "day":
            try:
                return Reading(value, date.fromisoformat(value.strip()), None, "crosswalk")
            except ValueError:
                return _dates([value], FieldMap(), source)[0]
        case "period":
            return _periods([value], FieldMap(options={"as": "text"}), source)[0]
        case "age":
            return _ages([value], FieldMap(), source)[0]
        case _:
            return Reading(value, value, None, "crosswalk")


def _meant(found: Reading | None, name: str, source: Source) -> Reading | None:
    if found is None or found.value is None:
        return found
    meant = answered(name, str(found.value), source)
    return Reading(found.term, meant.value, meant.problem, "crosswalk", meant.candidates)


def _kind(name: str) -> str:
    return "day" if name.endswith("_date") else name.split("_", 1)[0]


def _base(name: str, spec: FieldMap, source: Source) -> Callable[[list[str | None]], Sequence[Reading]]:
    read = READERS.get(_kind(name))
    if read is None:
        return lambda terms: measures.resolve(terms, vocabulary=name, country=source.country)
    return lambda terms: read(terms, spec, source)


def _dates(terms: list[str | None], _spec: FieldMap, source: Source) -> Sequence[Reading]:
    words = source.words
    return periods.parse_dates(
        terms,
        order=words.date_order,
        era=words.era,
        two_digit_years=words.two_digit_years,
        serials=words.serial_dates,
    )


def _periods(terms: list[str | None], spec: FieldMap, source: Source) -> Sequence[Reading]:
    kind = spec.options.get("as", "text")
    calendar = periods.calendar(source.words.calendar)
    if kind == "dates":
        return _date_pairs(terms, source)
    if kind in ("week-ending", "week-beginning"):
        return _weeks_named_by_a_day(terms, source, ending=kind == "week-ending")
    if kind == "day":
        return [_one_day(reading, calendar) for reading in _dates(terms, spec, source)]
    if {"year", "in"} & spec.options.keys():  # it stands before the cell's own text, as a column of years would
        kind = WITH_YEAR.get(kind, kind)
    joined = [None if term is None else _said(term, kind) for term in terms]
    found = periods.parse_periods(
        joined,
        kind={"text": None, "year-month": "month", "year-week": "week"}.get(kind, kind),
        calendar=calendar,
        order=source.words.date_order,
        two_digit_years=source.words.two_digit_years,
    )
    return [replace(reading, term=term) for reading, term in zip(found, terms, strict=True)]


def _said(term: str, kind: str) -> str:
    """Columns of year and month or year and week, said the way the period parser reads them."""
    parts = [_WHOLE.sub(r"\1", part.strip()) for part in term.split(SEPARATOR)]
    if any(_SIGNED.match(part) for part in parts):
        return UNREADABLE
    if len(parts) != 2:  # a damaged cell holds the separator itself: the period parser will not read it either
        return " ".join(parts)
    if kind == "year-month":
        year, month = parts
        return f"{year}-{month.zfill(2)}" if month.isdecimal() else f"{month} {year}"
    if kind == "year-week":
        year, week = parts
        return f"{year}-W{week.zfill(2)}" if week.isdecimal() else f"{week} {year}"
    return " ".join(parts)


def _weeks_named_by_a_day(terms: list[str | None], source: Source, *, ending: bool) -> list[Reading]:
    """The seven days that end, or begin, on the day written."""
    found = []
    for reading in _dates(terms, FieldMap(), source):
        day = reading.value
        if not isinstance(day, date):
            found.append(replace(reading, value=None))
            continue
        first = day - timedelta(days=6) if ending else day
        calendar = periods.calendar(source.words.calendar)
        found.append(replace(reading, value=Period(first, first + timedelta(days=6), "week", calendar.id)))
    return found


def _one_day(reading: Reading, calendar: Any) -> Reading:
    day = reading.value
    return replace(reading, value=Period(day, day, "day", calendar.id) if isinstance(day, date) else None)


def _date_pairs(terms: list[str | None], source: Source) -> list[Reading]:
    """First and last day in two columns (or one day twice) become a period whose kind is seen from the days."""
    pairs = [(None, None) if term is None else _pair(term) for term in terms]
    starts = _dates([start for start, _ in pairs], FieldMap(), source)
    ends = _dates([end for _, end in pairs], FieldMap(), source)
    calendar = periods.calendar(source.words.calendar)
    return [_period_of(term, start, end, calendar) for term, start, end in zip(terms, starts, ends, strict=True)]


def _pair(term: str) -> tuple[str, str]:
    parts = term.split(SEPARATOR)
    return parts[0], parts[-1]


def _period_of(term: str | None, start: Reading, end: Reading, calendar: Any) -> Reading:
    first, last = start.value, end.value
    if term is None or not isinstance(first, date) or not isinstance(last, date):
        return Reading(term, None, start.problem or end.problem or "not-a-date")
    if first > last:
        return Reading(term, None, "ends-before-it-begins")
    return Reading(term, periods.period_between(first, last, calendar), None, "rule")


def _places(terms: list[str | None], spec: FieldMap, source: Source) -> list[Reading]:
    """Columns from coarse to fine: the finest one that says something is the name, the next its parent."""
    levels = spec.options.get("levels") or [spec.options.get("level")] * max(1, len(spec.columns))
    asked = [_finest(term, levels, spec, source) for term in terms]
    found: list[Reading] = [Reading(None)] * len(terms)
    groups: dict[tuple[int | None, _Above | None], list[int]] = {}
    for position, (name, level, parent) in enumerate(asked):
        if name is None:
            found[position] = Reading(terms[position], None, "no-place")
        elif coded := _with_code(name, level, source):
            found[position] = Reading(terms[position], coded, None, "rule")
        elif level == COUNTRY_LEVEL:
            found[position] = Reading(terms[position], source.country, None, "rule")
        else:
            groups.setdefault((level, parent), []).append(position)
    for (level, parent), positions in groups.items():
        names = [asked[position][0] for position in positions]
        parent_place = _parent_place(parent, source)
        for position, answer in zip(positions, _resolve(names, source, level, parent_place), strict=True):
            found[position] = _place_reading(terms[position], answer)
            if found[position].value is None and parent_place is not None and source.kind == "cases":
                found[position] = replace(found[position], value=parent_place, problem="coarser-place")
    return found


def _with_code(name: str, level: int | None, source: Source) -> str | None:
    """ "Svay Rieng (KH-20)", as the way back writes a neighbour's unit: its code, if name and level are that unit's."""
    said = _CODED.match(name) if name.endswith(")") else None
    if said is None:
        return None
    code, gazetteer = said["code"], places.registry(*source.gazetteer)
    if code[:2] not in gazetteer.countries():
        return None
    for unit in gazetteer.of_place(code):
        called = {unit.called(language) for language in (*source.words.languages, "en")}
        if (level is None or unit.level == level) and said["name"] in called:
            return code
    return None


def _resolve(names: list[str | None], source: Source, level: int | None, parent: str | None) -> list[Any]:
    return places.registry(*source.gazetteer).resolve(
        names, country=source.country, level=level, parent=parent, hierarchy=source.hierarchy
    )


def _as_code(text: str, spec: FieldMap) -> str:
    """A longer code cut to its first `take` signs, and a bare number written as a place code ("TH-{}")."""
    digits = text[: spec.options["take"]] if "take" in spec.options else text
    pattern = spec.options.get("code")
    return pattern.replace("{}", digits) if pattern and digits else digits


def _finest(
    term: str | None, levels: Sequence[int | None], spec: FieldMap, source: Source
) -> tuple[str | None, int | None, _Above | None]:
    if term is None:
        return None, None, None
    parts = [_as_code(part.strip(), spec) for part in term.split(SEPARATOR)]
    said = [
        (part, level) for part, level in zip(parts, levels, strict=False) if part and part not in source.words.absent
    ]
    if not said:
        return None, None, None
    name, level = said[-1]
    coarser = [(part, above) for part, above in said[:-1] if above is None or above > COUNTRY_LEVEL]
    return name, level, coarser[-1] if coarser else None


def place_on(term: str, day: date, spec: FieldMap, source: Source) -> str | None:
    """The place code of a name that only the day makes plain (a province that ended, another that began)."""
    levels = spec.options.get("levels") or [spec.options.get("level")] * max(1, len(spec.columns))
    name, level, parent = _finest(term, levels, spec, source)
    if name is None or level == COUNTRY_LEVEL:
        return None
    found = places.registry(*source.gazetteer).resolve(
        [name],
        country=source.country,
        on=day,
        level=level,
        parent=_parent_place(parent, source),
        hierarchy=source.hierarchy,
    )[0]
    return found.place if found.how in ("exact", "alias", "folded") else None


def _parent_place(parent: _Above | None, source: Source) -> str | None:
    if parent is None:
        return None
    name, level = parent
    line = source.crosswalk_for("place").get(name)
    if line is not None:
        return None if line.value == NOTHING else line.value
    # a province and an operational district in it may bear one name
    return _resolve([name], source, level if source.hierarchy != ADMIN else None, None)[0].place


def _place_reading(term: str | None, answer: Any) -> Reading:
    if answer.place is not None:
        likely = "read-by-likeness" if answer.how == "fuzzy" else None
        return Reading(term, answer.place, likely, answer.how, (answer.place,) if likely else answer.candidates)
    problem = "ambiguous-place" if answer.how == "ask" else "no-place"
    return Reading(term, None, problem, answer.how, answer.candidates)


def constant_reading(name: str, spec: FieldMap, source: Source) -> Reading:
    """The reading of a constant field. UserError if the source's own constant means nothing."""
    reading = reader_for(name, spec, source)([spec.constant])[0]
    if reading.problem:
        raise UserError(
            f"`columns: {name}: is: {spec.constant}` is not a known word ({reading.problem})",
            where=str(source.folder or source.id),
            do=f"nearest: {', '.join(reading.candidates) or 'none'}",
        )
    return reading


def _counts(terms: list[str | None], _spec: FieldMap, source: Source) -> Sequence[Reading]:
    return numbers.parse_counts(terms, locale=source.words.number_locale)


def _conditions(terms: list[str | None], spec: FieldMap, source: Source) -> Sequence[Reading]:
    return conditions.resolve(terms, country=source.country, scheme=spec.options.get("scheme"))


def _ages(terms: list[str | None], _spec: FieldMap, source: Source) -> Sequence[Reading]:
    """By the source's first language; what that cannot say, by any: "5 tinan" in a list whose words are English."""
    found = ages.parse_ages(terms, language=next(iter(source.words.languages), None))
    others = ages.parse_ages([one.term for one in found if one.problem == "not-an-age"])
    again = iter(others)
    return [next(again) if one.problem == "not-an-age" else one for one in found]


def _practices(terms: list[str | None], _spec: FieldMap, source: Source) -> Sequence[Reading]:
    """A document without a crosswalk line of its own counts as the source's usual practice."""
    return [Reading(term, source.practice, None, "rule") for term in terms]


def _as_it_stands(terms: list[str | None], _spec: FieldMap, _source: Source) -> Sequence[Reading]:
    return [Reading(term, term) for term in terms]


# the first word of a field's name (or "day" for dates) -> how its terms are read; all others are words of a vocabulary
READERS: dict[str, Callable[[list[str | None], FieldMap, Source], Sequence[Reading]]] = {
    "place": _places,
    "period": _periods,
    "day": _dates,
    "value": _counts,
    "condition": _conditions,
    "age": _ages,
    "practice": _practices,
    "case": _as_it_stands,
    "laboratory": _as_it_stands,
}

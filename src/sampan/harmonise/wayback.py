"""The way back: figures written in a source's own layout, script, calendar and words.

A figure has a place in the form when its period is of the source's kind and the form has a column (or its
words) for what it counts. What has none is listed below, in words, never forced into a cell.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache
from typing import Any

import polars as pl

from sampan.harmonise.readers import SEPARATOR
from sampan.harmonise.reshape import BLANK_SAYS_NOTHING, IN_THE_TITLE
from sampan.harmonise.wayheads import Heads
from sampan.harmonise.waywords import BROKEN, CAVEATS, COUNTED, NO_EQUAL, silence
from sampan.model.errors import UserError
from sampan.model.periods import Period
from sampan.model.sources import FieldMap, Source
from sampan.vocab import conditions, languages, measures, periods, places
from sampan.vocab.calendars import era_offset

SILENT = {"reported", "zero"}
UNTOLD = {"withheld", "not_reported"}  # these say nothing, so a form without a place for them need not list them
DAYS = {
    "week-ending": ("week", "period_end"),
    "week-beginning": ("week", "period_start"),
    "day": ("day", "period_start"),
}
KINDS = {"year-week": "week", "year-month": "month", "week": "week", "month": "month", "year": "year"}


@dataclass(frozen=True)
class Form:
    """A source's layout as its sample has it: the sheet, the lines above the header, the headers in order."""

    headers: tuple[str, ...]
    sheet: str | None = None
    titles: tuple[str, ...] = ()


@dataclass(frozen=True)
class Returned:
    """The table in the source's form (text cells by header, caveats last) and what had no place in it."""

    headers: tuple[str, ...]
    rows: list[dict[str, str]]
    left_over: list[str]
    form: Form
    heading: str


@dataclass
class _Row:
    cells: dict[str, str] = field(default_factory=dict)
    caveats: list[str] = field(default_factory=list)


def write_back(figures: pl.DataFrame, source: Source, form: Form) -> Returned:
    """Figures (schema OBSERVATION) in the form of a source of aggregates. UserError for a list of cases."""
    if source.kind == "cases":
        raise UserError(
            f"the form of {source.id} is a list of persons; counts have no place in it",
            kept="nothing was written",
            do="choose a source whose form is a table of counts (`sampan sources list`)",
        )
    return _Writer(source, form).write(figures)


def word_of(source: Source, form: Form, name: str, value: str) -> str:
    """Our word for a condition, a measure or a class as the source writes it in that form."""
    return _Writer(source, form)._word(name, value)


class _Writer:
    def __init__(self, source: Source, form: Form) -> None:
        self.source, self.form = source, form
        self.language = next(iter(source.words.languages), "en")
        self.calendar = periods.calendar(source.words.calendar)
        self.gazetteer = places.registry(*source.gazetteer)
        self.raw = _reversed(source)
        self.silent = {status: text for text, status in source.words.silences.items() if text}
        self.heads = Heads(source, form.headers, self.calendar) if source.wide else None
        self.year: int | None = None  # of a form whose title names it

    def write(self, figures: pl.DataFrame) -> Returned:
        rows: dict[tuple[str, ...], _Row] = defaultdict(_Row)
        left: list[str] = []
        self.year = self._titled_year(figures)
        for one in figures.sort("period_start", "unit", "condition", "measure").iter_rows(named=True):
            placed = self._placed(one)
            if placed is None:
                if one["status"] not in UNTOLD:
                    left.append(self._sentence(one))
                continue
            key, header, cells = placed
            row = rows[key]
            row.cells.update(cells)
            if header in row.cells:
                left.append(self._sentence(one))
                continue
            row.cells[header] = self._figure(one)
            row.caveats.extend(note for note in self._notes(one) if note not in row.caveats)
        headers = (*self.form.headers, CAVEATS[self.language])
        table = [self._finished(row, headers, number) for number, row in enumerate(rows.values(), start=1)]
        return Returned(headers, table, left, self._titled(), NO_EQUAL[self.language])

    def _titled_year(self, figures: pl.DataFrame) -> int | None:
        """The newest year of the figures, as the calendar writes it, where the form tells its year above the table."""
        spec = self.source.columns.get("period")
        if spec is None or "year" not in spec.options or figures.is_empty():
            return None
        if spec.options["year"] != IN_THE_TITLE:
            return int(spec.options["year"])
        last = figures.sort("period_start", "period_end").row(-1, named=True)
        return self._written_year(last)

    def _written_year(self, one: Mapping[str, Any]) -> int:
        period = Period(one["period_start"], one["period_end"], one["period_kind"], self.calendar.id)
        return self.calendar.written_year(periods.named(period, self.calendar)[0])

    def _titled(self) -> Form:
        """The form, its title naming the year if that is where it stands."""
        spec = self.source.columns.get("period")
        if self.year is None or spec is None or spec.options["year"] != IN_THE_TITLE:
            return self.form
        plain = [re.sub(r"\b\d{4}\b", "", title).strip() for title in self.form.titles] or [""]
        return replace(self.form, titles=(f"{plain[0]} {self.year}".strip(), *plain[1:]))

    def _placed(self, one: Mapping[str, Any]) -> tuple[tuple[str, ...], str, dict[str, str]] | None:
        """The row's key, the header of the figure and the row's other cells; None if the form has no place."""
        cells = self._period_cells(one)
        if cells is None:
            return None
        placed = self._place_cells(one["unit"])
        if placed is None:
            return None
        cells |= placed
        header, extra = self._header(one)
        if header is None or header not in self.form.headers:
            return None
        cells |= extra
        known = {name: text for name, text in cells.items() if name in self.form.headers}
        return tuple(known.values()), header, known

    def _period_cells(self, one: Mapping[str, Any]) -> dict[str, str] | None:
        spec = self.source.columns.get("period", FieldMap())
        if self.year is not None and self._written_year(one) != self.year:
            return None
        if spec.header_part is not None or not spec.columns:
            return {column: self._digits(str(self._written_year(one))) for column in spec.columns}
        way = spec.options.get("as", "text")
        if way == "dates":
            start, end = spec.columns[0], spec.columns[-1]
            return {start: self._day(one["period_start"]), end: self._day(one["period_end"])}
        if way in DAYS:
            kind, end = DAYS[way]
            return {spec.columns[0]: self._day(one[end])} if one["period_kind"] == kind else None
        return self._named_period(spec, way, one)

    def _named_period(self, spec: FieldMap, way: str, one: Mapping[str, Any]) -> dict[str, str] | None:
        """Cells of a week, month or year by its name; None if the form counts by others."""
        period = Period(one["period_start"], one["period_end"], one["period_kind"], self.calendar.id)
        if KINDS.get(way, period.kind) != period.kind or not self._is_own(period):
            return None
        written = periods.write_period(period, self.calendar)
        year, _, number = written.replace("-W", "-").partition("-")
        if self.year is not None:
            return {spec.columns[0]: self._digits(str(int(number)))}
        if way in ("year-week", "year-month"):
            return dict(zip(spec.columns, (self._digits(year), self._digits(str(int(number)))), strict=True))
        return {spec.columns[0]: written}

    def _is_own(self, period: Period) -> bool:
        """True if the source's own calendar cuts just this period."""
        again = periods.parse_periods(
            [periods.write_period(period, self.calendar)], kind=period.kind, calendar=self.calendar
        )
        value = again[0].value
        return isinstance(value, Period) and (value.start, value.end) == (period.start, period.end)

    def _day(self, day: date) -> str:
        era = self.source.words.era
        year = day.year if era in ("gregorian", "mixed") else day.year + era_offset(era)
        order = {"dmy": f"{day.day:02d}/{day.month:02d}/{year}", "mdy": f"{day.month:02d}/{day.day:02d}/{year}"}
        return self._digits(order.get(self.source.words.date_order, f"{year}-{day.month:02d}-{day.day:02d}"))

    def _place_cells(self, unit_id: str) -> dict[str, str] | None:
        """The unit in the column of its level, its parents in the coarser ones; a neighbour's with its country.

        None if the form is of one place, and this is another.
        """
        spec = self.source.columns["place"]
        levels = spec.options.get("levels") or [spec.options.get("level")]
        unit = self.gazetteer.unit(unit_id)
        if not spec.columns:
            return {} if unit is not None and unit.place == spec.constant else None
        cells: dict[str, str] = {}
        there = [
            next((header for header in column.split("|") if header in self.form.headers), column.split("|")[0])
            for column in spec.columns
        ]
        while unit is not None:
            column = next((c for c, level in zip(there, levels, strict=False) if level in (unit.level, None)), None)
            target = column or (there[-1] if not cells else None)
            if target and target not in cells:
                cells[target] = self._unit_name(unit)
            parents = self.gazetteer.of_place(unit.parent) if unit.parent else ()
            unit = parents[-1] if parents else None  # type: ignore[assignment]  # the loop ends here
        return cells

    def _unit_name(self, unit: Any) -> str:
        own = self.raw["place"].get(unit.place)
        if own and unit.country == self.source.country:
            return own.split(SEPARATOR)[-1]
        name = unit.called(self.language)
        return str(name) if unit.country == self.source.country else f"{name} ({unit.place})"

    def _header(self, one: Mapping[str, Any]) -> tuple[str | None, dict[str, str]]:
        """The column the figure goes to, and the cells of the words that are columns of their own."""
        extra = {}
        for name in ("condition", "measure", "classification"):
            spec = self.source.columns.get(name)
            wide = self.source.wide is not None and name in self.source.wide.parts
            if spec is not None and spec.columns:
                extra[spec.columns[0]] = self._word(name, one[name])
            elif spec is not None and spec.constant is not None:
                if not self._same_constant(name, spec.constant, one[name]):
                    return None, {}
            elif spec is None and not wide and name == "measure" and one[name] != "cases":
                return None, {}
        if self.source.wide is None:
            return self.source.columns["value"].columns[0], extra
        return self._wide_header(one), extra

    def _wide_header(self, one: Mapping[str, Any]) -> str | None:
        """By the source's own words where its form has just that header, else by what each header says."""
        assert self.source.wide is not None and self.heads is not None, self.source.id
        if not self.source.wide.headers and "period" not in self.source.wide.parts:
            written = " / ".join(self._word(part, str(one.get(part, ""))) for part in self.source.wide.parts)
            if written in self.form.headers:
                return written
        return self.heads.for_figure(one)

    def _same_constant(self, name: str, constant: str, value: str) -> bool:
        """A neighbour's class may differ from the form's own; the caveat says so. A condition or measure may not."""
        return name == "classification" or constant == value

    def _word(self, name: str, value: str) -> str:
        own = self.raw[name].get(value)
        if own:
            return own
        if name == "condition":
            for header in self.form.headers:  # the form's own spelling of a word the vocabulary knows
                part = header.split(" / ")[0]
                found = conditions.resolve([part], country=self.source.country)[0]
                if found.value == value:
                    return part
            return conditions.name(value, self.language) if value in _conditions() else value
        return measures.word(value, name, self.language)

    def _figure(self, one: Mapping[str, Any]) -> str:
        if one["status"] not in SILENT:
            return self.silent.get(one["status"]) or self._said(one["status"])
        return self._number(int(one["value"]))

    def _said(self, status: str) -> str:
        """Nothing where a blank cell says so much, or nothing at all; else our word, lest another silence be read."""
        blank = self.source.words.silences.get("", BLANK_SAYS_NOTHING if self.source.wide else "unknown")
        return "" if blank in (status, BLANK_SAYS_NOTHING) else silence(status, self.language)

    def _number(self, number: int) -> str:
        group = languages.separators(self.source.words.number_locale)[0]
        plain = f"{number:,}".replace(",", group) if self.source.words.grouped else str(number)
        return self._digits(plain)

    def _digits(self, text: str) -> str:
        return languages.write_digits(text, self.language) if self.source.words.native_digits else text

    def _notes(self, one: Mapping[str, Any]) -> list[str]:
        notes = []
        if one["source"] != self.source.id:
            told = [one["practice"], self._of("classification", one)]
            told += [COUNTED[self.language]] if one.get("tabulated") else []
            notes.append(f"{one['source']}: {', '.join(word for word in told if word)}")
        if one["status"] not in SILENT:
            what = f"{self._of('condition', one)}, {self._of('measure', one)}"
            notes.append(f"{what}: {silence(one['status'], self.language)}")
        return [*notes, *self._breaks(one["unit"])]

    def _breaks(self, unit: str) -> list[str]:
        """Where the row's territory began or ended as another's, so that nobody draws one line across the day."""
        return [
            f"{BROKEN[self.language]} {edge.on.isoformat()}: "
            + ", ".join(self._unit_name(other) for other in edge.others)
            for edge in self.gazetteer.breaks(unit)
        ]

    def _sentence(self, one: Mapping[str, Any]) -> str:
        unit = self.gazetteer.unit(one["unit"])
        words = (
            self._unit_name(unit),
            f"{self._day(one['period_start'])} - {self._day(one['period_end'])}",
            *(self._of(name, one) for name in ("condition", "measure", "classification")),
        )
        told = silence(one["status"], self.language) if one["value"] is None else self._number(int(one["value"]))
        return ", ".join(word for word in words if word) + f": {told}"

    def _of(self, name: str, one: Mapping[str, Any]) -> str:
        """A figure's condition, measure or class in the form's words; nothing where it is not said."""
        return self._word(name, one[name]) if one[name] else ""

    def _finished(self, row: _Row, headers: Sequence[str], number: int) -> dict[str, str]:
        running = {
            name: self._digits(str(number)) for name, why in self.source.ignore.items() if "running number" in why
        }
        cells = {name: row.cells.get(name, running.get(name, "")) for name in headers}
        return cells | {headers[-1]: "; ".join(row.caveats)}


@lru_cache(maxsize=1)
def _conditions() -> frozenset[str]:
    """Codes that have names; "all", said of sites that report on everything, has none."""
    return frozenset(one.code for one in conditions.all_conditions())


def _reversed(source: Source) -> dict[str, dict[str, str]]:
    """Our word -> the source's, by field; only lines that say exactly the same are turned round."""
    turned: dict[str, dict[str, str]] = defaultdict(dict)
    for line in source.crosswalk:
        if line.match == "exact":
            turned[line.field].setdefault(line.value, line.term)
    return turned

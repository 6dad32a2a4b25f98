"""Look into a file before it leaves: what is in it, what must not leave, and a copy without that.

Runs on the sender's own machine and keeps nothing. `must_pass` is the same gate at the office's door:
the refusal comes before a byte is kept, so that a crash here leaves nothing behind.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from django.conf import settings

from sampan import formats
from sampan.formats.rewriting import Changes, rewrite
from sampan.harmonise.look import Gate, Stop, doubts, personal_doubts, secret_stops, signs
from sampan.harmonise.personal import may_show
from sampan.model.errors import OurFault, Refused
from sampan.model.sources import Source
from sampan.model.tables import RawTable, letters
from sampan.operations import publishing
from sampan.sources import catalogue
from sampan.vocab import measures
from sampan.vocab.personal import lexicon
from sampan.vocab.personal.lexicon import secrecy_classes

FIGURES = "figures"
INSIDE = "personal-text"  # a person told inside a cell of another field: the cell is emptied, row and column stay
THOROUGH_ROWS = 20_000  # of a text file the office's gate looks for persons in so many rows


@dataclass
class SheetView:
    """One sheet as it was found; `read` is False for sheets that the source does not ask for."""

    sheet: str | None
    rows: int
    columns: list[dict[str, Any]]
    read: bool
    notes: tuple[str, ...]


@dataclass
class Looked:
    """What is in a file: its sheets, the reasons why it may not leave, and what the sender should judge.

    `declared` are columns of persons that the source names: they may come, are stripped when read, and a
    clean copy is without them.
    """

    source: Source
    file: str
    sheets: list[SheetView] = field(default_factory=list)
    stops: list[Stop] = field(default_factory=list)
    questions: list[Stop] = field(default_factory=list)
    declared: list[Stop] = field(default_factory=list)
    title_rows: dict[str | None, frozenset[int]] = field(default_factory=dict)  # of each sheet that is read

    @property
    def may_leave(self) -> bool:
        """True if nothing stops it."""
        return not self.stops

    def as_dict(self) -> dict[str, Any]:
        """As `sampan look --json` prints it."""
        return {
            "source": self.source.id,
            "country": self.source.country,
            "file": self.file,
            "may_leave": self.may_leave,
            "sheets": [vars(sheet) | {"notes": list(sheet.notes)} for sheet in self.sheets],
            "stops": [stop.as_dict() for stop in self.stops],
            "questions": [stop.as_dict() for stop in self.questions],
            "declared": [stop.as_dict() for stop in self.declared],
        }


def named(name: str) -> Source:
    """A source by id, the home's own folders first; the home is not made for it, as nothing is kept here."""
    return catalogue.source(name, (Path(settings.HOME) / "sources",))


def look(source: Source, path: Path, *, on: date) -> Looked:
    """Everything in the file, every row looked at. UserError when it cannot be opened."""
    looked = Looked(source, path.name)
    for table, wanted in _tables(source, path):
        _add_sheet(looked, table, wanted)
        if wanted:
            looked.title_rows[table.sheet] = frozenset(table.title_rows)
        for doubt in doubts(table, _knows(source, table, on, wanted=wanted), thorough=True):
            _add_doubt(looked.stops if doubt.severity == "stop" else looked.questions, doubt)
        for doubt in _declared_persons(source, table) if wanted else ():
            _add_doubt(looked.declared, doubt)
    return looked


def words_for(source: Source) -> dict[str, Any]:
    """The words and shapes by which a look in the sender's browser tells columns of persons, for one source.

    A pattern of another country is left out; the office's own gate looks again, with more, when the file comes.
    """
    declared = {text for spec in source.columns.values() for column in spec.columns for text in column.split("|")}
    return {
        "declared": sorted({*declared, *source.strip, *source.ignore, *source.only_rows, *source.totals}),
        "fields": sorted({text for spec in source.columns.values() for one in spec.columns for text in one.split("|")}),
        "strip": list(source.strip),
        "header_rows": list(source.layout.header_rows),
        **lexicon.for_browsers(source.country),
    }


def must_pass(source: Source, path: Path, *, on: date, name: str | None = None) -> None:
    """Refused if anything in the file must not leave its country. Of a long text file, persons are sought in its first
    rows, secrets in every row."""
    if stops := gate_file(source, path, on=on, name=name):
        more = f" (and {len(stops) - 1} more)" if len(stops) > 1 else ""
        raise Refused(
            f"this file must not leave its country: {stops[0].sentence}{more}",
            rule=stops[0].rule,
            where=name or path.name,
            kept="nothing was kept",
            do=f"`sampan look {source.id} FILE --clean OUT` shows all and writes a copy without it",
        )


def gate_file(source: Source, path: Path, *, on: date, name: str | None = None) -> list[Stop]:
    """What stops the file; secrets are sought in all of it only where the country has classes of them."""
    name = name or path.name
    first = list(formats.read_first(path, name, source.layout, rows=THOROUGH_ROWS))
    stops = []
    for table, _ in first:
        stops += _sure(personal_doubts(table, _knows(source, table, on), thorough=table.frame.height <= THOROUGH_ROWS))
    for table in formats.unread(path, name, source.layout):
        stops += _sure(doubts(table, _knows(source, table, on, wanted=False), thorough=True))
    if _has_classes(source):
        complete = all(whole for _, whole in first)
        rest = (table for table, _ in first) if complete else formats.read(path, name, source.layout)
        stops += [stop for table in rest for stop in secret_stops(table, _knows(source, table, on))]
    return stops


def _sure(found: Iterable[Stop]) -> list[Stop]:
    return [doubt for doubt in found if doubt.severity == "stop"]


def clean(looked: Looked, path: Path, out: Path, *, on: date) -> dict[str, Any]:
    """Write a copy without persons and secrets, look at the copy again, and say what went."""
    source = looked.source
    changes = _changes(looked)
    rewrite(path, changes, out, name=path.name, layout=source.layout)
    left = look(source, out, on=on).stops
    if left:
        out.unlink()
        raise OurFault(f"the copy still holds what must not leave: {left[0].sentence}", where=path.name, kept="no copy")
    return {
        "out": str(out),
        "columns": sum(len(columns) for columns in changes.columns.values()),
        "rows": sum(len(rows) for rows in changes.rows.values()),
        "cells": len(changes.cells),
        "sheets": sorted(sheet.sheet for sheet in looked.sheets if not sheet.read and sheet.sheet),
    }


def _tables(source: Source, path: Path, name: str | None = None) -> Iterator[tuple[RawTable, bool]]:
    """Every table, and whether the source asks for it; what it leaves out would be kept with the file too."""
    for table in formats.read(path, name or path.name, source.layout):
        yield table, True
    for table in formats.unread(path, name or path.name, source.layout):
        yield table, False


def _knows(source: Source, table: RawTable, on: date, *, wanted: bool = True) -> Gate:
    lifted = frozenset(c.id for c in secrecy_classes()) if source.published else frozenset()
    used = {column: _use(source, column.header, column.name) for column in table.columns} if wanted else {}
    named = [
        column for column, use in used.items() if use and use != FIGURES
    ]  # a pattern of headers declares no person
    declared = frozenset(text for column in named for text in (column.header, column.name))
    read = [column for column, use in used.items() if use in source.columns]
    fields = frozenset(text for column in read for text in (column.header, column.name))
    return Gate(source.country, declared, lifted, on, publishing.known(on), fields)


def _use(source: Source, *names: str) -> str | None:
    """What the source does with a column: a field's name, "stripped", "ignored: why", "figures"; None: nothing."""
    for field_name, spec in source.columns.items():
        if _among(names, spec.columns):
            return field_name
    if _among(names, source.strip):
        return "stripped"
    for name in names:
        if name in source.ignore:
            return f"ignored: {source.ignore[name]}"
        if name in source.only_rows or name in source.totals:
            return "tells rows apart"
    if source.wide and any(fnmatch(name, pattern) for name in names for pattern in source.wide.columns):
        return FIGURES
    return None


def _declared_persons(source: Source, table: RawTable) -> Iterator[Stop]:
    """Columns to strip, and ignored columns that hold persons or what may not be told of them."""
    for column in table.columns:
        use = _use(source, column.header, column.name) or ""
        found = (
            signs(table, column, source.country, thorough=True) if use == "stripped" or use.startswith("ign") else []
        )
        if use == "stripped" or found:
            kind = found[0].kind if found else "declared"
            told = f"the source declares it {use}"
            yield Stop("personal-column", kind, "declared", table.sheet, column.position, column.header, told)


def _among(names: tuple[str, ...], declared: Iterable[str]) -> bool:
    """A declaration may offer several spellings of one header, parted by |."""
    spellings = {" ".join(spelling.split()) for text in declared for spelling in text.split("|")}
    return any(name in spellings or name in declared for name in names)


def _has_classes(source: Source) -> bool:
    return not source.published and any(c.country == source.country for c in secrecy_classes())


def _add_sheet(looked: Looked, table: RawTable, wanted: bool) -> None:
    for view in looked.sheets:
        if (view.sheet, view.read) == (table.sheet, wanted):
            view.rows += table.frame.height
            return
    columns = [
        {
            "column": letters(column.position),
            "header": column.header if may_show(column.header) else None,
            "taken_as": (_use(looked.source, column.header, column.name) if wanted else None)
            or _meaning(column.header),
        }
        for column in table.columns
    ]
    looked.sheets.append(SheetView(table.sheet, table.frame.height, columns, wanted, table.notes))


def _meaning(header: str) -> str | None:
    """What a header of a known word is likely to mean, for columns that the source does not declare."""
    (reading,) = measures.resolve([header], vocabulary="header")
    return f"{reading.value}, not declared" if reading.value else None


def _add_doubt(doubts_so_far: list[Stop], doubt: Stop) -> None:
    """A column told twice, in two batches, is one reason with the rows of both."""
    for at, known in enumerate(doubts_so_far):
        if (known.rule, known.kind, known.sheet, known.position) == (
            doubt.rule,
            doubt.kind,
            doubt.sheet,
            doubt.position,
        ):
            together = vars(known) | {"rows": known.rows + doubt.rows}
            doubts_so_far[at] = Stop(**together)
            return
    doubts_so_far.append(doubt)


def _changes(looked: Looked) -> Changes:
    """Columns of persons and attributes, rows of secrets, texts above the header; sheets nobody reads."""
    found = [*looked.stops, *looked.declared, *(doubt for doubt in looked.questions if doubt.header)]
    titled = [doubt for doubt in found if doubt.position is None]
    return Changes(
        columns=_by_sheet(found, lambda doubt: [doubt.position] if doubt.position and not doubt.rows else []),
        rows=_by_sheet(found, lambda doubt: [] if doubt.rule == INSIDE else doubt.rows),
        cells=frozenset(
            (doubt.sheet, row, doubt.position) for doubt in found if doubt.rule == INSIDE for row in doubt.rows
        ),
        blank={doubt.sheet: looked.title_rows.get(doubt.sheet, frozenset()) for doubt in titled},
        sheets=frozenset(view.sheet for view in looked.sheets if view.read and view.sheet),
    )


def _by_sheet(found: Iterable[Stop], pick: Any) -> dict[str | None, frozenset[int]]:
    out: dict[str | None, frozenset[int]] = {}
    for doubt in found:
        out[doubt.sheet] = out.get(doubt.sheet, frozenset()) | frozenset(pick(doubt))
    return out

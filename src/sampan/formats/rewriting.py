"""The sender's own file, written again with small changes: marked cells, or without certain columns and rows.

Values, sheets, row numbers and merged cells stay; fonts, colours and formulas do not, as only values are read.
Text files come back as UTF-8 with a byte order mark, which spreadsheets need to show the scripts of the region.
"""

from __future__ import annotations

import contextlib
import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import polars as pl
from xlsxwriter.exceptions import OverlappingRange

from sampan.formats import delimited, headers, reading, workbook_errors, workbooks, writing
from sampan.formats.blobs import Blob
from sampan.formats.limits import refuse
from sampan.formats.ods_errors import Errors
from sampan.model.tables import Layout, letters

NOTE_HEADER = "findings"
MARK_COLOUR = "#FFE699"

MOST_TITLE_ROWS = 100
MERGED_CELLS = 100_000  # a merged area above this is damage, not layout

Merged = tuple[tuple[int, int], tuple[int, int]]
Marks = dict[tuple[str | None, int], dict[int, str]]  # (sheet, row) -> position -> note


@dataclass(frozen=True)
class Changes:
    """What to change, by sheet (None in a text file), 1-based rows and 1-based column positions.

    `marks` names cells with a note each; `columns` and `rows` go away; `blank` rows keep their place but lose
    their text (titles above the header), and so do `cells` (sheet, row, position).
    """

    marks: Marks = field(default_factory=dict)
    columns: dict[str | None, frozenset[int]] = field(default_factory=dict)
    rows: dict[str | None, frozenset[int]] = field(default_factory=dict)
    blank: dict[str | None, frozenset[int]] = field(default_factory=dict)
    cells: frozenset[tuple[str | None, int, int | None]] = frozenset()
    sheets: frozenset[str] | None = None  # the sheets that stay; None: all
    headers: frozenset[int] = frozenset()  # header rows above the last one: their labels span columns


def mark_cells(source: Path | bytes, cells: pl.DataFrame, out: Path, *, name: str, layout: Layout) -> None:
    """Write the file to `out` with the named cells marked: colour and comment in XLSX, a column "findings" in both.

    `cells` has the columns sheet, row, column (the table's column name) and, if wanted, note.
    """
    positions = {
        (table.sheet, column.name): column.position
        for table in reading.read(source, name, layout)
        for column in table.columns
    }
    marks: Marks = {}
    for cell in cells.iter_rows(named=True):
        position = positions.get((cell["sheet"], cell["column"]))
        if position is not None:
            marks.setdefault((cell["sheet"], cell["row"]), {})[position] = cell.get("note") or "see findings"
    rewrite(source, Changes(marks=marks), out, name=name, layout=layout)


def rewrite(source: Path | bytes, changes: Changes, out: Path, *, name: str, layout: Layout) -> None:
    """Write the changed file to `out`: a workbook for workbooks, UTF-8 text for text."""
    (blob, *others) = list(reading.blobs(source, name, layout))
    if others:
        raise refuse("the archive holds several tables", name, "unpack it and take one file at a time")
    kind = reading.kind_of(blob)
    if kind in reading.WORKBOOKS:
        if out.suffix.lower() != ".xlsx":
            raise refuse("a workbook is written as .xlsx", str(out), "choose a name that ends in .xlsx")
        out.write_bytes(_workbook(blob, changes, layout))
    elif kind == "csv":
        _text(blob, changes, out, layout)
    else:
        _table(blob, changes, out, layout, kind)


def _text(blob: Blob, changes: Changes, out: Path, layout: Layout) -> None:
    opened = delimited.open_text(blob, layout)
    sheet = blob.member
    header, changes = _headed(changes, delimited.placed(opened, layout))
    with out.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, delimiter=opened.delimiter.char, lineterminator="\n")
        for row, record in enumerate(opened.records(), start=1):
            cells = _changed(record.cells, sheet, row, changes)
            if cells is not None:
                writer.writerow(cells + _note_cell(sheet, row, header, changes))


def _headed(changes: Changes, layout: Layout) -> tuple[int, Changes]:
    """(the last header row, the changes with those above it), as they stand in this file."""
    return max(layout.header_rows, default=0), replace(changes, headers=frozenset(layout.header_rows[:-1]))


def _changed(cells: list[Any], sheet: str | None, row: int, changes: Changes) -> list[Any] | None:
    if row in changes.rows.get(sheet, ()):
        return None
    if row in changes.blank.get(sheet, ()):
        return [None] * len(cells)
    if changes.cells:
        cells = [None if (sheet, row, at) in changes.cells else cell for at, cell in enumerate(cells, start=1)]
    gone = changes.columns.get(sheet, frozenset())
    if row in changes.headers:
        _carry_labels(cells, gone)
    return [cell for position, cell in enumerate(cells, start=1) if position not in gone]


def _carry_labels(cells: list[Any], gone: frozenset[int]) -> None:
    """A header that spans columns stands in the first of them; if that goes, the next one takes the label over."""
    for position in sorted(gone):
        if position < len(cells) and cells[position - 1] and not cells[position]:
            cells[position] = cells[position - 1]


def _note_cell(sheet: str | None, row: int, header: int, changes: Changes) -> list[str]:
    if not changes.marks:
        return []
    if row == header:
        return [NOTE_HEADER]
    return [_said(changes.marks.get((sheet, row), {}))]


def _said(marks: dict[int, str]) -> str:
    return "; ".join(f"{letters(position)}: {note}" for position, note in sorted(marks.items()))


def _workbook(blob: Blob, changes: Changes, layout: Layout) -> bytes:
    out = io.BytesIO()
    target = writing.workbook(out)
    with workbooks.open_workbook(blob) as book:
        hidden = dict(workbooks.sheets(book))
        for name, unseen in hidden.items():
            if changes.sheets is None or name in changes.sheets:
                sheet = target.add_worksheet(name[:31])
                if unseen:
                    sheet.hide()
                source = book.get_sheet_by_name(name)
                rows = source.to_python(skip_empty_area=False)
                _show_errors(rows, workbook_errors.errors(blob, name, book.sheet_names.index(name)))
                grid = [[None if cell is None else str(cell) or None for cell in row] for row in rows[:MOST_TITLE_ROWS]]
                header, headed = _headed(changes, headers.placed(grid, layout)[0])
                _Copy(target, sheet, name, header, headed).write(rows, source.merged_cell_ranges or [])
    target.close()
    return out.getvalue()


def _show_errors(rows: list[list[Any]], errors: Errors) -> None:
    """A cell that shows an error of the spreadsheet holds its text in the copy, which would hold a blank or 0."""
    for at, spans in errors.items():
        for first, after, told in spans if at < len(rows) else ():
            for column in range(first, min(after, len(rows[at]))):
                rows[at][column] = told


@dataclass(frozen=True)
class _Copy:
    """A sheet being written, and what changes in it."""

    book: Any
    sheet: Any
    name: str
    header: int
    changes: Changes
    styles: dict[tuple[str, bool], Any] = field(default_factory=dict)

    def write(self, rows: list[list[Any]], merged: list[Merged]) -> None:
        """Merged cells first, since merging clears what it covers; then every cell, then the notes."""
        gone_rows = self.changes.rows.get(self.name, frozenset())
        if gone_rows:
            _repeat_labels(rows, merged, min(gone_rows))
            merged = [area for area in merged if area[1][0] + 1 < min(gone_rows)]
        for area in merged:
            self._merge(area)
        at, width = 0, max((len(row) for row in rows), default=0) - len(self._gone)
        for row, cells in enumerate(rows, start=1):
            kept = _changed(cells, self.name, row, self.changes)
            if kept is not None:
                marks = self.changes.marks.get((self.name, row), {})
                for column, cell in enumerate(kept) if marks or kept.count("") < len(kept) else ():
                    self._put(at, column, cell, marks.get(column + 1))
                said = NOTE_HEADER if row == self.header and self.changes.marks else _said(marks)
                if said:
                    self.sheet.write_string(at, width, said)
                at += 1

    @property
    def _gone(self) -> frozenset[int]:
        return self.changes.columns.get(self.name, frozenset())

    def _merge(self, area: Merged) -> None:
        (top, left), (bottom, right) = area
        columns = [column for column in range(left + 1, right + 2) if column not in self._gone]
        cells = len(columns) * (bottom - top + 1)
        if 1 < cells <= MERGED_CELLS:
            start = columns[0] - 1 - sum(column < columns[0] for column in self._gone)
            with contextlib.suppress(OverlappingRange):  # a damaged file; the cells themselves are written anyway
                self.sheet.merge_range(top, start, bottom, start + len(columns) - 1, "")

    def _put(self, row: int, column: int, cell: Any, note: str | None) -> None:
        if cell == "" and note is None:
            return
        value = str(cell) if isinstance(cell, time | timedelta) else None if cell == "" else cell
        writing.put(self.sheet, row, column, value, self._style(cell, note is not None))
        if note:
            self.sheet.write_comment(row, column, note)

    def _style(self, cell: Any, marked: bool) -> Any:
        """The number format that shows a date or a moment, and the colour of a mark; made once for each kind."""
        kind = ""
        if isinstance(cell, datetime) and cell.time() != time():
            kind = "yyyy-mm-dd hh:mm:ss"
        elif isinstance(cell, date):
            kind = "yyyy-mm-dd"
        if not kind and not marked:
            return None
        if (kind, marked) not in self.styles:
            wanted = ({"num_format": kind} if kind else {}) | ({"bg_color": MARK_COLOUR} if marked else {})
            self.styles[kind, marked] = self.book.add_format(wanted)
        return self.styles[kind, marked]


def _repeat_labels(rows: list[list[Any]], merged: list[Merged], first: int) -> None:
    """Where rows go away, a label merged over several rows is repeated, so that none of them loses it."""
    for (top, left), (bottom, _) in merged:
        if bottom + 1 >= first and top < len(rows) and left < len(rows[top]) and isinstance(rows[top][left], str):
            for row in rows[top : bottom + 1]:
                row[left] = rows[top][left]


def _table(blob: Blob, changes: Changes, out: Path, layout: Layout, kind: str) -> None:
    """Parquet and JSON lines: text columns again, without what goes, with the notes if there are any."""
    frames = list(_frames(blob, changes, layout, kind))
    writing.write(pl.concat(frames, how="diagonal"), out, kind)


def _frames(blob: Blob, changes: Changes, layout: Layout, kind: str) -> Iterator[pl.DataFrame]:
    for table in reading.READERS[kind](blob, layout):
        gone = changes.columns.get(table.sheet, frozenset())
        frame = table.frame.filter(~pl.col("__row__").is_in(list(changes.rows.get(table.sheet, frozenset()))))
        if changes.marks:
            notes = [_said(changes.marks.get((table.sheet, row), {})) or None for row in frame["__row__"]]
            frame = frame.with_columns(pl.Series(NOTE_HEADER, notes, dtype=pl.String))
        emptied = {
            column.name: [row for sheet, row, at in changes.cells if (sheet, at) == (table.sheet, column.position)]
            for column in table.columns
        }
        frame = frame.with_columns(
            pl.when(pl.col("__row__").is_in(rows)).then(None).otherwise(pl.col(name)).alias(name)
            for name, rows in emptied.items()
            if rows
        )
        kept = [column.name for column in table.columns if column.position not in gone]
        yield frame.select(*kept, *([NOTE_HEADER] if changes.marks else []))

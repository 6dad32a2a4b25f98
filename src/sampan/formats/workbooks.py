"""XLSX, XLS and ODS: the values that the sheets show, as text. Formulas are never run: the stored result is read.

Row numbers are the sheet's own. Merged labels below the header are repeated to every row they span,
merged numbers are not: repeating them would count them twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from fnmatch import fnmatch
from functools import lru_cache
from typing import Any

import polars as pl
from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from sampan.formats import compound, headers, workbook_errors, workbook_guard
from sampan.formats.blobs import Blob
from sampan.formats.limits import MAX_COLUMNS, MAX_SHEETS, refuse
from sampan.formats.ods_errors import Errors
from sampan.formats.quiet import without_panics
from sampan.model.errors import UserError
from sampan.model.tables import ROW, Column, Layout, RawTable

Grid = list[list[str | None]]
BLANK_ROW: list[str | None] = []  # shared by every blank row of a grid: put another row in its place, never into it
PANIC = "PanicException"  # the reader's own, no kin of Exception: it met what its author held to be impossible
UNREADABLE = (CalamineError, OSError, ValueError, OverflowError, MemoryError)


@dataclass(frozen=True)
class Sheet:
    """One sheet: the cells from A1 on as text, and its merged ranges (first and last cell, counted from 0).

    Blank rows are one shared row without cells, and none stands below the last row that shows anything: a space
    typed in row 1,048,576 costs nothing.
    """

    name: str
    hidden: bool
    grid: Grid
    merged: tuple[tuple[tuple[int, int], tuple[int, int]], ...] = ()


def read(blob: Blob, layout: Layout) -> Iterator[RawTable]:
    """One table for each wanted sheet that has any cell; sheets left out are named in the notes."""
    with open_workbook(blob) as book:
        wanted, notes = wanted_sheets(book, blob, layout)
        found = False
        for name in wanted:
            sheet = load(book, name, blob)
            if all(row.count(None) == len(row) for row in sheet.grid):
                notes.append(f"sheet {name} is empty")
                continue
            found = True
            yield _table(sheet, blob, layout, notes)
        if not found:
            raise refuse("no sheet holds any cell", blob.where, "send the workbook with the data in it")


def open_workbook(blob: Blob) -> CalamineWorkbook:
    """The workbook, after its parts were weighed; UserError when it cannot be opened."""
    workbook_guard.check(blob)
    try:
        if blob.head(len(compound.MAGIC)) == compound.MAGIC:  # of which the reader reads every sheet at once
            with without_panics():
                return _opened(blob)
        return _opened(blob)
    except PasswordError:
        raise workbook_guard.locked(blob) from None
    except UNREADABLE:
        raise _damaged(blob) from None
    except BaseException as slip:
        if type(slip).__name__ != PANIC:
            raise
        raise _damaged(blob) from None


def _opened(blob: Blob) -> CalamineWorkbook:
    if isinstance(blob.source, bytes):
        return CalamineWorkbook.from_filelike(blob.open())
    return CalamineWorkbook.from_path(blob.source)


def _damaged(blob: Blob) -> UserError:
    return refuse(
        "the workbook is damaged or is no workbook", blob.where, "open it, save it as .xlsx and send it again"
    )


def sheets(book: CalamineWorkbook) -> list[tuple[str, bool]]:
    """(name, hidden) of every sheet that can hold cells, in the workbook's order."""
    kinds = (SheetTypeEnum.WorkSheet,)
    listed = [(s.name, s.visible != SheetVisibleEnum.Visible) for s in book.sheets_metadata if s.typ in kinds]
    return listed[:MAX_SHEETS]


def load(book: CalamineWorkbook, name: str, blob: Blob) -> Sheet:
    """All cells of a sheet as text."""
    try:
        sheet = book.get_sheet_by_name(name)
        grid = _grid(sheet, workbook_errors.errors(blob, name, book.sheet_names.index(name)))
        merged = tuple(sheet.merged_cell_ranges or ())
    except UNREADABLE:
        raise refuse(
            "the sheet cannot be read", f"{blob.where}, sheet {name}", "save the workbook as .xlsx and send it again"
        ) from None
    hidden = dict(sheets(book)).get(name, False)
    return Sheet(name, hidden, grid, merged)


def _grid(sheet: CalamineSheet, errors: Errors) -> Grid:
    """The sheet as text from A1 on; cells that show an error hold the error's text."""
    if sheet.start is None:
        return []
    blank = [""] * (sheet.total_width if sheet.end is None else sheet.end[1] - sheet.start[1] + 1)
    before: list[str | None] = [None] * sheet.start[1]
    grid: Grid = []
    shown = 0
    for at, row in enumerate(sheet.iter_rows()):
        if row == blank and at not in errors:
            grid.append(BLANK_ROW)
            continue
        texts = before + _texts(row)
        for first, after, told in errors.get(at, ()) if errors else ():
            for column in range(first, min(after, len(texts))):
                texts[column] = told
        grid.append(texts)
        if texts.count(None) < len(texts):
            shown = len(grid)
    return grid[:shown]


def _texts(row: list[Any]) -> list[str | None]:
    """Texts and numbers are nearly all cells: asked for first, and equal numbers are written once. Spaces are blank."""
    return [
        (None if not cell or cell.isspace() else cell)
        if (kind := type(cell)) is str
        else _number(cell)
        if kind is float
        else text(cell)
        for cell in row
    ]


def text(cell: Any) -> str | None:
    """A cell as a person reads it: dates as ISO text, whole numbers without ".0", blank as None.

    Numbers have the 15 digits that spreadsheets keep, so that 0.1 + 0.2 is "0.3".

    >>> text(12.0), text(date(2025, 3, 1)), text(""), text(True)
    ('12', '2025-03-01', None, 'TRUE')
    """
    return WRITTEN[type(cell)](cell)


@lru_cache(maxsize=1 << 16)
def _number(cell: float) -> str:
    return str(int(cell)) if abs(cell) < 1e15 and cell.is_integer() else repr(float(f"{cell:.15g}"))


def _moment(cell: datetime) -> str:
    return cell.date().isoformat() if cell.time() == time() else cell.isoformat(timespec="seconds")


def _duration(cell: timedelta) -> str:
    seconds = int(cell.total_seconds())
    return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"


WRITTEN: dict[type, Callable[[Any], str | None]] = {
    str: lambda cell: cell or None,
    float: _number,
    int: str,
    bool: lambda cell: "TRUE" if cell else "FALSE",
    datetime: _moment,
    date: date.isoformat,
    time: lambda cell: cell.isoformat(timespec="seconds"),
    timedelta: _duration,
    type(None): lambda _: None,
}  # every type that calamine gives


def wanted_sheets(book: CalamineWorkbook, blob: Blob, layout: Layout) -> tuple[list[str], list[str]]:
    """Names of the sheets that the layout reads, and notes on those that are hidden; UserError if none fits."""
    listed = sheets(book)
    notes = []
    if layout.sheets:
        names = [name for name, _ in listed if any(fnmatch(name, pattern) for pattern in layout.sheets)]
        if not names:
            raise refuse(
                f"no sheet is called {' or '.join(layout.sheets)}",
                blob.where,
                f"sheets found: {', '.join(name for name, _ in listed)}",
            )
    else:
        names = [name for name, hidden in listed if layout.hidden_sheets or not hidden]
        notes = [f"sheet {name} is hidden and was not read" for name, hidden in listed if hidden and name not in names]
    return names, notes


def _table(sheet: Sheet, blob: Blob, layout: Layout, notes: Sequence[str]) -> RawTable:
    layout, moved = headers.placed(sheet.grid, layout)
    deepest, skip = max(layout.header_rows, default=0), layout.skip
    width = max(map(len, sheet.grid))
    where = f"{blob.where}, sheet {sheet.name}"
    if width > MAX_COLUMNS:
        raise refuse(f"there are {width} columns", where, "send the table with one row for each record")
    if len(sheet.grid) < deepest:
        raise refuse(f"header row {deepest} is not there", where, f"rows of the sheet: {len(sheet.grid)}")
    grid = evened(sheet.grid, width)
    filled, remarks = fill_merged(grid, sheet, skip)
    columns = headers.columns([grid[row - 1] for row in layout.header_rows], width, filled=filled)
    frame, kept = _frame(grid[skip:], skip + 1, columns)
    hidden = ("the sheet is hidden",) if sheet.hidden else ()
    above = [sheet.grid[row - 1] for row in layout.title_rows if row <= len(sheet.grid)]
    titles = tuple(cell for row in above for cell in row if cell is not None)
    said = (*notes, *hidden, *moved, *remarks)
    return RawTable(frame, kept, blob.where, sheet.name, said, titles, layout.title_rows)


def evened(grid: Grid, width: int) -> Grid:
    """Every row with cells as wide as the widest; blank rows share one."""
    blank: list[str | None] = [None] * width
    return [row + [None] * (width - len(row)) if row else blank for row in grid]


def fill_merged(grid: Grid, sheet: Sheet, skip: int) -> tuple[bool, list[str]]:
    """Repeat merged cells: all of them in the header, only labels downwards below it."""
    in_header, remarks = False, []
    for (top, left), (bottom, right) in sheet.merged:
        if top >= len(grid) or left >= len(grid[top]) or (value := grid[top][left]) is None:
            continue
        if top < skip:
            in_header = True
            for at in range(top, min(bottom + 1, skip, len(grid))):
                cells = len(grid[at][left : right + 1])
                grid[at] = [*grid[at][:left], *[value] * cells, *grid[at][right + 1 :]]
        elif bottom > top and not _numeric(value):
            for at in range(top, min(bottom + 1, len(grid))):
                grid[at] = [*grid[at][:left], value, *grid[at][left + 1 :]]
            remarks.append(f"a merged label is repeated in rows {top + 1} to {bottom + 1}")
        elif bottom > top:
            remarks.append(f"a merged number in row {top + 1} also spans the rows to {bottom + 1}; it is counted once")
    return in_header, remarks


def _numeric(value: str) -> bool:
    return not any(char.isalpha() for char in value)


def _frame(grid: Grid, first: int, columns: tuple[Column, ...]) -> tuple[pl.DataFrame, tuple[Column, ...]]:
    filled = [at for at, row in enumerate(grid) if row.count(None) < len(row)]
    series = [pl.Series(ROW, [first + at for at in filled], dtype=pl.UInt32)]
    kept = []
    cells = zip(*(grid[at] for at in filled), strict=True) if filled else iter([()] * len(columns))
    for column, texts in zip(columns, cells, strict=True):
        written = pl.Series(column.name, texts, dtype=pl.String)
        if not headers.unnamed(column) or written.null_count() < len(written):
            kept.append(column)
            series.append(written)
    return pl.DataFrame(series), tuple(kept)

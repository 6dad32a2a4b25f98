"""What a file never seen may be: for each sheet its encoding, delimiter, titles, header rows, totals and columns.

Every guess carries its evidence and a confidence below 1 unless the bytes prove it; nothing is decided here.

    for guess in sniff(Path("new.xlsx"), "new.xlsx"):
        guess.sheet, guess.header_rows, guess.columns
"""

from __future__ import annotations

import contextlib
import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from pathlib import Path

from sampan.formats import delimited, headers, reading, tableshape, workbooks
from sampan.formats.blobs import Blob
from sampan.formats.delimiters import Delimiter
from sampan.formats.encodings import Encoding
from sampan.formats.limits import refuse
from sampan.formats.tableshape import Grid, Shape
from sampan.model.errors import UserError
from sampan.model.tables import Layout, RawTable

SAMPLE_ROWS = 500
SAMPLE_TERMS = 50
TOTALS_CELLS = 3  # the word for a total stands in one of the first cells of its row


@dataclass(frozen=True)
class ColumnSample:
    """A column as it would be named, with distinct texts in order of appearance and how full it is."""

    name: str
    header: str
    position: int
    samples: tuple[str, ...]
    filled: int
    rows: int


@dataclass(frozen=True)
class SheetGuess:
    """One sheet or text file. Rows are 1-based; `rows_seen` is how many rows the guess rests on."""

    file: str
    member: str | None
    sheet: str | None
    hidden: bool
    format: str
    encoding: Encoding | None
    delimiter: Delimiter | None
    shape: Shape
    totals_rows: tuple[int, ...]
    columns: tuple[ColumnSample, ...]
    rows_seen: int
    complete: bool  # the sample is the whole sheet

    @property
    def header_rows(self) -> tuple[int, ...]:
        """The likely header rows; empty when the first row already holds data."""
        return self.shape.header_rows

    @property
    def layout(self) -> Layout:
        """The layout that reads this sheet as guessed."""
        return Layout(
            format=self.format,
            member=self.member,
            encoding=self.encoding.name if self.encoding else "auto",
            delimiter=self.delimiter.char if self.delimiter else None,
            sheets=(self.sheet,) if self.sheet and self.format in reading.WORKBOOKS else (),
            header_rows=self.shape.header_rows,
            first_row=self.shape.first_row,
        )


def sniff(source: Path | bytes, name: str) -> list[SheetGuess]:
    """Guesses for every sheet (hidden ones too) and every archive member. UserError when nothing can be opened."""
    guesses = [guess for blob in reading.blobs(source, name, Layout()) for guess in _blob_guesses(blob)]
    if not guesses:
        raise refuse("no sheet can be found", name, "open it, save it as .xlsx and send it again")
    return guesses


def unread(source: Path | bytes, name: str, layout: Layout) -> Iterator[RawTable]:
    """The sheets and members that `read` with this layout leaves out, each as its guess would read it.

    They are kept with the delivery, so the gate must see them too. Members that are no tables are passed over.
    """
    seen = set()
    for blob in reading.blobs(source, name, layout):
        seen.add(blob.member)
        if reading.kind_of(blob) in reading.WORKBOOKS:
            yield from _unread_sheets(blob, layout)
    if layout.member is not None:
        for blob in reading.blobs(source, name, Layout()):
            if blob.member not in seen:
                with contextlib.suppress(UserError):
                    yield from (table for guess in _blob_guesses(blob) for table in _as_guessed(blob, guess))


def _unread_sheets(blob: Blob, layout: Layout) -> Iterator[RawTable]:
    with workbooks.open_workbook(blob) as book:
        wanted, _ = workbooks.wanted_sheets(book, blob, layout)
        left = [(name, hidden) for name, hidden in workbooks.sheets(book) if name not in wanted]
        guesses = [_sheet_guess(blob, "xlsx", workbooks.load(book, name, blob), hidden) for name, hidden in left]
    for guess in guesses:
        yield from _as_guessed(blob, guess)


def _as_guessed(blob: Blob, guess: SheetGuess) -> Iterator[RawTable]:
    if guess.rows_seen:
        yield from reading.READERS[guess.format](blob, guess.layout)


def _blob_guesses(blob: Blob) -> Iterator[SheetGuess]:
    kind = reading.kind_of(blob)
    if kind in reading.WORKBOOKS:
        with workbooks.open_workbook(blob) as book:
            for sheet_name, hidden in workbooks.sheets(book):
                sheet = workbooks.load(book, sheet_name, blob)
                yield _sheet_guess(blob, kind, sheet, hidden)
    elif kind == "csv":
        yield _text_guess(blob)
    else:
        table = next(reading.READERS[kind](blob, Layout(batch_rows=SAMPLE_ROWS)))
        yield _table_guess(blob, kind, table)


def _sheet_guess(blob: Blob, kind: str, sheet: workbooks.Sheet, hidden: bool) -> SheetGuess:
    width = max(map(len, sheet.grid), default=0)
    grid = workbooks.evened([[cell.strip() or None if cell else None for cell in row] for row in sheet.grid], width)
    shape = tableshape.guess(grid[:SAMPLE_ROWS], sheet.merged)
    skip = (shape.first_row or 1) - 1
    filled, _ = workbooks.fill_merged(grid, sheet, skip)
    columns = headers.columns([grid[row - 1] for row in shape.header_rows], width, filled=filled)
    return SheetGuess(
        file=blob.where,
        member=blob.member,
        sheet=sheet.name,
        hidden=hidden,
        format=kind,
        encoding=None,
        delimiter=None,
        shape=shape,
        totals_rows=totals(grid, skip),
        columns=_samples(columns, [row for row in grid[skip:] if any(row)]),
        rows_seen=sum(map(any, grid)),
        complete=True,
    )


def _text_guess(blob: Blob) -> SheetGuess:
    opened = delimited.open_text(blob, Layout())
    records = list(islice(opened.records(), SAMPLE_ROWS + 1))
    complete = len(records) <= SAMPLE_ROWS
    width = max((len(record.cells) for record in records), default=0)
    grid = [
        [cell.strip() or None for cell in record.cells] + [None] * (width - len(record.cells))
        for record in records[:SAMPLE_ROWS]
    ]
    shape = tableshape.guess(grid, ())
    skip = (shape.first_row or 1) - 1
    columns = headers.columns([grid[row - 1] for row in shape.header_rows], width)
    return SheetGuess(
        file=blob.name,
        member=blob.member,
        sheet=None,
        hidden=False,
        format="csv",
        encoding=opened.found,
        delimiter=opened.delimiter,
        shape=shape,
        totals_rows=totals(grid, skip),
        columns=_samples(columns, grid[skip:]),
        rows_seen=len(grid),
        complete=complete,
    )


def _table_guess(blob: Blob, kind: str, table: RawTable) -> SheetGuess:
    grid: Grid = [list(row[1:]) for row in table.frame.iter_rows()]
    return SheetGuess(
        file=blob.name,
        member=blob.member,
        sheet=None,
        hidden=False,
        format=kind,
        encoding=None,
        delimiter=None,
        shape=Shape((), 1, (), 1.0, "the format names its columns"),
        totals_rows=totals(grid, 0),
        columns=_samples(table.columns, grid),
        rows_seen=len(grid),
        complete=len(grid) < SAMPLE_ROWS,
    )


def totals(grid: Grid, skip: int) -> tuple[int, ...]:
    """Rows below the header whose first words are "total" in one of seven languages."""
    rows = []
    for number, row in enumerate(grid[skip:], start=skip + 1):
        words = [cell for cell in row[:TOTALS_CELLS] if cell]
        if any(_plain(word) in totals_words() for word in words):
            rows.append(number)
    return tuple(rows)


@lru_cache(maxsize=1)
def totals_words() -> frozenset[str]:
    """The words of totals.csv, plain."""
    with (Path(__file__).parent / "totals.csv").open(encoding="utf-8", newline="") as file:
        return frozenset(_plain(row["word"]) for row in csv.DictReader(file))


def _plain(word: str) -> str:
    return " ".join(word.casefold().replace("\u200b", "").strip(" :.()*").split())


def _samples(columns: Sequence[headers.Column], grid: Grid) -> tuple[ColumnSample, ...]:
    found = []
    for column in columns:
        cells = [row[column.position - 1] for row in grid]
        terms = tuple(islice(dict.fromkeys(cell for cell in cells if cell), SAMPLE_TERMS))
        if column.header or terms:
            filled = sum(cell is not None for cell in cells)
            found.append(ColumnSample(column.name, column.header, column.position, terms, filled, len(cells)))
    return tuple(found)

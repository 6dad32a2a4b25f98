"""A delivered file before it is bytes: rows of text, and the mistakes made in it, each with its cell."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import PurePath

import xlsxwriter

Row = list[str | int | None]


@dataclass(frozen=True)
class Mistake:
    """One error put into a file on purpose. `row` and `column` (letter) are as a person sees them in the file."""

    file: str
    sheet: str | None
    row: int
    column: int
    kind: str
    was: str | None
    became: str | None


@dataclass
class Sheet:
    """Header rows (None: part of the merged cell on the left) and data rows."""

    name: str | None
    header: list[Row]
    rows: list[Row] = field(default_factory=list)

    def number(self, row: int) -> int:
        """The file's row number of a data row counted from 0."""
        return len(self.header) + row + 1


@dataclass
class File:
    """One file to deliver, on which day, and what is wrong in it."""

    name: str
    source: str
    delivered_on: date
    sheets: list[Sheet]
    mistakes: list[Mistake] = field(default_factory=list)

    def change(self, sheet: Sheet, row: int, column: int, kind: str, to: str | int | None) -> None:
        """Put a mistake into one cell and remember it."""
        was = sheet.rows[row][column]
        if was == to:
            return
        sheet.rows[row][column] = to
        told = (None if was is None else str(was), None if to is None else str(to))
        self.mistakes.append(Mistake(self.name, sheet.name, sheet.number(row), column + 1, kind, *told))


def csv_bytes(sheet: Sheet, *, encoding: str = "utf-8", delimiter: str = ",") -> bytes:
    """One sheet as delimited text with the line ends of a spreadsheet program."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\r\n")
    writer.writerows([["" if cell is None else cell for cell in row] for row in [*sheet.header, *sheet.rows]])
    return text.getvalue().encode(encoding)


def xlsx_bytes(file: File) -> bytes:
    """A workbook whose header cells are merged to the right over the empty cells that follow them."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    book.set_properties({"created": datetime(2025, 1, 1)})  # noqa: DTZ001 - workbooks keep no zone
    style = book.add_format({"bold": True, "align": "center", "border": 1})
    for sheet in file.sheets:
        page = book.add_worksheet(sheet.name)
        for number, row in enumerate(sheet.header):
            _header(page, number, row, style)
        for number, row in enumerate(sheet.rows, start=len(sheet.header)):
            for column, cell in enumerate(row):
                if cell is not None:
                    page.write(number, column, cell)
    book.close()
    return buffer.getvalue()


def _header(page: xlsxwriter.worksheet.Worksheet, number: int, row: Sequence[str | int | None], style: object) -> None:
    for column, cell in enumerate(row):
        last = column
        while last + 1 < len(row) and row[last + 1] is None:
            last += 1
        if cell is None:
            continue
        if last > column:
            page.merge_range(number, column, number, last, cell, style)
        else:
            page.write(number, column, cell, style)


def written(file: File, *, encoding: str = "utf-8") -> bytes:
    """The file's bytes, by the ending of its name."""
    if PurePath(file.name).suffix == ".xlsx":
        return xlsx_bytes(file)
    return csv_bytes(file.sheets[0], encoding=encoding)

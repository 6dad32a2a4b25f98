"""Writes a table of text in a partner's own form: titles, header rows with merged cells, rows, and notes below."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sampan.formats.writing import put, workbook
from sampan.model.errors import UserError
from sampan.model.tables import Layout

JOINED = " / "
ENDINGS = {"csv": ("csv", "txt"), "tsv": ("tsv", "txt"), "xlsx": ("xlsx",)}
NEWER = {"xls": "xlsx", "ods": "xlsx"}  # containers that are only read, and the one their forms are written in


@dataclass(frozen=True)
class Sheet:
    """What goes on one sheet: lines above, headers, rows of text in their order, lines below."""

    name: str
    titles: tuple[str, ...]
    headers: tuple[str, ...]
    rows: list[list[str]]
    below: list[str]
    split: frozenset[str] = frozenset()  # headers that stand over several rows, part by part


def container(layout: Layout, ending: str = "") -> str:
    """What a form of that layout is written as: csv, tsv or xlsx; another word for a layout that we only read."""
    if layout.format == "auto":
        return ending if ending in ENDINGS else "csv"
    return NEWER.get(layout.format, layout.format)


def write_form(sheets: Sequence[Sheet], layout: Layout, out: Path) -> None:
    """Write in the layout's own container and encoding; several sheets only in a workbook.

    UserError if the layout is one that we only read.
    """
    ending = out.suffix.lower().lstrip(".")
    kind = container(layout, ending)
    if ending and kind in ENDINGS and ending not in ENDINGS[kind]:
        raise UserError(
            f"this form is a {kind.upper()} file, not {ending.upper()}",
            where=out.name,
            kept="nothing was written",
            do=f"name it {out.stem}.{kind}",
        )
    if kind in ("csv", "tsv"):
        [sheet] = sheets
        out.write_bytes(_delimited(sheet, layout, kind))
    elif kind == "xlsx":
        with out.open("wb") as handle:
            _workbook(sheets, layout, handle)
    else:
        raise UserError(
            f"files of format {layout.format!r} are read but not written",
            kept="nothing was written",
            do="write CSV or XLSX with --format instead of --as",
        )


def _delimited(sheet: Sheet, layout: Layout, kind: str) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=layout.delimiter or ("\t" if kind == "tsv" else ","))
    for number in range(1, max(layout.header_rows)):
        writer.writerow([sheet.titles[number - 1]] if number <= len(sheet.titles) else [])
    writer.writerow(sheet.headers)
    writer.writerows(sheet.rows)
    if sheet.below:
        writer.writerows([[], *[[line] for line in sheet.below]])
    encoding = "utf-8" if layout.encoding == "auto" else layout.encoding
    return text.getvalue().encode(encoding, errors="namereplace")


def _workbook(sheets: Sequence[Sheet], layout: Layout, handle: Any) -> None:
    book = workbook(handle)
    bold = book.add_format({"bold": True, "align": "center", "valign": "vcenter", "text_wrap": True, "border": 1})
    for sheet in sheets:
        _page(book.add_worksheet(sheet.name[:31]), sheet, layout, bold)
    book.close()


def _page(page: Any, sheet: Sheet, layout: Layout, bold: Any) -> None:
    first, last = min(layout.header_rows) - 1, max(layout.header_rows) - 1
    for number, title in enumerate(sheet.titles[:first]):
        put(page, number, 0, title)
    _headers(page, sheet, first, last, bold)
    for number, row in enumerate(sheet.rows, start=last + 1):
        for column, cell in enumerate(row):
            if cell:
                put(page, number, column, cell)
    for number, line in enumerate(sheet.below, start=last + 2 + len(sheet.rows)):
        put(page, number, 0, line)
    page.freeze_panes(last + 1, 0)


def _headers(page: Any, sheet: Sheet, first: int, last: int, bold: Any) -> None:
    """Whole headers over all header rows; split ones part by part, equal upper parts merged."""
    column = 0
    while column < len(sheet.headers):
        header = sheet.headers[column]
        if header not in sheet.split or first == last:
            _cell(page, first, last, column, column, header, bold)
            column += 1
            continue
        upper = header.split(JOINED)[0]
        end = column
        while (
            end + 1 < len(sheet.headers)
            and sheet.headers[end + 1] in sheet.split
            and sheet.headers[end + 1].split(JOINED)[0] == upper
        ):
            end += 1
        _cell(page, first, first, column, end, upper, bold)
        for position in range(column, end + 1):
            _cell(
                page, first + 1, last, position, position, JOINED.join(sheet.headers[position].split(JOINED)[1:]), bold
            )
        column = end + 1


def _cell(page: Any, top: int, bottom: int, left: int, right: int, text: str, style: Any) -> None:
    if (top, left) == (bottom, right):
        put(page, top, left, text, style)
    else:
        page.merge_range(top, left, bottom, right, text, style)

"""A table pasted out of a spreadsheet becomes a file of its source's own kind, cell for cell, named for what it is.

Spreadsheets put tab-separated text on the clipboard. The cells stay text; nothing is read or changed here. Lines above
the header that were not copied are put back as blank ones, so that rows stand where the source expects them.
"""

from __future__ import annotations

import csv
import io
from datetime import datetime
from pathlib import Path

from sampan.formats.records import records
from sampan.formats.writing import put, workbook
from sampan.model.errors import UserError
from sampan.model.sources import Source

TAB = "\t"
MOST_ROWS = 20_000
_LOOK_FOR_HEADER = 12  # rows


def write(text: str, source: Source, folder: Path, now: datetime) -> Path:
    """Write the pasted cells as a file of the source's kind. UserError if it is not a table or the kind is only read.

    The name says that it was pasted, and when (UTC).
    """
    rows = _rows(text)
    if len(rows) < 2 or max(map(len, rows)) < 2:
        raise UserError(
            "what was pasted is not a table",
            kept="nothing was kept",
            do="copy the cells in the spreadsheet, the header row among them, and paste again",
        )
    if len(rows) > MOST_ROWS:
        raise UserError(f"more than {MOST_ROWS} rows were pasted", kept="nothing was kept", do="send the file itself")
    rows = _placed(rows, source)
    kind = source.layout.format
    stem = f"pasted {now:%Y-%m-%d %H.%M}"
    if kind == "xlsx":
        return _workbook(rows, source, folder / f"{stem}.xlsx")
    if kind in ("auto", "csv", "tsv"):
        ending = "csv" if kind == "csv" else "tsv"
        return _text(rows, source, folder / f"{stem}.{ending}")
    raise UserError(
        f"files of format {kind!r} are read but not written", kept="nothing was kept", do="send the file itself"
    )


def _rows(text: str) -> list[list[str]]:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").strip("\n").split("\n")
    found = [["" if cell is None else str(cell) for cell in one.cells] for one in records(lines, TAB)]
    while found and not any(cell.strip() for cell in found[-1]):
        found.pop()
    return found


def _placed(rows: list[list[str]], source: Source) -> list[list[str]]:
    """The rows with as many blank lines above the header as the source's own files have."""
    wanted = min(source.layout.header_rows, default=1)
    known = _headers(source)
    fits = [sum(" ".join(cell.split()) in known for cell in row) for row in rows[:_LOOK_FOR_HEADER]]
    at = fits.index(max(fits)) + 1 if any(fits) else wanted
    return [[] for _ in range(wanted - at)] + rows


def _headers(source: Source) -> set[str]:
    """Texts that stand in the first header row, as far as the source declares them."""
    declared = [text for spec in source.columns.values() for column in spec.columns for text in column.split("|")]
    first = {" ".join(text.split(" / ", maxsplit=1)[0].split()) for text in [*declared, *source.ignore]}
    return {text for text in first if text and "*" not in text}


def _workbook(rows: list[list[str]], source: Source, path: Path) -> Path:
    named = next((name for name in source.layout.sheets if not set("*?[") & set(name)), "pasted")
    with path.open("wb") as out:
        book = workbook(out)
        sheet = book.add_worksheet(named[:31])
        for at, row in enumerate(rows):
            for column, cell in enumerate(row):
                if cell != "":
                    put(sheet, at, column, cell)
        book.close()
    return path


def _text(rows: list[list[str]], source: Source, path: Path) -> Path:
    delimiter = source.layout.delimiter or ("," if path.suffix == ".csv" else TAB)
    encoding = "utf-8" if source.layout.encoding == "auto" else source.layout.encoding
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter, lineterminator="\n").writerows(rows)
    path.write_bytes(text.getvalue().encode(encoding))
    return path

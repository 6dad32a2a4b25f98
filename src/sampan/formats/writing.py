"""Tables out as CSV, XLSX, Parquet, JSON or JSON lines; the same table gives the same bytes on any day.

Text is never a formula: XLSX cells are typed as text, and in CSV, which has no types, a text that a
spreadsheet would run ("=1+1", "@sum", "+cmd|...") gets an apostrophe in front. Numbers and "-" stay as they are.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any, BinaryIO

import polars as pl
import xlsxwriter

from sampan.model.errors import UserError

FORMATS = ("csv", "xlsx", "parquet", "json", "jsonl")
RUNS = r"^(?:[=@\t\r]|[+-][^0-9., ]|[+-].*[()|!])"  # what spreadsheets take for a formula; "-", "-5" and "+3" are not
MADE = datetime(2000, 1, 1)  # noqa: DTZ001  a workbook's property has no zone; fixed, so that bytes repeat
SHEET_ROWS = 1_048_575
CELL_CHARS = 32_767


def write(frame: pl.DataFrame | Mapping[str, pl.DataFrame], out: Path | BinaryIO, format: str) -> None:
    """Write one table, or for XLSX several by sheet name. UserError for a format we do not write."""
    if format not in FORMATS:
        raise UserError(f"format {format!r} is not written", do=f"choose one of {', '.join(FORMATS)}")
    content = to_bytes(frame, format)
    if isinstance(out, Path):
        out.write_bytes(content)
    else:
        out.write(content)


def to_bytes(frame: pl.DataFrame | Mapping[str, pl.DataFrame], format: str) -> bytes:
    """The same as bytes in memory."""
    if format == "xlsx":
        return _xlsx(frame if isinstance(frame, Mapping) else {"data": frame})
    assert isinstance(frame, pl.DataFrame), "only a workbook holds several tables"
    out = io.BytesIO()
    match format:
        case "csv":
            harmless(frame).write_csv(out)
        case "parquet":
            frame.write_parquet(out, compression="zstd", statistics=True)
        case "json":
            frame.write_json(out)
        case "jsonl":
            frame.write_ndjson(out)
        case _:
            raise AssertionError(format)
    return out.getvalue()


def harmless(frame: pl.DataFrame) -> pl.DataFrame:
    """Text cells that a spreadsheet would run get an apostrophe in front; column names too.

    >>> harmless(pl.DataFrame({"a": ["=1+1", "-", "-5"]}))["a"].to_list()
    ["'=1+1", '-', '-5']
    """
    texts = [name for name, kind in frame.schema.items() if kind in (pl.String, pl.Categorical, pl.Enum)]
    frame = frame.with_columns(_defused(name) for name in texts)
    return frame.rename({name: "'" + name for name in frame.columns if name[:1] in ("=", "@", "+")})


def _defused(name: str) -> pl.Expr:
    cell = pl.col(name).cast(pl.String)
    return pl.when(cell.str.contains(RUNS)).then(pl.concat_str(pl.lit("'"), cell)).otherwise(cell).alias(name)


def workbook(out: BinaryIO) -> xlsxwriter.Workbook:
    """An empty workbook that never guesses what a text is and carries no date of its making."""
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "nan_inf_to_errors": True,
    }
    book = xlsxwriter.Workbook(out, options)
    book.set_properties({"created": MADE})
    return book


def put(sheet: Any, row: int, column: int, cell: Any, style: Any = None) -> None:
    """One cell by its type; text stays text, whatever it begins with. Row and column count from 0."""
    match cell:
        case None:
            sheet.write_blank(row, column, None, style)
        case bool():
            sheet.write_boolean(row, column, cell, style)
        case int() | float():
            sheet.write_number(row, column, cell, style)
        case datetime() | date():
            sheet.write_datetime(row, column, cell.replace(tzinfo=None) if isinstance(cell, datetime) else cell, style)
        case _:
            sheet.write_string(row, column, str(cell)[:CELL_CHARS], style)


def _xlsx(frames: Mapping[str, pl.DataFrame]) -> bytes:
    out = io.BytesIO()
    book = workbook(out)
    bold = book.add_format({"bold": True})
    day, moment = book.add_format({"num_format": "yyyy-mm-dd"}), book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
    for name, frame in frames.items():
        for part, at in enumerate(range(0, max(frame.height, 1), SHEET_ROWS), start=1):
            sheet = book.add_worksheet(_sheet_name(name, part))
            sheet.freeze_panes(1, 0)
            for column, header in enumerate(frame.columns):
                sheet.write_string(0, column, header, bold)
            for row, cells in enumerate(frame.slice(at, SHEET_ROWS).iter_rows(), start=1):
                for column, cell in enumerate(cells):
                    if cell is not None:
                        style = moment if isinstance(cell, datetime) else day if isinstance(cell, date) else None
                        put(sheet, row, column, cell, style)
    book.close()
    return out.getvalue()


def _sheet_name(name: str, part: int) -> str:
    """Sheet names hold at most 31 characters, none of them []:*?/\\ ."""
    ending = f" ({part})" if part > 1 else ""
    clean = "".join("-" if char in "[]:*?/\\'" else char for char in name) or "data"
    return clean[: 31 - len(ending)] + ending

"""Reading and looking beside the bare readers: what it costs that every cell has a row and every file is judged."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import polars as pl
import xlsxwriter
from python_calamine import CalamineWorkbook

from benchmarks.figure import Figure
from benchmarks.linelist import COLUMNS, write
from sampan.formats import read
from sampan.model.sources import Source, Words
from sampan.model.tables import Layout
from sampan.operations.looking import gate_file

ROWS, WORKBOOK_ROWS, ROUNDS = 1_000_000, 100_000, 5
TODAY = date(2026, 3, 1)


def figures() -> Iterator[Figure]:
    """Ratios of medians; every round takes each way once, so that a busy machine is busy for all."""
    with tempfile.TemporaryDirectory() as folder:
        path = write(Path(folder) / "list.csv", ROWS)
        bare, ours, gate, secrets = _medians(
            lambda: pl.read_csv(path, infer_schema=False),
            lambda: [None for _ in read(path, path.name, Layout())],
            lambda: gate_file(_source("TH"), path, on=TODAY),
            lambda: gate_file(_source("VN"), path, on=TODAY),
        )
        note = f"{ROWS:,} rows x {len(COLUMNS)}, median of {ROUNDS}"
        yield Figure("reading a CSV, beside Polars alone", ours / bare, 1.5, note=note)
        yield Figure("the gate, beside Polars reading the CSV", gate / bare, 0.75, note=note)
        yield Figure("the gate where a secrecy class is in force", secrets / bare, 2.5, note=note)
        book = _workbook(Path(folder) / "list.xlsx")
        bare, ours = _medians(
            lambda: CalamineWorkbook.from_path(book).get_sheet_by_index(0).to_python(),
            lambda: [None for _ in read(book, book.name, Layout())],
        )
        yield Figure("reading a workbook, beside calamine alone", ours / bare, 3, note=f"{WORKBOOK_ROWS:,} rows x 20")


def _medians(*ways: Callable[[], object]) -> list[float]:
    taken: list[list[float]] = [[] for _ in ways]
    for _ in range(ROUNDS):
        for way, times in zip(ways, taken, strict=True):
            start = time.perf_counter()
            way()
            times.append(time.perf_counter() - start)
    return [statistics.median(times) for times in taken]


def _source(country: str) -> Source:
    """A source that declares every column, so that the whole file passes."""
    return Source(
        id="bench", title="bench", owner="bench", country=country, kind="cases", practice="", layout=Layout(),
        columns={}, words=Words(), strip=COLUMNS,
    )  # fmt: skip


def _workbook(path: Path) -> Path:
    book = xlsxwriter.Workbook(path, {"constant_memory": True})
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, COLUMNS)
    for row in range(1, WORKBOOK_ROWS + 1):
        for column in range(len(COLUMNS)):
            if column % 2:
                sheet.write_number(row, column, (row * 7 + column) % 1000)
            else:
                sheet.write_string(row, column, f"text {(row * 13 + column) % 900}")
    book.close()
    return path

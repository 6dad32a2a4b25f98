"""Which rows of a table are this source's, which are totals, and a wide table made long.

Nothing is read here; rows are only told apart by the texts the source declares.
"""

from __future__ import annotations

import fnmatch
from dataclasses import dataclass, replace

import polars as pl

from sampan.model.errors import UserError
from sampan.model.sources import Source
from sampan.model.tables import ROW, RawTable

FIGURE = "__figure__"
HEADER = "__header__"
BLANK_SAYS_NOTHING = "not_reported"


@dataclass(frozen=True)
class Shaped:
    """The rows to harmonise, the totals rows beside them, and how many rows were another source's."""

    rows: RawTable
    totals: RawTable | None
    others: int


def shape(table: RawTable, source: Source) -> Shaped:
    """Filter and unpivot as the source declares. UserError if a declared column is absent."""
    frame = table.frame
    mine = _marks(table, source.only_rows)
    others = 0
    if mine is not None:
        others = len(mine) - int(mine.sum())
        frame = frame.filter(mine)
    frame = _without_empty_rows(frame)
    total_rows = None
    marks = _marks(replace(table, frame=frame), source.totals)
    if marks is not None and marks.any():
        total_rows = frame.filter(marks)
        frame = frame.filter(~marks)
    rows = _long(replace(table, frame=frame), source)
    totals = None if total_rows is None else _long(replace(table, frame=total_rows), source)
    return Shaped(rows, totals, others)


def _marks(table: RawTable, wanted: dict[str, tuple[str, ...]]) -> pl.Series | None:
    marks = None
    for column, texts in wanted.items():
        cells = table.take(column).cast(pl.String).str.strip_chars()
        hit = cells.is_in(list(texts)).fill_null(False)
        marks = hit if marks is None else marks & hit
    return marks


def _without_empty_rows(frame: pl.DataFrame) -> pl.DataFrame:
    """Drop rows in which no cell holds anything: they are layout, not data."""
    columns = [name for name in frame.columns if name != ROW]
    if not columns or not frame.height or frame.get_column(columns[0]).null_count() == 0:
        return frame
    return frame.filter(~pl.all_horizontal(pl.col(columns).is_null()))


def _long(table: RawTable, source: Source) -> RawTable:
    if source.wide is None:
        return table
    names = [c.name for c in table.columns]
    figures = [name for name in names if any(fnmatch.fnmatchcase(name, glob) for glob in source.wide.columns)]
    figures = [name for name in figures if name not in _placed(source)]
    if not figures:
        raise UserError(
            "no column matches `wide: columns:`",
            where=table.where(),
            kept="nothing was changed",
            do=f"columns found: {', '.join(names)}",
        )
    table._taken.update(figures)
    index = [name for name in names if name not in figures]
    long = table.frame.unpivot(on=figures, index=[ROW, *index], variable_name=HEADER, value_name=FIGURE)
    long = _without_silent_cells(long, source)
    parts = pl.col(HEADER).str.split(" / ")
    long = long.with_columns(
        [parts.list.get(i, null_on_oob=True).alias(f"__part_{i}__") for i in range(len(source.wide.parts))]
    )
    return replace(table, frame=long)


def _placed(source: Source) -> set[str]:
    named = {column for spec in source.columns.values() for column in spec.columns}
    return named | set(source.ignore) | set(source.strip)


def _without_silent_cells(long: pl.DataFrame, source: Source) -> pl.DataFrame:
    """A blank cell of a wide form says nothing at all, unless the source says what a blank means."""
    figure = pl.col(FIGURE)
    if source.words.silences.get("", BLANK_SAYS_NOTHING) == BLANK_SAYS_NOTHING:
        long = long.filter(figure.is_not_null())
    silent = [text for text, status in source.words.silences.items() if status == BLANK_SAYS_NOTHING and text]
    return long.filter(~figure.str.strip_chars().is_in(silent)) if silent else long

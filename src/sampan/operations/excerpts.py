"""The cells of findings with the rows around them, as the delivered file has them.

An original is opened only with an Entry in the log, once for each delivery however many findings are asked for.
Columns that hold persons are never shown, whatever the file still carries.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from sampan import formats
from sampan.model.sources import Source
from sampan.model.tables import ROW, RawTable
from sampan.operations import homes, observing
from sampan.operations.receiving import Act, original
from sampan.store.home import Store
from sampan.store.models import Delivery

CELLS_SHOWN = 24  # of one finding
AROUND = 1  # rows above and below


@dataclass(frozen=True)
class Excerpt:
    """A part of one sheet: headers, rows by number, and which (row, column position) are the finding's own."""

    sheet: str | None
    headers: tuple[str, ...]
    rows: Mapping[int, Sequence[str | None]]
    here: frozenset[tuple[int, int]]
    positions: tuple[int, ...] = ()  # of the columns in the file; columns of persons are left out between them


def excerpts(store: Store, findings: Sequence[Mapping[str, Any]], act: Act) -> dict[str, list[Excerpt]]:
    """Finding code -> its excerpts. A delivery that was erased gives none."""
    by_delivery: dict[str, list[Mapping[str, Any]]] = {}
    for finding in findings:
        by_delivery.setdefault(finding["delivery"], []).append(finding)
    found: dict[str, list[Excerpt]] = {}
    for code, asked in by_delivery.items():
        delivery = Delivery.objects.get(code=code)
        if delivery.wrapped_key is None:
            continue
        source = homes.source(store, delivery.source)
        with original(store, delivery, act, why="show the cells of findings") as kept:
            tables = list(formats.read(Path(kept), delivery.filename, source.layout))
        for finding in asked:
            cells = observing.cells(store, finding["finding"]).head(CELLS_SHOWN)
            found[finding["finding"]] = [one for table in tables for one in _of_table(table, cells, source)]
    return found


def of_file(source: Source, path: Path, cells: Mapping[str, pl.DataFrame]) -> dict[str, list[Excerpt]]:
    """Excerpts of a file that is not delivered yet, in its sender's own hands: name -> those of its cells."""
    found: dict[str, list[Excerpt]] = {name: [] for name in cells}
    for table in formats.read(path, path.name, source.layout):
        for name, mine in cells.items():
            found[name] += _of_table(table, mine.head(CELLS_SHOWN), source)
    return found


def _of_table(table: RawTable, cells: pl.DataFrame, source: Source) -> list[Excerpt]:
    mine = cells.filter(pl.col("sheet").eq_missing(pl.lit(table.sheet, dtype=pl.String)))
    numbers = table.frame.get_column(ROW)
    mine = mine.filter(pl.col("row").is_in(numbers.to_list()))
    if not mine.height:
        return []
    wanted = {row + step for row in mine["row"].to_list() for step in range(-AROUND, AROUND + 1)}
    shown = [column for column in table.columns if column.name not in source.strip]
    part = table.frame.filter(pl.col(ROW).is_in(sorted(wanted)))
    rows = {row[0]: row[1:] for row in part.select(ROW, *[column.name for column in shown]).iter_rows()}
    place = {column.name: number for number, column in enumerate(shown, start=1)}
    here = {
        (row, place[name])
        for row, names in mine.select("row", "column").iter_rows()
        for name in (names or "").split(" + ")
        if name in place
    }
    return [
        Excerpt(
            table.sheet,
            tuple(column.header for column in shown),
            rows,
            frozenset(here),
            tuple(column.position for column in shown),
        )
    ]

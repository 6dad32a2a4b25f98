"""Parquet: every column as text, in batches; lists and records inside a cell become JSON text."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from sampan.formats import headers
from sampan.formats.blobs import Blob
from sampan.formats.limits import MAX_COLUMNS, refuse
from sampan.model.tables import ROW, Layout, RawTable


def read(blob: Blob, layout: Layout) -> Iterator[RawTable]:
    """The file in batches; row 1 is the first row, as Parquet has no header row."""
    try:
        scan = pl.scan_parquet(blob.source, glob=False)
        schema = scan.collect_schema()
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError):
        raise _damaged(blob) from None
    if len(schema) > MAX_COLUMNS:
        raise refuse(f"there are {len(schema)} columns", blob.where, "send the table with one row for each record")
    columns = headers.columns([list(schema)], len(schema))
    kinds = dict(zip((column.name for column in columns), schema.dtypes(), strict=True))
    scan = scan.rename(dict(zip(schema, kinds, strict=True)))
    texts = scan.select(pl.row_index(ROW).cast(pl.UInt32) + 1, *(_as_text(name, kind) for name, kind in kinds.items()))
    none_yet = True
    try:
        for frame in texts.collect_batches(chunk_size=layout.batch_rows):
            none_yet = False
            yield RawTable(frame, columns, blob.name, blob.member)
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException):
        raise _damaged(blob) from None
    if none_yet:
        empty = pl.DataFrame(schema={ROW: pl.UInt32} | {column.name: pl.String for column in columns})
        yield RawTable(empty, columns, blob.name, blob.member)


def _as_text(name: str, kind: pl.DataType) -> pl.Expr:
    cell = pl.col(name)
    match kind:
        case pl.String():
            words = cell
        case pl.Binary():
            words = cell.bin.encode("hex")
        case pl.Datetime():
            words = cell.dt.strftime("%Y-%m-%dT%H:%M:%S")
            words = pl.when(cell.dt.time() == pl.time(0, 0, 0)).then(cell.dt.strftime("%Y-%m-%d")).otherwise(words)
        case pl.Float64() | pl.Float32():
            whole = cell.is_finite() & (cell == cell.round()) & (cell.abs() < 1e15)
            words = (
                pl.when(whole).then(cell.cast(pl.Int64, strict=False).cast(pl.String)).otherwise(cell.cast(pl.String))
            )
        case pl.Duration():
            words = cell.dt.to_string("iso")
        case pl.List() | pl.Array() | pl.Struct():
            words = pl.struct(value=cell).struct.json_encode()
        case _:
            words = cell.cast(pl.String)
    return pl.when(words.str.len_bytes() > 0).then(words).alias(name)


def _damaged(blob: Blob) -> Exception:
    return refuse("the Parquet file is cut short or damaged", blob.where, "send it again")

"""JSON lines: one object a line; each key is a column, values become text, nested values stay JSON text."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice
from typing import Any

import polars as pl

from sampan.formats import encodings, headers
from sampan.formats.blobs import Blob
from sampan.formats.limits import MAX_COLUMNS, MAX_JSON_DEPTH_BYTES, refuse
from sampan.model.tables import ROW, Layout, RawTable


def read(blob: Blob, layout: Layout) -> Iterator[RawTable]:
    """The file in batches; row numbers are line numbers. A line that is no object is refused by its number."""
    head = blob.head()
    settled = layout.encoding == "auto"
    encoding = encodings.detect(head) if settled else encodings.declared(layout.encoding, head, blob.where)
    note = f"encoding {encoding.name}, confidence {encoding.confidence:.2f} ({encoding.evidence})"
    stream = enumerate(encodings.lines(blob.open(), encoding), start=1)
    found = False
    while batch := list(islice(stream, layout.batch_rows)):
        rows = [(number, _object(line, number, blob)) for number, line in batch if line.strip()]
        if rows:
            found = True
            yield _table(rows, blob, (note,))
    if not found:
        raise refuse("the file is empty", blob.where, "send the file that holds the data")


def _object(line: str, number: int, blob: Blob) -> dict[str, Any]:
    where = f"{blob.where}, row {number}"
    if len(line) > MAX_JSON_DEPTH_BYTES:
        raise refuse("a line of JSON is too long", where, "send one record a line")
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        raise refuse("a line is not valid JSON", where, "send one JSON object a line") from None
    if not isinstance(value, dict):
        raise refuse("a line of JSON is not an object", where, "send one JSON object a line")
    return value


def _table(rows: list[tuple[int, dict[str, Any]]], blob: Blob, notes: tuple[str, ...]) -> RawTable:
    keys = list(dict.fromkeys(key for _, row in rows for key in row))
    if len(keys) > MAX_COLUMNS:
        raise refuse(f"there are {len(keys)} different keys", blob.where, "send records with the same keys")
    columns = headers.columns([keys], len(keys))
    series = [pl.Series(ROW, [number for number, _ in rows], dtype=pl.UInt32)]
    for key, column in zip(keys, columns, strict=True):
        series.append(pl.Series(column.name, [text(row.get(key)) for _, row in rows], dtype=pl.String))
    return RawTable(pl.DataFrame(series), columns, blob.name, blob.member, notes)


def text(value: Any) -> str | None:
    """A JSON value as text; null and "" are blank."""
    match value:
        case None | "":
            return None
        case str():
            return value.encode("utf-8", "backslashreplace").decode()
        case bool():
            return "TRUE" if value else "FALSE"
        case float():
            return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
        case int():
            return json.dumps(value)
        case _:
            return json.dumps(value, ensure_ascii=True, sort_keys=True)

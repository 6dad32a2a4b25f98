"""Cell-level problems as one table: which cell, what could not be read, and whether its record must wait."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from sampan.harmonise.terms import TermColumn
from sampan.model.harmonised import PROBLEMS

TEXT = pl.Categorical()
NONE = pl.DataFrame(schema=PROBLEMS)  # asked for some fifty times in reading a small file


@dataclass(frozen=True)
class Where:
    """The rows a problem may stand in: their numbers, the sheet, and the cases each carries."""

    sheet: str | None
    rows: pl.Series
    cases: pl.Series


def empty() -> pl.DataFrame:
    """No problems."""
    return NONE.clone()


def of_column(
    column: TermColumn, codes: pl.Series, at: Where, *, field: str, header: str | pl.Series, stops: bool, persons: bool
) -> pl.DataFrame:
    """Every row whose term has a problem. `header` is one name or a name for each row."""
    hit = column.problem_rows(codes)
    if not len(hit):
        return empty()
    coded = codes[hit]
    unread = column.attribute(coded, lambda r: r.value is None, pl.Boolean(), name="unread")
    return pl.DataFrame(
        {
            "problem": column.attribute(coded, lambda r: r.problem, TEXT, name="problem"),
            "field": _repeated(field, hit),
            "column": _headers(header, hit),
            "term": _repeated(None, hit)
            if persons
            else column.attribute(coded, lambda r: _shown(r.term), TEXT, name="shown"),
            "candidates": column.attribute(coded, lambda r: "; ".join(r.candidates), TEXT, name="candidates"),
            "sheet": _repeated(at.sheet, hit),
            "row": at.rows[hit],
            "cases": at.cases[hit],
            "stops": unread if stops else of_one(False, pl.Boolean(), len(hit)),
        },
        schema=PROBLEMS,
    )


def of_rows(
    hit: np.ndarray, at: Where, *, problem: str | pl.Series, field: str, header: str | pl.Series, **more: object
) -> pl.DataFrame:
    """Problems that are not one term's: `hit` are positions; `term`, `candidates` and `stops` may be given."""
    if not len(hit):
        return empty()
    term = more.get("term")
    return pl.DataFrame(
        {
            "problem": _headers(problem, hit),
            "field": _repeated(field, hit),
            "column": _headers(header, hit),
            "term": _headers(term, hit) if isinstance(term, pl.Series | str) else _repeated(None, hit),
            "candidates": _repeated(str(more.get("candidates", "")), hit),
            "sheet": _repeated(at.sheet, hit),
            "row": at.rows[hit],
            "cases": at.cases[hit],
            "stops": of_one(bool(more.get("stops", False)), pl.Boolean(), len(hit)),
        },
        schema=PROBLEMS,
    )


def but_rows(found: pl.DataFrame, at: Where, positions: Sequence[int]) -> pl.DataFrame:
    """The problems without those of these rows (wide tables: without those of these rows' sheet rows)."""
    if not positions or not found.height:
        return found
    return found.filter(~pl.col("row").is_in(at.rows.gather(list(positions)).implode()))


def together(parts: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """All problems of one table."""
    filled = [part for part in parts if part.height]
    return pl.concat(filled) if filled else empty()


def _headers(header: str | pl.Series, hit: np.ndarray) -> pl.Series:
    if isinstance(header, pl.Series):
        return header[hit].cast(pl.String).cast(TEXT)
    return _repeated(header, hit)


def of_one(value: object, dtype: pl.DataType, height: int) -> pl.Series:
    """One value for every row (`pl.repeat` plans a query, which waits for those that read the file)."""
    return pl.Series([value], dtype=dtype).new_from_index(0, height)


def _repeated(text: str | None, hit: np.ndarray) -> pl.Series:
    return of_one(text, TEXT, len(hit))


def _shown(term: str | None) -> str | None:
    """Several columns read as one term are shown with a bar between them."""
    return None if term is None else term.replace("\x1f", " | ")[:500]

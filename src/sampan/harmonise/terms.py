"""Reads the distinct terms of a column once and spreads the readings over its rows by integer code.

A `Column` lives as long as one delivery, so that a term met in the first batch is not read again in
the fortieth. Example: dates of a million rows are some thousand distinct texts.
Codes are looked up as `series[codes]`: four times as fast as `series.gather(codes)`, which plans a query each time.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence

import numpy as np
import polars as pl

from sampan.model.tables import Reading

Reader = Callable[[list[str | None]], Sequence[Reading]]
_names = itertools.count()  # Polars keeps one pool of codes for each name; ours must not be shared


class TermColumn:
    """The readings of one field's terms, by code. `dtype` is what a reading's value is stored as."""

    def __init__(self, reader: Reader, dtype: pl.DataType) -> None:
        self.reader, self.dtype = reader, dtype
        self._pool = pl.Categorical(pl.Categories(f"terms-{next(_names)}", "sampan"))
        # Polars forgets a pool, and begins its codes anew, as soon as no series uses it: this one always does
        self._anchor = pl.Series([None], dtype=self._pool)
        self.readings: list[Reading] = []
        self._values: pl.Series | None = None
        self._problem_codes: np.ndarray | None = None
        self._attributes: dict[str, pl.Series] = {}
        self._texts = pl.Series([], dtype=pl.Categorical)

    def coded(self, column: str) -> pl.Expr:
        """The expression that codes a column of texts; several fields coded in one `select` share the processors."""
        return pl.col(column).cast(self._pool)

    def codes(self, terms: pl.Series) -> pl.Series:
        """UInt32 codes of the terms (null for blank cells); new terms are read on the way."""
        coded = terms if terms.dtype == self._pool else terms.cast(self._pool)
        physical = coded.to_physical()
        top = physical.max()
        if top is not None and int(top) >= len(self.readings):  # type: ignore[arg-type]  # UInt32 codes compare as int
            self._learn(coded, physical)
        return physical

    def _learn(self, coded: pl.Series, codes: pl.Series) -> None:
        known = len(self.readings)
        rows = (codes >= known).arg_true()
        rows = rows[codes[rows].arg_unique()]
        fresh = pl.DataFrame({"code": codes[rows], "term": coded[rows].cast(pl.String)}).sort("code")
        found = list(self.reader(fresh.get_column("term").to_list()))
        assert len(found) == fresh.height, (len(found), fresh.height)
        self._texts.append(_texts_by_code(fresh, known))
        by_code: list[Reading] = [Reading(None)] * (int(fresh.get_column("code").max()) + 1 - known)  # type: ignore[arg-type]  # never empty here
        for code, reading in zip(fresh.get_column("code").to_list(), found, strict=True):
            by_code[code - known] = reading
        self.readings.extend(by_code)
        self._values = self._problem_codes = None

    def texts(self, codes: pl.Series) -> pl.Series:
        """The terms as they came, as Categorical: a column of few different texts is small and quick to keep."""
        return self._texts[codes]

    def values(self, codes: pl.Series) -> pl.Series:
        """The readings' values spread over the rows; null where blank or unreadable."""
        if self._values is None:
            self._values = pl.Series([reading.value for reading in self.readings], dtype=self.dtype)
        if not len(self._values):
            return pl.Series([None] * len(codes), dtype=self.dtype)
        return self._values[codes]

    def attribute(
        self, codes: pl.Series, get: Callable[[Reading], object], dtype: pl.DataType, *, name: str | None = None
    ) -> pl.Series:
        """Anything else a reading carries, spread over the rows; worked out once for each `name` and set of terms."""
        if not self.readings:
            return pl.Series([None] * len(codes), dtype=dtype)
        known = self._attributes.get(name) if name else None
        if known is None or len(known) != len(self.readings):
            known = pl.Series([get(reading) for reading in self.readings], dtype=dtype)
            if name:
                self._attributes[name] = known
        return known[codes]

    def rows_with(self, codes: pl.Series, problem: str) -> np.ndarray:
        """Positions (int64) of the rows whose term has just this problem."""
        hit = self.problem_rows(codes)
        told = self.attribute(codes[hit], lambda r: r.problem, pl.String())
        return hit[(told == problem).to_numpy()] if len(hit) else hit

    def problem_rows(self, codes: pl.Series) -> np.ndarray:
        """Positions (int64) of the rows whose term has a problem; usually few."""
        if self._problem_codes is None:
            self._problem_codes = np.array([reading.problem is not None for reading in self.readings], dtype=bool)
        if not self._problem_codes.any():
            return np.empty(0, dtype=np.int64)
        filled = codes.fill_null(0).to_numpy()
        hit = self._problem_codes.take(filled)
        if codes.null_count():
            hit &= codes.is_not_null().to_numpy()
        return np.flatnonzero(hit)


def _texts_by_code(fresh: pl.DataFrame, known: int) -> pl.Series:
    """The new terms, each in the place of its code; null where a code has no term."""
    top = int(fresh.get_column("code").max())  # type: ignore[arg-type]  # never empty here
    places = (fresh.get_column("code") - known).cast(pl.UInt32)
    empty = pl.Series([None], dtype=pl.Categorical).new_from_index(0, top + 1 - known)
    return empty.scatter(places, fresh.get_column("term").cast(pl.Categorical))

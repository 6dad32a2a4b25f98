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
            self._learn(coded, physical, int(top))  # type: ignore[arg-type]  # as above
        return physical

    def _learn(self, coded: pl.Series, codes: pl.Series, top: int) -> None:
        """Read the terms of the codes that are not known yet, in the order of their codes."""
        known = len(self.readings)
        numbers, blank = plain(codes)
        rows = np.flatnonzero(numbers >= known if blank is None else (numbers >= known) & ~blank)
        said_in = np.full(top + 1 - known, -1, dtype=np.int64)  # by code from the first unknown one: a row that says it
        said_in[numbers[rows] - known] = rows
        fresh = np.flatnonzero(said_in >= 0)
        terms = coded[said_in[fresh]].cast(pl.String)
        found = list(self.reader(terms.to_list()))
        assert len(found) == len(fresh), (len(found), len(fresh))
        unsaid = pl.Series([None], dtype=pl.Categorical).new_from_index(0, len(said_in))
        self._texts.append(unsaid.scatter(fresh, terms.cast(pl.Categorical)))
        by_code: list[Reading] = [Reading(None)] * len(said_in)
        for place, reading in zip(fresh.tolist(), found, strict=True):
            by_code[place] = reading
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
        numbers, blank = plain(codes)
        hit = self._problem_codes.take(numbers)
        return np.flatnonzero(hit if blank is None else hit & ~blank)


def plain(codes: pl.Series) -> tuple[np.ndarray, np.ndarray | None]:
    """UInt32 codes as numbers, 0 where blank, and where they are blank (None: nowhere).

    Not by `fill_null` and `is_null`: those plan a query each, which waits for the processors that read the file.
    """
    if not codes.null_count():
        return codes.to_numpy(), None
    numbers = codes.to_numpy()  # as float64, with NaN for null
    blank = np.isnan(numbers)
    return np.where(blank, 0, numbers).astype(np.uint32), blank

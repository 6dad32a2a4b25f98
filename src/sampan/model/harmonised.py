"""What harmonising gives, and what the checks are given: plain tables and the source's declaration.

`problems` holds one row for each cell that could not be read; the checks group them into findings.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

import polars as pl

from sampan.model.sources import Source

# texts are Categorical: a long list says few different things half a million times, and is grouped by their codes
PROBLEMS: dict[str, Any] = {
    "problem": pl.Categorical,  # the reading's fixed word, e.g. "unmapped", "impossible-date"
    "field": pl.Categorical,  # place, condition, period, value, onset_date ...
    "column": pl.Categorical,  # header as it came
    "term": pl.Categorical,  # the raw text; null when the column holds persons
    "candidates": pl.Categorical,  # what it could be, joined by "; "
    "sheet": pl.Categorical,
    "row": pl.UInt32,
    "cases": pl.Int64,  # cases the row carries (null when the figure itself is unreadable)
    "stops": pl.Boolean,  # True: the record is set aside until it is settled
}


@dataclass(frozen=True)
class Balance:
    """rows in = observed + set aside + repeated, in rows and in cases. A wide table counts its filled cells."""

    rows_in: int = 0
    observed: int = 0
    set_aside: int = 0
    repeated: int = 0
    cases_in: int = 0
    cases_observed: int = 0
    cases_set_aside: int = 0
    cases_repeated: int = 0
    rows_of_others: int = 0  # rows of the file that belong to another source
    totals_rows: int = 0  # rows the file itself calls totals; compared, never counted
    rows_not_reported: int = 0  # rows of a long table that say that nothing was reported: no figure is made of them
    retracted: int = 0  # figures of before that a snapshot no longer says, and so takes back

    def __add__(self, other: Balance) -> Balance:
        return Balance(**{name: value + getattr(other, name) for name, value in vars(self).items()})

    def adds_up(self) -> bool:
        """True if nothing was lost or doubled."""
        rows = self.observed + self.set_aside + self.repeated
        cases = self.cases_observed + self.cases_set_aside + self.cases_repeated
        return rows == self.rows_in and cases == self.cases_in


@dataclass(frozen=True)
class Harmonised:
    """One table after harmonising. `table` has the OBSERVATION or CASE columns but for the delivery's own."""

    table: pl.DataFrame
    set_aside: pl.DataFrame  # sheet, row, column, cases; of aggregates also the key as far as it was read
    problems: pl.DataFrame  # schema PROBLEMS
    balance: Balance
    totals: pl.DataFrame | None = None  # totals rows, harmonised as far as they could be
    untaken: tuple[str, ...] = ()  # columns nobody took
    silent: pl.DataFrame | None = None  # keys of a snapshot's cells that say nothing: it covers them all the same


@dataclass(frozen=True)
class Checked:
    """What every check is given. `history` is what this source said before, `beside` what other sources say."""

    source: Source
    table: pl.DataFrame
    problems: pl.DataFrame
    history: pl.DataFrame
    beside: pl.DataFrame
    totals: pl.DataFrame | None
    set_aside: pl.DataFrame
    received_on: date
    balance: Balance = field(default_factory=Balance)
    facts: dict[str, Any] = field(default_factory=dict)

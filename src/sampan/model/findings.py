"""A finding is a problem, not a cell: one for each rule, column and distinct term or pattern.

Its cells are a table beside the observations, so a million bad cells are still one line to read.
`term` may be shown to the owner; it never comes from a column that holds persons.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

import polars as pl

Severity = Literal["stop", "ask", "note"]
# stop: the cells are set aside until it is settled; ask: kept as observed, an answer is wanted;
# note: told, nothing waits

CELLS_SCHEMA: dict[str, Any] = {"sheet": pl.String, "row": pl.UInt32, "column": pl.String}


@dataclass(frozen=True)
class Finding:
    """One problem of one delivery, with its cells and its share of the rows and cases."""

    rule: str  # the check's id, e.g. "unmapped-term"
    severity: Severity
    column: str | None
    term: str | None  # the distinct raw term or the pattern
    count: int  # cells
    cases: int  # cases those rows carry
    facts: dict[str, Any] = field(default_factory=dict)  # what fills the check's sentence
    cells: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=CELLS_SCHEMA), compare=False, repr=False)
    reasons: tuple[str, ...] = ()  # legitimate reasons on offer, by id

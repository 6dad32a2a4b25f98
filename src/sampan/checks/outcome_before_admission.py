"""A case that left, recovered or died before it was admitted."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from sampan.checks.rule import Check, from_rows
from sampan.model.findings import Finding
from sampan.model.harmonised import Checked

REASONS = (("second-stay", "admitted again after an earlier stay ended"),)


def look(checked: Checked) -> Iterable[Finding]:
    """One finding for the column of outcomes."""
    rows = checked.table.filter(pl.col("outcome_date") < pl.col("admission_date"))
    if rows.height:
        yield from_rows(
            rows, rule="outcome-before-admission", severity="ask", column="outcome_date", field="outcome_date"
        )


CHECK = Check(
    id="outcome-before-admission",
    title="Left before being admitted",
    explanation="The day of discharge, recovery or death lies before the day of admission. One of the two is wrong, "
    "or the list mixes two stays.",
    remedy="Correct the day, or tell us the reason.",
    severity="ask",
    look=look,
    kinds=("cases",),
    reasons=REASONS,
)

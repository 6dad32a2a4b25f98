"""A period that had not begun when the file came."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from sampan.checks.rule import Check, from_rows
from sampan.model.findings import Finding
from sampan.model.harmonised import Checked


def look(checked: Checked) -> Iterable[Finding]:
    """One finding for all rows about days to come."""
    rows = checked.table.filter(pl.col("period_start") > checked.received_on)
    return [from_rows(rows, rule="future-period", severity="stop", term=None)] if rows.height else []


CHECK = Check(
    id="future-period",
    title="A period still to come",
    explanation="These rows count persons in a week or month that had not begun when the file arrived.",
    remedy="Correct the period and send the file again; often it is a slip in the year.",
    severity="stop",
    look=look,
    kinds=("aggregate",),
)

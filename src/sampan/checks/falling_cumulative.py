"""A running total that goes down."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from sampan.checks.rule import STRATA, Check, from_rows
from sampan.model.findings import Finding
from sampan.model.harmonised import Checked

SERIES = ["unit", "condition", "measure", "classification", *STRATA]
REASONS = (("discarded", "cases were discarded"), ("new-year", "the count began anew"))


def look(checked: Checked) -> Iterable[Finding]:
    """One finding for each condition."""
    rows = checked.table.filter((pl.col("accumulation") == "cumulative") & pl.col("value").is_not_null())
    before = pl.col("value").shift(1).over(SERIES, order_by="period_end")
    for (condition,), group in rows.filter(pl.col("value") < before).group_by(["condition"], maintain_order=True):
        yield from_rows(
            group, rule="falling-cumulative", severity="ask", term=str(condition), reasons=[r for r, _ in REASONS]
        )


CHECK = Check(
    id="falling-cumulative",
    title="A running total that falls",
    explanation="A count since the beginning of the year or the outbreak is lower than the one before it.",
    remedy="Correct the figure, or choose the reason.",
    severity="ask",
    look=look,
    about="condition",
    kinds=("aggregate",),
    reasons=REASONS,
)

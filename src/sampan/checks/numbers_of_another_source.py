"""Figures that are another source's figures, delivered as if they were independent."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from sampan.checks.rule import Check, from_rows
from sampan.model.findings import Finding
from sampan.model.harmonised import Checked

KEY = ["unit", "period_start", "period_end", "condition", "measure"]
LEAST_SHARED, LEAST_DISTINCT, SAME_SHARE = 20, 8, 0.95


def look(checked: Checked) -> Iterable[Finding]:
    """One finding for each other source with which nearly all shared positive figures are equal."""
    mine = checked.table.filter(pl.col("value") > 0)
    theirs = checked.beside.filter(pl.col("value") > 0).select(
        [*KEY, pl.col("value").alias("_theirs"), pl.col("source").alias("_source")]
    )
    shared = mine.join(theirs.unique([*KEY, "_source"]), on=KEY, how="inner")
    for (source,), group in shared.group_by(["_source"], maintain_order=True):
        same = group.filter(pl.col("value") == pl.col("_theirs"))
        enough = group.height >= LEAST_SHARED and same.get_column("value").n_unique() >= LEAST_DISTINCT
        if enough and same.height >= SAME_SHARE * group.height:
            yield from_rows(
                same, rule="numbers-of-another-source", severity="ask", term=str(source), shared=group.height
            )


CHECK = Check(
    id="numbers-of-another-source",
    title="The same numbers as another source",
    explanation="Nearly all of these figures are equal to those of another source. Two sources that copy one another "
    "are one source, and must not be taken as confirming each other.",
    remedy="Tell us whether one is made from the other.",
    severity="ask",
    look=look,
    about="source",
    kinds=("aggregate",),
    reasons=(("same-origin", "both come from the same register"), ("chance", "they are independent")),
)

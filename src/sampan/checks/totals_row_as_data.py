"""A row that is the sum of all the others: a totals row taken for a place."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from sampan.checks.rule import Check, from_rows
from sampan.model.findings import Finding
from sampan.model.harmonised import Checked

GROUP = ["sheet", "period_start", "period_end", "condition", "measure", "classification", "sex", "age_from", "age_to"]
LEAST_ROWS = 4


def look(checked: Checked) -> Iterable[Finding]:
    """One finding for each place name whose every positive figure is the sum of all other rows.

    A name that the owner's crosswalk has a line for is what that line says, and is not asked about again.
    """
    said = checked.source.crosswalk_for("place")
    rows = checked.table.filter(pl.col("value").is_not_null())
    rows = rows.with_columns(pl.col("value").sum().over(GROUP).alias("_sum"), pl.len().over(GROUP).alias("_n"))
    rows = rows.filter((pl.col("_n") >= LEAST_ROWS) & (pl.col("_sum") > 0))
    if not rows.height:
        return
    told = rows.group_by("place_raw", maintain_order=True).agg(
        ((pl.col("value") * 2) == pl.col("_sum")).all().alias("_all"), (pl.col("value") > 0).sum().alias("_positive")
    )
    for name in told.filter(pl.col("_all") & (pl.col("_positive") >= 2)).get_column("place_raw"):
        if name not in said:
            hit = rows.filter(pl.col("place_raw") == name)
            yield from_rows(hit, rule="totals-row-as-data", severity="stop", term=str(name), field="place")


CHECK = Check(
    id="totals-row-as-data",
    title="A totals row counted as a place?",
    explanation="Every figure of this row is the sum of all the other rows. Counting it would double everything.",
    remedy="Say that the row is a total, or that it is a place after all.",
    severity="stop",
    look=look,
    kinds=("aggregate",),
)

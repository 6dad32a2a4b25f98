"""A series in which the way of counting changes on the way."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from sampan.checks.rule import Check, from_rows
from sampan.model.findings import Finding
from sampan.model.harmonised import Checked

SERIES = ["unit", "condition", "measure", "period_kind"]


def look(checked: Checked) -> Iterable[Finding]:
    """One finding for each change of practice or class, with the rows after the change.

    Classes told side by side are no change: a period changes if it shares no way of counting with the one before.
    """
    rows = checked.table.filter(pl.col("value").is_not_null())
    rows = rows.with_columns(pl.concat_str(["practice", "classification"], separator=", ").alias("_way"))
    period = [*SERIES, "period_start"]
    ways = rows.group_by(period).agg(pl.col("_way").unique().sort().alias("_ways")).sort(period)
    ways = ways.with_columns(pl.col("_ways").shift(1).over(SERIES).alias("_before"))
    ways = ways.filter(pl.col("_before").is_not_null())
    ways = ways.filter(pl.col("_ways").list.set_intersection("_before").list.len() == 0)
    changed = rows.join(ways.select(*period, pl.col("_before").list.join(" / ")), on=period, maintain_order="left")
    for (before, after), group in changed.group_by(["_before", "_way"], maintain_order=True):
        yield from_rows(group, rule="definition-change", severity="note", term=f"{before} -> {after}")


CHECK = Check(
    id="definition-change",
    title="The way of counting changed",
    explanation="Within one series the case definition or class changes. "
    "The figures before and after are not one line; "
    "every chart shows a break mark between them.",
    remedy="Nothing waits. If the change is only one of words, tell us.",
    severity="note",
    look=look,
    about="ways",
    kinds=("aggregate",),
)

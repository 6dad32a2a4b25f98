"""A series in which the way of counting changes on the way."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from sampan.checks.rule import Check, from_rows
from sampan.model.findings import Finding
from sampan.model.harmonised import Checked

SERIES = ["unit", "condition", "measure", "period_kind"]


def look(checked: Checked) -> Iterable[Finding]:
    """One finding for each change of practice or class, with the rows after the change."""
    rows = checked.table.filter(pl.col("value").is_not_null()).sort([*SERIES, "period_start"])
    way = pl.concat_str(["practice", "classification"], separator=", ")
    rows = rows.with_columns(way.alias("_way")).with_columns(pl.col("_way").shift(1).over(SERIES).alias("_before"))
    changed = rows.filter(pl.col("_before").is_not_null() & (pl.col("_before") != pl.col("_way")))
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
    kinds=("aggregate",),
)

"""Two names in one file that we take for one unit, both with figures for the same time."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from sampan.checks.rule import Check, from_rows
from sampan.model.findings import Finding
from sampan.model.harmonised import Checked

KEY = ["unit", "period_start", "period_end", "condition", "measure", "classification", "sex", "age_from", "age_to"]


def look(checked: Checked) -> Iterable[Finding]:
    """One finding for each unit that two names share in a period."""
    again = checked.facts.get("repeated_rows")
    rows = (
        checked.table
        if not isinstance(again, pl.DataFrame)
        else pl.concat([checked.table, again.select(checked.table.columns)])
    )
    shared = rows.group_by(KEY).agg(pl.col("place_raw").n_unique().alias("_names")).filter(pl.col("_names") > 1)
    hit = rows.join(shared.select(KEY), on=KEY, how="semi", nulls_equal=True)
    for (unit,), group in hit.group_by(["unit"], maintain_order=True):
        names = group.get_column("place_raw").unique().sort().to_list()
        yield from_rows(
            group, rule="two-names-one-unit", severity="ask", term=" / ".join(map(str, names)), unit=str(unit)
        )


CHECK = Check(
    id="two-names-one-unit",
    title="Two names for one unit",
    explanation="Two names of your file lead to one unit, and both have figures for the same time. "
    "They may be two units under one code. Nothing is added up.",
    remedy="Say which unit each name is.",
    severity="ask",
    look=look,
    kinds=("aggregate",),
)

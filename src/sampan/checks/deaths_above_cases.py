"""More deaths than cases for one place, period and condition."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from sampan.checks.rule import Check, from_rows
from sampan.model.findings import Finding
from sampan.model.harmonised import Checked

KEY = ["unit", "period_start", "period_end", "condition", "classification", "sex", "age_from", "age_to"]
REASONS = (("earlier-cases", "deaths of cases reported earlier"), ("elsewhere", "cases were counted elsewhere"))


def look(checked: Checked) -> Iterable[Finding]:
    """One finding for each condition; deaths of a class, sex or age without cases of its own are held against all."""
    cases = checked.table.filter(pl.col("measure") == "cases")
    deaths = checked.table.filter(pl.col("measure") == "deaths")
    own = deaths.join(_sum(cases, KEY), on=KEY, how="inner", nulls_equal=True)
    whole = [name for name in KEY if name != "classification"]
    rest = deaths.join(cases.select(KEY).unique(), on=KEY, how="anti", nulls_equal=True)
    by_group = rest.join(_sum(cases, whole), on=whole, how="inner", nulls_equal=True)
    rest = rest.join(cases.select(whole).unique(), on=whole, how="anti", nulls_equal=True)
    undivided = cases.filter(
        (pl.col("sex").is_null() | (pl.col("sex") == "all")) & pl.col("age_from").is_null() & pl.col("age_to").is_null()
    )
    every = [name for name in whole if name not in ("sex", "age_from", "age_to")]
    rows = pl.concat([own, by_group, rest.join(_sum(undivided, every), on=every, how="inner", nulls_equal=True)])
    rows = rows.filter(pl.col("value") > pl.col("_cases"))
    for (condition,), group in rows.group_by(["condition"], maintain_order=True):
        yield from_rows(
            group, rule="deaths-above-cases", severity="ask", term=str(condition), reasons=[r for r, _ in REASONS]
        )


def _sum(cases: pl.DataFrame, key: list[str]) -> pl.DataFrame:
    """Cases by key; a key with a figure that nobody knows has no sum."""
    told = cases.group_by(key).agg(pl.col("value").sum().alias("_cases"), pl.col("value").null_count().alias("_gaps"))
    return told.filter(pl.col("_gaps") == 0).drop("_gaps")


CHECK = Check(
    id="deaths-above-cases",
    title="More deaths than cases",
    explanation="In these rows the deaths outnumber the cases of the same place and period.",
    remedy="Correct the figure, or choose the reason: the deaths may belong to cases reported earlier.",
    severity="ask",
    look=look,
    about="condition",
    kinds=("aggregate",),
    reasons=REASONS,
)

"""Provinces that add up to more than their own country's figure, or to less when all of them reported."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from sampan.checks.rule import STRATA, Check, from_rows
from sampan.model.findings import Finding
from sampan.model.harmonised import Checked
from sampan.vocab import places

KEY = ["period_start", "period_end", "condition", "measure", "classification", *STRATA]
REASONS = (("no-province", "cases without a known province"), ("residents", "residents of another country or province"))


def look(checked: Checked) -> Iterable[Finding]:
    """One finding for the national rows that the provinces contradict."""
    country = checked.source.country
    national = checked.table.filter(pl.col("unit").str.starts_with(f"{country}@") & pl.col("value").is_not_null())
    if not national.height:
        return
    levels = _levels(checked)
    first = checked.table.join(levels.filter(pl.col("level") == 1), on="unit", how="semi")
    sums = first.group_by(KEY).agg(
        pl.col("value").sum().alias("_sum"),
        pl.col("unit").n_unique().alias("_units"),
        pl.col("value").null_count().alias("_silent"),
    )
    both = national.join(sums, on=KEY, how="inner", nulls_equal=True)
    all_units = max(1, len(places.registry(*checked.source.gazetteer).units(country, level=1)))
    wrong = both.filter(
        (pl.col("_sum") > pl.col("value"))
        | ((pl.col("_sum") < pl.col("value")) & (pl.col("_units") >= all_units) & (pl.col("_silent") == 0))
    )
    if wrong.height:
        yield from_rows(wrong, rule="provinces-against-country", severity="ask", reasons=[r for r, _ in REASONS])


def _levels(checked: Checked) -> pl.DataFrame:
    units = places.registry(*checked.source.gazetteer).units(checked.source.country)
    return pl.DataFrame(
        {"unit": [u.id for u in units], "level": [u.level for u in units]},
        schema={"unit": pl.String, "level": pl.Int64},
    )


CHECK = Check(
    id="provinces-against-country",
    title="The provinces and the country disagree",
    explanation="For the same period the provinces add up to more than the national figure, "
    "or to less although all reported.",
    remedy="Correct the figure, or choose the reason: some cases may have no known province.",
    severity="ask",
    look=look,
    kinds=("aggregate",),
    reasons=REASONS,
)

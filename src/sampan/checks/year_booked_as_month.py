"""A month that holds what looks like the whole year."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from sampan.checks.rule import STRATA, Check, from_rows
from sampan.model.findings import Finding
from sampan.model.harmonised import Checked

SERIES = ["unit", "condition", "measure", "classification", *STRATA]
LEAST, TIMES = 24, 3


def look(checked: Checked) -> Iterable[Finding]:
    """One finding for each month that equals its year's figure, or outweighs all other months of a full year."""
    rows = checked.table.filter((pl.col("measure") == "cases") & pl.col("value").is_not_null())
    rows = rows.with_columns(pl.col("period_start").dt.year().alias("_year"))
    months = rows.filter(pl.col("period_kind") == "month")
    years = rows.filter(pl.col("period_kind") == "year").select([*SERIES, "_year", pl.col("value").alias("_whole")])
    sums = months.with_columns(
        pl.col("value").sum().over([*SERIES, "_year"]).alias("_sum"), pl.len().over([*SERIES, "_year"]).alias("_n")
    )
    rest = pl.col("_sum") - pl.col("value")
    outweighs = (pl.col("_n") >= 11) & (rest > 0) & (pl.col("value") > TIMES * rest)
    known = sums.join(years.unique([*SERIES, "_year"]), on=[*SERIES, "_year"], how="left", nulls_equal=True)
    equals = ((pl.col("value") == pl.col("_whole")) & (rest > 0)).fill_null(False)
    wrong = known.filter((pl.col("value") >= LEAST) & (outweighs | equals))
    if wrong.height:
        yield from_rows(wrong, rule="year-booked-as-month", severity="ask")


CHECK = Check(
    id="year-booked-as-month",
    title="A whole year in one month?",
    explanation="One month holds as much as the whole year, or several times all other months together. "
    "Often a yearly total was entered under one month.",
    remedy="Correct the period, or tell us that the month was so.",
    severity="ask",
    look=look,
    kinds=("aggregate",),
    reasons=(("outbreak", "it is so: one outbreak in one month"),),
)

"""Parts that add up to more than the whole: classes, sexes, species, or provinces in the file's own totals row."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from sampan.checks.rule import STRATA, Check, from_rows
from sampan.model.findings import Finding
from sampan.model.harmonised import Checked

KEY = ["unit", "period_start", "period_end", "condition", "measure"]
OF_CLASSES = [*KEY, *STRATA]
OF_SEXES = [*KEY, "classification", *(name for name in STRATA if name != "sex")]
REASONS = (("overlap", "the groups overlap"), ("other-total", "the total counts something else"))


def look(checked: Checked) -> Iterable[Finding]:
    """One finding for classes, one for sexes, one for the totals row."""
    yield from _classes(checked.table)
    yield from _sexes(checked.table)
    yield from _totals(checked)


def _classes(table: pl.DataFrame) -> Iterable[Finding]:
    whole = table.filter(pl.col("classification") == "total").select([*OF_CLASSES, pl.col("value").alias("_whole")])
    parts = table.filter(pl.col("classification").is_in(["suspected", "probable", "confirmed"]))
    yield from _above(parts, whole, OF_CLASSES, "class")


def _sexes(table: pl.DataFrame) -> Iterable[Finding]:
    whole = table.filter(pl.col("sex").is_null() | (pl.col("sex") == "all"))
    whole = whole.group_by(OF_SEXES).agg(pl.col("value").sum().alias("_whole"))
    parts = table.filter(pl.col("sex").is_in(["male", "female", "other", "unknown"]))
    yield from _above(parts, whole, OF_SEXES, "sex")


def _above(parts: pl.DataFrame, whole: pl.DataFrame, key: list[str], what: str) -> Iterable[Finding]:
    sums = parts.group_by(key).agg(pl.col("value").sum().alias("_parts"))
    wrong = sums.join(whole, on=key, how="inner", nulls_equal=True).filter(pl.col("_parts") > pl.col("_whole"))
    rows = parts.join(wrong.select(key), on=key, how="semi", nulls_equal=True)
    if rows.height:
        yield from_rows(rows, rule="parts-above-total", severity="ask", term=what, reasons=[r for r, _ in REASONS])


def _totals(checked: Checked) -> Iterable[Finding]:
    """The file's own totals row against the rows above it; rows set aside are added, so that both sides are whole."""
    if checked.totals is None or not checked.totals.height:
        return
    key = ["period_start", "period_end", "condition", "measure", "classification"]
    rows = pl.concat([checked.table.select([*key, "value"]), _held(checked, key)])
    sums = rows.group_by(key).agg(pl.col("value").sum().alias("_sum"))
    wrong = checked.totals.join(sums, on=key, how="inner", nulls_equal=True).filter(pl.col("value") != pl.col("_sum"))
    if wrong.height:
        yield from_rows(
            wrong, rule="parts-above-total", severity="ask", term="totals row", reasons=[r for r, _ in REASONS]
        )


def _held(checked: Checked, key: list[str]) -> pl.DataFrame:
    if "value" not in checked.set_aside.columns:
        return checked.table.select([*key, "value"]).clear()
    return checked.set_aside.select([*key, "value"])


CHECK = Check(
    id="parts-above-total",
    title="The parts do not fit the total",
    explanation="Classes or sexes add up to more than their total, "
    "or the file's own totals row is not the sum of its rows.",
    remedy="Correct the figures, or tell us what the total counts.",
    severity="ask",
    look=look,
    about="parts",
    kinds=("aggregate",),
    reasons=REASONS,
)

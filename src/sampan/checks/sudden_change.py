"""A figure far from the same weeks or months of other years.

Counts are put on a scale where their spread is even, y = 2 sqrt(x + 3/8) (Anscombe, Biometrika 1948;35:246,
equation 2.1), and compared with the median of the same season; the spread is the median absolute deviation,
never below the 1 that chance alone gives.
"""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from sampan.checks.rule import STRATA, Check, from_rows
from sampan.model.findings import Finding
from sampan.model.harmonised import Checked

SERIES = ["unit", "condition", "measure", "classification", "period_kind", *STRATA]
WINDOW_DAYS, LEAST_BEFORE, FAR, LEAST_COUNT = 21, 6, 4.0, 10
NORMAL = 1.4826  # median absolute deviation of a normal distribution to its standard deviation
REASONS = (
    ("outbreak", "it is so: many fell ill"),
    ("campaign", "more were looked for"),
    ("backlog", "late reports came together"),
)


def look(checked: Checked) -> Iterable[Finding]:
    """One finding for each condition; only the newest year of the delivery is asked about."""
    columns = [*SERIES, "period_start", "value", "sheet", "row", "column"]
    rows = checked.table.filter((pl.col("measure") == "cases") & pl.col("value").is_not_null()).select(columns)
    if not rows.height:
        return
    newest = rows.get_column("period_start").max()
    asked = rows.filter(pl.col("period_start") > pl.lit(newest) - pl.duration(days=366))
    known = pl.concat([rows, checked.history.filter(pl.col("value").is_not_null()).select(columns)]).unique(
        [*SERIES, "period_start"], keep="first", maintain_order=True
    )
    far = _far(asked, known)
    # by place in the file: the order of the findings must not depend on how a join happened to run
    far = far.sort("sheet", "row", "column")
    for (condition,), group in far.group_by(["condition"], maintain_order=True):
        yield from_rows(
            group, rule="sudden-change", severity="ask", term=str(condition), reasons=[r for r, _ in REASONS]
        )


def _far(asked: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    even = (2 * (pl.col("value") + 0.375).sqrt()).alias("_y")
    before = known.select([*SERIES, pl.col("period_start").alias("_then"), even])
    pairs = asked.with_columns(even.alias("_now")).join(before, on=SERIES, how="inner", nulls_equal=True)
    apart = (pl.col("period_start") - pl.col("_then")).dt.total_days()
    season = (apart % 365.25 + WINDOW_DAYS) % 365.25 <= 2 * WINDOW_DAYS
    pairs = pairs.filter((apart > 180) & season)
    key = [*SERIES, "period_start", "value", "sheet", "row", "column"]
    told = pairs.group_by(key, maintain_order=True).agg(
        pl.col("_now").first(),
        pl.len().alias("_n"),
        pl.col("_y").median().alias("_usual"),
        (pl.col("_y") - pl.col("_y").median()).abs().median().alias("_spread"),
    )
    spread = pl.max_horizontal(pl.col("_spread") * NORMAL, pl.lit(1.0))
    distance = (pl.col("_now") - pl.col("_usual")) / spread
    big = pl.max_horizontal(pl.col("value"), ((pl.col("_usual") / 2) ** 2)) >= LEAST_COUNT
    return told.filter((pl.col("_n") >= LEAST_BEFORE) & (distance.abs() > FAR) & big)


CHECK = Check(
    id="sudden-change",
    title="Far from other years",
    explanation="This figure is far above or far below the same season of earlier years in this place.",
    remedy="Look once more. If it is right, say why in a word; an outbreak is a good reason.",
    severity="ask",
    look=look,
    about="condition",
    kinds=("aggregate",),
    reasons=REASONS,
)

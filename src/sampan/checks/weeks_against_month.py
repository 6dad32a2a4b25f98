"""A month that its weeks contradict: below the weeks wholly inside it, or above all the weeks that touch it."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from sampan.checks.rule import STRATA, Check, from_rows
from sampan.model.findings import Finding
from sampan.model.harmonised import Checked

KEY = ["unit", "condition", "measure", "classification", *STRATA]
REASONS = (
    ("late-reports", "the month holds late reports that no week holds"),
    ("other-day", "weeks and months count by other days"),
)


def look(checked: Checked) -> Iterable[Finding]:
    """One finding for all such months. Weeks are never split: the bounds are what they allow."""
    table = pl.concat([checked.table.select(_COLUMNS), checked.history.select(_COLUMNS)]).unique(
        [*KEY, *_SPAN, "period_kind"]
    )
    months = table.filter((pl.col("period_kind") == "month") & pl.col("value").is_not_null())
    weeks = table.filter((pl.col("period_kind") == "week") & pl.col("value").is_not_null())
    if not months.height or not weeks.height:
        return
    both = months.join(weeks.select([*KEY, *_SPAN, "value"]), on=KEY, how="inner", nulls_equal=True, suffix="_week")
    both = both.filter(
        (pl.col("period_start_week") <= pl.col("period_end")) & (pl.col("period_end_week") >= pl.col("period_start"))
    )
    inside = (pl.col("period_start_week") >= pl.col("period_start")) & (
        pl.col("period_end_week") <= pl.col("period_end")
    )
    days = pl.min_horizontal("period_end", "period_end_week") - pl.max_horizontal("period_start", "period_start_week")
    bounds = both.group_by([*KEY, *_SPAN, "value"]).agg(
        pl.col("value_week").filter(inside).sum().alias("_least"),
        pl.col("value_week").sum().alias("_most"),
        (days.dt.total_days() + 1).sum().alias("_days"),
    )
    whole = bounds.filter(pl.col("_days") == (pl.col("period_end") - pl.col("period_start")).dt.total_days() + 1)
    wrong = whole.filter((pl.col("value") < pl.col("_least")) | (pl.col("value") > pl.col("_most")))
    rows = checked.table.join(wrong.select([*KEY, *_SPAN]), on=[*KEY, *_SPAN], how="semi", nulls_equal=True)
    if rows.height:
        yield from_rows(rows, rule="weeks-against-month", severity="ask", reasons=[r for r, _ in REASONS])


_SPAN = ["period_start", "period_end"]
_COLUMNS = [*KEY, *_SPAN, "period_kind", "value"]

CHECK = Check(
    id="weeks-against-month",
    title="The month and its weeks disagree",
    explanation="A month cannot hold fewer cases than the weeks wholly inside it, "
    "nor more than all the weeks that touch it. "
    "We never split a week between two months, so only what is certain is asked.",
    remedy="Correct the month or the week, or choose the reason.",
    severity="ask",
    look=look,
    kinds=("aggregate",),
    reasons=REASONS,
)

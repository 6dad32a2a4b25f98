"""A case list that holds more cases than the table of counts says for the same place and time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import polars as pl

from sampan.checks.rule import Check, from_rows
from sampan.model.findings import Finding
from sampan.model.harmonised import Checked

KEY = ["unit", "period_start", "period_end", "condition"]
REASONS = (
    ("other-day", "list and table count by different days"),
    ("late-cases", "the list holds cases that came after the table"),
    ("other-place", "one counts residents, the other where they were treated"),
)


def look(checked: Checked) -> Iterable[Finding]:
    """One finding for each condition; a list that holds fewer cases than the table is as it should be."""
    listed = checked.facts.get("listed")
    counted = checked.facts.get("counted")
    if not isinstance(listed, pl.DataFrame) or not isinstance(counted, pl.DataFrame) or not listed.height:
        return
    counts = counted.filter((pl.col("measure") == "cases") & pl.col("value").is_not_null())
    sums = counts.group_by(KEY).agg(pl.col("value").sum().alias("_counted"))
    more = sums.join(listed, on=KEY).filter(pl.col("listed") > pl.col("_counted"))
    own = checked.source.kind == "aggregate"
    for (condition,), cells in more.group_by(["condition"], maintain_order=True):
        facts = {"listed": int(cells.get_column("listed").sum()), "counted": int(cells.get_column("_counted").sum())}
        reasons = [name for name, _ in REASONS]
        rows = counts.join(cells.select(KEY), on=KEY, how="semi") if own else counts.clear()
        told = from_rows(rows, rule=RULE, severity="ask", term=str(condition), reasons=reasons)
        size = (told.count, told.cases) if own else (cells.height, facts["listed"])
        yield replace(told, count=size[0], cases=size[1], facts=facts)


RULE = "list-against-aggregate"
CHECK = Check(
    id=RULE,
    title="More cases listed than counted",
    explanation="For the same place, time and condition the case list holds more cases than the table of counts. "
    "The two streams may overlap only in part, but a part cannot be larger than the whole.",
    remedy="Correct the table or the list, or choose the reason.",
    severity="ask",
    look=look,
    about="condition",
    whole=True,
    reasons=REASONS,
)

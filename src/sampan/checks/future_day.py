"""A case whose day lies after the day the list came."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from sampan.checks.rule import Check, from_rows
from sampan.model.findings import Finding
from sampan.model.harmonised import Checked

DAYS = ("onset_date", "diagnosis_date", "admission_date", "report_date", "outcome_date")


def look(checked: Checked) -> Iterable[Finding]:
    """One finding for each date column."""
    for day in DAYS:
        rows = checked.table.filter(pl.col(day) > checked.received_on)
        if rows.height:
            yield from_rows(rows, rule="future-day", severity="ask", column=day, field=day)


CHECK = Check(
    id="future-day",
    title="A day still to come",
    explanation="These cases carry a day after the day the list arrived.",
    remedy="Correct the day and send the list again; often it is a slip in the year or in day and month.",
    severity="ask",
    look=look,
    kinds=("cases",),
)

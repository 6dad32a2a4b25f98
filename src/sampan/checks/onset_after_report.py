"""A case that was reported, admitted or diagnosed before it fell ill."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from sampan.checks.rule import Check, from_rows
from sampan.model.findings import Finding
from sampan.model.harmonised import Checked

LATER = ("diagnosis_date", "admission_date", "report_date", "outcome_date")
REASONS = (("screening", "found by screening before any sign of illness"),)


def look(checked: Checked) -> Iterable[Finding]:
    """One finding for each pair of columns."""
    for later in LATER:
        rows = checked.table.filter(pl.col("onset_date") > pl.col(later))
        if rows.height:
            yield from_rows(
                rows, rule="onset-after-report", severity="ask", column=later, field="onset_date", later=later
            )


CHECK = Check(
    id="onset-after-report",
    title="Ill after being reported",
    explanation="The day of falling ill lies after the day of diagnosis, admission, report or outcome. "
    "In one measured province most onset dates in case lists were wrong, so this is common and worth a look.",
    remedy="Correct the day, or tell us the reason.",
    severity="ask",
    look=look,
    kinds=("cases",),
    reasons=REASONS,
)

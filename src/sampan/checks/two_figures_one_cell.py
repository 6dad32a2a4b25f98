"""Two different figures for one place, period, condition and group: often two units under one code."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from sampan.checks.rule import Check, from_rows
from sampan.model.findings import Finding
from sampan.model.harmonised import Checked


def look(checked: Checked) -> Iterable[Finding]:
    """One finding for each place name; the rows were told apart before the checks began."""
    rows = checked.facts.get("contradicting")
    if not isinstance(rows, pl.DataFrame) or not rows.height:
        return []
    groups = rows.group_by(["place_raw"], maintain_order=True)
    return [
        from_rows(group, rule="two-figures-one-cell", severity="stop", term=str(place)) for (place,), group in groups
    ]


CHECK = Check(
    id="two-figures-one-cell",
    title="Two figures for one cell",
    explanation="Two rows speak of the same place, period, condition and group and give different figures. "
    "Often two units have come under one code. We add nothing up and choose nothing.",
    remedy="Say which figure stands, or which units the two names are.",
    severity="stop",
    look=look,
    kinds=("aggregate",),
)

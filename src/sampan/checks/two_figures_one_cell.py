"""Two different figures for one place, period, condition and group: often two units under one code."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import polars as pl

from sampan.checks.rule import Check, from_rows
from sampan.model.findings import Finding
from sampan.model.harmonised import Checked

ID = "two-figures-one-cell"


def look(checked: Checked) -> Iterable[Finding]:
    """One finding for each place name; the rows were told apart before the checks began."""
    rows = checked.facts.get("contradicting")
    if not isinstance(rows, pl.DataFrame) or not rows.height:
        return []
    groups = rows.group_by(["place_raw"], maintain_order=True)
    found = (from_rows(group, rule=ID, severity="stop", term=str(place)) for (place,), group in groups)
    return [replace(one, facts={**one.facts, "field": "place"}) for one in found]  # what an answer would translate


CHECK = Check(
    id=ID,
    title="Two figures for one cell",
    explanation="Two rows speak of the same place, period, condition and group and give different figures. "
    "Often two units have come under one code. We add nothing up and choose nothing.",
    remedy="If these are two units, say which one this name is. If one figure is wrong, send the file again with the "
    "right one.",
    severity="stop",
    look=look,
    kinds=("aggregate",),
)

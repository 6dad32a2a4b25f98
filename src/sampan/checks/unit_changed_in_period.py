"""A period in the middle of which the territory changed."""

from __future__ import annotations

from collections.abc import Iterable

from sampan.checks.rule import Check, from_problems
from sampan.model.findings import Finding
from sampan.model.harmonised import Checked


def look(checked: Checked) -> Iterable[Finding]:
    """One finding for each distinct name."""
    return from_problems(checked, ["unit-changed-in-period"], rule="unit-changed-in-period", severity="note")


CHECK = Check(
    id="unit-changed-in-period",
    title="The territory changed within the period",
    explanation="The unit was divided or merged between the first and the last day of this period. "
    "The figure is kept with the unit in which the period ends, and the series carries a break mark.",
    remedy="Nothing waits. If the figure belongs to the earlier territory, tell us.",
    severity="note",
    look=look,
    kinds=("aggregate",),
)

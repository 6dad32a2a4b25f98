"""A territory that did not exist in the period the row is about."""

from __future__ import annotations

from collections.abc import Iterable

from sampan.checks.rule import Check, from_problems
from sampan.model.findings import Finding
from sampan.model.harmonised import Checked


def look(checked: Checked) -> Iterable[Finding]:
    """One finding for each distinct name."""
    return from_problems(checked, ["unit-not-in-force"], rule="unit-not-in-force", severity="stop")


CHECK = Check(
    id="unit-not-in-force",
    title="This unit did not exist then",
    explanation="The territory was not yet founded, or had already been merged or divided, in the period of this row.",
    remedy="Say which unit is meant, or correct the period. We never move figures into another territory ourselves.",
    severity="stop",
    look=look,
)

"""A place name that is no known spelling but is like only one place's name."""

from __future__ import annotations

from collections.abc import Iterable

from sampan.checks.rule import Check, from_problems
from sampan.model.findings import Finding
from sampan.model.harmonised import Checked


def look(checked: Checked) -> Iterable[Finding]:
    """One finding for each distinct name."""
    return from_problems(checked, ["read-by-likeness"], rule="read-by-likeness", severity="note")


CHECK = Check(
    id="read-by-likeness",
    title="A name read by likeness",
    explanation="This spelling is in no list; it is close to the name of one place and to no other. "
    "Its figures are counted there, and say so until the owner has approved the translation.",
    remedy="Nothing waits. Approve the spelling, or say which place is meant.",
    severity="note",
    look=look,
)

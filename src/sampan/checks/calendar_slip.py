"""A year 543 ahead or behind: the Buddhist and the Gregorian calendar in one column."""

from __future__ import annotations

from collections.abc import Iterable

from sampan.checks.rule import Check, from_problems
from sampan.model.findings import Finding
from sampan.model.harmonised import Checked


def look(checked: Checked) -> Iterable[Finding]:
    """One finding for each distinct text."""
    return from_problems(checked, ["calendar-slip"], rule="calendar-slip", severity="stop")


CHECK = Check(
    id="calendar-slip",
    title="A year of another calendar",
    explanation="This year is 543 away from the others: a Buddhist year among Gregorian ones, or the other way round.",
    remedy="Say which calendar this date is in, or correct it and send the file again.",
    severity="stop",
    look=look,
)

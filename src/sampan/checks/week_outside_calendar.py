"""A week number that the source's calendar does not have in that year."""

from __future__ import annotations

from collections.abc import Iterable

from sampan.checks.rule import Check, from_problems
from sampan.model.findings import Finding
from sampan.model.harmonised import Checked


def look(checked: Checked) -> Iterable[Finding]:
    """One finding for each distinct text."""
    return from_problems(checked, ["no-such-period"], rule="week-outside-calendar", severity="stop")


CHECK = Check(
    id="week-outside-calendar",
    title="A week that year does not have",
    explanation="Most years have 52 weeks and some have 53; the calendar your source declares "
    "has no such week in this year.",
    remedy="Correct the week, or tell us if your office counts its weeks by another rule.",
    severity="stop",
    look=look,
)

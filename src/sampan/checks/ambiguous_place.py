"""A place name that could be more than one place, or none."""

from __future__ import annotations

from collections.abc import Iterable

from sampan.checks.rule import Check, from_fields
from sampan.model.findings import Finding
from sampan.model.harmonised import Checked

FIELDS = ("place", "place_report", "place_residence", "place_infection")


def look(checked: Checked) -> Iterable[Finding]:
    """One finding for each distinct name."""
    return from_fields(checked, FIELDS, rule="ambiguous-place", severity="stop")


CHECK = Check(
    id="ambiguous-place",
    title="Which place is meant?",
    explanation="This name could be more than one place, or is none that we know. "
    "A wrong place would be worse than a question.",
    remedy="Choose the place, or say that the row belongs to no place.",
    severity="stop",
    look=look,
)

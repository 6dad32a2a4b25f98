"""A day that does not exist, cannot be read, or is missing where a case needs one."""

from __future__ import annotations

from collections.abc import Iterable

from sampan.checks.rule import Check, from_fields
from sampan.model.findings import Finding
from sampan.model.harmonised import Checked

FIELDS = (
    "period", "onset_date", "diagnosis_date", "admission_date", "report_date", "outcome_date",
)  # fmt: skip


def look(checked: Checked) -> Iterable[Finding]:
    """One finding for each distinct text."""
    return from_fields(checked, FIELDS, rule="impossible-date", severity="stop")


CHECK = Check(
    id="impossible-date",
    title="A day that does not exist or cannot be read",
    explanation="The calendar your source declares has no such day, or the text is not a whole date.",
    remedy="Correct the date and send the file again, or say how this text is to be read.",
    severity="stop",
    look=look,
)

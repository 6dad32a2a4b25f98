"""Text in a column of ages, or of words with a fixed meaning, that could not be read."""

from __future__ import annotations

from collections.abc import Iterable

from sampan.checks.rule import Check, from_fields
from sampan.model.findings import Finding
from sampan.model.harmonised import Checked

FIELDS = ("age", "age_months", "age_days")


def look(checked: Checked) -> Iterable[Finding]:
    """One finding for each distinct text."""
    return from_fields(checked, FIELDS, rule="unreadable-age", severity="ask")


CHECK = Check(
    id="unreadable-age",
    title="An age that cannot be read",
    explanation="Ages are read as years, months or days, or as a band of years. This text is none of them.",
    remedy="Say what the text stands for, or correct it and send the file again.",
    severity="ask",
    look=look,
)

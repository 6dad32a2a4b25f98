"""A word of the file that no crosswalk and no vocabulary knows."""

from __future__ import annotations

from collections.abc import Iterable

from sampan.checks.rule import Check, from_fields
from sampan.model.findings import Finding
from sampan.model.harmonised import Checked

FIELDS = (
    "condition", "measure", "classification", "outcome", "sex", "setting", "sector", "origin", "date_basis", "practice",
    "laboratory",
)  # fmt: skip


def look(checked: Checked) -> Iterable[Finding]:
    """One finding for each distinct term."""
    return from_fields(checked, FIELDS, rule="unmapped-term", severity="stop")


CHECK = Check(
    id="unmapped-term",
    title="A word we do not know yet",
    explanation="This word of your file is in no list we have, so the figures beside it wait.",
    remedy="Choose what it means, once; the next file with the same word will pass.",
    severity="stop",
    look=look,
)

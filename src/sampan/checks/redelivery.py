"""Rows that say just what was said before."""

from __future__ import annotations

from collections.abc import Iterable

from sampan.checks.rule import Check
from sampan.model.findings import Finding
from sampan.model.harmonised import Checked


def look(checked: Checked) -> Iterable[Finding]:
    """One finding if any row was counted as a repeat."""
    balance = checked.balance
    if not balance.repeated:
        return []
    return [Finding("re-delivery", "note", None, None, balance.repeated, balance.cases_repeated)]


CHECK = Check(
    id="re-delivery",
    title="It was sent before",
    explanation="These rows say just what an earlier row or an earlier delivery said. They are counted once.",
    remedy="Nothing waits. If two rows are two different cases, give each a case number.",
    severity="note",
    look=look,
    whole=True,
)

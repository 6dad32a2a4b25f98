"""Rows of a condition that the deposit terms do not let the office harmonise."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from sampan.checks.rule import Check, from_rows
from sampan.model.findings import Finding
from sampan.model.harmonised import Checked

ID = "closed-to-office"


def look(checked: Checked) -> Iterable[Finding]:
    """One finding for each condition, with its rows and not its cases; they were set aside before anything looked."""
    rows = checked.facts.get("closed")
    if rows is None or not rows.height:
        return
    for (code,), part in rows.group_by("condition", maintain_order=True):
        yield replace(from_rows(part, rule=ID, severity="note", term=str(code)), cases=0)


CHECK = Check(
    id=ID,
    title="Rows closed to the office",
    explanation="The deposit terms in force do not let the office harmonise figures of this condition. The rows are "
    "kept and set aside, and enter no figure.",
    remedy="Nothing, where that is meant. To open them, propose deposit terms that name the condition; the file is "
    "then read again.",
    severity="note",
    look=look,
    about="condition",
)

"""Rows of a line list that say exactly the same and carry no case number."""

from __future__ import annotations

from collections.abc import Iterable

from sampan.checks.rule import Check, from_problems
from sampan.model.findings import Finding
from sampan.model.harmonised import Checked

REASONS = (("two-cases", "they are two persons"), ("same-case", "it is one person, entered twice"))


def look(checked: Checked) -> Iterable[Finding]:
    """One finding for the delivery; the rows all stand until somebody knows."""
    return from_problems(checked, ["equal-row"], rule="equal-rows", severity="ask", reasons=[r for r, _ in REASONS])


CHECK = Check(
    id="equal-rows",
    title="Rows that say the same",
    explanation="These rows are equal in every column and have no case number. "
    "Two cases can look alike, so all are counted.",
    remedy="Tell us whether they are different persons. We remove nothing ourselves.",
    severity="ask",
    look=look,
    kinds=("cases",),
    reasons=REASONS,
)

"""A file with far fewer or far more rows than the source usually sends."""

from __future__ import annotations

from collections.abc import Iterable

from sampan.checks.rule import Check
from sampan.model.findings import Finding
from sampan.model.harmonised import Checked


def look(checked: Checked) -> Iterable[Finding]:
    """One finding if the source says how many rows to expect and there are not so many."""
    expected, rows = checked.source.expects.rows, checked.balance.rows_in
    if expected is None or expected[0] <= rows <= expected[1]:
        return []
    facts = {"least": expected[0], "most": expected[1]}
    return [Finding("unexpected-size", "ask", None, None, rows, checked.balance.cases_in, facts)]


CHECK = Check(
    id="unexpected-size",
    title="Not the usual size",
    explanation="The source says how many rows a delivery usually has; this one has far fewer or far more.",
    remedy="Check that the whole file was sent, and the right one.",
    severity="ask",
    look=look,
    whole=True,
)

"""A row that leaves out what a figure cannot do without: its place, period or condition."""

from __future__ import annotations

from collections.abc import Iterable

from sampan.checks.rule import Check, from_problems
from sampan.model.findings import Finding
from sampan.model.harmonised import Checked


def look(checked: Checked) -> Iterable[Finding]:
    """One finding for each column."""
    return from_problems(checked, ["blank"], rule="blank-field", severity="stop")


CHECK = Check(
    id="blank-field",
    title="Something needed is blank",
    explanation="A figure needs its place, its period and its condition. One of them is blank in these rows.",
    remedy="Fill the cells and send the file again, or say what a blank means in this column.",
    severity="stop",
    look=look,
)

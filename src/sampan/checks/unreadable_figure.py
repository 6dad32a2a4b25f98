"""A figure that is no whole number of persons: negative, fractional, an error of the spreadsheet, or no number."""

from __future__ import annotations

from collections.abc import Iterable

from sampan.checks.rule import Check, from_fields
from sampan.model.findings import Finding
from sampan.model.harmonised import Checked

FIELDS = ("value",)


def look(checked: Checked) -> Iterable[Finding]:
    """One finding for each distinct text in a column of figures."""
    return from_fields(checked, FIELDS, rule="unreadable-figure", severity="stop")


CHECK = Check(
    id="unreadable-figure",
    title="Not a count of persons",
    explanation="A count is a whole number, zero or more. This cell holds something else, so it is not counted yet."
    " An error of the spreadsheet (#DIV/0!, #REF!, #N/A) is a figure that was lost, not a blank.",
    remedy="Correct the cell and send the file again, or say what the mark stands for.",
    severity="stop",
    look=look,
    kinds=("aggregate",),
)

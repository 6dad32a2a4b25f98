"""A column of the file that nothing reads and nothing explains."""

from __future__ import annotations

from collections.abc import Iterable

from sampan.checks.rule import Check
from sampan.model.findings import Finding
from sampan.model.harmonised import Checked


def look(checked: Checked) -> Iterable[Finding]:
    """One finding for each column."""
    for column in checked.facts.get("untaken", ()):
        yield Finding("column-not-taken", "note", column, None, 0, 0)


CHECK = Check(
    id="column-not-taken",
    title="A column nobody reads",
    explanation="The file has a column that your source does not describe. "
    "Nothing of it is kept but the original file.",
    remedy="Nothing waits. If the column matters, tell us what it is.",
    severity="note",
    look=look,
    whole=True,
)

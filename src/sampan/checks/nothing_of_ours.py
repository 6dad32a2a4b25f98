"""A file in which no row belongs to the source it was sent as."""

from __future__ import annotations

from collections.abc import Iterable

from sampan.checks.rule import Check
from sampan.model.findings import Finding
from sampan.model.harmonised import Checked


def look(checked: Checked) -> Iterable[Finding]:
    """One finding if there was not a single record."""
    if checked.balance.rows_in:
        return []
    return [Finding("nothing-of-ours", "ask", None, None, 0, 0, {"rows_of_others": checked.balance.rows_of_others})]


CHECK = Check(
    id="nothing-of-ours",
    title="No figure of this source in the file",
    explanation="The file was read, but no row in it belongs to the source it was sent as.",
    remedy="Check that the right file was sent as the right source; withdraw the delivery if it was not.",
    severity="ask",
    look=look,
    whole=True,
)

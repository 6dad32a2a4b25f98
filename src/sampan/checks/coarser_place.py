"""A case whose district is not known by name, while its province is."""

from __future__ import annotations

from collections.abc import Iterable

from sampan.checks.rule import Check, from_problems
from sampan.model.findings import Finding
from sampan.model.harmonised import Checked


def look(checked: Checked) -> Iterable[Finding]:
    """One finding for each distinct name."""
    return from_problems(checked, ["coarser-place"], rule="coarser-place", severity="ask")


CHECK = Check(
    id="coarser-place",
    title="The finer place is not known",
    explanation="The larger unit of these cases is clear, the smaller one is not. "
    "The cases stand with the larger unit until you say which smaller one is meant.",
    remedy="Choose the smaller place, once for all rows with this name.",
    severity="ask",
    look=look,
    kinds=("cases",),
)

"""Text in a column of ages, or of words with a fixed meaning, that could not be read."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from sampan.checks.rule import Check, from_problems
from sampan.model.findings import Finding
from sampan.model.harmonised import Checked

FIELDS = ("age", "age_months", "age_days")


def look(checked: Checked) -> Iterable[Finding]:
    """One finding for each distinct text."""
    hit = checked.problems.filter(pl.col("field").is_in(FIELDS) & ~pl.col("problem").is_in(["unmapped", "ambiguous"]))
    names = hit.get_column("problem").unique().sort().to_list()
    return from_problems(checked, names, rule="unreadable-age", severity="ask") if names else []


CHECK = Check(
    id="unreadable-age",
    title="An age that cannot be read",
    explanation="Ages are read as years, months or days, or as a band of years. This text is none of them.",
    remedy="Say what the text stands for, or correct it and send the file again.",
    severity="ask",
    look=look,
)

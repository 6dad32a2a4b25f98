"""Units or weeks that the source is expected to report and the file leaves out."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from sampan.checks.rule import Check
from sampan.model.findings import Finding
from sampan.model.harmonised import Checked
from sampan.vocab import places


def look(checked: Checked) -> Iterable[Finding]:
    """One finding that names the units left out of a period for which others report; `count` is units x periods."""
    expects = checked.source.expects
    if expects.level is None or not checked.table.height:
        return
    said = pl.concat([checked.table.select(_COLUMNS), _held(checked)])
    gazetteer = places.registry(*checked.source.gazetteer)
    missing: dict[str, int] = {}
    for (start,), group in said.group_by(["period_start"], maintain_order=True):
        due = {u.id: u for u in gazetteer.units(checked.source.country, level=expects.level, on=start)}
        for unit in set(due) - set(group.get_column("unit")):
            missing[unit] = missing.get(unit, 0) + 1
    if missing:
        units = sorted(missing, key=lambda unit: (-missing[unit], unit))
        facts = {"units": units[:MOST_NAMED], "how_many_units": len(units)}
        yield Finding("missing-expected", "note", None, None, sum(missing.values()), 0, facts)


MOST_NAMED = 500
_COLUMNS = ["unit", "period_start"]


def _held(checked: Checked) -> pl.DataFrame:
    aside = checked.set_aside
    return aside.select(_COLUMNS) if "unit" in aside.columns else checked.table.select(_COLUMNS).clear()


CHECK = Check(
    id="missing-expected",
    title="Expected and not there",
    explanation="The source reports all units of a level; for these units the file says nothing, not even a zero. "
    "Nothing is put in their place: they are not reported.",
    remedy="Send the missing rows when they come; a zero is worth sending.",
    severity="note",
    look=look,
    kinds=("aggregate",),
)

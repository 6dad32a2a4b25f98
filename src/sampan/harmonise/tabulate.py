"""Cases become counts: for the units, periods and conditions that a table of counts speaks of.

A case counts for the unit it lies in, the period its day lies in and every condition that covers its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import polars as pl

from sampan.model.errors import UserError
from sampan.vocab import conditions, places

KEY = ["unit", "period_start", "period_end", "condition"]
DAYS = {
    "report": ("report_date", "diagnosis_date", "onset_date"),
    "onset": ("onset_date", "diagnosis_date", "report_date"),
}


def tabulate(cases: pl.DataFrame, like: pl.DataFrame, *, gazetteer: tuple[Path, ...] = ()) -> pl.DataFrame:
    """Counts of cases (schema CASE) in the cells of `like` (schema OBSERVATION): KEY and `listed`.

    The day is the one by which `like` counts (its date basis), else the onset. Cells without a case are absent.
    """
    cells = like.select([*KEY, "date_basis"]).unique()
    if not cases.height or not cells.height:
        return pl.DataFrame(schema={name: like.schema[name] for name in KEY} | {"listed": pl.Int64})
    basis = cells.get_column("date_basis").mode().first()
    day = pl.coalesce(DAYS.get(str(basis), DAYS["onset"])).alias("_day")
    dated = cases.select(
        pl.coalesce("unit_report", "unit_residence").alias("_unit"), pl.col("condition").alias("_condition"), day
    )
    counted = dated.drop_nulls().group_by(["_unit", "_condition", "_day"]).len("_n")
    units = _frame(_units(counted.get_column("_unit"), cells.get_column("unit"), gazetteer), "_unit", "unit")
    wider = _frame(
        _conditions(counted.get_column("_condition"), cells.get_column("condition")), "_condition", "condition"
    )
    placed = counted.join(units, on="_unit").join(wider, on="_condition")
    periods = cells.select("period_start", "period_end").unique()
    inside = placed.join_where(
        periods, pl.col("_day") >= pl.col("period_start"), pl.col("_day") <= pl.col("period_end")
    )
    return inside.group_by(KEY).agg(pl.col("_n").sum().cast(pl.Int64).alias("listed")).sort(KEY)


def _frame(pairs: Mapping[tuple[str, str], None], left: str, right: str) -> pl.DataFrame:
    return pl.DataFrame(
        {left: [a for a, _ in pairs], right: [b for _, b in pairs]}, schema={left: pl.String, right: pl.String}
    )


def _units(found: pl.Series, asked: pl.Series, gazetteer: tuple[Path, ...]) -> dict[tuple[str, str], None]:
    """(unit of a case, unit of the table) wherever the first lies in the second."""
    registry = places.registry(*gazetteer)
    by_place: dict[str, list[str]] = {}
    for unit in asked.unique().to_list():
        by_place.setdefault(unit.split("@")[0], []).append(unit)
    pairs: dict[tuple[str, str], None] = {}
    for unit in found.unique().to_list():
        place: str | None = unit.split("@")[0]
        while place:
            pairs.update(
                dict.fromkeys(
                    (unit, other) for other in by_place.get(place, ()) if place != unit.split("@")[0] or other == unit
                )
            )
            try:
                place = registry.of_place(place)[-1].parent
            except UserError:
                place = None
    return pairs


def _conditions(found: pl.Series, asked: pl.Series) -> dict[tuple[str, str], None]:
    """(condition of a case, condition of the table) wherever the second covers the first."""
    return {
        (one, other): None
        for one in found.unique().to_list()
        for other in asked.unique().to_list()
        if one == other or (other != "all" and conditions.covers(other, one))
    }

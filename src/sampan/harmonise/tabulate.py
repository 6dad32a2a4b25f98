"""Cases become counts: a list's own weeks or months, or the cells that a table of counts speaks of.

A case counts for the unit it lies in and the period its day lies in: the day it fell ill, else the next one known.
A list cannot say zero, so a period without a case has no row. A discarded case is no case.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

import polars as pl

from sampan.model.errors import UserError
from sampan.model.observations import OBSERVATION, SERIES_KEY
from sampan.model.periods import Period
from sampan.model.places import Unit
from sampan.model.sources import Source
from sampan.vocab import conditions, periods, places

KEY = ["unit", "period_start", "period_end", "condition"]
DAYS = {
    "report": ("report_date", "diagnosis_date", "onset_date"),
    "onset": ("onset_date", "diagnosis_date", "report_date"),
}
PERIODS = ("week", "month", "year")
BY_DAY = ("onset_date", "diagnosis_date", "admission_date", "report_date")
BASES = {"onset_date": "onset", "diagnosis_date": "diagnosis", "report_date": "report"}
DISCARDED = "discarded"
WITH_CLASS = ["unit", "period_start", "period_end", "condition", "classification"]


@dataclass(frozen=True)
class Cut:
    """How a list is counted: by week, month or year, at a level of units (None: as its places were read).

    `role`: by place of "report" or of "residence"; None is by report, where the list says it.
    """

    every: str = "week"
    level: int | None = None
    role: str | None = None


@dataclass(frozen=True)
class Tabulated:
    """Figures of one list (schema OBSERVATION) and the cases that are in none, or in one by another day."""

    figures: pl.DataFrame
    without: int = 0  # no day or no place
    discarded: int = 0
    by_another_day: int = 0  # no day of the list's own basis; counted by the next day known


def declared_cut(source: Source) -> Cut:
    """The periods and the level a source declares in `expects:`; weeks, and its places as they were read, if not."""
    every = source.expects.every if source.expects.every in PERIODS else "week"
    return Cut(str(every), source.expects.level)


def counted(cases: pl.DataFrame, source: Source, cut: Cut) -> Tabulated:
    """One source's cases (schema CASE) as its own figures of cases and, where it says outcomes, of deaths."""
    kept = cases.filter(pl.col("classification").ne_missing(DISCARDED))
    role = cut.role or _own_role(source)
    basis = next((name for name in BY_DAY if name in source.columns), "report_date")
    dated = kept.with_columns(
        pl.coalesce(basis, *BY_DAY).alias("_day"),
        pl.col(f"unit_{role}").alias("_unit"),
        pl.col("classification").fill_null("unspecified"),
    )
    placed = dated.filter(pl.col("_day").is_not_null() & pl.col("_unit").is_not_null())
    cells = in_units(placed.join(spans(placed.get_column("_day"), source, cut), on="_day"), source, cut.level)
    both = [_summed(cells, "cases")]
    if "outcome" in source.columns:
        both.append(_summed(cells.filter(pl.col("outcome") == "died"), "deaths"))
    told = pl.concat(both).with_columns(
        pl.lit(source.id).alias("source"), pl.lit(role).alias("place_role"), pl.lit(cut.every).alias("period_kind"),
        pl.lit(BASES.get(basis, "unspecified")).alias("date_basis"), pl.lit("period").alias("accumulation"),
        pl.lit("reported").alias("status"),
    )  # fmt: skip
    return Tabulated(
        as_observations(told),
        kept.height - placed.height,
        cases.height - kept.height,
        placed.filter(pl.col(basis).is_null()).height,
    )


def _own_role(source: Source) -> str:
    return "report" if "place_report" in source.columns or "place_residence" not in source.columns else "residence"


def classes_together(figures: pl.DataFrame) -> pl.DataFrame:
    """Counts of one list with its classes added, for a form that has no column for them; a case has one class."""
    same = [name for name in SERIES_KEY if name != "classification"]
    one = pl.col("classification").first()
    return figures.group_by(same, maintain_order=True).agg(
        pl.when(pl.len() > 1).then(pl.lit("total")).otherwise(one).alias("classification"),
        pl.col("value").sum(),
        pl.exclude("classification", "value").first(),
    ).select(figures.columns)  # fmt: skip


def as_observations(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with all columns of OBSERVATION in their order; what it does not say is null."""
    empty = [pl.lit(None, dtype=dtype).alias(name) for name, dtype in OBSERVATION.items() if name not in frame.columns]
    return frame.with_columns(empty).select([pl.col(name).cast(dtype) for name, dtype in OBSERVATION.items()])


def _summed(cells: pl.DataFrame, measure: str) -> pl.DataFrame:
    """Counts by cell and practice; the newest delivery and clocks among the cases stand for all of them."""
    newest = [pl.col(name).max() for name in ("received_at", "published_at", "crosswalk")]
    newest.append(pl.col("delivery").sort_by("received_at", maintain_order=True).last())
    return (
        cells.group_by("practice", *WITH_CLASS)
        .agg(pl.len().cast(pl.Int64).alias("value"), *newest)
        .with_columns(pl.lit(measure).alias("measure"))
        .sort("practice", *WITH_CLASS)
    )


def spans(days: pl.Series, source: Source, cut: Cut) -> pl.DataFrame:
    """Day -> first and last day of its period, by the source's own calendar."""
    calendar = periods.calendar(source.words.calendar)
    found = [(day, _period(day, cut.every, calendar)) for day in days.unique().to_list()]
    rows = [(day, one.start, one.end) for day, one in found]
    return pl.DataFrame(rows, schema={"_day": pl.Date, "period_start": pl.Date, "period_end": pl.Date}, orient="row")


@lru_cache(maxsize=2**14)  # a list is counted anew after each delivery, over the same days
def _period(day: date, every: str, calendar: periods.Calendar) -> Period:
    if every == "week":
        return periods.week(calendar, *periods.week_number(day, calendar))
    if every == "month":
        steps = range(
            day.year * 12 + day.month - 2, day.year * 12 + day.month + 1
        )  # a reporting month may be next door
        near = [periods.month(step // 12, step % 12 + 1, calendar) for step in steps]
    else:
        near = [periods.year(number, calendar) for number in (day.year - 1, day.year, day.year + 1)]
    return next(one for one in near if one.start <= day <= one.end)


def in_units(cells: pl.DataFrame, source: Source, level: int | None) -> pl.DataFrame:
    """With `unit`: the case's own, or the unit of the wanted level that held it when the period began."""
    if level is None:
        return cells.rename({"_unit": "unit"})
    registry = places.registry(*source.gazetteer)
    pairs = cells.select("_unit", "period_start").unique()
    rows = [(unit, start, _above(registry, unit, level, start)) for unit, start in pairs.iter_rows()]
    schema = {"_unit": pl.String, "period_start": pl.Date, "unit": pl.String}
    return cells.join(pl.DataFrame(rows, schema=schema, orient="row"), on=["_unit", "period_start"])


@lru_cache(maxsize=2**12)
def _above(registry: places.Gazetteer, unit_id: str, level: int, on: date) -> str:
    """The unit of that level above this one; itself if it is as coarse already."""
    found: Unit = registry.unit(unit_id)
    while found.level > level and found.parent:
        every = registry.of_place(found.parent)
        found = next((unit for unit in every if unit.in_force(on)), every[-1])
    return found.id


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
    counted = dated.drop_nulls().group_by(["_unit", "_condition", "_day"]).len("_n").cast({pl.Categorical: pl.String})
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

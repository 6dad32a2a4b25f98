"""The observations a faultless office would hold if no file had an error in it: for tests and drawings."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import polars as pl

from sampan.demo.countries import Habit
from sampan.demo.returns import Return, periods, returns
from sampan.demo.world import World

COLUMNS: dict[str, Any] = {
    "source": pl.String, "unit": pl.String, "period_start": pl.Date, "period_end": pl.Date,
    "period_kind": pl.String, "condition": pl.String, "measure": pl.String, "classification": pl.String,
    "value": pl.Int64, "status": pl.String,
}  # fmt: skip


def source_id(habit: Habit) -> str:
    """The id of the one source of an invented country."""
    return f"invented-{habit.code.lower()}"


def expected(world: World, people: pl.DataFrame, *, known_on: date) -> pl.DataFrame:
    """Every country's figures as known on that day; columns as COLUMNS, one row for each figure."""
    frames = []
    for habit in world.habits:
        if habit.sites_share is None:
            frames.append(_listed(world, habit, people, known_on))
        else:
            found = returns(world, habit, people, known_on=known_on)
            frames.append(_returned(habit, [one for one in found if one.sent]))
    return pl.concat(frames).sort("source", "period_start", "unit", "condition", "measure", "classification")


def _returned(habit: Habit, sent: list[Return]) -> pl.DataFrame:
    rows: list[tuple[Any, ...]] = []
    for one in sent:
        key = (source_id(habit), one.place.unit, one.start, one.end, habit.every)
        for cell in one.cells:
            told = cell.status in ("reported", "zero")
            rows.append((*key, cell.condition, "cases", "total", cell.cases if told else None, cell.status))
            if told:
                status = "reported" if cell.deaths else "zero"
                rows.append((*key, cell.condition, "deaths", "total", cell.deaths, status))
            for measure, value in (("sites_expected", one.place.sites), ("sites_reporting", one.sites_reporting)):
                rows.append((*key, cell.condition, measure, "unspecified", value, "reported"))
    return pl.DataFrame(rows, schema=COLUMNS, orient="row")


def _listed(world: World, habit: Habit, people: pl.DataFrame, known_on: date) -> pl.DataFrame:
    """A case list as weekly counts by onset: weeks without a case have no row, since a list cannot say zero."""
    units = {number: place.unit for number, place in world.provinces.items() if place.country == habit.code}
    first = periods(world, habit)[0][0]
    weeks = ((pl.col("onset") - first).dt.total_days() // 7) * 7
    start = first + pl.duration(days=weeks)
    return (
        people.filter(pl.col("place").is_in(list(units)) & (pl.col("known") <= known_on) & (pl.col("onset") >= first))
        .with_columns(
            period_start=start.cast(pl.Date), unit=pl.col("place").replace_strict(units, return_dtype=pl.String)
        )
        .group_by("unit", "period_start", "condition", "classification")
        .agg(value=pl.len().cast(pl.Int64))
        .with_columns(
            source=pl.lit(source_id(habit)),
            period_end=pl.col("period_start") + timedelta(days=6),
            period_kind=pl.lit(habit.every),
            measure=pl.lit("cases"),
            status=pl.lit("reported"),
        )
        .select(pl.col(name).cast(kind) for name, kind in COLUMNS.items())
    )

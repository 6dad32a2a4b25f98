"""Observations to the cells a decision grants: rolled up, never split, with no figure counted twice.

A row already at the wanted place or stratum wins over the sum of finer ones. Weeks become four weeks, never months;
a period that does not lie within one of the wanted kind falls out and is told as such. Cumulative figures are never
added up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import polars as pl

from sampan.model.agreements import ALL_AGES_YEARS
from sampan.model.decisions import Asked

Below = Mapping[str, frozenset[str]]  # unit -> the units of its subtree
KEPT = ("source", "practice", "condition", "measure", "classification", "place_role", "date_basis", "accumulation")
FITS = {"day": ("day",), "week": ("week",), "four-weeks": ("week", "four-weeks"), "month": ("day", "month"),
        "quarter": ("day", "month", "quarter"), "year": ("day", "month", "quarter", "year")}  # fmt: skip
ADDABLE = ("reported", "zero")
CELL = (*KEPT, "place", "period_start", "period_end", "period", "sex", "age_from", "age_to")


def roll_up(
    rows: pl.DataFrame,
    grain: Asked,
    ancestors: Mapping[str, str],
    below: Below | None = None,
    spans: Sequence[tuple[date, date]] = (),
) -> pl.DataFrame:
    """Cells at the grain: CELL, value, status, parts (rows behind it), parts_silent, behind (their names).

    `rows` has schema OBSERVATION and a column `__name__`; `ancestors` maps each unit to its unit at the grain's
    level (itself when it is at that level); units without one fall out. `below` has the units of each subtree.
    `spans` are the periods (first and last day) into which shorter ones are added up; without any none is.
    """
    prepared = _strata(_periods(_places(rows, ancestors, below or {}), grain.period, spans), grain)
    if prepared.height == 0:
        return pl.DataFrame(schema=_schema())
    counted = pl.col("status").is_in(ADDABLE)
    cells = prepared.group_by(CELL).agg(
        pl.when(counted.all() | (counted.any() & (pl.len() > 1)))
        .then(pl.col("value").filter(counted).sum())
        .otherwise(None)
        .alias("value"),
        pl.when(counted.any()).then(pl.lit("reported")).otherwise(pl.col("status").sort().first()).alias("status"),
        pl.len().alias("parts"),
        pl.col("__name__").filter(counted).alias("behind"),
        (~counted).sum().alias("parts_silent"),
    )
    zero = (pl.col("status") == "reported") & (pl.col("value") == 0)
    return (
        cells.with_columns(pl.when(zero).then(pl.lit("zero")).otherwise(pl.col("status")).alias("status"))
        .select(list(_schema()))
        .sort(CELL, nulls_last=True)
    )


def _places(rows: pl.DataFrame, ancestors: Mapping[str, str], below: Below) -> pl.DataFrame:
    """Units replaced by those of the wanted level; where a unit reports itself, its parts are not added."""
    target = pl.DataFrame(
        {"unit": list(ancestors), "place": list(ancestors.values())}, schema={"unit": pl.String, "place": pl.String}
    )
    found = rows.join(target, on="unit", how="inner")
    group = [*KEPT, "place", "period_start", "period_end"]
    met = set(found.get_column("unit").unique().to_list())
    inside = [
        (part, unit) for unit in sorted(met) for part in sorted(met & below.get(unit, frozenset())) if part != unit
    ]
    if inside:  # a unit within another that speaks of the same thing and period
        wider = pl.DataFrame(inside, schema={"unit": pl.String, "wider": pl.String}, orient="row")
        spoken = found.select(*group, pl.col("unit").alias("wider")).unique()
        counted = found.select(*group, "unit").unique().join(wider, on="unit")
        twice = counted.join(spoken, on=[*group, "wider"], nulls_equal=True).select(*group, "unit").unique()
        found = found.join(twice, on=[*group, "unit"], how="anti", nulls_equal=True)
    found = found.with_columns((pl.col("unit") == pl.col("place")).alias("itself"))
    return found.filter(pl.col("itself") | ~pl.col("itself").any().over(group)).drop("itself")


def _periods(rows: pl.DataFrame, kind: str, spans: Sequence[tuple[date, date]]) -> pl.DataFrame:
    """Periods lengthened to the one of the wanted kind that holds them; where the kind itself is reported it wins."""
    fitting = rows.filter(pl.col("period_kind").is_in(FITS[kind]))
    exact = pl.col("period_kind") == kind
    shorter = fitting.filter(~exact & (pl.col("accumulation") != "cumulative")).sort(
        "period_start", maintain_order=True
    )
    longer = pl.DataFrame(sorted(spans), schema={"first": pl.Date, "last": pl.Date}, orient="row")
    inside = shorter.join_asof(longer, left_on="period_start", right_on="first").filter(
        pl.col("period_end") <= pl.col("last")
    )
    lengthened = inside.with_columns(period_start="first", period_end="last").drop("first", "last", strict=False)
    group = [*KEPT, "place", "period_start", "period_end"]
    kept = pl.concat(
        [
            fitting.filter(exact).with_columns(exact=True),
            lengthened.select(fitting.columns).with_columns(exact=False),
        ]
    )
    return kept.filter(pl.col("exact") | ~pl.col("exact").any().over(group)).with_columns(pl.lit(kind).alias("period"))


def _strata(rows: pl.DataFrame, grain: Asked) -> pl.DataFrame:
    """Sexes and ages as granted; what is not granted is added up, unless the unit gives the total itself."""
    sex = pl.col("sex").fill_null("all")
    lower, upper = pl.col("age_from").fill_null(0.0), pl.col("age_to").fill_null(ALL_AGES_YEARS)
    rows = rows.with_columns(sex.alias("sex"), lower.alias("age_from"), upper.alias("age_to"))
    group = [*KEPT, "unit", "period_start", "period_end"]
    total_sex = pl.col("sex") == "all"
    if not grain.sex:
        over = [*group, "age_from", "age_to"]
        rows = rows.filter(total_sex | ~total_sex.any().over(over)).with_columns(pl.lit("all").alias("sex"))
    if grain.age_years is None:
        rows = _widest(rows, [*group, "sex"]).with_columns(
            pl.lit(0.0).alias("age_from"), pl.lit(ALL_AGES_YEARS).alias("age_to")
        )
        fine = _no_longer_split(rows, group)
    else:
        fine = _no_longer_split(rows.filter(pl.col("age_to") - pl.col("age_from") >= grain.age_years), group)
    if not grain.sex and grain.age_years is None:
        return fine
    return _of_every_unit(fine, _strata(rows, replace(grain, sex=False, age_years=None)))


def _of_every_unit(fine: pl.DataFrame, totals: pl.DataFrame) -> pl.DataFrame:
    """Rows in which no stratum of a place leaves out units unsaid, where some split by sex or age and others do not.

    The total of all sexes and ages takes in the total of each unit (of `totals`); of a finer stratum, a unit that does
    not tell it is a silent part.
    """
    cell, stratum = [*KEPT, "place", "period", "period_start", "period_end"], ["sex", "age_from", "age_to"]
    units, strata = fine.select(*cell, "unit").unique(), fine.select(*cell, *stratum).unique()
    every = strata.join(units, on=cell, nulls_equal=True)
    lacking = every.join(fine, on=[*cell, "unit", *stratum], how="anti", nulls_equal=True)
    if not lacking.height:
        return fine
    whole = (pl.col("sex") == "all") & (pl.col("age_from") == 0) & (pl.col("age_to") >= ALL_AGES_YEARS)
    filled = totals.join(lacking.filter(whole), on=[*cell, "unit", *stratum], how="semi", nulls_equal=True)
    silent = lacking.filter(~whole).with_columns(pl.lit("not_reported").alias("status"))
    return pl.concat([fine, filled, silent], how="diagonal")


def _widest(rows: pl.DataFrame, group: list[str]) -> pl.DataFrame:
    """Without the ages that lie within a wider band of the same unit: 0 to 4 beside 0 to 14 is not added to it."""
    band = ["age_from", "age_to"]
    bands = rows.select(*group, *band).unique()
    if not bands.height or bands.select(*band).n_unique() == 1:
        return rows
    pairs = bands.join(bands, on=group, suffix="_wide", nulls_equal=True)
    wider = pl.col("age_to_wide") - pl.col("age_from_wide") > pl.col("age_to") - pl.col("age_from")
    within = (pl.col("age_from_wide") <= pl.col("age_from")) & (pl.col("age_to") <= pl.col("age_to_wide"))
    return rows.join(pairs.filter(wider & within), on=[*group, *band], how="anti", nulls_equal=True)


def _no_longer_split(rows: pl.DataFrame, group: list[str]) -> pl.DataFrame:
    """Settings, sectors and origins are always added up, unless the source gives their total itself."""
    for name in ("setting", "sector", "origin"):
        total = pl.col(name).is_null() | (pl.col(name) == "all")
        over = [*group, "sex", "age_from", "age_to"]
        rows = rows.filter(total | ~total.any().over(over))
    return rows


def _schema() -> dict[str, Any]:
    names: dict[str, Any] = dict.fromkeys(CELL, pl.String)
    return names | {
        "period_start": pl.Date,
        "period_end": pl.Date,
        "age_from": pl.Float64,
        "age_to": pl.Float64,
        "value": pl.Int64,
        "status": pl.String,
        "parts": pl.UInt32,
        "parts_silent": pl.UInt32,
        "behind": pl.List(pl.String),
    }

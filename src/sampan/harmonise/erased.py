"""Counts of a case list of which cases were destroyed: their cells are silent, never another number.

What is kept of such cases is the cells they were counted in, at the list's own periods and level. Asked for by others,
every cell that shares a place and a day with one of them is silent too.
"""

from __future__ import annotations

import polars as pl

from sampan.harmonise.tabulate import PERIODS, Cut, as_observations, in_units, spans
from sampan.model.errors import UserError
from sampan.model.observations import ERASED, OBSERVATION, SERIES_KEY
from sampan.model.sources import Source
from sampan.vocab import places

SAME = ["condition", "classification", "measure"]
TOLD = ["received_at", "published_at", "delivery"]


def emptied(figures: pl.DataFrame) -> pl.DataFrame:
    """The series keys of figures, when and by which delivery they were told, and nothing else (schema OBSERVATION)."""
    kept = figures.select(*SERIES_KEY, *TOLD).with_columns(pl.lit(ERASED).alias("status"))
    return as_observations(kept).sort(*SERIES_KEY)  # the order of the file is gone with it


def veiled(figures: pl.DataFrame, erased: pl.DataFrame, source: Source, cut: Cut) -> pl.DataFrame:
    """Counts at a cut (schema OBSERVATION), those that would be other numbers now replaced by the silence."""
    if not erased.height:
        return figures
    silent = _at(erased, source, cut)
    marks = silent.select(*SAME, pl.col("unit", "period_start", "period_end").name.prefix("_"))
    numbered = figures.with_row_index("_nth")
    near = numbered.join(marks, on=SAME, how="inner", nulls_equal=True).filter(
        (pl.col("period_start") <= pl.col("_period_end")) & (pl.col("_period_start") <= pl.col("period_end"))
    )
    related = pl.struct("unit", "_unit").is_in(_related(near, source).to_struct("pair").implode())
    hit = near.filter(related).get_column("_nth").unique()
    kept = numbered.filter(~pl.col("_nth").is_in(hit.implode())).select(list(OBSERVATION))
    return pl.concat([kept, silent])


def _at(erased: pl.DataFrame, source: Source, cut: Cut) -> pl.DataFrame:
    """The erased cells at a cut: of coarser periods and units those that hold them; finer ones nobody knows."""
    kinds = set(erased.get_column("period_kind").drop_nulls().to_list())
    found = erased.rename({"unit": "_unit"})
    if all(PERIODS.index(kind) <= PERIODS.index(cut.every) for kind in kinds if kind in PERIODS):
        days = pl.concat([found.get_column("period_start"), found.get_column("period_end")])
        period = spans(days, source, cut)
        ends = [
            found.rename({"period_start": "_from", "period_end": "_to"}).join(period, left_on=day, right_on="_day")
            for day in ("_from", "_to")
        ]
        found = pl.concat([one.select(ends[0].columns) for one in ends])
        found = found.with_columns(pl.lit(cut.every).alias("period_kind"))
    placed = in_units(found, source, cut.level).select(list(OBSERVATION))
    return placed.unique(list(SERIES_KEY), keep="last", maintain_order=True)


def _related(near: pl.DataFrame, source: Source) -> pl.DataFrame:
    """Pairs (unit, _unit) of which one lies in the other, or that are one."""
    registry = places.registry(*source.gazetteer)
    pairs = near.select("unit", "_unit").unique()
    kept = [(one, two) for one, two in pairs.iter_rows() if _within(registry, one, two) or _within(registry, two, one)]
    return pl.DataFrame(kept, schema={"unit": pl.String, "_unit": pl.String}, orient="row")


def _within(registry: places.Gazetteer, inner: str, outer: str) -> bool:
    """True if a unit is the other, or its territory's code lies below the other's."""
    place: str | None = inner.split("@", maxsplit=1)[0]
    while place:
        if place == outer.split("@", maxsplit=1)[0]:
            return True
        try:
            place = registry.of_place(place)[-1].parent
        except (UserError, IndexError):
            return False
    return False

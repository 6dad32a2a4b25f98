"""The totals row of `operation: sum`: made only of cells that were told, and only when every one of them was.

It says nothing that its reader could not add up alone. Where a place stands inside another, a place is told by two
sources, or places of two hierarchies stand side by side, the same persons would count twice: then no total is made.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from sampan.model.decisions import Request
from sampan.sharing.state import Comparison

TOTAL = "Total"
TOLD = ("reported", "zero")
VERDICTS = {"not-comparable": "not-comparable", "caveat": "comparable-with-caveat"}  # verdict -> what is stamped
ALIKE = ["condition", "measure", "period_start", "period_end", "period"]
BESIDE = "; "  # between two caveats of one figure
STRATA = ["sex", "age_from", "age_to"]


def with_totals(
    request: Request, table: pl.DataFrame, below: Mapping[str, frozenset[str]], hierarchies: Mapping[str, str]
) -> pl.DataFrame:
    """The table; where a sum was asked for, with a row for each condition, measure, period and stratum."""
    if request.operation != "sum" or not table.height:
        return table
    places = set(table.get_column("place").to_list())
    nested = any(below.get(place, frozenset()) & (places - {place}) for place in places)
    across = len({hierarchies.get(place) for place in places}) > 1  # two divisions of one territory
    told = pl.col("status").is_in(TOLD)
    twice = pl.struct("place", "classification").is_duplicated() | pl.lit(nested or across)
    same = pl.col("accumulation").n_unique() == 1
    whole = told.all() & ~twice.any() & same & (pl.col("place").n_unique() == len(places))
    rows = table.group_by([*ALIKE, *STRATA]).agg(
        pl.when(whole).then(pl.col("value").sum()).otherwise(None).alias("value"),
        pl.when(whole).then(pl.col("accumulation").first()).otherwise(None).alias("accumulation"),
        pl.when(whole).then(pl.len().cast(pl.UInt32)).otherwise(None).alias("parts"),
        pl.when(whole).then(pl.lit(0, pl.UInt32)).otherwise(None).alias("parts_silent"),
        pl.when(whole).then(pl.col("caveat").drop_nulls().first()).otherwise(None).alias("caveat"),
    )
    counted = pl.when(pl.col("value") == 0).then(pl.lit("zero")).otherwise(pl.lit("reported"))
    status = pl.when(pl.col("value").is_null()).then(pl.lit("not-shared")).otherwise(counted)
    rows = rows.with_columns(
        pl.lit(None, pl.String).alias("source"), pl.lit(TOTAL).alias("place"), status.alias("status"),
        pl.lit(None, pl.String).alias("classification"),
    )  # fmt: skip
    return pl.concat([table, rows.select(pl.col(name).cast(table.schema[name]) for name in table.columns)])


def stamped(request: Request, table: pl.DataFrame, comparisons: Sequence[Comparison]) -> pl.DataFrame:
    """The table; where its figures were added or ranked though not all of them are plainly comparable, each says so.

    Of a sum the total, of a ranking every figure told of the sources compared: a table travels without its manifest.
    """
    told = set(table.filter(pl.col("status").is_in(TOLD)).get_column("source").drop_nulls())
    met = [one for one in comparisons if {one.first, one.second} <= told and one.word in VERDICTS]
    if not met or request.operation not in ("sum", "rank"):
        return table
    word = next((code for verdict, code in VERDICTS.items() if any(one.word == verdict for one in met)), None)
    concerned = sorted({name for one in met for name in (one.first, one.second)})
    stamp = pl.col("place") == TOTAL if request.operation == "sum" else pl.col("source").is_in(concerned)
    both = pl.concat_str(["caveat", pl.lit(word)], separator=BESIDE, ignore_nulls=True)
    return table.with_columns(
        pl.when(stamp & pl.col("status").is_in(TOLD)).then(both).otherwise("caveat").alias("caveat")
    )

"""Rows of a file that its owner's deposit terms keep closed to the office: parted before anything looks at them.

What they say is known only once they are read, so the machine that reads them puts them aside at once: they enter no
figure, no check and no total, and the owner is told how many they are. With other terms the file is read again.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import polars as pl

from sampan.model.harmonised import Balance
from sampan.model.sources import Source
from sampan.operations import homes
from sampan.operations.sharing import deposits
from sampan.store.home import Store

PLACES = ("unit_report", "unit_residence", "unit_infection")  # of a case: the first that is known


def parted(store: Store, source: Source, table: pl.DataFrame, now: datetime) -> tuple[pl.DataFrame, pl.DataFrame]:
    """(what the office may harmonise, what it may not) of a table of figures or of a list of cases."""
    if not deposits.asked_of(source, "harmonise"):  # of a long list not even the words are looked for
        return table, table.clear()
    said = _spoken(table)
    spoken = [(row[0], row[1], row[2]) for row in said.unique().iter_rows() if row[0] is not None]
    shut = deposits.closed(store, source, "harmonise", spoken, now) if spoken else frozenset()
    if not shut:
        return table, table.clear()
    rows = pl.DataFrame(sorted(shut, key=str), schema=said.schema, orient="row").with_columns(shut=pl.lit(True))
    hit = said.join(rows, on=said.columns, how="left", nulls_equal=True, maintain_order="left")["shut"]
    hit = hit.fill_null(False)
    return table.filter(~hit), table.filter(hit)


def of_list(closed: pl.DataFrame) -> pl.DataFrame:
    """Cases that are closed, as rows set aside: sheet, row, column, cases."""
    return closed.select(
        pl.col("sheet").cast(pl.String), "row", pl.lit(None, pl.String).alias("column"),
        pl.lit(1, pl.Int64).alias("cases"),
    )  # fmt: skip


def balance(before: Balance, closed: pl.DataFrame) -> Balance:
    """The balance of a list after these cases left `observed` for `set aside`."""
    return replace(
        before,
        observed=before.observed - closed.height,
        set_aside=before.set_aside + closed.height,
        cases_observed=before.cases_observed - closed.height,
        cases_set_aside=before.cases_set_aside + closed.height,
    )


def without(totals: pl.DataFrame, closed: pl.DataFrame) -> pl.DataFrame:
    """The totals rows of a file but for those of conditions with closed rows: they would tell them."""
    if "condition" not in totals.columns:
        return totals
    conditions = closed.get_column("condition").cast(pl.String).unique().to_list()
    return totals.filter(~pl.col("condition").cast(pl.String).is_in(conditions).fill_null(False))


def beside(store: Store, source: Source, found: pl.DataFrame, now: datetime) -> pl.DataFrame:
    """Of other sources' figures those that may be laid beside this one's: both owners' terms let it, by condition."""
    conditions = sorted(found.get_column("condition").cast(pl.String).unique().drop_nulls().to_list())
    for name in (source.id, *found.get_column("source").unique().sort().to_list()):
        asked = [(code, None, "cases") for code in conditions]
        shut = [one[0] for one in deposits.closed(store, homes.source(store, name), "cross-check", asked, now)]
        theirs = pl.lit(True) if name == source.id else pl.col("source") == name
        found = found.filter(~(theirs & pl.col("condition").cast(pl.String).is_in(shut)))
    return found


def _spoken(table: pl.DataFrame) -> pl.DataFrame:
    """(condition, unit, measure) of each row."""
    lists = "measure" not in table.columns
    place = pl.coalesce([pl.col(name).cast(pl.String) for name in PLACES]) if lists else pl.col("unit").cast(pl.String)
    measure = pl.lit("cases") if lists else pl.col("measure").cast(pl.String)
    return table.select(pl.col("condition").cast(pl.String), place.alias("unit"), measure.alias("measure"))

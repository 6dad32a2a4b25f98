"""Rows of a file that its owner's deposit terms keep closed to the office: parted before anything looks at them.

What they say is known only once they are read, so the machine that reads them puts them aside at once: they enter no
figure, no check and no total, and the owner is told how many they are. With other terms the file is read again.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import polars as pl

from sampan.model.harmonised import Balance
from sampan.model.sources import Source
from sampan.operations import homes
from sampan.operations.sharing import deposits
from sampan.store.home import Store

DAYS = ("onset_date", "diagnosis_date", "admission_date", "report_date")
ANY_DAY = timedelta(days=3650)
PLACES = ("unit_report", "unit_residence", "unit_infection")  # of a case: the first that is known


def parted(store: Store, source: Source, table: pl.DataFrame, now: datetime) -> tuple[pl.DataFrame, pl.DataFrame]:
    """(what the office may harmonise, what it may not) of a table of figures or of a list of cases."""
    if not deposits.asked_of(source, "harmonise"):  # of a long list not even the words are looked for
        return table, table.clear()
    said = _spoken(table).with_columns(_spans(table, deposits.cuts(source)))
    rows = _shut(store, source, "harmonise", said, now)
    if not rows:
        return table, table.clear()
    shut = pl.DataFrame(rows, schema=said.schema, orient="row").with_columns(shut=pl.lit(True))
    hit = said.join(shut, on=said.columns, how="left", nulls_equal=True, maintain_order="left")["shut"]
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
    for name in (source.id, *found.get_column("source").unique().sort().to_list()):
        terms_of = source if name == source.id else homes.source(store, name)
        condition = pl.col("condition").cast(pl.String)
        said = found.select(condition, pl.lit(None, pl.String).alias("unit"), pl.lit("cases").alias("measure"))
        said = said.with_columns(_spans(found, deposits.cuts(terms_of)))
        rows = pl.DataFrame(_shut(store, terms_of, "cross-check", said, now), schema=said.schema, orient="row")
        hit = said.join(rows.with_columns(shut=pl.lit(True)), on=said.columns, how="left", nulls_equal=True,
                        maintain_order="left")["shut"].fill_null(False)  # fmt: skip
        theirs = pl.lit(True) if name == source.id else pl.col("source") == name
        found = found.filter(~(theirs & hit))
    return found


def _shut(
    store: Store, source: Source, purpose: str, said: pl.DataFrame, now: datetime
) -> list[tuple[str, str | None, str, date | None, date | None]]:
    """What is shut of (condition, unit, measure, first day, last day): each window of days is asked by itself."""
    found = []
    for (first, last), part in said.filter(pl.col("condition").is_not_null()).unique().group_by("first", "last"):
        window = None if first is None or last is None else (first, last)
        spoken = [(row[0], row[1], row[2]) for row in part.iter_rows()]
        shut = deposits.closed(store, source, purpose, spoken, now, window=window)
        found += [(*one, first, last) for one in shut]
    return sorted(found, key=str)


def _spans(table: pl.DataFrame, cuts: tuple[date, ...]) -> list[pl.Series]:
    """`first` and `last`, the days asked about for each row; nulls where the terms name no days.

    Rows that no cut tells apart are asked about together, by the latest of them. One whose days nobody knows is asked
    about as if it could be of any day.
    """
    if not cuts or not table.height:
        return [pl.Series(name, [None] * table.height, dtype=pl.Date) for name in ("first", "last")]
    periods = "period_start" in table.columns
    first, last = (pl.col("period_start"), pl.col("period_end")) if periods else (pl.coalesce(DAYS), pl.coalesce(DAYS))
    days = table.select(first=first.fill_null(cuts[0] - ANY_DAY), last=last.fill_null(cuts[-1] + ANY_DAY))
    side = [pl.sum_horizontal(pl.col(name) >= cut for cut in cuts) for name in ("first", "last")]
    latest = pl.col("last") == pl.col("last").max().over(side)
    told = [pl.col(name).filter(latest).max().over(side) for name in ("first", "last")]
    return days.select(*told).get_columns()


def _spoken(table: pl.DataFrame) -> pl.DataFrame:
    """(condition, unit, measure) of each row."""
    lists = "measure" not in table.columns
    place = pl.coalesce([pl.col(name).cast(pl.String) for name in PLACES]) if lists else pl.col("unit").cast(pl.String)
    measure = pl.lit("cases") if lists else pl.col("measure").cast(pl.String)
    return table.select(pl.col("condition").cast(pl.String), place.alias("unit"), measure.alias("measure"))

"""One delivery's figures made ready to stand: doubles told apart, and what a snapshot no longer says.

The same figure twice is one figure and a repeat; two different figures for one key are both set aside.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import polars as pl

from sampan.model.observations import OBSERVATION, SERIES_KEY

KEY = list(SERIES_KEY)
SAYS = ["value", "status"]
SCOPES = {
    "period": ["period_start", "period_end"],
    "place": ["unit"],
    "condition": ["condition"],
    "measure": ["measure"],
}


@dataclass(frozen=True)
class Told:
    """Figures that stand, rows that repeat them, and rows that contradict each other."""

    standing: pl.DataFrame
    repeated: pl.DataFrame
    contradicting: pl.DataFrame


def tell_apart(table: pl.DataFrame) -> Told:
    """Split one delivery's observations by their series key (columns as in OBSERVATION)."""
    if not table.height:
        return Told(table, table, table)
    marked = table.with_columns(
        pl.struct(SAYS).n_unique().over(KEY).alias("_versions"),
        pl.int_range(pl.len()).over(KEY).alias("_nth"),
    )
    drop = ["_versions", "_nth"]
    return Told(
        marked.filter((pl.col("_versions") == 1) & (pl.col("_nth") == 0)).drop(drop),
        marked.filter((pl.col("_versions") == 1) & (pl.col("_nth") > 0)).drop(drop),
        marked.filter(pl.col("_versions") > 1).drop(drop),
    )


def repeats_of(table: pl.DataFrame, known: pl.DataFrame) -> pl.Series:
    """True for each figure that says just what is known already; for increments and corrections."""
    if not known.height or not table.height:
        return pl.repeat(False, table.height, dtype=pl.Boolean, eager=True)
    same = known.select(KEY + SAYS).unique().with_columns(pl.lit(True).alias("_same"))
    joined = table.select(KEY + SAYS).join(same, on=KEY + SAYS, how="left", nulls_equal=True, maintain_order="left")
    return joined.get_column("_same").fill_null(False)


def tombstones(
    before: pl.DataFrame,
    now: pl.DataFrame,
    *,
    scope: tuple[str, ...],
    held: pl.DataFrame | None = None,
    silent: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """Explicit `retracted` rows for figures of `before` that `now` covers and no longer contains.

    `scope` names what a delivery covers (period, place, condition, measure); empty means everything.
    A figure whose new row is only set aside (`held`) is not retracted: it waits. What a form asks for and leaves
    blank (`silent`) is covered: a week that was filled and is blank now is taken back, not kept.
    """
    if not before.height:
        return before.clear()
    covered = before
    said = now if held is None or not held.height else pl.concat([now.select(KEY), held.select(KEY)])
    columns = [column for word in scope for column in SCOPES[word]]
    if columns:
        names = said.select(columns)
        names = names if silent is None else pl.concat([names, silent.select(columns)])
        covered = before.join(names.unique(), on=columns, how="semi", nulls_equal=True)
    gone = covered.join(said.select(KEY).unique(), on=KEY, how="anti", nulls_equal=True)
    raws = ["value", "value_raw", "sheet", "row", "column"]
    return gone.with_columns(
        [pl.lit(None, dtype=OBSERVATION[name]).alias(name) for name in raws] + [pl.lit("retracted").alias("status")]
    )


def stamped(
    table: pl.DataFrame, *, received_at: datetime, published_at: datetime | None, delivery: str, crosswalk: str
) -> pl.DataFrame:
    """The delivery's own columns added; schema OBSERVATION (or CASE with its raw text), texts
    that every row shares as Categorical."""
    stamp = {
        "received_at": pl.lit(received_at, dtype=pl.Datetime("us", "UTC")),
        "published_at": pl.lit(published_at, dtype=pl.Datetime("us", "UTC")),
        "delivery": pl.lit(delivery, dtype=pl.Categorical),
        "crosswalk": pl.lit(crosswalk, dtype=pl.Categorical),
    }
    return table.with_columns([value.alias(name) for name, value in stamp.items()])

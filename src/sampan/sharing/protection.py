"""The minimum cell applied to the cells of a part: small counts, and those that would give them away.

Places and periods are protected together with their totals, known or not: a neighbour may know the total of a
province from another table. One place or one period alone has no total to subtract from.
"""

from __future__ import annotations

import polars as pl

from sampan.sharing.disclosure.protect import PUBLISHED, protect
from sampan.sharing.fragment.domains import Domains

STRATA = ("classification", "place_role", "date_basis", "accumulation", "sex", "age_from", "age_to", "practice")
SMALL, BESIDE = "below-minimum", "would-give-a-small-count-away"


def protected(cells: pl.DataFrame, minimum: int, domains: Domains) -> pl.DataFrame:
    """The cells with a column `why`: null, or why the figure is held back."""
    parts = [_block(block, minimum) for _, block in cells.group_by(STRATA, maintain_order=True)]
    return pl.concat(parts) if parts else cells.with_columns(pl.lit(None, pl.String).alias("why"))


def _block(block: pl.DataFrame, minimum: int) -> pl.DataFrame:
    counted = block.filter(pl.col("value").is_not_null())
    small = (pl.col("value") > 0) & (pl.col("value") < minimum)
    places = counted.get_column("place").n_unique()
    if minimum <= 1 or counted.filter(small).height == 0 or places < 2:
        return block.with_columns(pl.when(small).then(pl.lit(SMALL)).otherwise(None).alias("why"))
    table = counted.select("place", pl.col("period_start").cast(pl.String).alias("day"), "value")
    status = protect(table, dims=["place", "day"], count="value", minimum=minimum).select(
        "place",
        pl.col("day").str.to_date("%Y-%m-%d", strict=False).alias("period_start"),
        pl.col("status").alias("kept"),
    )
    joined = block.join(status, on=["place", "period_start"], how="left")
    why = (
        pl.when(pl.col("value").is_null() | (pl.col("kept") == PUBLISHED))
        .then(None)
        .when(small)
        .then(pl.lit(SMALL))
        .otherwise(pl.lit(BESIDE))
    )
    return joined.with_columns(why.alias("why")).drop("kept")

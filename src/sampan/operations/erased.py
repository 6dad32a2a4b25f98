"""When what a figure rested on was destroyed: the day beside each figure that is silent for it."""

from __future__ import annotations

import polars as pl

from sampan.model.observations import ERASED
from sampan.store.models import Erasure

ERASED_ON = "erased_on"
SILENT = (ERASED, "withdrawn")


def dated(frame: pl.DataFrame) -> pl.DataFrame:
    """The figures with a column `erased_on` (Date): of those whose delivery was destroyed, the day; else null."""
    silent = frame.filter(pl.col("status").is_in(SILENT)).get_column("delivery").unique().drop_nulls().to_list()
    found = Erasure.objects.filter(delivery__code__in=silent).values_list("delivery__code", "erased_at")
    days = {code: at.date() for code, at in found}
    day = pl.col("delivery").replace_strict(days, default=None, return_dtype=pl.Date)
    gone = pl.when(pl.col("status").is_in(SILENT)).then(day if days else pl.lit(None, pl.Date))
    return frame.with_columns(gone.alias(ERASED_ON))

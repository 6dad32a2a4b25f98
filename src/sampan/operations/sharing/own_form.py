"""A release in the recipient's own form: its sheets, script, calendar and codes, beside the plain table.

What leaves is the recorded table and nothing else; a cell that is not told is withheld in that form too.
"""

from __future__ import annotations

import io
from pathlib import Path

import polars as pl

from sampan.model.agreements import ALL_AGES_YEARS
from sampan.model.observations import OBSERVATION
from sampan.operations import homes, returning
from sampan.sharing.agreements.parse import request_of
from sampan.store.home import Store
from sampan.store.models import ReleaseRecord

SHOWN = {"reported": "reported", "zero": "zero", "unknown": "unknown", "suppressed": "suppressed"}


def write(store: Store, code: str, out: Path) -> Path | None:
    """Write the form the request asked for (`as: SOURCE`) into the release's folder; None when it asked for none."""
    record = ReleaseRecord.objects.select_related("request").get(code=code)
    layout = request_of(record.request.text, record.request.name).layout
    if layout is None:
        return None
    suffix = {"xlsx": ".xlsx", "ods": ".ods"}.get(homes.source(store, layout).layout.format, ".csv")
    path = out / f"own-form{suffix}"
    returning.write_as(store, figures_of(pl.read_parquet(io.BytesIO(bytes(record.table))), code), layout, path)
    return path


def figures_of(table: pl.DataFrame, code: str, *, silences: bool = False) -> pl.DataFrame:
    """The released table as figures (schema OBSERVATION); what was not reported has no row, unless `silences`.

    With `silences` each silence keeps its own word; a form has only "withheld" for those that are not told.
    """
    plain = pl.col("status").replace_strict(SHOWN, default="withheld", return_dtype=pl.String)
    told = table.filter(silences or pl.col("status") != "not_reported").with_columns(
        pl.col("status").str.replace_all("-", "_") if silences else plain,
        pl.col("place").alias("unit"),
        pl.col("period").alias("period_kind"),
        pl.when(pl.col("sex") != "all").then("sex").alias("sex"),
        pl.when(pl.col("age_to") < ALL_AGES_YEARS).then("age_from").alias("age_from"),
        pl.when(pl.col("age_to") < ALL_AGES_YEARS).then("age_to").alias("age_to"),
        pl.lit(f"release {code}").alias("practice"),
        pl.lit("period").alias("accumulation"),
        pl.lit("report").alias("place_role"),
    )
    absent = [pl.lit(None, dtype=kind).alias(name) for name, kind in OBSERVATION.items() if name not in told.columns]
    return told.with_columns(absent).select(pl.col(name).cast(kind) for name, kind in OBSERVATION.items())

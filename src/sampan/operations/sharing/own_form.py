"""A release in the recipient's own form: its sheets, script, calendar and codes, beside the plain table.

What leaves is the recorded table and nothing else; a cell that is not told is withheld in that form too.
"""

from __future__ import annotations

import io
from pathlib import Path

import polars as pl

from sampan.formats.forms import ENDINGS, container
from sampan.model.agreements import ALL_AGES_YEARS
from sampan.model.errors import UserError
from sampan.model.observations import OBSERVATION
from sampan.model.sources import Source
from sampan.operations import homes, returning
from sampan.sharing.agreements.parse import request_of
from sampan.store.home import Store
from sampan.store.models import ReleaseRecord

SHOWN = {"reported": "reported", "zero": "zero", "unknown": "unknown", "suppressed": "suppressed"}


def must_fit(store: Store, text: str, name: str, layout: str | None = None) -> None:
    """UserError if the form that a request asks for, or that is asked for here, is none: before anything leaves."""
    must_be_writable(store, layout or request_of(text, name).layout)


def must_be_writable(store: Store, layout: str | None) -> None:
    """UserError if figures cannot be written in that source's form."""
    if layout is None:
        return
    source = homes.source(store, layout)
    returning.must_hold_figures(source)
    if _ending(source) is None:
        raise UserError(
            f"the form of {source.id} is of a kind that is read but not written",
            kept="nothing left",
            do="leave `as:` out, or name a source whose form is a CSV file or a workbook",
        )


def write(store: Store, code: str, out: Path, layout: str | None = None) -> Path | None:
    """Write the form asked for (by the request, `as: SOURCE`, or here) into the release's folder; None without one."""
    record = ReleaseRecord.objects.select_related("request").get(code=code)
    layout = layout or request_of(record.request.text, record.request.name).layout
    if layout is None:
        return None
    path = out / f"own-form.{_ending(homes.source(store, layout)) or 'csv'}"
    returning.write_as(store, figures_of(pl.read_parquet(io.BytesIO(bytes(record.table))), code), layout, path)
    return path


def _ending(source: Source) -> str | None:
    """What a file in the source's form ends in; None if such files are only read."""
    kind = container(source.layout)
    return kind if kind in ENDINGS else None


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

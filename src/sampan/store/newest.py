"""The newest row of each series key, or of each case, among a few hundred thousand rows of parts.

Says what the SQL of figures.py says. That begins an engine with threads of its own for each question and is for
histories of any length; of few rows this one, which has begun already, does a third of the work.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import polars as pl

from sampan.model.observations import CASE, OBSERVATION, SERIES_KEY
from sampan.store import parts
from sampan.store.home import Store
from sampan.store.models import Part

ROWS = 250_000  # of the parts together; of more, only what is asked for is read
RANKS = {"_gone": False, "_told": True, "_received": True, "_came": True, "_row": True, "_at": False}  # -> descending


def few(listed: Sequence[Part]) -> bool:
    """True if the parts are small enough to be read whole."""
    return sum(part.rows for part in listed) <= ROWS


def observations(store: Store, listed: Sequence[Part]) -> pl.DataFrame:
    """The newest row of each series key, tombstones and withdrawn versions too (schema OBSERVATION)."""
    every = _read(store, listed, OBSERVATION)
    gone = pl.col("status") == "withdrawn"  # told only of what nobody else says
    return every[_newest(every, list(SERIES_KEY), _ranks(listed, gone))]


def added(store: Store, known: pl.DataFrame, listed: Sequence[Part], new: Sequence[Part]) -> pl.DataFrame:
    """What `observations` says of all listed parts, where `known` says it of all but the new ones, the last of them.

    What was newest of some rows stays so or is replaced by one of the others: nothing older is looked at again.
    """
    every = pl.concat([known, _read(store, new, OBSERVATION)])
    gone = pl.col("status") == "withdrawn"
    return every[_newest(every, list(SERIES_KEY), _ranks(listed, gone))]


def cases(store: Store, listed: Sequence[Part]) -> pl.DataFrame:
    """The newest row of each case of a source (schema CASE); cases without a key all stand."""
    every = _read(store, listed, CASE).with_columns(
        pl.when(pl.col("case_key").is_null())
        .then(pl.concat_str("delivery", pl.col("sheet").fill_null(""), pl.col("row").cast(pl.String), separator="\x1f"))
        .alias("_alone")
    )
    return every[_newest(every, ["source", "case_key", "_alone"], _ranks(listed, pl.lit(False)))].drop("_alone")


def contents(store: Store, listed: Sequence[Part]) -> pl.DataFrame:
    """`case_key` and `content` of every case row with a key, in the order of the parts and of their rows."""
    every = _read(store, listed, {name: CASE[name] for name in ("case_key", "content")})
    return every.filter(pl.col("case_key").is_not_null())


def _read(store: Store, listed: Sequence[Part], schema: dict[str, Any]) -> pl.DataFrame:
    """Every row of the parts in order of commit; a column that an older part has not is empty there."""
    tables = [_only(parts.path_of(store.parts, part.name), schema) for part in listed]
    return pl.concat([table.select(_columns(table, schema)) for table in tables])


def _only(path: Path, schema: dict[str, Any]) -> pl.DataFrame:
    """What the part has of these columns: of a list's forty the others are not unpacked."""
    there = pl.read_parquet_schema(path)
    return pl.read_parquet(path, columns=[name for name in there if name in schema])


def _columns(table: pl.DataFrame, schema: dict[str, Any]) -> list[pl.Expr]:
    return [
        (pl.col(name) if name in table.columns else pl.lit(None)).cast(dtype).alias(name)
        for name, dtype in schema.items()
    ]


def _ranks(listed: Sequence[Part], gone: pl.Expr) -> list[pl.Expr]:
    """What tells the newer of two rows: moment told, moment received, the later delivery, the later row."""
    came = {part.delivery_id: part.delivery.code for part in listed}
    turn = {came[key]: number for number, key in enumerate(sorted(came))}
    return [
        gone.alias("_gone"),
        pl.coalesce("published_at", "received_at").alias("_told"),
        pl.col("received_at").alias("_received"),
        pl.col("delivery").cast(pl.String).replace_strict(turn, return_dtype=pl.UInt32).alias("_came"),
        pl.col("row").alias("_row"),
        pl.int_range(pl.len(), dtype=pl.UInt32).alias("_at"),
    ]


def _newest(every: pl.DataFrame, key: list[str], ranks: list[pl.Expr]) -> pl.Series:
    """Row numbers, in the order of the rows; only what is compared is sorted, not whole rows."""
    ranked = every.select(*key, *ranks).sort(list(RANKS), descending=list(RANKS.values()), nulls_last=True)
    return ranked.unique(key, keep="first", maintain_order=True).get_column("_at").sort()

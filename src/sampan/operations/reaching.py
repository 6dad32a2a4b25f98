"""The figures that reach a post, and nothing else: its party's own, those released to it, those openly published.

Each row says by which way it came (`layer`), the release that brought it, and its caveats. Of a neighbour only what was
released to this very post is here; showing it is an opening, noted once a day. Nothing is added across the layers.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl

from sampan.formats.writing import harmless
from sampan.model.errors import UserError
from sampan.model.observations import OBSERVATION
from sampan.operations import belonging, bordering, breaking, erased, homes, observing, returning
from sampan.operations.sharing import own_form
from sampan.sharing.release import UNAPPROVED
from sampan.store import home
from sampan.store.figures import Asked
from sampan.store.home import Store

OWN, RELEASED, PUBLISHED = "own", "released", "published"
LAYERS = (OWN, RELEASED, PUBLISHED)
FILLING = timedelta(weeks=3)  # figures younger than this are still being completed
SLICE = 10_000  # rows of CSV made at a time
REACHED: dict[str, Any] = OBSERVATION | {
    "erased_on": pl.Date,
    "layer": pl.String,
    "release": pl.String,
    "caveats": pl.List(pl.String),
}


@dataclass(frozen=True)
class Reader:
    """Who reads: a post and its party."""

    post: str
    party: str


def reached(store: Store, who: Reader, asked: Asked, layers: Sequence[str], now: datetime) -> pl.DataFrame:
    """The asked figures that reach a post (schema REACHED), own first; by the source's order within a layer."""
    at = asked.at or now
    found = [_kept(store, who, asked, layer) for layer in (OWN, PUBLISHED) if layer in layers]
    if RELEASED in layers:
        found.append(_released(store, who, asked, at, now))
    frame = pl.concat([pl.DataFrame(schema=REACHED), *found], how="vertical")
    marked = erased.dated(breaking.marked(store, frame))
    return marked.with_columns(_caveats(at, invented=bool(home.is_invented()))).select(list(REACHED))


def facts_of(store: Store, frame: pl.DataFrame, asked: Asked, now: datetime) -> dict[str, Any]:
    """What goes with a table of figures: as known at which moment, by whose clock, and how each source counts."""
    sources = homes.sources(store)
    named = [sources[name] for name in frame.get_column("source").unique().drop_nulls().sort() if name in sources]
    return {
        "as_of": (asked.at or now).isoformat(),
        "clock": asked.clock,
        "invented": bool(home.is_invented()),
        "sources": {
            one.id: {
                "title": one.title, "owner": one.owner, "practice": one.practice, "licence": one.licence,
                "citation": one.citation, "published": one.published, "invented": one.invented,
            }
            for one in named
        },
        "notes": [
            "Figures of different practices are not to be added, ranked or drawn on one scale without saying so.",
            "A missing value is a silence; `status` says which. It is never a zero.",
        ],
    }  # fmt: skip


def write_as(store: Store, who: Reader, frame: pl.DataFrame, source: str, out: Path) -> Path:
    """The figures in the form of one of the party's own sources. UserError for another's form."""
    if source not in belonging.sources(store, who.party):
        raise UserError(
            f"{source!r} is no form of your party", kept="nothing was written", do="name a source of your own"
        )
    suffix = {"xlsx": ".xlsx", "ods": ".ods"}.get(homes.source(store, source).layout.format, ".csv")
    path = out / f"{source}{suffix}"
    returning.write_as(store, frame.select(list(OBSERVATION)), source, path)
    return path


def csv_pieces(frame: pl.DataFrame) -> Iterator[bytes]:
    """The table as CSV, some rows at a time; caveats are joined by semicolons."""
    flat = harmless(frame.with_columns(pl.col("caveats").list.join("; ")))
    yield flat.head(0).write_csv().encode()
    for part in flat.iter_slices(SLICE):
        yield part.write_csv(include_header=False).encode()


def write_parquet(frame: pl.DataFrame, facts: dict[str, Any], path: Path) -> None:
    """The table as Parquet; what goes with it stands in the file's own metadata."""
    told = {"sampan": _json(facts)}
    frame.write_parquet(path, compression="zstd", metadata=told)


def _json(facts: dict[str, Any]) -> str:
    return json.dumps(facts, ensure_ascii=False, sort_keys=True)


def _kept(store: Store, who: Reader, asked: Asked, layer: str) -> pl.DataFrame:
    """Own or openly published figures, as the parts have them."""
    every = homes.sources(store)
    mine = belonging.sources(store, who.party) if layer == OWN else {n: s for n, s in every.items() if s.published}
    wanted = [name for name in mine if not asked.sources or name in asked.sources]
    if not wanted:
        return pl.DataFrame(schema=REACHED)
    frame = observing.observations(store, replace(asked, sources=wanted))
    return _as_reached(frame, layer, None)


def _released(store: Store, who: Reader, asked: Asked, at: datetime, now: datetime) -> pl.DataFrame:
    """Figures of every open release to the post, the newest word of each cell; none told after the asked moment."""
    parts = [
        _as_reached(own_form.figures_of(one.frame, one.record.code, silences=True), RELEASED, one.record.code)
        .with_columns(
            _owners_caveats(one.frame),
            pl.lit(one.record.released_at, pl.Datetime("us", "UTC")).alias("received_at"))
        for one in bordering.released(who.post, now)
        if one.record.released_at <= at
    ]  # fmt: skip
    if not parts:
        return pl.DataFrame(schema=REACHED)
    frame = pl.concat(parts)  # newest release first
    cell = ["source", "unit", "period_start", "period_end", "condition", "measure", "classification", "sex", "age_from"]
    return frame.filter(_wanted(asked)).unique(cell, keep="first", maintain_order=True)


def _owners_caveats(table: pl.DataFrame) -> pl.Series:
    """What the owner of each released cell lets be known of how it was made; releases of earlier days say nothing."""
    if "caveat" not in table.columns:
        return pl.Series("caveats", [[]] * table.height, pl.List(pl.String))
    words = {UNAPPROVED: "words not yet approved by the owner"}
    return pl.Series("caveats", [[words[one]] if one else [] for one in table["caveat"]], pl.List(pl.String))


def _wanted(asked: Asked) -> pl.Expr:
    lists = {"source": asked.sources, "condition": asked.conditions, "unit": asked.units, "measure": asked.measures}
    chosen = pl.lit(True)
    for column, words in lists.items():
        if words:
            chosen &= pl.col(column).is_in(list(words))
    if asked.from_date:
        chosen &= pl.col("period_end") >= asked.from_date
    if asked.to_date:
        chosen &= pl.col("period_start") <= asked.to_date
    return chosen


def _as_reached(frame: pl.DataFrame, layer: str, release: str | None) -> pl.DataFrame:
    return frame.with_columns(
        pl.lit(layer).alias("layer"),
        pl.lit(release, pl.String).alias("release"),
        pl.lit(None, pl.Date).alias(erased.ERASED_ON),
        pl.lit([], pl.List(pl.String)).alias("caveats"),
    ).select(pl.col(name).cast(kind) for name, kind in REACHED.items())


def _day_of_erasure() -> pl.Expr:
    return (pl.lit(" on ") + pl.col(erased.ERASED_ON).cast(pl.String)).fill_null("")


def _caveats(at: datetime, *, invented: bool) -> pl.Expr:
    """Words for what a reader has to know of each row."""
    said = [
        pl.when(pl.lit(invented)).then(pl.lit("invented")),
        pl.when(pl.col("period_end") - at.astimezone(UTC).date() > -FILLING).then(pl.lit("still filling")),
        pl.when(pl.col("accumulation") == "cumulative").then(pl.lit("cumulative")),
        pl.when(pl.col("classification") == "unspecified").then(pl.lit("class not said")),
        pl.when(pl.col("value").is_null()).then(pl.lit("silence: ") + pl.col("status") + _day_of_erasure()),
        pl.when(pl.col(breaking.BREAK).is_not_null()).then(pl.lit("break: ") + pl.col(breaking.BREAK)),
    ]
    own = pl.concat_list(said).list.drop_nulls()
    return pl.concat_list(pl.col("caveats"), own).alias("caveats")

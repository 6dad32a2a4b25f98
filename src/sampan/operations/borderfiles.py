"""My border as a file in the post's own form, and released figures brought up to date by asking again.

The file holds the party's own figures and what was released to this very post, cell for cell as the page shows them;
asking again is a request like any other, decided anew, and refused where the clause no longer allows it.
"""

from __future__ import annotations

import tempfile
from datetime import datetime
from pathlib import Path

import polars as pl

from sampan.model.errors import SampanError, UserError
from sampan.model.observations import OBSERVATION
from sampan.model.sources import Source
from sampan.operations import belonging, bordering, homes, observing, returning
from sampan.operations.bordering import Watch
from sampan.operations.sharing import own_form, releasing
from sampan.sharing.agreements.parse import request_of
from sampan.store.figures import Asked
from sampan.store.home import Store

ENDINGS = {"xlsx": ".xlsx", "tsv": ".tsv"}


def own_forms(store: Store, party: str) -> list[Source]:
    """Those of the party's sources whose form is a table of counts that we also write, and know the look of."""
    every = belonging.sources(store, party).values()
    return [one for one in every if one.kind == "aggregate" and _written(one)]


def _written(one: Source) -> bool:
    return not one.form_of and returning.has_form(one)


def write(store: Store, watch: Watch, source: str, folder: Path, now: datetime) -> Path:
    """Eight weeks of the border in one of the party's own forms (empty: the first). UserError for another's."""
    mine = [one.id for one in own_forms(store, watch.party)]
    source = source or next(iter(mine), "")
    if source not in mine:
        raise UserError(f"no source is called {source!r}", do="choose a form of your own")
    released = bordering.released(watch.post, now)
    heard = [own_form.figures_of(one.frame.drop("place_name", strict=False), one.record.code) for one in released]
    own = observing.observations(store, Asked(sources=list(belonging.sources(store, watch.party))))
    own = own.filter(pl.col("unit").is_in(bordering.own_units(store, watch, now)))
    every = pl.concat([own, *[one for one in heard if one.height]]) if heard else own
    weeks = every.filter(pl.col("period_kind") == "week")
    starts = weeks.get_column("period_start").unique().sort()[-bordering.WEEKS :]
    found = weeks.filter(pl.col("period_start").is_in(starts.implode()), pl.col("measure") == "cases")
    path = folder / f"my-border{ENDINGS.get(homes.source(store, source).layout.format, '.csv')}"
    returning.write_as(store, _spoken(found.select(list(OBSERVATION))), source, path)
    return path


def _spoken(figures: pl.DataFrame) -> pl.DataFrame:
    """Figures, and of each cell that nobody tells one silence: a form has one place for it, and a figure goes first."""
    key = ["unit", "period_start", "period_end", "condition", "measure"]
    told = figures.filter(pl.col("value").is_not_null())
    silent = figures.filter(pl.col("value").is_null()).join(told.select(key), on=key, how="anti")
    return pl.concat([told, silent.unique(key, keep="first", maintain_order=True)])


def renew(store: Store, post: str, now: datetime) -> tuple[list[str], list[str]]:
    """Ask again for every open release of a post: the new releases, and why others could not be had."""
    made, refused, asked = [], [], set()
    for one in bordering.released(post, now):
        record = one.record.request
        if record.digest in asked:
            continue
        asked.add(record.digest)
        if request_of(record.text, record.name).as_of is not None:
            continue  # asked as known at one moment: it stays so
        try:
            with tempfile.TemporaryDirectory(prefix="sampan-release-") as folder:
                made.append(str(releasing.release(store, record.text, record.name, Path(folder), now)["release"]))
        except SampanError as problem:
            refused.append(problem.message)
    return made, refused

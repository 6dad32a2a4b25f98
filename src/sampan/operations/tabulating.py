"""Figures of every source: as tables of counts say them, and case lists counted by this office.

What the office counted is marked (`tabulated`), with the number of cases that are in no figure and why.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import polars as pl

from sampan.harmonise.erased import veiled
from sampan.harmonise.tabulate import PERIODS, Cut, Tabulated, counted, declared_cut
from sampan.operations import homes, observing
from sampan.store import figures as stored
from sampan.store.figures import Asked
from sampan.store.home import Store
from sampan.vocab import places

__all__ = ["PERIODS", "Counting", "Known", "changes", "figures"]
ORDER = ["source", "period_start", "unit", "condition", "measure", "classification", "delivery", "row"]


@dataclass(frozen=True)
class Counting:
    """How lists are counted: by these periods and at this level; where not said, as their source declares."""

    every: str | None = None
    level: int | None = None
    undeclared_level: int | None = None  # for sources that declare none; None: as the places were read


AS_DECLARED = Counting()


@dataclass(frozen=True)
class Known:
    """Figures (schema OBSERVATION and `tabulated`), and for each list what its counting left out."""

    figures: pl.DataFrame
    lists: dict[str, Tabulated]

    @property
    def has_tabulated(self) -> bool:
        """True if any figure was counted here from a list."""
        return bool(self.figures.get_column("tabulated").any())


def figures(store: Store, asked: Asked, counting: Counting = AS_DECLARED) -> Known:
    """What is known as of the asked moment, of tables and lists alike."""
    told = observing.observations(store, asked).with_columns(pl.lit(False).alias("tabulated"))
    lists = _lists(store, asked, counting)
    counts = [_asked_for(one.figures.with_columns(pl.lit(True).alias("tabulated")), asked) for one in lists.values()]
    return Known(pl.concat([told, *counts]).sort(ORDER, maintain_order=True), lists)


def changes(store: Store, before: Asked, after: Asked, counting: Counting = AS_DECLARED) -> pl.DataFrame:
    """Figures added, changed or removed between two moments, lists counted alike for both."""
    old, new = (figures(store, asked, counting).figures for asked in (before, after))
    return observing.changes(old, new)


def _lists(store: Store, asked: Asked, counting: Counting) -> dict[str, Tabulated]:
    found = stored.latest_cases(store, replace(asked, gone_too=False))  # a withdrawn case is in no figure
    wanted = _level_of(store, asked.units) if counting.level is None else counting.level
    erased = stored.erased_cells(store, asked)
    known: dict[str, Tabulated] = {}
    for name in sorted({*found.get_column("source").to_list(), *erased.get_column("source").to_list()}):
        source = homes.source(store, name)
        own = declared_cut(source)
        level = own.level if own.level is not None else counting.undeclared_level
        cut = Cut(counting.every or own.every, level if wanted is None else wanted)
        told = counted(found.filter(pl.col("source") == name), source, cut)
        silent = veiled(told.figures, erased.filter(pl.col("source") == name), source, cut)
        known[name] = replace(told, figures=silent)
    return known


def _level_of(store: Store, units: Sequence[str]) -> int | None:
    """The level of the units asked for, if it is one: who asks for a province wants its districts' cases."""
    registry = places.registry(*((store.places,) if store.places.is_dir() else ()))
    levels = {registry.unit(unit).level for unit in units}
    return levels.pop() if len(levels) == 1 else None


def _asked_for(frame: pl.DataFrame, asked: Asked) -> pl.DataFrame:
    """Those of the asked conditions, units, measures and days; sources and moment were asked of the cases."""
    lists = {"condition": asked.conditions, "unit": asked.units, "measure": asked.measures}
    for column, wanted in lists.items():
        if wanted:
            frame = frame.filter(pl.col(column).is_in(list(wanted)))
    if asked.from_date:
        frame = frame.filter(pl.col("period_end") >= asked.from_date)
    if asked.to_date:
        frame = frame.filter(pl.col("period_start") <= asked.to_date)
    return frame

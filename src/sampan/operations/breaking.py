"""Figures with their break marks: a column that says where a unit's territory began or ended as another's."""

from __future__ import annotations

import polars as pl

from sampan.store.home import Store
from sampan.vocab.places import registry

BREAK = "break"


def marked(store: Store, frame: pl.DataFrame) -> pl.DataFrame:
    """The figures with a column `break`; null for a unit whose territory never changed.

    E.g. "territory changed (merge) on 2025-07-01; before it VN-37 Tây Ninh, VN-41 Long An".
    """
    units = frame.get_column("unit").unique().drop_nulls().to_list()
    marks = breaks_of(store, units)
    said = pl.col("unit").replace_strict(marks, default=None, return_dtype=pl.String)
    return frame.with_columns(said.alias(BREAK))


def breaks_of(store: Store, units: list[str]) -> dict[str, str]:
    """Unit -> its break mark in words, of those that have one."""
    places = registry(store.places) if store.places.is_dir() else registry()
    said = {unit: "; ".join(str(edge) for edge in places.breaks(unit)) for unit in units}
    return {unit: mark for unit, mark in said.items() if mark}

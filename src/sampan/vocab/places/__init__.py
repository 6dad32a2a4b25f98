"""Places of every country whose folder is here: names to dated units, and what became of territories.

    resolve(["Tỉnh Tây Ninh"], country="VN", on=date(2026, 1, 1))[0].unit == "VN-37@2025-07-01"

A wrong place is the worst answer: what could be two units is asked, what is no place is none.
"""

from __future__ import annotations

from sampan.vocab.places.api import (
    Gazetteer,
    basemap,
    chain,
    countries,
    populations,
    registry,
    resolve,
    successors_on,
    sums,
    unit,
    units,
)

__all__ = [
    "Gazetteer",
    "basemap",
    "chain",
    "countries",
    "populations",
    "registry",
    "resolve",
    "successors_on",
    "sums",
    "unit",
    "units",
]

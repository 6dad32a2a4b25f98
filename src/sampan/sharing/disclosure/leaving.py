"""A table on its way out, with its ledger: the cells that leave, and the ledger afterwards.

`finest` names the columns that make a person's finest count. They must be the same for every table of one
ledger, finer than any of them shows, so that two groupings of the same persons meet.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

import numpy as np
import polars as pl

from sampan.sharing.disclosure.cells import TOTAL, Cells, Edges, build
from sampan.sharing.disclosure.ledger import Ledger, Offer, admit
from sampan.sharing.disclosure.protect import PRIMARY, PUBLISHED, SECONDARY


def admit_table(
    ledger: Ledger,
    table: pl.DataFrame,
    offer: Offer,
    *,
    dims: Sequence[str],
    finest: Sequence[str],
    count: str,
    hierarchies: Mapping[str, Sequence[Edges]] | None = None,
    period_end: str | None = None,
) -> tuple[pl.DataFrame, Ledger]:
    """All cells over `dims` (columns: dims, value, status) and the ledger with what leaves.

    `offer` says for whom and when; its figures and counts are made here. `finest` includes `dims`.
    `period_end` names the column with the last day a row covers, for `protected_for_days`.
    """
    cells = build(table, dims=finest, count=count, hierarchies=hierarchies)
    names = _names(cells)
    shown = [row for row, codes in enumerate(cells.codes) if _asked(cells.dims, codes, dims)]
    figures = {str(row): tuple(names[i] for i in cells.members[row].indices) for row in shown}
    ends = _ends(table, finest, period_end) if period_end else {}
    counts = dict(zip(names, cells.finest.tolist(), strict=True))
    every = [
        tuple(names[i] for i in cells.members[row].indices) for row in np.flatnonzero(cells.values < offer.minimum)
    ]
    done = admit(ledger, replace(offer, figures=figures, counts=counts, ends=ends, cells=every))
    told = {int(label) for label in done.told}
    at = [cells.dims.index(dim) for dim in dims]
    values = cells.values.tolist()
    rows = [
        (
            *(cells.codes[row][i] for i in at),
            values[row] if row in told else None,
            _status(values[row], row in told, offer),
        )
        for row in shown
    ]
    schema = dict.fromkeys(dims, pl.String) | {"value": pl.Int64, "status": pl.String}
    return pl.DataFrame(rows, schema=schema, orient="row"), done.ledger


def _asked(finest: Sequence[str], codes: Sequence[str], dims: Sequence[str]) -> bool:
    return all(code == TOTAL for dim, code in zip(finest, codes, strict=True) if dim not in dims)


def _status(value: int, told: bool, offer: Offer) -> str:
    if told:
        return PUBLISHED
    return PRIMARY if 0 < value < offer.minimum else SECONDARY


def _names(cells: Cells) -> list[str]:
    """A name for each finest count, the same in every table that has it."""
    names = [""] * len(cells.finest)
    width = np.diff(cells.members.indptr)
    for row in np.flatnonzero(width == 1).tolist():
        names[cells.members.indices[cells.members.indptr[row]]] = _name(cells.dims, cells.codes[row])
    return names


def _name(dims: Sequence[str], codes: Sequence[str]) -> str:
    return "|".join(f"{dim}={code}" for dim, code in sorted(zip(dims, codes, strict=True)))


def _ends(table: pl.DataFrame, finest: Sequence[str], period_end: str) -> dict[str, date]:
    rows = table.select(*[pl.col(name).cast(pl.String) for name in finest], pl.col(period_end).cast(pl.Date)).rows()
    return {_name(finest, row[:-1]): row[-1] for row in rows}

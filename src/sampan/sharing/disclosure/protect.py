"""Protect a table of counts: every cell with its figure, or held back so that nobody can work it out.

Rule, in two numbers: a count of 1 to minimum - 1 is primary; with `interval` every primary cell keeps
possible figures at least `minimum` apart. The cells held back beside them are called secondary.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import polars as pl

from sampan.model.errors import UserError
from sampan.sharing.disclosure.cells import Cells, Edges, build
from sampan.sharing.disclosure.gauss import exact_pattern, problem
from sampan.sharing.disclosure.widen import widen

PUBLISHED, PRIMARY, SECONDARY = "published", "primary", "secondary"


def protect(
    table: pl.DataFrame,
    *,
    dims: Sequence[str],
    count: str,
    minimum: int,
    hierarchies: Mapping[str, Sequence[Edges]] | None = None,
    interval: bool = False,
) -> pl.DataFrame:
    """All cells of the table (columns: dims, value, status), value null where it is held back.

    Exact protection: no primary cell can be computed from the published ones, knowing that counts are whole and not
    below zero, that every zero is told and so none is held back, nor by a lone contributor who knows its own cell.
    With a minimum of 2 a primary cell is a count of one by what the word says: show one word for both kinds.
    """
    cells = build(table, dims=dims, count=count, hierarchies=hierarchies)
    status = pattern(cells, minimum, interval=interval)
    frame = pl.DataFrame(list(cells.codes), schema=dict.fromkeys(dims, pl.String), orient="row")
    return frame.with_columns(
        pl.Series("value", cells.values, dtype=pl.Int64), pl.Series("status", status, dtype=pl.String)
    ).with_columns(pl.when(pl.col("status") == PUBLISHED).then(pl.col("value")).alias("value"))


def pattern(cells: Cells, minimum: int, *, interval: bool = False) -> np.ndarray:
    """The status of every cell (shape: cells)."""
    if minimum < 1:
        raise UserError(
            f"a minimum of {minimum} protects nothing that could be counted",
            kept="nothing was written",
            do="give 1 (publish everything) or more; 5 protects the counts 1 to 4",
        )
    given = problem(cells, minimum)
    status = np.full(len(cells), PUBLISHED, dtype=object)
    if given.primary.any():
        held = widen(given, exact_pattern(given), 1)
        if interval:  # of an interval the zeros told are not taken off; what that publishes again is tested once more
            held = widen(given, widen(replace(given, least=0), held, minimum), 1)
        behind = cells.values > 0
        of_cell = given.sum_of[behind]
        status[behind] = np.where(given.primary[of_cell], PRIMARY, np.where(held[of_cell], SECONDARY, PUBLISHED))
    return status

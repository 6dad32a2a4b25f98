"""Protect a table of counts: every cell with its figure, or held back so that nobody can work it out.

Rule, in two numbers: a count of 1 to minimum - 1 is primary; with `interval` every primary cell keeps
possible figures at least `minimum` apart. The cells held back beside them are called secondary.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np
import polars as pl

from sampan.model.errors import UserError
from sampan.sharing.disclosure.bounds import Proofs, Space, prove
from sampan.sharing.disclosure.cells import Cells, Edges, build
from sampan.sharing.disclosure.gauss import EFFORT, Problem, exact_pattern, problem, with_lone
from sampan.sharing.disclosure.widen import widen

SMALL_TABLE = 700  # distinct sums up to which a second way to a pattern is tried
STARTS = 4  # of the search; a large table spends its effort on the first
SEED = 21  # of the orders tried: the same table gives the same pattern
PUBLISHED, PRIMARY, SECONDARY = "published", "primary", "secondary"


def protect(
    table: pl.DataFrame,
    *,
    dims: Sequence[str],
    count: str,
    minimum: int,
    hierarchies: Mapping[str, Sequence[Edges]] | None = None,
    interval: bool = False,
    worded: bool = False,
) -> pl.DataFrame:
    """All cells of the table (columns: dims, value, status), value null where it is held back.

    Exact protection: no primary cell can be computed from the published ones, knowing that counts are whole and not
    below zero, that every zero is told and so none is held back, nor by a lone contributor who knows its own cell.
    Whoever is given the table must see one word for both kinds, unless it is `worded`: then more is held back, for it
    is also known what the words say: a primary count is below the minimum, a secondary one is not. What the word alone
    says nothing hides: with a minimum of 2 a primary cell is a count of one.
    """
    cells = build(table, dims=dims, count=count, hierarchies=hierarchies)
    status = pattern(cells, minimum, interval=interval, worded=worded)
    frame = pl.DataFrame(list(cells.codes), schema=dict.fromkeys(dims, pl.String), orient="row")
    return frame.with_columns(
        pl.Series("value", cells.values, dtype=pl.Int64), pl.Series("status", status, dtype=pl.String)
    ).with_columns(pl.when(pl.col("status") == PUBLISHED).then(pl.col("value")).alias("value"))


def pattern(cells: Cells, minimum: int, *, interval: bool = False, worded: bool = False) -> np.ndarray:
    """The status of every cell (shape: cells); `worded` as in `protect`."""
    if minimum < 1:
        raise UserError(
            f"a minimum of {minimum} protects nothing that could be counted",
            kept="nothing was written",
            do="give 1 (publish everything) or more; 5 protects the counts 1 to 4",
        )
    given = problem(cells, minimum)
    status = np.full(len(cells), PUBLISHED, dtype=object)
    if given.primary.any():
        exact = _worded if worded else _bounded
        held = _fewest(given, exact)
        if interval:  # of an interval the zeros told are not taken off; what that publishes again is tested once more
            held = exact(given, widen(replace(given, least=0), held, minimum))
        behind = cells.values > 0
        of_cell = given.sum_of[behind]
        status[behind] = np.where(given.primary[of_cell], PRIMARY, np.where(held[of_cell], SECONDARY, PUBLISHED))
    return status


def _fewest(given: Problem, exact: Callable[[Problem, np.ndarray], np.ndarray]) -> np.ndarray:
    """The smallest of the patterns found: algebra first and bounds after, or (where it pays) the other way round.

    The sweep takes one sum after the other and sees no further; where groupings overlap, the cheapest moves of a linear
    programme cover many small sums at once. From either pattern the search goes on.
    """
    small = len(given.values) <= SMALL_TABLE
    effort = EFFORT // 2 if small else EFFORT
    found = [exact(given, exact_pattern(given, effort=effort, starts=STARTS, seed=SEED))]
    if small:
        moved = with_lone(given, exact(given, given.closed.copy()))
        found += [moved, exact(given, exact_pattern(given, effort=effort, start=moved, starts=STARTS - 1, seed=SEED))]
    return min(found, key=given.cost)


def _bounded(given: Problem, held: np.ndarray) -> np.ndarray:
    """Further sums (bool) held back, so that no primary one has only one possible count."""
    return widen(given, held, 1)


def _worded(given: Problem, held: np.ndarray) -> np.ndarray:
    """Further sums (bool) held back, so that no primary one has only one possible count for who reads the words too.

    What the words alone tell is kept from those who do not see them: with a minimum of 2 a small count is one, and
    two parts above zero in a total of two with a minimum of 3 are one each.
    """
    worded = replace(given, worded=True)
    told = prove(Space(worded, ~given.fixed), Proofs(len(given.values), whole=True), 1)
    held = widen(worded, held, 1, past=told)
    return widen(given, held, 1, trim=False) if len(told) else held

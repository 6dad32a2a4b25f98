"""Which cells to hold back so that no protected one can be computed, nor by a lone contributor.

All cells start unknown. They are published one after another, the largest first, and a cell stays
unknown when its figure would give a protected one away (Langsrud, Privacy in Statistical Databases
2024, "Secondary cell suppression by Gaussian elimination": candidates in order, columns eliminated).
No held-back cell could be published afterwards: the pattern is minimal. Several orders are tried,
as many as the size of the table allows, and the pattern with the fewest cells wins.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from sampan.sharing.disclosure.cells import Cells
from sampan.sharing.disclosure.elimination import Unknown

EFFORT = 12_000_000  # sums x finest cells looked at, over all orders tried


@dataclass(frozen=True)
class Problem:
    """The distinct sums of a table: cells with the same persons in them are one sum.

    `members` (sums x finest cells that are not empty), `present` and `values` (counts of persons),
    `primary` (bool, sums), `sum_of` (for each cell its sum, -1 for an empty cell).
    """

    members: sp.csr_matrix
    present: np.ndarray
    values: np.ndarray
    primary: np.ndarray
    sum_of: np.ndarray
    minimum: int

    @property
    def weights(self) -> np.ndarray:
        """How many cells of the table each sum stands for (shape: sums)."""
        return np.bincount(self.sum_of[self.sum_of >= 0], minlength=len(self.values))


def problem(cells: Cells, minimum: int) -> Problem:
    """The sums behind the cells; empty cells are zeros, published, and leave the problem."""
    live = np.flatnonzero(cells.finest > 0)
    members = sp.csr_matrix(cells.members[:, live])
    members.sort_indices()
    seen: dict[bytes, int] = {}
    first: list[int] = []
    sum_of = np.full(len(cells), -1, dtype=np.int64)
    for cell in np.flatnonzero(cells.values > 0):
        inside = members.indices[members.indptr[cell] : members.indptr[cell + 1]].tobytes()
        if inside not in seen:
            seen[inside] = len(first)
            first.append(int(cell))
        sum_of[cell] = seen[inside]
    values = cells.values[first]
    return Problem(
        sp.csr_matrix(members[first]), cells.finest[live], values, (values > 0) & (values < minimum), sum_of, minimum
    )


def exact_pattern(given: Problem) -> np.ndarray:
    """Sums to hold back (bool), primary ones included, so that linear algebra recovers none of them.

    The number of orders tried depends on the size alone: the same table gives the same pattern anywhere.
    """
    generator = np.random.default_rng(20)
    weights, size = given.weights, given.members.shape[0] * given.members.shape[1]
    best: np.ndarray | None = None
    for attempt in range(int(np.clip(EFFORT // max(size, 1), 1, 24))):
        pattern = sweep(given, _order(given, generator, attempt))
        if best is None or weights[pattern].sum() < weights[best].sum():
            best = pattern
    assert best is not None, "at least one order is always tried"
    return best


def sweep(given: Problem, order: np.ndarray) -> np.ndarray:
    """Publish the sums in this order where that is safe; the held-back ones (bool) are the answer."""
    unknown = Unknown(given.members, watched=given.primary, alone=given.values == 1)
    held = given.primary.copy()
    for cell in order:
        if not given.primary[cell]:
            held[cell] = not unknown.publish(int(cell))
    return held


def _order(given: Problem, generator: np.random.Generator, attempt: int) -> np.ndarray:
    """Largest first; later attempts shake the sizes, more and more."""
    size = np.log(given.values.astype(float))
    if attempt:
        size = size + generator.normal(0, 0.1 + 0.05 * (attempt % 8), len(size))
    return np.lexsort((np.arange(len(size)), -size))

"""Which cells to hold back so that no protected one can be computed, nor by a lone contributor.

All cells start unknown. They are published one after another, the largest first, and a cell stays
unknown when its figure would give a protected one away (Langsrud, Privacy in Statistical Databases
2024, "Secondary cell suppression by Gaussian elimination": candidates in order, columns eliminated).
No held-back cell could be published afterwards: the pattern is minimal. Parts of it are then taken
apart and put together in other orders, as often as the size of the table allows; the fewest cells win.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from sampan.sharing.disclosure.cells import Cells
from sampan.sharing.disclosure.elimination import Unknown

EFFORT = 340_000_000  # steps of elimination spent on the search (about two seconds)
TRIALS, TRIAL_COST = 8, 100_000  # orders tried for each part taken apart; steps that setting one up is worth
PATIENCE = 10  # rounds without gain
SCATTERED = 0.1  # of the rounds take sums from everywhere, the others from one part of the table
SHAKEN = 0.3  # how far the logarithms of sizes are shaken for another start


@dataclass(frozen=True)
class Problem:
    """The distinct sums of a table: cells with the same persons in them are one sum.

    `members` (sums x finest cells that are not empty), `present` and `values` (counts of persons),
    `primary` (bool, sums) are protected; `closed` (bool) are never published, the primary ones and any that
    cannot be protected any more; `fixed` (bool) left earlier and are known; `sum_of` (for each cell its sum,
    -1 for an empty cell). A count not told is known to be `least` or more: 1 where every zero is told.
    With `worded` the reader is told which of the sums held back are small. With `unseen` nothing goes by how large a
    sum is that is held back, only by whether it is small, so that the choice of sums tells nothing more.
    `ones` (sets x finest counts, 0/1, or none) are counts of one whose sum would tell each of them, since none is zero.
    """

    members: sp.csr_matrix
    present: np.ndarray
    values: np.ndarray
    primary: np.ndarray
    closed: np.ndarray
    fixed: np.ndarray
    sum_of: np.ndarray
    minimum: int
    least: int = 0
    worded: bool = False
    unseen: bool = False
    ones: sp.csr_matrix | None = None

    def cost(self, held: np.ndarray) -> tuple[int, int]:
        """How many cells these sums (bool) hold back, then how large they are: of patterns alike the totals stay."""
        return int(self.weights[held].sum()), int((self.weights * self.sizes)[held].sum())

    @property
    def alone(self) -> np.ndarray:
        """Sums (bool) that one person may make up; with `unseen` any protected one."""
        return self.primary.copy() if self.unseen else self.values == 1

    @property
    def sizes(self) -> np.ndarray:
        """What the order of sums goes by (shape: sums): their counts; with `unseen` how many counts they hold."""
        return np.diff(self.members.indptr) if self.unseen else self.values

    @property
    def weights(self) -> np.ndarray:
        """How many cells of the table each sum stands for (shape: sums)."""
        return np.bincount(self.sum_of[self.sum_of >= 0], minlength=len(self.values))


def problem(cells: Cells, minimum: int) -> Problem:
    """The sums behind the cells; empty cells are zeros, published, and leave the problem."""
    members, present, sum_of, first = distinct_sums(cells.members, cells.finest)
    values = cells.values[first]
    small = values < minimum
    nothing = np.zeros(len(small), dtype=bool)
    ones = _ones(members, present)
    return Problem(members, present, values, small, small, nothing, sum_of, minimum, least=1, ones=ones)


def _ones(members: sp.csr_matrix, present: np.ndarray) -> sp.csr_matrix:
    """The counts of one in each sum that holds two or more of them, each set once."""
    inside = sp.csr_matrix(members.multiply(present == 1))
    inside.eliminate_zeros()
    inside.sort_indices()
    ends = enumerate(itertools.pairwise(inside.indptr.tolist()))
    sets = {inside.indices[start:stop].tobytes(): row for row, (start, stop) in ends if stop > start + 1}
    return sp.csr_matrix(inside[sorted(sets.values())])


def distinct_sums(
    members: sp.csr_matrix, counts: np.ndarray, *, empty: bool | np.ndarray = False
) -> tuple[sp.csr_matrix, np.ndarray, np.ndarray, list[int]]:
    """Rows with the same persons as one sum: sums x counts above zero, those counts, row -> sum, sum -> first row.

    A row may take counts away (-1) as well: of a difference between two sums only its figure is known.
    A row over empty counts alone belongs to no sum (-1), unless `empty` counts (all, or these) are kept like others.
    """
    live = np.flatnonzero((counts > 0) | empty)
    members = sp.csr_matrix(members[:, live])
    members.sort_indices()
    seen: dict[bytes, int] = {}
    first: list[int] = []
    sum_of = np.full(members.shape[0], -1, dtype=np.int64)
    for row in np.flatnonzero(np.diff(members.indptr)).tolist():
        at = slice(members.indptr[row], members.indptr[row + 1])
        inside = members.indices[at].tobytes() + members.data[at].tobytes()
        if inside not in seen:
            seen[inside] = len(first)
            first.append(row)
        sum_of[row] = seen[inside]
    return sp.csr_matrix(members[first]), counts[live], sum_of, first


def exact_pattern(
    given: Problem, *, effort: int = EFFORT, start: np.ndarray | None = None, starts: int = 1, seed: int = 20
) -> np.ndarray:
    """Sums to hold back (bool), primary ones included, so that linear algebra recovers none of them.

    The search sets out from `start` (bool, sums: a pattern that holds by algebra), or from one sweep in order of size;
    where it gains no more, from there again or from a sweep in a like order, `starts` times in all. The work depends on
    the table alone: the same table gives the same pattern on any machine.
    """
    generator = np.random.default_rng(seed)
    work, found = 0, []
    for number in range(starts):
        if number and work >= effort:
            break
        begun = sweep(given, _order(given, generator if number else None)) if start is None else start
        best, work = _searched(given, begun, generator, work, effort)
        found.append(best)
    return min(found, key=given.cost)


def _searched(
    given: Problem, best: np.ndarray, generator: np.random.Generator, work: int, effort: int
) -> tuple[np.ndarray, int]:
    """The best pattern (bool, sums) that a search from this one comes to, and the work done by then."""
    work, stale = work + 20_000 * len(best), 0  # the first pattern counts too: a large table gets less of a search
    least = best
    while (best & ~given.closed).any() and work < effort and stale < PATIENCE:
        before = given.weights[best].sum()
        best, spent = _search(given, best, generator)
        least = min(least, best, key=given.cost)
        work += spent
        stale = 0 if given.weights[best].sum() < before else stale + 1
    return least, work


def _search(given: Problem, best: np.ndarray, generator: np.random.Generator) -> tuple[np.ndarray, int]:
    """Ruin and recreate: take part of the pattern apart and put it together in other orders; and the work."""
    apart = _apart(given, generator)
    kept = ~best & (given.fixed | ~apart)
    unknown = started(given)
    for cell in _order(given):
        if kept[cell]:
            unknown.publish(int(cell))
    cells = np.flatnonzero(~kept & (given.closed | (unknown.filled[: len(best)] > 0)))
    core = unknown.core(np.concatenate([cells, np.arange(len(best), len(unknown.filled))]))
    size, weights = np.log(given.sizes[cells]), given.weights
    work = unknown.work
    for _ in range(TRIALS):
        trial = core.core(np.arange(len(core.filled)))
        secondary = best[cells] & ~given.closed[cells]
        first = secondary & (generator.random(len(cells)) < generator.choice([0.05, 0.1, 0.2, 0.4]))
        key = np.where(first, -1.0, np.where(secondary, 1.0, 0.0))
        key += (generator.normal(0, 0.5, len(cells)) - size) / 100
        pattern = given.closed.copy()
        for number in np.argsort(key, kind="stable"):
            if not given.closed[cells[number]]:
                pattern[cells[number]] = not trial.publish(int(number))
        work += trial.work - core.work + TRIAL_COST
        if weights[pattern].sum() <= weights[best].sum():
            best = pattern
    return best, work


def _apart(given: Problem, generator: np.random.Generator) -> np.ndarray:
    """Sums (bool) to take out of a pattern: some of all, or those that lie in one part of the table.

    What is gained in one part is kept while another is tried, so parts find more. `unseen`, nothing goes by the table.
    """
    if given.unseen or generator.random() < SCATTERED:
        share = generator.choice([0.15, 0.3, 0.5])
        return np.asarray(generator.random(len(given.values)) < share)
    members, sizes = given.members, np.diff(given.members.indptr)
    share = generator.choice([0.03, 0.06, 0.12])
    seeds = np.flatnonzero((sizes > 1) & (sizes <= max(2, share * members.shape[1])))
    part = np.zeros(members.shape[1])
    for seed in generator.permutation(seeds).tolist():
        if part.mean() >= share:
            break
        part[members.indices[members.indptr[seed] : members.indptr[seed + 1]]] = 1
    return np.asarray(members @ part >= generator.choice([0.2, 0.34]) * sizes)


def sweep(given: Problem, order: np.ndarray) -> np.ndarray:
    """Publish the sums in this order where that is safe; the held-back ones (bool) are the answer."""
    unknown = started(given)
    held = given.closed.copy()
    for cell in order:
        if not given.closed[cell]:
            held[cell] = not unknown.publish(int(cell))
    return held


def with_lone(given: Problem, held: np.ndarray) -> np.ndarray:
    """A pattern (bool, sums) and what else must be held back so that algebra and lone contributors recover nothing."""
    order = _order(given)
    return held | sweep(given, np.concatenate([order[~held[order]], order[held[order]]]))


def started(given: Problem) -> Unknown:
    """What is unknown after the figures that left earlier; behind the sums stand the sets of `ones`."""
    ones = given.ones if given.ones is not None else given.members[:0]
    more = np.zeros(ones.shape[0], dtype=bool)
    unknown = Unknown(
        sp.vstack([given.members, ones], format="csr"),
        watched=np.concatenate([given.primary, ~more]),
        alone=np.concatenate([given.alone, more]),
        compared=np.concatenate([given.primary, more]),
    )
    for cell in np.flatnonzero(given.fixed):
        unknown.publish(int(cell), whatever=True)
    return unknown


def _order(given: Problem, generator: np.random.Generator | None = None) -> np.ndarray:
    """The largest first (with `unseen`: of the most counts); among equals, as they stand. With a generator about so."""
    sizes = given.sizes
    if generator is not None:
        sizes = np.log(np.maximum(sizes, 1)) + generator.normal(0, SHAKEN, len(sizes))
    return np.lexsort((np.arange(len(given.values)), -sizes))

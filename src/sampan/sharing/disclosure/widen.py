"""More cells held back, where the figures that stay possible lie too close together.

For a sum whose interval is too narrow, the cheapest further cells are found by a linear programme
(minimise the published figures that would have to move: after Kelly, Golden and Assad, Networks 22,
1992, and the cost bound of Fischetti and Salazar, Management Science 47, 2001, section 4). Afterwards
every cell that is not needed is published again, as long as the proofs still stand without it.
"""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp
from scipy.optimize import linprog

from sampan.sharing.disclosure.bounds import REACH, Proofs, Space, prove, prove_one
from sampan.sharing.disclosure.gauss import Problem, sweep

MOVED = 1e-6
TRIMS = 60  # cells tried for publishing again, those added here first


def widen(given: Problem, held: np.ndarray, width: int) -> np.ndarray:
    """A pattern (bool, sums) containing `held` in which every primary interval is `width` wide."""
    start, held, proofs = held, held.copy(), Proofs(len(given.values))
    while True:
        narrow = prove(Space(given, held), proofs, width)  # holding back more never undoes a proof
        if not len(narrow):
            return _trim(given, held, held & ~start, proofs, width)
        for cell in narrow:
            if proofs.width[cell] < width:
                more = _more_cells(given, held, int(cell), width) & ~held
                held |= more if more.any() else _nearest(given, held, int(cell))
                prove_one(Space(given, held), proofs, int(cell), width)


def _more_cells(given: Problem, held: np.ndarray, cell: int, width: int) -> np.ndarray:
    """The cheapest further sums (bool) whose holding back lets the interval of `cell` be `width` wide."""
    members = given.members.astype(float)
    row = np.asarray(members[cell].todense()).ravel()
    down = min(width, int(given.values[cell]))
    best, price = np.zeros(len(held), dtype=bool), np.inf
    for change in ((-down, width - down), (0, width)):
        chosen = np.zeros(len(held), dtype=bool)
        for amount in change:
            if amount:
                chosen |= _moved(given, held | chosen, row, amount)
        cost = given.weights[chosen & ~held].sum()
        if cost < price:
            best, price = chosen, cost
    assert np.isfinite(price), f"sum {cell} cannot be protected even with everything held back"
    return best


def _nearest(given: Problem, held: np.ndarray, cell: int) -> np.ndarray:
    """The smallest published sum sharing persons with `cell`: progress where fractions, not persons, could move."""
    shared = np.asarray((given.members @ given.members[cell].T).todense()).ravel() > 0
    open_sums = np.flatnonzero(~held & shared)
    chosen = np.zeros(len(held), dtype=bool)
    chosen[open_sums[np.argmin(given.values[open_sums])]] = True
    return chosen


def _moved(given: Problem, held: np.ndarray, row: np.ndarray, amount: int) -> np.ndarray:
    """Sums (bool) that change in the cheapest move with exactly `amount` in the sum `row`."""
    members = given.members.astype(float)
    finest, seen = members.shape[1], np.flatnonzero(~held)
    seen_rows = members[seen]
    eye = sp.identity(len(seen), format="csr")
    upper = sp.vstack([sp.hstack([seen_rows, -eye]), sp.hstack([-seen_rows, -eye])], format="csr")
    cost = np.concatenate([np.full(finest, 1e-4), given.weights[seen].astype(float)])
    # the last variables are the size of the change in each published sum; the first are free of cost but for ties
    found = linprog(
        cost,
        A_ub=upper,
        b_ub=np.zeros(upper.shape[0]),
        A_eq=sp.csr_matrix(np.concatenate([row, np.zeros(len(seen))])[None, :]),
        b_eq=[amount],
        bounds=[(-int(p), REACH * given.minimum) for p in given.present] + [(0, None)] * len(seen),
        method="highs",
    )
    moved = np.zeros(len(held), dtype=bool)
    if found.x is not None:
        moved[seen] = np.abs(seen_rows @ found.x[:finest]) > MOVED
    return moved


def _trim(given: Problem, held: np.ndarray, added: np.ndarray, proofs: Proofs, width: int) -> np.ndarray:
    """Publish again what the proofs can do without: the added cells first, the largest figures first."""
    if not added.any():
        return held  # the pattern was minimal before, and still is
    candidates = np.flatnonzero(held & ~given.primary)
    candidates = candidates[np.lexsort((-given.values[candidates], ~added[candidates]))][:TRIMS]
    for cell in candidates:
        trial = held.copy()
        trial[cell] = False
        if not added[cell] and not _recovers_nothing(given, trial):
            continue
        kept = proofs.without(int(cell))
        if not len(prove(Space(given, trial), kept, width, rounds=1, all_failures=False)):
            held, proofs = trial, kept
    return held


def _recovers_nothing(given: Problem, held: np.ndarray) -> bool:
    order = np.concatenate([np.flatnonzero(~held & ~given.primary), np.flatnonzero(held & ~given.primary)])
    return bool((sweep(given, order) <= held).all())

"""More cells held back, where the figures that stay possible lie too close together.

For a sum whose interval is too narrow, the cheapest further cells are found by a linear programme
(minimise the published figures that would have to move: after Kelly, Golden and Assad, Networks 22,
1992, and the cost bound of Fischetti and Salazar, Management Science 47, 2001, section 4). Afterwards
every cell that is not needed is published again, as long as the proofs still stand without it.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import scipy.sparse as sp
from scipy.optimize import Bounds, LinearConstraint, milp

from sampan.sharing.disclosure.bounds import REACH, Proofs, Space, prove, prove_one
from sampan.sharing.disclosure.gauss import Problem, sweep

MOVED = 1e-6
TRIMS, OTHER_TRIMS = 60, 12  # cells tried for publishing again: of those added here, and of the others


def widen(given: Problem, held: np.ndarray, width: int) -> np.ndarray:
    """A pattern (bool, sums) in which every primary interval is `width` wide; starts from `held`.

    A width of 1 is exact protection, and is proven with whole persons.
    """
    given = replace(given, primary=given.primary.copy())
    start, held, proofs = held, held.copy(), Proofs(len(given.values), whole=width == 1)
    while True:
        narrow = prove(Space(given, held), proofs, width)  # holding back more never undoes a proof
        if not len(narrow):
            return _trim(given, held, held & ~start, proofs, width)
        space = Space(given, held)
        for cell in narrow:
            if proofs.width[cell] < width and (cell == narrow[0] or not prove_one(space, proofs, int(cell), width)):
                more = _further(given, held, int(cell), proofs, width)
                held |= more
                space = Space(given, held)
                if not prove_one(space, proofs, int(cell), width) and not more.any():
                    given.primary[cell] = False  # what left earlier pins it, and nothing held back now changes that


def _further(given: Problem, held: np.ndarray, cell: int, proofs: Proofs, width: int) -> np.ndarray:
    """Further sums (bool) to hold back, or none if a proof came up while looking for them.

    First the fewest that let fractions of persons move; where those are held back already, the
    shortest move is looked for instead, which is nearly always one of whole persons.
    """
    for by_length in (False, True):
        more, moves = _more_cells(given, held, cell, width, by_length=by_length)
        more &= ~held
        if more.any():
            return more
        for move in moves:
            proofs.add(move)
        if proofs.width[cell] >= width:
            return more
    return _nearest(given, held, cell)


def _more_cells(
    given: Problem, held: np.ndarray, cell: int, width: int, *, by_length: bool
) -> tuple[np.ndarray, list[np.ndarray]]:
    """The cheapest further sums (bool) that let the interval of `cell` be `width` wide, and the moves."""
    down = min(width, int(given.values[cell] - given.least * given.members[[cell]].sum()))
    best, price, proof = np.zeros(len(held), dtype=bool), np.inf, []
    for change in ((-down, width - down), (0, width)):
        chosen, moves = np.zeros(len(held), dtype=bool), []
        for amount in change:
            if amount:
                move = _move(given, held | chosen, cell, amount, by_length=by_length)
                if move is None:
                    break
                moves.append(move)
                chosen |= np.abs(move) > MOVED
        else:
            cost = given.weights[chosen & ~held].sum()
            if cost < price:
                best, price, proof = chosen, cost, moves
    return best, proof


def _nearest(given: Problem, held: np.ndarray, cell: int) -> np.ndarray:
    """The smallest sum that could be held back, of those sharing persons with `cell` if there are any; or none."""
    open_sums = np.flatnonzero(~held & ~given.fixed)
    shared = np.asarray((given.members[open_sums] @ given.members[cell].T).todense()).ravel() > 0
    chosen = np.zeros(len(held), dtype=bool)
    if len(open_sums):
        chosen[open_sums[np.lexsort((given.values[open_sums], ~shared))[0]]] = True
    return chosen


def _move(given: Problem, held: np.ndarray, cell: int, amount: int, *, by_length: bool) -> np.ndarray | None:
    """The cheapest move (shape: sums) with exactly `amount` in one sum, or None; published sums that move are paid for.

    Variables: what each finest cell gains, what it loses, and the size of the change in each published sum.
    """
    members = given.members.astype(float)
    finest, seen = members.shape[1], np.flatnonzero(~held)
    change = sp.hstack([members[seen], -members[seen]], format="csr")
    eye = sp.identity(len(seen), format="csr")
    paid = sp.vstack([sp.hstack([change, -eye]), sp.hstack([-change, -eye])], format="csr")
    goal = sp.hstack([members[cell], -members[cell], sp.csr_matrix((1, len(seen)))], format="csr")
    most = np.concatenate([np.full(finest, float(REACH * given.minimum)), given.present - float(given.least)])
    found = milp(
        np.concatenate([np.full(2 * finest, 1.0 if by_length else 1e-4), given.weights[seen].astype(float)]),
        constraints=[LinearConstraint(paid, -np.inf, 0), LinearConstraint(goal, amount, amount)],
        bounds=Bounds(0, np.concatenate([most, np.where(given.fixed[seen], 0, np.inf)])),
    )
    if found.x is None:
        return None
    move = found.x[:finest] - found.x[finest : 2 * finest]
    rounded = np.rint(move)
    return np.asarray(members @ (rounded if np.abs(move - rounded).max() < MOVED else move)).ravel()


def _trim(given: Problem, held: np.ndarray, added: np.ndarray, proofs: Proofs, width: int) -> np.ndarray:
    """Publish again what the proofs can do without: the added cells first, the largest figures first."""
    if not added.any():
        return held  # the pattern was minimal before, and still is
    candidates = np.flatnonzero(held & ~given.closed)
    candidates = candidates[np.argsort(-given.values[candidates], kind="stable")]
    mine = added[candidates]
    candidates = np.concatenate([candidates[mine][:TRIMS], candidates[~mine][:OTHER_TRIMS]])
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
    order = np.concatenate([np.flatnonzero(~held), np.flatnonzero(held)])
    return bool((sweep(given, order) <= held).all())

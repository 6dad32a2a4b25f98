"""More cells held back, where the figures that stay possible lie too close together.

For a sum whose interval is too narrow, the cheapest further cells are found by a linear programme
(minimise the published figures that would have to move: after Kelly, Golden and Assad, Networks 22,
1992, and the cost bound of Fischetti and Salazar, Management Science 47, 2001, section 4). Afterwards
every cell that is not needed is published again, as long as the proofs still stand without it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import scipy.sparse as sp
from scipy.optimize import Bounds, LinearConstraint, milp

from sampan.sharing.disclosure.bounds import REACH, Proofs, Space, prove, prove_one, pushed, worded
from sampan.sharing.disclosure.elimination import Unknown
from sampan.sharing.disclosure.gauss import Problem, started

MOVED = 1e-6
NEAR = 1_500  # finest counts among which a move is looked for first
FEW = 3  # sums still to be proven that are pushed one by one at once
# cells added that are tried for publishing again (a large table gets less), and one in so many of the others
TRIMS, TRIM_SIZE, OTHERS = 60, 12_000, 5


class _Tried(NamedTuple):
    """Sums (indices) that may be published again, and what is unknown while they are not."""

    cells: np.ndarray
    unknown: Unknown


def widen(
    given: Problem, held: np.ndarray, width: int, *, trim: bool = True, past: Sequence[int] | np.ndarray = ()
) -> np.ndarray:
    """A pattern (bool, sums) in which every primary interval is `width` wide; starts from `held`.

    A width of 1 is exact protection, and is proven with whole persons. With `trim` what turns out not to be needed is
    published again. The sums `past` are pinned whatever is held back: only algebra is kept from them.
    """
    watched, given = given, replace(given, primary=given.primary.copy())
    given.primary[list(past)] = False
    start, held, proofs = held, held.copy(), Proofs(len(given.values), whole=width == 1)
    while True:
        space = Space(given, held)
        # holding back more never undoes a proof
        narrow = (prove if given.unseen else pushed)(space, proofs, width)
        if not len(narrow):
            if not trim or given.unseen or not (held & ~start).any():
                return held  # without anything added the pattern was minimal before, and still is
            tried = _Tried(_candidates(given, held, held & ~start), _all_published(watched, held))
            return _trim(given, held, proofs, width, tried)
        for cell in narrow.tolist():
            if proofs.width[cell] < width and not prove_one(space, proofs, cell, width):
                if given.unseen:
                    more = _whole_equation(given, held, cell)
                else:
                    more = _further(given, held, cell, proofs, width)
                held |= more
                space = Space(given, held)
                if proofs.width[cell] < width and not prove_one(space, proofs, cell, width) and not more.any():
                    given.primary[cell] = False  # what left earlier pins it, and nothing held back now changes that


def _further(given: Problem, held: np.ndarray, cell: int, proofs: Proofs, width: int) -> np.ndarray:
    """Further sums (bool) to hold back, or none if a proof came up while looking for them.

    First the fewest that let fractions of persons move; where those are held back already, the
    shortest move is looked for instead, which is nearly always one of whole persons.
    """
    for by_length in (False, True):
        more, moves = _more_cells(given, held, cell, width, by_length=by_length)
        more &= ~held
        for move in moves:  # nothing moves in them but what is held back or will be
            proofs.add(move)
        if more.any():
            return more
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


def _whole_equation(given: Problem, held: np.ndarray, cell: int) -> np.ndarray:
    """Every sum (bool) inside the smallest told sum that holds persons of `cell`; if all are held, every sum there is.

    Which it is follows from how the sums hang together alone, and what is left to be seen is one total, or nothing: as
    where everything is small.
    """
    members = abs(given.members)
    open_sums = ~held & ~given.fixed
    touching = np.asarray((members @ members[[cell]].T).todense()).ravel() > 0
    equations = np.flatnonzero(touching & ~held)
    equations = equations[np.argsort(given.sizes[equations], kind="stable")]
    for equation in equations.tolist():
        shared = np.asarray((members @ members[[equation]].T).todense()).ravel()
        inside = open_sums & (shared == given.sizes)
        inside[equation] = False
        if inside.any():
            return inside
    # where nothing left earlier, silence altogether is always an answer, and the commonest one
    if open_sums[equations].any() or not given.fixed.any():
        return open_sums
    helps = prove_one(Space(given, held | open_sums), Proofs(len(held), whole=True), cell, 1)
    return _nearest_open(members, open_sums, ~held, cell) if helps else np.zeros(len(held), dtype=bool)


def _nearest_open(members: sp.csr_matrix, open_sums: np.ndarray, told: np.ndarray, cell: int) -> np.ndarray:
    """The sums (bool) of `open_sums` that hang together with `cell` by the fewest told sums between.

    Sums that are known to be equal share no counts: a told quarter's months are tied to a week by the month's days.
    """
    near, reached = np.zeros(len(told), dtype=bool), np.zeros(len(told), dtype=bool)
    reached[cell] = True
    while not near.any():
        counts = np.asarray(members[reached].sum(axis=0)).ravel() > 0
        further = reached | (told & (np.asarray(members @ counts).ravel() > 0))
        near, grown = open_sums & further, (further & ~reached).any()
        if not grown:
            break
        reached = further
    return near


def _move(given: Problem, held: np.ndarray, cell: int, amount: int, *, by_length: bool) -> np.ndarray | None:
    """The cheapest move (shape: sums) with exactly `amount` in one sum, or None; published sums that move are paid for.

    In a large table it is looked for first among the counts that hang together with `cell` by small sums: moves
    that are worth their price are short. Where there is none, all counts may move.
    """
    every = np.arange(given.members.shape[1])
    near = _near(given, cell) if len(every) > NEAR else every
    found = _move_among(given, held, cell, amount, near, by_length=by_length)
    if found is None and len(near) < len(every):
        found = _move_among(given, held, cell, amount, every, by_length=by_length)
    return found


def _near(given: Problem, cell: int) -> np.ndarray:
    """The finest counts (indices), NEAR or a few more, that are reached from `cell` through the smallest sums first."""
    members = abs(given.members)
    by_count, lengths = sp.csc_matrix(members), np.diff(members.indptr)
    reached = np.zeros(members.shape[1], dtype=bool)
    reached[members[cell].indices] = True
    crossed = np.zeros(len(lengths), dtype=bool)
    while reached.sum() < NEAR:
        sums = np.unique(by_count[:, np.flatnonzero(reached)].indices)
        sums = sums[~crossed[sums]]
        if not len(sums):
            break
        smallest = sums[lengths[sums] == lengths[sums].min()]
        crossed[smallest] = True
        reached[members[smallest].indices] = True
    return np.flatnonzero(reached)


def _move_among(
    given: Problem, held: np.ndarray, cell: int, amount: int, free: np.ndarray, *, by_length: bool
) -> np.ndarray | None:
    """`_move` where the `free` counts alone change.

    Variables: what each finest cell gains, what it loses, and the size of the change in each published sum.
    """
    members = sp.csr_matrix(given.members[:, free], dtype=float)
    finest, seen = len(free), np.flatnonzero(~held & (np.diff(members.indptr) > 0))
    change = sp.hstack([members[seen], -members[seen]], format="csr")
    eye = sp.identity(len(seen), format="csr")
    paid = sp.vstack([sp.hstack([change, -eye]), sp.hstack([-change, -eye])], format="csr")
    goal = sp.hstack([members[cell], -members[cell], sp.csr_matrix((1, len(seen)))], format="csr")
    most = np.concatenate([np.full(finest, float(REACH * given.minimum)), given.present[free] - float(given.least)])
    constraints = [LinearConstraint(paid, -np.inf, 0), LinearConstraint(goal, amount, amount)]
    if given.worded:  # what is held back as well must still be what its word says
        rows, low, high = worded(given, ~given.fixed, free)
        constraints.append(LinearConstraint(sp.hstack([rows, -rows, sp.csr_matrix((len(low), len(seen)))]), low, high))
    found = milp(
        np.concatenate([np.full(2 * finest, 1.0 if by_length else 1e-4), given.weights[seen].astype(float)]),
        constraints=constraints,
        bounds=Bounds(0, np.concatenate([most, np.where(given.fixed[seen], 0, np.inf)])),
    )
    if found.x is None:
        return None
    move = found.x[:finest] - found.x[finest : 2 * finest]
    rounded = np.rint(move)
    return np.asarray(members @ (rounded if np.abs(move - rounded).max() < MOVED else move)).ravel()


def _candidates(given: Problem, held: np.ndarray, added: np.ndarray) -> np.ndarray:
    """Sums (indices) that may turn out not to be needed: the added ones first, the largest figures first."""
    cells = np.flatnonzero(held & ~given.closed)
    cells = cells[np.argsort(-given.values[cells], kind="stable")]
    most = min(TRIMS, TRIM_SIZE // len(held))
    return np.concatenate([cells[added[cells]][:most], cells[~added[cells]][: most // OTHERS]])


def _trim(given: Problem, held: np.ndarray, proofs: Proofs, width: int, tried: _Tried) -> np.ndarray:
    """Publish again what neither algebra nor the proofs need."""
    for cell in tried.cells.tolist():
        if not tried.unknown.may_publish(cell):
            continue
        trial = held.copy()
        trial[cell] = False
        kept = proofs.without(cell)
        rounds = int((given.primary & (kept.width < width)).sum() > FEW)
        narrow = prove(Space(given, trial), kept, width, rounds=rounds, all_failures=False)
        if not len(narrow):
            tried.unknown.publish(cell)
            held, proofs = trial, kept
    return held


def _all_published(given: Problem, held: np.ndarray) -> Unknown:
    """What is unknown when all leaves that is not held back."""
    unknown = started(given)
    for cell in np.flatnonzero(~held & ~given.fixed).tolist():
        unknown.publish(cell, whatever=True)
    return unknown

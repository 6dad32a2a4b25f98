"""What the published figures leave possible: other whole tables of counts, none below zero.

A *move* is a change of the finest cells that no published figure would notice. Two moves that differ
by d in a protected cell prove that its interval is at least d wide, so moves are kept as proofs and
shared between all protected cells. Bounds are found with HiGHS (linear and integer programmes).
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import scipy.sparse as sp
from scipy.optimize import Bounds, LinearConstraint, milp

from sampan.sharing.disclosure.gauss import Problem

MILP_NODES = 200  # a limit on work, not on time: the same table gives the same answer on any machine
WHOLE = 1e-6
IDLE = 2  # rounds of pushes that proved nothing new, after which sums are pushed one by one
REACH = 12  # moves go up by at most this many minimums: enough for a proof, and keeps programmes bounded


@dataclass
class Proofs:
    """Moves found so far (each over all sums), and for each sum the moves that reach lowest and highest.

    With `whole` only moves of whole persons count; else a fraction counts for the whole persons in it.
    """

    sums: int
    whole: bool
    moves: list[np.ndarray] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.low = np.zeros(self.sums, dtype=np.int64)
        self.high = np.zeros(self.sums, dtype=np.int64)
        self.low_move = np.full(self.sums, -1)
        self.high_move = np.full(self.sums, -1)

    @property
    def width(self) -> np.ndarray:
        """Proven width of each sum's interval (shape: sums)."""
        return self.high - self.low

    def add(self, move: np.ndarray) -> bool:
        """Keep a move (shape: sums) if it counts and widens anything."""
        if self.whole and np.abs(move - np.rint(move)).max(initial=0) > WHOLE:
            return False
        top, bottom = np.floor(move + WHOLE).astype(np.int64), np.ceil(move - WHOLE).astype(np.int64)
        higher, lower = top > self.high, bottom < self.low
        if not (higher.any() or lower.any()):
            return False
        self.high[higher], self.high_move[higher] = top[higher], len(self.moves)
        self.low[lower], self.low_move[lower] = bottom[lower], len(self.moves)
        self.moves.append(move)
        return True

    def without(self, cell: int) -> Proofs:
        """The proofs that still hold when this sum is published too."""
        kept = Proofs(self.sums, self.whole)
        for number in sorted({*self.low_move, *self.high_move} - {-1}):
            if abs(self.moves[number][cell]) < WHOLE:
                kept.add(self.moves[number])
        return kept


class Space:
    """The moves that a pattern leaves open; `held` (bool, sums) are the sums not published."""

    def __init__(self, given: Problem, held: np.ndarray) -> None:
        self.given, self.held = given, held
        published = given.members[~held]
        fixed = np.zeros(given.members.shape[1], dtype=bool)
        single = published[np.diff(published.indptr) == 1]
        fixed[single.indices] = True
        self.free = np.flatnonzero(~fixed)
        self.rows = _distinct(sp.csr_matrix(published[:, self.free]))
        self.sums = sp.csr_matrix(given.members[:, self.free])
        self.low = given.least - given.present[self.free].astype(float)
        self.high = np.full(len(self.free), float(REACH * given.minimum))
        self.words = [LinearConstraint(*worded(given, held, self.free))] if given.worded else []

    def push(self, direction: np.ndarray) -> np.ndarray | None:
        """The move (shape: sums) that goes furthest along `direction` (shape: sums)."""
        return self._solve(-np.asarray(self.sums.T @ direction, dtype=float).ravel(), self._unseen(), whole=False)

    def reach(self, cell: int, change: int, *, whole: bool) -> np.ndarray | None:
        """The move (shape: sums) that takes one sum furthest towards `change`, and no further."""
        row = np.asarray(self.sums[cell].todense(), dtype=float).ravel()
        ends = (-np.inf, change) if change > 0 else (change, np.inf)
        constraints = [*self._unseen(), LinearConstraint(sp.csr_matrix(row), *ends)]
        return self._solve(-np.sign(change) * row, constraints, whole=whole)

    def _unseen(self) -> list[LinearConstraint]:
        return [*self.words, *([LinearConstraint(self.rows, 0, 0)] if self.rows.shape[0] else [])]

    def _solve(self, cost: np.ndarray, constraints: list[LinearConstraint], *, whole: bool) -> np.ndarray | None:
        if not len(self.free):
            return np.zeros(self.sums.shape[0])
        found = milp(
            cost,
            constraints=constraints,
            bounds=Bounds(self.low, self.high),
            integrality=np.full(len(self.free), int(whole)),
            options={"node_limit": MILP_NODES},
        )
        if found.x is None:
            return None
        rounded = np.rint(found.x)
        near = np.abs(found.x - rounded).max() < WHOLE and not (self.rows @ rounded).any()
        return np.asarray(self.sums @ (rounded if near else found.x)).ravel()


def worded(given: Problem, held: np.ndarray, free: np.ndarray) -> tuple[sp.csr_matrix, np.ndarray, np.ndarray]:
    """What the words say of the sums held back: (rows over the `free` counts, least and greatest change of each).

    A small sum stays below the minimum and another one does not fall below it; where the least counts alone say so
    already, there is no row.
    """
    least = given.present.copy()
    least[free] = np.minimum(given.least, least[free])
    small = given.values < given.minimum
    said = held & (small | (np.asarray(given.members @ least).ravel() < given.minimum))
    low = np.where(small, -np.inf, given.minimum - given.values)[said]
    high = np.where(small, given.minimum - 1 - given.values, np.inf)[said]
    return sp.csr_matrix(given.members[said][:, free], dtype=float), low, high


def prove(space: Space, proofs: Proofs, width: int, *, rounds: int = 12, all_failures: bool = True) -> np.ndarray:
    """Primary sums (indices) whose interval could not be proven `width` wide; fills `proofs`.

    Random pushes prove most sums many at a time; what is left is pushed up and down one by one.
    With `all_failures` false the first failure is enough.
    """
    failed = []
    for cell in pushed(space, proofs, width, rounds=rounds):
        if proofs.width[cell] < width and not prove_one(space, proofs, int(cell), width):
            failed.append(cell)
            if not all_failures:
                break
    return np.array(failed, dtype=np.int64)


def pushed(space: Space, proofs: Proofs, width: int, *, rounds: int = 12) -> np.ndarray:
    """Primary sums (indices) that random pushes of many at a time left unproven; fills `proofs`."""
    given, generator = space.given, np.random.default_rng(3)
    before, idle = len(given.values) + 1, 0
    for _ in range(rounds):
        open_sums = _open(given, proofs, width)
        idle = idle + 1 if len(open_sums) == before else 0
        before = len(open_sums)
        if not before or idle == IDLE:
            break
        direction = np.zeros(len(given.values))
        direction[open_sums] = generator.choice([-1.0, 1.0], len(open_sums)) * generator.uniform(1, 2, len(open_sums))
        for sign in (1.0, -1.0):
            move = space.push(sign * direction)
            if move is not None:
                proofs.add(move)
    return _open(given, proofs, width)


def prove_one(space: Space, proofs: Proofs, cell: int, width: int) -> bool:
    """Push one sum up, then down; True if its interval is now proven wide enough."""
    # a linear programme first: on most tables its corner is whole already, and where it cannot reach, nothing can
    fractions = 0.0
    for whole in (False, True) if proofs.whole else (False,):
        for up in (True, False):
            change = int(proofs.low[cell] + width if up else proofs.high[cell] - width)
            move = space.reach(cell, change, whole=whole)
            if move is not None:
                proofs.add(move)
                fractions += 0.0 if whole else abs(float(move[cell]))
            if proofs.width[cell] >= width:
                return True
        if fractions < width - WHOLE:
            return False
    return False


def _open(given: Problem, proofs: Proofs, width: int) -> np.ndarray:
    return np.flatnonzero(given.primary & (proofs.width < width))


def _distinct(rows: sp.csr_matrix) -> sp.csr_matrix:
    """Rows that are not empty, each once."""
    rows.sort_indices()
    kept: dict[bytes, int] = {}
    for row in range(rows.shape[0]):
        at = slice(rows.indptr[row], rows.indptr[row + 1])
        if len(rows.indices[at]):
            kept.setdefault(rows.indices[at].tobytes() + rows.data[at].tobytes(), row)
    return sp.csr_matrix(rows[sorted(kept.values())], dtype=float)

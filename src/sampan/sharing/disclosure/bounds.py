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

MILP_NODES = 2000  # a limit on work, not on time: the same table gives the same answer on any machine
REACH = 12  # moves go up by at most this many minimums: enough for a proof, and keeps programmes bounded


@dataclass
class Proofs:
    """Moves found so far (each over all sums), and for each sum the moves that reach lowest and highest."""

    sums: int
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

    def add(self, move: np.ndarray) -> None:
        """Keep a whole move (shape: sums) if it widens anything."""
        higher, lower = move > self.high, move < self.low
        if higher.any() or lower.any():
            number = len(self.moves)
            self.moves.append(move)
            self.high[higher], self.high_move[higher] = move[higher], number
            self.low[lower], self.low_move[lower] = move[lower], number

    def without(self, cell: int) -> Proofs:
        """The proofs that still hold when this sum is published too."""
        kept = Proofs(self.sums)
        for number in sorted({*self.low_move, *self.high_move} - {-1}):
            if not self.moves[number][cell]:
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
        self.low = -given.present[self.free].astype(float)
        self.high = np.full(len(self.free), float(REACH * given.minimum))

    def push(self, direction: np.ndarray, *, whole: bool = False) -> np.ndarray | None:
        """The move (shape: sums) that goes furthest along `direction` (shape: sums); None if not whole.

        A linear programme is tried first: on most tables its corner is whole already.
        """
        if not len(self.free):
            return np.zeros(self.sums.shape[0], dtype=np.int64)
        cost = -np.asarray(self.sums.T @ direction, dtype=float).ravel()
        for integrality in (None, np.ones(len(self.free))) if whole else (None,):
            found = milp(
                cost,
                constraints=LinearConstraint(self.rows, 0, 0) if self.rows.shape[0] else None,
                bounds=Bounds(self.low, self.high),
                integrality=integrality,
                options={"node_limit": MILP_NODES},
            )
            if found.x is None:
                continue
            rounded = np.rint(found.x).astype(np.int64)
            if np.abs(found.x - rounded).max() < 1e-6 and not (self.rows @ rounded).any():
                return np.asarray(self.sums @ rounded).ravel()
        return None


def prove(space: Space, proofs: Proofs, width: int, *, rounds: int = 12, all_failures: bool = True) -> np.ndarray:
    """Primary sums (indices) whose interval could not be proven `width` wide; fills `proofs`.

    Random pushes prove most sums many at a time; what is left is pushed up and down one by one.
    With `all_failures` false the first failure is enough.
    """
    given, generator = space.given, np.random.default_rng(3)
    for _ in range(rounds):
        open_sums = _open(given, proofs, width)
        if not len(open_sums):
            return open_sums
        direction = np.zeros(len(given.values))
        direction[open_sums] = generator.choice([-1.0, 1.0], len(open_sums)) * generator.uniform(1, 2, len(open_sums))
        for sign in (1.0, -1.0):
            move = space.push(sign * direction)
            if move is not None:
                proofs.add(move)
    failed = []
    for cell in _open(given, proofs, width):
        if proofs.width[cell] < width and not prove_one(space, proofs, int(cell), width):
            failed.append(cell)
            if not all_failures:
                break
    return np.array(failed, dtype=np.int64)


def prove_one(space: Space, proofs: Proofs, cell: int, width: int) -> bool:
    """Push one sum up, then down; True if its interval is now proven wide enough."""
    for sign in (1.0, -1.0):
        direction = np.zeros(len(space.given.values))
        direction[cell] = sign
        move = space.push(direction, whole=True)
        if move is not None:
            proofs.add(move)
        if proofs.width[cell] >= width:
            return True
    return False


def _open(given: Problem, proofs: Proofs, width: int) -> np.ndarray:
    return np.flatnonzero(given.primary & (proofs.width < width))


def _distinct(rows: sp.csr_matrix) -> sp.csr_matrix:
    """Rows that are not empty, each once."""
    rows.sort_indices()
    kept: dict[bytes, int] = {}
    for row in range(rows.shape[0]):
        inside = rows.indices[rows.indptr[row] : rows.indptr[row + 1]]
        if len(inside):
            kept.setdefault(inside.tobytes(), row)
    return sp.csr_matrix(rows[sorted(kept.values())], dtype=float)

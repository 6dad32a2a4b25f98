"""The attacker: what follows from the figures that left, all taken together.

It knows every released figure, that each is a sum of counts which are whole and not below zero, and
which figures were held back. It solves exactly (algebra over a prime field) and by bounds (linear,
then integer programmes). What it finds is a recovery if the lowest and highest possible count agree.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from scipy.optimize import Bounds, LinearConstraint, OptimizeResult, milp

from sampan.sharing.disclosure.elimination import Unknown

NEAR = 1e-6
MILP_NODES = 500


@dataclass(frozen=True)
class Figure:
    """A sum of counts of persons: `terms` names the counts in it, each once; no value if it was held back.

    `less` names counts that are taken away again, each once: of a known difference of two sums.
    """

    label: str
    terms: tuple[str, ...]
    value: int | None
    less: tuple[str, ...] = ()


@dataclass(frozen=True)
class Inference:
    """What can be said of a figure that was held back; no bound is None. `how` is algebra, bounds or nothing."""

    label: str
    low: int | None
    high: int | None
    how: str | None

    @property
    def recovered(self) -> bool:
        """True if the count can be told exactly."""
        return self.how is not None


@dataclass(frozen=True)
class Findings:
    """One inference for each figure held back; `contradictory` if no table of counts gives all the figures."""

    inferences: tuple[Inference, ...]
    contradictory: bool

    @property
    def recoveries(self) -> tuple[Inference, ...]:
        """The figures that can be told exactly."""
        return tuple(found for found in self.inferences if found.recovered)


def attack(figures: Sequence[Figure], *, bounds: bool = True) -> Findings:
    """Everything that can be inferred of the figures without a value; without `bounds` by algebra alone."""
    members = incidence([(figure.terms, figure.less) for figure in figures])
    known = np.array([figure.value is not None for figure in figures], dtype=bool)
    values = np.array([figure.value or 0 for figure in figures], dtype=float)
    hidden = np.flatnonzero(~known)
    solved = determined(members, known)
    frame = _Frame(members[known], values[known])
    contradictory = not frame.possible()
    found = []
    for number in hidden.tolist():
        ends = frame.ends(members[number]) if bounds and not contradictory else (None, None)
        how = "algebra" if solved[number] else "bounds" if ends[0] is not None and ends[0] == ends[1] else None
        found.append(Inference(figures[number].label, *ends, how))
    return Findings(tuple(found), contradictory)


def incidence(sums: Sequence[tuple[Sequence[str], Sequence[str]]]) -> sp.csr_matrix:
    """Figures x counts (1, and -1 for what is taken away), counts that always occur together taken as one."""
    where: dict[str, list[tuple[int, int]]] = {}
    for row, pair in enumerate(sums):
        for sign, names in zip((1, -1), pair, strict=True):
            for name in names:
                where.setdefault(name, []).append((row, sign))
    patterns = sorted({tuple(entries) for entries in where.values()})
    cells = [(row, column, sign) for column, pattern in enumerate(patterns) for row, sign in pattern]
    at = np.array(cells, dtype=np.int64).reshape(-1, 3)
    return sp.csr_matrix((at[:, 2], (at[:, 0], at[:, 1])), shape=(len(sums), len(patterns)))


def determined(members: sp.csr_matrix, known: np.ndarray) -> np.ndarray:
    """Which sums (bool) follow from the known ones by algebra, block by block of counts that hang together."""
    result = known.copy()
    for rows in blocks(members):
        part = sp.csr_matrix(members[rows])
        part = part[:, np.flatnonzero(np.diff(part.tocsc().indptr))]
        nobody = np.zeros(len(rows), dtype=bool)
        unknown = Unknown(part, watched=nobody, alone=nobody)
        sizes = np.diff(part.indptr)
        for row in sorted(np.flatnonzero(known[rows]), key=lambda row: (sizes[row], row)):
            unknown.publish(int(row), whatever=True)
        result[rows] = unknown.filled == 0
    return result


def blocks(members: sp.csr_matrix) -> list[np.ndarray]:
    """Rows that share counts, directly or through others (lists of row indices)."""
    both = sp.bmat([[None, members], [members.T, None]], format="csr")
    _, label = sp.csgraph.connected_components(both, directed=False)
    rows = label[: members.shape[0]]
    order = np.argsort(rows, kind="stable")
    return np.split(order, np.flatnonzero(np.diff(rows[order])) + 1) if len(order) else []


class _Frame:
    """The known sums as constraints on whole counts that are not below zero."""

    def __init__(self, rows: sp.csr_matrix, values: np.ndarray) -> None:
        self.columns = rows.shape[1]
        self.constraints = [LinearConstraint(rows.astype(float), values, values)] if rows.shape[0] else []

    def possible(self) -> bool:
        """True if some table gives all the figures."""
        return self._solve(np.zeros(self.columns), whole=False).status == 0

    def ends(self, row: sp.csr_matrix) -> tuple[int | None, int | None]:
        """Lowest and highest whole count of one sum; None where nothing bounds it."""
        cost = np.asarray(row.todense(), dtype=float).ravel()
        low, high = self._end(cost, 1), self._end(cost, -1)
        if low is None or high is None or high - low > 1:
            return _up(low), _down(high)
        # so close together, whole persons may leave one value where fractions leave two
        return _up(self._end(cost, 1, whole=True)), _down(self._end(cost, -1, whole=True))

    def _end(self, cost: np.ndarray, sign: int, *, whole: bool = False) -> float | None:
        found = self._solve(sign * cost, whole=whole)
        # an integer programme that stops early still holds a proven bound
        bound = found.fun if not whole or found.mip_dual_bound is None else found.mip_dual_bound
        return None if bound is None or not np.isfinite(bound) else sign * float(bound)

    def _solve(self, cost: np.ndarray, *, whole: bool) -> OptimizeResult:
        return milp(
            cost,
            constraints=self.constraints,
            bounds=Bounds(0, np.inf),
            integrality=np.full(self.columns, int(whole)),
            options={"node_limit": MILP_NODES} if whole else None,
        )


def _up(number: float | None) -> int | None:
    return None if number is None else int(np.ceil(number - NEAR))


def _down(number: float | None) -> int | None:
    return None if number is None else int(np.floor(number + NEAR))

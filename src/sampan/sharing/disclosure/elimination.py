"""Which sums can be worked out from which, exactly: Gaussian elimination over a prime field.

`Unknown` holds, for every cell, its row over the free directions left once the figures published so
far are known. A cell whose row is zero can be computed; two cells whose rows are multiples of each
other can each be computed by whoever knows the other (a lone contributor knows its own cell).
Numbers live modulo a prime near 2**31, so nothing is rounded; a false zero has a chance near 2**-31.
"""

from __future__ import annotations

from collections import Counter
from copy import copy
from typing import NamedTuple

import numpy as np
import scipy.sparse as sp

PRIME = 2_147_483_647


class Unknown:
    """The rows of all cells over what is still free; `publish` takes one figure out of the unknown."""

    def __init__(
        self,
        members: sp.csr_matrix,
        *,
        watched: np.ndarray,
        alone: np.ndarray,
        compared: np.ndarray | None = None,
        seed: int = 7,
    ) -> None:
        """`watched` and `alone` (bool, cells): cells to protect, and those a lone contributor knows.

        `compared` (bool, cells; else all watched ones) must not be told by a lone contributor's either. Compared cells
        should be distinct as sets of persons; equal ones look like a recovery.
        """
        self.rows = np.asarray(members.todense(), dtype=np.int64) % PRIME
        self.watched, self.alone = watched, alone & watched
        self.compared = watched.copy() if compared is None else compared
        self.work = 0  # about 4 ns each: what a search goes by, since a clock would not repeat
        self.filled = np.count_nonzero(self.rows, axis=1)
        self.in_column = np.count_nonzero(self.rows, axis=0)
        generator = np.random.default_rng(seed)
        # two random sums of each row stand for it when directions are compared: rows that are multiples agree in
        # their quotient, others do so with a chance near 2**-31
        self.shadow = self.rows @ generator.integers(1, PRIME, size=(members.shape[1], 2)) % PRIME
        self.directions = _Directions(self.shadow, self.compared, self.alone)

    def core(self, cells: np.ndarray) -> Unknown:
        """A copy in which only these cells can be asked for, over the columns that are still free.

        `cells` (indices) must hold every watched cell; afterwards cells go by their place in it.
        """
        small = copy(self)
        free = np.flatnonzero(self.in_column)
        small.rows = self.rows[np.ix_(cells, free)]
        small.watched, small.alone = self.watched[cells], self.alone[cells]
        small.compared = self.compared[cells]
        small.filled = self.filled[cells].copy()
        small.in_column = np.count_nonzero(small.rows, axis=0)
        small.shadow = self.shadow[cells].copy()
        small.directions = _Directions(small.shadow, small.compared, small.alone)
        return small

    def known(self, cell: int) -> bool:
        """True if the cell can be computed from what is published."""
        return bool(self.filled[cell] == 0)

    def may_publish(self, cell: int) -> bool:
        """True if `publish` would take the cell's figure; nothing is changed."""
        if self.filled[cell] == 0:
            return True
        step = self._step(cell)
        watched, met = self.watched[step.touched], self.compared[step.touched]
        told = (step.filled[watched] == 0).any()
        return not told and self.directions.could_turn(step.touched[met], step.shadow[met])

    def publish(self, cell: int, *, whatever: bool = False) -> bool:
        """Publish the cell's figure if no watched cell becomes known, alone or to a lone contributor.

        With `whatever` it is taken as published already; watched cells that become known stop being watched,
        and a lone contributor who can already tell another cell no longer counts.
        """
        if self.filled[cell] == 0:
            return True
        step = self._step(cell)
        touched, filled, shadow = step.touched, step.filled, step.shadow
        self.work += 5_000 + 2 * step.before.size + 50 * len(touched)
        seen, met = self.watched[touched], self.compared[touched]
        if whatever:
            lost = touched[seen & (filled == 0)]
            self.watched[lost] = self.alone[lost] = self.compared[lost] = False
            self.directions.turn(touched[met], shadow[met], whatever=True)
        elif not filled[seen].all() or not self.directions.turn(touched[met], shadow[met]):
            return False
        self.rows[touched[:, None], step.columns] = step.after
        self.in_column[step.columns] += (step.after != 0).sum(axis=0) - (step.before != 0).sum(axis=0)
        self.filled[touched], self.shadow[touched] = filled, shadow
        return True

    def _step(self, cell: int) -> _Step:
        """What the publication of this cell's figure changes: its row is taken from all that hold its pivot."""
        row = self.rows[cell]
        columns = row.nonzero()[0]
        pivot = columns[self.in_column[columns].argmin()]
        touched = self.rows[:, pivot].nonzero()[0]
        factor = (self.rows[touched, pivot] * pow(int(row[pivot]), -1, PRIME) % PRIME)[:, None]
        before = self.rows[touched[:, None], columns]
        after = (before - factor * row[columns]) % PRIME
        filled = self.filled[touched] + (after != 0).sum(axis=1) - (before != 0).sum(axis=1)
        return _Step(
            columns, touched, before, after, filled, (self.shadow[touched] - factor * self.shadow[cell]) % PRIME
        )


class _Step(NamedTuple):
    """Rows (indices) and columns (indices) that a publication changes, their numbers, fill and random sums."""

    columns: np.ndarray
    touched: np.ndarray
    before: np.ndarray
    after: np.ndarray
    filled: np.ndarray
    shadow: np.ndarray


class _Directions:
    """Which way each watched row points, to find a lone contributor's row among the others'."""

    def __init__(self, shadow: np.ndarray, watched: np.ndarray, alone: np.ndarray) -> None:
        self.needed = bool(alone.any())
        self.alone = alone
        self.of_cell: dict[int, int] = {}
        self.pointing: Counter[int] = Counter()
        self.pointing_alone: Counter[int] = Counter()
        if self.needed:
            cells = np.flatnonzero(watched)
            self._place(cells.tolist(), _quotients(shadow[cells]))

    def turn(self, cells: np.ndarray, shadow: np.ndarray, *, whatever: bool = False) -> bool:
        """Let these cells point along their new rows, unless one then meets a lone contributor's."""
        if not self.needed or not len(cells):
            return True
        numbers = cells.tolist()
        new = _quotients(shadow)
        old = [self.of_cell[cell] for cell in numbers]
        self._lift(numbers)
        self._place(numbers, new)
        if whatever:
            self._forget(new)
        elif any(self.pointing_alone[way] and self.pointing[way] > 1 for way in new):
            self._lift(numbers)
            self._place(numbers, old)
            return False
        return True

    def could_turn(self, cells: np.ndarray, shadow: np.ndarray) -> bool:
        """Whether `turn` would let them; they point as they did."""
        if not self.needed or not len(cells):
            return True
        numbers = cells.tolist()
        old = [self.of_cell[cell] for cell in numbers]
        could = self.turn(cells, shadow)
        if could:
            self._lift(numbers)
            self._place(numbers, old)
        return could

    def _place(self, cells: list[int], ways: list[int]) -> None:
        for cell, way in zip(cells, ways, strict=True):
            self.of_cell[cell] = way
            self.pointing[way] += 1
            self.pointing_alone[way] += bool(self.alone[cell])

    def _forget(self, ways: list[int]) -> None:
        """Lone contributors who already point where another watched row points are past protecting."""
        met = {way for way in ways if self.pointing_alone[way] and self.pointing[way] > 1}
        for cell, way in self.of_cell.items() if met else ():
            if way in met and self.alone[cell]:
                self.alone[cell] = False
                self.pointing_alone[way] -= 1

    def _lift(self, cells: list[int]) -> None:
        for cell in cells:
            way = self.of_cell[cell]
            self.pointing[way] -= 1
            self.pointing_alone[way] -= bool(self.alone[cell])


def _quotients(shadow: np.ndarray) -> list[int]:
    """One number for the direction of each row: the quotient of its two random sums, modulo PRIME."""
    return [
        right * pow(left, -1, PRIME) % PRIME if left else -1 for left, right in zip(*shadow.T.tolist(), strict=True)
    ]

"""Which sums can be worked out from which, exactly: Gaussian elimination over a prime field.

`Unknown` holds, for every cell, its row over the free directions left once the figures published so
far are known. A cell whose row is zero can be computed; two cells whose rows are multiples of each
other can each be computed by whoever knows the other (a lone contributor knows its own cell).
Numbers live modulo a prime near 2**31, so nothing is rounded; a false zero has a chance near 2**-31.
"""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp

PRIME = 2_147_483_647


class Unknown:
    """The rows of all cells over what is still free; `publish` takes one figure out of the unknown."""

    def __init__(self, members: sp.csr_matrix, *, watched: np.ndarray, alone: np.ndarray, seed: int = 7) -> None:
        """`watched` and `alone` (bool, cells): cells to protect, and those a lone contributor knows.

        Watched cells should be distinct as sets of persons; equal ones look like a recovery.
        """
        self.rows = np.asarray(members.todense(), dtype=np.int64)
        self.watched, self.alone = watched, alone & watched
        self.filled = np.count_nonzero(self.rows, axis=1)
        self.in_column = np.count_nonzero(self.rows, axis=0)
        generator = np.random.default_rng(seed)
        self.mix = generator.integers(1, PRIME, size=(members.shape[1], 3))
        self.shadow = _product(self.rows, self.mix)
        self.direction = np.zeros((len(self.rows), 2), dtype=np.int64)
        seen = np.flatnonzero(watched)
        self.direction[seen] = _directions(self.shadow[seen])

    def known(self, cell: int) -> bool:
        """True if the cell can be computed from what is published."""
        return bool(self.filled[cell] == 0)

    def publish(self, cell: int) -> bool:
        """Publish the cell's figure if no watched cell becomes known, alone or to a lone contributor."""
        if self.filled[cell] == 0:
            return True
        columns = np.flatnonzero(self.rows[cell])
        pivot = columns[np.argmin(self.in_column[columns])]
        touched = np.flatnonzero(self.rows[:, pivot])
        factor = self.rows[touched, pivot] * pow(int(self.rows[cell, pivot]), -1, PRIME) % PRIME
        before = self.rows[np.ix_(touched, columns)]
        after = (before - factor[:, None] * self.rows[cell, columns]) % PRIME
        filled = self.filled[touched] + np.count_nonzero(after, axis=1) - np.count_nonzero(before, axis=1)
        shadow = (self.shadow[touched] - factor[:, None] * self.shadow[cell]) % PRIME
        seen = self.watched[touched]
        if (filled[seen] == 0).any():
            return False
        direction = _directions(shadow[seen])
        if self._meets(touched[seen], direction):
            return False
        self.rows[np.ix_(touched, columns)] = after
        self.in_column[columns] += np.count_nonzero(after, axis=0) - np.count_nonzero(before, axis=0)
        self.filled[touched], self.shadow[touched] = filled, shadow
        self.direction[touched[seen]] = direction
        return True

    def _meets(self, cells: np.ndarray, direction: np.ndarray) -> bool:
        """True if a lone contributor's cell would point the same way as another watched cell."""
        if not len(cells) or not self.alone.any():
            return False
        trial = self.direction.copy()
        trial[cells] = direction
        seen = np.flatnonzero(self.watched)
        _, group, size = np.unique(trial[seen, 0] * 3 + trial[seen, 1], return_inverse=True, return_counts=True)
        return bool((self.alone[seen] & (size[group] > 1)).any())


def _product(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """left @ right modulo PRIME for a 0/1 `left` with fewer than 2**32 columns."""
    return left @ right % PRIME


def _directions(shadow: np.ndarray) -> np.ndarray:
    """Each row divided by its first number, so that multiples of one row look alike."""
    inverse = _inverse(shadow[:, 0])
    return shadow[:, 1:] * inverse[:, None] % PRIME


def _inverse(numbers: np.ndarray) -> np.ndarray:
    """Inverses modulo PRIME by Fermat's little theorem (0 stays 0)."""
    result, base, power = np.ones_like(numbers), numbers % PRIME, PRIME - 2
    while power:
        if power & 1:
            result = result * base % PRIME
        base = base * base % PRIME
        power >>= 1
    return result

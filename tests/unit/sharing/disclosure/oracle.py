"""An attacker written apart from the product: fractions for the algebra, one programme for each bound."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import polars as pl
from scipy.optimize import Bounds, LinearConstraint, milp

from sampan.sharing.disclosure.cells import Cells

FOUND = "published"


def released(cells: Cells, done: pl.DataFrame) -> np.ndarray:
    """Which cells are published (bool), in the order of `cells`."""
    assert list(zip(*[done[d] for d in cells.dims], strict=True)) == list(cells.codes)
    return (done["status"] == FOUND).to_numpy()


def in_row_space(rows: list[list[int]], targets: list[list[int]]) -> list[bool]:
    """Whether each target is a rational combination of the rows."""
    basis: dict[int, list[Fraction]] = {}

    def reduce(row: list[int]) -> list[Fraction]:
        left = [Fraction(value) for value in row]
        for column in range(len(left)):
            if left[column] and column in basis:
                factor = left[column]
                left = [a - factor * b for a, b in zip(left, basis[column], strict=True)]
        return left

    for row in rows:
        left = reduce(row)
        column = next((i for i, value in enumerate(left) if value), None)
        if column is not None:
            basis[column] = [value / left[column] for value in left]
    return [not any(reduce(target)) for target in targets]


def recovered(cells: Cells, published: np.ndarray, wanted: np.ndarray, known: tuple[int, ...] = ()) -> list[int]:
    """Wanted cells that follow from the published ones and the `known` ones by algebra alone."""
    members = cells.members.toarray().tolist()
    rows = [members[i] for i in [*np.flatnonzero(published), *known]]
    cells_wanted = [int(i) for i in np.flatnonzero(wanted)]
    return [
        c for c, hit in zip(cells_wanted, in_row_space(rows, [members[c] for c in cells_wanted]), strict=True) if hit
    ]


def interval(
    cells: Cells, published: np.ndarray, cell: int, *, whole: bool = False, least: int = 0, words: int | None = None
) -> tuple[float, float]:
    """Lowest and highest count that the published cells leave possible for one cell.

    With `least` every count that is not published is known to be that much or more: every zero is published. With
    `words`, a minimum, it is known of every cell that is not published whether its count is below that.
    """
    members = cells.members.toarray().astype(float)
    told, low, high = published, cells.values[published], cells.values[published]
    if words:
        told = np.ones(len(cells), dtype=bool)
        small = cells.values < words
        low = np.where(published, cells.values, np.where(small, 1, words))
        high = np.where(published, cells.values, np.where(small, words - 1, np.inf))
    ends = []
    for sign in (1.0, -1.0):
        found = milp(
            sign * members[cell],
            constraints=LinearConstraint(members[told], low, high),
            bounds=Bounds(np.where(cells.finest > 0, least, 0), 10.0 * cells.values.max() + 100),
            integrality=np.ones(members.shape[1]) if whole else None,
        )
        assert found.status == 0, found.message
        ends.append(sign * found.fun)
    return ends[0], ends[1]


def plain_pattern(cells: Cells, minimum: int, prime: int = 2_147_483_629) -> np.ndarray:
    """Which cells (bool) plain elimination holds back: the largest first, by algebra alone, no search (Langsrud 2024)."""
    persons = cells.members.toarray()[:, cells.finest > 0]
    rows, of_cell = np.unique(persons, axis=0, return_inverse=True)
    of_cell = of_cell.ravel()
    values = np.zeros(len(rows), dtype=np.int64)
    values[of_cell] = cells.values
    primary = (values > 0) & (values < minimum)
    left, held = rows.astype(np.int64), primary.copy()
    for cell in np.lexsort((-rows.sum(axis=1), -values)):
        at = np.flatnonzero(left[cell])
        if held[cell] or not len(at):
            continue
        times = left[:, at[0]] * pow(int(left[cell, at[0]]), -1, prime) % prime
        after = (left - times[:, None] * left[cell]) % prime
        if after[primary].any(axis=1).all():
            left = after
        else:
            held[cell] = True
    return held[of_cell] & (cells.values > 0)

"""The equal view: every unit is a square of one size, neighbours touch where they can, and no border is drawn.

The layout is the same for the same units, whatever their codes: it looks only at positions and neighbours.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import altair as alt
import numpy as np
from scipy.optimize import linear_sum_assignment

from sampan.charts.choropleth import Figure, colours, shown
from sampan.charts.look import INK, PAPER, SILENCES, Words
from sampan.charts.svg import finished, stamp

GAP = 2  # pixels between tiles
ROUNDS, WAY_COST, LEAST_GAIN = 8, 0.35, 1e-9
ROOM_FOR_CODE, ROOM_FOR_FIGURE = 40, 24  # pixels of a tile's side

Place = tuple[int, int]  # column, row


@dataclass(frozen=True)
class Spot:
    """Where a unit lies: its middle in any planar coordinates, y to the north, and the units it touches."""

    unit: str
    x: float
    y: float
    neighbours: frozenset[str] = frozenset()


def layout(spots: Sequence[Spot], *, columns: int | None = None) -> dict[str, Place]:
    """(column, row) for each unit, row 0 at the top. Fewest lost neighbours, then least movement."""
    return dict(_laid(tuple(spots), columns)) if spots else {}


@lru_cache(maxsize=64)
def _laid(spots: tuple[Spot, ...], columns: int | None) -> Mapping[str, Place]:
    """Laid out once for the same spots: it is slow, and looks at nothing else."""
    ordered = sorted(spots, key=lambda spot: (spot.x, spot.y))
    points = np.array([(spot.x, -spot.y) for spot in ordered], dtype=float)
    size = np.ptp(points, axis=0) + 1e-9
    widths = [columns] if columns else _widths(len(ordered), size)
    options = [_placed(ordered, points, width) for width in widths]
    best = max(options, key=lambda cells: _touching(ordered, cells))
    left, top = min(c for c, _ in best), min(r for _, r in best)
    return {spot.unit: (c - left, r - top) for spot, (c, r) in zip(ordered, best, strict=True)}


def _widths(count: int, size: np.ndarray) -> list[int]:
    """Numbers of columns worth trying, by the shape of the area."""
    middle = np.sqrt(1.2 * count * size[0] / size[1])
    return sorted({max(1, min(count, round(middle + step))) for step in (-1, 0, 1)})


def _placed(spots: Sequence[Spot], points: np.ndarray, columns: int) -> list[Place]:
    rows = -(-round(len(spots) * 1.2) // columns) if columns < len(spots) else 1
    low, size = points.min(axis=0), np.ptp(points, axis=0) + 1e-9
    step = max(size[0] / max(1, columns - 1), size[1] / max(1, rows - 1) if rows > 1 else 0.0)
    grid = np.array([(c, r) for r in range(rows) for c in range(columns)], dtype=float)
    spare = (np.array([columns - 1, rows - 1]) - size / step) / 2
    scaled = (points - low) / step + spare
    far = ((scaled[:, None, :] - grid[None, :, :]) ** 2).sum(axis=2)
    _, chosen = linear_sum_assignment(far)
    cells = [(int(c), int(r)) for c, r in grid[chosen]]
    return _improved(spots, cells, {(int(c), int(r)): far[:, i] for i, (c, r) in enumerate(grid)})


def _improved(spots: Sequence[Spot], cells: list[Place], far: Mapping[Place, np.ndarray]) -> list[Place]:
    """Exchange near tiles, or move one to a free cell near by, while that keeps more neighbours for the way moved."""
    where: dict[Place, int] = {cell: number for number, cell in enumerate(cells)}
    for _ in range(ROUNDS):
        changed = False
        for here in sorted(where, key=lambda cell: where[cell]):
            for there in _near(here, far):
                if here in where and _gain(spots, where, far, here, there) > LEAST_GAIN:
                    _exchange(where, here, there)
                    changed = True
        if not changed:
            break
    return sorted(where, key=lambda cell: where[cell])


def _near(cell: Place, far: Mapping[Place, np.ndarray]) -> list[Place]:
    column, row = cell
    steps = [(c, r) for c in range(-2, 3) for r in range(-2, 3) if 0 < abs(c) + abs(r) <= 2]
    return [(column + c, row + r) for c, r in steps if (column + c, row + r) in far]


def _exchange(where: dict[Place, int], here: Place, there: Place) -> None:
    one, other = where.pop(here), where.pop(there, None)
    where[there] = one
    if other is not None:
        where[here] = other


def _gain(
    spots: Sequence[Spot], where: dict[Place, int], far: Mapping[Place, np.ndarray], here: Place, there: Place
) -> float:
    """What an exchange of two cells (one may be free) would be worth; `where` is left as it was."""
    before = _worth(spots, where, far, here, there)
    _exchange(where, here, there)
    after = _worth(spots, where, far, there, here)
    _exchange(where, there, here)
    return after - before


def _worth(spots: Sequence[Spot], where: Mapping[Place, int], far: Mapping[Place, np.ndarray], *cells: Place) -> float:
    """Kept neighbours of these cells, less the squares of their tiles' ways."""
    total = 0.0
    for column, row in cells:
        number = where.get((column, row))
        if number is None:
            continue
        total -= WAY_COST * float(far[column, row][number])
        for beside in ((column + 1, row), (column - 1, row), (column, row + 1), (column, row - 1)):
            other = where.get(beside)
            total += other is not None and spots[other].unit in spots[number].neighbours
    return total


def _touching(spots: Sequence[Spot], cells: Sequence[Place]) -> int:
    """How many pairs of true neighbours share a side of their tiles."""
    where = dict(zip(cells, spots, strict=True))
    count = 0
    for (column, row), spot in where.items():
        for beside in ((column + 1, row), (column, row + 1)):
            if beside in where and where[beside].unit in spot.neighbours:
                count += 1
    return count


def equal_view(
    figures: Sequence[Figure], places: Mapping[str, Place], *, words: Words, width: int, ends: Sequence[float]
) -> dict[str, Any]:
    """A specification of the tiles: code above, figure or sign below; `places` from `layout`."""
    columns = 1 + max(column for column, _ in places.values())
    rows = 1 + max(row for _, row in places.values())
    size = width // columns
    tiles = [_tile(figure, places[figure.unit], size, ends) for figure in figures if figure.unit in places]
    data = alt.Data(values=tiles)
    pixels = alt.Scale(domain=[0, size * columns], range=[0, size * columns], nice=False)
    down = alt.Scale(domain=[0, size * rows], range=[0, size * rows], nice=False)
    x = alt.X("x:Q", scale=pixels, axis=None)
    y = alt.Y("y:Q", scale=down, axis=None)
    square = alt.Chart(data).mark_rect(stroke=PAPER, strokeWidth=GAP)
    depth = colours([tile["class"] for tile in tiles], ends, words, columns=2 if width < 480 else 3)
    silent = alt.Data(values=[tile for tile in tiles if tile["patterned"]])
    texts: list[alt.Chart] = []
    if size >= ROOM_FOR_CODE:
        texts += [_halo("code", size * 0.30, 10, silent), _text("code", size * 0.30, 10, data)]
    if size >= ROOM_FOR_FIGURE:
        below, points = (size * 0.66, 15 if size >= 44 else 12) if size >= ROOM_FOR_CODE else (size * 0.5, 9)
        texts += [_halo("figure", below, points, silent), _text("figure", below, points, data)]
    layers = [square.encode(x=x, x2="x2:Q", y=y, y2="y2:Q", color=depth), *texts]
    layers += stamp(words, width=size * columns, height=size * rows)
    return finished(alt.layer(*layers).properties(width=size * columns, height=size * rows), words)


def _tile(figure: Figure, place: Place, size: int, ends: Sequence[float]) -> dict[str, Any]:
    column, row = place
    kind, text = shown(figure, ends)
    return {
        "x": column * size, "x2": (column + 1) * size, "y": row * size, "y2": (row + 1) * size,
        "middle": (column + 0.5) * size, "class": kind, "code": figure.code, "figure": text,
        "patterned": kind in SILENCES and kind != "zero", "light": kind in ("class 3", "class 4"),
    }  # fmt: skip


def _halo(field: str, down: float, points: float, data: alt.Data) -> alt.Chart:
    """The same letters, broad and white, behind the letters of tiles that have a pattern."""
    chart = alt.Chart(data).mark_text(
        fontSize=points, baseline="middle", yOffset=down, stroke=PAPER, strokeWidth=4, strokeJoin="round"
    )
    return chart.encode(x=alt.X("middle:Q"), y=alt.Y("y:Q"), text=f"{field}:N")


def _text(field: str, down: float, points: float, data: alt.Data) -> alt.Chart:
    shade = alt.condition("datum.light", alt.value(PAPER), alt.value(INK))
    chart = alt.Chart(data).mark_text(fontSize=points, baseline="middle", yOffset=down)
    return chart.encode(x=alt.X("middle:Q"), y=alt.Y("y:Q"), text=f"{field}:N", color=shade)

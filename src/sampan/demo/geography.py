"""An invented map: many small Voronoi cells, gathered into provinces and countries, borders dissolved and smoothed.

Neighbours share every point of their common border, so the map has no gaps. Units are planar, about 100 x 72;
y grows to the north. The same random generator gives the same map.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy.cluster.vq import kmeans2
from scipy.spatial import Voronoi

WIDTH, HEIGHT = 100.0, 72.0
CELLS = 1700
SEA, OUTSIDE = -1, -2  # labels of cells that belong to no partner

Point = tuple[float, float]
Ring = list[Point]


@dataclass(frozen=True)
class Land:
    """The map: for each province its rings, its country's number, its middle and its neighbours.

    `outside` are rings of land that belongs to none of the partners.
    """

    rings: list[list[Ring]]
    country: list[int]
    middle: list[Point]
    neighbours: list[dict[int, float]]  # province -> length of the shared border
    outside: list[Ring]


def draw(provinces: int, countries: int, random: np.random.Generator) -> Land:
    """A map of `countries` countries and about `provinces` provinces (at least four in each country)."""
    cells, edges, corners = _cells(random)
    labels = _labels(cells, provinces, random)
    middle = np.array([cells[labels[:-1] == p].mean(axis=0) for p in range(provinces)])
    country = _countries(middle, countries, random)
    neighbours = _neighbours(edges, labels, corners, provinces)
    rings = _rings(edges, labels, corners)
    return Land(
        rings=[rings[p] for p in range(provinces)],
        country=[int(c) for c in country],
        middle=[(round(float(x), 2), round(float(y), 2)) for x, y in middle],
        neighbours=neighbours,
        outside=rings.get(OUTSIDE, []),
    )


def _cells(random: np.random.Generator) -> tuple[np.ndarray, list[tuple[int, int, int, int]], np.ndarray]:
    """Cell middles (n, 2), edges (cell, cell, corner, corner) and corners (m, 2), after three Lloyd steps.

    Cell number CELLS stands for everything beyond the frame.
    """
    points = random.uniform((0, 0), (WIDTH, HEIGHT), size=(CELLS, 2))
    for _ in range(3):
        diagram = Voronoi(_mirrored(points))
        points = np.array(
            [diagram.vertices[diagram.regions[diagram.point_region[i]]].mean(axis=0) for i in range(CELLS)]
        )
    diagram = Voronoi(_mirrored(points))
    pairs = zip(diagram.ridge_points, diagram.ridge_vertices, strict=True)
    edges = [(min(int(p), CELLS), min(int(q), CELLS), a, b) for (p, q), (a, b) in pairs if min(p, q) < CELLS]
    return points, edges, diagram.vertices


def _mirrored(points: np.ndarray) -> np.ndarray:
    """The points and their reflections in the four sides, which bound every cell at the frame."""
    x, y = points[:, :1], points[:, 1:]
    sides = [np.hstack(pair) for pair in ((-x, y), (2 * WIDTH - x, y), (x, -y), (x, 2 * HEIGHT - y))]
    return np.vstack([points, *sides])


def _labels(cells: np.ndarray, provinces: int, random: np.random.Generator) -> np.ndarray:
    """For each cell its province, SEA or OUTSIDE. Distances are bent so that borders wander."""
    bent = cells + _waves(cells, random, size=2.2)
    reach = _reach(cells, random)
    labels = np.full(len(cells) + 1, SEA)  # the last is what lies beyond the frame
    inner = reach < 1.0
    seeds, nearest = kmeans2(bent[inner], provinces, seed=random, minit="++", iter=12)
    assert len(seeds) == provinces
    labels[:-1][inner] = nearest
    north = bent[:, 1] + 0.16 * np.abs(cells[:, 0] - WIDTH / 2) > HEIGHT * 0.56
    labels[:-1][(reach >= 1.0) & north] = OUTSIDE
    return labels


def _reach(cells: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Below 1 inside the partners' lands: an ellipse whose rim is bent by a few waves."""
    x, y = (cells[:, 0] - WIDTH / 2) / (WIDTH * 0.42), (cells[:, 1] - HEIGHT / 2) / (HEIGHT * 0.40)
    angle = np.arctan2(y, x)
    rim = np.ones(len(cells))
    for order in (2, 3, 5, 7):
        rim += random.uniform(0.03, 0.14) / np.sqrt(order) * np.sin(order * angle + random.uniform(0, 2 * np.pi))
    result: np.ndarray = np.hypot(x, y) / rim
    return result


def _waves(cells: np.ndarray, random: np.random.Generator, *, size: float) -> np.ndarray:
    shift = np.zeros_like(cells)
    for _ in range(5):
        direction, phase = random.uniform(-0.45, 0.45, size=2), random.uniform(0, 2 * np.pi, size=2)
        wave = cells @ direction
        shift += size / 2.2 * np.column_stack([np.sin(wave + phase[0]), np.cos(wave + phase[1])])
    return shift


def _countries(middle: np.ndarray, countries: int, random: np.random.Generator) -> np.ndarray:
    """A country for each province, from the most even of forty groupings by nearness."""
    best: np.ndarray | None = None
    for _ in range(40):
        _, group = kmeans2(middle, countries, seed=random, minit="++", iter=20)
        sizes = np.bincount(group, minlength=countries)
        if best is None or sizes.min() > np.bincount(best, minlength=countries).min():
            best = group
    assert best is not None
    return best


def _neighbours(
    edges: list[tuple[int, int, int, int]], labels: np.ndarray, corners: np.ndarray, provinces: int
) -> list[dict[int, float]]:
    shared: list[dict[int, float]] = [defaultdict(float) for _ in range(provinces)]
    for p, q, a, b in edges:
        one, other = int(labels[p]), int(labels[q])
        if one != other and one >= 0 and other >= 0:
            length = float(np.hypot(*(corners[a] - corners[b])))
            shared[one][other] += length
            shared[other][one] += length
    return [dict(sorted(borders.items())) for borders in shared]


def _rings(edges: list[tuple[int, int, int, int]], labels: np.ndarray, corners: np.ndarray) -> dict[int, list[Ring]]:
    """Closed rings for each label but the sea, from smoothed arcs that neighbours share."""
    sides: dict[tuple[int, int], tuple[int, int]] = {}
    for p, q, a, b in edges:
        if labels[p] != labels[q]:
            sides[(min(a, b), max(a, b))] = (int(labels[p]), int(labels[q]))
    arcs = _arcs(sides)
    of_label: dict[int, list[tuple[int, int, Ring]]] = defaultdict(list)
    for path in arcs:
        line = _smooth([(float(corners[c][0]), float(corners[c][1])) for c in path], closed=path[0] == path[-1])
        for label in sides[(min(path[0], path[1]), max(path[0], path[1]))]:
            if label != SEA:
                of_label[label].append((path[0], path[-1], line))
    return {label: _closed(parts) for label, parts in sorted(of_label.items())}


def _arcs(sides: dict[tuple[int, int], tuple[int, int]]) -> list[list[int]]:
    """Paths of corners between the corners where three or more territories meet; loops begin and end at one corner."""
    touching: dict[int, list[int]] = defaultdict(list)
    for a, b in sides:
        touching[a].append(b)
        touching[b].append(a)
    unused = set(sides)
    knots = [corner for corner, others in touching.items() if len(others) != 2]
    arcs: list[list[int]] = []
    for start in [*sorted(knots), *sorted(touching)]:
        for onward in sorted(touching[start]):
            if (min(start, onward), max(start, onward)) in unused:
                arcs.append(_walk(start, onward, touching, unused))
    return arcs


def _walk(start: int, onward: int, touching: dict[int, list[int]], unused: set[tuple[int, int]]) -> list[int]:
    path = [start, onward]
    unused.discard((min(start, onward), max(start, onward)))
    while len(touching[path[-1]]) == 2 and path[-1] != start:
        here, before = path[-1], path[-2]
        ahead = next(corner for corner in touching[here] if corner != before)
        side = (min(here, ahead), max(here, ahead))
        if side not in unused:
            break
        unused.discard(side)
        path.append(ahead)
    return path


def _smooth(line: Ring, *, closed: bool) -> Ring:
    """Chaikin's corner cutting, with the ends kept (a loop keeps its first point)."""
    if len(line) >= 4:
        cut: Ring = [line[0]]
        for (x, y), (u, v) in pairwise(line):
            cut += [(0.75 * x + 0.25 * u, 0.75 * y + 0.25 * v), (0.25 * x + 0.75 * u, 0.25 * y + 0.75 * v)]
        line = [*cut, line[-1]]
    assert not closed or line[0] == line[-1], (line[0], line[-1])
    return [(round(x, 2), round(y, 2)) for x, y in line]


def _closed(parts: Iterable[tuple[int, int, Ring]]) -> list[Ring]:
    """Rings, the longest first, made by joining arcs end to end."""
    left = list(parts)
    rings: list[Ring] = []
    while left:
        start, end, line = left.pop(0)
        ring = list(line)
        while end != start:
            index = next(i for i, (a, b, _) in enumerate(left) if end in (a, b))
            a, b, line = left.pop(index)
            ring += (line if a == end else line[::-1])[1:]
            end = b if a == end else a
        rings.append(ring)
    return sorted(rings, key=len, reverse=True)

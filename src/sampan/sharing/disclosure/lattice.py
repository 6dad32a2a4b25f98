"""Cells of several releases as sums of the same finest counts.

For each dimension the codes met in any release are laid over each other: a code that contains others
is their sum (the attacker is assumed to know that nothing is missing between them), a code that
contains none is finest. A span of days contains others only where they fill it without a gap.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from itertools import product

from sampan.sharing.disclosure.attack import Figure
from sampan.sharing.disclosure.cells import TOTAL, Edges

Parts = Mapping[str, frozenset[str]]  # code -> the finest codes in it
Cell = tuple[Mapping[str, str], int | None]  # codes by dimension, and the figure if it was released


def figures(cells: Sequence[Cell], parts: Mapping[str, Parts]) -> list[Figure]:
    """The released and the held-back figures over their finest counts; a dimension a cell lacks is its total."""
    dims = sorted(parts)
    found = []
    for codes, value in cells:
        inside = [sorted(parts[dim][codes.get(dim, TOTAL)]) for dim in dims]
        label = ", ".join(f"{dim}={codes[dim]}" for dim in dims if dim in codes)
        found.append(Figure(label, tuple("|".join(term) for term in product(*inside)), value))
    return found


def nested(codes: Iterable[str], hierarchies: Sequence[Edges] = ()) -> dict[str, frozenset[str]]:
    """Finest codes of each code by child,parent rows, and of the total."""
    present = set(codes) | {TOTAL}
    children: dict[str, set[str]] = {}
    for edges in hierarchies:
        for child, parent in edges:
            children.setdefault(parent, set()).add(child)
    below = {code: _below(code, children) & present for code in present - {TOTAL}}
    finest = frozenset(code for code, inside in below.items() if not inside)
    found = {code: frozenset(inside & finest) or frozenset((code,)) for code, inside in below.items()}
    return found | {TOTAL: finest or frozenset((TOTAL,))}


def _below(code: str, children: Mapping[str, set[str]]) -> set[str]:
    found: set[str] = set()
    waiting = [code]
    while waiting:
        for child in children.get(waiting.pop(), ()):
            if child not in found and child != code:
                found.add(child)
                waiting.append(child)
    return found


def chained(codes: Iterable[str], parent: Callable[[str], str | None]) -> dict[str, frozenset[str]]:
    """Finest codes of each code where every code can name its parent (places)."""
    edges: set[tuple[str, str]] = set()
    for code in codes:
        child, seen = code, {code}
        while (above := parent(child)) is not None and above not in seen:
            edges.add((child, above))
            seen.add(above)
            child = above
    return nested(codes, [sorted(edges)])


def spans(codes: Iterable[str]) -> dict[str, frozenset[str]]:
    """Finest codes of spans written "2025-03-03/2025-03-09"; ages are spans of years, "0/5" (the end left out)."""
    ends = {code: _span(code) for code in set(codes) - {TOTAL}}
    found: dict[str, frozenset[str]] = {}
    for code in sorted(ends, key=lambda code: (ends[code][1] - ends[code][0], code)):
        tiles = _tiling(code, ends)
        found[code] = frozenset().union(*(found[tile] for tile in tiles)) if tiles else frozenset((code,))
    every = frozenset().union(*found.values()) if found else frozenset((TOTAL,))
    return found | {TOTAL: every}


def _span(code: str) -> tuple[float, float]:
    first, _, last = code.partition("/")
    if "-" in first:
        return float(date.fromisoformat(first).toordinal()), float(date.fromisoformat(last).toordinal() + 1)
    return float(first), float(last)


def _tiling(code: str, ends: Mapping[str, tuple[float, float]]) -> list[str]:
    """Smaller spans that fill this one from end to end, the longest first at each step; none if they leave gaps."""
    start, stop = ends[code]
    inside = [c for c, (a, b) in ends.items() if start <= a and b <= stop and (a, b) != (start, stop)]
    chain: list[str] = []
    while start < stop:
        following = [c for c in inside if ends[c][0] == start]
        if not following:
            return []
        chain.append(min(following, key=lambda c: (ends[c][1], c)))
        start = ends[chain[-1]][1]
    return chain

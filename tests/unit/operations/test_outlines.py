"""Neighbours of outlines share a stretch of border, not only a corner."""

from __future__ import annotations

from sampan.operations.outlines import with_neighbours


def _square(unit: str, x: int, y: int) -> dict[str, object]:
    ring = [[x, y], [x + 1, y], [x + 1, y + 1], [x, y + 1], [x, y]]
    return {
        "type": "Feature",
        "properties": {"unit": unit},
        "geometry": {"type": "MultiPolygon", "coordinates": [[ring]]},
    }


def test_neighbours_and_middles():
    """
    c .
    a b     a touches b and c along a side; b and c meet in a corner.
    """
    found = {
        f["properties"]["unit"]: f["properties"]
        for f in with_neighbours([_square("a", 0, 0), _square("b", 1, 0), _square("c", 0, 1)])
    }
    assert {unit: facts["neighbours"] for unit, facts in found.items()} == {"a": ["b", "c"], "b": ["a"], "c": ["a"]}
    assert found["b"]["middle"] == [1.4, 0.4]

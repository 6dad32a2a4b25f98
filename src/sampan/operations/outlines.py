"""Middles and neighbours of outlines, which the equal view needs: neighbours share points of their border."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

Point = tuple[float, float]
SHARED_LEAST = 2  # points; one alone is a corner where they only meet


def with_neighbours(features: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The features, each with `middle` (of its largest ring) and `neighbours` (unit ids) in its properties."""
    at: dict[Point, set[str]] = defaultdict(set)
    for feature in features:
        for point in _points(feature):
            at[point].add(feature["properties"]["unit"])
    shared: dict[tuple[str, str], int] = defaultdict(int)
    for units in at.values():
        for one in units:
            for other in units - {one}:
                shared[one, other] += 1
    return [_told(feature, shared) for feature in features]


def _points(feature: Mapping[str, Any]) -> list[Point]:
    rings = [ring for polygon in feature["geometry"]["coordinates"] for ring in polygon]
    return [(point[0], point[1]) for ring in rings for point in ring]


def _told(feature: Mapping[str, Any], shared: Mapping[tuple[str, str], int]) -> dict[str, Any]:
    unit = feature["properties"]["unit"]
    beside = sorted(other for (one, other), points in shared.items() if one == unit and points >= SHARED_LEAST)
    facts = dict(feature["properties"]) | {"middle": _middle(feature), "neighbours": beside}
    return dict(feature) | {"properties": facts}


def _middle(feature: Mapping[str, Any]) -> list[float]:
    largest = max((polygon[0] for polygon in feature["geometry"]["coordinates"]), key=len)
    return [sum(point[axis] for point in largest) / len(largest) for axis in (0, 1)]

"""The map: units shaded by one scale, every line of one weight, no names of seas, nothing said of borders.

Land that belongs to none of the partners is pale and empty. A silence has its pattern, on the map as on the tiles.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt

from sampan.charts.look import DEPTHS, MUTED, OUTSIDE, PAPER, SILENCES, Words
from sampan.charts.scale import class_of, labels, short
from sampan.charts.svg import finished, stamp

LINE = 0.6  # pixels: country or district, one weight


@dataclass(frozen=True)
class Figure:
    """One unit's figure for the picture: a value above zero, or the status that stands in its place."""

    unit: str
    code: str
    status: str
    value: float | None = None


def shown(figure: Figure, ends: Sequence[float]) -> tuple[str, str]:
    """The class a figure is drawn in, and its text on a tile."""
    if figure.value is not None and figure.value > 0:
        return f"class {class_of(figure.value, ends)}", short(figure.value)
    return figure.status, SILENCES[figure.status].sign


def colours(kinds: Sequence[str], ends: Sequence[float], words: Words, *, columns: int) -> alt.Color:
    """Fills with their legend: all classes of figures, and those silences that occur."""
    classes = [f"class {number}" for number in range(len(ends))]
    silent = [status for status in SILENCES if status in set(kinds)]
    said = [*labels(ends), *(f"{SILENCES[status].sign}  {words.status(status)}" for status in silent)]
    domain = [*classes, *silent]
    fills = [*DEPTHS[: len(ends)], *(SILENCES[status].fill for status in silent)]
    texts = "[" + ", ".join("'" + text.replace("'", "’") + "'" for text in said) + "]"
    legend = alt.Legend(
        title=words.rate, orient="bottom", columns=columns, symbolType="square", symbolSize=150,
        labelExpr=f"{texts}[indexof({domain}, datum.label)]", symbolStrokeColor=MUTED, direction="horizontal",
        titlePadding=6, rowPadding=3,
    )  # fmt: skip
    return alt.Color("class:N", scale=alt.Scale(domain=domain, range=fills), legend=legend, sort=domain)


def choropleth(
    figures: Sequence[Figure], shapes: Mapping[str, Any], *, words: Words, width: int, ends: Sequence[float]
) -> dict[str, Any]:
    """A specification of the map.

    `shapes` is a GeoJSON feature collection in planar or degree coordinates, each feature with `properties.unit`
    (None: land outside the partners), and with a `planar` member that is true for planar ones.
    """
    by_unit = {figure.unit: figure for figure in figures}
    inside = [f for f in shapes["features"] if f["properties"]["unit"] in by_unit]
    outside = [f for f in shapes["features"] if f["properties"]["unit"] is None]
    frame = _frame(inside)
    height = round(width * frame.aspect)
    for number, feature in enumerate(inside):
        kind = shown(by_unit[feature["properties"]["unit"]], ends)[0]
        inside[number] = _slim(feature) | {"class": kind}
    kinds = [feature["class"] for feature in inside]
    projection = _projection(frame, width, planar=bool(shapes.get("planar")))
    layers = []
    if outside:
        ground = alt.Chart(alt.Data(values=[_slim(feature) for feature in outside]))
        layers.append(ground.mark_geoshape(fill=OUTSIDE, stroke=PAPER, strokeWidth=LINE, clip=True))
    units = alt.Chart(alt.Data(values=inside)).mark_geoshape(stroke=MUTED, strokeWidth=LINE, clip=True)
    layers.append(units.encode(color=colours(kinds, ends, words, columns=2 if width < 480 else 3)))
    layers += stamp(words, width=width, height=height)
    return finished(alt.layer(*layers).project(**projection).properties(width=width, height=height), words)


@dataclass(frozen=True)
class _Frame:
    west: float
    east: float
    south: float
    north: float

    @property
    def aspect(self) -> float:
        return (self.north - self.south) / (self.east - self.west)


def _frame(features: Sequence[Mapping[str, Any]], margin: float = 0.04) -> _Frame:
    """The extent of the reader's own units, with a little land around."""
    points = [point for feature in features for point in _points(feature["geometry"]["coordinates"])]
    xs, ys = [x for x, _ in points], [y for _, y in points]
    edge = margin * max(max(xs) - min(xs), max(ys) - min(ys))
    return _Frame(min(xs) - edge, max(xs) + edge, min(ys) - edge, max(ys) + edge)


def _points(nested: Any) -> list[tuple[float, float]]:
    if nested and isinstance(nested[0], int | float):
        return [(nested[0], nested[1])]
    return [point for part in nested for point in _points(part)]


def _projection(frame: _Frame, width: int, *, planar: bool) -> dict[str, Any]:
    """Planar coordinates scaled to the width, north up; degrees as they are (the lands lie near the equator)."""
    kind = "identity" if planar else "equirectangular"
    if planar:
        scale = width / (frame.east - frame.west)
        shift = [-frame.west * scale, frame.north * scale]
        return {"type": kind, "reflectY": True, "scale": scale, "translate": shift}
    scale = width / (frame.east - frame.west) * 57.29577951308232
    middle = [(frame.west + frame.east) / 2, (frame.south + frame.north) / 2]
    return {"type": kind, "scale": scale, "center": middle, "translate": [width / 2, width * frame.aspect / 2]}


def _slim(feature: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "Feature", "geometry": feature["geometry"]}

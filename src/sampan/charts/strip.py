"""The completeness strip: one row for each unit, one cell for each period, shaded by the share of sites that reported.

A zero shows the sites behind it (0 from 3 of 40 is not 0 from 40 of 40); a silence shows its pattern and its sign.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import altair as alt

from sampan.charts.look import COMPLETE, INK, MUTED, PAPER, SILENCES, Words
from sampan.charts.svg import finished, stamp

ROW_HEIGHT, LABEL_WIDTH = 26, 128


@dataclass(frozen=True)
class Cell:
    """One unit in one period. `sites` is (reporting, expected), or None where the source does not say."""

    label: str  # the unit, as the reader sees it
    period: str  # the period, as the reader sees it
    status: str
    value: int | None = None
    sites: tuple[int, int] | None = None


def completeness_strip(cells: Sequence[Cell], *, words: Words, width: int) -> dict[str, Any]:
    """A specification of one country's strip; rows and columns stand in the order in which they first occur."""
    units = list(dict.fromkeys(cell.label for cell in cells))
    periods = list(dict.fromkeys(cell.period for cell in cells))
    data = alt.Data(values=[_drawn(cell) for cell in cells])
    body = width - LABEL_WIDTH
    x = alt.X("period:N", sort=periods, axis=_axis("top"), scale=alt.Scale(paddingInner=0.06, paddingOuter=0))
    y = alt.Y("label:N", sort=units, axis=_axis("left"), scale=alt.Scale(paddingInner=0.10, paddingOuter=0))
    fills = alt.Color("fill:N", scale=None, legend=None)
    boxes = alt.Chart(data).mark_rect().encode(x=x, y=y, color=fills)
    layers = [boxes]
    layers += [_text(data, "main", up=-5, x=x, y=y), _text(data, "sites", up=5.5, x=x, y=y)]
    height = ROW_HEIGHT * len(units)
    layers += stamp(words, width=body, height=height, corner=height + 14)
    return finished(alt.layer(*layers).properties(width=body, height=height), words)


def _axis(side: Literal["top", "left"]) -> alt.Axis:
    return alt.Axis(
        orient=side, title=None, domain=False, ticks=False, labelAngle=0, labelColor=INK if side == "left" else MUTED,
        labelFontSize=12 if side == "left" else 10, labelLimit=LABEL_WIDTH - 8, labelPadding=6, labelOverlap=False,
        minExtent=LABEL_WIDTH if side == "left" else 0, maxExtent=LABEL_WIDTH if side == "left" else 40,
    )  # fmt: skip


def _drawn(cell: Cell) -> dict[str, Any]:
    silent = cell.status != "reported"
    sites = "" if cell.sites is None else f"{cell.sites[0]}/{cell.sites[1]}"
    two = bool(sites) and cell.status == "zero"
    main = SILENCES[cell.status].sign if silent else str(cell.value)
    share = None if cell.sites is None or not cell.sites[1] else cell.sites[0] / cell.sites[1]
    dark = share is not None and share >= 0.8 and cell.status in ("reported", "zero")
    return {
        "label": cell.label, "period": cell.period, "main": main, "sites": sites if two else "", "two": two,
        "fill": _fill(cell, share), "light": dark, "patterned": silent and cell.status != "zero",
    }  # fmt: skip


def _fill(cell: Cell, share: float | None) -> str:
    if cell.status not in ("reported", "zero"):
        return SILENCES[cell.status].fill
    if share is None:
        return COMPLETE[0]
    return COMPLETE[min(4, int(share * 5))]


def _text(data: alt.Data, field: Literal["main", "sites"], *, up: float, x: alt.X, y: alt.Y) -> alt.Chart:
    """Figures stand in the middle of the cell; where sites follow, the figure moves up and they stand below it."""
    shade = alt.condition("datum.light", alt.value(PAPER), alt.value(INK))
    offset = alt.ExprRef(f"datum.two ? {up} : 0")
    chart = alt.Chart(data)
    if field == "main":
        text = chart.mark_text(fontSize=11, fontWeight="bold", baseline="middle", dy=offset)
    else:
        text = chart.mark_text(fontSize=8.5, baseline="middle", dy=offset)
    return text.encode(x=x, y=y, text=f"{field}:N", color=shade)

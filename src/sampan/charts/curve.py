"""One country's epidemic curve: bars as wide as their periods, from zero, with gaps where nothing is known.

A month is not cut into weeks: its bar is four weeks wide and as high as its mean week, so that areas are cases.
Under the bars a strip says how many units told. Figures still filling are paler; a break is a dashed line.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import altair as alt
import polars as pl

from sampan.charts.look import BAR, BAR_OPEN, COMPLETE, INK, MUTED, RULE, SILENCES, Words
from sampan.charts.scale import round_up
from sampan.charts.svg import finished, stamp

STRIP_HEIGHT = 10


@dataclass(frozen=True)
class Break:
    """A day on which a series stopped being comparable with what came before."""

    on: date
    label: str


@dataclass(frozen=True)
class Frame:
    """The window of a curve; equal windows make curves comparable. `top` is the height of the value axis."""

    first: date
    last: date
    top: float | None = None
    width: int = 340
    height: int = 150
    filling_from: date | None = None


def epidemic_curve(series: pl.DataFrame, *, frame: Frame, words: Words, breaks: Sequence[Break] = ()) -> dict[str, Any]:
    """A Vega-Lite specification of one series.

    `series`: period_start, period_end (dates), value (cases in the period, null when nothing is known), status,
    told and due (units that told, units under surveillance).
    """
    inside = series.filter((pl.col("period_end") >= frame.first) & (pl.col("period_start") <= frame.last))
    rows = [_bar(row, frame) for row in inside.sort("period_start").iter_rows(named=True)]
    top = frame.top or round_up(max((row["height"] for row in rows), default=1.0))
    x = _days_axis(frame, words)
    layers = [*_bars(rows, x, top, words), *_gaps(rows, x, frame), *_breaks(breaks, x, frame)]
    layers += stamp(words, width=frame.width, height=frame.height)
    upper = alt.layer(*layers).properties(width=frame.width, height=frame.height)
    chart = alt.vconcat(upper, _told(rows, frame, words), spacing=4).resolve_scale(color="independent")
    return finished(chart, words)


def _bar(row: dict[str, Any], frame: Frame) -> dict[str, Any]:
    start = max(0, (row["period_start"] - frame.first).days)
    end = (row["period_end"] - frame.first).days + 1
    value = row["value"]
    filling = frame.filling_from is not None and row["period_end"] >= frame.filling_from
    told, due = row["told"], row["due"]
    return {
        "start": start,
        "end": end,
        "height": 0.0 if value is None else value * 7 / ((row["period_end"] - row["period_start"]).days + 1),
        "silence": None if value is not None else row["status"],
        "zero": value == 0,
        "filling": filling,
        "share": told / due if due else 0.0,
        "told": f"{told}/{due}",
    }


def _days_axis(frame: Frame, words: Words) -> alt.X:
    """Days since the first day, labelled at the first of every month (every third for long windows)."""
    firsts = [day for day in _month_starts(frame) if (day - frame.first).days >= 0]
    every = 1 if len(firsts) <= 8 else 3 if len(firsts) <= 30 else 12
    shown = [day for day in firsts if (day.month - 1) % every == 0]
    at = [(day - frame.first).days for day in shown]
    names = [words.months[day.month - 1] for day in shown]
    texts = [f"{name} {day.year}" if day.month == 1 else name for name, day in zip(names, shown, strict=True)]
    span = (frame.last - frame.first).days + 1
    axis = alt.Axis(
        values=at, labelExpr=f"{_list(texts)}[indexof({at}, datum.value)]", grid=False, title=None, labelFlush=True,
        labelOverlap=True,
    )  # fmt: skip
    return alt.X("start:Q", scale=alt.Scale(domain=[0, span], nice=False), axis=axis)


def _list(texts: Sequence[str]) -> str:
    return "[" + ", ".join("'" + text.replace("'", "’") + "'" for text in texts) + "]"


def _month_starts(frame: Frame) -> list[date]:
    days, day = [], frame.first.replace(day=1)
    while day <= frame.last:
        days.append(day)
        day = date(day.year + day.month // 12, day.month % 12 + 1, 1)
    return days


def _bars(rows: list[dict[str, Any]], x: alt.X, top: float, words: Words) -> list[alt.Chart]:
    y = alt.Y(
        "height:Q",
        scale=alt.Scale(domain=[0, top], nice=False),
        axis=alt.Axis(title=words.cases_a_week, tickCount=4, titleAlign="left", titleAngle=0, titleAnchor="end",
                      titleY=-14, titleX=-30, domain=False, ticks=False),
    )  # fmt: skip
    colour = alt.condition("datum.filling", alt.value(BAR_OPEN), alt.value(BAR))
    bars = alt.Chart(alt.Data(values=[row for row in rows if row["silence"] is None]))
    return [
        bars.mark_rect(stroke="#ffffff", strokeWidth=0.4).encode(x=x, x2="end:Q", y=y, y2=alt.datum(0), color=colour)
    ]


def _gaps(rows: list[dict[str, Any]], x: alt.X, frame: Frame) -> list[alt.Chart]:
    """A silence is a gap the whole height of the curve, in its pattern."""
    layers = []
    for status, silence in SILENCES.items():
        silent = [row for row in rows if row["silence"] == status]
        if silent:
            data = alt.Chart(alt.Data(values=silent))
            whole = {"y": alt.value(0), "y2": alt.value(frame.height)}
            layers.append(data.mark_rect(color=silence.fill).encode(x=x, x2="end:Q", **whole))
    return layers


def _breaks(breaks: Sequence[Break], x: alt.X, frame: Frame) -> list[alt.Chart]:
    inside = [one for one in breaks if frame.first < one.on <= frame.last]
    if not inside:
        return []
    rows: list[dict[str, Any]] = [{"start": (one.on - frame.first).days, "label": one.label} for one in inside]
    data = alt.Chart(alt.Data(values=rows))
    line = data.mark_rule(color=INK, strokeDash=[4, 3], strokeWidth=1).encode(x=x)
    named = {row["label"]: row for row in reversed(rows)}  # the first of each kind names all of its kind
    labels = sorted(named.values(), key=lambda row: (row["start"], row["label"]))
    return [line, *(_break_label(row, x, frame, step) for step, row in enumerate(labels))]


def _break_label(row: dict[str, Any], x: alt.X, frame: Frame, step: int) -> alt.Chart:
    """The words beside a break, each kind on a line of its own so that two of one day do not cover each other."""
    late = row["start"] > 0.6 * (frame.last - frame.first).days
    text = alt.Chart(alt.Data(values=[row])).mark_text(
        align="right" if late else "left", dx=-4 if late else 4, baseline="top", fontSize=10.5, color=MUTED
    )
    return text.encode(x=x, y=alt.value(13 * step), text="label:N")


def _told(rows: list[dict[str, Any]], frame: Frame, words: Words) -> alt.LayerChart:
    """The strip under the bars: the deeper, the more units told; a period of which nobody told is hatched."""
    span = (frame.last - frame.first).days + 1
    x = alt.X("start:Q", scale=alt.Scale(domain=[0, span], nice=False), axis=None)
    share = alt.Color("share:Q", scale=alt.Scale(domain=[0, 0.25, 0.5, 0.75, 1], range=list(COMPLETE)), legend=None)
    layers: list[alt.Chart] = []
    spoke = [row for row in rows if row["share"] > 0]
    mute = [row for row in rows if row["share"] == 0]
    if spoke:
        layers.append(alt.Chart(alt.Data(values=spoke)).mark_rect().encode(x=x, x2="end:Q", color=share))
    if mute:
        fill = SILENCES["not_reported"].fill
        layers.append(alt.Chart(alt.Data(values=mute)).mark_rect(color=fill).encode(x=x, x2="end:Q"))
    label = alt.Chart(alt.Data(values=[{}])).mark_text(
        text=words.units_told, align="left", baseline="top", fontSize=10.5, color=MUTED
    )
    layers.append(label.encode(x=alt.value(0), y=alt.value(STRIP_HEIGHT + 3)))
    frame_line = alt.Chart(alt.Data(values=[{}])).mark_rect(filled=False, stroke=RULE, strokeWidth=0.6)
    layers.append(
        frame_line.encode(x=alt.value(0), x2=alt.value(frame.width), y=alt.value(0), y2=alt.value(STRIP_HEIGHT))
    )
    strip = alt.layer(*layers).properties(width=frame.width, height=STRIP_HEIGHT)
    assert isinstance(strip, alt.LayerChart)
    return strip

"""A specification becomes SVG: patterns put in, the same bytes every time, nothing that a strict CSP would stop."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Literal
from xml.sax.saxutils import escape

import altair as alt
import vl_convert

from sampan.charts.look import HATCH, MUTED, PAPER, SILENCES, Words, theme

# What a page passes to the charts' script: no eval (ast), no injected style sheet, no menu.
EMBED: Mapping[str, Any] = {"ast": True, "defaultStyle": False, "tooltip": False, "actions": False, "renderer": "svg"}
_CLIP = re.compile(r"\bclip\d+\b")
_PLACED = re.compile(r' (?:d|transform|x|y|x1|x2|y1|y2|width|height|r|cx|cy)="[^"]*"')
_NUMBER = re.compile(r"-?\d+\.\d{2,}")


def finished(chart: alt.TopLevelMixin, words: Words) -> dict[str, Any]:
    """The chart as a plain Vega-Lite specification with our theme; the same chart gives the same specification."""
    spec: dict[str, Any] = chart.to_dict(context={"pre_transform": False})
    spec["config"] = theme(words.language)
    spec["$schema"] = "https://vega.github.io/schema/vega-lite/v6.json"
    return spec


def render(spec: Mapping[str, Any], *, title: str, description: str) -> str:
    """The specification as SVG text with a title and a description for readers who do not see it."""
    svg: str = vl_convert.vegalite_to_svg(dict(spec))
    svg = _PLACED.sub(lambda placed: _NUMBER.sub(_to_a_tenth, placed.group()), svg)
    svg = _CLIP.sub(_renumbered(), svg)
    used = [silence for silence in SILENCES.values() if f'"{silence.fill}"' in svg and silence.pattern]
    for silence in used:
        svg = svg.replace(f'fill="{silence.fill}"', f'fill="url(#{silence.status})"')
    head, _, body = svg.partition(">")
    words = f"<title>{escape(title)}</title><desc>{escape(description)}</desc>"
    return f'{head} role="img">{words}{_patterns(used)}{body}'


def _to_a_tenth(number: re.Match[str]) -> str:
    """A coordinate to a tenth of a pixel; figures in texts are never touched."""
    return f"{float(number.group()):.1f}".removesuffix(".0")


def _renumbered() -> Callable[[re.Match[str]], str]:
    """Clip paths by order in this picture; the renderer counts on through the life of the process."""
    seen: dict[str, str] = {}
    return lambda found: seen.setdefault(found.group(), f"clip{len(seen)}")


def _patterns(used: list[Any]) -> str:
    if not used:
        return ""
    tiles = "".join(
        f'<pattern id="{silence.status}" width="8" height="8" patternUnits="userSpaceOnUse">'
        f'<rect width="8" height="8" fill="{PAPER}"/>'
        f'<g stroke="{HATCH}" stroke-width="0.8" fill="{HATCH}">{_outlined(silence.pattern)}</g></pattern>'
        for silence in used
    )
    return f"<defs>{tiles}</defs>"


def _outlined(pattern: str) -> str:
    """Dots are filled and have no outline; lines have only an outline."""
    return pattern.replace("<circle", '<circle stroke="none"')


def stamp(words: Words, *, width: float, height: float, corner: float = -8) -> list[alt.Chart]:
    """What must be said inside the picture: that its figures are invented, or whose published figures they are."""
    said = words.stamp or words.credit
    if not said:
        return []
    data = alt.Chart(alt.Data(values=[{}]))
    weight: Literal["bold", "normal"] = "bold" if words.stamp else "normal"
    small = data.mark_text(text=said, fontSize=10, fontWeight=weight, align="right", color=MUTED)
    layers = [small.encode(x=alt.value(width), y=alt.value(corner))]
    if words.stamp:
        size = max(13, min(width / max(8, 0.62 * len(words.stamp)), height / 3, 46))
        angle = -12 if height > 120 else 0
        across = data.mark_text(text=said, fontSize=size, fontWeight="bold", angle=angle % 360, opacity=0.10)
        layers.append(across.encode(x=alt.value(width / 2), y=alt.value(height / 2)))
    return layers

"""The look of every picture: ink, one scale of depth for figures, and a pattern and a sign for each silence.

No figure is red, no country has a colour. A silence is told by its pattern and its sign, so that a reader who
sees no colours, or prints in black, can still tell the seven apart.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

INK, MUTED, RULE, PAPER, OUTSIDE = "#1c2b33", "#56666e", "#d5dcde", "#ffffff", "#f1efe9"
HATCH = "#87969d"
DEPTHS = ("#dcebea", "#b0d0d3", "#7aacb8", "#44839a", "#1d5570")  # pale to deep: few to many
BAR, BAR_OPEN = "#3b7d95", "#a9cbd2"  # settled figures, and figures still filling
COMPLETE = ("#eef0ea", "#d9e0cf", "#b9c9a8", "#8fa97c", "#5f8152")  # share of sites, few to all
SCRIPTS = {
    "km": "Noto Sans Khmer", "lo": "Noto Sans Lao", "th": "Noto Sans Thai", "my": "Noto Sans Myanmar",
    "zh": "Noto Sans CJK SC",
}  # fmt: skip


def fonts(language: str) -> str:
    """The list of fonts for a picture, the reader's own script first."""
    own = [SCRIPTS[language]] if language in SCRIPTS else []
    others = [name for name in SCRIPTS.values() if name not in own]
    return ", ".join([*own, "Noto Sans", *others, "system-ui", "sans-serif"])


@dataclass(frozen=True)
class Silence:
    """How one status that is no figure is drawn: `fill` stands for the pattern until the SVG is finished."""

    status: str
    sign: str
    fill: str
    pattern: str  # SVG inside an 8 x 8 tile; empty: plain


SILENCES = {
    silence.status: silence
    for silence in (
        Silence("zero", "0", "#f6f3e8", ""),
        Silence("unknown", "?", "#f3f4f1", '<circle cx="2" cy="2" r="1"/><circle cx="6" cy="6" r="1"/>'),
        Silence("not_reported", "–", "#f3f4f2", '<path d="M-2 2L2-2M0 8L8 0M6 10L10 6" fill="none"/>'),
        Silence("withheld", "×", "#f3f4f3", '<path d="M0 8L8 0M0 0L8 8" fill="none"/>'),
        Silence("suppressed", "<", "#f3f4f4", '<path d="M0 2H8M0 6H8" fill="none"/>'),
        Silence("not_shared", "∅", "#f3f4f6", '<circle cx="4" cy="4" r="1.5" fill="none"/>'),
        Silence("not_under_surveillance", "·", "#f3f4f5", '<path d="M4 0V8" fill="none"/>'),
    )
}


@dataclass(frozen=True)
class Words:
    """The words of a picture in the reader's language. `statuses` holds a phrase for each status."""

    language: str = "en"
    direction: str = "ltr"
    stamp: str = ""  # "INVENTED, NOT REAL" when the figures are invented; empty when they are real
    credit: str = ""  # whose published figures these are, and under which licence
    statuses: Mapping[str, str] = field(default_factory=dict)
    cases_a_week: str = "cases a week"
    rate: str = "cases a week for each 100,000 people"
    still_filling: str = "still filling"
    another_practice: str = "counted otherwise"
    another_territory: str = "territory changed"
    units_told: str = "units that told"
    sites: str = "share of sites that reported"
    months: tuple[str, ...] = ("J", "F", "M", "A", "M", "J", "J", "A", "S", "O", "N", "D")

    def status(self, name: str) -> str:
        """The phrase for a status, or its own name."""
        return self.statuses.get(name, name.replace("_", " "))


def theme(language: str = "en") -> dict[str, Any]:
    """Vega-Lite configuration shared by all pictures."""
    family = fonts(language)
    axis = {
        "domainColor": INK, "tickColor": RULE, "gridColor": RULE, "labelColor": MUTED, "titleColor": MUTED,
        "labelFontSize": 11, "titleFontSize": 11, "titleFontWeight": "normal", "labelFont": family, "titleFont": family,
    }  # fmt: skip
    legend = {
        "labelColor": INK, "titleColor": MUTED, "labelFontSize": 11, "titleFontSize": 11, "labelFont": family,
        "titleFont": family, "titleFontWeight": "normal", "symbolStrokeWidth": 0.6, "labelLimit": 260,
        "titleLimit": 340,
    }  # fmt: skip
    return {
        "background": PAPER,
        "font": family,
        "view": {"stroke": None},
        "axis": axis,
        "legend": legend,
        "text": {"font": family, "color": INK},
        "title": {"font": family, "color": INK, "fontSize": 13, "anchor": "start"},
    }

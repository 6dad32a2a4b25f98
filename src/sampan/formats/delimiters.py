"""Which character parts the cells: declared, or the one that parts most lines alike."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from sampan.formats.records import records

CANDIDATES = (",", ";", "\t", "|")
NAMES = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
SAMPLE_LINES = 200


@dataclass(frozen=True)
class Delimiter:
    """The character, how sure we are, and why."""

    char: str
    confidence: float
    evidence: str


def detect(lines: Sequence[str]) -> Delimiter:
    """Judge a sample of lines; without any candidate the file has one column and the comma stands in."""
    scored = [(_score(lines, char), char) for char in CANDIDATES]
    (alike, width), char = max(scored, key=lambda entry: (entry[0][0] * min(entry[0][1] - 1, 4), entry[0][1]))
    if width < 2:
        return Delimiter(",", 0.5, "one column")
    return Delimiter(char, round(alike, 2), f"{NAMES[char]}: {alike:.0%} of the first lines have {width} cells")


def _score(lines: Sequence[str], char: str) -> tuple[float, int]:
    """(share of records with the usual number of cells, that number); blank lines do not count."""
    widths = Counter(len(record.cells) for record in islice(records(lines, char), SAMPLE_LINES) if any(record.cells))
    if not widths:
        return 0.0, 0
    wide = {width: count for width, count in widths.items() if width > 1} or dict(widths)
    usual = max(wide, key=lambda width: (wide[width], width))
    return wide[usual] / widths.total(), usual

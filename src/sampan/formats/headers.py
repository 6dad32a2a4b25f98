"""Column names from one or several header rows.

Blank header -> "column 3"; a name met again -> "Week (2)"; several rows are joined with " / ".
Exports put titles and blank lines above a table, or leave out those that the source has: `placed` finds the header.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from fnmatch import fnmatchcase

from sampan.model.tables import ROW, Column, Layout

Cells = Sequence[str | None]
LEAST_KNOWN = 2  # headers that make a row the header row, where the source names so many
HEADER_LOOK = 40  # rows; no return of ours has its header further down


def columns(header_rows: Sequence[Cells], width: int, *, filled: bool = False) -> tuple[Column, ...]:
    """`width` columns named from the header rows.

    Unless the caller has `filled` merged cells from the file's own list, blanks of every row but the
    last are taken to continue the cell on their left: that is how a merged header arrives as text.
    """
    rows = [_padded(row, width) for row in header_rows]
    if not filled:
        rows = [_fill_right(row) for row in rows[:-1]] + rows[-1:]
    headers = [_joined([row[at] for row in rows]) for at in range(width)]
    return tuple(
        Column(name, header, at + 1) for at, (name, header) in enumerate(zip(_names(headers), headers, strict=True))
    )


def placed(rows: Sequence[Cells], layout: Layout) -> tuple[Layout, tuple[str, ...]]:
    """The layout with its header rows where this file has them, and a note if that is elsewhere than declared.

    Moved only if no declared header stands where it should, to the first place that holds most of them: rows of data
    are never taken for titles because of a header renamed.
    """
    if not layout.headers or not layout.header_rows or _known(rows, layout, 0):
        return layout, ()
    top, deepest = min(layout.header_rows), max(layout.header_rows)
    moves = range(1 - top, min(len(rows), HEADER_LOOK) - deepest + 1)
    known, by = max(((_known(rows, layout, by), -by) for by in moves), default=(0, 0))
    if known < min(len(layout.headers), LEAST_KNOWN):
        return layout, ()
    moved = tuple(row - by for row in layout.header_rows)
    first = layout.first_row and layout.first_row - by
    said = f"the header stands in row {moved[0]}, not in row {layout.header_rows[0]}; rows above it are titles"
    return replace(layout, header_rows=moved, first_row=first), (said,)


def _known(rows: Sequence[Cells], layout: Layout, by: int) -> int:
    """How many of the source's headers stand in its header rows moved so many rows down."""
    wanted = [row + by - 1 for row in layout.header_rows]
    if wanted[-1] >= len(rows):
        return 0
    cells = [rows[at] for at in wanted]
    names = {column.header for column in columns(cells, max(map(len, cells))) if column.header}
    return sum(any(fnmatchcase(name, one) for one in patterns for name in names) for patterns in layout.headers)


def unnamed(column: Column) -> bool:
    """True if the file gave the column no header."""
    return not column.header


def _padded(row: Cells, width: int) -> list[str | None]:
    return [cell if cell and cell.strip() else None for cell in row[:width]] + [None] * (width - len(row))


def _fill_right(row: list[str | None]) -> list[str | None]:
    last: str | None = None
    filled = []
    for cell in row:
        last = cell or last
        filled.append(last)
    return filled


def _joined(parts: Sequence[str | None]) -> str:
    kept: list[str] = []
    for part in parts:
        text = " ".join(_composed(part).split()) if part else ""
        if text and (not kept or kept[-1] != text):
            kept.append(text)
    return " / ".join(kept)


def _composed(text: str) -> str:
    """Latin letters with their marks as one character each, as sources declare them; other scripts stay as they are."""
    text = text.strip("\u200b\ufeff\u2060")
    return unicodedata.normalize("NFC", text) if re.search("[\u0300-\u036f]", text) else text


def _names(headers: Sequence[str]) -> list[str]:
    seen: Counter[str] = Counter({ROW: 1})
    taken = set(headers) | {ROW}
    names = []
    for position, header in enumerate(headers, start=1):
        base = header or f"column {position}"
        seen[base] += 1
        name = base
        while seen[base] > 1 and (name == base or name in taken):
            name = f"{base} ({seen[base]})"
            seen[base] += name in taken
        taken.add(name)
        names.append(name)
    return names

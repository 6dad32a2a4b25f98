"""Column names from one or several header rows.

Blank header -> "column 3"; a name met again -> "Week (2)"; several rows are joined with " / ".
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence

from sampan.model.tables import ROW, Column

Cells = Sequence[str | None]


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

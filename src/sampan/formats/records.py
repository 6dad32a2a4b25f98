"""Text lines -> records, for files that are not quite CSV: stray quotes, unclosed quotes, odd widths.

Promise: no character between delimiters is lost. A quote that is never closed is taken as a plain
character, and the row is told. One record may run over at most MAX_CELL_LINES lines.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sampan.formats.limits import MAX_CELL_LINES, MAX_LINE_BYTES

csv.field_size_limit(MAX_LINE_BYTES)


@dataclass(frozen=True)
class Record:
    """The cells of one record, the lines it spanned, and whether its quotes were mended."""

    cells: list[str]
    lines: int = 1
    mended: bool = False


def records(lines: Iterable[str], delimiter: str) -> Iterator[Record]:
    """Split lines (each with or without its line end) into records."""
    waiting: list[str] = []
    source = iter(lines)
    while True:
        line = waiting.pop(0) if waiting else next(source, None)
        if line is None:
            return
        line = line.rstrip("\r\n")
        if '"' not in line:
            yield Record(line.split(delimiter))
            continue
        record, waiting = _quoted(line, waiting, source, delimiter)
        yield record


def _quoted(line: str, waiting: list[str], source: Iterator[str], delimiter: str) -> tuple[Record, list[str]]:
    held, quotes = [line], line.count('"')
    rest = list(waiting)
    while quotes % 2 and _opens(line, delimiter) and len(held) < MAX_CELL_LINES:
        following = rest.pop(0) if rest else next(source, None)
        if following is None:
            break
        held.append(following.rstrip("\r\n"))
        quotes += following.count('"')
    if quotes % 2 and len(held) > 1:  # never closed: the first line stands alone, the others are read again
        return Record(line.split(delimiter), 1, True), held[1:] + rest
    cells = _parse("\n".join(held), delimiter)
    if cells is None:
        return Record(line.split(delimiter), 1, True), held[1:] + rest
    return Record(cells, len(held)), rest


def _opens(line: str, delimiter: str) -> bool:
    """True if some cell of the line begins with a quote, so that it may run on."""
    return line.startswith('"') or f'{delimiter}"' in line


def _parse(text: str, delimiter: str) -> list[str] | None:
    stand_in = next(mark for mark in "\ue00d\ue00e\ue00f\ue010" if mark not in text)  # csv ends a record at \r
    try:
        rows = list(csv.reader([text.replace("\r", stand_in)], delimiter=delimiter, strict=True))
    except csv.Error:
        return None
    cells = rows[0] if rows else [""]
    return [cell.replace(stand_in, "\r") for cell in cells]

"""Where in a grid of cells the titles end, the header stands and the data begin.

Told from fullness, from numbers below words, and from merged cells; row numbers count from 1.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass

Grid = list[list[str | None]]
Merged = Sequence[tuple[tuple[int, int], tuple[int, int]]]

NUMBER = re.compile(r"[+\-−–<>≤≥~(]?\s*\d[\d\s.,/:\-−–%]*(?:[eE][+\-]?\d+|[T ]\d{2}:\d{2}.*)?[)*+%]?")
MET_AGAIN_LOOK = 50  # rows below: a header's words do not stand in its own columns again
SILENCE = re.compile(r"[-–—.*]+|n/?a|nil", re.IGNORECASE)
HEADER_LOOK = 40  # rows; no return of ours has its header further down
MOST_HEADER_ROWS = 4


@dataclass(frozen=True)
class Shape:
    """`title_rows` stand above the header; `first_row` is the first row of data (None: no data found)."""

    header_rows: tuple[int, ...]
    first_row: int | None
    title_rows: tuple[int, ...]
    confidence: float
    evidence: str


def guess(grid: Grid, merged: Merged) -> Shape:
    """The likely shape of a sheet whose rows all have the same width."""
    filled = [sum(cell is not None for cell in row) for row in grid]
    usual = _usual(filled)
    if not usual:
        return Shape((), None, (), 0.0, "no cell is filled")
    first = next((at for at in range(min(len(grid), HEADER_LOOK)) if _is_data(grid, at, usual)), None)
    if first is None:
        return _without_numbers(grid, filled, usual)
    while first > 0 and _met_again(grid, first - 1):
        first -= 1
    if first == 0:
        return Shape((), 1, (), 0.6, "the first row holds numbers like the rows below it")
    top = _top_of_header(grid, first, merged)
    rows = tuple(range(top + 1, first + 1))
    rows = tuple(row for row in rows if filled[row - 1])
    if not rows:
        return Shape((), first + 1, _titles(filled, first), 0.4, "no words stand right above the first row of numbers")
    covered = sum(any(grid[row - 1][at] for row in rows) for at in range(len(grid[0])))
    certain = min(0.95, 0.5 + 0.45 * covered / max(usual, 1))
    evidence = f"words in {covered} columns above numbers that begin in row {first + 1}"
    return Shape(rows, first + 1, _titles(filled, top), round(certain, 2), evidence)


def numeric(cell: str | None) -> bool:
    """True for a number, a date in figures or a sign of silence, in any script's digits."""
    return cell is not None and bool(NUMBER.fullmatch(cell) or SILENCE.fullmatch(cell))


def _usual(filled: list[int]) -> int:
    """How many cells a full row has: the most frequent count among the fuller half of the rows."""
    full = [count for count in filled if count * 2 >= max(filled, default=0) and count]
    return max(set(full), key=lambda count: (full.count(count), count)) if full else 0


def _is_data(grid: Grid, at: int, usual: int) -> bool:
    """A row with numbers that is no run of week numbers or years; the next rows look alike."""
    row = grid[at]
    numbers = sum(numeric(cell) for cell in row)
    full = sum(cell is not None for cell in row)
    if not numbers or full * 2 < usual or _is_run(row) or _is_cut_title(grid, at):
        return False
    following = [r for r in grid[at + 1 : at + 4] if any(r)]
    alike = sum(any(numeric(cell) for cell in r) for r in following)
    return not following or alike * 2 >= len(following)


def _is_cut_title(grid: Grid, at: int) -> bool:
    """A title that its commas cut into cells ("Week 31, 2024, Kampot"): the row below names every column."""
    below = next((row for row in range(at + 1, len(grid)) if any(grid[row])), None)
    if below is None or _met_again(grid, at) or not _is_header(grid, below, ()):
        return False
    data = grid[below + 1 : below + 3]
    named = all(name or not any(cells) for name, *cells in zip(grid[below], *data, strict=True))
    words = sum(cell is not None and not numeric(cell) for cell in grid[at])
    return named and any(map(numeric, itertools.chain(*data))) and words * 2 >= sum(map(bool, grid[at]))


def _is_run(row: Sequence[str | None]) -> bool:
    """Week numbers or years as headers: whole numbers that rise by one from cell to cell, after words or nothing."""
    numbers = [int(cell) for cell in row if cell and cell.isdecimal() and len(cell) <= 4]
    others = sum(cell is not None for cell in row) - len(numbers)
    rising = sum(b - a == 1 for a, b in itertools.pairwise(numbers))
    return len(numbers) >= 3 and rising >= 0.9 * (len(numbers) - 1) and others <= max(4, len(numbers) // 2)


def _top_of_header(grid: Grid, first: int, merged: Merged) -> int:
    """Index of the first header row: upwards from the data while rows hold several words, not one title."""
    top = first - 1
    while top > 0 and not any(grid[top]):
        top -= 1  # blank rows between header and data
    lowest = top
    while top > 0 and lowest - top + 1 < MOST_HEADER_ROWS and _is_header(grid, top - 1, merged):
        top -= 1
    return top


def _is_header(grid: Grid, at: int, merged: Merged) -> bool:
    row = grid[at]
    words = [cell for cell in row if cell is not None]
    if not words or (any(numeric(cell) for cell in words) and not _is_run(row)):
        return False
    if _met_again(grid, at):
        return False
    if len(set(words)) >= 2:
        long = sum(len(word) > 60 for word in words)
        return not long
    spans = [right - left + 1 for (top, left), (bottom, right) in merged if top <= at <= bottom]
    return bool(spans) and max(spans) * 2 < len(row) and row[0] is None


def _met_again(grid: Grid, at: int) -> bool:
    """A row of data whose figure is written in words: a third of its words stand in their columns again below."""
    row = grid[at]
    below = [other for other in grid[at + 1 : at + 1 + MET_AGAIN_LOOK] if other != row]  # a header may be repeated
    filled = [column for column, cell in enumerate(row) if cell is not None and not numeric(cell)]
    again = sum(any(row[column] == other[column] for other in below) for column in filled)
    return bool(filled) and again * 3 >= len(filled)


def _titles(filled: list[int], top: int) -> tuple[int, ...]:
    return tuple(row for row in range(1, top + 1) if filled[row - 1])


def _without_numbers(grid: Grid, filled: list[int], usual: int) -> Shape:
    """All words: the first full row is the header if its words are not met again below."""
    top = next((at for at, count in enumerate(filled) if count >= 0.8 * usual), 0)
    names = [cell for cell in grid[top] if cell]
    again = sum(any(name == row[at] for row in grid[top + 1 :]) for at, name in enumerate(grid[top]) if name)
    if len(grid) == top + 1 or (not again and len(set(names)) == len(names)):
        evidence = f"row {top + 1} is the first full row and its words are not met again"
        return Shape((top + 1,), top + 2, _titles(filled, top), 0.6, evidence)
    return Shape((), top + 1, _titles(filled, top), 0.3, "words only, and the first full row's words are met again")

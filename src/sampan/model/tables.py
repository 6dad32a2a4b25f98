"""A table as it came: every cell is text, and every cell can say where it stood.

Nothing is converted here. A blank cell is null; a cell holding "-" or "0" keeps that text.
`take` empties the table column by column; `finish` says what nobody took.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import polars as pl

from sampan.model.errors import UserError

ROW = "__row__"  # UInt32: the row's number in the file or sheet, counted from 1 as a person sees it


@dataclass(frozen=True)
class Column:
    """One column: the frame's `name`, the header as it came, and its 1-based `position` in the file."""

    name: str
    header: str
    position: int


@dataclass(frozen=True)
class RawTable:
    """Text cells with their locators.

    `frame` has one String or Categorical column for each `columns` entry and the UInt32 column
    `__row__`. `file` is the name of the delivered file, `sheet` the sheet or archive member if any.
    """

    frame: pl.DataFrame
    columns: tuple[Column, ...]
    file: str
    sheet: str | None = None
    notes: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()  # texts that stand above the header, as they came
    title_rows: tuple[int, ...] = ()  # rows above the data that are no header
    _taken: set[str] = field(default_factory=set, compare=False, repr=False)

    def take(self, name: str) -> pl.Series:
        """The named column as text (shape: rows); marks it as used. UserError if it is absent."""
        if name not in self.frame.columns or name == ROW:
            raise UserError(
                f"column {name!r} is not in the table",
                where=self.where(),
                kept="nothing was changed",
                do=f"columns found: {', '.join(c.name for c in self.columns)}",
            )
        self._taken.add(name)
        return self.frame.get_column(name)

    def finish(self, ignore: Iterable[str] = ()) -> tuple[str, ...]:
        """Names of columns that were neither taken nor listed in `ignore`, in file order."""
        known = self._taken | set(ignore)
        return tuple(c.name for c in self.columns if c.name not in known)

    def where(self, row: int | None = None, column: str | None = None) -> str:
        """A locator for people: "file.xlsx, sheet Week 31, row 7, column C"."""
        parts = [self.file]
        if self.sheet:
            parts.append(f"sheet {self.sheet}")
        if row is not None:
            parts.append(f"row {row}")
        if column is not None:
            position = next((c.position for c in self.columns if c.name == column), None)
            parts.append(f"column {letters(position) if position else column}")
        return ", ".join(parts)


def letters(position: int) -> str:
    """A 1-based column position as a spreadsheet shows it.

    >>> letters(1), letters(28)
    ('A', 'AB')
    """
    text = ""
    while position:
        position, rest = divmod(position - 1, 26)
        text = chr(65 + rest) + text
    return text


@dataclass(frozen=True)
class Layout:
    """How to open a file; what a source declares under `read:`. "auto" is sniffed, and the guess is noted.

    `header_rows` are 1-based; cells of several header rows are joined with " / " after merged cells
    are filled to the right. `sheets` and `member` are glob patterns; no sheets means every visible one.
    """

    format: str = "auto"  # csv, tsv, xlsx, xls, ods, parquet, jsonl
    member: str | None = None  # inside a zip
    encoding: str = "auto"
    delimiter: str | None = None
    sheets: tuple[str, ...] = ()
    hidden_sheets: bool = False
    header_rows: tuple[int, ...] = (1,)
    first_row: int | None = None  # of data; default: the row after the last header row
    categorical: bool = False  # large text files: columns as Categorical
    batch_rows: int = 250_000
    headers: tuple[tuple[str, ...], ...] = ()  # what the source calls its columns: each as patterns, one of which fits
    unread = frozenset[str]()  # no field of a declaration: see formats.delimited.Narrowed

    @property
    def skip(self) -> int:
        """How many rows stand above the data."""
        deepest = max(self.header_rows, default=0)
        return max((self.first_row or deepest + 1) - 1, deepest)

    @property
    def title_rows(self) -> tuple[int, ...]:
        """Rows above the data that are no header, from 1."""
        return tuple(row for row in range(1, self.skip + 1) if row not in self.header_rows)


@dataclass(frozen=True)
class Reading:
    """What one distinct raw term became. `value` is None when `problem` says why (a short fixed word).

    `how` says by what it was read (exact, alias, folded, fuzzy, rule, ask, none); `candidates` what it could be.
    """

    term: str | None
    value: object = None
    problem: str | None = None
    how: str = "exact"
    candidates: tuple[str, ...] = ()

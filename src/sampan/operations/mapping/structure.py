"""What a file is made of, without its rows: columns, what kind of thing each holds, and terms that occur often.

Columns of persons and of free text are masked. A term shows only if at least three rows hold it; how many rows is said
in bands. Figures and dates are never listed.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import polars as pl

from sampan.harmonise.personal import content_signs, header_sign, may_show
from sampan.model.tables import Column, RawTable, letters

ROWS_TO_SHOW = 3
MOST_TERMS = 400  # of a column whose terms are listed
BANDS = ((50, "50+"), (10, "10–49"), (ROWS_TO_SHOW, "3–9"))
PERSON, FREE, FIGURES, TERMS, EMPTY = "person", "free-text", "figures", "terms", "empty"


@dataclass(frozen=True)
class ColumnView:
    """One column. `terms` are (text, band) of those that show; `rare` is how many different texts do not."""

    position: int
    letter: str
    header: str  # empty where the header itself could name somebody
    kind: str
    terms: tuple[tuple[str, str], ...] = ()
    rare: int = 0


def columns(table: RawTable, country: str) -> list[ColumnView]:
    """Every column of a table as the steward may see it."""
    return [_view(column, table.frame, country) for column in table.columns]


def rare_terms(table: RawTable, position: int, country: str) -> list[str]:
    """The texts of a column of terms that are too rare to show; none of any other column."""
    column = next((one for one in table.columns if one.position == position), None)
    if column is None or _view(column, table.frame, country).kind != TERMS:
        return []
    return sorted(term for term, rows in _counted(column, table.frame).items() if rows < ROWS_TO_SHOW)


def band(rows: int) -> str:
    """How many rows, roughly; empty for fewer than may be shown."""
    return next((words for least, words in BANDS if rows >= least), "")


def _view(column: Column, frame: pl.DataFrame, country: str) -> ColumnView:
    counted = _counted(column, frame)
    kind = _kind(column, frame, counted, country)
    header = column.header if may_show(column.header) and kind != PERSON else ""
    if kind != TERMS:
        return ColumnView(column.position, letters(column.position), header, kind)
    shown = [(term, band(rows)) for term, rows in sorted(counted.items()) if rows >= ROWS_TO_SHOW]
    return ColumnView(column.position, letters(column.position), header, kind, tuple(shown), len(counted) - len(shown))


def _kind(column: Column, frame: pl.DataFrame, counted: Counter[str], country: str) -> str:
    if not counted:
        return EMPTY
    sign = header_sign(column.header)
    texts = frame.get_column(column.name).cast(pl.String)
    if (sign is not None and sign.sure) or any(one.sure for one in content_signs(texts, country)):
        return PERSON
    plain = sum(rows for term, rows in counted.items() if any(sign.isdigit() for sign in term))
    if plain >= sum(counted.values()) / 2:
        return FIGURES
    words = sum(len(term.split()) for term in counted) / len(counted)
    return FREE if len(counted) > MOST_TERMS or words > 8 else TERMS


def _counted(column: Column, frame: pl.DataFrame) -> Counter[str]:
    texts = frame.get_column(column.name).cast(pl.String).str.strip_chars().drop_nulls()
    return Counter(text for text in texts.to_list() if text)

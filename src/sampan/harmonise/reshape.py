"""Which rows of a table are this source's, which are totals, and a wide table made long.

Nothing is read here; rows are only told apart by the texts the source declares.
"""

from __future__ import annotations

import fnmatch
import re
from dataclasses import dataclass, replace

import polars as pl

from sampan.harmonise.readers import present
from sampan.harmonise.waywords import NO_EQUAL
from sampan.model.errors import UserError
from sampan.model.sources import Source, Wide
from sampan.model.tables import ROW, RawTable
from sampan.vocab.text import native_digits

FIGURE = "__figure__"
HEADER = "__header__"
BLANK_SAYS_NOTHING = "not_reported"
IN_THE_TITLE = "title"
_YEAR = re.compile(r"(?<!\d)(?:19\d\d|20\d\d|24[4-9]\d|25\d\d|26[0-3]\d)(?!\d)")


@dataclass(frozen=True)
class Shaped:
    """The rows to harmonise, the totals rows beside them, how many rows were another source's, and the cells
    that say nothing at all, not even that they say nothing (None if a long table has no words for it)."""

    rows: RawTable
    totals: RawTable | None
    others: int
    silent: RawTable | None = None


def shape(table: RawTable, source: Source) -> Shaped:
    """Filter and unpivot as the source declares. UserError if a declared column is absent."""
    frame, others = _above_the_words(table.frame)
    mine = _marks(replace(table, frame=frame), source.only_rows)
    if mine is not None:
        others += len(mine) - int(mine.sum())
        frame = frame.filter(mine)
    frame = _without_empty_rows(frame)
    total_rows = None
    marks = _marks(replace(table, frame=frame), source.totals)
    if marks is not None and marks.any():
        total_rows = frame.filter(marks)
        frame = frame.filter(~marks)
    rows, silent = _long(replace(table, frame=frame), source)
    totals = None if total_rows is None else _long(replace(table, frame=total_rows), source)[0]
    return Shaped(rows, totals, others, silent)


def _above_the_words(frame: pl.DataFrame) -> tuple[pl.DataFrame, int]:
    """The rows above what the way back lists below a form, in words, and how many lines stand in that list."""
    columns = [name for name in frame.columns if name != ROW]
    if len(columns) < 2:
        return frame, 0
    heading = pl.col(columns[0]).cast(pl.String).str.strip_chars().is_in(list(NO_EQUAL.values()))
    found = frame.select(heading & pl.all_horizontal(pl.col(columns[1:]).is_null())).to_series().arg_true()
    if not len(found):
        return frame, 0
    below = _without_empty_rows(frame.slice(int(found[0])))
    return frame.head(int(found[0])), below.height


def _marks(table: RawTable, wanted: dict[str, tuple[str, ...]]) -> pl.Series | None:
    marks = None
    for column, texts in wanted.items():
        cells = table.take(column).cast(pl.String).str.strip_chars()
        hit = cells.is_in(list(texts)).fill_null(False)
        marks = hit if marks is None else marks & hit
    return marks


def _without_empty_rows(frame: pl.DataFrame) -> pl.DataFrame:
    """Drop rows in which no cell holds anything: they are layout, not data."""
    columns = [name for name in frame.columns if name != ROW]
    if not columns or not frame.height or frame.get_column(columns[0]).null_count() == 0:
        return frame
    return frame.filter(~pl.all_horizontal(pl.col(columns).is_null()))


def _long(table: RawTable, source: Source) -> tuple[RawTable, RawTable | None]:
    """The cells of a table that say something, and those that do not (of a long one: if the source has words so)."""
    if source.wide is None:
        return _reported(table, source)
    names = [c.name for c in table.columns]
    figures = [name for name in names if any(fnmatch.fnmatchcase(name, glob) for glob in source.wide.columns)]
    figures = [name for name in figures if name not in _placed(source)]
    if not figures:
        raise UserError(
            "no column matches `wide: columns:`",
            where=table.where(),
            kept="nothing was changed",
            do=f"columns found: {', '.join(names)}",
        )
    table._taken.update(figures)
    index = [name for name in names if name not in figures]
    long = table.frame.unpivot(on=figures, index=[ROW, *index], variable_name=HEADER, value_name=FIGURE)
    long = long.with_columns(_parts(source.wide))
    silent = _silent_cells(source)
    said, unsaid = (replace(table, frame=long.filter(one)) for one in (~silent, silent))
    return said, unsaid


def _reported(table: RawTable, source: Source) -> tuple[RawTable, RawTable | None]:
    """The rows of a long table but for those that say that nothing was reported, as the source declares."""
    texts = [text for text, status in source.words.silences.items() if status == BLANK_SAYS_NOTHING]
    spec = present(source.columns.get("value"), table)
    if not texts or spec is None or not spec.columns:
        return table, None
    silent = table.take(spec.columns[0]).cast(pl.String).str.strip_chars().fill_null("").is_in(texts)
    said, unsaid = (replace(table, frame=table.frame.filter(one)) for one in (~silent, silent))
    return said, unsaid


def _parts(wide: Wide) -> list[pl.Expr]:
    """What each header says, as one column for each part: cut at " / ", or as the source tells it."""
    header = pl.col(HEADER).cast(pl.String)
    if wide.headers:
        told = [{text: fields.get(part) for text, fields in wide.headers.items()} for part in wide.parts]
        found = [header.replace_strict(one, default=None, return_dtype=pl.String) for one in told]
    else:
        cut = header.str.split(" / ")
        found = [cut.list.get(at, null_on_oob=True) for at in range(len(wide.parts))]
    return [part.alias(f"__part_{at}__") for at, part in enumerate(found)]


def _placed(source: Source) -> set[str]:
    named = {column for spec in source.columns.values() for column in spec.columns}
    return named | set(source.ignore) | set(source.strip)


def _silent_cells(source: Source) -> pl.Expr:
    """A blank cell of a wide form says nothing at all, unless the source says what a blank means."""
    silences = source.words.silences
    texts = [text for text, status in silences.items() if status == BLANK_SAYS_NOTHING and text]
    marked = pl.col(FIGURE).str.strip_chars().is_in(texts).fill_null(False)
    blank = pl.col(FIGURE).is_null() & (silences.get("", BLANK_SAYS_NOTHING) == BLANK_SAYS_NOTHING)
    return blank | marked


def year_of(said: object, table: RawTable) -> str | None:
    """The year of periods that name none: as declared, or the one that stands above the table or in its names.

    "title" looks at the titles, then the sheet's name, then the file's; two different years there are no answer.
    """
    return str(said) if said != IN_THE_TITLE else year_outside(table)


def year_outside(table: RawTable) -> str | None:
    """The one year that the titles of a table name, else its sheet, else its file; None if none or several do."""
    for texts in (table.titles, (table.sheet or "",), (table.file,)):
        years = {found for text in texts for found in _YEAR.findall(native_digits(text))}
        if years:
            return years.pop() if len(years) == 1 else None
    return None

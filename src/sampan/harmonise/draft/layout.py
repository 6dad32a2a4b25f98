"""How a file never seen is to be opened: its sheets, header rows, encoding and delimiter, as `sniff` sees them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl

from sampan.formats import SheetGuess, read, sniff
from sampan.harmonise.draft.said import NO, YES, Said
from sampan.model.errors import UserError
from sampan.model.tables import RawTable
from sampan.vocab import conditions, measures
from sampan.vocab.text import fold

BATCH_ROWS = 50_000
FIRST_ROWS, LATER_ROWS = 20_000, 2_500  # looked at of the first and of each later batch
MOST_ROWS = 2_000_000  # enough to see a file's habits
NAMED_BY_FORMAT = ("parquet", "jsonl")


def open_file(source: Path | bytes, name: str, said: Said) -> tuple[list[RawTable], dict[str, Any]]:
    """The sheets that hold the table (their first rows), and the `read:` part of source.yml."""
    sheets = [guess for guess in sniff(source, name) if guess.columns and guess.rows_seen]
    visible = [guess for guess in sheets if not guess.hidden]
    if not visible:
        raise UserError("no table was found in the file", where=name, do="send the sheet with its header")
    chosen = _chosen(visible, said)
    if hidden := [guess.sheet for guess in sheets if guess.hidden]:
        said.ask(
            "read.hidden_sheets",
            "Should the hidden sheets be read too?",
            f"hidden: {', '.join(map(repr, hidden))}",
            (NO, YES),
        )
    first = chosen[0]
    if not first.header_rows and first.format not in NAMED_BY_FORMAT:
        raise UserError(
            f"no header was found ({first.shape.evidence})",
            where=f"{name}, sheet {first.sheet}" if first.sheet else name,
            do="add a header row that names the columns, then draft again",
        )
    layout = replace(first.layout, sheets=(), member=None, batch_rows=BATCH_ROWS)
    wanted = {guess.sheet or guess.member for guess in chosen}
    tables = [table for table in _sampled(read(source, name, layout)) if (table.sheet or None) in wanted]
    return tables, _read_part(chosen, visible, said)


def _sampled(tables: Iterable[RawTable]) -> list[RawTable]:
    """Each sheet or member once: its first rows, and a few of every later batch."""
    seen: dict[str | None, RawTable] = {}
    rows = 0
    for table in tables:
        rows += table.frame.height
        known = seen.get(table.sheet)
        if known is None:
            seen[table.sheet] = replace(table, frame=table.frame.head(FIRST_ROWS))
        else:
            later = table.frame.gather_every(max(1, table.frame.height // LATER_ROWS))
            seen[table.sheet] = replace(known, frame=pl.concat([known.frame, later], how="diagonal_relaxed"))
        if rows >= MOST_ROWS:
            break
    return list(seen.values())


def _chosen(sheets: Sequence[SheetGuess], said: Said) -> list[SheetGuess]:
    """The sheets that share the fullest sheet's header; the others are asked about."""
    fullest = max(sheets, key=lambda guess: guess.rows_seen * len(guess.columns))
    alike = [guess for guess in sheets if _shape(guess) == _shape(fullest)]
    others = [guess.sheet or guess.member for guess in sheets if _shape(guess) != _shape(fullest)]
    if others:
        said.ask(
            "read.sheets",
            "Do these sheets hold data of another kind that should be read as well?",
            f"their headers differ from that of {fullest.sheet or fullest.member!r}: {', '.join(map(repr, others))}",
        )
    return alike


def _shape(guess: SheetGuess) -> tuple[Any, ...]:
    return guess.header_rows, tuple(fold(column.header) for column in guess.columns if column.header)


def _read_part(chosen: Sequence[SheetGuess], visible: Sequence[SheetGuess], said: Said) -> dict[str, Any]:
    """`read:`, each line with its evidence."""
    first = chosen[0]
    part: dict[str, Any] = {"format": first.format}
    if first.member:
        part["member"] = said.guess("read.member", first.member, "the member of the archive with most rows", 0.8)
    if found := first.encoding:
        part["encoding"] = said.guess("read.encoding", found.name, found.evidence, found.confidence)
    if first.delimiter:
        part["delimiter"] = said.guess("read.delimiter", first.delimiter.char, first.delimiter.evidence, 0.95)
    sheets = [guess.sheet for guess in chosen if guess.sheet]
    if len(sheets) == 1 and len(visible) > 1:
        part["sheets"] = said.guess("read.sheets", sheets, "the fullest sheet; the others have other headers", 0.75)
    elif len(sheets) > 1:
        if len(sheets) < len(visible):
            part["sheets"] = sheets
        said.guess("read.sheets", sheets, f"{len(sheets)} sheets share one header; all of them are read", 0.85)
    if first.header_rows:
        part["header_rows"] = said.guess("read.header_rows", list(first.header_rows), *_header_evidence(first))
        if first.shape.first_row and first.shape.first_row != first.header_rows[-1] + 1:
            part["first_row"] = first.shape.first_row
    return part


def _header_evidence(guess: SheetGuess) -> tuple[str, float]:
    """The shape's own evidence, and how many of the headings are known words."""
    cells = {part for column in guess.columns for part in column.header.split(" / ") if part}
    known = sum(map(is_header_word, cells))
    evidence = f"{guess.shape.evidence}; {known} of {len(cells)} different headings are known words"
    return evidence, max(guess.shape.confidence, 0.5 + 0.45 * known / max(1, len(cells)))


def is_header_word(text: str) -> bool:
    """True if the text is a known heading, measure, sex, class or condition."""
    for vocabulary in ("header", "measure", "sex", "classification"):
        if measures.resolve([text], vocabulary=vocabulary)[0].value:
            return True
    reading = conditions.resolve([text])[0]
    return reading.value is not None or reading.problem == "ambiguous"

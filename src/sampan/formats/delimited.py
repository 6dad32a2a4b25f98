"""CSV and TSV: text cells with their row numbers, in batches.

Row numbers count records from 1, as a spreadsheet shows them: a quoted cell with line breaks is one
row, a blank line is a row too. Polars reads the file where its rules and RFC 4180 agree; otherwise
(stray quotes, rows wider than the header, damaged letters) a careful reader goes on from the same row.
"""

from __future__ import annotations

import io
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice

import polars as pl

from sampan.formats import delimiters, encodings, headers, quotes
from sampan.formats.blobs import Blob
from sampan.formats.limits import MAX_COLUMNS, MAX_LINE_BYTES, MAX_UNPACKED_BYTES, refuse
from sampan.formats.records import Record, records
from sampan.model.tables import ROW, Column, Layout, RawTable

# Polars reads many pieces of a file ahead of who takes its rows; as large as it has them, they fill half a gibibyte
os.environ.setdefault("POLARS_CSV_CHUNK_SIZE", str(2 << 20))

LOOK_AHEAD = 500  # records that decide how many columns there are
HEAD_BYTES = 1 << 20
SEPARATOR_LINE = re.compile(r"sep=(.)\s*", re.IGNORECASE)


@dataclass(frozen=True)
class Narrowed(Layout):
    """A layout of which some columns are not read, by header: what nobody will take of a long list."""

    unread: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Opened:
    """A text file whose encoding, line end and delimiter are settled.

    `found` is what the file came in, `encoding` what `blob` now is (UTF-8 when it had to be converted).
    """

    blob: Blob
    found: encodings.Encoding
    encoding: encodings.Encoding
    end: str
    delimiter: delimiters.Delimiter
    fast: bool
    quoted: bool
    nul: bool
    named: int = 0  # 1 if the first line is "sep=;", which spreadsheets obey and do not show

    def records(self) -> Iterator[Record]:
        """Every record from the first line on, by the careful reader."""
        lines = encodings.lines(self.blob.open(), self.encoding, self.end)
        return records(islice(lines, self.named, None), self.delimiter.char)


@dataclass(frozen=True)
class Shape:
    """Columns, and where the data begin: `skip` records and `lines` physical lines stand above them."""

    columns: tuple[Column, ...]
    skip: int
    lines: int
    titles: tuple[str, ...] = ()
    title_rows: tuple[int, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Wanted:
    """What a reader is to give: the shape, in batches as the layout says, `most` rows (None: all)."""

    shape: Shape
    layout: Layout
    most: int | None
    every_column: bool = False  # those too that nobody will take


def read(blob: Blob, layout: Layout, *, most: int | None = None) -> Iterator[RawTable]:
    """The table in batches of `layout.batch_rows`; at least one batch, even without rows. `most` rows, if given."""
    opened = open_text(blob, layout)
    shape = _shape(opened, layout)
    notes = (*_notes(opened), *shape.notes)
    wanted = Wanted(shape, layout, most)
    frames = _fast(opened, wanted) if opened.fast else _careful(opened, wanted)
    none_yet = True
    for frame, remarks in frames:
        if not frame.height:
            continue
        none_yet = False
        columns = _with_extra(shape.columns, frame)
        yield _table(frame, columns, opened, (notes + remarks, shape))
    if none_yet:
        empty = pl.DataFrame(schema={ROW: pl.UInt32} | {column.name: pl.String for column in shape.columns})
        yield _table(empty, shape.columns, opened, (notes, shape))


def beginning(blob: Blob, rows: int) -> tuple[Blob, bool]:
    """The file, or what of it holds its first `rows` records and those that settle its shape; and if it has no more.

    A quote or a NUL may hide line ends, so a file with one near its start is given whole.
    """
    wanted, pieces, lines, returns = rows + LOOK_AHEAD, list[bytes](), 0, 0
    with blob.open() as stream:
        while (lines or returns) <= wanted and len(pieces) * HEAD_BYTES <= MAX_LINE_BYTES:
            piece = stream.read(HEAD_BYTES)
            if len(piece) < HEAD_BYTES:
                return blob, ((lines + piece.count(b"\n")) or (returns + piece.count(b"\r"))) < rows
            pieces.append(piece)
            lines, returns = lines + piece.count(b"\n"), returns + piece.count(b"\r")
    head = b"".join(pieces)
    if lines <= wanted or b'"' in head or b"\0" in head:
        return blob, False
    return Blob(head[: head.rfind(b"\n") + 1], blob.name, blob.member), False


def open_text(blob: Blob, layout: Layout) -> Opened:
    """Settle encoding, line end and delimiter; refuse what is no text or has endless lines."""
    head = blob.head(HEAD_BYTES)
    encoding = _encoding(blob, head, layout)
    end = _line_end(head, encoding)
    _check_lines(blob, b"\r" if end == "\r" else b"\n")
    sample = list(islice(encodings.lines(io.BytesIO(head), encoding, end), delimiters.SAMPLE_LINES))
    naming = SEPARATOR_LINE.fullmatch(sample[0]) if sample else None
    if naming:
        delimiter = delimiters.Delimiter(naming[1], 1.0, "named in the first line")
    elif layout.delimiter:
        delimiter = delimiters.Delimiter(layout.delimiter, 1.0, "declared")
    elif layout.format == "tsv":
        delimiter = delimiters.Delimiter("\t", 1.0, "tab: tsv is declared")
    else:
        delimiter = delimiters.detect(sample)
    found = encoding
    if not encoding.plain or end == "\r":
        blob, encoding, end = _transcoded(blob, encoding, end), replace(encoding, name="utf-8"), "\n"
    first_quote, first_nul = blob.holds(b'"', b"\0")
    fast = len(delimiter.char.encode()) == 1 and quotes.well_formed(blob, delimiter.char, first_quote)
    return Opened(
        blob, found, encoding, end, delimiter, fast, first_quote >= 0, first_nul >= 0, int(naming is not None)
    )


def _encoding(blob: Blob, head: bytes, layout: Layout) -> encodings.Encoding:
    if layout.encoding != "auto":
        return encodings.declared(layout.encoding, head, blob.where)
    return encodings.detect(head)


def _line_end(head: bytes, encoding: encodings.Encoding) -> str:
    """Carriage returns alone end lines in files of old Macintosh programs."""
    return "\r" if b"\r" in head and b"\n" not in head else "\n"


def _check_lines(blob: Blob, end: bytes) -> None:
    """Refuse a line above MAX_LINE_BYTES; looks only at the last line end of each such stretch."""
    at = 0
    while blob.size - at > MAX_LINE_BYTES:
        last = blob.last(end, at, at + MAX_LINE_BYTES)
        if last < 0:
            limit = f"{MAX_LINE_BYTES >> 20} MiB"
            raise refuse(
                f"a line is longer than {limit}",
                f"{blob.where}, after byte {at}",
                "check that it is a table of text with one record a line",
            )
        at = last + 1


def _transcoded(blob: Blob, encoding: encodings.Encoding, end: str) -> Blob:
    out = io.BytesIO()
    for piece in encodings.to_utf8(blob.open(), encoding, end):
        out.write(piece)
        if out.tell() > MAX_UNPACKED_BYTES:
            raise refuse("the text is too large to convert to UTF-8", blob.where, "send it as UTF-8 or in parts")
    return Blob(out.getvalue(), blob.name, blob.member)


def _shape(opened: Opened, layout: Layout) -> Shape:
    first = list(islice(opened.records(), layout.skip + LOOK_AHEAD))
    if not any(any(record.cells) for record in first):
        raise refuse("the file is empty", opened.blob.where, "send the file that holds the data")
    layout, notes = headers.placed([record.cells for record in first], layout)
    deepest, skip = max(layout.header_rows, default=0), layout.skip
    if layout.header_rows and len(first) < deepest:
        raise refuse(f"header row {deepest} is not there", opened.blob.where, f"rows of the file: {len(first)}")
    header = [[cell or None for cell in first[row - 1].cells] for row in layout.header_rows]
    width = max([len(row) for row in header] + [len(record.cells) for record in first[skip:]], default=0)
    if width > MAX_COLUMNS:
        raise refuse(
            f"there are {width} columns, more than {MAX_COLUMNS}",
            opened.blob.where,
            "check the delimiter, or send the table with one row for each record",
        )
    titles = tuple(cell for row in layout.title_rows for cell in _cells_of(first, row) if cell.strip())
    lines = opened.named + sum(record.lines for record in first[:skip])
    return Shape(headers.columns(header, width), skip, lines, titles, layout.title_rows, notes)


def _cells_of(records_read: list[Record], row: int) -> list[str]:
    return records_read[row - 1].cells if row <= len(records_read) else []


def placed(opened: Opened, layout: Layout) -> Layout:
    """The layout with its header rows where this file has them."""
    return headers.placed([one.cells for one in islice(opened.records(), layout.skip + LOOK_AHEAD)], layout)[0]


def _fast(opened: Opened, wanted: Wanted, *, after: int = 0) -> Iterator[tuple[pl.DataFrame, tuple[str, ...]]]:
    names = _read_columns(wanted)
    quoted_blanks = opened.quoted and opened.blob.find(b'""') >= 0
    done = after
    try:
        for frame in _polars_batches(opened, wanted, names, after):
            cleaned = _cleaned(frame, names, quoted_blanks)
            if cleaned.height < frame.height and len(names) < len(wanted.shape.columns):
                break  # a row without any cell, or only with cells nobody reads: all columns must say which
            done += frame.height
            yield cleaned, ()
        else:
            return
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException):
        # a row wider than the header or damaged letters, somewhere after what was yielded
        yield from _careful(_judged_again(opened), wanted, after=done)
        return
    yield from _fast(opened, replace(wanted, every_column=True), after=done)


def _read_columns(wanted: Wanted) -> list[str]:
    """All columns but those nobody will take; the last one always, as only behind it can a row be too wide."""
    names = [column.name for column in wanted.shape.columns]
    unread = frozenset() if wanted.every_column else wanted.layout.unread
    return [name for name in names if name not in unread or name == names[-1]]


def _polars_batches(opened: Opened, wanted: Wanted, names: list[str], after: int) -> Iterator[pl.DataFrame]:
    kind = pl.Categorical if wanted.layout.categorical else pl.String
    scan = pl.scan_csv(
        opened.blob.source,
        has_header=False,
        skip_lines=wanted.shape.lines,
        separator=opened.delimiter.char,
        schema={column.name: kind for column in wanted.shape.columns},
        missing_columns="insert",
        row_index_name=ROW,
        row_index_offset=wanted.shape.skip + 1,
        n_rows=wanted.most,
        glob=False,
        raise_if_empty=False,
    )
    if len(names) < len(wanted.shape.columns):
        scan = scan.select(ROW, *names)
    yield from (scan.slice(after) if after else scan).collect_batches(chunk_size=wanted.layout.batch_rows)


def _cleaned(frame: pl.DataFrame, names: list[str], quoted_blanks: bool) -> pl.DataFrame:
    """Quoted nothing is a blank cell, and a row of blanks is no row."""
    if quoted_blanks:
        frame = frame.with_columns(
            pl.when(pl.col(names).cast(pl.String).str.len_bytes() > 0).then(pl.col(names)).name.keep()
        )
    if frame.height and all(frame.get_column(name).null_count() for name in names):
        frame = frame.filter(~pl.all_horizontal(pl.col(names).is_null()))
    return frame


def _judged_again(opened: Opened) -> Opened:
    """The head was ASCII or UTF-8; if the rest is not, ask the bytes that are above ASCII."""
    if opened.found.confidence == 1.0 or not opened.found.plain:  # declared, marked, or letters already read
        return replace(opened, fast=False)
    odd = _first_non_ascii(opened.blob)
    encoding = encodings.detect(opened.blob.piece(max(odd - 1, 0), HEAD_BYTES)) if odd >= 0 else opened.encoding
    return replace(opened, encoding=encoding, fast=False)


def _first_non_ascii(blob: Blob) -> int:
    for at in range(0, blob.size, 1 << 22):
        piece = blob.piece(at, 1 << 22)
        if not piece.isascii():
            return at + next(i for i, byte in enumerate(piece) if byte > 0x7F)
    return -1


def _careful(opened: Opened, wanted: Wanted, *, after: int = 0) -> Iterator[tuple[pl.DataFrame, tuple[str, ...]]]:
    shape, layout = wanted.shape, wanted.layout
    last = None if wanted.most is None else shape.skip + wanted.most
    stream = islice(opened.records(), shape.skip + after, last)
    number = shape.skip + after + 1
    while batch := list(islice(stream, layout.batch_rows)):
        yield _framed(batch, number, shape, layout), _remarks(batch, number, shape, opened)
        number += len(batch)


def _framed(batch: list[Record], first: int, shape: Shape, layout: Layout) -> pl.DataFrame:
    width = max(len(shape.columns), *(len(record.cells) for record in batch))
    if width > MAX_COLUMNS:
        raise refuse(f"a row has {width} cells", f"rows from {first}", "check the delimiter and the quotes")
    names = [column.name for column in shape.columns]
    names += [f"column {at + 1}" for at in range(len(names), width)]
    cells: list[list[str | None]] = [[] for _ in range(width)]
    rows = []
    for number, record in enumerate(batch, start=first):
        if not any(record.cells):
            continue
        rows.append(number)
        for at in range(width):
            cells[at].append((record.cells[at] or None) if at < len(record.cells) else None)
    kind = pl.Categorical if layout.categorical else pl.String
    frame = {ROW: pl.Series(ROW, rows, dtype=pl.UInt32)}
    return pl.DataFrame(
        frame | {n: pl.Series(n, c, dtype=pl.String).cast(kind) for n, c in zip(names, cells, strict=True)}
    )


def _remarks(batch: list[Record], first: int, shape: Shape, opened: Opened) -> tuple[str, ...]:
    width = len(shape.columns)
    wide = [number for number, record in enumerate(batch, first) if len(record.cells) > width]
    mended = [number for number, record in enumerate(batch, first) if record.mended]
    remarks = []
    if wide:
        remarks.append(
            f"rows with more cells than the header: {len(wide)} (first: row {wide[0]}); kept as further columns"
        )
    if mended:
        remarks.append(
            f"rows with a quote that is not closed: {len(mended)} (first: row {mended[0]}); read as a plain character"
        )
    if opened.encoding.evidence != opened.found.evidence:
        remarks.append(f"further down the encoding is {opened.encoding.name} ({opened.encoding.evidence})")
    return tuple(remarks)


def _with_extra(columns: tuple[Column, ...], frame: pl.DataFrame) -> tuple[Column, ...]:
    known = {ROW, *(column.name for column in columns)}
    extra = [name for name in frame.columns if name not in known]
    return columns + tuple(Column(name, "", len(columns) + at) for at, name in enumerate(extra, start=1))


def _table(
    frame: pl.DataFrame, columns: tuple[Column, ...], opened: Opened, said: tuple[tuple[str, ...], Shape]
) -> RawTable:
    """Left away: columns not read, and those without header and any cell, which trailing delimiters make."""
    there = set(frame.columns)  # asked of the frame, each would be a list of all
    kept = tuple(
        column
        for column in columns
        if column.name in there
        and (not headers.unnamed(column) or frame.get_column(column.name).null_count() < frame.height)
    )
    frame = frame.select(ROW, *(column.name for column in kept))
    notes, shape = said
    return RawTable(frame, kept, opened.blob.name, opened.blob.member, notes, shape.titles, shape.title_rows)


def _notes(opened: Opened) -> tuple[str, ...]:
    encoding, delimiter = opened.found, opened.delimiter
    notes = [f"encoding {encoding.name}, confidence {encoding.confidence:.2f} ({encoding.evidence})"]
    notes.append(f"delimiter {delimiters.NAMES.get(delimiter.char, delimiter.char)} ({delimiter.evidence})")
    if opened.nul:
        notes.append("the text holds NUL characters; they are kept")
    return tuple(notes)

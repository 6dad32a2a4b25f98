"""Open whatever was delivered and hand out its tables as text with locators.

    for table in read(Path("week31.xlsx"), "week31.xlsx", Layout(header_rows=(3, 4))):
        table.take("ខេត្ត")

Files are known by their first bytes, not by their names: a workbook renamed .csv is read as a workbook.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import replace
from pathlib import Path

from sampan.formats import archives, delimited, encodings, jsonl, parquet, workbooks
from sampan.formats.blobs import Blob
from sampan.formats.limits import refuse
from sampan.model.errors import UserError
from sampan.model.tables import Layout, RawTable

WORKBOOKS = ("xlsx", "xls", "ods")
READERS: Mapping[str, Callable[[Blob, Layout], Iterator[RawTable]]] = {
    "csv": delimited.read,
    "tsv": delimited.read,
    "parquet": parquet.read,
    "jsonl": jsonl.read,
} | dict.fromkeys(WORKBOOKS, workbooks.read)

FOREIGN = {
    b"%PDF": "a PDF",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"MZ": "a program",
    b"\x7fELF": "a program",
    b"Rar!": "a RAR archive",
    b"7z\xbc\xaf": "a 7z archive",
    b"BZh": "a bzip2 archive",
    b"\xfd7zXZ": "an xz archive",
    b"SQLite format 3": "a database",
    b"RDX": "an R data file",
    b"<!DOCTYPE": "a web page",
    b"<html": "a web page",
    b"<table": "a web page",
    b"<?xml": "an XML document",
    b"{\\rtf": "a text document",
}

SMALL_BYTES = 4 * 2**20  # of a larger file the tables are not held
_HELD: ContextVar[dict[object, list[RawTable]] | None] = ContextVar("tables held", default=None)


@contextmanager
def once() -> Iterator[None]:
    """Within this block a small file on disk that is read again in the same way is not opened again."""
    before = _HELD.set({})
    try:
        yield
    finally:
        _HELD.reset(before)


def read(source: Path | bytes, name: str, layout: Layout) -> Iterator[RawTable]:
    """Every table of the file, in batches for text files. UserError when it cannot be opened."""
    held = _HELD.get()
    if held is None or not isinstance(source, Path) or not _small(source):
        yield from _read(source, name, layout)
        return
    state = source.stat()
    key = (source, state.st_ino, state.st_mtime_ns, state.st_size, name, layout)
    if key not in held:
        held[key] = list(_read(source, name, layout))
    for table in held[key]:
        yield replace(table, _taken=set())  # each reader says anew which columns it took


def _small(source: Path | bytes) -> bool:
    return isinstance(source, Path) and source.is_file() and source.stat().st_size <= SMALL_BYTES


def _read(source: Path | bytes, name: str, layout: Layout) -> Iterator[RawTable]:
    for blob in blobs(source, name, layout):
        yield from READERS[_kind(blob, layout)](blob, layout)


def read_first(source: Path | bytes, name: str, layout: Layout, *, rows: int) -> Iterator[tuple[RawTable, bool]]:
    """As `read`, but of text files only the first rows, in one table; with each table, whether it is complete."""
    if _HELD.get() is not None:
        every = list(read(source, name, layout)) if _small(source) else []
        if every and all(table.frame.height <= rows for table in every):
            yield from ((table, True) for table in every)
            return
    for blob in blobs(source, name, layout):
        kind = _kind(blob, layout)
        if kind in ("csv", "tsv"):
            first, whole = delimited.beginning(blob, rows)
            for table in delimited.read(first, replace(layout, batch_rows=rows), most=rows):
                yield table, whole
        else:
            yield from ((table, True) for table in READERS[kind](blob, layout))


def blobs(source: Path | bytes, name: str, layout: Layout) -> Iterator[Blob]:
    """The file itself, or the wanted members of an archive."""
    blob = Blob(source, name)
    if isinstance(source, Path) and not source.is_file():
        raise UserError(f"there is no file {name}", where=str(source), do="check the name and the folder")
    if not blob.size:
        raise refuse("the file is empty", name, "send the file that holds the data")
    yield from archives.members(blob, layout.member)


def kind_of(blob: Blob) -> str:
    """csv, xlsx, xls, ods, parquet or jsonl, by the first bytes; UserError for what is no table at all."""
    head = blob.head(4096)
    if head.startswith(archives.ZIP_MAGICS):
        return _zipped_kind(blob)
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return "xls"
    if head.startswith(b"PAR1"):
        return "parquet"
    for magic, what in FOREIGN.items():
        if head.lower().startswith(magic.lower()) and (len(magic) > 2 or b"\0" in head):
            raise refuse(f"the file is {what}, not a table", blob.where, "send the table as CSV, XLSX, ODS or Parquet")
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return "jsonl"
    if head.startswith(b"[{"):
        raise refuse("the file is one JSON array", blob.where, "send JSON lines: one object a line")
    if _binary(head):
        raise refuse(
            "the file holds binary data, not a table", blob.where, "send the table as CSV, XLSX, ODS or Parquet"
        )
    return "csv"


def _kind(blob: Blob, layout: Layout) -> str:
    """What the bytes are; a declaration decides only between kinds of text."""
    found = kind_of(blob)
    if layout.format in ("auto", found):
        return found
    if layout.format in ("csv", "tsv") and found in ("csv", "jsonl"):
        return layout.format
    if layout.format in WORKBOOKS and found in WORKBOOKS:
        return found
    if layout.format in READERS:
        raise refuse(
            f"the file is {found}, but the source declares {layout.format}",
            blob.where,
            "send the file that the source describes, or change `read: format`",
        )
    raise refuse(f"format {layout.format!r} is unknown", blob.where, f"declare one of {', '.join(READERS)}")


def _zipped_kind(blob: Blob) -> str:
    return "ods" if b"opendocument" in blob.head(200) else "xlsx"


def _binary(head: bytes) -> bool:
    """Many control characters that no text has; UTF-16 is text although every second byte may be NUL."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")) or encodings.wide(head):
        return False
    control = sum(byte < 0x20 and byte not in b"\t\n\r\x0b\x0c\x1a\x1b" for byte in head)
    return control > max(8, len(head) // 20)

"""What a workbook would cost to open, judged from its parts before the reader allocates anything.

A sheet with one cell in A1 and one in XFD1048576 is a few bytes on disk and 17 thousand million cells
in memory; a shared text may unpack a thousandfold. Both are refused here.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from typing import IO

import numpy as np

from sampan.formats import compound, xls_records
from sampan.formats.archives import CUT, PIECE, pieces
from sampan.formats.blobs import Blob
from sampan.formats.limits import MAX_MEMBERS, MAX_RATIO, MAX_SHEET_CELLS, MAX_UNPACKED_BYTES, RATIO_FROM_BYTES, refuse
from sampan.model.errors import UserError

ODD_REFERENCE = re.compile(rb"\sr\s*=\s*[\"']\s*([A-Za-z]*)(\d+)")
ODS_PARTS = re.compile(rb"<table:(table-row|table-cell|covered-table-cell|table)(?![-\w])([^<>]*?)(/?)>")
REPEATED = re.compile(rb'number-(?:rows|columns)-repeated="(\d+)"')
LONGEST_TAG = 1 << 20
OVERLAP = 64  # bytes carried from piece to piece, so that a reference cut in two is still seen

SPACE, EQUALS, LETTER, DIGIT = (np.zeros(256, dtype=kind) for kind in (bool, bool, np.int64, np.int64))
SPACE[list(b" \t\r\n")] = True
EQUALS[ord("=")] = True
LETTER[65:91] = LETTER[97:123] = np.arange(1, 27)
DIGIT[48:58] = np.arange(1, 11)  # a digit's value and one, so that 0 means "no digit"


def check(blob: Blob) -> None:
    """Refuse a workbook whose parts or sheets are larger than our limits; other formats pass."""
    if blob.head(8) == compound.MAGIC:
        _check_old(blob)
    if not blob.head(4).startswith(b"PK"):
        return
    try:
        with blob.open() as file, zipfile.ZipFile(file) as archive:
            _check_parts(archive, blob)
            for info in archive.infolist():
                if re.fullmatch(r".*worksheets/[^/]+\.xml", info.filename, re.IGNORECASE):
                    _check_sheet(archive.open(info), f"{blob.where}, {info.filename}")
                elif info.filename == "content.xml":
                    _check_ods(archive.open(info), blob.where)
    except CUT:
        raise refuse("the workbook is cut short or damaged", blob.where, "save it again and send it again") from None


def _check_old(blob: Blob) -> None:
    """An XLS: what it tells of its own lengths must be true, or the reader would make room for it."""
    with blob.open() as file:
        try:
            cells = xls_records.reach(file.read())
        except xls_records.Locked:
            raise locked(blob) from None
        except compound.SLIPS:
            raise refuse(
                "the workbook is damaged or is no workbook", blob.where, "open it, save it as .xlsx and send it again"
            ) from None
    _refuse_area(cells, blob.where)


def locked(blob: Blob) -> UserError:
    """The refusal of a workbook with a password."""
    return refuse("the workbook is locked with a password", blob.where, "save it without a password and send it again")


def _check_parts(archive: zipfile.ZipFile, blob: Blob) -> None:
    infos = archive.infolist()
    unpacked = sum(info.file_size for info in infos)
    packed = sum(info.compress_size for info in infos)
    too_large = unpacked > MAX_UNPACKED_BYTES or (unpacked > RATIO_FROM_BYTES and unpacked > MAX_RATIO * packed)
    if too_large or len(infos) > MAX_MEMBERS:
        raise refuse(
            f"the workbook unpacks to {unpacked >> 20} MiB in {len(infos)} parts",
            blob.where,
            "send only the sheets that hold the data, or a CSV",
        )


def _check_sheet(stream: IO[bytes], where: str) -> None:
    last_column = last_row = 1
    for piece in pieces(stream, OVERLAP):
        column, row = furthest(piece)
        last_column, last_row = max(last_column, column), max(last_row, row)
    _refuse_area(last_column * last_row, where)


def furthest(piece: bytes) -> tuple[int, int]:
    """The greatest column and row that any r="..." attribute names; a hundred megabytes take half a second.

    >>> furthest(b'<row r="3"><c r="B3"/><c s="1" r="AA2"/></row>   ')
    (27, 3)
    """
    text = np.frombuffer(piece + bytes(24), dtype=np.uint8)
    at = np.flatnonzero(text[1:-24] == ord("r")) + 1
    at = at[SPACE[text[at - 1]] & (SPACE | EQUALS)[text[at + 1]]]
    plain = (text[at + 1] == ord("=")) & (text[at + 2] == ord('"'))
    odd = (
        [(_position(found[1]), int(found[2][:9])) for found in ODD_REFERENCE.finditer(piece)] if not plain.all() else []
    )
    at = at[plain] + 3
    column = _run(text, at, LETTER, 26)
    row = _run(text, at, DIGIT, 10)
    columns, rows = [column, *(pair[0] for pair in odd)], [row, *(pair[1] for pair in odd)]
    return max(columns), max(rows)


def _run(text: np.ndarray, at: np.ndarray, values: np.ndarray, base: int) -> int:
    """The greatest number that a run of letters or digits from `at` on spells; moves `at` behind the runs."""
    number = np.zeros(len(at), dtype=np.int64)
    going = np.ones(len(at), dtype=bool)
    for _ in range(9):
        value = values[text[at]]
        going &= value > 0
        if not going.any():
            break
        number[going] = number[going] * base + value[going] - (base == 10)
        at += going
    return int(number.max(initial=0))


def _position(letters: bytes) -> int:
    """A column's letters as a number, from 1."""
    position = 0
    for letter in letters.upper()[:6]:
        position = position * 26 + letter - 64
    return position


def _check_ods(stream: IO[bytes], where: str) -> None:
    """Repeated cells count only in rows that hold something, as the reader drops blank rows at the end."""
    rows = area = width = filled = 0
    repeat = 1
    for piece in _whole_tags(stream):
        for kind, attributes, closed in ODS_PARTS.findall(piece):
            times = min(int(REPEATED.search(attributes)[1][:9]), 10**9) if b"-repeated=" in attributes else 1  # type: ignore[index]  # the guard saw it
            if kind == b"table-row":
                area += filled * repeat * width
                rows, width, filled, repeat = rows + 1, 0, 0, times
            elif kind == b"table":
                area += filled * repeat * width
                width = filled = 0
            else:
                has_content = not closed or b"value" in attributes
                width += times
                filled = filled or int(has_content)
    _refuse_area(area + filled * repeat * width, where)


def _whole_tags(stream: IO[bytes]) -> Iterator[bytes]:
    """The document in pieces, none of which ends within a tag, unless the tag is longer than any real one."""
    tail = b""
    with stream:
        while piece := stream.read(PIECE):
            text = tail + piece
            cut = text.rfind(b"<")
            cut = cut if cut >= 0 and len(text) - cut < LONGEST_TAG else len(text)
            yield text[:cut]
            tail = text[cut:]
    yield tail


def _refuse_area(cells: int, where: str) -> None:
    if cells > MAX_SHEET_CELLS:
        raise refuse(
            f"the sheet spans {cells:,} cells",
            where,
            "delete the stray cells far outside the table, or send a CSV",
        )

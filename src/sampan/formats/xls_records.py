"""What the reader of an XLS does not hand out, or must not believe: errors in cells, and how far cells reach.

The reader gives a cell that shows an error (#DIV/0!, #N/A) as a blank. Records: [MS-XLS] 2.4.24 BoolErr, 2.4.28
BoundSheet8, 2.4.90 Dimensions, 2.4.127 Formula, 2.4.265 SST.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from sampan.formats.compound import SLIPS, book
from sampan.formats.ods_errors import Errors

TEXTS = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}
BOUNDSHEET, EOF, BOOLERR, SST, DIMENSIONS, LOCKED = 0x85, 0x0A, 0x205, 0xFC, 0x200, 0x2F
BOFS = (0x09, 0x209, 0x409, 0x809)
FORMULAS = (0x06, 0x206, 0x406)
FIRST_FIVE = range(0x01, 0x06)  # of BIFF2
CELLS = frozenset({*FORMULAS, *FIRST_FIVE, BOOLERR, 0x201, 0x203, 0x204, 0xD6, 0x27E, 0xBD, 0xBE, 0xFD})

MAX_ROWS, MAX_COLUMNS = 65_536, 256

_RECORD = struct.Struct("<HH")
_CELL = struct.Struct("<HHH8s")  # row, column, format, what the cell holds


class Locked(Exception):
    """The workbook has a password: what its records hold cannot be read."""


def errors(content: bytes, at: int) -> Errors:
    """The error cells of the sheet that stands at this place (from 0) in the workbook; none in a damaged one."""
    found: Errors = {}
    try:
        stream = book(content)
        for row, column, text in _errors(stream, list(_sheets(stream))[at]):
            found.setdefault(row, []).append((column, column + 1, text))
    except SLIPS:
        pass  # a damaged workbook is told by its reader
    return found


def reach(content: bytes) -> int:
    """Cells of the rectangle that the furthest cells of any sheet span. ValueError and its kin for a damaged file."""
    stream = book(content)
    return max((_area(stream, begun) for begun in _sheets(stream)), default=0)


def _sheets(stream: bytes) -> Iterator[int]:
    """Where each sheet begins in the stream, in the workbook's order."""
    for kind, place, length in _records(stream, 0):
        if kind == LOCKED:
            raise Locked
        if kind == BOUNDSHEET and length >= 6:
            yield struct.unpack_from("<I", stream, place)[0]
        elif kind == SST and length >= 8 and struct.unpack_from("<I", stream, place + 4)[0] > len(stream):
            raise ValueError("more texts than the file has letters")


def _area(stream: bytes, begun: int) -> int:
    """Of the cells that are there, or of those that the sheet says are there: the reader makes room for both."""
    last_row = last_column = told = 0
    for kind, place, length in _records(stream, begun):
        if kind in CELLS and length >= 4:
            row, column = _RECORD.unpack_from(stream, place)
            last_row, last_column = max(last_row, row), max(last_column, column)
        elif kind == DIMENSIONS and length >= 8:
            first, rows, left, columns = struct.unpack_from("<IIHH" if length >= 12 else "<HHHH", stream, place)
            if first > rows or left > columns or rows > MAX_ROWS or columns > MAX_COLUMNS:
                raise ValueError("a sheet that ends before it begins, or behind the last cell there is")
            told = max(told, rows * columns)
    if last_column >= MAX_COLUMNS:
        raise ValueError("a cell behind the last column there is")
    return max(told, (last_row + 1) * (last_column + 1))


def _errors(stream: bytes, begun: int) -> Iterator[tuple[int, int, str]]:
    for kind, place, length in _records(stream, begun):
        if kind == BOOLERR and length >= 8:
            row, column, _, code, is_error = struct.unpack_from("<HHHBB", stream, place)
            told = code if is_error else None
        elif kind in FORMULAS and length >= 14:
            row, column, _, held = _CELL.unpack_from(stream, place)
            told = held[2] if held[0] == 2 and held[6:] == b"\xff\xff" else None
        else:
            continue
        if told in TEXTS:
            yield row, column, TEXTS[told]


def _records(stream: bytes, place: int) -> Iterator[tuple[int, int, int]]:
    """(kind, place of the body, its length) of each record from here to the end of this part; charts within it too."""
    depth = 0
    while place + 4 <= len(stream):
        kind, length = _RECORD.unpack_from(stream, place)
        depth += (kind in BOFS) - (kind == EOF)
        if depth <= 0:
            return
        yield kind, place + 4, length
        place += 4 + length

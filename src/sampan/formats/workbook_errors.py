"""Cells of an XLSX that show an error of the spreadsheet (#DIV/0!, #REF!, #N/A): the reader hands them out as blanks.

A blank says nothing and an error says that a figure was lost, so the error's text is put back in its cell.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterator
from html import unescape
from typing import IO

from sampan.formats.archives import CUT, PIECE
from sampan.formats.blobs import Blob

Errors = dict[int, dict[int, str]]  # row -> column -> text, counted from 0

OVERLAP = 4096  # bytes carried from piece to piece: more than one cell with its formula takes
_CELL = re.compile(
    rb"<c\b(?=[^>]*\st=[\"']e[\"'])[^>]*?\sr=[\"']([A-Z]{1,3})(\d{1,7})[\"'][^>]*(?<!/)>(.*?)</c>", re.DOTALL
)
_TOLD = re.compile(rb"<v>([^<]{1,20})</v>")
_SIGN = re.compile(rb"\st=[\"']e[\"']")
_SHEET = re.compile(r"<(?:\w+:)?sheet\b[^>]*>")
_RELATION = re.compile(r"<(?:\w+:)?Relationship\b[^>]*>")
_NAME, _ID, _TARGET = (re.compile(rf'\s{word}="([^"]*)"') for word in ("name", r"\w+:id", "Target"))
_RELATED = re.compile(r'\sId="([^"]*)"')


def errors(blob: Blob, sheet: str) -> Errors:
    """The error cells of one sheet; none in other formats, or where a part cannot be found."""
    if not blob.head(4).startswith(b"PK"):
        return {}
    try:
        with blob.open() as file, zipfile.ZipFile(file) as archive:
            part = _part(archive, sheet)
            return _found(archive.open(part)) if part else {}
    except CUT:
        return {}  # a damaged workbook is told by its reader


def _part(archive: zipfile.ZipFile, sheet: str) -> str | None:
    """The part of the archive that holds the sheet of that name."""
    if "xl/workbook.xml" not in archive.NameToInfo:
        return None
    book = archive.read("xl/workbook.xml").decode("utf-8", "replace")
    related = archive.read("xl/_rels/workbook.xml.rels").decode("utf-8", "replace")
    wanted = next((_first(_ID, one) for one in _SHEET.findall(book) if unescape(_first(_NAME, one)) == sheet), None)
    targets = {_first(_RELATED, one): _first(_TARGET, one) for one in _RELATION.findall(related)}
    target = targets.get(wanted or "", "")
    path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join("xl", target))
    return path if target and path in archive.NameToInfo else None


def _first(pattern: re.Pattern[str], text: str) -> str:
    found = pattern.search(text)
    return found[1] if found else ""


def _found(stream: IO[bytes]) -> Errors:
    cells: Errors = {}
    for piece in _pieces(stream):
        if _SIGN.search(piece):
            for letters, row, inside in _CELL.findall(piece):
                if told := _TOLD.search(inside):
                    cells.setdefault(int(row) - 1, {})[_column(letters)] = told[1].decode("ascii", "replace")
    return cells


def _pieces(stream: IO[bytes]) -> Iterator[bytes]:
    """Pieces that overlap; a cell seen twice is one cell."""
    tail = b""
    with stream:
        while piece := stream.read(PIECE):
            yield tail + piece
            tail = piece[-OVERLAP:]


def _column(letters: bytes) -> int:
    at = 0
    for letter in letters:
        at = at * 26 + letter - 64
    return at - 1

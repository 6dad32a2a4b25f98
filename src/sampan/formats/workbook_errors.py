"""Cells that show an error of the spreadsheet (#DIV/0!, #REF!, #N/A): the reader hands them out as blanks, or as 0.

A blank says nothing and an error says that a figure was lost, so the error's text is put back in its cell.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from html import unescape
from typing import IO

from sampan.formats import compound, ods_errors, xls_records
from sampan.formats.archives import CUT, pieces
from sampan.formats.blobs import Blob
from sampan.formats.ods_errors import Errors

OVERLAP = 4096  # bytes carried from piece to piece: more than one cell with its formula takes
# the attributes of a cell marked as an error, and its text after the formula, if there is one; nothing runs past a "<",
# so that the time taken grows with the file and no faster
_CELL = re.compile(
    rb"<c\b(?=[^<>]*\st=[\"']e[\"'])([^<>]*)(?<!/)>(?:<f\b[^<>]*(?:/>|>[^<]*</f>))?\s*<v>([^<]{1,20})</v>"
)
_AT = re.compile(rb"\sr=[\"']([A-Z]{1,3})(\d{1,7})[\"']")
_SIGN = re.compile(rb"\st=[\"']e[\"']")
_SHEET = re.compile(r"<(?:\w+:)?sheet\b[^<>]*>")
_RELATION = re.compile(r"<(?:\w+:)?Relationship\b[^<>]*>")
_NAME, _ID, _TARGET = (re.compile(rf'\s{word}="([^"]*)"') for word in ("name", r"\w+:id", "Target"))
_RELATED = re.compile(r'\sId="([^"]*)"')


def errors(blob: Blob, sheet: str, at: int) -> Errors:
    """The error cells of one sheet, which stands at this place in its workbook; none where a part cannot be found."""
    try:
        with blob.open() as file:
            if blob.head(8) == compound.MAGIC:
                return xls_records.errors(file.read(), at)
            with zipfile.ZipFile(file) as archive:
                if ods_errors.CONTENT in archive.NameToInfo:
                    return ods_errors.errors(archive, sheet)
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
    for piece in pieces(stream, OVERLAP):
        for attributes, text in _CELL.findall(piece) if _SIGN.search(piece) else ():
            if at := _AT.search(attributes):
                column = _column(at[1])
                cells.setdefault(int(at[2]) - 1, []).append((column, column + 1, text.decode("ascii", "replace")))
    return cells


def _column(letters: bytes) -> int:
    at = 0
    for letter in letters:
        at = at * 26 + letter - 64
    return at - 1

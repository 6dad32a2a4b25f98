"""Cells of an ODS that show an error of the spreadsheet (#DIV/0!, #N/A, Err:502), whatever value is written with them.

LibreOffice leaves their value blank and OpenOffice wrote 0: what the cell shows is what was lost.
"""

from __future__ import annotations

import re
import zipfile
from contextlib import suppress
from typing import IO, Any
from xml.parsers import expat

from sampan.formats.archives import PIECE, pieces

Span = tuple[int, int, str]  # first column, the one after the last, text
Errors = dict[int, list[Span]]  # row -> spans, counted from 0; rows that are written once and repeated share a list

CONTENT = "content.xml"
OVERLAP = 16
MOST_ROWS = 1 << 20
MOST_WAITING = 4 * PIECE  # bytes of one tag; the parser begins a longer one again with each piece
SHOWN = re.compile(r"#(?:DIV/0!|N/A|REF!|VALUE!|NAME\?|NUM!|NULL!)|Err:\d{3}")
_SIGN = re.compile(rb"#(?:DIV/0!|N/A|REF!|VALUE!|NAME\?|NUM!|NULL!)|Err:\d{3}")
_OFFICE, _TABLE, _TEXT = (f"urn:oasis:names:tc:opendocument:xmlns:{part}:1.0 " for part in ("office", "table", "text"))
_NOTE = _OFFICE + "annotation"  # a comment on a cell has paragraphs of its own
_CELLS = (_TABLE + "table-cell", _TABLE + "covered-table-cell")
_LONGEST = 16  # letters; no error's text is longer


def errors(archive: zipfile.ZipFile, sheet: str) -> Errors:
    """The error cells of one sheet; read to the end only where some text of an error stands in the file."""
    if CONTENT not in archive.NameToInfo or not _any(archive.open(CONTENT)):
        return {}
    return _Cells(sheet).read(archive.open(CONTENT))


def _any(stream: IO[bytes]) -> bool:
    return any(_SIGN.search(piece) for piece in pieces(stream, OVERLAP))


class _Cells:
    """What the parser has met so far: the place in the sheet, and the text of the cell it stands in."""

    def __init__(self, sheet: str) -> None:
        self.sheet, self.found = sheet, Errors()
        self.inside = False
        self.depth = 0  # of tables, and of comments, within the sheet: their paragraphs are not its cells'
        self.row = self.column = 0
        self.rows = self.columns = 1  # how often the row and the cell are repeated
        self.spans: list[Span] = []
        self.shown: str | None = None  # None outside a cell's paragraphs

    def read(self, stream: IO[bytes]) -> Errors:
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.StartElementHandler, parser.EndElementHandler = self._begun, self._ended
        parser.CharacterDataHandler = self._text
        with stream, suppress(expat.ExpatError):  # a damaged document is told by its reader
            fed = 0
            while (piece := stream.read(PIECE)) and fed - parser.CurrentByteIndex < MOST_WAITING:
                parser.Parse(piece)
                fed += len(piece)
        return self.found

    def _begun(self, name: str, attributes: dict[str, Any]) -> None:
        if name == _TABLE + "table":
            self.depth += 1
            if self.depth == 1:
                self.inside, self.row = attributes.get(_TABLE + "name") == self.sheet, 0
        elif name == _NOTE:
            self.depth += 1
        elif not self.inside or self.depth != 1:
            return
        elif name == _TABLE + "table-row":
            self.rows, self.column, self.spans = _times(attributes, "number-rows-repeated"), 0, []
        elif name in _CELLS:
            self.columns, self.shown = _times(attributes, "number-columns-repeated"), None
        elif name == _TEXT + "p":
            self.shown = self.shown or ""

    def _text(self, text: str) -> None:
        if self.shown is not None and self.depth == 1 and len(self.shown) <= _LONGEST:
            self.shown += text

    def _ended(self, name: str) -> None:
        if name in (_TABLE + "table", _NOTE):
            self.depth -= 1
        elif not self.inside or self.depth != 1:
            return
        elif name in _CELLS:
            if self.shown and SHOWN.fullmatch(told := self.shown.strip()):
                self.spans.append((self.column, self.column + self.columns, told))
            self.column, self.shown = self.column + self.columns, None
        elif name == _TABLE + "table-row":
            if self.spans:
                self.found |= dict.fromkeys(range(self.row, min(self.row + self.rows, MOST_ROWS)), self.spans)
            self.row += self.rows


def _times(attributes: dict[str, Any], name: str) -> int:
    told = str(attributes.get(_TABLE + name, "1"))
    return int(told[:9]) if told.isdecimal() else 1

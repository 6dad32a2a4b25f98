"""Error cells of XLS and ODS arrive as the text that the cell shows: a lost figure is neither a blank nor a zero."""

from __future__ import annotations

import io
import struct
import zipfile
from pathlib import Path

import polars as pl
import pytest

from sampan.formats import mark_cells, read
from sampan.formats.ods_errors import Errors
from sampan.formats.xls_records import errors as xls_errors
from sampan.model.errors import UserError
from sampan.model.tables import Layout

URN = "urn:oasis:names:tc:opendocument:xmlns:"
SPACES = " ".join(f'xmlns:{name}="{URN}{name}:1.0"' for name in ("office", "table", "text"))
END = 0xFFFFFFFE


def ods(sheet: str) -> bytes:
    """An OpenDocument workbook with the rows of one sheet, as its XML."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        file.writestr("META-INF/manifest.xml", f'<manifest:manifest xmlns:manifest="{URN}manifest:1.0"/>')
        file.writestr(
            "content.xml",
            f"<office:document-content {SPACES}><office:body><office:spreadsheet>"
            f'<table:table table:name="W1">{sheet}</table:table></office:spreadsheet></office:body>'
            "</office:document-content>",
        )
    return content.getvalue()


def text(word: str) -> str:
    return f'<table:table-cell office:value-type="string"><text:p>{word}</text:p></table:table-cell>'


def cell(value: str, shown: str, more: str = "") -> str:
    return f'<table:table-cell table:formula="of:=1/0" {value}{more}><text:p>{shown}</text:p></table:table-cell>'


LIBRE = 'office:value-type="string" office:string-value=""'
OPEN = 'office:value-type="float" office:value="0"'
HEADER = f"<table:table-row>{text('Province')}{text('Cases')}{text('Deaths')}</table:table-row>"


def rows(content: bytes, name: str) -> list[tuple[object, ...]]:
    [table] = read(content, name, Layout(header_rows=(1,)))
    return table.frame.rows()


def test_an_error_in_an_opendocument_sheet_is_what_it_shows() -> None:
    note = f"<office:annotation {LIBRE}><text:p>#N/A</text:p></office:annotation>"
    sheet = (
        f"{HEADER}"
        f"<table:table-row>{text('Riau')}{cell(LIBRE, '#DIV/0!')}{cell(OPEN, 'Err:502')}</table:table-row>"
        f'<table:table-row table:number-rows-repeated="2">{text("Bali")}'
        f"{cell(OPEN, '#REF!', ' table:number-columns-repeated=' + chr(34) + '2' + chr(34))}</table:table-row>"
        f'<table:table-row>{text("Aceh")}<table:table-cell office:value-type="float" office:value="3">{note}'
        f"<text:p>3</text:p></table:table-cell>{cell(OPEN, '0')}</table:table-row>"
    )
    assert rows(ods(sheet), "week.ods") == [
        (2, "Riau", "#DIV/0!", "Err:502"),
        (3, "Bali", "#REF!", "#REF!"),
        (4, "Bali", "#REF!", "#REF!"),
        (5, "Aceh", "3", "0"),
    ]


@pytest.mark.parametrize(
    ("rows_of", "columns"), [("1048575", "16384"), ("1048575", "300"), ("999999999999", "2")]
)  # fmt: skip
def test_errors_that_are_repeated_without_end_are_refused(rows_of: str, columns: str) -> None:
    many = cell(OPEN, "#N/A", f' table:number-columns-repeated="{columns}"')
    with pytest.raises(UserError):
        rows(
            ods(f'{HEADER}<table:table-row table:number-rows-repeated="{rows_of}">{many}</table:table-row>'), "week.ods"
        )


def test_a_repeated_row_is_weighed_wherever_it_stands_in_the_document() -> None:
    padding = "<!--" + "x" * ((1 << 22) - 900) + "-->"
    for more in range(0, 900, 90):
        many = f'<table:table-row table:number-rows-repeated="1000000">{cell(OPEN, "1" * 40)}{text("x") * 60}'
        with pytest.raises(UserError, match="spans"):
            rows(ods(HEADER + padding + " " * more + many + "</table:table-row>"), "week.ods")


def test_the_longest_row_of_errors_has_16384_of_them() -> None:
    many = cell(OPEN, "#N/A", ' table:number-columns-repeated="16382"')
    [table] = read(
        ods(f"{HEADER}<table:table-row>{text('Riau')}{text('x')}{many}</table:table-row>"), "w.ods", Layout()
    )
    assert table.frame.rows()[-1][1:] == ("Riau", "x", *["#N/A"] * 16_382)


def xls(records: bytes, *, small: bool = False, locked: bool = False) -> bytes:
    """A compound file with one stream, Workbook: the globals, one sheet, and its records."""

    def record(kind: int, body: bytes) -> bytes:
        return struct.pack("<HH", kind, len(body)) + body

    bof = record(0x809, struct.pack("<HHHHII", 0x600, 0x10, 0x0DBB, 0x07CC, 0, 6))
    globals_ = record(0x809, struct.pack("<HHHHII", 0x600, 0x05, 0x0DBB, 0x07CC, 0, 6))
    globals_ += record(0x2F, bytes(6)) if locked else record(0x42, struct.pack("<H", 1200))
    at = len(globals_) + 4 + 8 + 2 + 4
    stream = globals_ + record(0x85, struct.pack("<IBBBB", at, 0, 0, 2, 0) + b"W1") + record(0x0A, b"")
    assert len(stream) == at, (len(stream), at)
    dimensions = record(0x200, struct.pack("<IIHHH", 0, 5, 0, 3, 0))
    stream += bof + dimensions + records + record(0x0A, b"")
    stream = stream if small else stream.ljust(4096, b"\0")
    return _compound(stream, small=small)


def _compound(stream: bytes, *, small: bool) -> bytes:
    """Sectors: allocation table, directory, then the stream, or the small sectors and their table."""

    def entry(name: str, kind: int, child: int, first: int, size: int) -> bytes:
        told = (name + "\0").encode("utf-16-le")
        return struct.pack(
            "<64sHBBIII16sIQQIII", told.ljust(64, b"\0"), len(told), kind, 1, 0xFFFFFFFF, 0xFFFFFFFF, child,
            bytes(16), 0, 0, 0, first, size, 0,
        )  # fmt: skip

    sectors = -(-len(stream) // 512)
    table = [0xFFFFFFFD, END, *range(3, 2 + sectors), END]
    body, minifat = stream.ljust(sectors * 512, b"\0"), END
    if small:
        minifat = 2 + sectors
        table.append(END)
        mini = -(-len(stream) // 64)
        links = [*range(1, mini), END]
        body += struct.pack("<128I", *(links + [0xFFFFFFFF] * (128 - len(links))))
    root = entry("Root Entry", 5, 1, 2 if small else END, sectors * 512 if small else 0)
    book = entry("Workbook", 2, 0xFFFFFFFF, 0 if small else 2, len(stream))
    header = struct.pack(
        "<8s16sHHHHH6sIIIIIIIIII", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", bytes(16), 0x3E, 3, 0xFFFE, 9, 6, bytes(6),
        0, 1, 1, 0, 4096, minifat, int(small), END, 0, 0,
    )  # fmt: skip
    header += struct.pack("<108I", *[0xFFFFFFFF] * 108)
    table += [0xFFFFFFFF] * (128 - len(table))
    return header + struct.pack("<128I", *table) + (root + book).ljust(512, b"\0") + body


def label(row: int, column: int, word: str) -> bytes:
    body = struct.pack("<HHHHB", row, column, 0, len(word), 0) + word.encode("latin-1")
    return struct.pack("<HH", 0x204, len(body)) + body


def number(row: int, column: int, figure: float) -> bytes:
    return struct.pack("<HHHHHd", 0x203, 14, row, column, 0, figure)


def error(row: int, column: int, code: int, is_error: int = 1) -> bytes:
    return struct.pack("<HHHHHBB", 0x205, 8, row, column, 0, code, is_error)


def formula(row: int, column: int, result: bytes) -> bytes:
    return struct.pack("<HHHHH8sHIH", 0x06, 22, row, column, 0, result, 0, 0, 0)


CELLS = b"".join([
    label(0, 0, "Province"), label(0, 1, "Cases"), label(0, 2, "Deaths"),
    label(1, 0, "Riau"), error(1, 1, 7), number(1, 2, 0),
    label(2, 0, "Bali"), number(2, 1, 7), formula(2, 2, b"\x02\0\x2a\0\0\0\xff\xff"),
    label(3, 0, "Aceh"), error(3, 1, 1, is_error=0), formula(3, 2, struct.pack("<d", 2)),
])  # fmt: skip
TOLD = [(2, "Riau", "#DIV/0!", "0"), (3, "Bali", "7", "#N/A"), (4, "Aceh", "TRUE", "2")]


@pytest.mark.parametrize("small", [False, True], ids=["in sectors", "in small sectors"])
def test_an_error_in_an_old_workbook_is_what_it_shows(small: bool) -> None:
    assert rows(xls(CELLS, small=small), "week.xls") == TOLD


def test_an_old_workbook_cut_or_spoiled_anywhere_ends_in_a_refusal_or_a_table() -> None:
    whole = xls(CELLS)
    for at in range(0, len(whole), 97):
        for spoiled in (whole[:at], whole[:at] + b"\xff\xff\xff\xff" + whole[at + 4 :]):
            assert isinstance(xls_errors(spoiled, 0), dict)
            try:
                rows(spoiled, "week.xls")
            except UserError as refusal:
                assert refusal.kept, refusal


def test_an_old_workbook_with_a_password_is_said_to_have_one() -> None:
    with pytest.raises(UserError, match="locked with a password"):
        rows(xls(CELLS, locked=True), "week.xls")


@pytest.mark.parametrize(
    ("at", "told"),
    [(40, 0x0FFFFFFF), (44, 0x7FFFFFFF), (64, 0x0FFFFFFF), (72, 0x0FFFFFFF), (512 + 8, 2), (1024 + 128 + 120, 1 << 31)],
    ids=["directory", "table", "small table", "more tables", "ring", "stream"],
)
def test_an_old_workbook_that_asks_for_more_than_it_has_is_refused_before_it_is_opened(at: int, told: int) -> None:
    whole = xls(CELLS)
    with pytest.raises(UserError, match="damaged"):
        rows(whole[:at] + struct.pack("<I", told) + whole[at + 4 :], "week.xls")


@pytest.mark.parametrize("dimensions", [(0, 1 << 31, 0, 3), (9, 5, 0, 3), (0, 5, 0, 65_535), (0, 5, 4, 3)])
def test_an_old_sheet_larger_than_any_is_refused(dimensions: tuple[int, ...]) -> None:
    with pytest.raises(UserError, match="damaged"):
        rows(xls(struct.pack("<HHIIHHH", 0x200, 14, *dimensions, 0) + CELLS), "week.xls")


def test_a_ring_of_sectors_ends() -> None:
    whole = bytearray(xls(CELLS))
    whole[512 + 4 * 2 : 512 + 4 * 3] = struct.pack("<I", 2)  # the stream's first sector follows itself
    found: Errors = xls_errors(bytes(whole), 0)
    assert set(found) <= {1, 2}


def test_a_copy_of_a_workbook_shows_the_errors_that_the_workbook_shows(tmp_path: Path) -> None:
    """The copy that is sent instead, or comes back marked, would say 0 or nothing."""
    sheet = f"{HEADER}<table:table-row>{text('Riau')}{cell(LIBRE, '#DIV/0!')}{cell(OPEN, 'Err:502')}</table:table-row>"
    for name, content in (("week.ods", ods(sheet)), ("week.xls", xls(CELLS))):
        marked = pl.DataFrame({"sheet": ["W1"], "row": [2], "column": ["Cases"], "note": ["lost"]})
        out = tmp_path / f"{name}.xlsx"
        mark_cells(content, marked, out, name=name, layout=Layout(header_rows=(1,)))
        again = [row[:4] for row in rows(out.read_bytes(), "copy.xlsx")]
        assert again == rows(content, name)

"""Files made to hurt: each is read as text with its notes, or refused in four parts; memory stays bounded.

A name says what the file is; `refused` or `read` what has to happen. Nothing may end in a trace.
"""

from __future__ import annotations

import gzip
import io
import os
import re
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter

from sampan.formats import read, sniff
from sampan.formats.limits import MAX_COLUMNS, MAX_LINE_BYTES, MIB
from sampan.model.errors import UserError
from sampan.model.tables import ROW, Layout

MOST_MEMORY = 900 * MIB  # above what the process held before; the largest files here are 100 MB
HOSTILE: list[tuple[str, str, Callable[[], bytes], Layout]] = []


def hostile(outcome: str, **layout: object) -> Callable[[Callable[[], bytes]], Callable[[], bytes]]:
    def keep(make: Callable[[], bytes]) -> Callable[[], bytes]:
        HOSTILE.append((make.__name__, outcome, make, Layout(**layout)))  # type: ignore[arg-type]  # real fields
        return make

    return keep


def lines(name: str, outcome: str, content: bytes, **layout: object) -> None:
    HOSTILE.append((name, outcome, lambda: content, Layout(**layout)))  # type: ignore[arg-type]  # real fields


# nothing in it
lines("empty", "refused", b"")
lines("only_a_byte_order_mark", "refused", b"\xef\xbb\xbf")
lines("only_line_ends", "refused", b"\n\r\n\n")
lines("only_delimiters", "refused", b",,,\n,,,\n")
lines("only_a_header", "read", b"a,b,c")
lines("only_spaces", "read", b"   \n  \n")
lines("one_byte", "read", b"x")

# no table at all
lines("random_bytes_named_csv", "refused", bytes((i * 7919 + i * i) % 251 for i in range(4096)))
lines("all_nul", "refused", bytes(1 << 20))
lines("a_picture_named_csv", "refused", b"\x89PNG\r\n\x1a\n" + bytes(100))
lines("a_pdf_named_csv", "refused", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
lines("a_program_named_csv", "refused", b"MZ\x90\0" + bytes(60) + b"PE\0\0")
lines("a_web_page_named_xls", "refused", b"<html><body><table><tr><td>1</td></tr></table>")
lines("an_xml_spreadsheet", "refused", b"<?xml version='1.0'?><Workbook></Workbook>")
lines("a_rar_archive", "refused", b"Rar!\x1a\x07\x00" + bytes(20))
lines("an_r_data_file", "refused", gzip.compress(b"RDX3\nX\n" + bytes(50)))
lines("one_json_array", "refused", b'[{"a": 1}]')
lines("a_zip_of_pictures_only", "refused", b"PK\x05\x06" + bytes(18))

# text that is not quite CSV
lines("nul_bytes_in_cells", "read", b"place,cases\nA\0B,1\n\0,2\n")
lines("double_headers", "read", b"a,a,a,a (2)\n1,2,3,4\n")
lines("blank_headers", "read", b",,\n1,2,3\n")
lines("a_header_named_like_our_row_number", "read", b"__row__,__row__\n1,2\n")
lines("ragged_rows", "read", b"a,b\n1\n1,2,3,4,5\n\n1,2\n")
lines("a_ragged_row_after_many", "read", b"a,b\n" + b"1,2\n" * 5000 + b"1,2,3\n")
lines("quote_never_closed", "read", b'a,b\n1,"x\n' + b"2,y\n" * 50_000)
lines("a_quote_in_every_row", "read", b"a,b\n" + b'1,"x\n' * 20_000)
lines("odd_quotes_inside", "read", b'a,b\n5" pipe,6" pipe\n1,"a"b"c"\n')
lines("quoted_delimiters_and_quotes", "read", b'a,b\n"x,""y""\n,z",2\n')
lines("mixed_line_ends", "read", b"a,b\r\n1,2\n3,4\r5,6\r\n")
lines("carriage_returns_only", "read", b"a,b\r1,2\r3,4\r")
lines("no_line_end_at_all", "read", b"a,b,c,d")
lines("formulas", "read", b"a,b\n=cmd|' /C calc'!A0,@SUM(1)\n+1,-1\n")
lines("impossible_dates", "read", b"date,cases\n31/02/2025,1\n29/02/2568,1\n00/00/0000,1\n")
lines("two_calendars_in_one_column", "read", b"date,cases\n01/03/2568,1\n01/03/2025,2\n")
lines("numbers_beyond_reason", "read", b"a,b\n1e308,-1e308\nNaN,Infinity\n99999999999999999999999,0x1F\n")
lines("direction_marks_and_zero_widths", "read", "a\u202eb,\u200b\u200b\n\u2066x\u2069,\ufeff\n".encode())
lines("sixteen_thousand_columns", "read", b",".join(b"c%d" % i for i in range(MAX_COLUMNS)) + b"\n1\n")
lines("one_column_too_many", "refused", b",".join(b"c" for _ in range(MAX_COLUMNS + 1)) + b"\n1\n")
lines("a_million_columns", "refused", b"," * 1_000_000 + b"\n")
lines("a_million_columns_further_down", "refused", b"a,b\n" + b"1,2\n" * 1000 + b"," * 1_000_000 + b"\n")
lines("a_header_of_a_megabyte", "read", b"h" * MIB + b",b\n1,2\n")
lines("unknown_delimiter_declared", "read", b"a,b\n1,2\n", delimiter=";;")
lines("header_row_beyond_the_end", "refused", b"a,b\n1,2\n", header_rows=(40,))
lines("data_beyond_the_end", "read", b"a,b\n1,2\n", first_row=40)
lines("declared_workbook_but_text", "refused", b"a,b\n1,2\n", format="xlsx")
lines("declared_format_unknown", "refused", b"a,b\n1,2\n", format="docx")


@hostile("refused")
def a_line_of_a_hundred_megabytes() -> bytes:
    return b"a,b\n" + b"x" * (100 * MIB) + b"\n1,2\n"


@hostile("refused")
def a_line_of_delimiters_beyond_the_limit() -> bytes:
    return b"a,b\n1,2\n" + b"1," * MAX_LINE_BYTES + b"\n"


# letters
THAI = "จังหวัด,ป่วย\nลำปาง,1\n"
lines("thai_declared_as_utf8", "read", THAI.encode("cp874"), encoding="utf-8")
lines("chinese_declared_as_thai", "read", "省,数\n云南,1\n".encode("gb18030"), encoding="cp874")
lines("an_encoding_that_does_not_exist", "refused", b"a,b\n1,2\n", encoding="klingon-8")
lines("a_codec_that_needs_care", "refused", b"a,b\n1,2\n", encoding="idna")
lines("a_codec_that_is_no_text", "refused", b"a,b\n1,2\n", encoding="zlib_codec")
lines("overlong_utf8", "read", b"a,b\n\xc0\xaf,1\n\xe0\x80\xaf,2\n")
lines("surrogates_in_utf8", "read", b"a,b\n\xed\xa0\x80,1\n")
lines("utf8_cut_inside_a_letter", "read", THAI.encode()[:-4])
lines("utf16_with_an_odd_byte", "read", THAI.encode("utf-16") + b"\x01")
lines("utf16_with_a_lone_surrogate", "read", b"\xff\xfea\0,\0b\0\n\0\x00\xd8,\x001\0\n\0")
lines("utf16_mark_before_utf8", "read", b"\xff\xfe" + THAI.encode())
lines("utf32", "read", THAI.encode("utf-32"))
lines("every_byte_there_is", "read", b"a,b\n" + bytes(b for b in range(32, 256) if b not in b'",') + b",1\n")
lines("damage_far_down", "read", b"a,b\n" + b"1,2\n" * 400_000 + b"\xff\xfe,3\n")


# archives
def zipped(members: dict[str, bytes], **options: object) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


CSV = b"a,b\n1,2\n"
lines("gzip_cut_short", "refused", gzip.compress(CSV * 1000)[:-20])
lines("gzip_with_a_wrong_checksum", "refused", gzip.compress(CSV)[:-8] + bytes(8))
lines("gzip_with_rubbish_behind", "refused", gzip.compress(CSV) + b"rubbish")
lines("zip_cut_short", "refused", zipped({"a.csv": CSV * 1000})[:-30])
lines("zip_with_damaged_bytes", "refused", zipped({"a.csv": CSV * 1000}).replace(b"a,b", b"x,y", 1)[:40] + b"\xff" * 60)
lines("zip_that_climbs_out", "read", zipped({"../../../etc/cron.d/x.csv": CSV, "/abs.csv": CSV, "C:\\x.csv": CSV}))
lines("zip_with_folders_only", "refused", zipped({"folder/": b""}))
lines("zip_with_no_match", "refused", zipped({"a.csv": CSV}), member="b*.csv")
lines("zip_of_an_empty_file", "refused", zipped({"a.csv": b""}))
lines("zip_of_many_files", "refused", zipped({f"{i}.csv": b"" for i in range(2500)}))
lines("zip_with_one_name_twice", "read", zipped({"a.csv": CSV, "A.csv": CSV}))


@hostile("refused")
def zip_inside_zip_inside_zip() -> bytes:
    content = CSV
    for depth in range(6):
        content = zipped({f"{depth}.zip": content})
    return content


@hostile("refused")
def zip_bomb() -> bytes:
    return zipped({"a.csv": b"0" * (200 * MIB)})


@hostile("refused")
def gzip_bomb() -> bytes:
    return gzip.compress(b"1,2\n" * (50 * MIB))


@hostile("refused")
def zip_locked_with_a_password() -> bytes:
    content = bytearray(zipped({"a.csv": CSV}))
    for at in (m.start() for m in re.finditer(rb"PK\x03\x04", bytes(content))):
        content[at + 6] |= 1
    for at in (m.start() for m in re.finditer(rb"PK\x01\x02", bytes(content))):
        content[at + 8] |= 1
    return bytes(content)


@hostile("refused")
def zip_that_lies_about_its_size() -> bytes:
    content = zipped({"a.csv": CSV * 100})
    return content.replace(struct.pack("<I", len(CSV) * 100), struct.pack("<I", 5))


# workbooks
def book(*, sheets: int = 1) -> bytes:
    out = io.BytesIO()
    made = xlsxwriter.Workbook(out, {"in_memory": True})
    for number in range(sheets):
        sheet = made.add_worksheet(f"S{number}")
        sheet.write_row(0, 0, ["place", "cases"])
        sheet.write_row(1, 0, ["A", 1])
    made.close()
    return out.getvalue()


def edited(part: str, change: Callable[[bytes], bytes]) -> bytes:
    """A good workbook with one of its parts changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book())) as good, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as bad:
        for info in good.infolist():
            content = good.read(info)
            bad.writestr(info.filename, change(content) if info.filename == part else content)
    return out.getvalue()


def without(part: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book())) as good, zipfile.ZipFile(out, "w") as bad:
        for info in good.infolist():
            if info.filename != part:
                bad.writestr(info.filename, good.read(info))
    return out.getvalue()


SHEET = "xl/worksheets/sheet1.xml"
lines("workbook_named_csv", "read", book())
lines("workbook_cut_short", "refused", book()[:-100])
lines("workbook_without_its_list_of_sheets", "refused", without("xl/workbook.xml"))
lines("workbook_without_its_sheet", "refused", without(SHEET))
lines("workbook_whose_sheet_is_no_xml", "refused", edited(SHEET, lambda _: b"\0\1\2 not xml"))
lines("workbook_of_many_sheets", "read", book(sheets=120))
lines("sheet_that_is_not_there", "refused", book(), sheets=("Nowhere*",))
LAUGHS = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
lines("workbook_with_entities", "read", edited(SHEET, lambda xml: LAUGHS + xml.partition(b"?>")[2]))
XXE = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>'
lines("workbook_that_asks_for_our_files", "read", edited(SHEET, lambda xml: XXE + xml.partition(b"?>")[2]))


def far_cell(reference: bytes) -> bytes:
    row = re.sub(rb"\D", b"", reference)
    cell = b'<row r="' + row + b'"><c r="' + reference + b'"><v>1</v></c></row></sheetData>'
    return edited(SHEET, lambda xml: xml.replace(b"</sheetData>", cell))


@hostile("refused")
def a_cell_at_the_far_end() -> bytes:
    return far_cell(b"XFD1048576")


@hostile("refused")
def a_cell_beyond_any_sheet() -> bytes:
    return far_cell(b"ZZZZZZ99999999")


@hostile("refused")
def workbook_that_unpacks_to_gigabytes() -> bytes:
    return edited(SHEET, lambda xml: xml.replace(b"</sheetData>", b" " * (200 * MIB) + b"</sheetData>"))


@hostile("read")
def merged_over_everything() -> bytes:
    merge = b'</sheetData><mergeCells count="1"><mergeCell ref="A1:XFD1048576"/></mergeCells>'
    return edited(SHEET, lambda xml: xml.replace(b"</sheetData>", merge))


@hostile("read")
def formula_without_a_result() -> bytes:
    cell = b'<row r="3"><c r="A3"><f>WEBSERVICE("http://x")</f></c><c r="B3" t="e"><v>#REF!</v></c></row></sheetData>'
    return edited(SHEET, lambda xml: xml.replace(b"</sheetData>", cell))


@hostile("read")
def numbers_a_sheet_cannot_hold() -> bytes:
    cell = b'<row r="3"><c r="A3"><v>1e308</v></c><c r="B3"><v>-0.0000001</v></c></row></sheetData>'
    return edited(SHEET, lambda xml: xml.replace(b"</sheetData>", cell))


@hostile("refused")
def shared_text_out_of_range() -> bytes:
    cell = b'<row r="3"><c r="A3" t="s"><v>99999</v></c></row></sheetData>'
    return edited(SHEET, lambda xml: xml.replace(b"</sheetData>", cell))


def ods(body: str) -> bytes:
    spaces = 'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    spaces += 'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    spaces += 'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
    content = f'<?xml version="1.0"?><office:document-content {spaces}><office:body><office:spreadsheet>'
    content += (
        f'<table:table table:name="S">{body}</table:table></office:spreadsheet></office:body></office:document-content>'
    )
    manifest = (
        '<?xml version="1.0"?><manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)
        archive.writestr("META-INF/manifest.xml", manifest)
    return out.getvalue()


CELL = '<table:table-cell office:value-type="string"><text:p>a</text:p></table:table-cell>'
lines("a_good_ods", "read", ods(f"<table:table-row>{CELL}{CELL}</table:table-row>" * 2))
MANY = CELL.replace("office:value-type", 'table:number-columns-repeated="16384" office:value-type')
lines("ods_that_repeats_a_cell", "refused",
      ods(f'<table:table-row table:number-rows-repeated="1048576">{MANY}</table:table-row>'))  # fmt: skip
lines("old_workbook_header_and_nothing_else", "refused", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))


# Parquet and JSON lines
def parquet() -> bytes:
    out = io.BytesIO()
    pl.DataFrame({"a": [1, 2], "b": [[1], None], "c": [{"x": 1}, {"x": None}], "d": [b"\xff", b""]}).write_parquet(out)
    return out.getvalue()


lines("parquet_of_lists_and_records", "read", parquet())
lines("parquet_cut_short", "refused", parquet()[:-20])
lines("parquet_magic_and_nothing_else", "refused", b"PAR1")
lines("parquet_with_damaged_pages", "refused", parquet()[:8] + b"\xff" * 60 + parquet()[68:])
lines("json_that_is_cut", "refused", b'{"a": 1}\n{"a": ')
lines("json_line_that_is_no_object", "refused", b'{"a": 1}\n7\n')
lines("json_nested_without_end", "refused", b'{"a": ' + b"[" * 200_000 + b"\n")
lines("json_with_a_huge_number", "refused", b'{"a": ' + b"9" * 10_000 + b"}\n")
lines("json_with_infinity_and_surrogates", "read", b'{"a": 1e400, "b": "\\ud800", "c": NaN}\n')
lines("json_with_ever_new_keys", "refused", b"".join(b'{"k%d": 1}\n' % i for i in range(MAX_COLUMNS + 1)))


@pytest.mark.parametrize(("name", "outcome", "make", "layout"), HOSTILE, ids=[entry[0] for entry in HOSTILE])
def test_hostile_file(name: str, outcome: str, make: Callable[[], bytes], layout: Layout, tmp_path: Path) -> None:
    """From disk, as a delivery comes: the outcome is the one foretold, and memory stays bounded."""
    path = tmp_path / f"{name}.csv"
    path.write_bytes(make())
    before = _reset_peak()
    ended = "read"
    try:
        for table in read(path, path.name, layout):
            assert table.frame.schema[ROW] == pl.UInt32
            assert set(table.frame.columns) == {ROW, *(column.name for column in table.columns)}
            texts = table.frame.select(pl.col(pl.String))
            assert not any((texts[text] == "").any() for text in texts.columns), "a blank cell is null"
    except UserError as refusal:
        ended = "refused"
        assert set(refusal.as_dict()) == {"what", "where", "kept", "do"}
        assert "Traceback" not in refusal.message
    assert ended == outcome
    assert _peak() - before < MOST_MEMORY


@pytest.mark.parametrize(("name", "make"), [(entry[0], entry[2]) for entry in HOSTILE if "hundred" not in entry[0]])
def test_sniffing_a_hostile_file(name: str, make: Callable[[], bytes]) -> None:
    """The drafts' eyes are as calm as the reader."""
    try:
        guesses = sniff(make(), f"{name}.csv")
    except UserError as refusal:
        assert refusal.message
    else:
        assert guesses


def test_there_are_enough_of_them() -> None:
    assert len(HOSTILE) >= 60
    assert len({entry[0] for entry in HOSTILE}) == len(HOSTILE)


def _reset_peak() -> int:
    """Resident bytes now, after the kernel's peak mark was put back to them."""
    Path("/proc/self/clear_refs").write_text("5")
    return _status("VmRSS")


def _peak() -> int:
    return _status("VmHWM")


def _status(field: str) -> int:
    found = re.search(rf"{field}:\s+(\d+) kB", Path(f"/proc/{os.getpid()}/status").read_text())
    assert found
    return int(found[1]) * 1024

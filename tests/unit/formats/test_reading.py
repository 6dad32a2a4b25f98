"""Small files written in the test; what the reader makes of each, cell by cell."""

from __future__ import annotations

import gzip
import io
import os
import unicodedata
import zipfile
from datetime import datetime

import pytest
import xlsxwriter

from sampan.formats import read, sniff
from sampan.model.errors import UserError
from sampan.model.tables import ROW, Layout, RawTable


def only(content: bytes, name: str = "file.csv", **layout: object) -> RawTable:
    (table,) = list(read(content, name, Layout(**layout)))  # type: ignore[arg-type]  # the test names real fields
    return table


def names(table: RawTable) -> list[str]:
    return [column.name for column in table.columns]


def test_blank_is_null_and_zero_and_dash_stay() -> None:
    table = only(b'place,cases,deaths\nA,0,-\nB,"",\n\nC, 5 ,1\n')
    assert table.frame.rows() == [(2, "A", "0", "-"), (3, "B", None, None), (5, "C", " 5 ", "1")]


def test_a_quoted_line_break_is_one_row() -> None:
    table = only(b'a,b\n1,"two\nlines"\n3,4\n')
    assert table.frame.rows() == [(2, "1", "two\nlines"), (3, "3", "4")]


def test_rows_longer_than_the_pieces_a_file_is_read_in() -> None:
    longest = int(os.environ["POLARS_CSV_CHUNK_SIZE"]) * 2
    cells = ["x" * longest, "short", "two\nlines " * (longest // 10), "end"]
    content = "n,text\n" + "".join(f'{n},"{cell}"\n' for n, cell in enumerate(cells))
    rows = [row for table in read(content.encode(), "f.csv", Layout()) for row in table.frame.rows()]
    assert rows == [(n + 2, str(n), cell) for n, cell in enumerate(cells)]


def test_row_numbers_go_on_over_batches() -> None:
    content = b"a,b\n" + b'1,"x\ny"\n' * 10
    tables = list(read(content, "f.csv", Layout(batch_rows=4)))
    assert [number for table in tables for number in table.frame[ROW]] == list(range(2, 12))


def test_extra_cells_are_kept_and_told() -> None:
    content = b"a,b\n" + b"1,2\n" * 600 + b"3,4,5\n"
    table = only(content)
    assert names(table) == ["a", "b", "column 3"]
    assert table.frame.row(-1) == (602, "3", "4", "5")
    assert any("row 602" in note for note in table.notes)


def test_extra_cells_in_a_later_batch() -> None:
    content = b"a,b\n" + b"1,2\n" * 600 + b"3,4,5\n" + b"6,7\n"
    tables = list(read(content, "f.csv", Layout(batch_rows=500)))
    rows = [row for table in tables for row in table.frame[ROW]]
    assert rows == list(range(2, 604))
    assert tables[-1].frame.row(-1) == (603, "6", "7", None)


def test_stray_and_unclosed_quotes_lose_nothing() -> None:
    table = only(b'a,b\n1,5" pipe\n2,"never closed\n3,4\n')
    assert table.frame.rows() == [(2, "1", '5" pipe'), (3, "2", '"never closed'), (4, "3", "4")]
    assert any("not closed" in note for note in table.notes)


def test_headers_blank_double_and_reserved() -> None:
    table = only(b"week,,week,week (2),__row__\n1,2,3,4,5\n")
    assert names(table) == ["week", "column 2", "week (3)", "week (2)", "__row__ (2)"]


def test_a_line_that_names_the_delimiter_is_obeyed_and_not_counted() -> None:
    table = only("sep=;\r\nจังหวัด;cases\r\nA;1,5\r\n".encode("cp874"))
    assert names(table) == ["จังหวัด", "cases"]
    assert table.frame.rows() == [(2, "A", "1,5")]


def test_decomposed_headers_are_composed() -> None:
    content = unicodedata.normalize("NFD", "Tỉnh,Số mắc\nHà Nội,1\n").encode()
    assert names(only(content)) == ["Tỉnh", "Số mắc"]


def test_title_rows_and_two_header_rows() -> None:
    table = only(b"Report of week 31,,\n\nplace,dengue,\n,cases,deaths\nA,1,0\n", header_rows=(3, 4))
    assert names(table) == ["place", "dengue / cases", "dengue / deaths"]
    assert table.frame.rows() == [(5, "A", "1", "0")]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiters(delimiter: str) -> None:
    content = f"place{delimiter}cases\nA{delimiter}1\n".encode()
    assert only(content).frame.rows() == [(2, "A", "1")]


THAI = "จังหวัด,จำนวนป่วย\nเชียงใหม่,12\nกรุงเทพมหานคร,5\n"
CHINESE = "省,发病数\n云南,5\n广西,6\n登革热,7\n"
VIET = "Tỉnh,Số mắc\nHà Nội,1\nThừa Thiên Huế,2\nĐắk Lắk,4\n"


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (THAI, "utf-8"), (THAI, "utf-8-sig"), (THAI, "utf-16"), (THAI, "utf-16-le"), (THAI, "utf-16-be"),
        (THAI, "cp874"), (THAI, "tis-620"), (CHINESE, "gb18030"), (CHINESE, "gbk"), (VIET, "utf-8"), (VIET, "utf-16"),
        ("Región,Boletín\nOcaña,Información epidemiológica\n", "iso-8859-1"), ("Région,Cas\nSaône,1\n", "iso-8859-1"), ("Région,Cas\nL’Isle,1\n", "cp1252"),
    ],
)  # fmt: skip
def test_encodings_are_told_from_the_bytes(text: str, encoding: str) -> None:
    table = only(text.encode(encoding))
    lines = text.splitlines()
    assert names(table) == lines[0].split(",")
    assert table.frame.rows() == [(at, *line.split(",")) for at, line in enumerate(lines[1:], 2)]


def windows_1258(text: str) -> bytes:
    """Vietnamese as Windows writes it: letter, then tone."""
    out = b""
    for char in text:
        try:
            out += char.encode("cp1258")
        except UnicodeEncodeError:
            parts = unicodedata.normalize("NFD", char)
            tones = "".join(part for part in parts if part in "\u0300\u0301\u0303\u0309\u0323")
            letter = unicodedata.normalize("NFC", "".join(part for part in parts if part not in tones))
            out += letter.encode("cp1258") + tones.encode("cp1258")
    return out


def test_windows_1258_is_composed() -> None:
    table = only(windows_1258(VIET))
    assert names(table) == ["Tỉnh", "Số mắc"]
    assert table.frame["Tỉnh"].to_list() == ["Hà Nội", "Thừa Thiên Huế", "Đắk Lắk"]


def test_a_thai_letter_after_a_megabyte_of_ascii() -> None:
    content = b"place,cases\n" + b"Bangkok,1\n" * 200_000 + "เชียงใหม่,2\n".encode("cp874")
    tables = list(read(content, "f.csv", Layout(batch_rows=50_000)))
    assert sum(table.frame.height for table in tables) == 200_001
    assert tables[-1].frame.row(-1) == (200_002, "เชียงใหม่", "2")
    assert any("cp874" in note for note in tables[-1].notes)


def test_gzip_and_zip_with_a_glob() -> None:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("../../etc/one.csv", "a,b\n1,2\n")
        file.writestr("two.csv.gz", gzip.compress(b"a,b\n3,4\n"))
    assert [t.frame.rows() for t in read(archive.getvalue(), "f.zip", Layout())] == [[(2, "1", "2")], [(2, "3", "4")]]
    (table,) = read(archive.getvalue(), "f.zip", Layout(member="two*"))
    assert (table.sheet, table.frame.rows()) == ("two.csv.gz", [(2, "3", "4")])


def workbook() -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet, codes = book.add_worksheet("W31"), book.add_worksheet("codes")
    book.add_worksheet("blank")
    codes.hide()
    codes.write(0, 0, "x")
    sheet.write(0, 0, "Weekly return")
    sheet.merge_range(2, 0, 3, 0, "ខេត្ត")
    sheet.merge_range(2, 1, 2, 2, "Dengue")
    sheet.write_row(3, 1, ["cases", "deaths", "date", "sum"])
    sheet.merge_range(4, 0, 5, 0, "Kandal")
    sheet.write_row(4, 1, [12, "-"])
    sheet.write_row(5, 1, [0.5])
    sheet.write_datetime(4, 3, datetime(2025, 3, 1), book.add_format({"num_format": "dd/mm/yyyy"}))  # noqa: DTZ001  a cell has no zone
    sheet.write_datetime(5, 3, datetime(2025, 3, 1, 13, 30), book.add_format({"num_format": "dd/mm/yyyy hh:mm"}))  # noqa: DTZ001  a cell has no zone
    sheet.write_formula(5, 4, "=6*7", None, 42)
    book.close()
    return out.getvalue()


def test_a_workbook_with_merged_headers() -> None:
    table = only(workbook(), "k.xlsx", header_rows=(3, 4))
    assert table.sheet == "W31"
    assert names(table) == ["ខេត្ត", "Dengue / cases", "Dengue / deaths", "date", "sum"]
    assert table.frame.rows() == [
        (5, "Kandal", "12", "-", "2025-03-01", None),
        (6, "Kandal", "0.5", None, "2025-03-01T13:30:00", "42"),
    ]
    assert "sheet codes is hidden and was not read" in table.notes


def test_a_hidden_sheet_by_name() -> None:
    assert only(workbook(), "k.xlsx", sheets=("codes",), header_rows=()).frame.rows() == [(1, "x")]


def test_json_lines() -> None:
    table = only(b'{"a": 1.0, "b": "x"}\n\n{"a": null, "c": [1]}\n', "f.jsonl")
    assert names(table) == ["a", "b", "c"]
    assert table.frame.rows() == [(1, "1", "x", None), (3, None, None, "[1]")]


def test_an_empty_file_is_refused_in_four_parts() -> None:
    with pytest.raises(UserError) as caught:
        list(read(b"", "f.csv", Layout()))
    assert set(caught.value.as_dict()) == {"what", "where", "kept", "do"}


EXPORT = "Bộ Y tế;;\n\nBáo cáo tuần;;\nTỉnh;Năm;Số  mắc\nLong An;2025;3\nTây Ninh;2025;5\n"
SOUGHT = (("Tỉnh", "Tinh"), ("Năm",), ("Số*",))


@pytest.mark.parametrize("declared", [(1,), (2,), (6,)])
def test_titles_above_a_header_are_no_rows_and_the_rows_keep_their_numbers(declared: tuple[int, ...]) -> None:
    table = only(EXPORT.encode(), header_rows=declared, headers=SOUGHT)
    assert names(table) == ["Tỉnh", "Năm", "Số mắc"]
    assert table.frame[ROW].to_list() == [5, 6]
    assert (table.titles, table.title_rows) == (("Bộ Y tế", "Báo cáo tuần"), (1, 2, 3))
    assert any("row 4" in note for note in table.notes)


def test_a_header_in_its_place_is_not_looked_for_elsewhere() -> None:
    """One header renamed, and a second table below that has them all: its rows above are data, not titles."""
    content = "Tỉnh;Năm;cases\nLong An;2025;3\n" + EXPORT.split("\n", 3)[3]
    table = only(content.encode(), headers=SOUGHT)
    assert (names(table)[2], table.frame.height) == ("cases", 4)
    assert only(b"a,b\n1,2\n", headers=SOUGHT).frame.height == 1, "none is anywhere: as declared"


def test_titles_and_headers_of_two_rows_in_a_workbook_may_be_fewer_or_more() -> None:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    for name, above in (("few", 1), ("more", 6)):
        sheet = book.add_worksheet(name)
        sheet.merge_range(0, 0, 0, 2, "Weekly return")
        sheet.merge_range(above, 0, above + 1, 0, "Province")
        sheet.merge_range(above, 1, above, 2, "Dengue")
        sheet.write_row(above + 1, 1, ["cases", "deaths"])
        sheet.write_row(above + 2, 0, ["Kep", 3, 0])
    book.close()
    layout = Layout(header_rows=(4, 5), headers=(("Province",), ("* / cases",), ("* / deaths",)))
    found = list(read(out.getvalue(), "f.xlsx", layout))
    assert [names(table) for table in found] == [["Province", "Dengue / cases", "Dengue / deaths"]] * 2
    assert [table.frame.rows() for table in found] == [[(4, "Kep", "3", "0")], [(9, "Kep", "3", "0")]]


def test_blank_rows_and_a_space_far_below_are_no_rows() -> None:
    """A label merged over rows of which one is blank is repeated in each; other blank rows stay blank."""
    content = io.BytesIO()
    book = xlsxwriter.Workbook(content)
    page = book.add_worksheet("1")
    page.write_row(1, 1, ["Unit", "Cases", "Deaths"])
    page.merge_range(2, 1, 4, 1, "An Giang")
    page.write_row(2, 2, [3, 0])
    page.write_row(4, 2, [5, 1])
    page.write_row(8, 1, ["Hau Giang", 7, 2])
    page.write(400_000, 3, " ")
    book.close()
    table = only(content.getvalue(), "week.xlsx", header_rows=(2,))
    assert names(table) == ["Unit", "Cases", "Deaths"]
    assert table.frame.rows() == [
        (3, "An Giang", "3", "0"),
        (4, "An Giang", None, None),
        (5, "An Giang", "5", "1"),
        (9, "Hau Giang", "7", "2"),
    ]
    [sheet] = sniff(content.getvalue(), "week.xlsx")
    assert (sheet.header_rows, sheet.rows_seen) == ((2,), 5)  # with the header


def test_an_error_of_the_spreadsheet_is_no_blank() -> None:
    content = io.BytesIO()
    book = xlsxwriter.Workbook(content)
    book.add_worksheet("Notes & <more>").write(0, 0, "words")
    page = book.add_worksheet("Số liệu")
    page.write_row(0, 0, ["Unit", "Cases", "Deaths"])
    for row, told in enumerate(["#DIV/0!", "#REF!", "#N/A", "#VALUE!"], start=1):
        page.write(row, 0, f"Unit {row}")
        page.write_formula(row, 1, "=1/0", None, told)
        page.write(row, 2, row)
    page.write_formula(7, 2, "=B2", None, "#N/A")  # in a row of its own
    book.close()
    told = [
        (2, "Unit 1", "#DIV/0!", "1"),
        (3, "Unit 2", "#REF!", "2"),
        (4, "Unit 3", "#N/A", "3"),
        (5, "Unit 4", "#VALUE!", "4"),
        (8, None, None, "#N/A"),
    ]
    for workbook in (content.getvalue(), _with_cells_that_never_end(content)):
        table = only(workbook, "week.xlsx", header_rows=(1,), sheets=("Số liệu",))
        assert table.frame.rows() == told


def _with_cells_that_never_end(workbook: io.BytesIO) -> bytes:
    """The same cells, and in a comment before them a hundred thousand that are begun and not ended."""
    spoiled = io.BytesIO()
    with zipfile.ZipFile(workbook) as before, zipfile.ZipFile(spoiled, "w", zipfile.ZIP_DEFLATED) as after:
        for part in before.namelist():
            comment = b"<!--" + b'<c r="B2" t="e"><v>' * 100_000 + b"--><sheetData>"
            after.writestr(part, before.read(part).replace(b"<sheetData>", comment))
    return spoiled.getvalue()

"""A file is looked into, refused or cleaned; what is refused never comes near the store."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

from sampan.formats import read
from sampan.model.errors import Refused
from sampan.model.sources import FieldMap, Source, Words
from sampan.model.tables import Layout
from sampan.operations.looking import clean, look, must_pass

TODAY = date(2026, 3, 1)


def source(country: str = "TH", layout: Layout | None = None, **more: object) -> Source:
    return Source(
        id="x-weekly", title="x", owner="x", country=country, kind="cases", practice="p",
        layout=layout or Layout(), words=Words(),
        columns={"place": FieldMap(("จังหวัด",)), "condition": FieldMap(("โรค",)), "value": FieldMap(("ป่วย",))},
        **more,  # type: ignore[arg-type]  # the test names real fields
    )  # fmt: skip


THAI = "รายงาน;;;;\nจังหวัด;ชื่อ-สกุล;โรค;ป่วย;โทรศัพท์\nลำปาง;นายสมชาย ใจดี;ไข้เลือดออก;1;0812345678\nตาก;นางมาลี ศรี;มาลาเรีย;2;\n"


@pytest.fixture
def thai(tmp_path: Path) -> Path:
    path = tmp_path / "w31.csv"
    path.write_bytes(THAI.encode("cp874"))
    return path


def test_what_is_in_it_and_what_stops_it(thai: Path) -> None:
    looked = look(source(layout=Layout(header_rows=(2,))), thai, on=TODAY)
    assert [(stop.column, stop.kind) for stop in looked.stops] == [("B", "name"), ("E", "telephone")]
    (sheet,) = looked.sheets
    assert (sheet.rows, [column["taken_as"] for column in sheet.columns][::2]) == (
        2,
        ["place", "condition", "phone, not declared"],
    )
    assert "สมชาย" not in str(looked.as_dict())


def test_the_office_refuses_the_same_file(thai: Path) -> None:
    with pytest.raises(Refused) as caught:
        must_pass(source(layout=Layout(header_rows=(2,))), thai, on=TODAY)
    assert caught.value.as_dict()["kept"] == "nothing was kept"
    assert caught.value.rule == "personal-column"


def test_declared_persons_may_come(thai: Path) -> None:
    native = source(layout=Layout(header_rows=(2,)), strip=("ชื่อ-สกุล", "โทรศัพท์"))
    must_pass(native, thai, on=TODAY)
    looked = look(native, thai, on=TODAY)
    assert [(stop.column, stop.kind) for stop in looked.declared] == [("B", "name"), ("E", "telephone")]
    assert clean(looked, thai, thai.with_name("clean.csv"), on=TODAY)["columns"] == 2


def test_the_clean_copy_reads_as_the_source_declares(thai: Path, tmp_path: Path) -> None:
    native = source(layout=Layout(header_rows=(2,), encoding="cp874", delimiter=";"))
    out = tmp_path / "clean.csv"
    went = clean(look(native, thai, on=TODAY), thai, out, on=TODAY)
    assert (went["columns"], went["rows"]) == (2, 0)
    must_pass(native, out, on=TODAY)
    (table,) = read(out, "clean.csv", native.layout)
    assert table.frame.rows() == [(3, "ลำปาง", "ไข้เลือดออก", "1"), (4, "ตาก", "มาลาเรีย", "2")]


def workbook() -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet, hidden = book.add_worksheet("Tuần 31"), book.add_worksheet("list")
    hidden.hide()
    hidden.write_column(0, 0, ["Họ tên", "Nguyễn Văn An", "Trần Thị Bình"])
    sheet.write_row(0, 0, ["Người lập: điện thoại 0912 345 678"])
    sheet.write_row(2, 0, ["จังหวัด", "โรค", "ป่วย"])
    sheet.write_row(3, 0, ["An Giang", "Sốt xuất huyết", 5])
    sheet.write_row(4, 0, ["Tây Ninh", "Bệnh mới nổi, chưa rõ tác nhân", 12])
    book.close()
    return out.getvalue()


def test_a_workbook_with_a_hidden_list_and_secret_rows(tmp_path: Path) -> None:
    path, out = tmp_path / "w.xlsx", tmp_path / "clean.xlsx"
    path.write_bytes(workbook())
    vietnam = source("VN", Layout(header_rows=(3,)))
    looked = look(vietnam, path, on=TODAY)
    told = [(stop.sheet, stop.column, stop.kind, stop.rows) for stop in looked.stops]
    assert told == [
        ("Tuần 31", None, "telephone", ()),
        ("Tuần 31", "B", "vn-440-2024-figures", (5,)),
        ("list", "A", "name", ()),
    ]
    went = clean(looked, path, out, on=TODAY)
    assert (went["rows"], went["sheets"]) == (1, ["list"])
    assert openpyxl.load_workbook(out).sheetnames == ["Tuần 31"]
    must_pass(vietnam, out, on=TODAY)
    (table,) = read(out, "clean.xlsx", vietnam.layout)
    assert table.frame.rows() == [(4, "An Giang", "Sốt xuất huyết", "5")]


def test_published_figures_are_no_secret(tmp_path: Path) -> None:
    path = tmp_path / "f.csv"
    path.write_text("จังหวัด,โรค,ป่วย\nA,unknown agent,1\n", encoding="utf-8")
    must_pass(source("VN", published=True), path, on=TODAY)
    with pytest.raises(Refused, match="Decision 440"):
        must_pass(source("VN"), path, on=TODAY)


def test_other_files_of_an_archive_are_looked_at_too(tmp_path: Path) -> None:
    path = tmp_path / "week.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("week31.csv", "จังหวัด,โรค,ป่วย\nตาก,x,1\n")
        archive.writestr("contacts.csv", "Patient name,x\nSomebody Else,1\n")
        archive.writestr("letter.pdf", "%PDF-1.7")
    zipped = source("TH", Layout(member="week*.csv"))
    (stop,) = look(zipped, path, on=TODAY).stops
    assert (stop.sheet, stop.kind) == ("contacts.csv", "name")
    with pytest.raises(Refused):
        must_pass(zipped, path, on=TODAY)
    out = tmp_path / "clean.csv"
    clean(look(zipped, path, on=TODAY), path, out, on=TODAY)
    must_pass(zipped, out, on=TODAY)


def test_a_secret_far_down_a_long_file_is_found(tmp_path: Path) -> None:
    path = tmp_path / "long.csv"
    rows = ["จังหวัด,โรค,ป่วย", *["A,Sốt rét,1"] * 30_000, "A,bệnh lạ chưa rõ tác nhân,1", *["A,Tả,1"] * 10]
    path.write_text("\n".join(rows), encoding="utf-8")
    with pytest.raises(Refused, match="Decision 440"):
        must_pass(source("VN"), path, on=TODAY)
    (stop,) = look(source("VN"), path, on=TODAY).stops
    assert stop.rows == (30_002,)


def test_a_person_far_down_is_found_by_the_sender(tmp_path: Path) -> None:
    path = tmp_path / "long.csv"
    rows = ["จังหวัด,โรค,ป่วย,note", *["A,x,1,ok"] * 300_000, "A,x,1,mother tel 0812345678"]
    path.write_text("\n".join(rows), encoding="utf-8")
    (stop,) = look(source("TH"), path, on=TODAY).stops
    assert (stop.kind, stop.column) == ("telephone", "D")


def test_titles_above_the_header_of_an_export_are_blanked_where_they_stand(tmp_path: Path) -> None:
    """The source declares its header in row 1; this export has two titles and a blank line above it."""
    path, out = tmp_path / "export.csv", tmp_path / "clean.csv"
    path.write_text("รายงาน;;\nผู้จัดทำ โทร 081-234-5678;;\n\nจังหวัด;โรค;ป่วย\nลำปาง;ไข้เลือดออก;1\n", encoding="utf-8")
    native = source(layout=Layout(headers=(("จังหวัด",), ("โรค",), ("ป่วย",))))
    with pytest.raises(Refused) as caught:
        must_pass(native, path, on=TODAY)
    assert "telephone; above the header" in caught.value.what
    clean(look(native, path, on=TODAY), path, out, on=TODAY)
    assert out.read_text("utf-8-sig").split("\n")[2:5] == ['""', "จังหวัด;โรค;ป่วย", "ลำปาง;ไข้เลือดออก;1"]
    must_pass(native, out, on=TODAY)

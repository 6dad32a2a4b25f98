"""What we write is the same bytes every day, never a formula, and reads back as it was."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime
from pathlib import Path

import openpyxl
import polars as pl
import pytest
import xlsxwriter

from sampan.formats import mark_cells, read, to_bytes, write
from sampan.formats.rewriting import Changes, rewrite
from sampan.formats.writing import FORMATS
from sampan.model.errors import UserError
from sampan.model.tables import Layout

FRAME = pl.DataFrame(
    {
        "place": ["ខេត្តកណ្ដាល", "=1+1", None, "+cmd|' /C calc'!A0"],
        "cases": [5, 0, None, -3],
        "raw": ["-", "-5", "@sum(A1)", "+3"],
        "day": [date(2025, 3, 1)] * 4,
        "at": [datetime(2025, 3, 1, 12, tzinfo=UTC)] * 4,
    }
)


@pytest.mark.parametrize("kind", FORMATS)
def test_the_same_table_gives_the_same_bytes(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    first = to_bytes(FRAME, kind)
    monkeypatch.setattr("time.time", lambda: 2_000_000_000.0)
    assert to_bytes(FRAME, kind) == first


def test_csv_texts_never_run() -> None:
    (table,) = read(to_bytes(FRAME, "csv"), "f.csv", Layout())
    assert table.frame["place"].to_list() == ["ខេត្តកណ្ដាល", "'=1+1", None, "'+cmd|' /C calc'!A0"]
    assert table.frame["raw"].to_list() == ["-", "-5", "'@sum(A1)", "+3"]


def test_xlsx_texts_are_texts() -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(to_bytes(FRAME, "xlsx")))["data"]
    assert [(cell.value, cell.data_type) for cell in sheet[3]][:2] == [("=1+1", "s"), (0, "n")]
    (table,) = read(to_bytes(FRAME, "xlsx"), "f.xlsx", Layout())
    assert table.frame.row(0)[1:] == ("ខេត្តកណ្ដាល", "5", "-", "2025-03-01", "2025-03-01T12:00:00")


@pytest.mark.parametrize("kind", ["parquet", "jsonl"])
def test_round_trip(kind: str) -> None:
    (table,) = read(to_bytes(FRAME, kind), f"f.{kind}", Layout())
    assert table.frame["place"].to_list() == FRAME["place"].to_list()
    assert table.frame["cases"].to_list() == ["5", "0", None, "-3"]
    assert table.frame["day"].to_list() == ["2025-03-01"] * 4


def test_an_unknown_format_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="not written"):
        write(FRAME, tmp_path / "f.doc", "doc")


def cells(*rows: tuple[str | None, int, str, str]) -> pl.DataFrame:
    kinds = {"sheet": pl.String, "row": pl.UInt32, "column": pl.String, "note": pl.String}
    return pl.DataFrame(list(rows), schema=kinds, orient="row")


def test_a_csv_comes_back_with_its_cells_named(tmp_path: Path) -> None:
    content = "Title;\nจังหวัด;ป่วย\nเชียงใหม่;x\nลำปาง;3\n".encode("cp874")
    out = tmp_path / "marked.csv"
    mark_cells(content, cells((None, 3, "ป่วย", "not-a-number")), out, name="f.csv", layout=Layout(header_rows=(2,)))
    assert out.read_text(encoding="utf-8-sig").splitlines() == [
        "Title;;", "จังหวัด;ป่วย;findings", "เชียงใหม่;x;B: not-a-number", "ลำปาง;3;",
    ]  # fmt: skip


def workbook() -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet, hidden = book.add_worksheet("W31"), book.add_worksheet("codes")
    hidden.hide()
    hidden.write(0, 0, "x")
    sheet.merge_range(0, 0, 1, 0, "place")
    sheet.merge_range(0, 1, 0, 2, "Dengue")
    sheet.write_row(1, 1, ["name", "cases", "day"])
    sheet.merge_range(2, 0, 3, 0, "Kandal")
    sheet.write_row(2, 1, ["A", 12])
    sheet.write_row(3, 1, ["B", 0])
    sheet.write_row(4, 0, ["Takeo", "C", 7])
    sheet.write_datetime(4, 3, datetime(2025, 3, 1), book.add_format({"num_format": "dd/mm/yyyy"}))  # noqa: DTZ001  a cell has no zone
    book.close()
    return out.getvalue()


LAYOUT = Layout(header_rows=(1, 2))


def test_a_workbook_comes_back_with_marked_cells(tmp_path: Path) -> None:
    out = tmp_path / "marked.xlsx"
    marked = cells(("W31", 5, "Dengue / cases", "sudden-change"))
    mark_cells(workbook(), marked, out, name="f.xlsx", layout=LAYOUT)
    book = openpyxl.load_workbook(out)
    cell = book["W31"]["C5"]
    assert (cell.value, cell.fill.fgColor.rgb, cell.comment.text) == (7, "FFFFE699", "sudden-change")
    assert [row[4].value for row in book["W31"]] == [None, "findings", None, None, "C: sudden-change"]
    assert book["codes"].sheet_state == "hidden"
    assert str(book["W31"]["D5"].value) == "2025-03-01 00:00:00"
    (table,) = read(out, "f.xlsx", LAYOUT)
    assert [c.name for c in table.columns] == ["place", "Dengue / name", "Dengue / cases", "day", "findings"]


def test_a_workbook_without_a_column_and_a_row(tmp_path: Path) -> None:
    out = tmp_path / "clean.xlsx"
    changes = Changes(columns={"W31": frozenset({2})}, rows={"W31": frozenset({3})}, sheets=frozenset({"W31"}))
    rewrite(workbook(), changes, out, name="f.xlsx", layout=LAYOUT)
    (table,) = read(out, "f.xlsx", LAYOUT)
    assert [c.name for c in table.columns] == ["place", "Dengue / cases", "day"]
    assert table.frame.rows() == [(3, "Kandal", "0", None), (4, "Takeo", "7", "2025-03-01")]
    assert openpyxl.load_workbook(out).sheetnames == ["W31"]

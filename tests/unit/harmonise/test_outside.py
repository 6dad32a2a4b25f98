"""A period or a condition told of a whole sheet: by a title above the table, or by the sheet's name."""

from __future__ import annotations

import io
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter
import yaml

from sampan.formats import read
from sampan.harmonise.aggregate import AggregateHarmoniser
from sampan.harmonise.draft import draft, write
from sampan.harmonise.outside import period_outside
from sampan.model.sources import Words
from sampan.model.tables import RawTable
from sampan.sources.definition import load_folder


def table(titles: tuple[str, ...] = (), sheet: str = "", file: str = "") -> RawTable:
    return RawTable(pl.DataFrame(), (), file, sheet, (), titles, ())


@pytest.mark.parametrize(
    ("titles", "sheet", "kind", "calendar", "told"),
    [
        (("BÁO CÁO THÁNG 1 NĂM 2024",), "", "month", "gregorian", "THÁNG 1 NĂM 2024"),
        (("Tây Ninh, ngày 5 tháng 2 năm 2024", "Báo cáo tháng 1/2024"), "", "month", "gregorian", "tháng 1/2024"),
        (("Tổng hợp năm 2024",), "Tháng 3", "month", "gregorian", "2024\x1fTháng 3"),
        (("Weekly return, week 31 of 2025",), "Sheet1", "week", "iso", "week 31 of 2025"),
        (("รายงานประจำเดือนมกราคม พ.ศ. 2567",), "", "month", "buddhist", "เดือนมกราคม พ.ศ. 2567"),
        (("Tháng 1/2024 so với tháng 1/2023",), "", "month", "gregorian", None),  # two periods: neither
        (("Minggu Epidemiologi ke-12 Tahun 2024",), "", "week", "iso", "Minggu Epidemiologi ke-12 Tahun 2024"),
        (
            ("KES DENGGI, MINGGU EPIDEMIOLOGI 30/2024 (21/7/2024 - 27/7/2024)",),
            "",
            "week",
            "cdc",
            "MINGGU EPIDEMIOLOGI 30/2024",
        ),
        (("Epidemiological Week No. 30, 2024",), "", "week", "cdc", "Epidemiological Week No. 30 2024"),
        (("云南省2024年7月法定传染病报告发病死亡统计表",), "", "month", "gregorian", "2024年7月"),
        (("2024年第30周登革热疫情",), "", "week", "iso", "2024年第30周"),
        (("Boletim, mês de julho de 2024",), "", "month", "gregorian", "mês de julho de 2024"),
        (("Annual return",), "Takeo", "month", "gregorian", None),
    ],
)
def test_the_one_period_that_stands_outside(
    titles: tuple[str, ...], sheet: str, kind: str, calendar: str, told: str | None
) -> None:
    assert period_outside(table(titles, sheet), kind, Words(calendar=calendar)) == told


def workbook(sheets: dict[str, tuple[str, list[list[object]]]]) -> bytes:
    content = io.BytesIO()
    book = xlsxwriter.Workbook(content)
    for name, (title, rows) in sheets.items():
        page = book.add_worksheet(name)
        page.write(0, 0, title)
        for at, row in enumerate(rows):
            page.write_row(2 + at, 0, row)
    book.close()
    return content.getvalue()


def observed(content: bytes, country: str, folder: Path) -> list[tuple[object, ...]]:
    """What a draft of the file reads from it once its folder stands."""
    write(draft(content, "book.xlsx", country=country), folder)
    text = yaml.safe_load((folder / "source.yml").read_text(encoding="utf-8"))
    (folder / "source.yml").write_text(yaml.safe_dump(text | {"invented": True}, allow_unicode=True))
    [source] = load_folder(folder)
    harmoniser = AggregateHarmoniser(source)
    found = [harmoniser.harmonise(one) for one in read(content, "book.xlsx", source.layout)]
    rows = pl.concat([one.table for one in found])
    assert sum(one.balance.set_aside for one in found) == 0
    return rows.select("condition", "period_start", "period_end", "measure", "value").sort(pl.all()).rows()


HEAD = ["Tỉnh", "Số mắc", "Số chết"]


def test_one_sheet_for_each_month(tmp_path: Path) -> None:
    """Forty-two sheets, more than are needed to know a file's habits: all of them are looked at and read."""
    months = [(year, month) for year in (2021, 2022, 2023, 2024) for month in range(1, 13)][:42]
    content = workbook({
        f"T{month}.{year}": (f"SỐT XUẤT HUYẾT THÁNG {month} NĂM {year}", [HEAD, ["An Giang", year + month, month]])
        for year, month in months
    })  # fmt: skip
    rows = observed(content, "VN", tmp_path / "s")
    assert [(r[1].year, r[1].month, r[4]) for r in rows if r[3] == "cases"] == [(y, m, y + m) for y, m in months]  # type: ignore[attr-defined]  # dates
    assert {r[0] for r in rows} == {"dengue"}


def test_one_sheet_for_each_disease(tmp_path: Path) -> None:
    head = ["Province", "Week", "Year", "Cases"]
    content = workbook({
        "Dengue": ("Weekly return", [head, ["Takeo", 5, 2024, 11], ["Kandal", 5, 2024, 12]]),
        "Cholera": ("Weekly return", [head, ["Takeo", 5, 2024, 1], ["Kandal", 5, 2024, 2]]),
    })  # fmt: skip
    rows = observed(content, "KH", tmp_path / "s")
    assert [(r[0], r[4]) for r in rows] == [("cholera", 1), ("cholera", 2), ("dengue", 11), ("dengue", 12)]

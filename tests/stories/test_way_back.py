"""What was received can be written in any native source's own form, and reads back as the same figures."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal
from python_calamine import CalamineWorkbook
from tests.sources.samples import NOW, sample_of

from sampan.operations import homes, observing, receiving, returning
from sampan.operations.asking import Asked
from sampan.operations.receiving import Act
from sampan.sources import catalogue

NATIVE = ["kh-weekly", "la-weekly", "mm-townships"]
SAME = ["unit", "period_start", "period_end", "condition", "measure", "classification", "value", "status"]


def _receive(name: str, path: Path) -> pl.DataFrame:
    store = homes.opened()
    source = homes.source(store, name)
    receiving.receive(store, source, path, Act(f"{source.owner}/sender", NOW))
    return observing.observations(store, Asked(sources=[name]))


def _sample(name: str) -> Path:
    folder = catalogue.source(name).folder
    sample = sample_of(folder) if folder else None
    assert sample is not None
    return sample


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", NATIVE)
def test_a_source_reads_back_what_is_written_in_its_form(name: str, tmp_path: Path) -> None:
    figures = _receive(name, _sample(name))
    out = tmp_path / f"back{_sample(name).suffix}"
    assert returning.write_as(homes.opened(), figures, name, out) == 0
    store = homes.opened()
    again = receiving.tried_table(store, homes.source(store, name), out, Act("test/sender", NOW))
    assert_frame_equal(again.select(SAME).sort(SAME), figures.select(SAME).sort(SAME))


@pytest.mark.django_db(transaction=True)
def test_a_neighbours_units_are_rows_and_what_has_no_equal_is_listed(tmp_path: Path) -> None:
    lao = _receive("la-weekly", _sample("la-weekly"))
    out = tmp_path / "for-the-khmer-desk.xlsx"
    tested = lao.head(1).with_columns(pl.lit("tested").alias("measure"))
    left = returning.write_as(homes.opened(), pl.concat([lao, tested]), "kh-weekly", out)
    assert left == 1
    rows = CalamineWorkbook.from_path(out).get_sheet_by_index(0).to_python()
    text = "\n".join("|".join(str(cell) for cell in row) for row in rows)
    assert "(LA-VT)" in text and "គ្រុនឈាម" in text and "គ្មានកន្លែងក្នុងទម្រង់នេះ" in text


@pytest.mark.django_db(transaction=True)
def test_the_sender_gets_its_own_file_back_with_marked_cells(tmp_path: Path) -> None:
    _receive("kh-weekly", _sample("kh-weekly"))
    out = tmp_path / "marked.xlsx"
    code = observing.deliveries(homes.opened())[0]["delivery"]
    marked = returning.marked_file(homes.opened(), code, out, Act("kh-cdc/data-desk", NOW))
    assert marked > 0 and out.stat().st_size > 4_000


FORM = """
id: {id}
title: Báo cáo bệnh truyền nhiễm
owner: test
country: VN
kind: aggregate
practice: vn-2024
invented: true
languages: [vi]
read: {{format: {format}, header_rows: [{header}]}}
delivery: {{mode: snapshot, scope: [period]}}
calendar: iso
columns:
  place: {{from: Tỉnh, level: 1}}
{columns}
"""
MONTHS = """  period: {in: title, as: month}
  condition: Bệnh
  value: Mắc"""
WEEKS = """  period: {in: sheet, as: week}
  condition: {is: dengue}
  value: Mắc"""
DISEASES = """  period: {from: Tháng, as: month, year: 2024}
  condition: {in: sheet}
  value: Mắc"""
LONG = """  period: {from: [Kỳ], as: KIND}
  condition: Bệnh
  value: Mắc"""
TOLD = {
    "month": "Tỉnh,Bệnh,Kỳ,Mắc\nTây Ninh,dengue,2024-01,12\nTây Ninh,measles,2024-01,0\nLong An,dengue,2024-02,45\n",
    "week": "Tỉnh,Bệnh,Kỳ,Mắc\nTây Ninh,dengue,2024-W01,12\nLong An,dengue,2024-W02,45\nTây Ninh,dengue,2024-W02,9\n",
}


def _lay(name: str, columns: str, form: str = "xlsx", header: int = 1) -> None:
    folder = homes.opened().root / "sources" / name
    folder.mkdir(parents=True)
    text = FORM.lstrip().format(id=name, format=form, header=header, columns=columns)
    (folder / "source.yml").write_text(text, encoding="utf-8")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("columns", "container", "header", "kind", "sheets"),
    [
        (MONTHS, "xlsx", 3, "month", ["2024-01", "2024-02"]),
        (MONTHS, "ods", 3, "month", ["2024-01", "2024-02"]),
        (MONTHS, "xls", 1, "month", ["2024-01", "2024-02"]),
        (WEEKS, "xlsx", 1, "week", ["2024-W01", "2024-W02"]),
        (DISEASES, "xlsx", 1, "month", ["Sốt xuất huyết", "Sởi"]),
    ],
    ids=["title", "title of an ods", "no room for a title", "sheet", "disease"],
)
def test_a_form_with_a_sheet_for_each_month_or_disease_is_written_so(
    tmp_path: Path, columns: str, container: str, header: int, kind: str, sheets: list[str]
) -> None:
    """Told by the title, by the sheet's name where there is no room for one, and by a disease's name."""
    _lay("long", LONG.replace("KIND", kind), "csv")
    _lay("sheets", columns, container, header)
    (tmp_path / "told.csv").write_text(TOLD[kind], encoding="utf-8")
    figures = _receive("long", tmp_path / "told.csv")
    out = tmp_path / "back.xlsx"
    assert returning.write_as(homes.opened(), figures, "sheets", out) == 0
    book = CalamineWorkbook.from_path(out)
    titles = [str(book.get_sheet_by_name(name).to_python()[0][0]) for name in book.sheet_names]
    assert book.sheet_names == sheets
    assert header == 1 or titles == [f"Báo cáo bệnh truyền nhiễm {name}" for name in sheets]
    again = receiving.tried_table(homes.opened(), homes.source(homes.opened(), "sheets"), out, Act("test/sender", NOW))
    assert_frame_equal(again.select(SAME).sort(SAME), figures.select(SAME).sort(SAME))


@pytest.mark.django_db(transaction=True)
def test_a_file_without_sheets_holds_the_newest_month_and_lists_the_others(tmp_path: Path) -> None:
    _lay("long", LONG.replace("KIND", "month"), "csv")
    _lay("titled", MONTHS, "csv", 3)
    (tmp_path / "told.csv").write_text(TOLD["month"], encoding="utf-8")
    figures = _receive("long", tmp_path / "told.csv")
    assert returning.write_as(homes.opened(), figures, "titled", tmp_path / "back.csv") == 2
    text = (tmp_path / "back.csv").read_text(encoding="utf-8")
    assert text.startswith("Báo cáo bệnh truyền nhiễm 2024-02")
    assert "Tây Ninh, 2024-01-01 - 2024-01-31, Sốt xuất huyết, mắc, chưa phân loại: 12" in text.split("Long An")[1], (
        "below the table, in words"
    )

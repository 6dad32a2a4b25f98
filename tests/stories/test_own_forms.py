"""A release in the recipient's own form, which the recipient's own office reads back to the same figures."""

from __future__ import annotations

from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook
from tests.conftest import Sampan, elsewhere
from tests.stories import border

WEEK = """
province,week,disease,cases
Svay Rieng,2026-W31,acute watery diarrhoea,14
Svay Rieng,2026-W31,cholera,3
Svay Rieng,2026-W31,dengue,1234
Prey Veng,2026-W31,cholera,0
Prey Veng,2026-W31,dengue,40
Svay Rieng,2026-W32,dengue,61
"""
FORM = """
id: {id}
title: {title}
owner: vn-37
country: {country}
kind: aggregate
practice: own
invented: true
languages: [{language}]
read: {{format: xlsx, header_rows: [1]}}
delivery: {{mode: snapshot, scope: [period]}}
{words}
columns:
  place: {{from: {place}, level: 1}}
  period: {period}
  condition: {condition}
  measure: {{is: cases}}
  value: {value}
"""
VIETNAMESE = {
    "id": "vn-form", "title": "Báo cáo tuần", "country": "VN", "language": "vi", "place": "Tỉnh", "condition": "Bệnh",
    "value": "Số mắc", "period": "{from: [Năm, Tuần], as: year-week}", "words": "calendar: iso\nnumbers: {locale: vi}",
}  # fmt: skip
THAI = {
    "id": "th-form", "title": "รายงานประจำสัปดาห์", "country": "TH", "language": "th", "place": "จังหวัด", "condition": "โรค",
    "value": "จำนวนป่วย", "period": "{from: [วันเริ่ม, วันสิ้นสุด], as: dates}",
    "words": "calendar: thai-moph\nnumbers: {locale: th, native_digits: true}\ndates: {order: dmy, era: buddhist}",
}  # fmt: skip
TOLD = {
    ("KH-20", "2026-07-27", "acute-watery-diarrhoea"): 14,
    ("KH-20", "2026-07-27", "dengue"): 1234,
    ("KH-14", "2026-07-27", "cholera"): 0,
    ("KH-14", "2026-07-27", "dengue"): 40,
    ("KH-20", "2026-08-03", "dengue"): 61,
}


def lay_form(home: Path, form: dict[str, str]) -> None:
    folder = home / "sources" / form["id"]
    folder.mkdir(parents=True)
    (folder / "source.yml").write_text(FORM.format(**form).lstrip(), encoding="utf-8")


def lay(sampan: Sampan, home: Path, folder: Path) -> Path:
    """Two Khmer provinces of two weeks, an agreement in force, and a request for them."""
    border.lay(home)
    sampan("receive", "border-kh", border.written(folder / "kh.csv", WEEK), "--actor", "kh-20/surveillance")
    border.agree(sampan, folder, border.AGREEMENT.replace("places: [KH-20]", "places: [KH]"))
    many = {"conditions": "[acute-watery-diarrhoea, cholera, dengue]", "data": "{from: 2026-07-27, to: 2026-08-09}"}
    return border.request(folder / "ask.yml", "vn-37/surveillance", "KH-20, KH-14", **many)


@pytest.mark.parametrize(
    ("form", "first"),
    [
        (VIETNAMESE, "Prey Veng (KH-14) 2026 31 Bệnh tả 0"),
        (THAI, "ไพรแวง (KH-14) ๒๗/๐๗/๒๕๖๙ ๐๒/๐๘/๒๕๖๙ อหิวาตกโรค ๐"),
        ("kh-weekly", "១ ព្រៃវែង ២០២៦ ៣១ ៤០ ០"),
    ],
    ids=["vietnamese", "thai", "khmer"],
)
def test_the_recipients_own_office_reads_back_what_was_told(
    form: dict[str, str] | str, first: str, sampan: Sampan, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = lay(sampan, home, tmp_path)
    name = form if isinstance(form, str) else form["id"]
    if isinstance(form, dict):
        lay_form(home, form)
    sampan("release", asked, "--as", name, "-o", tmp_path / "out")
    file = tmp_path / "out" / "own-form.xlsx"
    rows = CalamineWorkbook.from_path(file).get_sheet_by_index(0).to_python()
    lines = [" ".join(str(cell) for cell in row[:-1] if cell != "") for row in rows]
    assert first in lines, lines
    assert not any(word in str(row[-1]) for row in rows for word in ("None", "withheld")), "the recipient's words"
    other = tmp_path / "their-home"
    elsewhere(other, monkeypatch)
    if isinstance(form, dict):
        lay_form(other, form)
    (other / "gates").mkdir(parents=True)
    (other / "gates" / "vn.yml").write_text("country: VN\nrules: []\n", encoding="utf-8")
    sampan("receive", name, file, code=None)
    figures = sampan("observations", "--measure", "cases", "--json").json
    read = {
        (one["unit"].split("@")[0], one["period_start"], one["condition"]): one["value"]
        for one in figures
        if one["value"] is not None
    }
    expected = {key: cases for key, cases in TOLD.items() if name != "kh-weekly" or key[2] != "acute-watery-diarrhoea"}
    silent = {one["status"] for one in figures if one["value"] is None}
    assert silent == ({"withheld"} if isinstance(form, dict) else set()), "a long form has a row for what is held back"
    assert not [one for one in sampan("findings", "--json").json if one["rule"] == "not-a-count"]
    assert read == expected, "the Khmer form has no column for diarrhoea: that one stands below it, in words"


@pytest.mark.parametrize("form", ["nowhere", "vn-cases"])
def test_nothing_leaves_for_a_form_that_holds_no_figures(form: str, sampan: Sampan, home: Path, tmp_path: Path) -> None:
    asked = lay(sampan, home, tmp_path)
    asked.write_text(asked.read_text(encoding="utf-8") + f"as: {form}\n", encoding="utf-8")
    sampan("release", asked, "-o", tmp_path / "out", code=2)
    assert sampan("releases", "list", "--party", "kh-20", "--json").json == []
    assert not (tmp_path / "out").exists()

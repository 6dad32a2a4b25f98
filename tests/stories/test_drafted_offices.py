"""Files as seven offices send them, never seen before: drafted, answered, looked at, received, and the figures right.

Every figure here is invented. What a draft may not decide in silence stands in its questions.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from tests.conftest import Sampan

from sampan.harmonise import draft as drafting
from sampan.harmonise.draft import Draft
from sampan.operations import homes, looking, observing, receiving, returning, withdrawing
from sampan.operations.asking import Asked
from sampan.operations.mapping import answers
from sampan.operations.receiving import Act

pytestmark = pytest.mark.django_db(transaction=True)
ACT = Act("test/sender", datetime(2025, 12, 1, 8, tzinfo=UTC))
Figures = set[tuple[Any, ...]]


@dataclass
class Office:
    """A home into which drafted files are received."""

    folder: Path

    def drafted(self, content: bytes, name: str, country: str) -> Draft:
        """The draft of a file that the office has just got."""
        self.file = self.folder / name
        self.file.write_bytes(content)
        return drafting.draft(self.file, name, country=country)

    def received(self, found: Draft, said: dict[str, str], lines: dict[str, dict[str, str]] | None = None) -> Any:
        """The answers put in as the page puts them; the file looked at and received by the new source."""
        asked = {question.about for question in found.questions}
        assert set(said) <= asked, f"never asked: {set(said) - asked}"
        body = answers.source_of(found.as_dict(), {about: {"value": value} for about, value in said.items()})
        told = [
            {"field": f, "term": t, "value": v, "match": "exact"}
            for f, of in (lines or {}).items()
            for t, v in of.items()
        ]
        crosswalks = answers.crosswalks(found.as_dict(), told, "test/owner", "2025-12-01")
        store = homes.opened()
        folder = store.root / "sources" / body["id"]
        drafting.write(Draft(found.file, body, crosswalks, [], (), ()), folder)
        self.source = homes.source(store, body["id"])
        looked = looking.look(self.source, self.file, on=ACT.now.date())
        assert [stop.kind for stop in looked.stops if stop.rule != "personal-column"] == []
        return receiving.receive(store, self.source, self.file, Act(f"{self.source.owner}/sender", ACT.now))

    def figures(self, *names: str) -> Figures:
        """What stands, as rows of the columns named."""
        frame = observing.observations(homes.opened(), Asked(sources=[self.source.id]))
        return set(frame.select(names).iter_rows())

    def returned(self, out: Path) -> Path:
        """The figures written back in the drafted form."""
        store = homes.opened()
        returning.write_as(store, observing.observations(store, Asked(sources=[self.source.id])), self.source.id, out)
        return out


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


def questions(found: Draft) -> set[str]:
    return {question.about for question in found.questions}


def workbook(
    sheets: dict[str, list[list[Any]]], *, hidden: tuple[str, ...] = (), merged: tuple[Any, ...] = ()
) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for at, row in enumerate(rows):
            sheet.write_row(at, 0, row)
        if name in hidden:
            sheet.hide()
        else:
            for span in merged:
                sheet.merge_range(*span)
    book.close()
    return out.getvalue()


def test_khmer_classes_side_by_side_with_titles_totals_and_a_hidden_sheet(office: Office) -> None:
    """Digits are Khmer; the disease stands in the title alone; the hidden sheet holds last year's rows."""
    head = ["ល.រ", "ខេត្ត", "ឆ្នាំ", "សប្តាហ៍ទី", "ករណីសង្ស័យ", "ករណីបញ្ជាក់", "ស្លាប់"]
    rows = [
        ["១", "កណ្ដាល", "២០២៥", "៣១", "១៤", "៣", "០"],
        ["២", "តាកែវ", "២០២៥", "៣១", "៧", "-", "១"],
        ["", "សរុប", "២០២៥", "៣១", "២១", "៣", "១"],
    ]
    titles = [["មន្ទីរសុខាភិបាល"], ["គ្រុនឈាម"], []]
    content = workbook({"ថ្មី": [*titles, head, *rows], "ចាស់": [*titles, head, *rows]}, hidden=("ចាស់",))
    found = office.drafted(content, "bulletin.xlsx", "KH")
    assert {"read.hidden_sheets", "silences.-", "calendar", "columns.condition", "columns.date_basis"} <= questions(
        found
    )
    said = {"silences.-": "unknown", "calendar": "iso", "columns.condition": "as drafted", "read.hidden_sheets": "no"}
    receipt = office.received(found, said)
    assert receipt.balance["set_aside"] == 0
    assert office.figures("unit", "measure", "classification", "condition", "value", "status") == {
        ("KH-8@0001-01-01", "cases", "suspected", "dengue", 14, "reported"),
        ("KH-8@0001-01-01", "cases", "confirmed", "dengue", 3, "reported"),
        ("KH-8@0001-01-01", "deaths", "unspecified", "dengue", 0, "zero"),
        ("KH-21@0001-01-01", "cases", "suspected", "dengue", 7, "reported"),
        ("KH-21@0001-01-01", "cases", "confirmed", "dengue", None, "unknown"),
        ("KH-21@0001-01-01", "deaths", "unspecified", "dengue", 1, "reported"),
    }
    assert {start.isoformat() for (start,) in office.figures("period_start")} == {"2025-07-28"}


def test_vietnamese_days_that_could_be_months_in_a_semicolon_file_with_decimal_commas(office: Office) -> None:
    text = (
        "Sở Y tế;;;;;\nSốt xuất huyết Dengue;;;;;\n"
        "Tỉnh;Ngày báo cáo;Ca nghi ngờ;Ca xác định;Tử vong;Tỷ lệ mắc/100.000 dân\n"
        "Tây Ninh;03/04/2024;1.234;12;0;105,3\nLong An;05/06/2024;87;9;1;5,1\nAn Giang;07/08/2024;311;40;0;16,4\n"
        "Tổng cộng;;1.632;61;1;42,0\n"
    )
    found = office.drafted(("\ufeff" + text).encode("utf-8"), "bao-cao.csv", "VN")
    assert "dates.order" in questions(found)
    assert "order" not in found.source.get("dates", {})
    receipt = office.received(
        found, {"dates.order": "dmy", "columns.condition": "as drafted", "columns.period": "as drafted"}
    )
    assert receipt.balance["set_aside"] == 0
    assert office.figures("place_raw", "period_start", "measure", "classification", "value") == {
        (place, date.fromisoformat(day), measure, classification, value)
        for place, day, values in (
            ("Tây Ninh", "2024-04-03", (1234, 12, 0)),
            ("Long An", "2024-06-05", (87, 9, 1)),
            ("An Giang", "2024-08-07", (311, 40, 0)),
        )
        for (measure, classification), value in zip(
            (("cases", "suspected"), ("cases", "confirmed"), ("deaths", "unspecified")), values, strict=True
        )
    }


def test_thai_weeks_as_columns_of_a_buddhist_year_in_a_title_in_cp874(office: Office, tmp_path: Path) -> None:
    text = (
        "รายงานจำนวนผู้ป่วยโรคไข้เลือดออก พ.ศ. 2568,,,,\n"
        "จังหวัด,สัปดาห์ที่ 1,สัปดาห์ที่ 2,สัปดาห์ที่ 3,รวม\n"
        'ตราด,3,-,5,8\nระยอง,"1,104",0,2,"1,106"\nรวม,"1,107",0,7,"1,114"\n'
    )
    found = office.drafted(text.encode("cp874"), "r68.csv", "TH")
    assert found.source["read"]["encoding"] == "cp874"
    assert {"calendar", "columns.period.year", "silences.-", "columns.classification"} <= questions(found)
    assert found.source["columns"]["period"] == {"header": 0, "as": "week", "year": "title"}
    said = {"calendar": "thai-moph", "columns.period.year": "as drafted", "silences.-": "zero",
            "columns.classification": "suspected", "columns.condition": "as drafted"}  # fmt: skip
    receipt = office.received(found, said)
    assert receipt.balance["set_aside"] == 0
    stands = office.figures("place_raw", "period_start", "value", "condition", "classification")
    assert stands == {
        (place, date.fromisoformat(day), value, "dhf-1997", "suspected")
        for place, values in (("ตราด", (3, 0, 5)), ("ระยอง", (1104, 0, 2)))
        for day, value in zip(("2024-12-29", "2025-01-05", "2025-01-12"), values, strict=True)
    }
    back = office.returned(tmp_path / "back.csv").read_bytes().decode("cp874")
    assert "2568" in back
    assert [line for line in back.splitlines() if line.startswith("ระยอง")]


def test_lao_weeks_as_columns_beside_a_column_of_years(office: Office) -> None:
    content = workbook(
        {
            "ໄຂ້ເລືອດອອກ": [
                ["ລາຍງານປະຈຳອາທິດ"],
                ["ແຂວງ", "ປີ", "ອາທິດທີ 1", "ອາທິດທີ 2", "ອາທິດທີ 3"],
                ["ບໍ່ແກ້ວ", 2024, 4, None, 6],
                ["ຈຳປາສັກ", 2025, 11, 0, "?"],
                ["ລວມ", None, 15, 0, 6],
            ]
        }
    )
    found = office.drafted(content, "weeks.xlsx", "LA")
    assert {"calendar", "silences.?", "silences.blank", "columns.condition"} <= questions(found)
    said = {"calendar": "iso", "silences.?": "unknown", "silences.blank": "not_reported",
            "columns.condition": "as drafted", "columns.classification": "suspected"}  # fmt: skip
    receipt = office.received(found, said)
    assert receipt.balance["set_aside"] == 0
    assert office.figures("place_raw", "period_start", "value", "status", "condition") == {
        ("ບໍ່ແກ້ວ", date(2024, 1, 1), 4, "reported", "dengue"),
        ("ບໍ່ແກ້ວ", date(2024, 1, 15), 6, "reported", "dengue"),
        ("ຈຳປາສັກ", date(2024, 12, 30), 11, "reported", "dengue"),
        ("ຈຳປາສັກ", date(2025, 1, 6), 0, "zero", "dengue"),
        ("ຈຳປາສັກ", date(2025, 1, 13), None, "unknown", "dengue"),
    }


def test_burmese_diseases_as_columns_above_cases_and_deaths(office: Office) -> None:
    content = workbook(
        {
            "ဇူလိုင်": [
                ["လစဉ်အစီရင်ခံစာ"],
                ["မြို့နယ်", "ကာလ", "သွေးလွန်တုပ်ကွေး", "", "ငှက်ဖျား", ""],
                ["", "", "လူနာ", "သေဆုံး", "လူနာ", "သေဆုံး"],
                ["မြဝတီ", "2025-07", "၁၂", "၀", "၃", "၀"],
                ["ဘားအံ", "2025-07", "၅", "၁", "၈", "၀"],
                ["စုစုပေါင်း", "2025-07", "၁၇", "၁", "၁၁", "၀"],
            ]
        },
        merged=((1, 2, 1, 3, "သွေးလွန်တုပ်ကွေး"), (1, 4, 1, 5, "ငှက်ဖျား")),
    )
    found = office.drafted(content, "july.xlsx", "MM")
    assert found.source["wide"]["parts"] == ["condition", "measure"]
    receipt = office.received(found, {"columns.classification": "suspected"})
    assert receipt.balance["set_aside"] == 0
    assert office.figures("place_raw", "condition", "measure", "value", "period_start") == {
        (place, condition, measure, value, date(2025, 7, 1))
        for place, values in (("မြဝတီ", (12, 0, 3, 0)), ("ဘားအံ", (5, 1, 8, 0)))
        for (condition, measure), value in zip(
            [(c, m) for c in ("dengue", "malaria") for m in ("cases", "deaths")], values, strict=True
        )
    }


def test_english_classes_of_several_diseases_beside_tests_a_sum_and_a_note(office: Office, tmp_path: Path) -> None:
    text = (
        "Weekly summary,,,,,,,,\n"
        "No,Province,Week ending,Suspected dengue,Confirmed dengue,Dengue deaths,Suspected measles <5 years,"
        "RDT kits left,Total\n"
        "1,Bokeo,05/01/2025,6,2,0,1,400,9\n2,Champasak,05/01/2025,11,5,1,0,NR,17\n"
        "3,Bokeo,12/01/2025,4,1,0,2,380,7\n,Total,,21,8,1,3,,33\n"
        "Note: figures are provisional,,,,,,,,\n"
    )
    found = office.drafted(text.encode(), "summary.csv", "LA")
    assert {"dates.order", "columns.period.as", "column RDT kits left"} <= questions(found)
    said = {"dates.order": "dmy", "columns.period.as": "week-ending", "calendar": "iso", "column RDT kits left": "ignore",
            "columns.date_basis": "report"}  # fmt: skip
    receipt = office.received(found, said)
    assert receipt.balance["set_aside"] == 0
    keys = ("place_raw", "period_start", "condition", "measure", "classification", "age_to", "value")
    first, second = date(2024, 12, 30), date(2025, 1, 6)
    assert {row for row in office.figures(*keys) if row[0] == "Bokeo"} == {
        ("Bokeo", first, "dengue", "cases", "suspected", None, 6),
        ("Bokeo", first, "dengue", "cases", "confirmed", None, 2),
        ("Bokeo", first, "dengue", "deaths", "unspecified", None, 0),
        ("Bokeo", first, "measles", "cases", "suspected", 5.0, 1),
        ("Bokeo", second, "dengue", "cases", "suspected", None, 4),
        ("Bokeo", second, "dengue", "cases", "confirmed", None, 1),
        ("Bokeo", second, "dengue", "deaths", "unspecified", None, 0),
        ("Bokeo", second, "measles", "cases", "suspected", 5.0, 2),
    }
    assert len(office.figures(*keys)) == 12
    lines = list(csv.reader(office.returned(tmp_path / "back.csv").read_text("utf-8-sig").splitlines()))
    head = next(line for line in lines if "Province" in line)
    rows = [dict(zip(head, line, strict=False)) for line in lines]
    [bokeo] = [row for row in rows if (row.get("Province"), row.get("Week ending")) == ("Bokeo", "05/01/2025")]
    assert [bokeo[name] for name in head if "engue" in name or "measles" in name] == ["6", "2", "0", "1"]


def test_a_thai_list_of_persons_whose_buddhist_days_could_be_months(office: Office) -> None:
    text = (
        "ลำดับ,ชื่อ-สกุล,เพศ,อายุ,จังหวัด,วันเริ่มป่วย,การวินิจฉัย\n"
        "1,นายสมชาย ใจดี,ชาย,12 ปี,ตราด,03/04/2568,ไข้เลือดออก\n"
        "2,นางสาวมาลี สุขใจ,หญิง,8 เดือน,ระยอง,05/06/2568,ไข้เดงกี\n"
        "3,นายวิชัย รักไทย,ชาย,45 ปี,ตราด,11/12/2567,ไข้เลือดออก\n"
    )
    found = office.drafted(text.encode("cp874"), "list.csv", "TH")
    assert "dates.order" in questions(found)
    assert found.source["dates"] == {"era": "buddhist"}
    assert "ชื่อ-สกุล" in found.source["strip"]
    receipt = office.received(found, {"dates.order": "dmy", "columns.place_residence": "as drafted"})
    assert receipt.balance["set_aside"] == 0
    frame = observing.cases(homes.opened(), Asked(sources=[office.source.id])).sort("row")
    assert [day.isoformat() for day in frame["onset_date"]] == ["2025-04-03", "2025-06-05", "2024-12-11"]
    assert frame["condition"].to_list() == ["dhf-1997", "dengue-fever-1997", "dhf-1997"]
    gone = withdrawing.withdraw(homes.opened(), receipt.delivery, reason="a test", actor=None, now=ACT.now)
    assert (gone["figures"], gone["cases"]) == (0, 3)


def test_a_sender_with_a_folder_of_sources_and_no_home_looks(home: Path, sampan: Sampan, tmp_path: Path) -> None:
    file = tmp_path / "mine.csv"
    file.write_text("Province,Year,Week,Suspected dengue,Deaths\nNam Vang,2025,31,12,0\n", encoding="utf-8")
    sampan("sources", "draft", file, "--country", "KH", "-o", home / "sources" / "mine")
    assert "columns" in sampan("look", "mine", file, "--json").out

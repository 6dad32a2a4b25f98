"""A draft for files never seen: what is guessed has evidence, what is open is asked, and the result loads."""

from __future__ import annotations

import io
import json
import random
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from click.testing import CliRunner
from tests.conftest import Sampan
from tests.shared import shared_path

from sampan.cli.main import app
from sampan.harmonise.draft import Draft, draft, source_text, write
from sampan.model.errors import SampanError, UserError
from sampan.model.sources import Source
from sampan.sources.catalogue import BUNDLED
from sampan.sources.definition import load_folder


def of_text(text: str, *, country: str | None = None, encoding: str = "utf-8", name: str = "file.csv") -> Draft:
    """The draft of a file drawn as text, its left margin cut off."""
    lines = [line.strip() for line in text.strip().splitlines()]
    return draft("\n".join(lines).encode(encoding), name, country=country)


def guessed(found: Draft, about: str) -> Any:
    return next((guess.value for guess in found.guesses if guess.about == about), None)


def asked(found: Draft) -> set[str]:
    return {question.about for question in found.questions}


def loaded(found: Draft, folder: Path) -> Source:
    write(found, folder)
    [source] = load_folder(folder)
    return source


VIETNAMESE_CASES = """
    STT,Mã ca bệnh,Họ và tên,Số điện thoại,Giới tính,Tuổi,Tỉnh báo cáo,Nơi ở hiện nay,Ngày khởi phát,Chẩn đoán,Phân loại ca bệnh
    1,SL-01,Nguyễn Văn An,0912345678,Nam,12,Tây Ninh,Long An,03/07/2024,Sốt xuất huyết,Xác định
    2,SL-07,Trần Thị Bình,0912345679,Nữ,2 tháng,Tây Ninh,Tây Ninh,15/07/2024,Tay chân miệng,Lâm sàng
    3,SL-31,Lê Văn Cường,0912345670,Nam,40,An Giang,An Giang,28/07/2024,Sởi,Có thể
    4,SL-44,Phạm Thị Dung,0912345671,Nữ,7,An Giang,Long An,30/07/2024,Sốt xuất huyết,Xác định
"""


def test_a_vietnamese_list_of_cases(tmp_path: Path) -> None:
    found = of_text(VIETNAMESE_CASES)
    assert found.source["country"] == "VN"
    assert found.source["kind"] == "cases"
    assert found.source["columns"] == {
        "case_id": "Mã ca bệnh",
        "onset_date": "Ngày khởi phát",
        "condition": "Chẩn đoán",
        "classification": "Phân loại ca bệnh",
        "sex": "Giới tính",
        "age": "Tuổi",
        "place_report": {"from": "Tỉnh báo cáo", "level": 1},
        "place_residence": {"from": "Nơi ở hiện nay", "level": 1},
    }
    assert found.source["strip"] == ["Họ và tên", "Số điện thoại"]
    assert found.source["ignore"] == {"STT": "a running number of the sheet"}
    assert found.source["dates"] == {"order": "dmy", "era": "gregorian"}
    assert found.source["numbers"] == {"locale": "vi"}
    assert {"owner", "practice", "delivery.mode", "crosswalk.classification"} <= asked(found)
    assert [term["term"] for term in found.open_terms] == ["Lâm sàng"]
    assert loaded(found, tmp_path / "new").words.date_order == "dmy"


@pytest.mark.parametrize("rows", [1, 2, 5])
def test_a_number_that_only_counts_the_rows_is_no_number_of_a_case(rows: int) -> None:
    """However few rows there are: the first of the next file would be the same case, amended."""
    lines = [f"{at},{at + 9}/07/2024,Takeo,dengue" for at in range(1, rows + 1)]
    found = of_text("\n".join(["No.,Date of onset,Province,Diagnosis", *lines]), country="KH")
    assert "case_id" not in found.source["columns"]
    assert "No." in found.source["ignore"]


def test_cases_of_this_week_are_no_weeks() -> None:
    """A Malaysian return: the week stands in the title, beside its days."""
    found = of_text(
        """
        KES DENGGI MENGIKUT NEGERI MINGGU EPIDEMIOLOGI 30/2024 (21/7/2024 - 27/7/2024)
        Bil,Negeri,Kes Minggu Ini,Kematian
        1,Johor,120,0
        2,Kedah,61,1
        3,Sabah,305,0
        ,JUMLAH,486,1
        """,
        country="MY",
    )
    assert found.source["columns"]["period"] == {"in": "title", "as": "week"}
    assert found.source["wide"] == {"columns": ["Kes Minggu Ini", "Kematian"], "parts": ["measure"]}


def test_no_name_or_number_of_a_person_is_repeated() -> None:
    said = json.dumps(of_text(VIETNAMESE_CASES).as_dict(), ensure_ascii=False)
    assert not [word for word in ("Nguyễn", "Bình", "0912345678", "Dung") if word in said]


def test_days_up_to_twelve_leave_the_order_a_question() -> None:
    found = of_text(
        """
        Tỉnh,Ngày báo cáo,Số mắc
        Tây Ninh,03/04/2024,12
        Long An,05/06/2024,3
        An Giang,07/08/2024,1.234
        """,
        country="VN",
    )
    assert "dates.order" in asked(found)
    assert "order" not in found.source["dates"]
    assert guessed(found, "dates.order") is None
    assert found.source["numbers"] == {"locale": "vi"}


@pytest.mark.parametrize(
    ("days", "order"),
    [
        (("13/01/2024", "25/02/2024", "30/03/2024"), "dmy"),
        (("01/13/2024", "02/25/2024", "03/30/2024"), "mdy"),
        (("2024-01-13", "2024-02-25", "2024-03-30"), "ymd"),
        (("13/01/2024", "02/25/2024", "30/03/2024"), None),  # both: no order fits
    ],
)
def test_the_order_is_taken_only_from_dates_that_leave_no_other_reading(
    days: tuple[str, ...], order: str | None
) -> None:
    rows = "\n".join(f"Kampot,{day},A{n}7x" for n, day in enumerate(days))
    found = of_text(f"province,date of onset,case id\n{rows}", country="KH")
    assert guessed(found, "dates.order") == order
    assert ("dates.order" in asked(found)) is (order is None)


def test_years_of_the_2560s_are_evidence_and_said_so() -> None:
    found = of_text(
        "จังหวัด,วันเริ่มป่วย,รหัสโรค,เพศ\nตราด,13/01/2567,26,1\nระยอง,25/02/2567,66,2\nตราด,28/02/2567,27,1", country="TH"
    )
    [guess] = [guess for guess in found.guesses if guess.about == "dates.era"]
    assert guess.value == "buddhist"
    assert "2567" in guess.evidence
    assert "2024" in guess.evidence


def test_two_eras_in_one_file_are_asked_about() -> None:
    found = of_text("จังหวัด,วันเริ่มป่วย,เพศ\nตราด,13/01/2567,ชาย\nระยอง,25/02/2024,หญิง\nตราด,28/02/2567,ชาย", country="TH")
    assert "dates.era" in asked(found)
    assert "era" not in found.source["dates"]


def test_two_digit_years_and_day_numbers_are_asked_about() -> None:
    rows = "\n".join(f"Bo,{day:02d}-May-14,{16372 + day}" for day in range(1, 20))
    found = of_text(f"District,Date of symptom onset,Date of sample\n{rows}", country="SL")
    assert {"dates.two_digit_years", "dates.serials"} <= asked(found)
    assert found.source["dates"] == {"order": "dmy"}
    [serials] = [question for question in found.questions if question.about == "dates.serials"]
    assert "2014 to 2014 as unix-days" in serials.evidence


def test_a_thai_list_in_cp874_with_local_codes(tmp_path: Path) -> None:
    found = of_text(
        """
        DISEASE,NAME,HN,SEX,AGEY,PROVINCE,DATESICK,TYPE,RESULT
        26,นายสมชาย ใจดี,4001,1,12,ตราด,13/01/2567,1,1
        66,นางสาวมาลี สุขใจ,4002,2,34,ระยอง,25/01/2567,2,2
        27,นายวิชัย รักไทย,4003,1,5,ตราด,28/01/2567,2,3
        """,
        encoding="cp874",
        country="TH",
    )
    assert found.source["read"]["encoding"] == "cp874"
    assert found.source["strip"] == ["NAME", "HN"]
    assert found.source["columns"]["condition"] == "DISEASE"
    assert not found.open_terms
    assert loaded(found, tmp_path / "new").words.era == "buddhist"


def khmer_workbook() -> bytes:
    """Two header rows with merged cells below a title, a totals row, "-", blank and zero."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    sheet = book.add_worksheet("សប្ដាហ៍ ៣១")
    sheet.merge_range("A1:G1", "របាយការណ៍ប្រចាំសប្ដាហ៍")
    for column, header in ((0, "ខេត្ត"), (1, "ឆ្នាំ"), (2, "សប្ដាហ៍ទី")):
        sheet.merge_range(2, column, 3, column, header)
    for column, disease in ((3, "គ្រុនឈាម"), (5, "គ្រុនចាញ់")):
        sheet.merge_range(2, column, 2, column + 1, disease)
        sheet.write_row(3, column, ["ករណី", "ស្លាប់"])
    for row, cells in enumerate(
        [["កណ្ដាល", 2025, 31, 14, 0, "-", 0], ["តាកែវ", 2025, 31, 3, None, 5, 1], ["សរុប", 2025, 31, 17, 0, 5, 1]],
        start=4,
    ):
        sheet.write_row(row, 0, cells)
    book.close()
    return out.getvalue()


def test_a_khmer_workbook_with_merged_headers(tmp_path: Path) -> None:
    found = draft(khmer_workbook(), "w31.xlsx", country="KH")
    assert found.source["read"] == {"format": "xlsx", "header_rows": [3, 4]}
    assert found.source["wide"]["parts"] == ["condition", "measure"]
    assert len(found.source["wide"]["columns"]) == 4
    assert found.source["columns"]["period"] == {"from": ["ឆ្នាំ", "សប្ដាហ៍ទី"], "as": "year-week"}
    assert found.source["totals"] == {"ខេត្ត": ["សរុប"]}
    assert {"calendar", "silences.-", "silences.blank"} <= asked(found)
    assert "silences" not in found.source
    assert loaded(found, tmp_path / "new").layout.header_rows == (3, 4)


def test_periods_of_two_days_show_the_first_weekday() -> None:
    rows = "\n".join(f"Bokeo,2025-0{m}-{d:02d},2025-0{m}-{d + 6:02d},5" for m, d in ((6, 1), (6, 8), (6, 15), (6, 22)))
    found = of_text(f"province,start date,end date,cases\n{rows}", country="LA")
    assert found.source["calendar"] == "cdc"
    assert found.source["columns"]["period"] == {"from": ["start date", "end date"], "as": "dates"}


def test_weeks_as_headers_without_a_year_are_asked_about() -> None:
    found = of_text("Province,W1,W2,W3\nBokeo,1,2,-\nChampasak,4,0,6", country="LA")
    assert found.source["wide"] == {"columns": ["W1", "W2", "W3"], "parts": ["period"]}
    assert {"columns.period.year", "calendar", "columns.condition", "silences.-"} <= asked(found)


def test_content_speaks_where_a_header_is_vague() -> None:
    rows = "\n".join(
        f"C{n}x,Bokeo,{n + 10}/01/2024,{n + 11}/01/2024,{word}" for n, word in enumerate(["confirmed", "suspected"] * 3)
    )
    found = of_text(f"case no,province,onset,admitted,class\n{rows}", country="LA")
    assert found.source["columns"]["classification"] == "class"
    assert found.source["columns"]["admission_date"] == "admitted"
    assert "column class" in asked(found)


def test_a_word_for_cumulative_is_evidence_and_still_asked() -> None:
    found = of_text("จังหวัด,สัปดาห์ที่,ป่วยสะสม\nตราด,1,3\nระยอง,1,5\nตราด,2,8", country="TH")
    assert guessed(found, "delivery.mode") == "cumulative"
    assert "delivery.mode" in asked(found)


def test_counts_without_a_class_are_asked_about() -> None:
    assert {"columns.classification", "columns.date_basis"} <= asked(draft(khmer_workbook(), "w31.xlsx", country="KH"))


def test_a_file_of_several_countries_takes_its_own_rows() -> None:
    found = of_text(
        """
        adm_0_name,adm_1_name,calendar_start_date,calendar_end_date,dengue_total
        VIET NAM,TAY NINH,2024-01-01,2024-01-31,5
        VIET NAM,LONG AN,2024-01-01,2024-01-31,7
        CAMBODIA,KAMPOT,2024-01-01,2024-01-31,9
        """,
        country="VN",
    )
    assert found.source["rows"] == {"adm_0_name": ["VIET NAM"]}
    assert found.source["columns"]["place"]["levels"] == [0, 1]
    assert found.source["columns"]["condition"] == {"is": "dengue"}
    assert not found.open_terms


@pytest.mark.parametrize(
    ("country", "header", "row"),
    [
        ("ID", "Provinsi,Tahun,Bulan,Penyakit,Jumlah Kasus,Meninggal", "Bali,2024,Mei,Campak"),
        ("MY", "Negeri,Tahun,Minggu Epidemiologi,Penyakit,Bilangan Kes,Kematian", "Johor,2024,15,Denggi"),
        ("PH", "Lalawigan,Taon,Linggo,Sakit,Bilang ng Kaso,Namatay", "Palawan,2024,20,Tigdas"),
        ("TL", "Município,Ano,Semana,Doença,Casos,Óbitos", "Baucau,2024,9,Sarampo"),
        ("TL", "Munisípiu,Tinan,Semana,Moras,Kazu,Mate", "Ermera,2024,9,Sarampu"),
        ("LA", "Province,Année,Semaine,Maladie,Cas,Décès", "Champasak,2024,9,Rougeole"),
    ],
)
def test_headers_in_six_more_languages(country: str, header: str, row: str) -> None:
    proposal = draft(f"{header}\n{row},3,0\n{row},4,1\n".encode(), "week.csv", country=country)
    place, *_, cases, deaths = header.split(",")
    source = proposal.source
    assert (source["kind"], source["columns"]["place"]["from"]) == ("aggregate", place)
    assert source["columns"]["period"]["as"] in ("year-week", "year-month")
    assert proposal.open_terms == []
    told = source["wide"].get("columns") or list(source["wide"]["headers"])
    assert told == [cases, deaths]


def test_an_undecided_country_is_a_question(tmp_path: Path) -> None:
    found = of_text("area,week,cases\nNorth,1,3\nSouth,1,5\nEast,1,0")
    assert "country" in asked(found)
    assert loaded(found, tmp_path / "new").country == "ZZ"


def test_every_doubtful_guess_is_also_a_question() -> None:
    for found in (of_text(VIETNAMESE_CASES), of_text("a,b\n1,2\n3,4", country="KH")):
        doubtful = {guess.about for guess in found.guesses if guess.confidence < 0.7}
        assert doubtful <= asked(found)


def test_source_yml_carries_the_evidence_as_comments() -> None:
    text = source_text(of_text(VIETNAMESE_CASES))
    assert text.startswith("# Drafted from file.csv.")
    assert "dates.order = 'dmy'" in text
    assert "# To be answered:" in text


def test_an_existing_source_is_never_overwritten(tmp_path: Path) -> None:
    (tmp_path / "source.yml").write_text("id: mine\n", encoding="utf-8")
    with pytest.raises(UserError):
        write(of_text(VIETNAMESE_CASES), tmp_path)
    assert (tmp_path / "source.yml").read_text(encoding="utf-8") == "id: mine\n"


@pytest.mark.parametrize("content", [b"", b"\x89PNG\r\n\x1a\n\0\0", b"PK\x03\x04 cut"])
def test_what_is_no_table_is_told(content: bytes) -> None:
    with pytest.raises(UserError):
        draft(content, "file.csv")


def test_an_unknown_country_is_told() -> None:
    with pytest.raises(UserError, match="not in the registry"):
        of_text(VIETNAMESE_CASES, country="XX")


def test_the_command_prints_one_json_document_and_writes_a_folder(tmp_path: Path) -> None:
    file = tmp_path / "week31.xlsx"
    file.write_bytes(khmer_workbook())
    done = CliRunner().invoke(
        app, ["sources", "draft", str(file), "--country", "KH", "--json", "-o", str(tmp_path / "new")]
    )
    assert done.exit_code == 0, done.output
    said = json.loads(done.stdout)
    assert set(said) == {"file", "source", "crosswalks", "open_terms", "guesses", "questions", "written"}
    assert all({"about", "value", "evidence", "confidence"} == set(guess) for guess in said["guesses"])
    assert Path(said["written"][0]).name == "source.yml"
    assert load_folder(tmp_path / "new")[0].country == "KH"


def test_the_command_prints_source_yml(tmp_path: Path) -> None:
    (tmp_path / "w31.xlsx").write_bytes(khmer_workbook())
    done = CliRunner().invoke(app, ["sources", "draft", str(tmp_path / "w31.xlsx")])
    assert done.exit_code == 0, done.output
    assert "country: KH" in done.stdout


def test_a_published_extract_of_many_countries() -> None:
    path = shared_path("feeds/opendengue/Spatial_extract_WPRO_V1_3.zip")
    found = draft(path, path.name, country="KH")
    assert found.source["calendar"] == "cdc"
    assert found.source["rows"] == {"adm_0_name": ["CAMBODIA"]}
    assert found.source["columns"]["period"]["as"] == "dates"
    assert found.source["columns"]["value"] == "dengue_total"
    assert found.source["columns"]["classification"] == "case_definition_standardised"


@pytest.mark.parametrize("name", ["kh_weekly", "la_cases", "la_weekly", "mm_townships", "th_r506", "vn_cases"])
def test_bundled_samples_are_understood_as_their_authors_declare_them(name: str) -> None:
    """Each field that both name comes from the same column; the rest is asked or left to the author."""
    folder = BUNDLED / name
    [declared] = load_folder(folder)
    [sample, *_] = sorted((folder / "sample").iterdir())
    found = draft(sample, sample.name, country=declared.country)
    assert found.source["kind"] == declared.kind
    assert declared.words.date_order == "ymd" or found.source["dates"]["order"] == declared.words.date_order
    assert set(found.source.get("strip", [])) >= set(declared.strip)
    assert tuple(found.source["read"]["header_rows"]) == declared.layout.header_rows
    if declared.wide:
        assert found.source["wide"]["parts"] == list(declared.wide.parts)
    drafted = {field: columns_of(spec) for field, spec in found.source["columns"].items()}
    theirs = {field: spec.columns for field, spec in declared.columns.items() if spec.columns}
    common = {field for field in drafted.keys() & theirs.keys() if not field.startswith("place")}
    assert {field: drafted[field] for field in common} == {field: theirs[field] for field in common}
    assert len(common) >= 0.7 * len([field for field in theirs if not field.startswith("place")])


def columns_of(spec: Any) -> tuple[str, ...]:
    names = spec.get("from", ()) if isinstance(spec, dict) else spec
    return tuple(names) if isinstance(names, list) else (names,)


def test_the_real_command_drafts_a_file(tmp_path: Path, sampan: Sampan) -> None:
    (tmp_path / "w31.xlsx").write_bytes(khmer_workbook())
    said = sampan("sources", "draft", tmp_path / "w31.xlsx", "--country", "KH", "--json").json
    assert said["source"]["country"] == "KH"
    assert sampan("sources", "draft", tmp_path / "none.xlsx", code=2).out == ""


def test_damaged_files_end_in_a_draft_or_a_clear_refusal(rng: random.Random) -> None:
    whole = "\n".join(line.strip() for line in VIETNAMESE_CASES.strip().splitlines()).encode()
    for _ in range(12):
        bytes_ = bytearray(whole)
        for _ in range(rng.choice((1, 5, 25))):
            at = rng.randrange(len(bytes_))
            bytes_[at : at + rng.randrange(3)] = bytes(rng.choices(range(256), k=rng.randrange(4)))
        try:
            assert source_text(draft(bytes(bytes_), "file.csv", country="VN"))
        except SampanError as told:
            assert told.exit_code == 2


def test_a_list_of_timor_leste_is_known_by_its_tetum_headings(tmp_path: Path) -> None:
    found = of_text(
        """
        Naran;Seksu;Idade;Munisípiu;Data Hahú Moras;Data Notifikasaun;Moras;Klasifikasaun;Rezultadu
        Fulanu A;Mane;3 tinan;Baucau;13/05/2024;15/05/2024;Dengue;Suspeitu;Mate
        Fulanu B;Feto;12 tinan;Ermera;21/05/2024;22/05/2024;Dengue;Konfirmadu;Rekuperadu
        Fulanu C;Mane;40 tinan;Dili;30/05/2024;31/05/2024;Dengue;Provável;Rekuperadu
        """,
        encoding="cp1252",
    )
    columns = loaded(found, tmp_path / "s").columns
    assert (columns["onset_date"].columns, columns["report_date"].columns) == (
        ("Data Hahú Moras",),
        ("Data Notifikasaun",),
    )
    assert {"classification", "outcome", "age"} <= columns.keys()


def test_numbers_that_leave_out_the_sub_totals_only_count_the_rows() -> None:
    found = of_text(
        """
        ລ/ດ,ແຂວງ,ອາທິດ 20,ອາທິດ 21
        1,ຜົ້ງສາລີ,3,4
        2,ອຸດົມໄຊ,5,0
        ,ລວມພາກເໜືອ,8,4
        3,ສາລະວັນ,7,2
        4,ເຊກອງ,1,1
        ,ລວມພາກໃຕ້,8,3
        """,
        country="LA",
    )
    assert guessed(found, "column ລ/ດ") == "running_number"

"""What the gate stops, what it lets pass, and that it never repeats what stands in a cell."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from sampan.harmonise.look import Gate, Stop, doubts, gate
from sampan.harmonise.personal import header_sign, thai_id
from sampan.model.tables import ROW, Column, RawTable
from sampan.vocab import places

TODAY = date(2026, 3, 1)


def table(columns: dict[str, list[str | None]], sheet: str | None = None) -> RawTable:
    height = len(next(iter(columns.values())))
    frame = pl.DataFrame({ROW: pl.Series(range(2, height + 2), dtype=pl.UInt32)} | {
        name: pl.Series(cells, dtype=pl.String) for name, cells in columns.items()
    })  # fmt: skip
    return RawTable(frame, tuple(Column(name, name, at) for at, name in enumerate(columns, 1)), "f.csv", sheet)


def stops(columns: dict[str, list[str | None]], country: str = "KH", **more: object) -> list[Stop]:
    return gate([table(columns)], country, on=TODAY, **more)  # type: ignore[arg-type]  # the test names real options


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        ("Họ và tên", "name"), ("HO_TEN", "name"), ("HoTen", "name"), ("ชื่อ - สกุล", "name"), ("ชื่อผู้ป่วย", "name"),
        ("ឈ្មោះ", "name"), ("ຊື່ ແລະ ນາມສະກຸນ", "name"), ("အမည်", "name"), ("姓名", "name"), ("Patient Name", "name"),
        ("NAME", "name"), ("Số điện thoại", "telephone"), ("SĐT", "telephone"), ("เบอร์โทรศัพท์", "telephone"),
        ("លេខទូរស័ព្ទ", "telephone"), ("ເບີໂທລະສັບ", "telephone"), ("ဖုန်းနံပါတ်", "telephone"), ("联系电话", "telephone"),
        ("Số CCCD", "identity"), ("เลขบัตรประชาชน", "identity"), ("身份证号", "identity"), ("NRC No.", "identity"),
        ("HN", "hospital_number"), ("Số bệnh án", "hospital_number"), ("住院号", "hospital_number"),
        ("E-mail", "email"), ("Địa chỉ", "address"), ("ที่อยู่", "address"), ("ADDRESS", "address"),
    ],
)  # fmt: skip
def test_headers_of_seven_languages(header: str, kind: str) -> None:
    (stop,) = stops({header: ["x", "y"]})
    assert (stop.kind, stop.column, stop.header) == (kind, "A", header)


@pytest.mark.parametrize(
    "header",
    ["Province", "Tên bệnh", "Tên tỉnh", "ชื่อโรค", "จังหวัด", "โรงพยาบาล", "病名", "Disease name", "Cases", "Số mắc",
     "ខេត្ត", "ແຂວງ", "မြို့နယ်", "Age", "Ngày khởi phát", "Hospital", "Week", "adm_0_name", "full_name_of_province_x"],
)  # fmt: skip
def test_other_headers_pass(header: str) -> None:
    assert [stop.kind for stop in stops({header: ["x", "y"]})] in ([], ["name"] if "full_name" in header else [])


def thai_ids(count: int) -> list[str]:
    found = (f"11017002{number:05d}" for number in range(100_000))
    valid = [digits for digits in found if thai_id(digits)]
    return valid[:count]


@pytest.mark.parametrize(
    ("values", "country", "kind"),
    [
        (thai_ids(5), "TH", "identity"),
        ([f"{d[0]}-{d[1:5]}-{d[5:10]}-{d[10:12]}-{d[12]}" for d in thai_ids(5)], "TH", "identity"),
        (["001099012345", "079201004567", "031188000001"], "VN", "identity"),
        (["0912 345 678", "0987.654.321", "0356789012"], "VN", "telephone"),
        (["081-234-5678", "๐๘๙๑๒๓๔๕๖๗", "02-123-4567"], "TH", "telephone"),
        (["012 345 678", "០៩៧១២៣៤៥៦៧", "092345678"], "KH", "telephone"),
        (["+855 12 345 678", "x", "y"], "LA", "telephone"),
        (["11010519491231002X", "x"], "CN", "identity"),
        (["12/OuKaMa(N)123456", "9/MaHaMa(N)654321"], "MM", "identity"),
        (["a.b@example.org", "none", "none2"], "KH", "email"),
        (["HN 12345/67", "HN 22345/67", "HN 32345/67"], "TH", "hospital_number"),
        (["นายสมชาย ใจดี", "นางสาวมาลี ศรีสุข", "ด.ช.ปิติ ชูใจ"], "TH", "name"),
        (["Nguyễn Văn An", "Trần Thị Bình", "Lê Văn Cường", "Phạm Thị Dung", "Võ Minh Em"], "VN", "name"),
        (["王小明", "李丽", "张伟强", "刘洋", "陈静"], "CN", "name"),
        (["Sok Dara", "Chea Sophea", "Keo Vanna", "Heng Bopha", "Meas Rith"], "KH", "name"),
        (["Daw Khin", "U Ba", "Ko Aung"], "MM", "name"),
        (["stable", "call mother, tel 012 345 678", "moved"], "KH", "telephone"),
    ],
)  # fmt: skip
def test_content_tells_without_any_header(values: list[str], country: str, kind: str) -> None:
    (stop,) = stops({"c7": values}, country)
    assert (stop.kind, stop.header) == (kind, None)
    assert not any(value in stop.sentence for value in values)


@pytest.mark.parametrize(
    ("values", "country"),
    [
        (["Trần Thị Bé", None, "Lê Văn Tám", None, "Trần Thị Bé", "Trần Thị Bé"], "VN"),
        (["BS Nguyễn Minh Tuấn", "Pham Van Ba"], "VN"),
        (["âm tính", "dương tính", "Phạm Thị Hương", "Đỗ Văn Hùng", "Vũ Đức Long", "không", "1", "2"], "VN"),
        (["สมชาย ใจดี", "สมหญิง รักไทย"] * 4, "TH"),
        (["សុខ សុភា", "ចាន់ ដារ៉ា"] * 4, "KH"),
        (["Sok Sophea", "Chan Dara"] * 4, "KH"),
        (["ບຸນມີ ວົງສາ", "ຄຳພັນ ສີສະຫວາດ"] * 4, "LA"),
        (["အောင်ကျော်မင်း", "ခင်မာအေး"], "MM"),
        (["Aung Kyaw Min", "Khin Mar Aye", "-"] * 4, "MM"),
        (["Ahmad bin Ali", "Siti binti Omar"], "MY"),
        (["Maria Santos", "Juan dela Cruz"], "PH"),
    ],
)
def test_a_few_names_however_often_repeated(values: list[str | None], country: str) -> None:
    (stop,) = stops({"c7": values}, country)
    assert (stop.kind, stop.header) == ("name", None)


@pytest.mark.parametrize("code", ["KH", "VN", "LA", "TH", "MM", "CN", "MY", "ID", "PH", "SG", "BN", "TL"])
def test_no_column_of_places_is_taken_for_names(code: str) -> None:
    """Every name of every unit, and of the villages and towns beside them, in all scripts; and few of them repeated."""
    country = places.registry().registry.country(code)
    named: dict[str, list[str | None]] = {}
    for name in country.names:
        level = country.places[name.place][-1].level if name.place in country.places else 0
        named.setdefault(f"{name.language} {level}", []).append(name.text)
    named["near"] = list(country.near)
    for key, values in named.items():
        few = [value for value in values[:4] for _ in range(9)]
        assert (key, [stops({"c7": several}, code) for several in (values, few) if several]) == (
            key, [[] for several in (values, few) if several],
        )  # fmt: skip


@pytest.mark.parametrize(
    "values",
    [
        ["Bệnh viện Chợ Rẫy", "BV Nguyễn Tri Phương", "TTYT Huyện Tân Châu"],
        ["Phường Võ Thị Sáu", "Nguyễn Cư Trinh", "Đa Kao", "Bến Nghé", "Tân Định", "Cầu Kho"],
        ["ជា សះស្បើយ", "ស្លាប់"],
        ["登革热", "疟疾", "霍乱", "麻疹", "白喉", "黄热病", "高血压"],
        ["ปกติ", "ผิดปกติ", "รอผล", "ไม่ทราบผล"],
        ["Học sinh", "Nông dân", "Nội trợ"],
        ["Aung Chan Thar", "Shwe Pyi Thar", "Hlaing Thar Yar", "Myo Thit"],
        ["San Jose", "Santa Maria", "San Juan", "Rosario", "Jose Panganiban"],
        [f"{n:013d}" for n in range(1_000_000_000_000, 1_000_000_000_060)],  # serial numbers: one in ten fits by chance
        ["01/02/2567", "02/02/2567", "03/02/2567"],
        ["Hà Nội", "Hồ Chí Minh", "Đà Nẵng", "Cao Bằng", "Sơn La", "Nghệ An", "Huế", "Quảng Ninh"],
        ["Phnom Penh", "Kampong Cham", "Prey Veng", "Svay Rieng", "Takeo", "Kandal", "Kampot", "Kep"],
        ["昆明市", "玉溪市", "曲靖市", "保山市", "云南省", "马龙区"],
        ["กรุงเทพมหานคร", "เชียงใหม่", "นครราชสีมา", "ลำปาง"],
        ["12", "0", "305", "1.234", "-"],
        ["VN2024-0001", "VN2024-0002", "VN2024-0003"],
        [None, None, None],
    ],
)
def test_places_dates_and_numbers_pass(values: list[str | None]) -> None:
    assert stops({"c7": values}, "VN") == []


def test_declared_columns_pass() -> None:
    columns: dict[str, list[str | None]] = {"ชื่อ": ["ก", "ข"], "HN": ["1", "2"]}
    assert [stop.kind for stop in stops(columns, "TH", declared={"ชื่อ"})] == ["hospital_number"]
    assert stops(columns, "TH", declared={"ชื่อ", "HN"}) == []


SECRET: dict[str, list[str | None]] = {
    "Tỉnh": ["An Giang", "Tây Ninh"],
    "Bệnh": ["Sốt xuất huyết", "Bệnh truyền nhiễm nguy hiểm mới nổi chưa rõ tác nhân"],
    "Số mắc": ["5", "12"],
}


def test_secret_text_stops_until_published() -> None:
    (stop,) = stops(SECRET, "VN")
    assert (stop.kind, stop.column, stop.rows, stop.law) == (
        "vn-440-2024-figures", "B", (3,), "Decision 440/QD-TTg of 22 May 2024",
    )  # fmt: skip
    assert "mới nổi" not in stop.sentence
    assert stops(SECRET, "VN", lifted={"vn-440-2024-figures"}) == []
    assert stops(SECRET, "VN", declared={"Bệnh"}) == [stop]


def test_the_law_of_the_day_and_country_holds() -> None:
    assert stops(SECRET, "KH") == []
    (older,) = gate([table(SECRET)], "VN", on=date(2023, 1, 1))
    assert older.kind == "vn-1295-2020-figures"
    assert gate([table(SECRET)], "VN", on=date(2019, 1, 1)) == []


def test_secret_header_and_sheet_of_a_wide_layout() -> None:
    wide = table({"Tỉnh": ["An Giang"], "BỆNH LẠ / Số mắc": ["1"]}, sheet="Benh la")
    assert [(stop.column, stop.rows) for stop in gate([wide], "VN", on=TODAY)] == [(None, ()), ("B", ())]


def test_attributes_are_asked_about_not_stopped() -> None:
    columns: dict[str, list[str | None]] = {"Nghề nghiệp": ["x"], "เชื้อชาติ": ["y"]}
    assert stops(columns) == []
    kinds = [(stop.kind, stop.severity) for stop in doubts(table(columns), Gate("VN", on=TODAY))]
    assert kinds == [("occupation", "ask"), ("ethnic_group", "ask")]


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        ("Nama Pasien", "name"), ("No. HP", "telephone"), ("NIK", "identity"), ("No. Kad Pengenalan", "identity"),
        ("Pangalan ng pasyente", "name"), ("Nome", "name"), ("Endereço", "address"), ("Nom et prénom", "name"),
        ("Naran", "name"), ("Nama Kabupaten", None), ("Nom de la province", None), ("Rumah Sakit", None),
        ("Nome do município", None), ("Numéro de semaine", None),
    ],
)  # fmt: skip
def test_headers_of_persons_in_six_more_languages(header: str, kind: str | None) -> None:
    sign = header_sign(header)
    assert (sign.kind if sign else None) == kind

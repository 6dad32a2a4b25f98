"""A listed name is taken, a doubtful one is asked about, and what is no place is none."""

from __future__ import annotations

import unicodedata
from datetime import date
from pathlib import Path

import pytest

from sampan.model.errors import UserError
from sampan.vocab.places import registry, resolve


def _one(name: str | None, country: str, **narrowed: object) -> tuple[str | None, str | None, str]:
    (found,) = resolve([name], country=country, **narrowed)  # type: ignore[arg-type]  # narrowed by the test's words
    assert found.name == (name or "")
    return found.place, found.unit, found.how


@pytest.mark.parametrize(
    ("country", "name", "place"),
    [
        ("KH", "បាត់ដំបង", "KH-2"),
        ("KH", "ខេត្តបាត់ដំបង", "KH-2"),
        ("KH", "BATTAMBANG", "KH-2"),
        ("KH", "Battambang City", "KH-0203"),
        ("KH", "Tboung\u200bKhmum", "KH-25"),
        ("VN", unicodedata.normalize("NFD", "Tỉnh Đắk Lắk"), "VN-33"),
        ("VN", "DAK LAK", "VN-33"),
        ("VN", "TP. HCM", "VN-SG"),
        ("VN", "THUA THIEN - HUE", "VN-26"),
        ("VN", "Thành phố Tây Ninh", "VN-703"),
        ("TH", "จังหวัดเชียงใหม่", "TH-50"),
        ("TH", "จ.เชียงใหม่", "TH-50"),
        ("TH", "BUNGKAN", "TH-38"),
        ("LA", "ແຂວງຫຼວງພະບາງ", "LA-LP"),
        ("LA", "VIENTIANE CAPITAL [PREFECTURE]", "LA-VT"),
        ("MM", "ကခ်င္ျပည္နယ္", "MM-11"),
        ("MM", "BAGO (W", "MMR008"),
        ("MM", "SHAN (N)", "MMR015"),
        ("CN", "云南省", "CN-YN"),
        ("CN", "西双版纳", "CN-532800"),
        ("ID", "KALIMANTAN SELATA", "ID-KS"),
        ("PH", "REGION 4", "PH-04"),
        ("PH", "REGION IV-A (CALABARZON)", "PH-40"),
        ("SG", "CENTRAL SINGAPORE", "SG-01"),
        ("BN", "BRUNEI MUARA DISTRICT", "BN-BM"),
        ("TL", "LIQUICA", "TL-LI"),
        ("KH", "Cambodia", "KH"),
        ("LA", "Borikhane", "LA-BL-BOLIKHANH"),
        ("TH", "ศรีษะเกษ", "TH-33"),
    ],
)
def test_places(country: str, name: str, place: str) -> None:
    assert _one(name, country)[0] == place


@pytest.mark.parametrize(
    ("country", "name", "how"),
    [
        ("LA", "Vientiane", "ask"),
        ("LA", "VIENTIANE CAPITAL", "ask"),
        ("LA", "Xaisomboun", "ask"),
        ("VN", "Châu Thành", "ask"),
        ("VN", "Quảng Nanh", "ask"),
        ("MY", "WPKL & Putrajaya", "ask"),
        ("TH", "ตากและลำปาง", "ask"),
        ("CN", "Jiangxu", "ask"),
        ("CN", "大理市", "ask"),  # a city within the prefecture of Dali
        ("CN", "Chuxiong City", "ask"),
        ("KH", "បាត់ដំបង១", "none"),
        ("KH", "Kampong Ch", "ask"),
        ("ID", "SUMATERA", "none"),
        ("VN", "Sốt xuất huyết", "none"),
        ("VN", "BV An Giang", "none"),
        ("KH", "Kampong Cham Provincial Hospital", "none"),
        ("KH", "Thailand", "none"),
        ("TH", "รวมทั้งประเทศ", "none"),
        ("TH", "เรือนจำ", "none"),
        ("KH", "Unknown", "none"),
        ("KH", "12", "none"),
        ("PH", "National", "none"),
        ("PH", "Nacional", "none"),
        ("KH", "  ", "none"),
        ("KH", None, "none"),
    ],
)
def test_questions_and_no_places(country: str, name: str | None, how: str) -> None:
    assert _one(name, country) == (None, None, how)


def test_a_changed_territory_is_the_code_with_its_units_until_a_day_is_given() -> None:
    (found,) = resolve(["Tây Ninh"], country="VN")
    assert (found.place, found.unit, found.candidates) == (
        "VN-37",
        None,
        ("VN-37@0001-01-01", "VN-37@2025-07-01"),
    )
    assert _one("Tây Ninh", "VN", on=date(2025, 6, 30))[1] == "VN-37@0001-01-01"
    assert _one("Tây Ninh", "VN", on=date(2025, 7, 1))[1] == "VN-37@2025-07-01"


def test_a_unit_that_is_no_more_is_told_and_never_moved() -> None:
    (found,) = resolve(["Long An"], country="VN", on=date(2025, 8, 1))
    assert (found.place, found.unit, found.candidates) == ("VN-41", None, ("VN-37@2025-07-01",))


def test_xaisomboun_twice() -> None:
    assert _one("Xaisomboun", "LA", on=date(2005, 1, 1))[1] == "LA-XN@0001-01-01"
    assert _one("Xaisomboun", "LA", on=date(2010, 1, 1))[2] == "ask"
    assert _one("Xaisomboun", "LA", on=date(2014, 1, 1))[1] == "LA-XS@2013-12-13"


def test_parent_and_level_narrow() -> None:
    assert _one("Châu Thành", "VN", parent="Tây Ninh")[0] == "VN-708"
    assert _one("Châu Thành", "VN", parent="VN-37")[0] == "VN-708"
    assert _one("Battambang", "KH", level=2)[0] == "KH-0203"
    assert _one("Châu Thành, Tây Ninh", "VN")[0] == "VN-708"


def test_a_hierarchy_without_a_list_is_there_and_empty() -> None:
    assert _one("Battambang", "KH", hierarchy="operational-district")[2] == "none"
    with pytest.raises(UserError, match="no hierarchy"):
        _one("Battambang", "KH", hierarchy="diocese")


def test_unknown_country() -> None:
    with pytest.raises(UserError, match="no country"):
        _one("Battambang", "XX")


@pytest.mark.parametrize(
    ("country", "name"),
    [
        ("VN", "HẬ GIANG"),  # Hậu Giang or Hà Giang, one letter with its mark from each
        ("TH", "Amnat"),  # a beginning that a province shares with its districts is a question
        ("CN", "San-kiang"),  # a county of Guangxi, one letter from Sinkiang
        ("KH", "อุดงมีชัย"),  # a town of Kampong Speu, a letter from Otdar Meanchey
        ("LA", "VTE"),  # the capital and the province
    ],
)
def test_what_marks_or_other_towns_make_doubtful_is_not_taken(country: str, name: str) -> None:
    assert _one(name, country)[0] is None


@pytest.mark.parametrize(
    ("country", "name", "place"),
    [
        ("VN", "Quảng Ngai", "VN-29"),
        ("VN", "Bac Kạn", "VN-53"),
        ("TL", "Município Aileu", "TL-AL"),
        ("MY", "Perak Darul Ridzuan", "MY-08"),
        ("MY", "Federal Territory of Kuala Lumpur", "MY-14"),
    ],
)
def test_careless_marks_and_full_styles_are_read(country: str, name: str, place: str) -> None:
    assert _one(name, country)[0] == place


@pytest.mark.parametrize("order", [1, -1])
def test_what_programs_write_for_nothing_is_no_place(order: int, tmp_path: Path) -> None:
    told = {"Nan.": "TH-55", "NAN ": "TH-55", "nan": None, "nan ": None, "NaN": None}
    names = list(told)[::order]
    places = registry(tmp_path)  # a gazetteer of its own, that was asked nothing yet
    assert {found.name: found.place for found in places.resolve(names, country="TH")} == told


@pytest.mark.parametrize(
    ("country", "name", "place"),
    [
        ("CN", "云南省昆明市", "CN-530100"),
        ("CN", "昆明市, 云南省", "CN-530100"),
        ("CN", "Kunming, Yunnan", "CN-530100"),
        ("CN", "Yunnan Province Kunming City", "CN-530100"),
        ("CN", "广西壮族自治区柳州市", "CN-450200"),  # near to the name of its region, and not it
        ("VN", "Huyện Đức Hòa, tỉnh Long An", "VN-802"),
        ("VN", "Tỉnh Long An, Huyện Đức Hòa", "VN-802"),
        ("VN", "Long An - Đức Hòa", "VN-802"),
        ("VN", "Huyện Châu Thành tỉnh Long An", "VN-808"),  # of many of that name, the one of that province
        ("VN", "Trà Vinh Huyện Châu Thành", "VN-847"),
        ("VN", "Việt Nam, Hà Nội", "VN-HN"),
        ("KH", "ខេត្តកំពត ស្រុកឈូក", "KH-0703"),
        ("KH", "ខេត្តកំពតស្រុកឈូក", "KH-0703"),
        ("KH", "ក្រុងកំពត ខេត្តកំពត", "KH-0708"),
        ("TH", "อ.เมือง จ.เลย", "TH-4201"),
        ("TH", "อ.เมือง, จ.เลย", "TH-4201"),
        ("TH", "จังหวัดเลย อำเภอวังสะพุง", "TH-4209"),
        ("MM", "Myawaddy Township Kayin State", "MMR003005"),
    ],
)
def test_a_unit_beside_the_unit_above_it(country: str, name: str, place: str) -> None:
    (found,) = resolve([name], country=country)
    assert found.place == place, found


@pytest.mark.parametrize(
    ("country", "name"),
    [
        ("VN", "Long An, Tay Ninh"), ("VN", "Long An Tay Ninh"), ("VN", "Đức Hòa, Tây Ninh"), ("KH", "Kep, Kampot"),
        ("KH", "Kampot Kep"), ("KH", "Kampot Kampot"), ("CN", "云南广东"), ("CN", "云南省广州市"), ("CN", "Kunming Guangdong"),
        ("TH", "จ.เลย จ.น่าน"), ("LA", "La ຈໍາປາສັກ"), ("LA", "ອຸດົມໄຊຍ໌, La"), ("VN", "Xã Tân Phú, Đức Hòa, Long An"),
        ("CN", "Kunming Hospital"), ("CN", "云南省昆明医院"), ("VN", "Bệnh viện Đức Hòa Long An"), ("KH", "Prison of Kampot"),
        ("VN", "Bệnh viện Long An"), ("KH", "Chhuk River Kampot"), ("KH", "មន្ទីរពេទ្យស្រុកឈូក ខេត្តកំពត"),
        ("TH", "โรงพยาบาลวังสะพุง เลย"),
    ],
)  # fmt: skip
def test_two_units_and_things_at_a_place_are_no_unit_beside_another(country: str, name: str) -> None:
    (found,) = resolve([name], country=country)
    assert found.place is None, found


def test_a_parent_in_the_name_does_not_overrule_the_parent_asked_for() -> None:
    for name in ("Đức Hòa, Long An", "Huyện Đức Hòa tỉnh Long An"):
        (elsewhere,) = resolve([name], country="VN", parent="VN-37")
        (there,) = resolve([name], country="VN", parent="VN-41")
        assert (elsewhere.place, there.place) == (None, "VN-802")


@pytest.mark.parametrize(
    ("country", "name", "place"),
    [
        ("TH", "Chiang Mai 50000", "TH-50"),
        ("TH", "จังหวัดสงขลา ๙๐๐๐๐", "TH-90"),
        ("KH", "ភ្នំពេញ 12000", "KH-12"),
        ("VN", "HÀ NỘI, 100000", "VN-HN"),
        ("TH", "Prison 50000", None),
        ("TH", "50000", None),
        ("TH", "Chiang Mai 2024", None),
        ("TH", "à¹€à¸Šà¸µà¸¢à¸‡à¹ƒà¸«à¸¡à¹ˆ", "TH-50"),
        ("TH", "à¹„à¸¡à¹ˆà¸—à¸£à¸²à¸š", None),  # "not known", encoded twice
        ("LA", "Savanakhet Province, Lao PDR", "LA-SV"),
        ("MM", "Naypyidaw, Myanmar", "MM-18"),
        ("BN", "Temburong, Brunei Darussalam", "BN-TE"),
    ],
)
def test_a_postcode_a_country_or_a_second_encoding_hides_no_place(country: str, name: str, place: str | None) -> None:
    assert resolve([name], country=country)[0].place == place


@pytest.mark.parametrize(
    ("country", "name", "place"),
    [
        ("MM", "Sagaing Div.", "MM-01"),
        ("MM", "Naypyitaw UT", "MM-18"),
        ("CN", "Guangxi Zhuang A.R.", "CN-GX"),
        ("VN", "T. Long An", "VN-41"),
        ("KH", "Kpg. Cham", "KH-3"),
        ("VN", "T.", None),
        ("MM", "Div.", None),
        ("MM", "U.T.", None),
    ],
)
def test_a_word_of_kind_cut_short_is_still_one(country: str, name: str, place: str | None) -> None:
    assert resolve([name], country=country)[0].place == place

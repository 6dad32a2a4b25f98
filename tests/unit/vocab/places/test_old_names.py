"""Names of old maps, newspapers, neighbours and typists: the same places, and what only looks like them is asked."""

from __future__ import annotations

import pytest

from sampan.vocab.places import registry

OLD = {
    "KH": {"KH-12": "Nam Vang|金边|Phnôm Pênh", "KH-18": "Kampong Saom|Kompong Som", "KH-24": "Pailin Municipality",
           "KH-17": "Siem Reab|Xiêm Riệp|เสียมเรียบ", "KH-1": "Banteay Mean Chey", "KH-6": "Kompong Thom|Kg. Thom|K. Thom"},
    "VN": {"VN-DN": "Tourane", "VN-SG": "Sài Gòn|Saigon|西贡|ព្រៃនគរ|TPHCM", "VN-21": "Thanh Hoá|THANH HÓA|ThanhHoá",
           "VN-33": "Darlac|Đắc Lắc", "VN-37": "តៃនិញ", "VN-268": "Hà Đông|HàĐông"},
    "LA": {"LA-LP": "Luang Phrabang|Luangprabang|ຫລວງພຣະບາງ", "LA-SV": "Savannaket|Savanakhet", "LA-AT": "Attopu",
           "LA-XI": "Xieng Khouang|Trấn Ninh", "LA-KH": "Khammuan|ຄໍາມ່ວນ", "LA-XA": "Sayabouli", "LA-CH-PAKSE": "Paksé"},
    "TH": {"TH-10": "Krung Thep|กทม.|ບາງກອກ|បាងកក", "TH-50": "清迈|Chiengmai", "TH-30": "Korat|โคราช",
           "TH-34": "Ubol Ratchathani", "TH-90": "Singora", "TH-43": "ໜອງຄາຍ", "TH-9011": "Haad Yai"},
    "MM": {"MM-02": "Pegu", "MM-16": "Arakan", "MM-13": "Karen|Kayin", "MM-05": "Tenasserim", "MM-18": "内比都|NPT",
           "MM-06": "Rangoon"},
    "CN": {"CN-YN": "滇|Yün-nan|Vân Nam", "CN-GX": "桂|Kwangsi|Quảng Tây|กว่างซี", "CN-SC": "Szechwan|川"},
    "MY": {"MY-07": "Pulau Pinang|槟城", "MY-11": "Trengganu"},
    "ID": {"ID-YO": "Djokjakarta|DIY", "ID-MA": "Moluccas"},
    "PH": {"PH-WSA": "Western Samar", "PH-MSR": "Mis. Or.", "PH-ZAS": "Zambo. del Sur"},
    "SG": {"SG-02": "Timur Laut|东北区", "SG-01": "Central Singapore CDC"},
    "TL": {"TL-OE": "Oekusi"},
}  # fmt: skip
TOWNS = {
    "MMR011001": "Moulmein",
    "MMR012001": "Akyab",
    "MMR006005": "Mergui",
    "MMR006001": "Tavoy",
    "MMR017001": "Bassein",
}
ASKED = {
    "LA": ("Vientiane", "Vientiane Capital", "Xaisomboun"),
    "CN": ("江", "北"),
    "VN": ("Vĩnh", "Sơn Đông"),
    "KH": ("Kampong",),
}


@pytest.mark.parametrize("country", OLD)
def test_a_place_under_its_other_names(country: str) -> None:
    wanted = [(name, place) for place, names in OLD[country].items() for name in names.split("|")]
    found = registry().resolve([name for name, _ in wanted], country=country)
    assert [(one.name, one.place) for one in found] == wanted


def test_towns_of_myanmar_under_their_old_names() -> None:
    found = registry().resolve(list(TOWNS.values()), country="MM", level=3)
    assert [one.place for one in found] == list(TOWNS)


@pytest.mark.parametrize("country", ASKED)
def test_what_only_looks_like_a_place_is_not_taken(country: str) -> None:
    assert [one.place for one in registry().resolve(ASKED[country], country=country)] == [None] * len(ASKED[country])

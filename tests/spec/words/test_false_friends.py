"""Words that look like another disease. Each pair has cost somebody a wrong map."""

from __future__ import annotations

import pytest

from sampan.vocab.conditions import covers, resolve


def meaning(word: str) -> str:
    """The condition a word resolves to, or its problem."""
    [reading] = resolve([word])
    return str(reading.value or reading.problem)


@pytest.mark.parametrize(
    ("language", "word", "means"),
    [
        ("vi", "sốt xuất huyết", "dengue"),  # literally "haemorrhagic fever"
        ("th", "ไข้เลือดออก", "dhf-1997"),  # the haemorrhagic form only
        ("lo", "ໄຂ້ເລືອດອອກ", "dengue"),
        ("km", "គ្រុនឈាម", "dengue"),  # literally "blood fever"
    ],
)
def test_haemorrhagic_fever_in_four_languages_is_dengue(language: str, word: str, means: str) -> None:
    """In Vietnamese, Thai, Lao and Khmer the word says "bleeding fever" and means dengue, never Ebola and its kin."""
    assert meaning(word) == means
    assert covers("dengue", means), language
    assert not covers("viral-haemorrhagic-fever", means)


@pytest.mark.parametrize(
    ("word", "means"),
    [
        ("ໄຂ້ຍຸງ", "malaria"),  # "mosquito fever"
        ("ໄຂ້ຍຸງລາຍ", "dengue"),  # "striped-mosquito fever"
        ("ငှက်ဖျား", "malaria"),  # "bird fever"
        ("ကြက်ငှက်တုပ်ကွေး", "avian-influenza"),
        ("တုပ်ကွေး", "influenza"),
        ("သွေးလွန်တုပ်ကွေး", "dengue"),  # "influenza with too much blood"
        ("sốt rét", "malaria"),  # "cold fever"
        ("sốt vàng", "yellow-fever"),
        ("xoắn khuẩn vàng da", "leptospirosis"),  # "jaundice spirochaete", no hepatitis
        ("ไข้หวัดใหญ่", "influenza"),
        ("ไข้หวัดนก", "avian-influenza"),
        ("ไข้เลือดออกไครเมียนคองโก", "crimean-congo"),
        ("ไข้รากสาดน้อย", "typhoid"),
        ("ไข้รากสาดใหญ่", "scrub-typhus"),
        ("登革热", "dengue"),
        ("流行性出血热", "hfrs"),  # "epidemic haemorrhagic fever": hantavirus
        ("疟疾", "malaria"),
        ("痢疾", "acute-bloody-diarrhoea"),
        ("黑热病", "visceral-leishmaniasis"),  # "black fever"
        ("脑炎", "encephalitis"),
        ("脑膜炎", "meningitis"),
    ],
)
def test_words_that_hold_another_disease(word: str, means: str) -> None:
    """The part is not the whole: a bird in the name does not make it avian influenza."""
    assert meaning(word) == means


def test_a_bare_bleeding_fever_is_asked_about() -> None:
    """In English and Chinese the bare words can mean several things; nobody guesses."""
    assert [meaning(word) for word in ("haemorrhagic fever", "出血热", "Dengue fever")] == ["ambiguous"] * 3


def test_a_local_code_means_what_its_country_says() -> None:
    """Viet Nam prints hand, foot and mouth disease as A08.4, which elsewhere is an intestinal infection."""
    [at_home] = resolve(["A08.4"], country="VN")
    [elsewhere] = resolve(["A08.4"], country="KH")
    assert (at_home.value, elsewhere.value) == ("hfmd", "other-infectious-diarrhoea")

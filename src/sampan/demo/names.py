"""Invented names in five scripts, put together from common words so that each has a known romanisation.

None is a real district: tests compare them with the registries. The words mean cloud, mist, firefly, star,
lotus and the like; a name is one word of kind (hill, stream, field) and one of these.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np


@dataclass(frozen=True)
class Name:
    """A name as its country writes it, and in Latin letters."""

    native: str
    latin: str


@dataclass(frozen=True)
class Words:
    """What the names of one country are made of; `gap` stands between the two words in its script."""

    language: str
    gap: str
    first: dict[str, str]  # native -> Latin
    second: dict[str, str]


WORDS = {
    "km": Words(
        "km",
        "",
        {"វាល": "Veal", "ភ្នំ": "Phnum", "អូរ": "Ou", "ទួល": "Tuol", "ស្ទឹង": "Stueng", "ព្រៃ": "Prei"},
        {
            "ពពក": "Popok", "ផ្កាយ": "Phkay", "រន្ទះ": "Ronteah", "ឥន្ទធនូ": "Entathnou", "ដំបូក": "Dambouk",
            "អណ្ដើក": "Andaeuk", "ទន្សាយ": "Tunsay", "មេអំបៅ": "Meambav",
        },
    ),
    "vi": Words(
        "vi",
        " ",
        {"Thạch": "Thach", "Đồng": "Dong", "Vân": "Van", "Khe": "Khe", "Ngọc": "Ngoc", "Nguyệt": "Nguyet"},
        {
            "Sương": "Suong", "Cầu Vồng": "Cau Vong", "Đom Đóm": "Dom Dom", "Hạc Trắng": "Hac Trang",
            "Bướm": "Buom", "Ánh Sao": "Anh Sao", "Lưu Ly": "Luu Ly", "Gió Lành": "Gio Lanh",
        },
    ),
    "lo": Words(
        "lo",
        "",
        {"ພູ": "Phou", "ຫ້ວຍ": "Houay", "ດອນ": "Done", "ທົ່ງ": "Thong", "ແກ້ງ": "Keng", "ທ່າ": "Tha"},
        {
            "ຮຸ້ງ": "Houng", "ຂີ້ເຝື້ອ": "Khifeua", "ໝອກ": "Mok", "ດາວຕົກ": "Daotok", "ກະຕ່າຍ": "Katai",
            "ແມງກະເບື້ອ": "Mengkabeua", "ຟ້າແມບ": "Famep", "ເຕົ່າທອງ": "Taothong",
        },
    ),
    "th": Words(
        "th",
        "",
        {"ภู": "Phu", "ธาร": "Than", "ทุ่ง": "Thung", "ดอน": "Don", "โคก": "Khok", "ท่า": "Tha"},
        {
            "หิ่งห้อย": "Hinghoi", "สายรุ้ง": "Sairung", "ดาวตก": "Daotok", "หมอกขาว": "Mokkhao", "ผีเสื้อ": "Phisuea",
            "กระต่าย": "Kratai", "ฟ้าแลบ": "Falaep", "นกยูงเงิน": "Nokyungngoen",
        },
    ),
    "my": Words(
        "my",
        "",
        {"တောင်": "Taung", "ချောင်း": "Chaung", "လွင်": "Lwin", "ကျွန်း": "Kyun", "ရွာ": "Ywa", "ကန်": "Kan"},
        {
            "တိမ်": "Tein", "မြူ": "Myu", "လိပ်ပြာ": "Leikpya", "ယုန်": "Yon", "ကြယ်": "Kye", "မီးပျံ": "Mipyan",
            "သက်တံ": "Thettan", "ဒေါင်း": "Daung",
        },
    ),
}  # fmt: skip


def invent(language: str, count: int, random: np.random.Generator) -> list[Name]:
    """`count` different names of one language, in an order that the generator draws."""
    words = WORDS[language]
    pairs = list(product(words.first.items(), words.second.items()))
    assert count <= len(pairs), (count, len(pairs))
    chosen = random.permutation(len(pairs))[:count]
    return [_joined(pairs[index], words) for index in chosen]


def _joined(pair: tuple[tuple[str, str], tuple[str, str]], words: Words) -> Name:
    (first, first_latin), (second, second_latin) = pair
    return Name(f"{first}{words.gap}{second}", f"{first_latin} {second_latin}")

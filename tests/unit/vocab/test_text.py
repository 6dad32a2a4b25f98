"""Folding forgets how a word was typed, never what it says."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sampan.vocab.text import compact, fold, fold_gently, native_digits, squeeze, to_unicode
from sampan.vocab.zawgyi import burmese_encoding, zawgyi_to_unicode


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("Tỉnh Bà Rịa - Vũng Tàu", "tinh ba ria vung tau"),
        (unicodedata.normalize("NFD", "Đắk Lắk"), "dak lak"),
        ("ĐẮK LẮK", "dak lak"),
        ("Kâmpóng Cham", "kampong cham"),
        ("Tboung\u200bKhmum", "tboungkhmum"),
        ("Mu'ang Xay", "muang xay"),
        ("BAGO (W", "bago w"),
        ("อำเภอ", unicodedata.normalize("NFC", unicodedata.normalize("NFKC", "อำเภอ"))),
        ("ຫຼວງນ້ຳທາ", fold("ຫຼວງນໍ້າທາ")),
        ("សប្ដាហ៍", fold("សប្តាហ៍")),
        ("เเพร่", "แพร่"),
        ("雲南", "云南"),
        ("   ", ""),
    ],
)
def test_fold(typed: str, folded: str) -> None:
    assert fold(typed) == folded


def test_marks_of_other_scripts_are_letters_and_stay() -> None:
    assert fold("ខេត្តកែប") != fold("ខតតកប")
    assert fold("แพร่") != fold("แพร")


def test_gentle_folding_tells_tones_apart() -> None:
    assert fold_gently("TẢ") == "tả" != fold_gently("ta")
    assert fold("TẢ") == fold("ta")


def test_digits_of_five_scripts() -> None:
    assert native_digits("៣១/๐๗/໒໐໒໕ ၂၀၂၅ ２") == "31/07/2025 2025 2"


def test_zawgyi_is_seen_and_turned() -> None:
    assert burmese_encoding("မႏၲေလး") == "zawgyi"
    assert to_unicode("မႏၲေလး") == "မန္တလေး"
    assert to_unicode("မန္တလေး") == "မန္တလေး"
    assert to_unicode("Mandalay") == "Mandalay"
    assert zawgyi_to_unicode("ျမန္မာ") == "မြန်မာ"


def test_a_burmese_zero_typed_for_wa() -> None:
    assert fold("ဧရာ၀တီ") == fold("ဧရာဝတီ")
    assert fold("၂၀၁၄") == "2014"


def test_squeeze_and_compact() -> None:
    assert squeeze("a\u200b b\u00a0 c\ufeff\x00") == "a b c"
    assert compact("Buri Ram") == compact("BURIRAM") == "buriram"


@given(st.text(max_size=40))
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(alphabet=st.characters(min_codepoint=0x41, max_codepoint=0x1EF9, categories=("L", "Zs")), max_size=30))
def test_composition_never_matters(text: str) -> None:
    assert fold(unicodedata.normalize("NFD", text)) == fold(unicodedata.normalize("NFC", text))


@given(st.text(alphabet=st.characters(max_codepoint=0x7F), max_size=30))
def test_the_short_way_of_plain_letters_says_what_the_long_way_says(text: str) -> None:
    beside_khmer = f"{text} ខ"
    assert fold_gently(beside_khmer) == f"{fold_gently(text)} ខ".strip()
    assert fold(beside_khmer) == f"{fold(text)} ខ".strip()

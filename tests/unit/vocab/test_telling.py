"""Sentences of the house in a reader's language: every one that people meet has its Khmer and Vietnamese words."""

from __future__ import annotations

import re

import pytest
from tools.sentences import spoken

from sampan.model.errors import UserError
from sampan.operations.settling import READ_AS
from sampan.vocab.telling import LANGUAGES, patterns, tell, told

SLOTS = re.compile(r"\{\d+\}")
NOT_FOR_PARTY = {"km": "បក្ស", "vi": "đảng"}  # they mean a political one


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_that_people_meet_is_told(language: str) -> None:
    assert {text: where for text, where in spoken().items() if text not in patterns(language)} == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_slot_is_lost(language: str) -> None:
    for english, words in patterns(language).items():
        assert sorted(SLOTS.findall(english)) == sorted(SLOTS.findall(words)), english
        assert words.strip(), english
        assert NOT_FOR_PARTY[language] not in words, english


@pytest.mark.parametrize(
    ("english", "vietnamese"),
    [
        ("nothing was changed", "không có gì thay đổi"),
        ("there are 7 columns, more than 5", "có 7 cột, nhiều hơn 5"),
        ("no post is called 'XP-moh/none'", "không vị trí nào tên là 'XP-moh/none'"),
        ('no post is called "it\'s"', "không vị trí nào tên là 'it's'"),
        (
            "its header is a known word for province after folding; 96% of its different values read as that",
            "tiêu đề của nó là từ đã biết chỉ tỉnh sau khi giản lược chữ; 96% giá trị khác nhau đọc đúng như vậy",
        ),
        (
            "this file must not leave its country: column B: name; the header holds 'Họ tên' (vi)",
            "tệp này không được rời nước của nó: cột B: tên người; tiêu đề có 'Họ tên' (vi)",
        ),
    ],
)
def test_a_sentence_keeps_what_stands_in_its_slots(english: str, vietnamese: str) -> None:
    assert tell(english, "vi") == vietnamese


def test_what_no_table_knows_stays_english_and_says_so() -> None:
    assert (told("a sentence nobody says", "km").text, told("a sentence nobody says", "km").language) == (
        "a sentence nobody says", "en",
    )  # fmt: skip
    assert told("nothing was changed", "th").language == "en"


def test_a_problem_is_told_part_by_part() -> None:
    problem = UserError("no source is called 'xx'", where="a.csv", kept="nothing was kept", do="choose another")
    assert problem.in_words(lambda text: tell(text, "vi")) == (
        "không nguồn nào tên là 'xx' (a.csv). không giữ lại gì. chọn tên khác."
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_an_answer_is_read_as_is_told_inside_its_refusal(language: str) -> None:
    for words in set(READ_AS.values()):
        said = told(f"'in May' cannot be read as {words}", language)
        assert said.language == language and words not in said.text and "in May" in said.text

"""Every check speaks to its reader: complete in Khmer and Vietnamese, and honest about what it falls back to."""

from __future__ import annotations

import unicodedata

import pytest

from sampan.checks.rule import checks
from sampan.checks.saying import LANGUAGES, about, good_reasons, say
from sampan.vocab.conditions import registry

SCRIPTS = {"km": "KHMER", "vi": "LATIN"}


@pytest.mark.parametrize("check", checks())
@pytest.mark.parametrize("language", [one for one in LANGUAGES if one != "en"])
def test_every_text_of_every_check_is_there_in_its_own_script(check: str, language: str) -> None:
    said, english = say(check, language), say(check)
    assert said.language == language
    for own, other in zip((said.title, said.explanation, said.remedy), vars(english).values(), strict=False):
        assert own and own != other
        letters = [unicodedata.name(sign).split()[0] for sign in own if sign.isalpha()]
        assert set(letters) == {SCRIPTS[language]}, own


def test_another_language_gets_english_and_is_told_so() -> None:
    assert say("equal-rows", "lo").language == "en"
    assert say("no-such-check").title == "no-such-check"


@pytest.mark.parametrize("language", [one for one in LANGUAGES if one != "en"])
def test_every_reason_on_offer_has_words_in_each_language(language: str) -> None:
    for check in checks().values():
        names = [name for name, _ in check.reasons]
        english, told = good_reasons(check.id, names), good_reasons(check.id, names, language)
        assert len(told) == len(names) and not set(told) & set(english), check.id
    assert good_reasons("sudden-change", ["backlog"], language) != good_reasons("sudden-change", ["outbreak"], language)


def test_what_figures_are_about_is_told_in_words_and_a_text_of_the_file_is_left_to_be_quoted() -> None:
    assert about("sudden-change", "measles") == "Measles"
    assert about("sudden-change", "measles", "vi") == registry.name("measles", "vi") != "measles"
    assert about("parts-above-total", "totals row", "km") not in (None, "totals row")
    assert about("numbers-of-another-source", "xp-weekly") == "xp-weekly"
    assert about("unmapped-term", "blorgitis") is None
    change = "drawn, suspected -> drawn, confirmed"
    assert about("definition-change", change) == "counted as suspected before, as confirmed after"
    assert about("definition-change", change, "km") == "មុនរាប់ជា សង្ស័យ ក្រោយមករាប់ជា បញ្ជាក់"
    assert about("definition-change", change, "vi") == "trước đếm là nghi ngờ, sau đếm là xác định"
    two = about("definition-change", "who-1997, suspected / who-1997, probable -> who-2009, suspected", "vi")
    assert (
        two
        == "trước đếm là nghi ngờ theo cách đếm who-1997 / có thể theo cách đếm who-1997, sau đếm là nghi ngờ theo cách đếm who-2009"
    )
    assert about("sudden-change", None) is None

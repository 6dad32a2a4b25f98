"""The closed vocabularies: every word leads back to its value, and country-bound words stay at home."""

from __future__ import annotations

import pytest

from sampan.model.errors import UserError
from sampan.model.observations import CLASSIFICATIONS, MEASURES
from sampan.vocab import measures
from sampan.vocab.languages import languages


def read(term: str, vocabulary: str, country: str | None = None) -> object:
    [reading] = measures.resolve([term], vocabulary=vocabulary, country=country)
    return reading.value or (reading.problem, *reading.candidates)


def test_every_word_leads_back_to_its_value() -> None:
    for row in measures.words():
        [reading] = measures.resolve([row["word"]], vocabulary=row["vocabulary"], country=row["country"] or None)
        assert row["value"] in (reading.value, *reading.candidates), row


def test_values_are_those_of_the_model() -> None:
    assert set(measures.values("measure")) == set(MEASURES)
    assert set(CLASSIFICATIONS) <= set(measures.values("classification"))


def test_only_clinical_is_two_things_at_once() -> None:
    asked = {
        (row["vocabulary"], reading.candidates)
        for row in measures.words()
        for reading in measures.resolve([row["word"]], vocabulary=row["vocabulary"], country=row["country"] or None)
        if reading.problem
    }
    assert asked == {("classification", ("probable", "suspected"))}


def test_the_main_words_are_there_in_seven_languages() -> None:
    for vocabulary, value in [
        ("classification", "suspected"), ("classification", "confirmed"), ("outcome", "died"), ("sex", "male"),
        ("sex", "female"), ("measure", "cases"), ("measure", "deaths"), ("header", "province"), ("header", "week"),
        ("header", "condition"), ("header", "onset_date"), ("header", "name"), ("header", "phone"),
    ]:  # fmt: skip
        found = {r["language"] for r in measures.words() if (r["vocabulary"], r["value"]) == (vocabulary, value)}
        assert set(languages()) <= found | {"my"} if value == "confirmed" else set(languages()) <= found, value


def test_every_row_names_its_source() -> None:
    assert all(row["source"] and row["checked_by_native_speaker"] == "false" for row in measures.words())


@pytest.mark.parametrize(
    ("term", "vocabulary", "country", "expected"),
    [
        ("1", "sex", "TH", "male"),
        ("1", "sex", None, ("unmapped",)),
        ("2", "outcome", "TH", "died"),
        ("M", "sex", None, "male"),
        ("Female.", "sex", None, "female"),
        ("NỮ", "sex", None, "female"),
        ("xac dinh", "classification", None, "confirmed"),
        ("lâm sàng", "classification", None, ("ambiguous", "probable", "suspected")),
        ("suspected+confirmed", "classification", None, "suspected+confirmed"),
        ("probable and confirmed", "classification", None, "probable+confirmed"),
        ("có thể và xác định", "classification", "VN", "probable+confirmed"),
        ("loại trừ", "classification", "VN", "discarded"),
        ("OPD", "setting", None, "outpatient"),
        ("Date of symptom onset ", "header", None, "onset_date"),
        ("DATESICK", "header", None, "onset_date"),
        ("Họ và tên", "header", None, "name"),
    ],
)
def test_words(term: str, vocabulary: str, country: str | None, expected: object) -> None:
    assert read(term, vocabulary, country) == expected


def test_a_word_for_a_reader() -> None:
    assert measures.word("confirmed", "classification", "vi") == "xác định"
    assert measures.word("sites_on_time", "measure", "my") == "sites_on_time"


def test_an_unknown_vocabulary_is_told() -> None:
    with pytest.raises(UserError):
        measures.resolve(["x"], vocabulary="colour")

"""What readers of another language see for a country and its first-level units."""

from __future__ import annotations

from datetime import date

import pytest

from sampan.model.places import Unit
from sampan.vocab import places

PARTNERS = ("KH", "LA", "MM", "TH", "VN")
SCRIPTS = {
    "km": ("\u1780", "\u17ff"), "lo": ("\u0e80", "\u0eff"), "th": ("\u0e00", "\u0e7f"),
    "my": ("\u1000", "\u109f"), "zh": ("\u4e00", "\U000323af"),
}  # fmt: skip
MARKS = " -–'\u200b"
TODAY = date(2025, 8, 1)


def _first_level() -> list[Unit]:
    found = [unit for country in PARTNERS for unit in places.units(country, level=1)]
    return found + [unit for unit in places.units("CN", level=1) if unit.place in {"CN-GX", "CN-YN"}]


@pytest.mark.parametrize("language", SCRIPTS)
def test_every_first_level_unit_is_called_something_in_the_script_of_each_reader(language: str) -> None:
    first, last = SCRIPTS[language]
    foreign = {
        unit.place: unit.called(language)
        for unit in _first_level()
        if not all(first <= letter <= last or letter in MARKS for letter in unit.called(language))
    }
    assert foreign == {}


@pytest.mark.parametrize("language", [*SCRIPTS, "vi", "en"])
def test_no_two_units_of_a_country_are_called_alike_on_one_day(language: str) -> None:
    for country in PARTNERS:
        called = [unit.called(language) for unit in places.units(country, level=1, on=TODAY)]
        assert len(set(called)) == len(called), [one for one in called if called.count(one) > 1]


@pytest.mark.parametrize("country", [*PARTNERS, "CN"])
def test_a_name_that_is_shown_is_read_again_as_that_place_or_asked_about(country: str) -> None:
    for unit in places.units(country, level=1):
        names = sorted(set(unit.shown.values()))
        for name, found in zip(names, places.resolve(names, country=country), strict=True):
            assert found.place == unit.place or (found.how == "ask" and unit.place in _of(found.candidates)), name


def _of(candidates: tuple[str, ...]) -> set[str]:
    return {one.split("@")[0] for one in candidates}


def test_countries_are_called_by_their_neighbours_words() -> None:
    words = {"km": "វៀតណាម", "lo": "ຫວຽດນາມ", "th": "เวียดนาม", "my": "ဗီယက်နမ်", "zh": "越南", "vi": "Việt Nam"}
    (vietnam,) = places.units("VN", level=0)
    assert {language: vietnam.called(language) for language in words} == words
    assert vietnam.called("fr") == vietnam.name

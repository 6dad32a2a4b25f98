"""The bars on names nobody tuned by hand: right, wrong, and left alone.

`truth/opendengue.csv` holds the first-level names of a published feed with the place each means there (empty:
no place of that country, or two). `truth/native_and_roman.csv` and `truth/not_places.csv` are our own.
"""

from __future__ import annotations

import csv
import random
import unicodedata
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from sampan.vocab.places import countries, registry, resolve
from sampan.vocab.text import fold

TRUTH = Path(__file__).parent / "truth"


def _rows(name: str) -> list[dict[str, str]]:
    with (TRUTH / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _measured(name: str) -> tuple[Counter[str], list[str]]:
    count: Counter[str] = Counter()
    wrong = []
    for row in _rows(name):
        (found,) = resolve([row["name"]], country=row["country"])
        outcome = "right" if (found.place or "") == row["place"] else "wrong" if found.place else found.how
        count[outcome] += 1
        if outcome == "wrong":
            wrong.append(f"{row['country']} {row['name']} -> {found.place}")
    return count, wrong


def test_names_of_a_published_feed() -> None:
    count, wrong = _measured("opendengue.csv")
    assert wrong == []
    assert count["right"] / count.total() >= 0.97


def test_native_script_and_romanised_names() -> None:
    count, wrong = _measured("native_and_roman.csv")
    assert wrong == []
    assert count["right"] / count.total() >= 0.95


def test_what_is_no_place_or_could_be_two() -> None:
    resolved = []
    rows = _rows("not_places.csv")
    for row in rows:
        (found,) = resolve([row["name"]], country=row["country"])
        if found.place:
            resolved.append(f"{row['country']} {row['name']} -> {found.place}")
    assert len(rows) >= 500
    assert len(resolved) / len(rows) <= 0.01, resolved


def _typo(text: str, chance: random.Random) -> str:
    at = chance.randrange(1, max(2, len(text)))
    letter = chance.choice("abcdefghiklmnoprstuy")
    return chance.choice(
        [text[:at] + text[at + 1 :], text[:at] + letter + text[at + 1 :], text[:at] + letter + text[at:]]
    )


def _first_level_names() -> list[tuple[str, str, str]]:
    gazetteer = registry()
    return [
        (code, name.text, name.place)
        for code in countries()
        for name in gazetteer.registry.country(code).names
        if gazetteer.of_place(name.place)[-1].level == 1
    ]


SAME: dict[str, Callable[[str], str]] = {
    "upper case": str.upper,
    "decomposed": lambda text: unicodedata.normalize("NFD", text),
    "zero-width space": lambda text: text[: len(text) // 2] + "\u200b" + text[len(text) // 2 :],
    "hyphens": lambda text: text.replace(" ", "-"),
    "wide spaces": lambda text: f"  {text.replace(' ', '   ')}\u00a0",
    "no spaces": lambda text: text.replace(" ", ""),
}


@pytest.mark.parametrize("noise", SAME)
def test_how_a_name_is_typed_changes_nothing(noise: str) -> None:
    for code, text, place in _first_level_names():
        (plain,), (noisy,) = resolve([text], country=code), resolve([SAME[noise](text)], country=code)
        assert noisy.place in (plain.place, None), (code, text, place)
        assert plain.place is None or noisy.place == plain.place, (code, text)


def test_misspellings_are_hardly_ever_another_place() -> None:
    chance = random.Random(11)  # a test's own dice
    count: Counter[str] = Counter()
    for code, text, place in _first_level_names():
        if not fold(text).isascii():
            continue
        (plain,) = resolve([text], country=code)
        meant = {place, *(unit.partition("@")[0] for unit in plain.candidates)}
        (found,) = resolve([_typo(text, chance)], country=code)
        count["left" if found.place is None else "right" if found.place in meant else "wrong"] += 1
    assert count["wrong"] / count.total() <= 0.005, count
    assert count["right"] / count.total() >= 0.5, count

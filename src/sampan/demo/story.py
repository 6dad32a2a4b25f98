"""What the invented owners answer: the questions that anybody who knows the country could settle at once.

Slips of the pen (misspelt names, impossible days, signs too many) stay open: only the file's owner can say.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sampan.demo.forms.lists import ABROAD, LATIN_WORDS
from sampan.demo.forms.monthly import zawgyi
from sampan.demo.world import World

NOWHERE_HERE = "none"


@dataclass(frozen=True)
class Told:
    """An owner's answer to one term, and why."""

    value: str
    reason: str


def answers(world: World) -> dict[tuple[str, str], Told]:
    """(country, term as it stands in the file) -> the owner's answer."""
    found: dict[tuple[str, str], Told] = {}
    for form in ("NFC", "NFD"):  # both forms of letters are in use there
        clinical = unicodedata.normalize(form, LATIN_WORDS["suspected"])
        found["XS", clinical] = Told("suspected", "clinical diagnosis alone counts as suspected here")
        abroad = unicodedata.normalize(form, ABROAD["vi"])
        found["XS", abroad] = Told(NOWHERE_HERE, "lives abroad")
    found["XM", ABROAD["th"]] = Told(NOWHERE_HERE, "lives abroad")
    return found | dict(_townships(world))


def _townships(world: World) -> Iterable[tuple[tuple[str, str], Told]]:
    """Names that could be either encoding: their owner knows them."""
    for habit in world.habits:
        if habit.form == "township-return":
            states = {place.code: place.name.native for place in world.of(habit.code)}
            for place in world.of(habit.code, habit.level):
                term = f"{zawgyi(states[place.parent or ''])} | {zawgyi(place.name.native)}"
                yield (habit.code, term), Told(place.code, "the township's name in the font we type in")


def answered(finding: Mapping[str, Any], known: Mapping[tuple[str, str], Told]) -> Told | None:
    """The owner's answer to a finding, if the story has one."""
    return known.get((finding["owner"].split("-")[0], finding["term"] or ""))

"""What a door may ask for: the figures of which sources, places and days, as known at which moment."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sampan.model.errors import UserError
from sampan.operations import homes
from sampan.store.figures import Asked
from sampan.vocab import conditions, places


def at(asked: Asked, moment: datetime) -> Asked:
    """The same question about an earlier moment."""
    return replace(asked, at=moment)


def check_words(wanted: Sequence[str], units: Sequence[str]) -> None:
    """UserError for a condition or place nobody knows, with the nearest word; an empty answer would look like none."""
    known = [one.code for one in conditions.all_conditions()]
    for word in wanted:
        if word not in known and word != "all":
            near = difflib.get_close_matches(word, known, n=3)
            raise UserError(f"{word!r} is no condition we know", do=f"nearest: {', '.join(near) or 'none'}")
    units_of(units)


def units_of(words: Sequence[str]) -> list[str]:
    """Unit ids; a place code stands for all its units, whenever they were in force."""
    store = homes.opened()
    registry = places.registry(*((store.places,) if store.places.is_dir() else ()))
    found: list[str] = []
    for word in words:
        found += [registry.unit(word).id] if "@" in word else [unit.id for unit in registry.of_place(word)]
    return found


def unit_names(units: Sequence[str]) -> dict[str, str]:
    """Dated unit -> its code and Latin name, as people read it."""
    store = homes.opened()
    registry = places.registry(*((store.places,) if store.places.is_dir() else ()))
    found = {one: registry.unit(one) for one in units}
    return {one: f"{unit.place} {unit.name}" for one, unit in found.items()}


def place_names(words: Sequence[str]) -> list[str]:
    """Each word once; a unit or place code we know as the code that answers, with the place's name."""
    store = homes.opened()
    registry = places.registry(*((store.places,) if store.places.is_dir() else ()))
    found = []
    for word in words:
        try:
            unit = registry.unit(word) if "@" in word else registry.of_place(word)[-1]
        except UserError:
            found.append(word)  # a candidate may be a condition, a sex, a date
            continue
        found.append(f"{unit.place} {unit.name}")
    return list(dict.fromkeys(found))


__all__ = ["Asked", "at", "check_words", "place_names", "unit_names", "units_of"]

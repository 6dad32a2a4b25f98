"""What the reader calls a condition or a place: names from the vocabularies, codes where they have none."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sampan.model.agreements import Agreement
from sampan.vocab import conditions, places


def place_name(code: str, language: str, known_places: places.Gazetteer, on: date) -> str:
    """The name of a unit, or of the unit that a code stood for that day; the code itself where nobody knows it."""
    if code[:2] not in known_places.countries():
        return code
    units = known_places.every_unit(code[:2])
    unit = next((one for one in units if one.id == code or (one.place == code and one.in_force(on))), None)
    return code if unit is None else unit.called(language)


def names_of_row(row: Mapping[str, Any] | None, language: str, known_places: places.Gazetteer) -> dict[str, str]:
    """Code -> name of the condition and the place of one row; what has no name is left out."""
    condition, place = (row or {}).get("condition"), (row or {}).get("place")
    found = {}
    if condition in {one.code for one in conditions.all_conditions()}:
        found[condition] = conditions.name(condition, language)
    if place and place[:2] in known_places.countries():
        unit = known_places.unit(place)
        found[place] = unit.called(language)
    return found


def names_for(agreement: Agreement, language: str) -> dict[str, str]:
    """Code -> name in a language, for every condition and place the agreement names."""
    found: dict[str, str] = {}
    known = {condition.code for condition in conditions.all_conditions()}
    on = agreement.instrument.signed or agreement.begins
    for clause in agreement.clauses:
        codes = {*(clause.scope.conditions or ()), *(cell.condition for cell in clause.minimum_cells if cell.condition)}
        found |= {code: conditions.name(code, language) for code in codes & known}
        for code in clause.scope.places or ():
            country = code[:2]
            if country not in places.countries():
                continue
            unit = next(
                (u for u in places.units(country) if u.id == code or (u.place == code and u.in_force(on))), None
            )
            if unit is not None:
                found[code] = unit.called(language)
    return found

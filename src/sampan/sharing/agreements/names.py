"""What the reader calls a condition or a place: names from the vocabularies, codes where they have none."""

from __future__ import annotations

from sampan.model.agreements import Agreement
from sampan.vocab import conditions, places


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
                found[code] = unit.names.get(language) or unit.name
    return found

"""Outlines of first-level units for small maps, on any day, from one simplified public-domain file per country.

Units the outlines lack are drawn as part of the unit they came from or lie in, and listed as such; units merged
since are drawn as one. The lines state no opinion on any boundary.
"""

from __future__ import annotations

import json
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from sampan.model.errors import UserError
from sampan.vocab.places.registry import HERE, Country, Registry

FOLDER = HERE / "basemap"
Rings = list[list[list[list[float]]]]  # polygons of rings of [longitude, latitude], degrees


def basemap(registry: Registry, country: str, on: date) -> dict[str, Any]:
    """A GeoJSON FeatureCollection of the first-level units in force on a day.

    Each feature has `unit`, `place`, `name` and `parts` (codes whose outlines make it). The collection's `missing`
    maps each unit without an outline of its own to the places it is drawn as part of; `source` names the file.
    """
    stored = _stored(_path(registry.country(country)))
    shapes, merged = stored["shapes"], stored["merged"]
    held = holders(registry, sorted(shapes), on)
    features = []
    for unit_id in sorted(held):
        unit, parts = registry.unit(unit_id), held[unit_id]
        rings: Rings = merged.get("+".join(parts)) or [ring for part in parts for ring in shapes[part]]
        properties = {"unit": unit.id, "place": unit.place, "name": unit.name, "parts": parts}
        geometry = {"type": "MultiPolygon", "coordinates": rings}
        features.append({"type": "Feature", "id": unit.id, "properties": properties, "geometry": geometry})
    missing = _missing(registry, country, on, set(held))
    return {"type": "FeatureCollection", "features": features, "missing": missing, "source": stored["source"]}


def has_basemap(registry: Registry, country: str) -> bool:
    """True if outlines of this country are there."""
    return _path(registry.country(country)).exists()


def holders(registry: Registry, places: list[str], on: date) -> dict[str, list[str]]:
    """Unit in force on a day -> the outlines that lie in it: its own, those merged into it, those split off later."""
    held: dict[str, list[str]] = {}
    for place in places:
        for unit_id in _holder(registry, place, on):
            held.setdefault(unit_id, []).append(place)
    return held


def _holder(registry: Registry, place: str, on: date) -> list[str]:
    units = registry.of_place(place)
    now = [unit.id for unit in units if unit.in_force(on)]
    if now:
        return now[:1]
    later = units[0].begins > on
    waiting = [units[0].id if later else units[-1].id]
    seen: set[str] = set()
    while waiting:
        current = registry.unit(waiting.pop(0))
        if current.in_force(on):
            return [current.id]
        seen.add(current.id)
        steps = current.predecessors if later else current.successors
        waiting += [step for step in steps if step not in seen]
    return []


def _missing(registry: Registry, country: str, on: date, drawn: set[str]) -> dict[str, list[str]]:
    """Units in force that have no outline -> the places they are drawn in."""
    drawn_places = {registry.unit(unit_id).place for unit_id in drawn}
    missing = {}
    for unit in registry.units(country, level=1, on=on):
        if unit.id in drawn:
            continue
        around = {registry.unit(other).place for other in (*unit.predecessors, *unit.successors)}
        around = {unit.parent} if unit.parent in drawn_places else around & drawn_places
        missing[unit.id] = sorted(place for place in around if place)
    return missing


def _path(country: Country) -> Path:
    """Outlines stand beside a country's own tables, or in the bundled folder."""
    own = country.folder / "basemap.json"
    return own if own.exists() else FOLDER / f"{country.code.lower()}.json"


@lru_cache(maxsize=32)
def _stored(path: Path) -> dict[str, Any]:
    if not path.exists():
        raise UserError(
            "no outlines are known for this country", where=path.stem.upper(), do="show its units as tiles or a table"
        )
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found

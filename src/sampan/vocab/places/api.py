"""The door of this room: one gazetteer over the bundled folders, or over those and more."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from sampan.model.errors import UserError
from sampan.model.places import Resolution, Unit
from sampan.vocab.places import breaks, lineage, outline
from sampan.vocab.places.breaks import Edge
from sampan.vocab.places.index import Index, Query
from sampan.vocab.places.lineage import Chain, Sum
from sampan.vocab.places.registry import HERE, Country, Population, Registry, registry_of
from sampan.vocab.places.resolver import resolve_one
from sampan.vocab.places.words import words_of
from sampan.vocab.text import fold_gently, squeeze

SAYS_MORE = re.compile(
    r"[^\w\s.'’\u0300-\u036f\u0e00-\u0eff\u1780-\u17ff\u200b-\u200d\ufeff]"
)  # brackets, commas, bars: read sign by sign


class Gazetteer:
    """Everything known of places in a set of folders. Build it with `registry(...)`."""

    def __init__(self, folders: tuple[Path, ...]) -> None:
        self.registry: Registry = registry_of(folders)
        self._indexes: dict[Country, Index] = {}
        self._answers: dict[tuple[str, Query], Resolution] = {}
        self._alikes: dict[tuple[str, Query], Resolution] = {}  # by what plain spellings have in common

    def countries(self) -> list[str]:
        """Codes of all countries."""
        return self.registry.countries()

    def units(
        self, country: str, *, level: int | None = None, on: date | None = None, hierarchy: str = "admin"
    ) -> list[Unit]:
        """Dated units of a country: of one level if given, in force on a day if given."""
        return self.registry.units(country, level=level, on=on, hierarchy=hierarchy)

    def every_unit(self, country: str) -> list[Unit]:
        """Dated units of a country, of all its hierarchies."""
        hierarchies = self.registry.country(country).hierarchies
        return [unit for hierarchy in hierarchies for unit in self.units(country, hierarchy=hierarchy)]

    def unit(self, unit_id: str) -> Unit:
        """The dated unit with this id."""
        return self.registry.unit(unit_id)

    def of_place(self, place: str) -> tuple[Unit, ...]:
        """All units of a place code, oldest first."""
        return self.registry.of_place(place)

    def populations(self, country: str) -> tuple[Population, ...]:
        """Counted people of a country's units, with day, who was counted and source."""
        return self.registry.populations(country)

    def resolve(
        self,
        names: Sequence[str | None],
        *,
        country: str,
        on: date | None = None,
        level: int | None = None,
        parent: str | None = None,
        hierarchy: str = "admin",
    ) -> list[Resolution]:
        """One answer for each name, in order. `parent` is a place code or the name of a unit above."""
        self._check(country, hierarchy)
        index = self.index(country, level)
        parents = None if parent is None else self._parents(country, parent, on)
        written = [name or "" for name in names]
        asked = [squeeze(name) for name in written]
        told = {text: self._answer(index, Query(text, on, level, parents, hierarchy)) for text in dict.fromkeys(asked)}
        return [told[text].called(name) for text, name in zip(asked, written, strict=True)]

    def chain(self, first: str, second: str) -> Chain:
        """Whether figures of two units may be drawn as one line, and the break mark if not."""
        return lineage.chain(self.registry, first, second)

    def breaks(self, unit_id: str) -> tuple[Edge, ...]:
        """Where a unit's territory began and ended as another's; see `breaks.edges`."""
        return breaks.edges(self.registry, unit_id)

    def break_days(self, units: Sequence[Unit], first: date, last: date) -> list[date]:
        """Days in the window on which one of the units began as another territory than before."""
        return breaks.days(self.registry, units, first, last)

    def successors_on(self, unit_id: str, on: date) -> tuple[Unit, ...]:
        """Units in force on a day that hold land of this one."""
        return lineage.successors_on(self.registry, unit_id, on)

    def sums(self, unit_ids: Sequence[str]) -> Sum:
        """The unit that a set of units adds up to, or what is missing or doubled."""
        return lineage.sums(self.registry, tuple(unit_ids))

    def basemap(self, country: str, on: date) -> dict[str, Any]:
        """GeoJSON of the first-level units in force on a day; see `outline.basemap`."""
        return outline.basemap(self.registry, country, on)

    def has_basemap(self, country: str) -> bool:
        """True if outlines of this country are there."""
        return outline.has_basemap(self.registry, country)

    def index(self, country: str, level: int | None = None) -> Index:
        """The keyed names of a country, built at first use; those of its smallest units only for their level."""
        found = self.registry.country(country, level=level)
        if found not in self._indexes:
            self._indexes[found] = Index(found, words_of(found.folder, tuple(found.facts["languages"])))
        return self._indexes[found]

    def _answer(self, index: Index, query: Query) -> Resolution:
        """Plain spellings that differ only in case, spaces and unseen signs are one question, asked once."""
        text = query.text  # squeezed; "nan" is what programs write for nothing, "NAN" may be a place
        plain = not (SAYS_MORE.search(text) or text in index.words.as_is or index.is_listed(text))
        known = self._alikes if plain else self._answers
        key = (index.country.code, query.saying(fold_gently(text)) if plain else query)
        found = known.get(key)
        if found is None:
            found = known[key] = resolve_one(index, query)
        return found

    def _check(self, country: str, hierarchy: str) -> None:
        known = self.registry.country(country).hierarchies
        if hierarchy not in known:
            raise UserError(
                f"{country} has no hierarchy {hierarchy!r}", do=f"use one of {', '.join(sorted(known)) or 'admin'}"
            )

    def _parents(self, country: str, parent: str, on: date | None) -> frozenset[str]:
        places = self.registry.country(country).places
        if parent in places:
            return frozenset({parent})
        found = resolve_one(self.index(country), Query(parent, on))
        if found.place is None:
            raise UserError(
                f"the parent {parent!r} is not one place of {country}",
                do="give the code of the unit above, as `sampan places list` prints it",
            )
        return frozenset({found.place})


@lru_cache(maxsize=16)
def _gazetteer(folders: tuple[Path, ...]) -> Gazetteer:
    return Gazetteer(folders)


def registry(*extra_dirs: Path | str) -> Gazetteer:
    """The bundled countries, and those of more folders; each folder is a country or holds countries."""
    return _gazetteer((HERE, *(Path(folder).resolve() for folder in extra_dirs)))


def resolve(
    names: Sequence[str | None],
    *,
    country: str,
    on: date | None = None,
    level: int | None = None,
    parent: str | None = None,
    hierarchy: str = "admin",
) -> list[Resolution]:
    """What each name means among the bundled countries' places; see `Gazetteer.resolve`."""
    return registry().resolve(names, country=country, on=on, level=level, parent=parent, hierarchy=hierarchy)


def units(country: str, *, level: int | None = None, on: date | None = None, hierarchy: str = "admin") -> list[Unit]:
    """Dated units of a bundled country."""
    return registry().units(country, level=level, on=on, hierarchy=hierarchy)


def unit(unit_id: str) -> Unit:
    """A dated unit of a bundled country by its id."""
    return registry().unit(unit_id)


def countries() -> list[str]:
    """Codes of the bundled countries."""
    return registry().countries()


def populations(country: str) -> tuple[Population, ...]:
    """Counted people of a bundled country's units."""
    return registry().populations(country)


def chain(first: str, second: str) -> Chain:
    """Whether figures of two units may be drawn as one line."""
    return registry().chain(first, second)


def successors_on(unit_id: str, on: date) -> tuple[Unit, ...]:
    """Units in force on a day that hold land of this one."""
    return registry().successors_on(unit_id, on)


def sums(unit_ids: Sequence[str]) -> Sum:
    """The unit that a set of units adds up to."""
    return registry().sums(unit_ids)


def basemap(country: str, on: date) -> dict[str, Any]:
    """GeoJSON of a bundled country's first-level units in force on a day."""
    return registry().basemap(country, on)

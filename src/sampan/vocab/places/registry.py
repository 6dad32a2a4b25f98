"""Countries as folders: units, names, lineage and populations read from CSV, found by being there.

A folder holds `country.yml` (code, languages, hierarchies), `units.csv`, `names.csv` and, where known,
`lineage.csv`, `populations.csv`, `near.csv`, `shown.csv`. No code knows any country; a new one is a new folder.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from itertools import zip_longest
from pathlib import Path
from typing import Any, NamedTuple

from sampan.model.errors import UserError
from sampan.model.places import ADMIN, Unit
from sampan.vocab import yamlfile

HERE = Path(__file__).parent
ORIGIN = date.min  # a beginning older than the registry


class Name(NamedTuple):
    """One way a place is written, in which language, and the days between which it was so called."""

    place: str
    language: str
    text: str
    official: bool
    source: str
    begins: date = date.min
    ends: date | None = None

    def used(self, on: date | None) -> bool:
        """True if the name was in use on that day; without a day every name is."""
        return on is None or (self.begins <= on and (self.ends is None or on < self.ends))


@dataclass(frozen=True)
class Change:
    """Territory passing from one unit to another: split, merge, transfer, or recode (same land, new code)."""

    before: str
    after: str
    change: str
    source: str


@dataclass(frozen=True)
class Population:
    """People of one unit, the day they were counted, who was counted, and by whom."""

    unit: str
    population: int
    reference_date: date
    counted: str
    source: str


class Country:
    """One folder, read once. `units` by id, `places` as code -> its units in order of time.

    With `deep` the tables of its `deep/` folder are read as well: units so many that most never ask for them.
    """

    def __init__(self, folder: Path, *, deep: bool = False) -> None:
        self.folder = folder
        self._folders = (folder, folder / "deep") if deep else (folder,)
        self.facts: dict[str, Any] = yamlfile.read_as_written(folder / "country.yml")
        self.code: str = self.facts["code"]

    @cached_property
    def changes(self) -> tuple[Change, ...]:
        """Every dated change of territory."""
        return tuple(Change(**row) for row in self._rows("lineage.csv"))

    @cached_property
    def names(self) -> tuple[Name, ...]:
        """Every listed name, official ones and variants; beside them a unit's own and what is shown."""
        listed = [_name(row) for row in self._rows("names.csv")]
        known = {(name.place, name.text) for name in listed}
        rest = [{**row, "language": ""} for row in self._rows("units.csv")] + self._rows("shown.csv")
        missing = (row for row in rest if (row["place"], row["name"]) not in known)
        return (*listed, *(_name({**row, "rank": "variant"}) for row in missing))

    @cached_property
    def units(self) -> dict[str, Unit]:
        """Every dated unit by its id, with its own-script names and its lineage."""
        before: dict[str, list[str]] = defaultdict(list)
        after: dict[str, list[str]] = defaultdict(list)
        own: dict[str, dict[str, str]] = defaultdict(dict)
        for change in self.changes:
            after[change.before].append(change.after)
            before[change.after].append(change.before)
        for name in self.names:
            if name.official:
                own[name.place].setdefault(name.language, name.text)
        shown: dict[str, dict[str, str]] = defaultdict(dict)
        for row in self._rows("shown.csv"):
            shown[row["place"]][row["language"]] = row["name"]
        found = {}
        for row in self._rows("units.csv"):
            begins = _day(row["begins"], ORIGIN) or ORIGIN
            code = f"{row['place']}@{begins.isoformat()}"
            found[code] = Unit(
                id=code,
                place=row["place"],
                country=self.code,
                level=int(row["level"]),
                hierarchy=row.get("hierarchy") or "admin",
                parent=row["parent"] or None,
                name=row["name"],
                names=dict(own[row["place"]]),
                shown=dict(shown[row["place"]]),
                kind=row["kind"],
                begins=begins,
                ends=_day(row["ends"], None),
                predecessors=tuple(sorted(before[code])),
                successors=tuple(sorted(after[code])),
            )
        return found

    @cached_property
    def places(self) -> dict[str, tuple[Unit, ...]]:
        """Place code -> its units, oldest first."""
        grouped: dict[str, list[Unit]] = defaultdict(list)
        for unit in self.units.values():
            grouped[unit.place].append(unit)
        return {place: tuple(sorted(units, key=lambda unit: unit.begins)) for place, units in grouped.items()}

    @cached_property
    def populations(self) -> tuple[Population, ...]:
        """Counted people, where the registry has them."""
        return tuple(_population(row) for row in self._rows("populations.csv"))

    @cached_property
    def near(self) -> tuple[str, ...]:
        """Names of other things (villages, wards, towns abroad) that a misspelling of ours would reach."""
        return tuple(row["name"] for row in self._rows("near.csv"))

    @property
    def deep_from(self) -> int | None:
        """The level from which units stand in `deep/` and are read only when it is asked for."""
        return self.facts.get("deep_from")

    def _rows(self, table: str) -> list[dict[str, str]]:
        return [row for folder in self._folders for row in _rows(folder / table)]

    @property
    def hierarchies(self) -> dict[str, dict[int, str]]:
        """Hierarchy -> level -> what a unit of it is called; a level without a list is there and empty."""
        return {name: dict(levels) for name, levels in self.facts.get("hierarchies", {}).items()}

    def hierarchy_at(self, level: int | None, hierarchy: str) -> str:
        """The hierarchy to which a level belongs: ADMIN where this one has no such level; this one for no level.

        Operational districts lie in provinces.
        """
        lacks = level is not None and level not in self.hierarchies.get(hierarchy, {})
        return ADMIN if lacks else hierarchy


class Registry:
    """Countries by code. Later folders win, so that a deployment can correct a bundled one."""

    def __init__(self, folders: tuple[Path, ...]) -> None:
        self._folders = {}
        for folder in folders:
            for found in _country_folders(folder):
                facts = yamlfile.read_as_written(found / "country.yml")
                self._folders[str(facts["code"])] = found
        self._read: dict[tuple[str, bool], Country] = {}

    def countries(self) -> list[str]:
        """Codes of all countries, in alphabetical order."""
        return sorted(self._folders)

    def country(self, code: str, *, level: int | None = None) -> Country:
        """The folder behind a code, with its smallest units if their level is asked for; UserError if there is none."""
        if code not in self._folders:
            raise UserError(
                f"no country {code!r} is known",
                do=f"use one of {', '.join(self.countries())}, or add a folder with its units and names",
            )
        shallow = self._country(code, deep=False)
        deep = shallow.deep_from is not None and level is not None and level >= shallow.deep_from
        return self._country(code, deep=True) if deep else shallow

    def _country(self, code: str, *, deep: bool) -> Country:
        if (code, deep) not in self._read:
            self._read[code, deep] = Country(self._folders[code], deep=deep)
        return self._read[code, deep]

    def units(
        self, country: str, *, level: int | None = None, on: date | None = None, hierarchy: str = "admin"
    ) -> list[Unit]:
        """Dated units of a country: of one level if given, in force on a day if given.

        Without a level the levels that stand in `deep/` are left out.
        """
        wanted = (unit for unit in self.country(country, level=level).units.values() if unit.hierarchy == hierarchy)
        return [unit for unit in wanted if (level is None or unit.level == level) and (on is None or unit.in_force(on))]

    def unit(self, unit_id: str) -> Unit:
        """The dated unit with this id; UserError if there is none."""
        for country in self._holding(unit_id.partition("@")[0]):
            if unit_id in country.units:
                return country.units[unit_id]
        raise UserError(f"no unit {unit_id!r} is known", do="look it up with `sampan places list --country CODE`")

    def of_place(self, place: str) -> tuple[Unit, ...]:
        """All units of a place code, oldest first; UserError if the code is unknown."""
        for country in self._holding(place):
            if place in country.places:
                return country.places[place]
        raise UserError(f"no place {place!r} is known", do="look it up with `sampan places list --country CODE`")

    def populations(self, country: str) -> tuple[Population, ...]:
        """Counted people of a country's units."""
        return self.country(country).populations

    def _holding(self, place: str) -> Iterator[Country]:
        """Countries that may hold a code: the one it begins with, all others (P-codes), at last the deep tables."""
        likely = [code for code in self.countries() if place.partition("-")[0] == code]
        for code in likely + [code for code in self.countries() if code not in likely]:
            yield self.country(code)
        for code in likely:
            yield self._country(code, deep=True)


@lru_cache(maxsize=16)
def registry_of(folders: tuple[Path, ...]) -> Registry:
    """One registry for each set of folders, read lazily and kept."""
    return Registry(folders)


def _country_folders(folder: Path) -> list[Path]:
    if (folder / "country.yml").is_file():
        return [folder]
    if not folder.is_dir():
        raise UserError("a folder of places is not there", where=str(folder), do="check the path")
    return sorted(path.parent for path in folder.glob("*/country.yml"))


def _rows(path: Path) -> list[dict[str, str]]:
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        lines = csv.reader(file)
        header = next(lines, [])
        return [dict(zip_longest(header, line[: len(header)])) for line in lines if line]


def _day(text: str | None, default: date | None) -> date | None:
    return date.fromisoformat(text) if text else default


def _name(row: dict[str, str]) -> Name:
    return Name(
        place=row["place"],
        language=row["language"],
        text=row["name"],
        official=row["rank"] == "official",
        source=row["source"],
        begins=_day(row.get("begins"), ORIGIN) or ORIGIN,
        ends=_day(row.get("ends"), None),
    )


def _population(row: dict[str, str]) -> Population:
    return Population(
        unit=row["unit"],
        population=int(row["population"]),
        reference_date=date.fromisoformat(row["reference_date"]),
        counted=row["counted"],
        source=row["source"],
    )

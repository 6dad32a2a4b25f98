"""Writes the invented region into a folder: places, sources, files to deliver, the map, and the truth kept apart.

build(7, Path("region"))  ->  region/places/<cc>/, region/sources/<id>/, region/files/<cc>/,
                              region/map.geojson, region/truth/*.parquet
"""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta, timezone
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import yaml

from sampan.demo.countries import Habit
from sampan.demo.expected import expected, source_id
from sampan.demo.forms.grid import File, written
from sampan.demo.forms.lists import CP874_HEADER, LATIN_HEADER, case_list, entered
from sampan.demo.forms.monthly import township_return
from sampan.demo.forms.slips import slip
from sampan.demo.forms.weekly import KHMER_CONDITIONS, khmer_workbook, lao_table
from sampan.demo.records import records
from sampan.demo.returns import Return, returns
from sampan.demo.world import SINCE, World, world

SOURCES = Path(__file__).parent / "sources"
MADE_BY = "invented by the demo's generator"
CUTS = (39, 25, 0)  # weeks before the story ends when the countries send what they have
REVISED = timedelta(weeks=5)  # how far back a return repeats, with later knowledge, what it said before
PERSONS = {"Họ và tên", "ชื่อ-สกุล", "HN"}  # columns that stay in the country
KINDS = {"km": "province", "vi": "province", "lo": "province", "th": "province", "my": "region"}
COUNTED_ON = date(2024, 1, 1)


@dataclass(frozen=True)
class Delivery:
    """One file of the story: from which source, on which day."""

    source: str
    path: Path
    at: datetime


@dataclass(frozen=True)
class Region:
    """What `build` wrote. Deliveries stand in the order in which they arrive."""

    folder: Path
    deliveries: tuple[Delivery, ...]
    last_day: date

    @property
    def places(self) -> Path:
        """Folders of the five countries' places."""
        return self.folder / "places"

    @property
    def sources(self) -> Path:
        """Folders of the five sources."""
        return self.folder / "sources"

    @property
    def map(self) -> Path:
        """GeoJSON of the provinces, planar."""
        return self.folder / "map.geojson"


def build(seed: int, folder: Path, first: date | None = None) -> Region:
    """Write the region of one seed and first Monday; the same two write the same bytes."""
    found = world(seed, first=first)
    people = records(found)
    for habit in found.habits:
        write_places(found, habit, folder / "places" / habit.code.lower())
        shutil.copytree(SOURCES / source_id(habit), folder / "sources" / source_id(habit), dirs_exist_ok=True)
    write_map(found, folder / "map.geojson")
    files = [file for habit in found.habits for file in _files(found, habit, people)]
    deliveries = [_deliver(file, found, folder / "files") for file in files]
    write_truth(found, people, files, folder / "truth")
    ordered = sorted(deliveries, key=lambda one: (one.at, one.path.name))
    return Region(folder, tuple(ordered), found.last)


def cuts(found: World) -> tuple[date, ...]:
    """The days on which the countries send what they have."""
    return tuple(found.last + timedelta(days=1) - timedelta(weeks=weeks) for weeks in CUTS)


def _files(found: World, habit: Habit, people: pl.DataFrame) -> list[File]:
    days = cuts(found)
    spans = list(zip((date.min, *days), days, strict=False))
    if habit.form in ("case-list", "cp874-list"):
        listed = entered(found, habit, people)
        return [case_list(found, habit, listed, span=span, number=n) for n, span in enumerate(spans, start=1)]
    return [_return(found, habit, people, span, n) for n, span in enumerate(spans, start=1)]


def _return(found: World, habit: Habit, people: pl.DataFrame, span: tuple[date, date], number: int) -> File:
    """One return: the periods since the last, and the last few before it again, as they are known by now."""
    after, on = span
    first = after if after == date.min else after - REVISED
    told = [one for one in returns(found, habit, people, known_on=on) if first < one.end < on]
    random = np.random.default_rng([found.seed, 7, ord(habit.code[-1]), number])
    return _slipped(_form(found, habit, told, on=on, number=number), habit, random, last=on > found.last)


def _form(found: World, habit: Habit, told: list[Return], *, on: date, number: int) -> File:
    match habit.form:
        case "week-workbook":
            return khmer_workbook(habit, told, number=number, on=on)
        case "week-csv":
            return lao_table(habit, told, number=number, on=on)
        case "township-return":
            return township_return(found, habit, told, number=number, on=on)
        case _:
            raise AssertionError(habit.form)


def _slipped(file: File, habit: Habit, random: np.random.Generator, *, last: bool) -> File:
    match habit.form:
        case "week-workbook":
            slip(file, place=2, figures=range(3, 3 + 2 * len(KHMER_CONDITIONS)), random=random)
        case "week-csv":
            slip(file, place=2, figures=range(4, 6), random=random, week=1 if last else None)
        case "township-return":
            slip(file, place=2, figures=range(3, 11), random=random)
        case _:
            raise AssertionError(habit.form)
    return file


def _deliver(file: File, found: World, folder: Path) -> Delivery:
    """Write the file as it is delivered; a list's own file, with its columns of persons, stays with the sender."""
    code = file.source.removeprefix("invented-")
    habit = found.habit(code.upper())
    encoding = "cp874" if habit.form == "cp874-list" else "utf-8-sig" if habit.form == "case-list" else "utf-8"
    target = folder / code
    target.mkdir(parents=True, exist_ok=True)
    if habit.form in ("case-list", "cp874-list"):
        own = folder.parent / "senders" / code
        own.mkdir(parents=True, exist_ok=True)
        (own / file.name).write_bytes(written(file, encoding=encoding))
        _strip_persons(file, LATIN_HEADER if habit.form == "case-list" else CP874_HEADER)
    (target / file.name).write_bytes(written(file, encoding=encoding))
    # each country has its own hour; none comes first every time
    minute = (sum(file.name.encode()) * 37) % 720
    moment = datetime.combine(file.delivered_on, time(1), timezone.utc) + timedelta(minutes=minute)  # noqa: UP017 - one spelling
    return Delivery(file.source, target / file.name, moment)


def _strip_persons(file: File, header: Sequence[Any]) -> None:
    kept = [number for number, name in enumerate(header) if name not in PERSONS]
    place = {old + 1: new + 1 for new, old in enumerate(kept)}
    for sheet in file.sheets:
        sheet.header = [[row[number] for number in kept] for row in sheet.header]
        sheet.rows = [[row[number] for number in kept] for row in sheet.rows]
    file.mistakes = [type(one)(**(asdict(one) | {"column": place[one.column]})) for one in file.mistakes]


def write_places(found: World, habit: Habit, folder: Path) -> None:
    """A folder of one country's places, in the shape of the bundled ones."""
    folder.mkdir(parents=True, exist_ok=True)
    levels = {1: KINDS[habit.language]} | ({2: "township"} if habit.level == 2 else {})
    facts = {"code": habit.code, "languages": [habit.language, "en"], "hierarchies": {"admin": levels}}
    (folder / "country.yml").write_text(yaml.safe_dump(facts, allow_unicode=True, sort_keys=False), encoding="utf-8")
    units = [(habit.code, "admin", 0, "", "country", habit.name.latin, "", "", MADE_BY)]
    names = [(habit.code, habit.language, habit.name.native, "official", "", "", MADE_BY)]
    people = []
    for place in (*found.of(habit.code), *found.of(habit.code, 2)):
        kind = levels[place.level]
        units.append((place.code, "admin", place.level, place.parent or "", kind, place.name.latin, "", "", MADE_BY))
        names.append((place.code, habit.language, place.name.native, "official", "", "", MADE_BY))
        people.append((place.unit, place.population, COUNTED_ON, "residents", MADE_BY))
    header = "place,hierarchy,level,parent,kind,name,begins,ends,source"
    _csv(folder / "units.csv", header, units)
    _csv(folder / "names.csv", "place,language,name,rank,begins,ends,source", names)
    _csv(folder / "populations.csv", "unit,population,reference_date,counted,source", people)


def _csv(path: Path, header: str, rows: Iterable[Sequence[Any]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(header.split(","))
        writer.writerows(rows)


def write_map(found: World, path: Path) -> None:
    """GeoJSON of the provinces with their middles and neighbours; land outside has no unit."""
    features: list[dict[str, Any]] = []
    for number, place in sorted(found.provinces.items()):
        polygons = [[ring] for ring in found.land.rings[number]]
        beside = sorted(found.provinces[other].unit for other in found.land.neighbours[number])
        facts = {"unit": place.unit, "middle": found.land.middle[number], "neighbours": beside}
        features.append(_feature(facts, polygons))
    features += [_feature({"unit": None}, [[ring]]) for ring in found.land.outside]
    collection = {"type": "FeatureCollection", "planar": True, "since": SINCE.isoformat(), "features": features}
    path.write_text(json.dumps(collection, separators=(",", ":")), encoding="utf-8")


def _feature(facts: dict[str, Any], polygons: list[Any]) -> dict[str, Any]:
    geometry = {"type": "MultiPolygon", "coordinates": polygons}
    return {"type": "Feature", "properties": facts, "geometry": geometry}


def write_truth(found: World, people: pl.DataFrame, files: list[File], folder: Path) -> None:
    """What really happened, for tests alone: infections, persons in the books, figures without error, mistakes."""
    folder.mkdir(parents=True, exist_ok=True)
    found.incidence().write_parquet(folder / "truth.parquet")
    people.write_parquet(folder / "persons.parquet")
    expected(found, people, known_on=cuts(found)[-1]).write_parquet(folder / "expected.parquet")
    mistakes = [asdict(one) for file in files for one in file.mistakes]
    names = {"file": pl.String, "sheet": pl.String, "row": pl.Int64, "column": pl.Int64, "kind": pl.String}
    pl.DataFrame(mistakes, schema=names | {"was": pl.String, "became": pl.String}).write_parquet(
        folder / "mistakes.parquet"
    )

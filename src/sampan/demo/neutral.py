"""The neutral variant: five countries alike but for their codes, names and places, and one shared form.

`order` gives each of five territories one of five identities. Another order exchanges codes, names and places
and touches nothing else: the same people fall ill in the same territories, and the same slips stand in the same cells.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta, timezone
from pathlib import Path

import numpy as np
import polars as pl
import yaml

from sampan.demo.countries import CONDITIONS, Habit
from sampan.demo.forms.grid import File, Row, Sheet, written
from sampan.demo.forms.slips import slip
from sampan.demo.names import Name
from sampan.demo.records import records
from sampan.demo.region import REVISED, Delivery, Region, cuts, write_map, write_places, write_truth
from sampan.demo.returns import Return, returns
from sampan.demo.world import Place, World, world

SAME = "01234"
# five codes of the user-assigned range, and a syllable that begins every name of the country
IDENTITIES = (("XC", "Ba"), ("XD", "Da"), ("XG", "Ga"), ("XQ", "Ka"), ("XV", "Pa"))
STEMS = ("lumavi", "norusel", "tifomar", "sedulon", "merivat", "fuladin", "vosanir", "rikelum", "dolimer", "zamufel",
         "hiverod", "jolasin")  # fmt: skip
HEADER: Row = ["year", "week", "place", "disease", "cases", "deaths", "sites reporting", "sites expected"]
FORM = {
    "kind": "aggregate",
    "languages": ["en"],
    "invented": True,
    "notes": "Invented. All ages, suspected by syndrome; health centres and hospitals.",
    "read": {"format": "csv", "encoding": "utf-8", "delimiter": ","},
    "delivery": {"mode": "snapshot", "scope": ["period"]},
    "calendar": "iso",
    "numbers": {"locale": "en"},
    "silences": {"?": "unknown", "held": "withheld"},
    "columns": {
        "place": {"from": "place", "level": 1},
        "period": {"from": ["year", "week"], "as": "year-week"},
        "condition": "disease",
        "classification": {"is": "suspected"},
        "date_basis": {"is": "report"},
    },
    "wide": {"columns": ["cases", "deaths", "sites *"], "parts": ["measure"]},
    "expects": {"level": 1, "every": "week", "due_days": 9, "conditions": list(CONDITIONS)},
}
MEASURES = "term,value\ncases,cases\ndeaths,deaths\nsites reporting,sites_reporting\nsites expected,sites_expected\n"
WORDS = {"unknown": "?", "withheld": "held"}


@dataclass(frozen=True)
class Identity:
    """What one territory is called: its country's code and names by its own codes."""

    code: str
    syllable: str

    def place(self, place: Place) -> Place:
        """The same place under this identity."""
        number = place.code.partition("-")[2]
        name = self.syllable + STEMS[int(number) - 1]
        return replace(place, code=f"{self.code}-{number}", country=self.code, parent=self.code, name=Name(name, name))

    @property
    def name(self) -> Name:
        """The country's name."""
        return Name(f"{self.syllable}ria", f"{self.syllable}ria")


def habit(code: str) -> Habit:
    """The one habit that all share."""
    return Habit(
        code=code, name=Name(code, code), language="vi", form="week-csv", every="week", calendar="iso", level=1,
        reported=dict.fromkeys(CONDITIONS, 0.3), delay=(0.7, 0.2, 0.1), sites_share=0.8, unsent=0.05,
        counts="all ages, suspected by syndrome",
    )  # fmt: skip


def build_neutral(seed: int, folder: Path, order: str = SAME) -> Region:
    """Write the neutral region; territory n is called by identity `order[n]`."""
    assert sorted(order) == sorted(SAME), f"{order!r} is no order of {SAME}"
    territories = [f"X{letter}" for letter in "LMNOP"]
    found = world(seed, tuple(habit(code) for code in territories))
    called = {code: Identity(*IDENTITIES[int(number)]) for code, number in zip(territories, order, strict=True)}
    people = records(found)
    files = [file for code in territories for file in _files(found, called[code], code, people)]
    renamed = _renamed(found, called)
    for one in renamed.habits:
        write_places(renamed, one, folder / "places" / one.code.lower())
        _source(one.code, folder / "sources" / f"neutral-{one.code.lower()}")
    write_map(renamed, folder / "map.geojson")
    write_truth(renamed, people, files, folder / "truth")
    return Region(folder, tuple(_deliver(file, number, folder) for number, file in enumerate(files)), found.last)


def _renamed(found: World, called: dict[str, Identity]) -> World:
    places = tuple(called[place.country].place(place) for place in found.places)
    habits = tuple(replace(one, code=called[one.code].code, name=called[one.code].name) for one in found.habits)
    return replace(found, places=places, habits=habits)


def _files(found: World, identity: Identity, territory: str, people: pl.DataFrame) -> list[File]:
    own = found.habit(territory)
    days, files = cuts(found), []
    for number, on in enumerate(days, start=1):
        first = days[number - 2] - REVISED if number > 1 else None
        told = [
            one for one in returns(found, own, people, known_on=on)
            if one.sent and one.end < on and (first is None or first < one.end)
        ]  # fmt: skip
        rows = [row for one in told for row in _rows(one, identity)]
        file = File(f"weekly-{number}.csv", f"neutral-{identity.code.lower()}", on, [Sheet(None, [HEADER], rows)])
        random = np.random.default_rng([found.seed, 8, ord(territory[-1]), number])
        slip(file, place=2, figures=range(4, 6), random=random, week=1 if number == len(days) else None)
        files.append(file)
    return files


def _rows(one: Return, identity: Identity) -> list[Row]:
    year, week, _ = one.start.isocalendar()
    name = identity.place(one.place).name.native
    rows: list[Row] = []
    for cell in one.cells:
        silent = WORDS.get(cell.status)
        figures: Row = [silent, None] if silent else [cell.cases, cell.deaths]
        rows.append([year, week, name, cell.condition, *figures, one.sites_reporting, one.place.sites])
    return rows


def _source(code: str, folder: Path) -> None:
    (folder / "crosswalk").mkdir(parents=True, exist_ok=True)
    facts = {
        "id": f"neutral-{code.lower()}", "title": f"{code}, weekly table", "owner": f"{code}-moh", "country": code,
        "practice": "neutral-weekly", **FORM,
    }  # fmt: skip
    (folder / "source.yml").write_text(yaml.safe_dump(facts, allow_unicode=True, sort_keys=False), encoding="utf-8")
    (folder / "crosswalk" / "measure.csv").write_text(MEASURES, encoding="utf-8")


def _deliver(file: File, number: int, folder: Path) -> Delivery:
    target = folder / "files" / file.source
    target.mkdir(parents=True, exist_ok=True)
    (target / file.name).write_bytes(written(file))
    at = datetime.combine(file.delivered_on, time(2), timezone.utc) + timedelta(minutes=number)  # noqa: UP017 - one spelling
    return Delivery(file.source, target / file.name, at)

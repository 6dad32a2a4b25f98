"""The weekly form: what is asked of a post this week, and the file that its answers become.

Each condition is answered by an act of its own; nothing is filled beforehand, and what is not answered is asked for
again. The file is delivered as any other: kept byte for byte, read, checked, receipted.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sampan.model.places import Unit
from sampan.model.sources import Source
from sampan.operations import belonging, expecting
from sampan.sources.weekly import WEEKLY
from sampan.store.home import Store

NUMBER, NONE, NOT_KNOWN, CANNOT_SAY = "number", "none", "not known", "cannot say"
KINDS = (NUMBER, NONE, NOT_KNOWN, CANNOT_SAY)
HEADERS = ("place", "name", "first_day", "last_day", "condition", "measure", "figure")
MOST = 1_000_000  # persons of one condition in one unit and week; more is a slip of the hand


@dataclass(frozen=True)
class Asked:
    """A form to fill: the source that declares it and the one it is delivered to, units, weeks and conditions."""

    source: Source
    form: Source
    units: tuple[Unit, ...]
    weeks: tuple[tuple[date, date], ...]  # newest first
    conditions: tuple[str, ...]
    deaths: bool = False  # the source tells of deaths too, so the form asks for them


@dataclass(frozen=True)
class Filled:
    """What was answered for one unit and week: condition -> (kind, number); sites (reported, expected) or None.

    `deaths` in the same way, for the conditions whose cases are a number; of the others the same word is true of them.
    """

    unit: Unit
    week: tuple[date, date]
    answers: Mapping[str, tuple[str, int | None]]
    sites: tuple[int, int] | None = None
    deaths: Mapping[str, tuple[str, int | None]] | None = None


def forms(store: Store, party: str) -> list[Source]:
    """The party's sources that have a weekly form."""
    return [one for one in belonging.sources(store, party).values() if one.form == WEEKLY]


def asked(store: Store, party: str, place: str, source: str, today: date) -> Asked | None:
    """The form of a source for a post's place; None if the party has no such form."""
    every = belonging.sources(store, party)
    found = next((one for one in forms(store, party) if one.id == source), None)
    if found is None:
        return None
    weeks = tuple(expecting.spans(found, today)[::-1])
    units = expecting.units(found, place, weeks[0][1]) or expecting.units(found, "", weeks[0][1])
    return Asked(found, every[f"{found.id}-form"], units, weeks, found.expects.conditions, tells_deaths(found))


def tells_deaths(source: Source) -> bool:
    """True if a source's own layout has deaths: as a word of its crosswalk, or as what the whole file is about."""
    constant = source.columns["measure"].constant if "measure" in source.columns else None
    return constant == "deaths" or any((one.field, one.value) == ("measure", "deaths") for one in source.crosswalk)


def write(filled: Filled, folder: Path) -> Path:
    """The file of a filled form: one line for each answer, two with deaths, and two for the sites."""
    first, last = filled.week
    lines = [(condition, "cases", _figure(*answer)) for condition, answer in filled.answers.items()]
    if filled.deaths is not None:
        lines += [
            (condition, "deaths", _figure(*filled.deaths.get(condition, answer)))
            for condition, answer in filled.answers.items()
        ]
    if filled.sites is not None:
        reporting, expected = filled.sites
        lines += [("all", "sites_reporting", str(reporting)), ("all", "sites_expected", str(expected))]
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(HEADERS)
    for line in lines:
        writer.writerow([filled.unit.place, filled.unit.name, first.isoformat(), last.isoformat(), *line])
    path = folder / f"weekly-form {filled.unit.place} {first.isoformat()}.csv"
    path.write_text(text.getvalue(), encoding="utf-8")
    return path


def _figure(kind: str, number: int | None) -> str:
    match kind:
        case "number":
            assert number is not None, kind
            return str(number)
        case "none" | "not known" | "cannot say":
            return kind
        case _:
            raise AssertionError(kind)

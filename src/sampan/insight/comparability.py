"""May two countries' figures stand beside each other, be added, be ranked? A verdict with its reasons.

    verdict(a, b).word   ->   comparable, caveat (with the caveats told), not-comparable

What differs is read from the two practices; what a difference means for a condition stands in merging.csv, so that
a disease programme can correct it. Nothing here knows a country's name, so no country can be judged by it.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from sampan.model.practices import Practice
from sampan.vocab import conditions

WORDS = ("comparable", "caveat", "not-comparable")
COMPARED = (
    "definition",
    "counts",
    "scheme",
    "setting",
    "sector",
    "testing",
    "period_scheme",
    "date_basis",
    "denominator",
)
WHOLE = ("any", "all")


@dataclass(frozen=True)
class Verdict:
    """`reasons` are the fixed words of what differs, those that forbid first; `notes` say what each means."""

    word: str
    reasons: tuple[str, ...]
    caveats: tuple[str, ...]
    notes: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """For --json and the manifest."""
        return {
            "verdict": self.word,
            "reasons": list(self.reasons),
            "caveats": list(self.caveats),
            "notes": list(self.notes),
        }


def verdict(a: Practice, b: Practice, *, measure: str = "cases", condition: str | None = None) -> Verdict:
    """The verdict on two practices for one condition (by default each its own) and measure."""
    one, two = condition or a.condition, condition or b.condition
    differing = _differing(a, b)
    if "any" not in (one, two) and one != two:
        differing.insert(0, "condition")
    found = [(word, *_meaning(one if one != "any" else two, measure, word)) for word in differing]
    forbidding = [(word, note) for word, means, note in found if means == "not-comparable"]
    caveats = [(word, note) for word, means, note in found if means == "caveat"]
    word = "not-comparable" if forbidding else ("caveat" if caveats else "comparable")
    return Verdict(
        word,
        tuple(dict.fromkeys(reason for reason, _ in forbidding)),
        tuple(dict.fromkeys(reason for reason, _ in caveats)),
        tuple(dict.fromkeys(note for _, note in (*forbidding, *caveats))),
    )


def restricted(practice: Practice, *, age_from: float, age_to: float, setting: str | None = None) -> Practice:
    """The practice of a subset of its own figures; the whole where the subset was not counted apart is unknown."""
    within = (
        practice.age_from is not None
        and practice.age_to is not None
        and practice.age_from <= age_from
        and age_to <= practice.age_to
    )
    assert within, (practice.age_from, practice.age_to, age_from, age_to)
    narrowed = setting if practice.setting in (*WHOLE, setting) else practice.setting
    return replace(practice, age_from=age_from, age_to=age_to, setting=narrowed or practice.setting)


def practice(name: str, condition: str, on: date, beside: Iterable[Practice] = ()) -> Practice:
    """The version of a practice in force that day for a condition; one that says nothing when none is known.

    `beside` are versions that an office knows besides the bundled ones; of one condition the highest version stands.
    """
    fitting = [
        known
        for known in (*bundled(), *beside)
        if known.id == name
        and known.begins <= on
        and (known.ends is None or on <= known.ends)
        and (known.condition == "any" or _covers(known.condition, condition))
    ]
    if not fitting:
        return Practice(name, 0, condition)
    best = max(fitting, key=lambda known: (known.condition != "any", known.version, known.begins))
    return replace(best, condition=condition)


@cache
def bundled() -> tuple[Practice, ...]:
    """The practices in practices.csv, in the order of the file."""
    return tuple(_read(row) for row in _table("practices.csv"))


def _differing(a: Practice, b: Practice) -> list[str]:
    """Fixed words for what differs or is not known on one side; the same practice never differs from itself."""
    if a == b and a.version > 0:
        return []
    found = []
    if None in (a.age_from, a.age_to, b.age_from, b.age_to):
        found.append("unknown")
    elif (a.age_from, a.age_to) != (b.age_from, b.age_to):
        found.append("age")
    for name in COMPARED:
        one, two = getattr(a, name), getattr(b, name)
        if one is None or two is None:
            if one != two or name in ("definition", "setting"):
                found.append("unknown")
        elif one != two:
            found.append(name)
    return list(dict.fromkeys(found))


def _meaning(condition: str, measure: str, differing: str) -> tuple[str, str]:
    """(verdict, note) of a difference: the most particular line of merging.csv, its condition or one above first."""
    lines = [row for row in _table("merging.csv") if row["differing"] == differing]
    fitting = [
        row
        for row in lines
        if row["condition"] == "any" or (row["measure"] in ("any", measure) and _covers(row["condition"], condition))
    ]
    best = max(
        fitting, key=lambda row: -1 if row["condition"] == "any" else len(conditions.ancestors(row["condition"]))
    )
    return best["verdict"], best["note"]


def _covers(wider: str, narrower: str) -> bool:
    known = {one.code for one in conditions.all_conditions()}
    if wider not in known or narrower not in known:
        return wider == narrower
    return wider == narrower or conditions.covers(wider, narrower)


@cache
def _table(name: str) -> tuple[dict[str, str], ...]:
    text = files("sampan.insight").joinpath(name).read_text(encoding="utf-8")
    return tuple(csv.DictReader(text.splitlines()))


def _read(row: dict[str, str]) -> Practice:
    return Practice(
        id=row["practice"],
        version=int(row["version"]),
        condition=row["condition"],
        **{name: row[name] or None for name in COMPARED},
        age_from=float(row["age_from"]) if row["age_from"] else None,
        age_to=float(row["age_to"]) if row["age_to"] else None,
        begins=date.fromisoformat(row["begins"]) if row["begins"] else date.min,
        ends=date.fromisoformat(row["ends"]) if row["ends"] else None,
        source=row["source"],
        verified=row["verified"] == "yes",
    )

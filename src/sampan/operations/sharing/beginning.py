"""A draft from a template: the template's invented sides replaced by two real parties, their posts and a paper."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from sampan.operations.agreements import template
from sampan.people.models import Party, Post


@dataclass(frozen=True)
class Side:
    """One side of a draft: who receives for it, and whose word its releases need."""

    party: str
    name: str
    country: str
    receives: str  # post code
    approves: str  # post code


@dataclass(frozen=True)
class Beginning:
    """What a template does not know: its two sides, the code and title, the paper, the days."""

    template: str
    code: str
    title: str
    paper: str
    begins: date
    ends: date | None
    conditions: tuple[str, ...]  # empty: as the template has them


def drafted(beginning: Beginning, ours: Side, theirs: Side) -> str:
    """The text of the draft. UserError with the nearest name when there is no such template."""
    values: dict[str, Any] = yaml.safe_load(template(beginning.template))
    sides = [ours] + ([theirs] if values["parties"][1]["party"] != "office" else [])
    names: dict[str, str] = {}
    for given, side in zip(values["parties"], sides, strict=False):
        names |= {given["party"]: side.party, **dict(zip(given["posts"], (side.receives, side.approves), strict=False))}
        given |= {
            "party": side.party, "name": side.name, "country": side.country, "zone": zone_of(side.country),
            "posts": list(dict.fromkeys((side.receives, side.approves))),
        }  # fmt: skip
        given.pop("focal_point", None)
        if not side.country:
            given.pop("country")
    values |= {"agreement": beginning.code, "version": 1, "title": beginning.title}
    values["instrument"] = {"name": beginning.paper}
    values["term"] |= {"begins": beginning.begins, "ends": beginning.ends}
    values["term"].pop("review", None)
    if beginning.ends is None:
        values["term"].pop("ends")
    if "attribution" in values.get("terms", {}):
        values["terms"]["attribution"] = ", ".join(side.name for side in sides)
    values["clauses"] = [_clause(clause, names, beginning.conditions) for clause in values["clauses"]]
    return yaml.safe_dump(values, sort_keys=False, allow_unicode=True, default_flow_style=None, width=110)


def next_version(text: str) -> str:
    """The same text one version on, to be changed and sent back."""
    values: dict[str, Any] = yaml.safe_load(text)
    number = values["version"]
    return text.replace(f"version: {number}", f"version: {number + 1}", 1)


def side(post: str, approves: str = "") -> Side | None:
    """A side by the post that receives for it; None where there is no such post, or the approver is another party's."""
    found = Post.objects.filter(code=post, closed_at=None).select_related("party").first()
    if found is None:
        return None
    word = Post.objects.filter(code=approves or post, closed_at=None, party=found.party).first()
    party = found.party
    return None if word is None else Side(party.code, party.name, party.country, found.code, word.code)


@cache
def zone_of(country: str) -> str:
    """The first time zone that the tz database lists for a country, to be changed where it has several; else UTC."""
    table = files("tzdata.zoneinfo").joinpath("zone.tab").read_text(encoding="utf-8")
    lines = (line.split("\t") for line in table.splitlines() if not line.startswith("#"))
    return next((line[2] for line in lines if line[0] == country), "UTC")


def posts() -> list[Post]:
    """Every open post of the parties that share, as the directory has them."""
    found = Post.objects.filter(closed_at=None).exclude(party__kind=Party.Kind.OFFICE)
    return list(found.exclude(role="coordinator").select_related("party").order_by("party__name", "code"))


def _clause(clause: dict[str, Any], names: dict[str, str], conditions: tuple[str, ...]) -> dict[str, Any]:
    word = clause.get("authorisation", {})
    changed = clause | {
        "from": names.get(clause["from"], clause["from"]),
        "to": [names.get(post, post) for post in clause["to"]],
    }
    if "approver" in word:
        changed["authorisation"] = word | {"approver": names.get(word["approver"], word["approver"])}
    if "emergency" in clause:
        by = [names.get(post, post) for post in clause["emergency"]["declared_by"]]
        changed["emergency"] = clause["emergency"] | {"declared_by": by}
    if conditions:
        changed["conditions"] = list(conditions)
    return changed

"""Reading the decision corpus: each case says what differs from one ordinary Monday.

The ordinary Monday: Tay Ninh's surveillance post asks Svay Rieng for last week's cholera cases, by province and
week, to follow the situation, on 10 August 2026 at nine in the morning in Phnom Penh, under weekly.yml.
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from sampan.model.agreements import Agreement
from sampan.model.decisions import Decision, Request
from sampan.sharing.agreements.parse import agreement_of, request_of
from sampan.sharing.decide import decide
from sampan.sharing.fragment.domains import Domains
from sampan.sharing.fragment.known import domains
from sampan.sharing.gates import Word, ladder_of
from sampan.sharing.state import Comparison, Declared, Outage, Override, State

HERE = Path(__file__).parent
ORDINARY: dict[str, Any] = {
    "request": "R-1",
    "post": "vn-tay-ninh/surveillance",
    "purpose": "routine-monitoring",
    "conditions": ["cholera"],
    "places": ["KH-20"],
    "measures": ["cases"],
    "data": {"from": "2026-08-03", "to": "2026-08-09"},
    "resolution": {"level": 1, "period": "week"},
}
MONDAY = "2026-08-10T09:00:00+07:00"
OWNERS = {
    "kh-20-weekly": "kh-svay-rieng",
    "kh-20-lists": "kh-svay-rieng",
    "vn-37-weekly": "vn-tay-ninh",
    "vn-44-weekly": "vn-an-giang",
}
POSTS = (
    "kh-svay-rieng/surveillance",
    "kh/cdc",
    "vn-tay-ninh/surveillance",
    "vn/preventive-medicine",
    "kh-kandal/surveillance",
    "vn-an-giang/surveillance",
    "la-savannakhet/surveillance",
    "office/steward",
)


def cases() -> list[dict[str, Any]]:
    """Every case of every file, with the file's topic."""
    found = []
    for path in sorted(HERE.glob("*.json")):
        found += [{"topic": path.stem, **case} for case in json.loads(path.read_text(encoding="utf-8"))]
    return found


def answer(case: dict[str, Any]) -> Decision:
    """The decision of one case."""
    given = case.get("state", {})
    names = case.get("agreements", ["weekly"])
    agreements = tuple(changed(name, case.get("change", {}).get(name, {})) for name in names)
    asked = request(case.get("request", {}))
    until = {name: date.fromisoformat(day) for name, day in given.get("notice", {}).items()}
    agreements = tuple(replace(a, notice_until=until.get(a.id)) for a in agreements)
    named = tuple(a for a in agreements if any(asked.post in side.posts for side in a.parties))
    return decide(asked, state(given, named), world())


def request(differences: dict[str, Any]) -> Request:
    """The ordinary request with these differences."""
    return request_of(yaml.safe_dump(merged(ORDINARY, differences)))


def changed(name: str, differences: dict[str, Any]) -> Agreement:
    """An agreement of the corpus with these differences; clauses and parties are named by their code."""
    values = yaml.safe_load((HERE / "agreements" / f"{name}.yml").read_text(encoding="utf-8"))
    for group, key in (("clauses", "clause"), ("parties", "party")):
        for code, fields in differences.get(group, {}).items():
            entry = next((entry for entry in values[group] if entry[key] == code), None)
            if entry is None:
                like = next(e for e in values[group] if e[key] == fields.get("like", values[group][0][key]))
                entry = {**like, key: code}
                values[group].append(entry)
            entry.update({name: value for name, value in fields.items() if name != "like"})
            for gone in [name for name, value in fields.items() if value == "absent"]:
                del entry[gone]
    for group in ("term", "terms", "instrument"):
        values[group] = {**values.get(group, {}), **differences.get(group, {})}
    return agreement_of(yaml.safe_dump(values, sort_keys=False), name)


def state(given: dict[str, Any], agreements: tuple[Agreement, ...]) -> State:
    """The frozen state a case describes."""
    return State(
        now=datetime.fromisoformat(given.get("now", MONDAY)),
        agreements=agreements,
        suspended=frozenset(given.get("suspended", ())),
        words=tuple(Word(**{**word, "at": moment(word["at"])}) for word in map(_listed, given.get("words", ()))),
        asked_at=moment(given.get("asked_at")),
        gates=tuple((party, ladder_of(country)) for party, country in given.get("gates", {}).items()),
        declared=tuple(
            Declared(one["trigger"], one["by"], datetime.fromisoformat(one["at"]), moment(one.get("ended_at")))
            for one in given.get("declared", ())
        ),
        lapsed_flows=frozenset((a, b) for a, b in given.get("lapsed_flows", ())),
        outages=frozenset(given.get("outages", ())),
        stood_still=tuple(
            Outage(one["party"], datetime.fromisoformat(one["at"]), datetime.fromisoformat(one["until"]))
            for one in given.get("stood_still", ())
        ),
        labels=tuple(given.get("labels", {}).items()),
        comparisons=tuple(Comparison(c[0], c[1], c[2], tuple(c[3])) for c in given.get("comparisons", ())),
        overrides=tuple(
            Override("R-1", owner, f"{owner}/x", datetime.fromisoformat(MONDAY)) for owner in given.get("overrides", ())
        ),
        made_public=frozenset(given.get("made_public", ())),
    )


def moment(text: str | None) -> Any:
    return None if text is None else datetime.fromisoformat(text)


def merged(base: dict[str, Any], differences: dict[str, Any]) -> dict[str, Any]:
    return {**base, **differences}


def _listed(word: dict[str, Any]) -> dict[str, Any]:
    return {**word, "conditions": tuple(word.get("conditions", ()))}


@cache
def world() -> Domains:
    """The bundled vocabularies, these posts and these sources."""
    return domains(posts=POSTS, owners=OWNERS, countries=["KH", "VN"])

"""A country's ladder from its file: every slip told with its line and the nearest word, and nothing read past one.

A word that is not known could leave a gate open that the law closes; so a file with one slip opens nothing.

    rules = read_ladder(path.read_text(), "vn.yml")
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from importlib.resources import files
from pathlib import PurePath
from typing import Any

import yaml

from sampan.model.errors import UserError
from sampan.sharing.agreements.reader import Field, Reading, Slip, compose, day, flag, many, mapping, text, whole, word
from sampan.sharing.gates.ladder import GATES, MODES, STEPS, GateRule
from sampan.sharing.vocabularies import nearest
from sampan.vocab import conditions


@cache
def ladder_of(country: str) -> tuple[GateRule, ...]:
    """The bundled ladder of a country, empty when none is known."""
    path = files("sampan.sharing.gates").joinpath(f"{country.lower()}.yml")
    return read_ladder(path.read_text(encoding="utf-8"), path.name) if path.is_file() else ()


def read_ladder(text: str, name: str) -> tuple[GateRule, ...]:
    """The rules in a ladder file called after its country (`vn.yml`). UserError naming every slip with its line."""
    reading = Reading()
    values = mapping(LADDER)(reading, compose(text, name), "")
    country = PurePath(name).stem.upper()
    if values.get("country", country) != country:
        reading.slips.append(Slip(reading.lines["country"], "country", f"this file is read for {country} alone"))
    rules = values.get("rules", ())
    for index, one in enumerate(rules):
        if one.get("rule") in {before.get("rule") for before in rules[:index]} - {None}:
            at = f"rules[{index}].rule"
            reading.slips.append(Slip(reading.lines[at], at, f"there is a rule {one['rule']!r} already"))
    if reading.slips:
        raise UserError(
            "; ".join(str(slip) for slip in sorted(reading.slips, key=lambda slip: slip.line)),
            where=name,
            kept="nothing was changed, and this gate lets nothing through until the file reads",
            do="put it right; the fields are those of the bundled ladders",
        )
    return tuple(_rule(one) for one in rules)


def _rule(values: dict[str, Any]) -> GateRule:
    named = values.pop("conditions", ())
    return GateRule(id=values.pop("rule"), conditions=_with_kinds(named), **values)


def _with_kinds(named: Iterable[str]) -> tuple[str, ...]:
    """These conditions and all that lies below them: a word on a family is a word on its kinds."""
    found, every = set(named), conditions.all_conditions()
    while more := {one.code for one in every if one.parent in found} - found:
        found |= more
    return tuple(sorted(found))


def _one_of(words: tuple[str, ...]) -> Callable[[Reading, yaml.Node, str], str | None]:
    def read(reading: Reading, node: yaml.Node, path: str) -> str | None:
        said = text(reading, node, path)
        if said is None or said in words:
            return said
        reading.slip(node, path, f"{said!r} is not one of: {', '.join(words)}", nearest(said, words))
        return None

    return read


def _condition(reading: Reading, node: yaml.Node, path: str) -> str | None:
    said, known = text(reading, node, path), [one.code for one in conditions.all_conditions()]
    if said is None or said in known:
        return said
    reading.slip(node, path, f"{said!r} is not a known condition", nearest(said, known))
    return None


RULE = {
    "rule": Field(text, required=True),
    "gate": Field(_one_of(GATES), required=True),
    "step": Field(_one_of(STEPS), required=True),
    "post": Field(text, required=True),
    "mode": Field(_one_of(MODES), required=True),
    "law": Field(text, required=True),
    "prepares": Field(many(text)),
    "kinds": Field(many(word("kind"))),
    "classes": Field(many(word("class"))),
    "conditions": Field(many(_condition)),
    "usual_days": Field(whole(0, 3650)),
    "response_days": Field(whole(1, 365)),
    "begins": Field(day),
    "verified": Field(flag),
    "source": Field(text),
}
LADDER = {"country": Field(text), "rules": Field(many(mapping(RULE)), required=True)}

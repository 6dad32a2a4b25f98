"""A draft with the answers put in: source.yml as plain values, and its crosswalk lines."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

FREE = ("owner", "practice", "title", "wide.parts", "rows")  # noted beside the source, or said otherwise
TAKEN = ("as drafted", "ignore", "strip")


def source_of(proposal: Mapping[str, Any], answers: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    """source.yml of a proposal with its answers."""
    body: dict[str, Any] = copy.deepcopy(dict(proposal["source"]))
    notes = []
    for about, said in answers.items():
        value = said["value"]
        match about.partition("."):
            case ("delivery", ".", "mode"):
                body.setdefault("delivery", {})["mode"] = value
            case ("columns", ".", field):
                body["columns"][field] = {"is": value}
            case ("silences", ".", mark):
                body.setdefault("silences", {})["" if mark == "blank" else mark] = value
            case ("dates", ".", part):
                body.setdefault("dates", {})[part] = value
            case ("calendar", "", ""):
                body["calendar"] = value
            case ("country", "", ""):
                body["country"] = value
            case _ if about.startswith("column "):
                _column(body, about.removeprefix("column "), value)
            case _:
                notes.append(f"{about}: {value}")
    if notes:
        body["notes"] = "; ".join(notes)
    return body


def crosswalks(
    proposal: Mapping[str, Any], lines: list[dict[str, str]], post: str, day: str
) -> dict[str, list[dict[str, str]]]:  # fmt: skip
    """Field -> lines approved by the owner; a line said later stands in place of the drafted one of its term."""
    found: dict[str, dict[str, dict[str, str]]] = {}
    drafted = [(field, line) for field, every in proposal["crosswalks"].items() for line in every]
    for field, line in [*drafted, *((line["field"], line) for line in lines)]:
        approved = {"approved_by": post, "approved_on": day}
        names = ("term", "value", "match", "author", "note")
        found.setdefault(field, {})[line["term"]] = {name: line.get(name, "") for name in names} | approved
    return {field: list(every.values()) for field, every in found.items()}


def open_questions(proposal: Mapping[str, Any], answers: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Questions nobody answered yet; who owns the feed is said by whose desk it lies on."""
    asked = [one for one in proposal["questions"] if one["about"] != "owner" and not _of_terms(one["about"])]
    return [one for one in asked if one["about"] not in answers]


def options_of(question: Mapping[str, Any]) -> tuple[str, ...]:
    """What may be answered; of a column: as drafted, left out, or stripped."""
    return TAKEN if question["about"].startswith("column ") else tuple(question["options"])


def open_terms(proposal: Mapping[str, Any], lines: list[dict[str, str]]) -> list[dict[str, str]]:
    """Terms nobody translated yet."""
    said = {(line["field"], line["term"]) for line in lines}
    return [one for one in proposal["open_terms"] if (one["field"], one["term"]) not in said]


def _of_terms(about: str) -> bool:
    return about.startswith("crosswalk.")


def _column(body: dict[str, Any], name: str, value: str) -> None:
    """Leave a column out, strip it, or keep it as drafted."""
    if value == "ignore":
        _untake(body, name)
        body.setdefault("ignore", {})[name] = "left out by its owner"
    elif value == "strip":
        _untake(body, name)
        body["strip"] = [*body.get("strip", []), name]


def _untake(body: dict[str, Any], name: str) -> None:
    for field, spec in list(body["columns"].items()):
        columns = spec.get("from") if isinstance(spec, dict) else spec
        if columns == name or (isinstance(columns, list) and name in columns):
            del body["columns"][field]
    body["strip"] = [one for one in body.get("strip", []) if one != name]
    body.get("ignore", {}).pop(name, None)

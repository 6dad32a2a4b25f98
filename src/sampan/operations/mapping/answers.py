"""A draft with the answers put in: source.yml as plain values, and its crosswalk lines."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from sampan.harmonise.draft.said import AS_DRAFTED, YES
from sampan.vocab import languages
from sampan.vocab.periods import calendars

FREE = ("owner", "practice", "title", "wide.parts", "rows")  # noted beside the source, or said otherwise
SIGNS = (".", ",")
TAKEN = (AS_DRAFTED, "ignore", "strip")


def source_of(proposal: Mapping[str, Any], answers: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    """source.yml of a proposal with its answers; what no part of it can hold stands in its notes."""
    body: dict[str, Any] = copy.deepcopy(dict(proposal["source"]))
    notes = []
    for about, said in answers.items():
        if said["value"] != AS_DRAFTED and not _put(body, about, said["value"]):
            notes.append(f"{about}: {said['value']}")
    if notes:
        body["notes"] = "; ".join(notes)
    return body


def _put(body: dict[str, Any], about: str, value: str) -> bool:
    """Put one answer where it belongs; False if no part of source.yml holds it."""
    match about.partition("."):
        case ("columns", ".", field):
            _field(body, field, value)
        case ("silences", ".", mark):
            body.setdefault("silences", {})["" if mark == "blank" else mark] = value
        case ("dates" | "delivery" as part, ".", word):
            body.setdefault(part, {})[word] = value
        case ("calendar" | "country" as word, "", ""):
            body[word] = _calendar(body.get("calendar"), value) if word == "calendar" else value
        case ("calendar", ".", "era"):
            body["calendar"] = _of_era(body.get("calendar"), value)
        case ("numbers", ".", "locale"):
            body["numbers"] = {"locale": _locale(body, value) if value in SIGNS else value}
        case ("read", ".", "hidden_sheets"):
            body["read"]["hidden_sheets"] = value == YES
        case ("read", ".", "sheets"):
            body["read"]["sheets"] = [name.strip() for name in value.split(";") if name.strip()]
        case _ if about.startswith("column "):
            _column(body, about.removeprefix("column "), value)
        case _:
            return False
    return True


def _field(body: dict[str, Any], field: str, value: str) -> None:
    """A field said for the whole file, one of its words ("period.year"), or the column of figures."""
    if field == "value":
        _untake(body, value)
        body["columns"]["value"] = value
    elif "." in field:
        name, _, option = field.partition(".")
        _option(body, name, option, value)
    else:
        body["columns"][field] = {"is": value}


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


def _option(body: dict[str, Any], field: str, option: str, value: str) -> None:
    """One word of a field, such as the year of weeks that name none."""
    spec = body["columns"].get(field, {})
    body["columns"][field] = ({"from": spec} if isinstance(spec, str | list) else dict(spec)) | {option: value}


def _calendar(drafted: Any, name: str) -> Any:
    """The weeks as answered, and still the era in which the file writes its years."""
    era = _era(drafted)
    return name if era in (None, calendars()[name].era) else {"id": f"{name}-{era}", "like": name, "era": era}


def _of_era(drafted: Any, era: str) -> Any:
    """The calendar as it stands, its years of the era answered."""
    if isinstance(drafted, dict):
        return drafted | {"era": era}
    return _calendar({"era": era}, drafted or "gregorian")


def _era(drafted: Any) -> str | int | None:
    if isinstance(drafted, dict):
        return drafted.get("era")
    return calendars()[drafted].era if drafted in calendars() else None


def _locale(body: Mapping[str, Any], sign: str) -> str:
    """A language that parts thousands by that sign, one of the file's own if there is one."""
    known = (*body.get("languages", ()), *languages.languages())
    return next(code for code in known if languages.separators(code)[0] == sign)


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

"""A YAML mapping read against a closed list of fields: values out, and every slip with its line.

Nothing here knows what an agreement is; fields.py lists the fields, parse.py builds the values.
A slip never stops the reading: a file with five slips tells all five.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

import yaml

from sampan.model.errors import UserError
from sampan.sharing.vocabularies import nearest, words

EMPTY = {"", "~", "null", "Null", "NULL"}
FLAGS = {"yes": True, "true": True, "no": False, "false": False}


@dataclass(frozen=True)
class Slip:
    """One thing in the file that is not as it should be; `nearest` is the word it was probably meant to be."""

    line: int
    path: str
    what: str
    nearest: str | None = None

    def __str__(self) -> str:
        hint = f"; did you mean {self.nearest!r}?" if self.nearest else ""
        return f"line {self.line}: {self.path}: {self.what}{hint}"

    def as_dict(self) -> dict[str, Any]:
        """For --json."""
        return {"line": self.line, "path": self.path, "what": self.what, "nearest": self.nearest}


@dataclass(frozen=True)
class Field:
    """One field of a mapping: how its node is read, and whether it may be left out."""

    read: Callable[[Reading, yaml.Node, str], Any]
    required: bool = False


@dataclass
class Reading:
    """The slips met so far and the line of each path, filled while a file is read."""

    slips: list[Slip] = field(default_factory=list)
    lines: dict[str, int] = field(default_factory=dict)

    def slip(self, node: yaml.Node, path: str, what: str, near: str | None = None) -> None:
        """Note one slip at the node's line."""
        self.slips.append(Slip(line_of(node), path, what, near))


def compose(text: str, name: str) -> yaml.Node:
    """The file's root node. UserError with the line when it is not YAML or holds nothing."""
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as problem:
        line = problem.problem_mark.line + 1 if problem.problem_mark else 1
        raise UserError(
            f"this is not YAML: {problem.problem}",
            where=f"{name}, line {line}",
            kept="nothing was changed",
            do="check the indentation and the colons near that line",
        ) from problem
    except yaml.YAMLError as problem:  # a character that no text has
        raise UserError(
            "this is not YAML: it holds characters that no text has", where=name, kept="nothing was changed",
            do="save it as plain text, UTF-8",
        ) from problem  # fmt: skip
    if node is None:
        raise UserError(
            "the file is empty",
            where=name,
            kept="nothing was changed",
            do="write it first, or name the file that was meant",
        )
    return node


def line_of(node: yaml.Node) -> int:
    """The 1-based line on which a node begins."""
    return int(node.start_mark.line) + 1


def mapping(fields: Mapping[str, Field]) -> Callable[[Reading, yaml.Node, str], dict[str, Any]]:
    """A reader for a mapping with exactly these fields; absent optional ones are left out of the result."""

    def read(reading: Reading, node: yaml.Node, path: str) -> dict[str, Any]:
        reading.lines[path] = line_of(node)
        if not isinstance(node, yaml.MappingNode):
            reading.slip(node, path or "file", f"expected fields ({', '.join(fields)}), found {_show(node)}")
            return {}
        values: dict[str, Any] = {}
        seen: set[str] = set()
        for key, value in node.value:
            name = str(key.value) if isinstance(key, yaml.ScalarNode) else _show(key)
            at = f"{path}.{name}" if path else name
            if name in seen:
                reading.slip(key, at, "this field is given twice")
            elif name not in fields:
                reading.slip(key, at, f"there is no field {name!r} here", nearest(name, fields))
            elif not _empty(value):
                reading.lines[at] = line_of(key)
                values[name] = fields[name].read(reading, value, at)
            seen.add(name)
        for name, spec in fields.items():
            if spec.required and name not in values:
                reading.slip(node, f"{path}.{name}" if path else name, "this field is required")
        return values

    return read


def many(item: Callable[[Reading, yaml.Node, str], Any]) -> Callable[[Reading, yaml.Node, str], tuple[Any, ...]]:
    """A reader for a list; one bare value counts as a list of one."""

    def read(reading: Reading, node: yaml.Node, path: str) -> tuple[Any, ...]:
        nodes = node.value if isinstance(node, yaml.SequenceNode) else [node]
        found = tuple(item(reading, part, f"{path}[{index}]") for index, part in enumerate(nodes))
        return tuple(value for value in found if value is not None)

    return read


def text(reading: Reading, node: yaml.Node, path: str) -> str | None:
    """A reader for free text."""
    if isinstance(node, yaml.ScalarNode):
        return str(node.value).strip()
    reading.slip(node, path, f"expected a text, found {_show(node)}")
    return None


def day(reading: Reading, node: yaml.Node, path: str) -> date | None:
    """A reader for a date written 2026-04-01."""
    try:
        return date.fromisoformat(str(node.value))
    except ValueError:
        reading.slip(node, path, f"{_show(node)} is not a date; write it as 2026-04-01")
        return None


def instant(reading: Reading, node: yaml.Node, path: str) -> datetime | None:
    """A reader for a moment with its zone, such as 2026-04-01T00:00:00+07:00; the result is UTC."""
    try:
        moment = datetime.fromisoformat(str(node.value))
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        reading.slip(node, path, f"{_show(node)} is not a moment with its zone; write 2026-04-01T00:00:00+07:00")
        return None
    return moment.astimezone(UTC)


def whole(least: int, most: int = 100_000) -> Callable[[Reading, yaml.Node, str], int | None]:
    """A reader for a whole number between two bounds."""

    def read(reading: Reading, node: yaml.Node, path: str) -> int | None:
        raw = str(node.value)
        digits = re.fullmatch(r"-?[0-9]{1,9}", raw)
        if isinstance(node, yaml.ScalarNode) and digits and least <= int(raw) <= most:
            return int(raw)
        reading.slip(node, path, f"{_show(node)} is not a whole number from {least} to {most}")
        return None

    return read


def flag(reading: Reading, node: yaml.Node, path: str) -> bool | None:
    """A reader for yes or no."""
    answer = FLAGS.get(str(node.value).lower())
    if answer is None:
        reading.slip(node, path, f"{_show(node)} is neither yes nor no")
    return answer


def word(vocabulary: str) -> Callable[[Reading, yaml.Node, str], str | None]:
    """A reader for one word of a closed vocabulary; a slip names the nearest word."""

    def read(reading: Reading, node: yaml.Node, path: str) -> str | None:
        value, known = str(node.value), words(vocabulary)
        if isinstance(node, yaml.ScalarNode) and value in known:
            return value
        if isinstance(node, yaml.ScalarNode) and vocabulary == "level" and value in {"country", "province"}:
            reading.slip(node, path, f"{value!r} is written as a number", {"country": "0", "province": "1"}[value])
            return None
        what = f"{_show(node)} is not one of: {', '.join(known)}"
        reading.slip(node, path, what, nearest(value, known) if isinstance(node, yaml.ScalarNode) else None)
        return None

    return read


def any_or_many(item: Callable[[Reading, yaml.Node, str], Any]) -> Callable[[Reading, yaml.Node, str], Any]:
    """A reader for a list, or the word `any` (which becomes the text "any")."""
    listed = many(item)

    def read(reading: Reading, node: yaml.Node, path: str) -> Any:
        if isinstance(node, yaml.ScalarNode) and node.value == "any":
            return "any"
        return listed(reading, node, path)

    return read


def _empty(node: yaml.Node) -> bool:
    return isinstance(node, yaml.ScalarNode) and node.style is None and node.value in EMPTY


def _show(node: yaml.Node) -> str:
    if isinstance(node, yaml.ScalarNode):
        return repr(str(node.value)[:60])
    return "a list" if isinstance(node, yaml.SequenceNode) else "a group of fields"

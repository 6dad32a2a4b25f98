"""The family of errors and every message that the code can say, as the code writes it."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import sampan
from sampan.model import errors

ROOT = Path(sampan.__file__).parent
HEAD = """# Errors and messages

Written from the code by `make docs`. A message has four parts: what happened, where, what was kept, what to do now.
Names in braces are filled in when it is said. No message holds a person's name.
"""


@dataclass(frozen=True)
class Message:
    """One place in the code that tells a person about a problem."""

    room: str
    error: str
    what: str
    kept: str
    do: str


def family() -> dict[str, type[errors.SampanError]]:
    """Name -> class of SampanError and all that descend from it in model/errors.py."""
    classes = vars(errors).values()
    return {c.__name__: c for c in classes if inspect.isclass(c) and issubclass(c, errors.SampanError)}


def messages() -> Iterator[Message]:
    """Every call of an error of the family, in the order of rooms and lines."""
    for path in sorted(ROOT.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        room = path.relative_to(ROOT).parts[0].removesuffix(".py")
        named = _Named(constants(tree))
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in family():
                yield _message(room, named.visit(node))


class _Named(ast.NodeTransformer):
    """Puts the text of a module's own constants where their names stand."""

    def __init__(self, known: dict[str, ast.expr]) -> None:
        self.known = known

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return self.known.get(node.id, node)


def constants(tree: ast.Module) -> dict[str, ast.expr]:
    """Name -> string of a module's assignments at its top."""
    found = {}
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            found |= {target.id: node.value for target in node.targets if isinstance(target, ast.Name)}
    return found


def _message(room: str, node: ast.Call) -> Message:
    assert isinstance(node.func, ast.Name)
    parts = {word.arg: words(word.value) for word in node.keywords if word.arg}
    handed_on = any(word.arg is None for word in node.keywords)
    what = (
        words(node.args[0]) if node.args else parts.get("what", "{its parts, worked out before}" if handed_on else "")
    )
    return Message(room, node.func.id, what, parts.get("kept", ""), parts.get("do", ""))


def words(node: ast.expr) -> str:
    """A string expression as a person reads it: f-string parts in braces, others as their code."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(words(part) for part in node.values)
    if isinstance(node, ast.FormattedValue):
        return "{" + ast.unparse(node.value) + "}"
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return words(node.left) + words(node.right)
    if isinstance(node, ast.IfExp):
        return " / ".join(part for part in (words(node.body), words(node.orelse)) if part)
    return "{" + ast.unparse(node) + "}"


def page() -> str:
    """docs/reference/errors.md."""
    tree = inspect.getdoc(errors) or ""
    parts = [HEAD, f"```text\n{tree}\n```\n"]
    rooms: dict[str, set[Message]] = {}
    for message in messages():
        rooms.setdefault(message.room, set()).add(message)
    for room, said in sorted(rooms.items()):
        parts += [f"## {room}\n", "| error | what happened | what was kept | what to do |", "|---|---|---|---|"]
        rows = sorted(said, key=lambda m: (m.error, m.what, m.kept, m.do))
        parts += [f"| {m.error} | {_cell(m.what)} | {_cell(m.kept)} | {_cell(m.do)} |" for m in rows]
        parts.append("")
    return "\n".join(parts)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")

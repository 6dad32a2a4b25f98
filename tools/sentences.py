"""Sentences the house says in English to people, as patterns: "this file is sent by {1}".

Run it to see which of them have no words in a language yet: python -m tools.sentences km
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import sampan
from sampan.vocab.telling import patterns

ROOT = Path(sampan.__file__).parent
PROBLEMS = {"UserError", "NeedsPerson", "Refused", "OurFault", "Clash", "refuse", "tell"}
PARTS = {"what", "where", "kept", "do"}
# rooms whose every sentence is read by a person: what a draft says of a file, and what must not leave
SPOKEN = ("harmonise/draft", "harmonise/look.py", "harmonise/personal.py", "formats/encodings.py",
          "formats/delimiters.py", "formats/tableshape.py", "formats/sniffing.py", "formats/limits.py",
          "sharing/agreements/check.py", "operations/proving/news.py")  # fmt: skip
# what only the operator of the machine, or whoever writes a source or an agreement as a file, meets
FOR_OPERATORS = (
    "cli/", "office/", "store/", "operations/proving/", "operations/backing_up.py", "operations/restoring.py",
    "operations/apart.py", "sharing/disclosure/", "sources/definition.py", "vocab/", "model/", "formats/forms.py",
    "harmonise/readers.py", "harmonise/reshape.py", "operations/auditing.py",
)  # fmt: skip
FOR_FILES = ("# ", " One of: ")  # comments in a drafted source.yml, which is English as every file of ours
_SENTENCE = re.compile(r"[A-Za-z']{2,},? (?:\{\d+\} )?[a-z'0-9]{1,}|^[A-Za-z]+: \{1\}$")


def spoken(*, operators: bool = False) -> dict[str, str]:
    """Pattern -> the file that says it."""
    found: dict[str, str] = {}
    for path in sorted(ROOT.rglob("*.py")):
        name = str(path.relative_to(ROOT))
        if name.startswith(FOR_OPERATORS) and not name.startswith(SPOKEN) and not operators:
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for text in _everything(tree) if name.startswith(SPOKEN) else _problems(tree):
            found.setdefault(text, name)
    return found


def _problems(tree: ast.Module) -> Iterator[str]:
    """The parts of every problem: literal ones, and those a name of the same file stands for."""
    named = _named(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _name(node.func) in PROBLEMS:
            given = [*node.args, *(word.value for word in node.keywords if word.arg in PARTS)]
            for part in given:
                yield from _texts(part, named)


def _named(tree: ast.Module) -> dict[str, list[ast.expr]]:
    named: dict[str, list[ast.expr]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Name):
                    named.setdefault(target.id, []).append(node.value)
    return named


def _texts(node: ast.expr, named: dict[str, list[ast.expr]]) -> Iterator[str]:
    match node:
        case ast.Constant(value=str() as text):
            yield from _kept(text)
        case ast.JoinedStr():
            yield from _kept(pattern(node))
        case ast.IfExp():
            yield from _texts(node.body, named)
            yield from _texts(node.orelse, named)
        case ast.BoolOp():
            for one in node.values:
                yield from _texts(one, named)
        case ast.Name() if node.id in named:
            for one in named.get(node.id, []):
                yield from _texts(one, {})


def _everything(tree: ast.Module) -> Iterator[str]:
    """Every sentence of a file that is no docstring."""
    told = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}  # docstrings
    inside = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            yield from _kept(pattern(node))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in told | inside:
            yield from _kept(node.value)


def pattern(node: ast.JoinedStr) -> str:
    """An f-string with its slots numbered."""
    parts, number = [], 0
    for part in node.values:
        if isinstance(part, ast.Constant):
            parts.append(str(part.value))
        else:
            number += 1
            quoted = "'" if isinstance(part, ast.FormattedValue) and part.conversion == ord("r") else ""
            parts.append(f"{quoted}{{{number}}}{quoted}")
    return "".join(parts)


def _kept(text: str) -> Iterator[str]:
    if _SENTENCE.search(text) and not text.startswith(FOR_FILES):
        yield text


def _name(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


if __name__ == "__main__":
    known = patterns(sys.argv[1])
    for text, where in spoken(operators="--all" in sys.argv).items():
        if text not in known:
            print(f"{where}\t{text}")

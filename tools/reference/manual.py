"""The manual, printed from the tests in tests/spec: chapters are folders, sections files, paragraphs tests."""

from __future__ import annotations

import ast
import textwrap
from pathlib import Path

SPEC = Path(__file__).parents[2] / "tests" / "spec"
HEAD = """# Manual by example

Printed from `tests/spec` by `make docs`. Each example is a test: what is drawn here is what the code does.
"""


def page() -> str:
    """docs/reference/manual.md."""
    parts = [HEAD]
    for path in sorted(SPEC.rglob("test_*.py")):
        parts.append(section(path))
    return "\n".join(parts)


def section(path: Path) -> str:
    """One spec file: its opening sentences, then each test as a paragraph and its code."""
    text = path.read_text(encoding="utf-8")
    tree = ast.parse(text)
    chapter = " / ".join((*path.relative_to(SPEC).parts[:-1], path.stem.removeprefix("test_")))
    parts = [f"## {_words(chapter)}\n", (ast.get_docstring(tree) or "") + "\n"]
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            parts.append(paragraph(node, text))
    return "\n".join(parts)


def paragraph(node: ast.FunctionDef, text: str) -> str:
    """A test as its name, its docstring and its body."""
    body = node.body[1:] if ast.get_docstring(node) and len(node.body) > 1 else node.body
    lines = text.splitlines()[body[0].lineno - 1 : node.end_lineno]
    parameters = [ast.unparse(decorator) for decorator in node.decorator_list]
    code = textwrap.dedent("\n".join(lines))
    shown = "\n".join([*parameters, code])
    title = _words(node.name.removeprefix("test_"))
    return f"### {title}\n\n{ast.get_docstring(node) or ''}\n\n```python\n{shown}\n```\n"


def _words(name: str) -> str:
    text = name.replace("_", " ")
    return text[:1].upper() + text[1:]

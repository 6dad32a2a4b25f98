"""The shape we hold: small files and functions, no cycles, no late imports, few parameters, comments that say why.

Ceilings hold for every file; middles and tenths hold for the whole. A message names the place and the way out.
"""

from __future__ import annotations

import ast
import io
import re
import statistics
import tokenize
from collections.abc import Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import sampan

ROOT = Path(sampan.__file__).parent
REPOSITORY = ROOT.parents[1]

FILE_LINES_MAX, FILE_LINES_P90, FILE_LINES_MEDIAN = 600, 450, 150
FUNCTION_LINES_MAX, FUNCTION_LINES_P90, FUNCTION_LINES_MEDIAN = 70, 30, 12
PARAMETERS_MAX, PARAMETERS_P95 = 8, 5
PUBLIC_NAMES_MAX = 25
PUBLIC_NAMES_P90 = 15
COMMENT_SHARE = (0.01, 0.15)

Function = ast.FunctionDef | ast.AsyncFunctionDef


@cache
def modules() -> dict[str, tuple[Path, str, ast.Module]]:
    """Dotted name -> (path, text, tree) of every file of ours; migrations are written by Django."""
    found = {}
    for path in sorted(ROOT.rglob("*.py")):
        if "migrations" not in path.parts:
            dotted = ".".join(path.relative_to(ROOT.parent).with_suffix("").parts).removesuffix(".__init__")
            text = path.read_text(encoding="utf-8")
            found[dotted] = (path, text, ast.parse(text))
    return found


def functions() -> Iterator[tuple[str, Function]]:
    """Every function and method with where it stands."""
    for path, _, tree in modules().values():
        for node in ast.walk(tree):
            if isinstance(node, Function):
                yield f"{path.relative_to(REPOSITORY)}:{node.lineno} {node.name}", node


def tenths(values: list[int], share: float) -> int:
    """The value that `share` of all values do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def listed(offenders: list[str]) -> str:
    """Offenders one a line, for a message."""
    return "\n  ".join(["", *offenders])


def test_files_are_small() -> None:
    lines = {str(path.relative_to(REPOSITORY)): text.count("\n") for path, text, _ in modules().values()}
    long = [f"{path}: {count} lines" for path, count in lines.items() if count > FILE_LINES_MAX]
    assert not long, f"Files over {FILE_LINES_MAX} lines; look for the second noun inside:{listed(long)}"
    assert tenths(list(lines.values()), 0.9) <= FILE_LINES_P90, "too many long files"
    assert statistics.median(lines.values()) <= FILE_LINES_MEDIAN, "the middle file is too long"


def test_test_files_are_small() -> None:
    paths = [path for folder in ("tests", "tools", "benchmarks") for path in (REPOSITORY / folder).rglob("*.py")]
    long = [str(path) for path in paths if path.read_text(encoding="utf-8").count("\n") > FILE_LINES_MAX]
    assert not long, f"Test files over {FILE_LINES_MAX} lines; one file for each thing tested:{listed(long)}"


def test_functions_are_short() -> None:
    lines = {where: (node.end_lineno or node.lineno) - node.lineno + 1 for where, node in functions()}
    long = [f"{where}: {count} lines" for where, count in lines.items() if count > FUNCTION_LINES_MAX]
    assert not long, (
        f"Functions over {FUNCTION_LINES_MAX} lines; keep branching here, move work to helpers:{listed(long)}"
    )
    assert tenths(list(lines.values()), 0.9) <= FUNCTION_LINES_P90, "too many long functions"
    assert statistics.median(lines.values()) <= FUNCTION_LINES_MEDIAN, "the middle function is too long"


def parameters(node: Function) -> int:
    """How many things a caller must think of; self and cls are none."""
    names = [a.arg for a in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)]
    return len([name for name in names if name not in ("self", "cls")])


def is_command(node: Function) -> bool:
    """A click command's parameters are its options, listed by its help."""
    text = " ".join(ast.unparse(decorator) for decorator in node.decorator_list)
    return ".option(" in text or ".argument(" in text or ".command(" in text


def test_parameters_are_few() -> None:
    counts = {where: parameters(node) for where, node in functions() if not is_command(node)}
    many = [f"{where}: {count} parameters" for where, count in counts.items() if count > PARAMETERS_MAX]
    assert not many, f"These arguments are a noun; make it a frozen dataclass:{listed(many)}"
    assert tenths(list(counts.values()), 0.95) <= PARAMETERS_P95, "too many functions take many parameters"


def imports(tree: ast.Module) -> Iterator[str]:
    """Dotted names of ours that a file imports, modules and names within them alike."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"relative import of {node.module}: write it in full"
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def test_no_import_cycles() -> None:
    known = modules()
    graph = {
        name: {used for used in imports(tree) if used in known and used != name and not name.startswith(f"{used}.")}
        for name, (_, _, tree) in known.items()
    }
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as cycle:
        raise AssertionError(f"Import cycle: {' -> '.join(cycle.args[1])}. Move what both need downhill.") from cycle


def test_no_late_imports() -> None:
    late = [
        f"{where}, line {inner.lineno}"
        for where, node in functions()
        for inner in ast.walk(node)
        if isinstance(inner, ast.Import | ast.ImportFrom) and not ("/apps.py:" in where and node.name == "ready")
    ]  # Django calls `ready` of an app when models may first be imported
    assert not late, f"Imports inside functions; import at the top, downhill only:{listed(late)}"


def test_modules_open_with_a_sentence() -> None:
    mute = []
    for path, _, tree in modules().values():
        text = ast.get_docstring(tree)
        if not text or not re.match(r".*[.:?](\n|$)", text, re.DOTALL):
            mute.append(str(path.relative_to(REPOSITORY)))
    assert not mute, f"Modules that do not say in a sentence what they are for:{listed(mute)}"


def test_public_functions_are_described() -> None:
    mute = []
    for path, _, tree in modules().values():
        for node in tree.body:
            public = isinstance(node, Function | ast.ClassDef) and not node.name.startswith("_")
            if public and not ast.get_docstring(node):
                mute.append(f"{path.relative_to(REPOSITORY)}:{node.lineno} {node.name}")
    assert not mute, f"Public names without a docstring:{listed(mute)}"


def public_names(tree: ast.Module) -> list[str]:
    """Functions and classes of a module that others may use."""
    return [n.name for n in tree.body if isinstance(n, Function | ast.ClassDef) and not n.name.startswith("_")]


def test_public_names_are_few() -> None:
    counts = {str(path.relative_to(REPOSITORY)): len(public_names(tree)) for path, _, tree in modules().values()}
    many = [f"{path}: {count}" for path, count in counts.items() if count > PUBLIC_NAMES_MAX]
    assert not many, f"Modules that offer more than {PUBLIC_NAMES_MAX} public names:{listed(many)}"
    assert tenths(list(counts.values()), 0.9) <= PUBLIC_NAMES_P90, "too many modules offer too many names"


def comments(text: str) -> Iterator[tuple[int, str]]:
    """Line and text of each comment."""
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string


def test_comments_are_neither_missing_nor_many() -> None:
    lines = sum(text.count("\n") for _, text, _ in modules().values())
    notes = sum(1 for _, text, _ in modules().values() for _ in comments(text))
    low, high = COMMENT_SHARE
    assert low <= notes / lines <= high, f"{notes} comments in {lines} lines; comments say why, code says what"


def test_hushed_warnings_say_why() -> None:
    """`# noqa: X` and `# type: ignore[x]` carry their reason on the same line, after the code."""
    bare = []
    for path, text, _ in modules().values():
        for line, comment in comments(text):
            hushed = re.search(r"(noqa|type: ignore|pragma: no cover)(:\s*[A-Z0-9, ]+|\[[\w, -]+\])?(.*)", comment)
            if hushed and len(re.sub(r"\W", "", hushed.group(3))) < 4:
                bare.append(f"{path.relative_to(REPOSITORY)}:{line} {comment}")
    assert not bare, f"Hushed warnings without a reason on the line:{listed(bare)}"


def test_nothing_is_left_unfinished() -> None:
    words = re.compile(r"raise NotImplementedError|\b(TO" + r"DO|FIX" + r"ME|XX" + r"X)\b")
    left = [
        f"{path.relative_to(REPOSITORY)}:{number} {line.strip()}"
        for path, text, _ in modules().values()
        for number, line in enumerate(text.splitlines(), 1)
        if words.search(line)
    ]
    assert not left, f"Unfinished:{listed(left)}"

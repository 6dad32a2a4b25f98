"""What the code imports is declared, what is declared is locked, and the lock names no machine."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

REPOSITORY = Path(__file__).parents[1]
PROJECT = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
LOCK = (REPOSITORY / "requirements.lock").read_text(encoding="utf-8")


@cache
def locked() -> dict[str, str]:
    """Canonical name -> version."""
    return {canonicalize_name(n): v for n, v in re.findall(r"^([\w.-]+)==(\S+)", LOCK, re.M)}


def declared(*extras: str) -> list[Requirement]:
    """Requirements of the package and of the extras named."""
    lines = list(PROJECT["dependencies"])
    for extra in extras:
        lines += PROJECT["optional-dependencies"][extra]
    return [Requirement(line) for line in lines]


def test_everything_declared_is_locked_at_a_version_that_fits() -> None:
    wrong = [
        str(requirement)
        for requirement in declared("dev", "postgres")
        if not requirement.specifier.contains(locked().get(canonicalize_name(requirement.name), "0"), prereleases=True)
    ]
    assert not wrong, f"not in requirements.lock, or at a version that does not fit; run: make lock ({wrong})"


def test_every_locked_file_has_a_hash_and_no_address() -> None:
    assert not re.search(r"://|--index|--find-links|--trusted-host", LOCK)
    blocks = re.split(r"^(?=[\w.-]+==)", LOCK, flags=re.M)[1:]
    assert not [block.split()[0] for block in blocks if "--hash=sha256:" not in block]


def test_everything_imported_is_declared() -> None:
    known = packages_distributions()
    ours = {canonicalize_name(requirement.name) for requirement in declared(*PROJECT["optional-dependencies"])}
    undeclared = {}
    for path in (REPOSITORY / "src").rglob("*.py"):
        for name in _imported(path) - sys.stdlib_module_names - {"sampan"}:
            distributions = {canonicalize_name(d) for d in known.get(name, [name])}
            if not distributions & ours:
                undeclared[name] = str(path.relative_to(REPOSITORY))
    assert not undeclared, f"imported, but not among the dependencies in pyproject.toml: {undeclared}"


def _imported(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.partition(".")[0])
    return found

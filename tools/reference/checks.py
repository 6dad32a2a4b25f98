"""The checks as each file tells of itself: title, explanation, remedy, and the reasons on offer."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import sampan.checks

HEAD = """# Checks

Written from the files in `src/sampan/checks` by `make docs`. A check compares a table, and what was known before, with
one rule; what it says is a finding with an owner. Where a legitimate reason exists the check is a question.
"""


def modules() -> Iterator[ModuleType]:
    """Every file of the checks room."""
    for found in sorted(pkgutil.walk_packages(sampan.checks.__path__, "sampan.checks."), key=lambda m: m.name):
        yield importlib.import_module(found.name)


def checks() -> list[Any]:
    """Every value that describes a check (it has an id, a title, an explanation and a remedy), sorted by id."""
    found = {}
    for module in modules():
        for value in vars(module).values():
            if not isinstance(value, type) and all(hasattr(value, name) for name in ("title", "explanation", "remedy")):
                found[name_of(value)] = value
    return [found[name] for name in sorted(found)]


def name_of(check: Any) -> str:
    """The id that findings carry."""
    return str(getattr(check, "id", None) or getattr(check, "rule", None))


def page() -> str:
    """docs/reference/checks.md."""
    return "\n".join([HEAD, *(section(check) for check in checks())])


def section(check: Any) -> str:
    """One check in the words an officer reads."""
    severity = getattr(check, "severity", "")
    lines = [f"## {name_of(check)}\n", f"**{check.title}**" + (f" ({severity})" if severity else "") + "\n"]
    lines += [f"{check.explanation}\n", f"*What to do:* {check.remedy}\n"]
    reasons = getattr(check, "reasons", ())
    if reasons:
        words = [f"- {reason}: {reasons[reason]}" if isinstance(reasons, dict) else f"- {reason}" for reason in reasons]
        lines += ["Reasons on offer:\n", *words, ""]
    return "\n".join(lines)

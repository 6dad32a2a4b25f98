"""The checks as each file tells of itself: title, explanation, remedy, and the reasons on offer."""

from __future__ import annotations

from sampan.checks.rule import Check, checks

HEAD = """# Checks

Written from the files in `src/sampan/checks` by `make docs`. A check compares a table, and what was known before, with
one rule; what it says is a finding with an owner. *stop*: the cells wait until it is settled. *ask*: they count, and an
answer is wanted. *note*: told, nothing waits. Where a legitimate reason exists it is on offer.
"""


def page() -> str:
    """docs/reference/checks.md."""
    return "\n".join([HEAD, *(section(check) for check in checks().values())])


def section(check: Check) -> str:
    """One check in the words an officer reads."""
    kinds = " and ".join({"aggregate": "figures", "cases": "lists of cases"}.get(kind, kind) for kind in check.kinds)
    lines = [f"## {check.id}\n", f"**{check.title}** ({check.severity}; {kinds})\n"]
    lines += [f"{check.explanation}\n", f"*What to do:* {check.remedy}\n"]
    if check.reasons:
        lines += ["Reasons on offer:\n", *(f"- {words} (`{name}`)" for name, words in check.reasons), ""]
    return "\n".join(lines)

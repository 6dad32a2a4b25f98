"""What stands in the home of the environment; then, if given one, an ordinary command; then what stands again.

`python aftermath.py [COMMAND...]` prints {"found": rows, "code": exit code, "verify": exit code, "after": rows}.
One process, because a crash test does this hundreds of times.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
from collections.abc import Callable
from typing import Any

import django

FIGURE = ("unit", "period_start", "period_end", "condition", "measure", "classification", "sex", "value")
# by its row in its delivery: a case's key is drawn from the home's own secret
CASE = ("row", "unit_residence", "onset_date", "report_date", "condition", "classification", "sex")


def standing() -> list[tuple[Any, ...]]:
    """Figures and cases, through the operations that every door uses."""
    from sampan.operations import asking, homes, observing  # noqa: PLC0415 - the records need Django set up

    store = homes.opened()
    figures = observing.observations(store, asking.Asked()).select("source", *FIGURE).rows()
    cases = observing.cases(store, asking.Asked()).select("source", *CASE).rows()
    return [*figures, *cases]


def code_of(run: Callable[[list[str]], int], command: list[str]) -> int:
    """The exit code, however the command leaves."""
    try:
        return run(command)
    except SystemExit as left:
        return int(left.code or 0)


def main(command: list[str]) -> None:
    """See, run, see."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sampan.office.settings")
    django.setup()
    from sampan.cli.main import run  # noqa: PLC0415 - the records need Django set up

    told: dict[str, Any] = {"found": standing()}
    if command:
        with contextlib.redirect_stdout(sys.stderr):
            told |= {"code": code_of(run, command), "verify": code_of(run, ["log", "verify"])}
        told["after"] = standing()
    print(json.dumps(told, default=str))


if __name__ == "__main__":
    main(sys.argv[1:])

"""Run a command as if it were HOURS later: python later.py HOURS COMMAND ... Only the doors' clock moves."""

from __future__ import annotations

import datetime
import importlib
import os
import sys
from typing import Any

HOURS = float(sys.argv[1])


class Later(datetime.datetime):
    """A clock that is ahead."""

    @classmethod
    def now(cls, tz: Any = None) -> Any:
        return datetime.datetime.now(tz) + datetime.timedelta(hours=HOURS)


def main() -> None:
    """Set the doors' clock and run the command."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sampan.office.settings")
    from django import setup  # noqa: PLC0415  settings come first

    setup()
    for name in ("release", "agreements", "gate", "may", "receive"):
        importlib.import_module(f"sampan.cli.{name}").datetime = Later  # type: ignore[attr-defined]  # the door's clock
    from sampan.cli.main import run  # noqa: PLC0415  settings come first

    sys.exit(run(sys.argv[2:]))


if __name__ == "__main__":
    main()

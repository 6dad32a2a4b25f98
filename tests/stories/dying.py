"""Run the real command and kill it at one durable step: `python dying.py STEP LOG COMMAND...`.

A durable step is an fsync, a rename, a link, an unlink or a commit of the records; each counts twice, just before
and just after. At step STEP the process kills itself with SIGKILL: no `finally` runs, no buffer is flushed.
STEP 0 only counts. LOG gets a line for each step, so that a test can say where it died.
"""

from __future__ import annotations

import functools
import os
import signal
import sys
import threading
from collections.abc import Callable
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper

DURABLE = ("fsync", "replace", "rename", "link", "unlink")


class Steps:
    """Counts durable steps and dies at the one chosen."""

    def __init__(self, fatal: int, log: str) -> None:
        self.fatal, self.count, self.lock = fatal, 0, threading.Lock()
        self.log = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)

    def tick(self, name: str) -> None:
        """One more step."""
        with self.lock:
            self.count += 1
            os.write(self.log, f"{self.count} {name}\n".encode())
            if self.count == self.fatal:
                os.kill(os.getpid(), signal.SIGKILL)

    def around(self, function: Callable[..., Any], name: str) -> Callable[..., Any]:
        """The function with a step before it and one after it."""

        @functools.wraps(function)
        def counted(*arguments: Any, **options: Any) -> Any:
            self.tick(f"before {name}")
            answer = function(*arguments, **options)
            self.tick(f"after {name}")
            return answer

        return counted


def main() -> None:
    """Patch, then be the command."""
    steps = Steps(int(sys.argv[1]), sys.argv[2])
    for name in DURABLE:
        setattr(os, name, steps.around(getattr(os, name), name))
    BaseDatabaseWrapper._commit = steps.around(BaseDatabaseWrapper._commit, "commit")
    sys.argv = ["sampan", *sys.argv[3:]]
    from sampan.office.main import main as sampan  # noqa: PLC0415 - after the patches, so that no name is bound early

    sampan()


if __name__ == "__main__":
    main()

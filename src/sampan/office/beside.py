"""Keeps a worker beside the server that started this program: starts it again when it dies, ends with the server.

Nothing of Sampan is imported here, so that this watch is small and does not die of what a worker dies of.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

LOOK_SECONDS = 0.5
YIELDS = 5  # nobody waits for the worker as they wait for a page: of a full machine the pages get more
PAUSE_SECONDS = 2.0
SECONDS_TO_END = 10


def main(parent: int) -> None:
    """Watch until the parent is gone or a signal comes; then end the worker too."""
    asked: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda signalled, _: asked.append(signalled))
    command = [sys.executable, "-c", "from sampan.office.main import main; main()", "work"]
    worker: subprocess.Popen[bytes] | None = None
    os.nice(YIELDS)  # of this watch, and so of each worker it starts
    while not asked and os.getppid() == parent:
        if worker is None or worker.poll() is not None:
            if worker is not None:
                time.sleep(PAUSE_SECONDS)
            worker = subprocess.Popen(command)  # noqa: S603 - our own interpreter and command
        time.sleep(LOOK_SECONDS)
    if worker is not None and worker.poll() is None:
        worker.terminate()
        try:
            worker.wait(SECONDS_TO_END)
        except subprocess.TimeoutExpired:
            worker.kill()  # what it had in hand is taken up by the next worker


if __name__ == "__main__":
    main(int(sys.argv[1]))

"""`python -m tests.stories.dropped SOURCE FILE`: keep a delivery and die by SIGKILL before a byte of it is read."""

from __future__ import annotations

import os
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import django

django.setup()

from sampan.operations import homes, receiving  # noqa: E402 - the records are known only after setup


def die(*_: Any, **__: Any) -> None:
    """No `finally` runs, no buffer is flushed."""
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    receiving._finished = die  # type: ignore[assignment]
    store = homes.opened()
    act = receiving.Act("brook-office/sender", datetime.now(UTC))
    receiving.receive(store, homes.source(store, sys.argv[1]), Path(sys.argv[2]), act)

"""Keeps the note that a foreign reader prints of its own failure from the screen: the failure itself is told by us."""

from __future__ import annotations

import os
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager

STANDARD_ERROR = 2
SIGN = b"panicked at"
_TURN = threading.Lock()


@contextmanager
def without_panics() -> Iterator[None]:
    """What is written to standard error meanwhile is written after it, but for the note of a panic."""
    with _TURN, tempfile.TemporaryFile() as held:
        try:
            before = os.dup(STANDARD_ERROR)
        except OSError:  # there is no screen
            yield
            return
        os.dup2(held.fileno(), STANDARD_ERROR)
        try:
            yield
        finally:
            os.dup2(before, STANDARD_ERROR)
            os.close(before)
            held.seek(0)
            if (said := held.read()) and SIGN not in said:
                os.write(STANDARD_ERROR, said)

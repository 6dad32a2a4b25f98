"""Who is at work in a home: locks that the kernel gives back when their holder dies, however it dies.

Whoever has a draft on disk holds `present`; `alone` is held by one that finds nobody present, and may sweep.
"""

from __future__ import annotations

import contextlib
import fcntl
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

LOCK_FILE = ".at-work"
WORKER_FILE = ".worker"


@contextlib.contextmanager
def present(root: Path) -> Iterator[None]:
    """Hold while a draft lies in the home, so that nobody sweeps it; waits while somebody sweeps."""
    with (root / LOCK_FILE).open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_SH)
        yield


@contextlib.contextmanager
def alone(root: Path) -> Iterator[bool]:
    """True if nobody is present; then nobody becomes so until the end. False at once if somebody is."""
    with (root / LOCK_FILE).open("a") as lock:
        yield _locked(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)


@contextlib.contextmanager
def only(root: Path) -> Iterator[bool]:
    """True while this process is the home's only worker; False at once if another is."""
    with (root / WORKER_FILE).open("a") as lock:
        yield _locked(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)


@contextlib.contextmanager
def claimed(path: Path, *, wait: bool) -> Iterator[bool]:
    """True while this process alone has the file in hand; without `wait`, False at once if another has it."""
    try:
        held = path.open("rb")
    except FileNotFoundError:
        yield False
        return
    with held:
        yield _locked(held, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)


def _locked(file: IO[Any], how: int) -> bool:
    try:
        fcntl.flock(file, how)
    except BlockingIOError:
        return False
    return True

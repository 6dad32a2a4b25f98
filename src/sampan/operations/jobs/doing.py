"""What each kind of job does, and when it is asked for: a table. Every one may be done twice to no effect.

A fault is kept in words without content; five tries, then it waits for the steward.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial

from sampan.model.errors import SampanError, UserError
from sampan.operations import letters, receiving, reminding, sweeping
from sampan.operations.jobs import book
from sampan.operations.receiving import Act
from sampan.store import checkpoints
from sampan.store.home import Store

ACTOR = "office/worker"
LOG = logging.getLogger("sampan.jobs")


@dataclass(frozen=True)
class Kind:
    """One kind of job: what it does to a subject, and which subjects are due now, looked at so often."""

    name: str
    does: Callable[[Store, str, datetime], None]
    due: Callable[[Store, datetime], list[str]]
    every: timedelta
    again: bool = False  # the same subject may become due once more


def _cut(store: Store, slot: str, now: datetime) -> None:
    del store, slot
    checkpoints.cut(now)


def _slots(every: Callable[[], int], store: Store, now: datetime) -> list[str]:
    """The present interval; asked for once in each."""
    del store
    return [str(int(now.astimezone(UTC).timestamp()) // max(1, every()))]


def _day(store: Store, now: datetime) -> list[str]:
    del store
    return [now.astimezone(UTC).date().isoformat()]


def _read(store: Store, code: str, now: datetime) -> None:
    receiving.resume(store, Act(ACTOR, now), only=code)


def _unread(store: Store, now: datetime) -> list[str]:
    return receiving.unfinished(store, now)


KINDS = (
    Kind("checkpoint", _cut, partial(_slots, checkpoints.interval_seconds), timedelta(seconds=1)),
    Kind("read", _read, _unread, timedelta(seconds=30), again=True),
    Kind("remind", reminding.remind, _day, timedelta(minutes=10)),
    Kind("letter", letters.send, letters.due, timedelta(seconds=20)),
    Kind("sweep", sweeping.sweep, partial(_slots, lambda: sweeping.EVERY_SECONDS), timedelta(minutes=1)),
)


@dataclass
class Rounds:
    """When each kind was last looked at by this worker."""

    looked: dict[str, datetime]

    def plan(self, store: Store, now: datetime) -> int:
        """Ask for whatever is due; how many jobs were named."""
        count = 0
        for kind in KINDS:
            if now - self.looked.get(kind.name, now - kind.every) < kind.every:
                continue
            self.looked[kind.name] = now
            for subject in kind.due(store, now):
                book.ask(kind.name, subject, now, again=kind.again)
                count += 1
        return count


def do(store: Store, owner: str, key: int) -> None:
    """Take a job in hand and do it, to its end or to its fault; never raises what a job raised."""
    hold = book.claim(key, owner, datetime.now(UTC))
    if hold is None:
        return
    kind = next((one for one in KINDS if one.name == hold.kind), None)
    try:
        if kind is None:
            raise UserError(f"this version of Sampan knows no job {hold.kind!r}")
        kind.does(store, hold.subject, datetime.now(UTC))
    except Exception as fault:  # whatever it is, the other jobs go on
        book.failed(hold, _where(fault), datetime.now(UTC))
        _say("job:failed", hold, fault)
    else:
        book.done(hold, datetime.now(UTC))
        LOG.info("job:done", extra={"said": {"kind": hold.kind, "job": hold.key, "attempt": hold.attempt}})


def _say(event: str, hold: book.Hold, fault: Exception) -> None:
    said = {"kind": hold.kind, "job": hold.key, "attempt": hold.attempt, "fault": type(fault).__name__}
    LOG.warning(event, extra={"said": said})


def _where(fault: Exception) -> str:
    """Class and place in the code; never the words of a fault, which may carry a cell."""
    if isinstance(fault, SampanError):
        return fault.what
    last = traceback.extract_tb(fault.__traceback__)[-1]
    return f"{type(fault).__name__} at {last.name}, line {last.lineno}"

"""Reads by office staff, logged before the answer leaves: one Entry for each session, resource and minute.

Readers who come at once share one commit: the first writes for all who wait behind it. A crash before the commit
means that no answer left either.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256

from django.db import transaction

from sampan.people.models import Post
from sampan.people.roles import OFFICE, Right
from sampan.store import entries
from sampan.store.entries import Draft
from sampan.store.models import ReadMark

KIND = "staff:read"
PATIENCE_SECONDS = 30.0  # as long as a writer waits for the records


@dataclass(frozen=True)
class Read:
    """Who read what, in which session (any secret of it; only its digest is kept), concerning whom."""

    actor: str
    session: str
    resource: str
    parties: tuple[str, ...] = ()

    def mark(self, now: datetime) -> str:
        """What makes two reads one: session, resource and minute, as a digest."""
        minute = now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M")
        return sha256("\n".join((self.session, self.resource, minute)).encode()).hexdigest()


@dataclass
class _Waiting:
    read: Read
    now: datetime
    done: threading.Event = field(default_factory=threading.Event)
    failed: BaseException | None = None


class Reads:
    """The readers of one process. `note` returns once the read is durable."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: list[_Waiting] = []
        self._writing = threading.Lock()

    def note(self, read: Read, now: datetime) -> None:
        """Log a read; whoever comes while another commits is written with the next batch."""
        mine = _Waiting(read, now)
        with self._lock:
            self._waiting.append(mine)
        while not mine.done.is_set():
            if self._writing.acquire(timeout=PATIENCE_SECONDS):
                try:
                    self._write_all()
                finally:
                    self._writing.release()
        if mine.failed is not None:
            raise mine.failed

    def _write_all(self) -> None:
        with self._lock:
            batch, self._waiting = self._waiting, []
        try:
            if batch:
                _commit(batch)
        except BaseException as problem:  # everybody in the batch must know that nothing was logged
            for one in batch:
                one.failed = problem
            if not isinstance(problem, Exception):
                raise
        finally:
            for one in batch:
                one.done.set()


READS = Reads()
# pages without content of any party: who is where, and what the log says to the office itself
CONTENTLESS = frozenset({Right.PEOPLE, Right.PARTIES, Right.DIRECTORY, Right.LOG})


def by_staff(post: Post, right: Right | None, session: str, resource: str, now: datetime) -> None:
    """What both doors call for everybody they let in: a read by the office's own people is durable before it leaves.

    It stands at the doors, so that no page and no endpoint can forget it; an operation that knows whom a read
    concerns notes that too.
    """
    if post.party.is_office and right not in CONTENTLESS:
        READS.note(Read(post.code, session, resource, (OFFICE,)), now)


def _commit(batch: list[_Waiting]) -> None:
    """One transaction for all of them; those already logged in this minute add nothing."""
    by_mark = {one.read.mark(one.now): one for one in batch}
    with transaction.atomic(durable=True):
        entries.lock_head(batch[0].now)  # before the marks are looked at, so that two processes agree
        known = set(ReadMark.objects.filter(mark__in=by_mark).values_list("mark", flat=True))
        new = {mark: one for mark, one in by_mark.items() if mark not in known}
        ReadMark.objects.bulk_create(ReadMark(mark=mark, at=one.now) for mark, one in new.items())
        drafts = [
            Draft(KIND, {"actor": one.read.actor, "resource": one.read.resource}, one.read.parties)
            for one in new.values()
        ]
        entries.append_many(drafts, at=batch[0].now)

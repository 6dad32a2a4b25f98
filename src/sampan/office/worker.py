"""The worker: plans what is due, takes up what a killed worker left, and does it job by job, until it is stopped.

On SQLite one worker serves a home, held by a lock that dies with it; on PostgreSQL several share the work by leases.
"""

from __future__ import annotations

import logging
import os
import secrets
import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial

from django.db import connection
from django_tasks_db.management.commands.db_worker import Worker as Queue

from sampan.model.errors import Refused
from sampan.operations.jobs import book, doing, tasks
from sampan.store import work
from sampan.store.home import Store

TICK_SECONDS = 2.0
RECOVER_EVERY = timedelta(seconds=30)
AT_A_TIME = 20  # jobs between two looks at what is due
LOG = logging.getLogger("sampan.worker")


def run(store: Store, *, once: bool = False) -> None:
    """Work until SIGTERM or Ctrl-C; with `once`, until nothing is due any more."""
    owner = f"{socket.gethostname()[:40]}:{os.getpid()}:{secrets.token_hex(4)}"
    stop = threading.Event()
    with _place(store) as first, _signals(stop), _alive(owner, stop):
        tasks.at_work(partial(doing.do, store, owner))
        rounds, recovered, alone = doing.Rounds({}), datetime.min.replace(tzinfo=UTC), first
        while not stop.is_set():
            now = datetime.now(UTC)
            try:
                if now - recovered > RECOVER_EVERY:
                    book.recover(now, alone=alone)
                    recovered, alone = now, False  # from now on, what runs is ours
                rounds.plan(store, now)
                _queue(owner).run()
            except Exception as fault:  # records that do not answer now may answer at the next tick
                if once:
                    raise
                LOG.exception("worker:stumbled", extra={"said": {"fault": type(fault).__name__}})
                connection.close()
            if once:
                break
            stop.wait(TICK_SECONDS)


@contextmanager
def _place(store: Store) -> Iterator[bool]:
    """True if no other worker can be at work here. Refused on SQLite while one is."""
    if connection.vendor != "sqlite":
        yield False
        return
    with work.only(store.root) as alone:
        if not alone:
            raise Refused(
                "a worker is at work in this home already",
                rule="one-worker",
                kept="it goes on",
                do="`sampan serve --no-worker` serves without one; for several workers keep records in PostgreSQL",
            )
        yield True


@contextmanager
def _alive(owner: str, stop: threading.Event) -> Iterator[None]:
    """Say from a thread of its own that this worker lives, however long a job takes."""
    ended = threading.Event()

    def beat() -> None:
        while not ended.wait(book.lease().total_seconds() / 4):
            try:
                book.renew(owner, datetime.now(UTC))
            except Exception as fault:  # a long writer holds SQLite; the lease outlives several beats
                LOG.warning("worker:late", extra={"said": {"fault": type(fault).__name__}})
        connection.close()

    book.arrive(owner, datetime.now(UTC))
    beating = threading.Thread(target=beat, daemon=True)
    beating.start()
    try:
        yield
    finally:
        ended.set()
        beating.join()
        stop.set()
        book.leave(owner)


@contextmanager
def _signals(stop: threading.Event) -> Iterator[None]:
    """The first signal ends the worker after the job in hand, the second at once."""

    def ask(number: int, _frame: object) -> None:
        if stop.is_set():
            signal.signal(number, signal.SIG_DFL)
            signal.raise_signal(number)
        stop.set()

    before = {number: signal.signal(number, ask) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _queue(owner: str) -> Queue:
    """The library's loop over ready tasks, ending when there are none."""
    return Queue(
        queue_names=["*"], interval=0, batch=True, backend_name="default", startup_delay=False, max_tasks=AT_A_TIME,
        worker_id=owner[:64], excluded_queue_names=[],
    )  # fmt: skip

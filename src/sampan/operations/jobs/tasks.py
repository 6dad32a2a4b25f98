"""The one task of the library's queue: "look at this job". It carries a number, and never what a job is about."""

from __future__ import annotations

from collections.abc import Callable

from django_tasks import task

Take = Callable[[int], None]
_takers: list[Take] = []


def at_work(take: Take) -> None:
    """From now on this process takes jobs in hand, by this function."""
    _takers[:] = [take]


@task
def look_at(key: int) -> None:
    """Hand the job to the worker of this process."""
    assert _takers, "tasks are looked at by a worker: sampan work"
    _takers[0](key)

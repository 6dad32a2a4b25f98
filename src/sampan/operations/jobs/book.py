"""The book of jobs: asked, claimed, done, tried again. One row for each kind and subject, whoever asks how often.

    ask      row and task in the caller's transaction           a crash: neither
    claim    row running, under this owner, with a lease         a crash: the lease runs out, `recover` asks anew
    end      done, or waiting for the next try, or failed        a crash before: the work is done again, to no effect

The library's task only says "look at this job"; a task too many finds nothing to claim, and one too few is asked anew.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from sampan.model.errors import UserError
from sampan.operations.jobs.tasks import look_at
from sampan.store import entries
from sampan.store.models import Job, WorkerSeen

TRIES = 5
FIRST_PAUSE = timedelta(seconds=20)  # doubled at each try
KEPT_DONE = timedelta(days=7)  # by then nobody asks any more whether it was done


def lease() -> timedelta:
    """For how long a worker that says nothing is believed to live."""
    return timedelta(seconds=settings.LEASE_SECONDS)


@dataclass(frozen=True)
class Hold:
    """A claimed job in the hands of one worker."""

    key: int
    kind: str
    subject: str
    owner: str
    attempt: int


def ask(kind: str, subject: str, now: datetime, *, again: bool = False) -> Job:
    """Have a job done; asked for twice it is one. With `again` one that was done is done once more."""
    with transaction.atomic():
        job, made = Job.objects.select_for_update().get_or_create(
            kind=kind, subject=subject, defaults={"due_at": now, "made_at": now}
        )
        if made:
            look_at.enqueue(job.pk)
        elif again and job.state == Job.State.DONE:
            _anew(job, now)
    return job


def claim(key: int, owner: str, now: datetime) -> Hold | None:
    """Take a waiting job in hand; None if it is not due, done, or in other hands."""
    with transaction.atomic():
        job = Job.objects.select_for_update().filter(pk=key, state=Job.State.WAITING, due_at__lte=now).first()
        if job is None:
            return None
        job.state, job.owner, job.lease_until = Job.State.RUNNING, owner, now + lease()
        job.attempts += 1
        job.save(update_fields=["state", "owner", "lease_until", "attempts"])
    return Hold(job.pk, job.kind, job.subject, owner, job.attempts)


def renew(owner: str, now: datetime) -> None:
    """Say that this worker is alive: the leases of what it has in hand go on."""
    WorkerSeen.objects.filter(owner=owner).update(seen_at=now)
    Job.objects.filter(owner=owner, state=Job.State.RUNNING).update(lease_until=now + lease())


def done(hold: Hold, now: datetime) -> None:
    """It is done."""
    _held(hold).update(state=Job.State.DONE, ended_at=now, lease_until=None, owner="", said="")


def failed(hold: Hold, said: str, now: datetime) -> bool:
    """It went wrong; tried again after a pause that doubles. True if that was the last try."""
    last = hold.attempt >= TRIES
    state = Job.State.FAILED if last else Job.State.WAITING
    due = now + FIRST_PAUSE * 2 ** (hold.attempt - 1)
    ended = now if last else None
    with transaction.atomic():
        said = said[:300]
        held = _held(hold).update(state=state, due_at=due, ended_at=ended, lease_until=None, owner="", said=said)
        if held and not last:
            look_at.using(run_after=due).enqueue(hold.key)
    return last


def recover(now: datetime, *, alone: bool) -> int:
    """Jobs of killed workers wait again, and whatever waits without anybody looking is looked at; how many.

    `alone`: no other worker can be at work in this home, so whatever runs was left by one that died.
    """
    left = Job.objects.filter(state=Job.State.RUNNING)
    left = left if alone else left.filter(lease_until__lt=now)
    overdue = Job.objects.filter(state=Job.State.WAITING, due_at__lt=now if alone else now - lease())
    with transaction.atomic():
        keys = [*left.values_list("pk", flat=True), *overdue.values_list("pk", flat=True)]
        left.update(state=Job.State.WAITING, owner="", lease_until=None, due_at=now)
        for key in keys:
            look_at.enqueue(key)
    return len(keys)


def arrive(owner: str, now: datetime) -> None:
    """A worker begins; those not seen for a day are forgotten."""
    WorkerSeen.objects.filter(seen_at__lt=now - timedelta(days=1)).delete()
    WorkerSeen.objects.update_or_create(owner=owner, defaults={"started_at": now, "seen_at": now})


def leave(owner: str) -> None:
    """A worker ends as it should."""
    WorkerSeen.objects.filter(owner=owner).delete()


def forget(now: datetime) -> int:
    """Drop what ended well long ago, and what the library keeps of it; how many jobs."""
    DBTaskResult.objects.exclude(status=TaskResultStatus.READY).filter(started_at__lt=now - KEPT_DONE).delete()
    return Job.objects.filter(state=Job.State.DONE, ended_at__lt=now - KEPT_DONE).delete()[0]


def listing(*, state: str = "", limit: int = 200) -> list[dict[str, Any]]:
    """Jobs, those that failed first, then the newest; never more than what, when and how often."""
    found = Job.objects.filter(state=state) if state else Job.objects.all()
    ordered = sorted(found.order_by("-pk")[:limit], key=lambda job: job.state != Job.State.FAILED)
    return [
        {
            "job": job.pk,
            "kind": job.kind,
            "subject": job.subject,
            "state": job.state,
            "attempts": job.attempts,
            "due_at": job.due_at.isoformat(),
            "ended_at": job.ended_at.isoformat() if job.ended_at else None,
            "said": job.said,
        }
        for job in ordered
    ]


def retry(key: int, actor: str, now: datetime) -> Job:
    """Have a job that failed tried again; an Entry says who asked. UserError if it did not fail."""
    with transaction.atomic():
        job = Job.objects.select_for_update().filter(pk=key, state=Job.State.FAILED).first()
        if job is None:
            raise UserError(f"no job {key} has failed", kept="nothing was changed", do="`sampan jobs list` shows them")
        _anew(job, now)
        body = {"job": job.pk, "kind": job.kind, "subject": job.subject, "actor": actor}
        entries.append("job:retried", body, [], at=now)
    return job


def _anew(job: Job, now: datetime) -> None:
    job.state, job.attempts, job.due_at, job.ended_at = Job.State.WAITING, 0, now, None
    job.save(update_fields=["state", "attempts", "due_at", "ended_at"])
    look_at.enqueue(job.pk)


def _held(hold: Hold) -> Any:
    """The row, if it is still in these hands."""
    return Job.objects.filter(pk=hold.key, owner=hold.owner, state=Job.State.RUNNING, attempts=hold.attempt)

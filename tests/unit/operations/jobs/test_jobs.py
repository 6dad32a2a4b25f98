"""Jobs: asked twice they are one, in one worker's hands at a time, tried again, found again, and kept from content."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from sampan.model.errors import UserError
from sampan.operations import homes
from sampan.operations.jobs import book, doing
from sampan.operations.jobs.doing import Kind
from sampan.store.models import Entry, Job, WorkerSeen

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
NOW = datetime(2026, 8, 3, 8, tzinfo=UTC)


def ready() -> int:
    return DBTaskResult.objects.filter(status=TaskResultStatus.READY).count()


def test_asked_twice_it_is_one_job_and_one_task() -> None:
    first, second = (book.ask("read", "D-000001", NOW) for _ in range(2))
    assert (first.pk, Job.objects.count(), ready()) == (second.pk, 1, 1)


def test_one_worker_has_it_in_hand_and_only_that_worker_ends_it() -> None:
    job = book.ask("read", "D-000001", NOW)
    hold = book.claim(job.pk, "one", NOW)
    assert hold is not None
    assert book.claim(job.pk, "two", NOW) is None
    book.done(book.Hold(hold.key, hold.kind, hold.subject, "two", hold.attempt), NOW)
    job.refresh_from_db()
    assert (job.state, job.owner) == ("running", "one")
    book.done(hold, NOW)
    job.refresh_from_db()
    assert (job.state, job.owner, job.ended_at) == ("done", "", NOW)
    assert book.claim(job.pk, "two", NOW) is None


def test_a_dead_workers_job_waits_again_when_its_lease_is_over(settings: Any) -> None:
    settings.LEASE_SECONDS = 60
    job = book.ask("read", "D-000001", NOW)
    late = book.claim(job.pk, "dead", NOW)
    assert late is not None
    assert book.recover(NOW + timedelta(seconds=59), alone=False) == 0
    book.renew("dead", NOW + timedelta(seconds=50))
    assert book.recover(NOW + timedelta(seconds=70), alone=False) == 0
    assert book.recover(NOW + timedelta(seconds=111), alone=False) == 1
    assert ready() == 2
    again = book.claim(job.pk, "alive", NOW + timedelta(seconds=112))
    assert again is not None and again.attempt == 2
    book.done(late, NOW)  # it was not dead after all, only slow: its word counts no more
    job.refresh_from_db()
    assert (job.state, job.owner) == ("running", "alive")


def test_a_worker_that_is_alone_takes_up_at_once_what_runs() -> None:
    job = book.ask("read", "D-000001", NOW)
    book.claim(job.pk, "dead", NOW)
    assert book.recover(NOW, alone=True) == 1
    assert book.claim(job.pk, "alive", NOW) is not None


def test_a_job_nobody_looks_at_any_more_is_asked_for_anew(settings: Any) -> None:
    settings.LEASE_SECONDS = 60
    book.ask("read", "D-000001", NOW)
    DBTaskResult.objects.update(status=TaskResultStatus.RUNNING)  # a worker was killed between task and job
    assert book.recover(NOW + timedelta(seconds=30), alone=False) == 0
    assert (book.recover(NOW + timedelta(seconds=61), alone=False), ready()) == (1, 1)


def test_five_tries_then_the_steward_and_the_steward_has_it_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(*_: object) -> None:
        raise ValueError("Sok Dara, 012 345 678")

    never = timedelta(0)
    monkeypatch.setattr(doing, "KINDS", (Kind("breaks", breaks, lambda *_: [], never),))
    store = homes.opened()
    job = book.ask("breaks", "1", NOW)
    for attempt in range(1, book.TRIES + 1):
        doing.do(store, "one", job.pk)
        job.refresh_from_db()
        assert (job.attempts, job.state) == (attempt, "failed" if attempt == book.TRIES else "waiting")
        assert "ValueError at breaks" in job.said and "Dara" not in job.said
        assert job.state == "failed" or job.due_at > NOW
        Job.objects.update(due_at=NOW)
    doing.do(store, "one", job.pk)
    job.refresh_from_db()
    assert job.attempts == book.TRIES, "a job that failed is not tried by itself"
    assert [one["state"] for one in book.listing(state="failed")] == ["failed"]
    assert book.retry(job.pk, "office/staff", NOW).state == "waiting"
    assert Entry.objects.get(kind="job:retried").facts["subject"] == "1"
    with pytest.raises(UserError, match="no job"):
        book.retry(job.pk, "office/staff", NOW)


def test_what_is_due_is_planned_once_in_each_interval(settings: Any) -> None:
    settings.CHECKPOINT_SECONDS = 600
    store, rounds = homes.opened(), doing.Rounds({})
    for seconds in (0, 5, 599, 600):
        rounds.plan(store, NOW + timedelta(seconds=seconds))
    assert Job.objects.filter(kind="checkpoint").count() == 2
    assert Job.objects.filter(kind="remind").count() == 1


def test_what_was_done_long_ago_is_forgotten_and_what_failed_is_not() -> None:
    for subject, state in (("1", "done"), ("2", "failed")):
        job = book.ask("read", subject, NOW)
        Job.objects.filter(pk=job.pk).update(state=state, ended_at=NOW)
    DBTaskResult.objects.update(status=TaskResultStatus.SUCCESSFUL, started_at=NOW)
    assert book.forget(NOW + timedelta(days=8)) == 1
    assert [job.subject for job in Job.objects.all()] == ["2"]
    assert DBTaskResult.objects.count() == 0


def test_workers_come_and_go() -> None:
    book.arrive("one", NOW)
    book.arrive("two", NOW + timedelta(days=2))
    assert [one.owner for one in WorkerSeen.objects.all()] == ["two"], "who was not seen for a day is forgotten"
    book.leave("two")
    assert not WorkerSeen.objects.exists()

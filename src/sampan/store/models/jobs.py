"""Work that is done beside the pages, and who does it. Recovery looks at these rows, never at a library's queue."""

from __future__ import annotations

from django.db import models


class Job(models.Model):
    """One piece of work about one record: doing it twice says nothing twice, and leaving it half done loses nothing."""

    class State(models.TextChoices):
        """Where it stands."""

        WAITING = "waiting"
        RUNNING = "running"  # until `lease_until`; whoever runs it renews that
        DONE = "done"
        FAILED = "failed"  # tried as often as it may be; the steward can have it tried again

    kind = models.CharField(max_length=40)
    subject = models.CharField(max_length=120)  # code of the record, or the interval it is for
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING, db_index=True)
    attempts = models.IntegerField(default=0)
    owner = models.CharField(max_length=80, default="", blank=True)  # the worker that has it in hand
    lease_until = models.DateTimeField(null=True)
    due_at = models.DateTimeField(db_index=True)
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    said = models.CharField(max_length=300, default="", blank=True)  # the last fault, in words without content

    class Meta:
        constraints = [  # noqa: RUF012 - Django's own shape
            models.UniqueConstraint(fields=["kind", "subject"], name="one_job_for_a_kind_and_subject")
        ]


class WorkerSeen(models.Model):
    """A worker that is at work, and when it last said so."""

    owner = models.CharField(max_length=80, primary_key=True)
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField()

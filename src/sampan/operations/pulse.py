"""How the office is, in numbers that name nobody: for health and metrics."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Count, QuerySet

from sampan.store.figures import OPEN
from sampan.store.models import Checkpoint, Delivery, FindingRecord, Head, Job, Outbox, WorkerSeen

Numbers = dict[str, dict[str, float]]


def answers() -> bool:
    """True if the records answer; raises what the database raises when they do not."""
    with connection.cursor() as cursor:
        cursor.execute("select 1")
        return cursor.fetchone() == (1,)


def numbers(now: datetime) -> Numbers:
    """Name -> label -> number; an empty label where there is one number alone. What is behind a gate is not counted."""
    return {
        "deliveries": _counted(Delivery.objects.filter(gate=OPEN), "state"),
        "findings": _counted(FindingRecord.objects.filter(delivery__gate=OPEN), "state"),
        "jobs": _counted(Job.objects.all(), "state"),
        "messages": {"": float(_messages())},
        "log_entries": {"": float(Head.objects.values_list("size", flat=True).first() or 0)},
        "checkpoint_age_seconds": _age(Checkpoint.objects.order_by("-cut_at").values_list("cut_at", flat=True), now),
        "worker_silent_seconds": _age(WorkerSeen.objects.order_by("-seen_at").values_list("seen_at", flat=True), now),
    }


def _messages() -> int:
    """Messages, but none of a word at a gate, nor of a delivery that no gate passed: they would count what waits."""
    about = Outbox.objects.exclude(kind__startswith="gate:").values_list("facts__delivery", flat=True)
    closed = set(Delivery.objects.exclude(gate=OPEN).values_list("code", flat=True))
    return sum(one not in closed for one in about.iterator()) if closed else about.count()


def _counted(rows: QuerySet[Any], column: str) -> dict[str, float]:
    found = rows.order_by().values_list(column).annotate(Count("pk"))
    return {str(state): float(count) for state, count in found}


def _age(moments: object, now: datetime) -> dict[str, float]:
    """Seconds since the newest; nothing while there is none."""
    newest = moments.first()  # type: ignore[attr-defined]  # a list of moments from the records
    return {"": max(0.0, (now - newest).total_seconds())} if newest else {}

"""Sweep what has had its time: sessions, drafts, marks of reads, jobs done, agreements, releases; tell late."""

from __future__ import annotations

from datetime import datetime, timedelta

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session

from sampan.operations import drafting, tidying
from sampan.operations.jobs import book
from sampan.operations.sharing import after, corrections, making
from sampan.store.home import Store
from sampan.store.models import ReadMark

EVERY_SECONDS = 600
TOLD_LATE = timedelta(days=1)  # how long after a change its recipients are told, if a crash came between
MARKS_KEPT = timedelta(days=1)  # a mark serves the minute it is of


def sweep(store: Store, slot: str, now: datetime) -> None:
    """All of it; safe to do at any time and twice."""
    del slot
    making.expire_due(now)
    after.expire(now)
    tidying.tidy(store)
    drafting.sweep(store)
    _sessions(now)
    ReadMark.objects.filter(at__lt=now - MARKS_KEPT).delete()
    book.forget(now)
    corrections.tell_late(store, now - TOLD_LATE, now)


def _sessions(now: datetime) -> None:
    """Sessions that ended, and what is known of where they were."""
    Session.objects.filter(expire_date__lt=now).delete()
    UserSession.objects.exclude(session_key__in=Session.objects.values("session_key")).delete()

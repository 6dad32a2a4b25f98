"""Notes of sign-ins, for the person they concern: what happened and when, no address and no device."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.db import transaction
from django.utils import timezone

from sampan.people.models import Person, SignInEvent

Hear = Callable[[Person, str, datetime], None]
_hearers: list[Hear] = []
SIGNED_IN, SIGNED_OUT, FAILED = "signed-in", "signed-out", "failed"


def listen() -> None:
    """Note every sign-in, sign-out and failure from now on."""
    user_logged_in.connect(_signed_in, dispatch_uid="people-signed-in")
    user_logged_out.connect(_signed_out, dispatch_uid="people-signed-out")
    user_login_failed.connect(_failed, dispatch_uid="people-failed")


def told_to(hear: Hear) -> None:
    """Whoever else is to hear of each event, in the same transaction; said twice it is told once."""
    if hear not in _hearers:
        _hearers.append(hear)


def note(person: Person, kind: str) -> None:
    """One event of a person, now."""
    now = timezone.now()
    with transaction.atomic():
        SignInEvent.objects.create(person=person, kind=kind, at=now)
        for hear in _hearers:
            hear(person, kind, now)


def _signed_in(user: Person, **_: Any) -> None:
    note(user, SIGNED_IN)


def _signed_out(user: Person | None, **_: Any) -> None:
    if user is not None and user.pk:
        note(user, SIGNED_OUT)


def _failed(credentials: dict[str, Any], **_: Any) -> None:
    """A failure with a name that nobody has leaves nothing."""
    name = str(credentials.get("sign_in") or credentials.get("username") or "").strip().lower()
    person = Person.objects.filter(sign_in=name).first() if name else None
    if person is not None:
        note(person, FAILED)

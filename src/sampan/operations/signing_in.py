"""Sign-ins as entries of the log: that somebody of a party came, went, or failed to; by number, never by name.

They stand in the log of the party whose posts the person holds, and in the person's own list.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from sampan.people import events
from sampan.people.models import Person
from sampan.store import entries

KINDS = {
    events.SIGNED_IN: "person:signed-in",
    events.SIGNED_OUT: "person:signed-out",
    events.FAILED: "person:failed",
}


def listen() -> None:
    """From now on every sign-in, sign-out and failure of a known person is appended."""
    events.told_to(append)


def append(person: Person, kind: str, now: datetime) -> None:
    """One entry, in a transaction of its own or of the sign-in."""
    seats = list(person.seats_now())
    parties = sorted({seat.post.party.code for seat in seats})
    with transaction.atomic():
        body = {"person": person.pk, "posts": sorted(seat.post.code for seat in seats)}
        entries.append(KINDS[kind], body, parties, at=now)

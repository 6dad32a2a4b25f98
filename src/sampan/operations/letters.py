"""Letters: that something waits for whoever holds a post, with a link and nothing else; at once, daily, or never.

    due     people for whom something came since their last letter
    send    row of the letter, then the letter itself, then the mark   a crash between sends it again, under the
            same Message-ID, which a mail program shows once

No letter says what waits, from whom, or about what: who reads another's mail learns that an office exists.
"""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import make_msgid
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import Q, QuerySet
from django.template.loader import render_to_string
from django.utils import translation

from sampan.people.models import Letter, Person
from sampan.people.roles import Right
from sampan.store.home import Store
from sampan.store.models import Outbox

# what is told to a whole party asks something of those of its posts alone that can answer; the rest is to be read
FOR_PARTIES = {
    "findings:wait": Right.SETTLE,
    "agreement:moved": Right.WORD,
    "discrepancy:told": Right.SETTLE,
    "emergency:declared": Right.DIRECTORY,
    "emergency:ended": Right.DIRECTORY,
    "informing:told": Right.ABROAD,
    "informing:informed": Right.ABROAD,
    "key:rotated": Right.LOG,
    "log:lapsed": Right.LOG,
    "log:restored": Right.LOG,
    "outage:declared": Right.DIRECTORY,
    "outage:ended": Right.DIRECTORY,
    "publication:announced": Right.AGREE,
    "publication:changed": Right.AGREE,
    "publication:review-ends": Right.AGREE,
    "release:corrected": Right.BORDER,
}


def due(store: Store, now: datetime) -> list[str]:
    """ "person:message" of everybody to whom a letter goes now: the newest message it is about."""
    del store
    if not settings.ADDRESS:
        return []
    hour = now.astimezone(UTC).hour >= settings.LETTER_HOUR
    asked = Person.objects.filter(is_active=True).exclude(email="").exclude(letters=Person.Letters.NEVER)
    if not hour:
        asked = asked.filter(letters=Person.Letters.AT_ONCE)
    written = Letter.objects.filter(day=now.astimezone(UTC).date()).values("person_id")
    daily_done = Q(letters=Person.Letters.DAILY, pk__in=written)
    found = ((person, _newest(person)) for person in asked.exclude(daily_done).order_by("pk"))
    return [f"{person.pk}:{newest}" for person, newest in found if newest is not None]


def send(store: Store, subject: str, now: datetime) -> None:
    """The letter to a person about everything up to a message, unless it went already or is not wanted any more."""
    del store
    person_key, up_to = map(int, subject.split(":"))
    person = Person.objects.filter(pk=person_key, is_active=True).exclude(email="").first()
    if person is None or person.letters == Person.Letters.NEVER or person.told_up_to >= up_to:
        return
    with transaction.atomic():
        letter = Letter.objects.get_or_create(
            person=person, up_to=up_to, defaults={"day": now.date(), "message_id": _message_id(), "made_at": now}
        )[0]
    if letter.sent_at is None:
        _letter(person, letter.message_id).send()
    with transaction.atomic():
        Letter.objects.filter(pk=letter.pk, sent_at=None).update(sent_at=now)
        Person.objects.filter(pk=person.pk, told_up_to__lt=up_to).update(told_up_to=up_to)


def choose(person: Person, email: str, letters: str) -> None:
    """Where letters go and how often; what came before is not told again to a new address."""
    newest = Outbox.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    if not person.email and email:
        person.told_up_to = newest
    person.email, person.letters = email, letters
    person.save(update_fields=["email", "letters", "told_up_to"])


def _newest(person: Person) -> int | None:
    """The newest message that asks something of a post this person holds, since the last letter."""
    return _asking(person).order_by("-pk").values_list("pk", flat=True).first()


def _asking(person: Person) -> QuerySet[Outbox]:
    wanted = Q(pk__in=[])
    for seat in person.seats_now():
        mine = [kind for kind, right in FOR_PARTIES.items() if seat.post.may(right)]
        wanted |= Q(to_post=seat.post.code) | Q(to_party=seat.post.party.code, to_post="", kind__in=mine)
    return Outbox.objects.filter(wanted, pk__gt=person.told_up_to)


def _letter(person: Person, message_id: str) -> EmailMessage:
    """In the person's language; the same words whatever waits."""
    with translation.override(person.language):
        said = {"address": settings.ADDRESS}
        subject = " ".join(render_to_string("letters/subject.txt", said).split())
        body = render_to_string("letters/letter.txt", said)
    headers = {"Message-ID": message_id, "Auto-Submitted": "auto-generated"}
    return EmailMessage(subject, body, settings.DEFAULT_FROM_EMAIL, [person.email], headers=headers)


def _message_id() -> str:
    return make_msgid(domain=urlsplit(settings.ADDRESS).hostname or "office.invalid")

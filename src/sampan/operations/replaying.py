"""Deliveries whose questions were answered, but that were not read again since: what a crash in `settle` leaves."""

from __future__ import annotations

from datetime import UTC, datetime

from django.db.models import Max, QuerySet

from sampan.store.figures import OPEN
from sampan.store.models import Delivery, Entry, FindingRecord

COMMITTED = "version:committed"  # the entry of every version that stands
NEVER = datetime.min.replace(tzinfo=UTC)


def due() -> QuerySet[Delivery]:
    """Standing deliveries, not closed at the first gate, last read before a question of theirs got a translation."""
    answered = dict(
        FindingRecord.objects.filter(state=FindingRecord.State.SETTLED, delivery__state=Delivery.State.COMMITTED)
        .exclude(answer__value="accept")  # an accepted value changes nothing that stands
        .values_list("delivery_id")
        .annotate(Max("settled_at"))
    )
    read = dict(
        Entry.objects.filter(kind=COMMITTED, delivery_id__in=answered).values_list("delivery_id").annotate(Max("at"))
    )
    late = [key for key, at in answered.items() if at and at > read.get(key, NEVER)]
    return Delivery.objects.filter(pk__in=late, gate=OPEN).order_by("pk")

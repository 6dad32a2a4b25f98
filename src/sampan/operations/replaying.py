"""Deliveries that must be read again: a question of theirs was answered, or what they repeated was taken back.

A delivery that says what an earlier one said is counted as a repeat. When the earlier one ends, the later one speaks
for itself: it is read again. What is due is derived from the log, so a crash in `settle` or `withdraw` loses nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime

from django.db.models import Max, QuerySet

from sampan.store.figures import OPEN
from sampan.store.models import Delivery, Entry, FindingRecord

COMMITTED = "version:committed"  # the entry of every version that stands
BEGUN = ("delivery:kept", "original:opened")  # one of these is durable before a reading begins
ENDED = "delivery:withdrawn"
NEVER = datetime.min.replace(tzinfo=UTC)


def due() -> QuerySet[Delivery]:
    """Standing deliveries, not closed at the first gate, that were not read since something they rest on changed."""
    late = {*_answered(), *_bereft()}
    return Delivery.objects.filter(pk__in=late, gate=OPEN).order_by("pk")


def _answered() -> list[int]:
    """Last read before a question of theirs got a translation."""
    answered = dict(
        FindingRecord.objects.filter(state=FindingRecord.State.SETTLED, delivery__state=Delivery.State.COMMITTED)
        .exclude(answer__value="accept")  # an accepted value changes nothing that stands
        .values_list("delivery_id")
        .annotate(Max("settled_at"))
    )
    read = dict(
        Entry.objects.filter(kind=COMMITTED, delivery_id__in=answered).values_list("delivery_id").annotate(Max("at"))
    )
    return [key for key, at in answered.items() if at and at > read.get(key, NEVER)]


def _bereft() -> list[int]:
    """Repeating what others said, and last read when a delivery of the source, since taken back, still stood."""
    ended = dict(Delivery.objects.filter(ended_at__isnull=False).values_list("pk", "source"))
    if not ended:
        return []
    standing = Delivery.objects.filter(
        source__in=set(ended.values()), state=Delivery.State.COMMITTED, ended_at=None, repeats=None
    ).values_list("pk", "source", "balance")
    of_source = {pk: source for pk, source, balance in standing if _repeating(balance)}
    if not of_source:
        return []
    gone: dict[str, int] = defaultdict(lambda: -1)
    for pk, index in Entry.objects.filter(kind=ENDED, delivery_id__in=ended).values_list("delivery_id", "index"):
        gone[ended[pk]] = max(gone[ended[pk]], index)
    begun = _begun(set(ended.values()))
    return [pk for pk, source in of_source.items() if gone[source] > begun.get(pk, -1)]


def _repeating(balance: dict[str, int]) -> bool:
    return bool(balance.get("repeated") or balance.get("cases_repeated"))


def _begun(sources: Iterable[str]) -> dict[int, int]:
    """Delivery -> index of the entry with which the reading began whose version stands; none if it was never read."""
    said = Entry.objects.filter(
        delivery__source__in=list(sources), delivery__ended_at=None, kind__in=[*BEGUN, COMMITTED]
    ).order_by("index")
    opened: dict[int, int] = {}
    found: dict[int, int] = {}
    for pk, kind, index in said.values_list("delivery_id", "kind", "index"):
        if kind == COMMITTED:
            found[pk] = opened.get(pk, -1)
        else:
            opened[pk] = index
    return found

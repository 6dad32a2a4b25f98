"""Deliveries that must be read again: a question of theirs was answered, or what they leant on went or came back.

A delivery that says what an earlier one said is counted as a repeat, and a snapshot takes back what others said before.
When such another one is withdrawn, or denied at its gate after it was read, those that leant on it are read again; and
once more if it is passed after all. What is due is derived from the log, so that a crash on the way loses nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db.models import Max, Min, Q, QuerySet

from sampan.checks import closed_to_office, much_taken_back
from sampan.operations.questions import ACCEPT
from sampan.store.figures import OPEN, SNAPSHOT
from sampan.store.models import AgreementAct, Delivery, Entry, FindingRecord, GivenWord

COMMITTED = "version:committed"  # the entry of every version that stands
BEGUN = ("delivery:kept", "original:opened")  # one of these is durable before a reading begins
ENDED = "delivery:withdrawn"
AT_THE_GATE = ("gate:passed", "gate:denied")
NEVER = datetime.min.replace(tzinfo=UTC)


def due() -> QuerySet[Delivery]:
    """Standing deliveries, not closed at the first gate, that were not read since something they rest on changed."""
    late = {*_answered(), *_leaning(), *_kept_in_part(), *_opened()}
    return Delivery.objects.filter(pk__in=late, gate=OPEN).order_by("pk")


def _answered() -> list[int]:
    """Last read before a question of theirs got a translation, or leave to take back what they are silent on."""
    answered = dict(
        FindingRecord.objects.filter(state=FindingRecord.State.SETTLED, delivery__state=Delivery.State.COMMITTED)
        # an accepted value changes nothing that stands, but for what waited to be taken back
        .exclude(Q(answer__value=ACCEPT) & ~Q(rule=much_taken_back.ID))
        .values_list("delivery_id")
        .annotate(Max("settled_at"))
    )
    read = dict(
        Entry.objects.filter(kind=COMMITTED, delivery_id__in=answered).values_list("delivery_id").annotate(Max("at"))
    )
    return [key for key, at in answered.items() if at and at > read.get(key, NEVER)]


def _opened() -> list[int]:
    """Last read before their owner's deposit terms took a step, with rows that the terms kept closed."""
    closed = FindingRecord.objects.filter(rule=closed_to_office.ID, delivery__state=Delivery.State.COMMITTED)
    steps: dict[str, datetime] = {}
    for act in AgreementAct.objects.filter(agreement__kind="deposit", after="in-force").order_by("at"):
        steps |= dict.fromkeys(act.agreement.parties.strip("|").split("|"), act.at)
    waiting = dict(closed.exclude(state=FindingRecord.State.REPLACED).values_list("delivery_id", "owner"))
    read = dict(
        Entry.objects.filter(kind=COMMITTED, delivery_id__in=waiting).values_list("delivery_id").annotate(Max("at"))
    )
    return [key for key, owner in waiting.items() if owner in steps and steps[owner] > read.get(key, NEVER)]


def _kept_in_part() -> list[int]:
    """Snapshots read when what they repeated was left out of them: lists of cases must be whole to stand alone."""
    read = Delivery.objects.filter(mode=SNAPSHOT, state=Delivery.State.COMMITTED, ended_at=None, repeats=None)
    partly = read.filter(balance__repeated__gt=0, balance__retracted__isnull=True)
    return list(partly.values_list("pk", flat=True))


@dataclass(frozen=True)
class _Turn:
    """A delivery that was read, and has gone or has come back: when the log says so."""

    of: Delivery
    index: int

    @property
    def gone(self) -> bool:
        """True if it does not stand now."""
        return self.of.ended_at is not None or self.of.gate != OPEN


def _leaning() -> list[int]:
    """Last read before a delivery of their source that they leant on went, or came back."""
    turns: dict[str, list[_Turn]] = defaultdict(list)
    for turn in (*_ended(), *_at_the_gate()):
        turns[turn.of.source].append(turn)
    if not turns:
        return []
    standing = Delivery.objects.filter(
        source__in=list(turns), state=Delivery.State.COMMITTED, gate=OPEN, ended_at=None, repeats=None
    )
    begun = _begun(turns)
    return [
        one.pk
        for one in standing
        if any(turn.index > begun.get(one.pk, -1) and _leans(one, turn) for turn in turns[one.source])
    ]


def _leans(one: Delivery, turn: _Turn) -> bool:
    """True if what a delivery was read to say may rest on the other: as its repeat, or by what either took back."""
    if one.pk == turn.of.pk:
        return False
    later = _moment(one) > _moment(turn.of)
    if not turn.gone:
        return later or one.pk > turn.of.pk
    if _repeating(one.balance):
        return True
    if one.mode != SNAPSHOT:
        return False
    return _took_back(turn.of.balance) if later else one.pk > turn.of.pk and _took_back(one.balance)


def _moment(one: Delivery) -> datetime:
    return one.published_at or one.received_at


def _took_back(balance: dict[str, int]) -> bool:
    """True, too, of a delivery read when this was not counted."""
    return bool(balance.get("retracted", 1))


def _ended() -> list[_Turn]:
    ended = {one.pk: one for one in Delivery.objects.filter(ended_at__isnull=False)}
    said = Entry.objects.filter(kind=ENDED, delivery_id__in=ended).values_list("delivery_id", "index")
    return [_Turn(ended[pk], index) for pk, index in said]


def _at_the_gate() -> list[_Turn]:
    """Words at the first gate on deliveries that had been read by then."""
    denied = GivenWord.objects.filter(subject__startswith="D-", answer="denied").values("subject").distinct()
    subjects = {one.code: one for one in Delivery.objects.filter(code__in=denied, ended_at=None)}
    if not subjects:
        return []
    read = dict(
        Entry.objects.filter(kind=COMMITTED, delivery__code__in=subjects)
        .values_list("delivery__code")
        .annotate(Min("index"))
        .order_by()
    )
    found = []
    for entry in Entry.objects.filter(kind__in=AT_THE_GATE, index__gt=min(read.values(), default=0)).order_by("index"):
        code = str(entry.facts.get("subject"))
        if code in read and entry.index > read[code]:
            found.append(_Turn(subjects[code], entry.index))
    return found


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

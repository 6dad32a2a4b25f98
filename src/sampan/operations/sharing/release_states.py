"""What a release is now, and since when: open, or closed with what it stands on.

It opens no more from the first instant at which an agreement it was given under holds no more, whether or not its
end, or the agreement's, is recorded yet.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q

from sampan.operations.sharing import notices
from sampan.sharing.agreements.parse import request_of
from sampan.sharing.states import LIVE
from sampan.store.figures import OPEN
from sampan.store.models import AgreementVersion, Declaration, Delivery, ReleaseRecord

WITHDRAWN = "withdrawn"
WORST_FIRST = ("terminated", "expired", "suspended")
Standing = tuple[str, datetime | None]  # the state, and since when


def state_of(record: ReleaseRecord, now: datetime) -> str:
    """open, expired, revoked, withdrawn with what it rests on, terminated or suspended with its agreement."""
    return state_since(record, now)[0]


def state_since(record: ReleaseRecord, now: datetime) -> Standing:
    """The state, and since when it is that; None where it is open, or where no record says when."""
    if record.ended_at is not None:
        return record.ended_why, _recorded_end(record, now)
    if record.expires_at is not None and now >= record.expires_at:
        return "expired", record.expires_at
    called_off = _called_off(record)
    if called_off is not None and now >= called_off:
        return "expired", called_off
    if rests_on_gone(record.deliveries):
        return WITHDRAWN, None
    found = [_of_agreement(code, clauses, now) for code, clauses in _stands_on(record).items()]
    closed = [one for one in found if one[0] != "open"]
    return min(closed, key=lambda one: WORST_FIRST.index(one[0])) if closed else ("open", None)


def _called_off(record: ReleaseRecord) -> datetime | None:
    """When the emergency that a release was asked for under was called off by every post that had declared it."""
    if "trigger" not in record.request.text:
        return None
    trigger = request_of(record.request.text, record.request.code).trigger
    held = [
        one.ended_at
        for one in Declaration.objects.filter(trigger=trigger, at__lte=record.released_at)
        if one.ended_at is None or one.ended_at > record.released_at
    ]
    ended = [at for at in held if at is not None]
    return max(ended) if ended and len(ended) == len(held) else None


def _recorded_end(record: ReleaseRecord, now: datetime) -> datetime | None:
    """When it ended: at the end of its time or of its agreement, however long after that was recorded."""
    if record.ended_why == "expired":
        return record.expires_at
    found = [_of_agreement(*stood, now)[1] for stood in _stands_on(record).items()]
    known = [at for at in found if at is not None] if record.ended_why == "terminated" else []
    return min(known, default=record.ended_at)


def rests_on_gone(deliveries: Iterable[str]) -> bool:
    """True if one of these deliveries was taken back, or stands behind its country's first gate now."""
    return Delivery.objects.filter(Q(ended_at__isnull=False) | ~Q(gate=OPEN), code__in=list(deliveries)).exists()


def _stands_on(record: ReleaseRecord) -> dict[str, set[str]]:
    """Agreement -> the clauses of it that let the release go."""
    found: dict[str, set[str]] = {}
    for rule in record.manifest["clauses"]:
        code, _, clause = rule.partition("/")
        found.setdefault(code, set()).add(clause)
    return found


def _of_agreement(code: str, clauses: set[str], now: datetime) -> Standing:
    """Whether an agreement still carries what was given under these clauses: its version in force, else its last."""
    versions = list(AgreementVersion.objects.filter(code=code).order_by("-version").prefetch_related("acts"))
    live = [one for one in versions if one.state in LIVE]
    if not live:
        ended = next((one for one in versions if one.state in WORST_FIRST), None)
        return (ended.state, _ended_at(ended, clauses)) if ended else ("suspended", None)
    over = notices.over_at(notices.as_it_stands(live[0]), clauses)
    if over is not None and now >= over:
        return ("terminated" if notices.as_it_stands(live[0]).ends_by_notice else "expired"), over
    if live[0].state == "suspended":
        return "suspended", _last_step(live[0])
    return "open", None


def _ended_at(record: AgreementVersion, clauses: set[str]) -> datetime | None:
    """When it ended: by the clock, at the end of its last day; else at the step that ended it."""
    by_clock = next((act for act in record.acts.all() if act.verb in ("run-out", "expire")), None)
    return notices.over_at(notices.as_it_stands(record), clauses) if by_clock else _last_step(record)


def _last_step(record: AgreementVersion) -> datetime | None:
    came = [act for act in record.acts.all() if act.after == record.state != act.before]
    return max(came, key=lambda act: act.pk).at if came else None

"""Declaring a named emergency, and calling it off: told to every party whose agreement names it."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from sampan.model.errors import Refused, UserError
from sampan.operations.sharing.gates import party_of
from sampan.sharing.agreements.parse import agreement_of
from sampan.sharing.states import LIVE
from sampan.sharing.vocabularies import nearest, words
from sampan.store import entries
from sampan.store.models import AgreementVersion, Declaration, Outbox


def declare(trigger: str, post: str, now: datetime, *, reason: str = "", end: bool = False) -> Declaration:
    """Declare, or call off, by a post that an agreement in force lets declare this trigger. Refused otherwise."""
    if trigger not in words("trigger"):
        raise UserError(
            f"{trigger!r} is not a named emergency",
            do=f"did you mean {nearest(trigger, words('trigger'))!r}? the names: {', '.join(words('trigger'))}",
        )
    told, ends, days = _terms_of(trigger, post)
    if not told:
        raise Refused(
            f"no agreement in force lets {post} declare {trigger}", rule="emergency-post", kept="nothing was changed"
        )
    with transaction.atomic():
        if end:
            record = _standing(trigger, post)
            record.ended_at = now
            record.save(update_fields=["ended_at"])
        else:
            record = Declaration.objects.create(trigger=trigger, by=post, reason=reason, at=now)
        kind = "emergency:ended" if end else "emergency:declared"
        over = now if end else now + timedelta(hours=ends)
        due = (over + timedelta(days=days)).date().isoformat()
        body = {"trigger": trigger, "by": post, "reason": reason, "until": over.isoformat(), "review_due": due}
        for party in told:
            Outbox.objects.create(to_party=party, kind=kind, facts=body, at=now)
        entries.append(kind, body, sorted({*told, party_of(post)}), at=now, rows=[record])
    return record


def _standing(trigger: str, post: str) -> Declaration:
    record = Declaration.objects.filter(trigger=trigger, by=post, ended_at=None).order_by("-at", "-pk").first()
    if record is None:
        raise UserError(f"{post} has not declared {trigger}", kept="nothing was changed")
    return record


def _terms_of(trigger: str, post: str) -> tuple[list[str], int, int]:
    """The parties whose agreements let the post declare it, for how many hours at most, and the days to its review."""
    told: set[str] = set()
    hours, days = [0], []
    for record in AgreementVersion.objects.filter(state__in=LIVE):
        agreement = agreement_of(record.text, record.code)
        named = [clause.emergency for clause in agreement.clauses if clause.emergency]
        mine = [terms for terms in named if terms.trigger == trigger and post in terms.declared_by]
        hours += [terms.sunset_hours for terms in mine]
        days += [terms.review_days for terms in mine]
        told |= {side.party for side in agreement.parties if mine}
    return sorted(told), max(hours), min(days, default=0)


def ending(record: Declaration) -> tuple[datetime, datetime]:
    """When a declaration is over at the latest, and when the parties' review of it is due."""
    _, hours, days = _terms_of(record.trigger, record.by)
    over = record.ended_at or record.at + timedelta(hours=hours)
    return over, over + timedelta(days=days)

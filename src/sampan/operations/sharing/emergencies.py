"""Declaring a named emergency, and calling it off: told to every party whose agreement names it."""

from __future__ import annotations

from datetime import datetime

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
    told = _parties_told(trigger, post)
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
        body = {"trigger": trigger, "by": post, "reason": reason}
        for party in told:
            Outbox.objects.create(to_party=party, kind=kind, facts=body, at=now)
        entries.append(kind, body, sorted({*told, party_of(post)}), at=now, rows=[record])
    return record


def _standing(trigger: str, post: str) -> Declaration:
    record = Declaration.objects.filter(trigger=trigger, by=post, ended_at=None).order_by("-at", "-pk").first()
    if record is None:
        raise UserError(f"{post} has not declared {trigger}", kept="nothing was changed")
    return record


def _parties_told(trigger: str, post: str) -> list[str]:
    told: set[str] = set()
    for record in AgreementVersion.objects.filter(state__in=LIVE):
        agreement = agreement_of(record.text, record.code)
        named = [clause.emergency for clause in agreement.clauses if clause.emergency]
        if any(terms.trigger == trigger and post in terms.declared_by for terms in named):
            told |= {side.party for side in agreement.parties}
    return sorted(told)

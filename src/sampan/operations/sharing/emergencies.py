"""Declaring a named emergency, and calling it off: told to every party whose agreement names it.

A sunset is not put off by saying the same again: a side that would have its emergency hold longer looks back first.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from sampan.model.errors import Refused, UserError
from sampan.operations.sharing import reviewing
from sampan.operations.sharing.gates import party_of
from sampan.operations.sharing.sunsets import clauses_of, terms_of
from sampan.sharing.vocabularies import nearest, words
from sampan.store import entries
from sampan.store.models import Declaration, Outbox


def declare(trigger: str, post: str, now: datetime, *, reason: str = "", end: bool = False) -> Declaration:
    """Declare, or call off, by a post that an agreement in force lets declare this trigger. Refused otherwise."""
    if trigger not in words("trigger"):
        near, names = nearest(trigger, words("trigger")), f"one of: {', '.join(words('trigger'))}"
        raise UserError(
            f"{trigger!r} is not a named emergency",
            kept="nothing was changed",
            do=f"did you mean {near!r}?" if near else f"choose {names}",
        )
    told, ends, days = terms_of(trigger, post)
    if not told:
        raise Refused(
            f"no agreement in force lets {post} declare {trigger}", rule="emergency-post", kept="nothing was changed"
        )
    if not end:
        _must_have_reviewed(trigger, post, now)
        _must_not_hold(trigger, post, now)
    with transaction.atomic():
        if end:
            declared = _standing(trigger, post, now - timedelta(hours=ends))
            for one in declared:
                one.ended_at = now
                one.save(update_fields=["ended_at"])
        else:
            declared = [Declaration.objects.create(trigger=trigger, by=post, reason=reason, at=now)]
        kind = "emergency:ended" if end else "emergency:declared"
        over = now if end else now + timedelta(hours=ends)
        due = (over + timedelta(days=days)).date().isoformat()
        body = {"trigger": trigger, "by": post, "reason": reason, "until": over.isoformat(), "review_due": due}
        for party in told:
            Outbox.objects.create(to_party=party, kind=kind, facts=body, at=now)
        entries.append(kind, body, sorted({*told, party_of(post)}), at=now, rows=declared)
    return declared[0]


def _standing(trigger: str, post: str, since: datetime) -> list[Declaration]:
    """Every declaration of the post that holds, newest first: one left standing would keep the emergency open."""
    held = Declaration.objects.filter(trigger=trigger, by=post, ended_at=None, at__gt=since)
    if not held:
        raise UserError(f"{post} has not declared {trigger}", kept="nothing was changed")
    return list(held.order_by("-at", "-pk"))


def _must_have_reviewed(trigger: str, post: str, now: datetime) -> None:
    """Refused while the post's own side is late with its review of an earlier emergency of this name.

    Within the days that the clause gives for it an outbreak that goes on may be declared again; and nobody is stopped
    by a review that another side owes.
    """
    late = [
        one
        for one in reviewing.reviews(now)
        if one.declaration.trigger == trigger and post in one.posts and one.late(now)
    ]
    if late:
        first = min(late, key=lambda one: one.due)
        declared, due = first.declaration.at.date(), first.due.date()
        raise Refused(
            f"the review of {trigger}, declared on {declared}, is overdue since {due}",
            rule="emergency-review",
            kept="nothing was changed",
            do=f"`sampan agreements review {trigger} --post {post} --note ...` says what came of it; then again",
        )


def held(trigger: str, post: str, now: datetime) -> reviewing.Review | None:
    """What the post's own side declared, that holds for a clause of this one and is not reviewed; None: declare."""
    mine = clauses_of(trigger, post)
    found = [
        one
        for one in reviewing.early(post, now)
        if one.declaration.trigger == trigger and mine & clauses_of(trigger, one.declaration.by)
    ]
    return max(found, key=lambda one: one.over, default=None)


def _must_not_hold(trigger: str, post: str, now: datetime) -> None:
    """Refused while it holds by the word of the post's own side, and nobody of it has looked back."""
    last = held(trigger, post, now)
    if last is not None:
        raise Refused(
            f"{trigger} holds already, until {last.over:%Y-%m-%d %H:%M} UTC: {last.declaration.by} declared it on "
            f"{last.declaration.at:%Y-%m-%d %H:%M} UTC",
            rule="emergency-holds",
            kept="it holds on as it was declared, and requests that name it are answered now",
            do=f"to have it hold longer, `sampan agreements review {trigger} --post {post} --note ...` says what came "
            "of it so far; then declare it again",
        )

"""Remind whoever is waited for: for a word, findings, a late delivery, a review, witnesses; once a week each.

And before an agreement ends, its notice runs out or its review is due: once for each of its leads.

A reminder is a message in the transaction that looks whether one was sent; two workers, or one killed, send one.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Count

from sampan.operations import belonging, expecting, homes
from sampan.operations.proving import witnessing
from sampan.operations.sharing import gates, informing, pending, reviewing, reviews_of_drafts, terms
from sampan.operations.sharing.gates import party_of
from sampan.people.models import Party, Post
from sampan.people.roles import Right
from sampan.store import entries
from sampan.store.home import Store
from sampan.store.models import FindingRecord, Outbox

AGAIN = timedelta(days=7)
FINDING_WAITS = timedelta(days=7)
USUAL_DAYS = 1  # of a rule that names no usual time
GATE, FINDINGS, LAPSED = "gate:reminded", "findings:wait", "log:lapsed"
DELIVERIES, REVIEWS = "delivery:late", "emergency:review-late"
WHO_DUE = "informing:due"
REVIEW_ENDS, REVIEW_OVER = "publication:review-ends", "publication:review-over"


def remind(store: Store, day: str, now: datetime) -> None:
    """Every reminder that is due now."""
    del day
    for post in Post.objects.filter(closed_at=None).order_by("pk"):
        if post.may(Right.WORD):
            _of_words(store, post.code, now)
    _of_findings(now)
    _of_deliveries(store, now)
    _of_witnesses(now)
    _of_reviews(now)
    _of_terms(now)
    _of_publications(now)
    _of_informing(now)


def _of_witnesses(now: datetime) -> None:
    """That the witnesses' quorum has lapsed, to every party: their routine releases wait, or will."""
    found = witnessing.state(now)
    if found.grade == "lapsed":
        facts = {"needed": found.needed, "witnesses": found.witnesses, "routine_waits": found.routine_waits}
        for party in Party.objects.order_by("code").values_list("code", flat=True):
            _once(party, "", LAPSED, facts, now)


def _of_reviews(now: datetime) -> None:
    """That the review of an emergency is overdue, to each post of the party that owes it, as one message."""
    late: dict[tuple[str, str], list[reviewing.Review]] = {}
    for one in reviewing.reviews(now):
        for post in one.posts if one.late(now) else ():
            late.setdefault((one.party, post), []).append(one)
    for (party, post), found in sorted(late.items()):
        facts = {
            "triggers": sorted({one.declaration.trigger for one in found}),
            "due": min(one.due for one in found).date().isoformat(),
        }
        _once(party, post, REVIEWS, facts, now)


def _of_terms(now: datetime) -> None:
    """Days of an agreement that come: each told to each post once, so one that is moved by a notice is told anew."""
    for party, post, one in terms.due(now):
        _once(party, post, one.kind, one.facts(), now, ever=("agreement", "day", "lead_days"))


def _of_publications(now: datetime) -> None:
    """The last days of an owner's review, to the owner; that all of them are over, to who announced it, once."""
    for one in reviews_of_drafts.ending(now):
        _once(one.owner, "", REVIEW_ENDS, one.facts(), now, ever=("publication", "day", "lead_days"))
    for record, drafts in reviews_of_drafts.over(now):
        facts = {"publication": record.code, "drafts": drafts}
        _once(record.party, record.post, REVIEW_OVER, facts, now, ever=("publication", "drafts"))


def _of_informing(now: datetime) -> None:
    """That WHO's 24 hours end, to who told an owner of it, once."""
    for one in informing.due(now):
        _once(one.party, one.post, WHO_DUE, {"informing": one.code}, now, ever=("informing",))


def _of_words(store: Store, post: str, now: datetime) -> None:
    """What waits for a post's word longer than is usual, as one message."""
    waiting = [*gates.waiting(store, post, homes.sources(store), now), *pending.requests(store, post, now)]
    late = [one for one in waiting if float(one["waited_days"]) > float(one["usual_days"] or USUAL_DAYS)]
    if late:
        _once(party_of(post), post, GATE, {"subjects": sorted({str(one["subject"]) for one in late})}, now)


def _of_findings(now: datetime) -> None:
    """Questions open for longer than a week, counted for each owner."""
    late = FindingRecord.objects.filter(state=FindingRecord.State.OPEN, found_at__lt=now - FINDING_WAITS)
    for owner, count in late.exclude(severity="note").values_list("owner").annotate(Count("pk")).order_by("owner"):
        _once(owner, "", FINDINGS, {"findings": count}, now)


def _of_deliveries(store: Store, now: datetime) -> None:
    """Periods that are late, to the post that looks after their place; of a party without such a post, to its desks."""
    posts = [one for one in Post.objects.filter(closed_at=None).select_related("party") if one.may(Right.DELIVER)]
    placed = {one.party_id for one in posts if one.place}
    for post in posts:
        if not post.place and post.party_id in placed:
            continue
        sources = list(belonging.sources(store, post.party.code).values())
        late = [one for one in expecting.due(store, sources, post.place, now.date()) if one.late(now.date())]
        if late:
            facts = {"source": late[0].source.id, "periods": len(late), "until": late[0].until.isoformat()}
            _once(post.party.code, post.code, DELIVERIES, facts, now)


def _once(
    party: str, post: str, kind: str, facts: dict[str, Any], now: datetime, *, ever: tuple[str, ...] = ()
) -> None:
    """Unless it was told within a week; or, where it is known by some of its facts, ever."""
    with transaction.atomic():
        entries.lock_head(now)  # two workers that remind at once take turns
        told = Outbox.objects.filter(to_party=party, to_post=post, kind=kind)
        same = {f"facts__{name}": facts[name] for name in ever} or {"at__gt": now - AGAIN}
        if not told.filter(**same).exists():
            Outbox.objects.create(to_party=party, to_post=post, kind=kind, facts=facts, at=now)

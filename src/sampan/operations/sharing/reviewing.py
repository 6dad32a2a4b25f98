"""The review of an emergency by its parties: due some days after it is over, said by each of them, reminded of.

The side that declared one may say it while it holds: then it may declare it again, with a sunset of its own.

Whether a party has reviewed stands in the log alone, in an entry that names the declaration.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from sampan.model.errors import UserError
from sampan.operations.sharing import notices
from sampan.operations.sharing.acting import side_named
from sampan.operations.sharing.outages import OUTAGE
from sampan.operations.sharing.sunsets import ending
from sampan.sharing.states import LIVE
from sampan.store import bindings, entries
from sampan.store.models import AgreementVersion, Declaration, Entry, Outbox

REVIEWED = "emergency:reviewed"


@dataclass(frozen=True)
class Review:
    """What one party owes after an emergency: from when, until when, and whether it has said that it is done."""

    declaration: Declaration
    party: str
    posts: tuple[str, ...]  # of this party, named by the agreements whose clauses were widened
    over: datetime
    due: datetime
    done: bool

    def late(self, now: datetime) -> bool:
        """True if it is overdue."""
        return not self.done and now > self.due


def reviews(now: datetime) -> list[Review]:
    """Every review of an emergency that is over, of each party, the newest declaration first."""
    return [one for one in _every(now) if one.over <= now]


def early(post: str, now: datetime) -> list[Review]:
    """What the post's own side declared, that holds still and is not reviewed: the newest declaration first."""
    found = [one for one in _every(now) if one.over > now and not one.done]
    return [one for one in found if post in one.posts and one.declaration.by in one.posts]


def _every(now: datetime) -> list[Review]:
    done = [(one.facts.get("declaration"), one.facts.get("party")) for one in Entry.objects.filter(kind=REVIEWED)]
    found = []
    for record in Declaration.objects.exclude(trigger=OUTAGE).filter(at__lte=now).order_by("-at", "-pk"):
        over, due = ending(record)
        name = bindings.name_of(record)
        for party, posts in sorted(_concerned(record).items()):
            found.append(Review(record, party, tuple(sorted(posts)), over, due, (name, party) in done))
    return found


def of_party(party: str, now: datetime) -> list[Review]:
    """The reviews a party still owes, the newest first."""
    return [one for one in reviews(now) if one.party == party and not one.done]


def review(trigger: str, post: str, now: datetime, *, note: str = "") -> Review:
    """Say that the post's side has reviewed an emergency of this name, the one due first. UserError: none waits."""
    owed = [one for one in reviews(now) if post in one.posts and not one.done]
    mine = [one for one in (*owed, *early(post, now)) if one.declaration.trigger == trigger]
    if not mine:
        raise UserError(
            f"no review of {trigger} waits for {post}",
            kept="nothing was changed",
            do="a post that the agreement names says it, once the emergency is over; the side that declared it, before",
        )
    one = min(mine, key=lambda each: each.due)
    others = {other for other in _concerned(one.declaration) if other != one.party}
    body = {"trigger": trigger, "party": one.party, "by": post, "note": note}
    with transaction.atomic():
        for other in sorted(others):
            Outbox.objects.create(to_party=other, kind=REVIEWED, facts=body, at=now)
        named = {**body, "declaration": bindings.name_of(one.declaration)}
        entries.append(REVIEWED, named, sorted({one.party, *others}), at=now)
    return one


def _concerned(record: Declaration) -> dict[str, set[str]]:
    """Party -> its posts, of the agreements whose clauses the declaration widened."""
    found: dict[str, set[str]] = {}
    for version in AgreementVersion.objects.filter(state__in=LIVE).prefetch_related("acts"):
        agreement = notices.as_it_stands(version)
        named = [clause.emergency for clause in agreement.clauses if clause.emergency]
        if any(one.trigger == record.trigger and record.by in one.declared_by for one in named):
            for side in agreement.parties:
                posts = (post for post in side.posts if side_named(agreement, post) == side)
                found.setdefault(side.party, set()).update(posts)
    return found

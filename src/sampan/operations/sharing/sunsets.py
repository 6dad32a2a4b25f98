"""How long a declared emergency holds, and when its review is due: by the agreements that let a post declare it."""

from __future__ import annotations

from datetime import datetime, timedelta

from sampan.sharing.agreements.parse import agreement_of
from sampan.sharing.states import LIVE
from sampan.store.models import AgreementVersion, Declaration


def terms_of(trigger: str, post: str) -> tuple[list[str], int, int]:
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


def clauses_of(trigger: str, post: str) -> set[str]:
    """The clauses of agreements in force that a declaration by the post widens: "border v1/vn-outbreak"."""
    found = set()
    for record in AgreementVersion.objects.filter(state__in=LIVE):
        agreement = agreement_of(record.text, record.code)
        for clause in agreement.clauses:
            terms = clause.emergency
            if terms is not None and terms.trigger == trigger and post in terms.declared_by:
                found.add(f"{agreement.name}/{clause.id}")
    return found


def ending(record: Declaration) -> tuple[datetime, datetime]:
    """When a declaration is over at the latest, and when the parties' review of it is due."""
    _, hours, days = terms_of(record.trigger, record.by)
    over = record.ended_at or record.at + timedelta(hours=hours)
    return over, over + timedelta(days=days)

"""Notice: a side that leaves says so, and the agreement holds until the notice has run out.

A notice is an act `terminate` that changes no state. It is counted from its day in the zone of each party, the later
one taken, so that every party has the whole of it; the last day ends at midnight in each owner's own zone.
"""

from __future__ import annotations

from collections.abc import Container
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from sampan.model.agreements import Agreement
from sampan.sharing.agreements.parse import agreement_of
from sampan.sharing.obligations import ends_at
from sampan.store.models import AgreementVersion

GIVE, TAKE_BACK = "terminate", "withdraw-notice"


def standing(record: AgreementVersion) -> dict[str, datetime]:
    """Party -> when it gave the notice that stands; a notice taken back is none."""
    given: dict[str, datetime] = {}
    acts = [act for act in record.acts.all() if act.verb in (GIVE, TAKE_BACK) and act.before == act.after]
    for act in sorted(acts, key=lambda act: act.pk):
        if act.verb == GIVE:
            given[act.party] = act.at
        else:
            given.pop(act.party, None)
    return given


def last_day(agreement: Agreement, given: datetime) -> date:
    """The last day of a notice given at an instant."""
    days = [given.astimezone(ZoneInfo(side.zone)).date() for side in agreement.parties]
    return max(days) + timedelta(days=agreement.exit_days)


def as_it_stands(record: AgreementVersion) -> Agreement:
    """The agreement of a version, with the last day of the notice that stands."""
    agreement = _parsed(record.digest, record.text)
    days = [last_day(agreement, at) for at in standing(record).values()]
    return replace(agreement, notice_until=min(days)) if days else agreement


def over_at(agreement: Agreement, clauses: Container[str]) -> datetime | None:
    """The first instant at which one of these clauses holds no more; None without an end."""
    ends = [ends_at(agreement, clause) for clause in agreement.clauses if clause.id in clauses]
    return min((at.astimezone(UTC) for at in ends if at is not None), default=None)


@lru_cache(maxsize=256)
def _parsed(digest: str, text: str) -> Agreement:
    return agreement_of(text, digest)

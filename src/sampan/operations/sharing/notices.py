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
from sampan.operations.sharing.acting import side_named
from sampan.sharing.agreements.parse import agreement_of
from sampan.sharing.obligations import ends_at
from sampan.sharing.state import Stop
from sampan.sharing.states import LIVE
from sampan.store.models import AgreementVersion

GIVE, TAKE_BACK, VERIFY = "terminate", "withdraw-notice", "verify"
STOPPED, REPLACED = ("suspended", "terminated", "expired"), "replace"


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
    """The agreement of a version, with the digest of its verified paper and the last day of the notice that stands."""
    agreement = _with_paper(_parsed(record.digest, record.text), record)
    days = {party: last_day(agreement, at) for party, at in standing(record).items()}
    if not days:
        return agreement
    first = min(days.values())
    by = tuple(sorted(party for party, day in days.items() if day == first))
    return replace(agreement, notice_until=first, notice_by=by)


def _with_paper(agreement: Agreement, record: AgreementVersion) -> Agreement:
    """A file may leave the digest of the signed paper to whoever verifies it with the paper in hand."""
    seen = [act for act in record.acts.all() if act.verb == VERIFY and act.note]
    if agreement.instrument.digest or not seen:
        return agreement
    last = max(seen, key=lambda act: act.pk)
    return replace(agreement, instrument=replace(agreement.instrument, digest=last.note))


def stop_of(record: AgreementVersion) -> Stop | None:
    """The step after which a version holds no more, or not now; None while it holds, or where it never did."""
    acts = sorted(record.acts.all(), key=lambda act: act.pk, reverse=True)
    last = next((act for act in acts if act.before in LIVE and act.before != act.after == record.state), None)
    if last is None or record.state not in STOPPED:
        return None
    return Stop(as_it_stands(record), last.verb, last.post, last.at)


def stops(post: str) -> tuple[Stop, ...]:
    """What stopped agreements that name the post on its own side: of each, the newest version that ever held.

    One that holds in another version, or was replaced by it, is not stopped.
    """
    found: dict[str, Stop | None] = {}
    records = AgreementVersion.objects.filter(state__in=("in-force", *STOPPED)).order_by("code", "-version")
    for record in records.filter(text__contains=post).prefetch_related("acts"):
        stop = stop_of(record)
        if record.state == "in-force" or (stop is not None and record.code not in found):
            found[record.code] = stop
    return tuple(one for one in found.values() if one and one.verb != REPLACED and side_named(one.agreement, post))


def over_at(agreement: Agreement, clauses: Container[str]) -> datetime | None:
    """The first instant at which one of these clauses holds no more; None without an end."""
    ends = [ends_at(agreement, clause) for clause in agreement.clauses if clause.id in clauses]
    return min((at.astimezone(UTC) for at in ends if at is not None), default=None)


@lru_cache(maxsize=256)
def _parsed(digest: str, text: str) -> Agreement:
    return agreement_of(text, digest)

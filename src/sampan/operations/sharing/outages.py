"""A party's declared outage: the clock of its answers stands still, and reciprocity takes nothing from it meanwhile.

It ends when a post of the party says so, and after two weeks in any case; declared again, it begins anew. Everybody
with whom the party has an agreement in force is told.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from sampan.model.errors import Refused, UserError
from sampan.operations.sharing.acting import home_party, side_named
from sampan.operations.sharing.gates import party_of
from sampan.sharing.agreements.parse import agreement_of
from sampan.sharing.state import Outage
from sampan.sharing.states import LIVE
from sampan.store import entries
from sampan.store.models import AgreementVersion, Declaration, Outbox

OUTAGE = "outage"  # no emergency is called so: no clause can be opened by it
MOST = timedelta(days=14)


def declare(post: str, now: datetime, *, reason: str) -> Outage:
    """Say that the post's party cannot answer or deliver for now. Refused for a post of no party that shares here."""
    party = _party(post)
    if any(one.party == party for one in standing(now)):
        raise UserError(f"an outage of {party} is declared already", kept="nothing was changed")
    if not reason.strip():
        raise UserError(
            "an outage needs a reason", kept="nothing was changed", do="say in a few words what is the matter"
        )
    with transaction.atomic():
        record = Declaration.objects.create(trigger=OUTAGE, by=post, reason=reason.strip(), at=now)
        _tell("outage:declared", party, record, now)
    return _outage(record)


def end(post: str, now: datetime) -> Outage:
    """Say that the party is back."""
    party = _party(post)
    with transaction.atomic():
        found = Declaration.objects.select_for_update().filter(trigger=OUTAGE, ended_at=None, at__gt=now - MOST)
        record = next((one for one in found.order_by("-pk") if party_of(one.by) == party), None)
        if record is None:
            raise UserError(f"no outage of {party} is declared", kept="nothing was changed")
        record.ended_at = now
        record.save(update_fields=["ended_at"])
        _tell("outage:ended", party, record, now)
    return _outage(record)


def every() -> tuple[Outage, ...]:
    """All that were ever declared, oldest first."""
    return tuple(_outage(one) for one in Declaration.objects.filter(trigger=OUTAGE).order_by("at", "pk"))


def standing(now: datetime) -> tuple[Outage, ...]:
    """Those that hold now."""
    return tuple(one for one in every() if one.at <= now < one.until)


def listed(party: str) -> list[dict[str, Any]]:
    """The party's own outages and those of the parties it shares with, newest first."""
    known = {party, *_partners(party)}
    found = [
        one for one in Declaration.objects.filter(trigger=OUTAGE).order_by("-at", "-pk") if party_of(one.by) in known
    ]
    return [
        {"party": party_of(one.by), "by": one.by, "reason": one.reason, "from": one.at.isoformat(),
         "until": _outage(one).until.isoformat(), "ended": one.ended_at is not None}
        for one in found
    ]  # fmt: skip


def _outage(record: Declaration) -> Outage:
    last = record.at + MOST
    return Outage(party_of(record.by), record.at, min(last, record.ended_at or last))


def _party(post: str) -> str:
    """The party the post speaks for. Refused for a post that is neither seated nor named by an agreement in force."""
    named = AgreementVersion.objects.filter(state__in=LIVE, text__contains=post)
    if home_party(post) or any(side_named(agreement_of(one.text, one.code), post) for one in named):
        return party_of(post)
    raise Refused(
        f"{post} is no post of a party that shares here", rule="outage-post", kept="nothing was changed",
        do="a post that an agreement in force names can declare an outage of its party",
    )  # fmt: skip


def _partners(party: str) -> set[str]:
    found = AgreementVersion.objects.filter(state__in=LIVE, parties__contains=f"|{party}|")
    return {side for record in found for side in record.parties.strip("|").split("|")} - {party}


def _tell(kind: str, party: str, record: Declaration, now: datetime) -> None:
    body = {"party": party, "by": record.by, "reason": record.reason}
    told = sorted(_partners(party))
    for other in told:
        Outbox.objects.create(to_party=other, kind=kind, facts=body, at=now)
    entries.append(kind, body, sorted({party, *told}), at=now, rows=[record])

"""Verdicts on figures of two sources, and an owner's word that figures which cannot be compared may be added anyhow.

The word belongs to every owner involved, one by one; never to the office, never to who asks. It holds for one request,
is logged, told to everybody concerned and stamped on the release that uses it.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction

from sampan.insight.comparability import verdict
from sampan.model.agreements import OFFICE
from sampan.model.decisions import Reason
from sampan.model.errors import Refused, UserError
from sampan.operations import homes, practices
from sampan.operations.sharing.frozen import Frozen, freeze
from sampan.operations.sharing.gates import party_of
from sampan.sharing.agreements.parse import request_of
from sampan.sharing.decide import decide
from sampan.sharing.reasons import sentence
from sampan.sharing.vocabularies import nearest, words
from sampan.store import entries
from sampan.store.home import Store
from sampan.store.models import ComparisonOverride, Outbox, RequestRecord
from sampan.vocab import conditions

WORD = "not-comparable"


def judge(store: Store, first: str, second: str, condition: str, on: date, measure: str = "cases") -> dict[str, Any]:
    """The verdict on two sources' figures of a condition, by their practices in force that day, with its reasons."""
    known = [one.code for one in conditions.all_conditions()]
    for word, named, what in ((condition, known, "a condition"), (measure, words("measure"), "a measure")):
        if word not in named:
            near = nearest(word, named)
            raise UserError(f"{word!r} is not {what}", do=f"did you mean {near!r}?" if near else "see the vocabularies")
    sources = [homes.source(store, code) for code in (first, second)]
    a, b = (practices.of(source, condition, on) for source in sources)
    found = verdict(a, b, measure=measure)
    return {
        "sources": [first, second], "practices": [sources[0].practice, sources[1].practice], "condition": condition,
        "measure": measure, "on": on.isoformat(), **found.as_dict(),
    }  # fmt: skip


def waiting(store: Store, post: str, now: datetime) -> list[dict[str, Any]]:
    """Requests that were refused because figures are not comparable, for a post of an owner that has not spoken yet."""
    lines = []
    for record in RequestRecord.objects.order_by("pk"):
        frozen, reasons = _refused(store, record, now)
        if party_of(post) in _owners(frozen, reasons) - _said(record.code):
            lines.append({"request": record.code, "from": record.post, "why": [sentence(reason) for reason in reasons]})
    return lines


def override(store: Store, code: str, post: str, now: datetime, *, reason: str) -> dict[str, Any]:
    """An owner's word on one request. Refused alike for a request that is not there and for one of others' figures."""
    owner = party_of(post)
    record = RequestRecord.objects.filter(code=code).first()
    frozen, reasons = _refused(store, record, now) if record is not None else (None, ())
    owners = _owners(frozen, reasons) if frozen is not None else frozenset()
    if record is None or owner == OFFICE or owner not in owners or owner in _said(code):
        raise Refused(
            f"no comparison waits for the word of {post} on {code}", rule="comparison-owner",
            kept="nothing was changed", do="`sampan practices waiting` shows what waits for a post",
        )  # fmt: skip
    body = {"request": code, "owner": owner, "by": post, "reason": reason}
    concerned = sorted({*owners, party_of(record.post)})
    with transaction.atomic():
        word = ComparisonOverride.objects.create(request=code, owner=owner, by=post, at=now)
        for party in concerned:
            Outbox.objects.create(to_party=party, kind="comparison:overridden", facts=body, at=now)
        entries.append("comparison:overridden", body, concerned, at=now, rows=[word])
    return {**body, "still_needed": sorted(owners - _said(code))}


def _refused(store: Store, record: RequestRecord, now: datetime) -> tuple[Frozen, tuple[Reason, ...]]:
    asked = request_of(record.text, record.name)
    frozen = freeze(store, asked, record.text, now)
    decision = decide(frozen.request, frozen.state, frozen.domains)
    return frozen, tuple(reason for reason in decision.reasons if reason.word == WORD)


def _owners(frozen: Frozen, reasons: tuple[Reason, ...]) -> frozenset[str]:
    named = {dict(reason.facts)[side] for reason in reasons for side in ("first", "second")}
    return frozenset(frozen.sources[code].owner for code in named if code in frozen.sources)


def _said(code: str) -> set[str]:
    return set(ComparisonOverride.objects.filter(request=code).values_list("owner", flat=True))

"""Who sees what of a case: a side that was told alone its own half, both sides all of it, others a range or nothing.

A third party sees a range only if both sides' clauses in force would tell it both figures. Of what rests on a delivery
since taken back, nobody sees anything.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db.models import Q

from sampan.model.decisions import Asked, Request
from sampan.model.places import Unit
from sampan.operations import homes
from sampan.operations.discrepancies import resting
from sampan.operations.discrepancies.allowing import gate
from sampan.operations.discrepancies.talking import no_such, sides_of, standing_proposal, waits_for
from sampan.operations.sharing.frozen import freeze
from sampan.sharing.decide import decide
from sampan.store.home import Store
from sampan.store.models import DiscrepancyRecord, DiscrepancySide
from sampan.vocab.places import registry

PURPOSE = "routine-monitoring"


def cases(store: Store, post: str, now: datetime) -> list[dict[str, Any]]:
    """Every case this post may see, newest first, each as `show` tells it."""
    found = DiscrepancyRecord.objects.order_by("-pk").prefetch_related("sides")
    told = (_told(store, case, post, now) for case in found)
    return [one for one in told if one is not None]


def show(store: Store, code: str, post: str, now: datetime) -> dict[str, Any]:
    """One case as this post may see it; Refused alike for one of others and one that is not there."""
    case = DiscrepancyRecord.objects.filter(code=code).first()
    told = _told(store, case, post, now) if case is not None else None
    if told is None:
        raise no_such(code)
    return told


def waiting(store: Store, post: str, now: datetime) -> list[dict[str, Any]]:
    """Cases in which this post's own side has something to say now."""
    return [one for one in cases(store, post, now) if one.get("waits")]


def open_count(party: str) -> int:
    """How many are open between this party and another, or told to it alone and not yet consented to."""
    mine = DiscrepancySide.objects.filter(owner=party).select_related("case")
    waiting = mine.filter(Q(case__state="open") | Q(case__state="apart", consented_at=None))
    return sum(resting.stands(side.case) for side in waiting)


def notes(source_ids: Iterable[str]) -> list[dict[str, Any]]:
    """Agreed figures beside the originals of these sources: unit, condition, first day, figure, case, cause."""
    wanted = set(source_ids)
    found = DiscrepancyRecord.objects.filter(state="agreed").order_by("pk").prefetch_related("sides")
    return [
        {"unit": case.unit, "condition": case.condition, "measure": case.measure, "start": date.fromisoformat(day),
         "figure": figure, "discrepancy": case.code, "cause": case.cause}
        for case in found if wanted & {side.source for side in case.sides.all()} and resting.stands(case)
        for day, figure in sorted(case.agreed.items())
    ]  # fmt: skip


def unit(store: Store, name: str) -> Unit:
    """The unit of a discrepancy, for its name in the reader's language."""
    return (registry(store.places) if store.places.is_dir() else registry()).unit(name)


def desk(now: datetime) -> list[dict[str, Any]]:
    """For the office's own staff: that a case is open, since when and how late; no side, no thing, no figure."""
    found = DiscrepancyRecord.objects.filter(state="open").order_by("due_at")
    return [
        {"discrepancy": one.code, "opened_at": one.opened_at, "due_at": one.due_at, "late": _late(one, now),
         "words": one.words.count()}
        for one in found if resting.stands(one)
    ]  # fmt: skip


def _told(store: Store, case: DiscrepancyRecord, post: str, now: datetime) -> dict[str, Any] | None:
    if not resting.stands(case):
        return None
    mine = sides_of(case, post) or waits_for(store, case, post, now)
    if not mine:
        return _range(store, case, post, now)
    return _alone(store, case, mine[0], post, now) if not case.evidence else _both(case, mine[0], now)


def _thing(case: DiscrepancyRecord) -> dict[str, Any]:
    return {
        "discrepancy": case.code, "unit": case.unit, "condition": case.condition, "measure": case.measure,
        "kind": case.kind, "start": case.start, "end": case.end,
    }  # fmt: skip


def _alone(store: Store, case: DiscrepancyRecord, side: DiscrepancySide, post: str, now: datetime) -> dict[str, Any]:
    """Own half alone. Nothing here depends on the other side, not even whether it has consented."""
    source = homes.sources(store).get(side.source)
    stops = gate(store, side, source, now) if source else ()
    said = case.words.filter(owner=side.owner, post=post, kind="consent").exists()
    waits = "" if said else "consent" if side.consented_at is None or any(s.rule.post == post for s in stops) else ""
    return {
        **_thing(case), "state": "apart", "source": side.source, "found_at": case.found_at,
        "consented_at": side.consented_at, "waits": waits,
        "stops": [{"post": stop.rule.post, "rule": stop.rule.id, "law": stop.rule.law} for stop in stops],
    }  # fmt: skip


def _both(case: DiscrepancyRecord, side: DiscrepancySide, now: datetime) -> dict[str, Any]:
    """Everything, in the same order for both sides: the lot's. `mine` says which of the two is the reader's."""
    words = list(case.words.exclude(kind="consent").order_by("pk"))
    theirs = standing_proposal(case, besides=side.owner) if case.state == "open" else None
    last = words[-1] if words else None
    waits = "answer" if case.state == "open" and (last is None or last.owner != side.owner) else ""
    return {
        **_thing(case), "state": case.state, "basis": case.basis, "cause": case.cause, "mine": side.place,
        "sides": [{"owner": one.owner, "source": one.source} for one in case.sides.order_by("place")],
        "evidence": resting.shown(case), "agreed": case.agreed, "found_at": case.found_at, "opened_at": case.opened_at,
        "due_at": case.due_at, "closed_at": case.closed_at, "late": _late(case, now), "waits": waits,
        "to_agree": {"cause": theirs.cause, "figures": theirs.figures, "text": theirs.text} if theirs else None,
        "words": [
            {"owner": one.owner, "by": one.post, "kind": one.kind, "language": one.language, "text": one.text,
             "cause": one.cause, "figures": one.figures, "at": one.at}
            for one in words
        ],
    }  # fmt: skip


def _range(store: Store, case: DiscrepancyRecord, post: str, now: datetime) -> dict[str, Any] | None:
    """For a third party: least and greatest of each period, if both sides' clauses would tell it both figures."""
    if not case.evidence:
        return None
    bound = []
    for side in case.sides.all():
        request = Request(
            id=case.code, post=post, purpose=PURPOSE, conditions=(case.condition,), places=(case.unit,),
            measures=(case.measure,), data_from=case.start, data_to=case.end, asked=Asked(1, case.kind),
            sources=(side.source,),
        )  # fmt: skip
        frozen = freeze(store, request, f"range:{case.code}:{side.source}", now)
        decision = decide(frozen.request, frozen.state, frozen.domains)
        if decision.outcome != "allow":
            return None
        bound += [part.obligations for part in decision.parts if part.obligations]
    ranges = [
        {"start": day, "least": min(pair), "most": max(pair)}
        for day, pair in _pairs(case.evidence[-1])
        if all(one.tells(value) for one in bound for value in pair)
    ]
    return {**_thing(case), "state": case.state, "ranges": ranges, "waits": ""} if ranges else None


def _pairs(snapshot: dict[str, Any]) -> list[tuple[str, tuple[int, int]]]:
    one, two = ({figure["start"]: figure["value"] for figure in side} for side in snapshot["sides"])
    return [(day, (one[day], two[day])) for day in snapshot["differ"]]


def _late(case: DiscrepancyRecord, now: datetime) -> bool:
    return case.state == "open" and case.due_at is not None and now > case.due_at

"""Look for two figures for one thing. Without leave each owner is told alone that its figures could be compared.

What an owner is told alone does not depend on the other: neither who it is nor whether the figures differ.
A crash before a case's transaction ends leaves nothing of it; the next search finds the same.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max

from sampan.model.discrepancies import ANSWER_DAYS, Figure
from sampan.model.sources import Source
from sampan.operations import homes
from sampan.operations.discrepancies import resting
from sampan.operations.discrepancies.allowing import Allowed, allowed, checked
from sampan.operations.discrepancies.figures import Known, Overlap, known, overlaps
from sampan.operations.sharing import ledgers
from sampan.store import entries, numbering
from sampan.store.home import Store
from sampan.store.models import (
    AgreementAct,
    Delivery,
    DiscrepancyRecord,
    DiscrepancySearch,
    DiscrepancySide,
    DiscrepancyWord,
    GivenWord,
    Outbox,
    Part,
    ReleaseRecord,
)

LOTS = "lots"
CLOSED = ("agreed", "differ")


def find(store: Store, now: datetime) -> list[str]:
    """Look at everything again; codes of the cases that are new or changed."""
    found = known(store, now.date())
    sources = {name: one for name, one in homes.sources(store).items() if not one.published}
    changed = []
    for overlap in overlaps(found, {name: one.owner for name, one in sources.items()}):
        code = _look(store, found, overlap, sources, now)
        changed += [code] if code else []
    return changed


def find_if_new(store: Store, now: datetime) -> None:
    """Look again if figures, releases, agreements or consents changed since the last time, or on a new day."""
    mark = _mark(store, now)
    last = DiscrepancySearch.objects.filter(pk=1).first()
    if last is None or last.mark != mark:
        find(store, now)
        DiscrepancySearch.objects.update_or_create(pk=1, defaults={"mark": _mark(store, now), "at": now})


def _mark(store: Store, now: datetime) -> str:
    tables = (Part, ReleaseRecord, AgreementAct, DiscrepancyWord, GivenWord)
    ladders = [path.stat().st_mtime_ns for path in sorted((store.root / "gates").glob("*.yml"))]
    newest = [model._default_manager.aggregate(newest=Max("pk"))["newest"] for model in tables]
    ended = Delivery.objects.filter(ended_at__isnull=False).count()
    return hashlib.sha256(repr([now.date(), newest, ended, ladders]).encode()).hexdigest()


def _look(
    store: Store, found: Known, overlap: Overlap, sources: Mapping[str, Source], now: datetime
) -> str | None:  # fmt: skip
    """One thing and pair: open it, tell each owner alone, bring it up to date, or leave it as it is."""
    key = _key(store, overlap)
    record = DiscrepancyRecord.objects.filter(key=key).first()
    if record is not None and record.state in CLOSED and resting.stands(record):
        return None
    ground = allowed(store, found, overlap, sources, record, now)
    if ground is None:
        together = record is not None or all(
            checked(store, overlap.thing, sources[name], now) for name in overlap.sources
        )
        if together and record is not None and record.state == "apart":
            resting.keep(record, resting.TELLING, resting.behind(found, overlap, sources))
        return _told_apart(store, found, overlap, sources, now) if together and record is None else None
    shown = _side_by_side(overlap, ground)
    if record is None and not shown["differ"]:
        return None
    return _bring_up(store, found, overlap, sources, ground, record, now)


def _told_apart(store: Store, found: Known, overlap: Overlap, sources: Mapping[str, Source], now: datetime) -> str:
    """A case in which each owner sees its own side and nothing else."""
    with transaction.atomic():
        record = _made(store, found, overlap, sources, "apart", now)
        resting.keep(record, resting.TELLING, resting.behind(found, overlap, sources))
        for side in record.sides.order_by("place"):
            facts = {
                "discrepancy": record.code,
                "source": side.source,
                "condition": record.condition,
                "unit": record.unit,
            }
            Outbox.objects.create(to_party=side.owner, kind="discrepancy:told", facts=facts, at=now)
            entries.append("discrepancy:told", facts, [side.owner], at=now, rows=[record, side])
    return record.code


def _bring_up(
    store: Store, found: Known, overlap: Overlap, sources: Mapping[str, Source], ground: Allowed,
    record: DiscrepancyRecord | None, now: datetime,
) -> str | None:  # fmt: skip
    """Open the case, or add a new snapshot where the figures changed since the last one."""
    with transaction.atomic():
        case = record or _made(store, found, overlap, sources, "open", now)
        case = DiscrepancyRecord.objects.select_for_update().get(pk=case.pk)
        order = [side.source for side in case.sides.order_by("place")]
        snapshot = _snapshot(overlap, ground, order)
        stands = resting.stands(case)
        if case.evidence and stands and _same(case.evidence[-1], snapshot):
            return None
        opens = case.opened_at is None or not stands  # what was taken back came again: it begins anew
        case.evidence = [*case.evidence, {**snapshot, "at": now.isoformat()}]
        case.state = "open" if snapshot["differ"] else "equal"
        case.basis = case.basis or ground.basis
        if opens:
            case.opened_at, case.due_at = now, now + timedelta(days=ANSWER_DAYS)
        case.closed_at = None if snapshot["differ"] else now
        case.cause, case.agreed = ("", {}) if opens else (case.cause, case.agreed)
        case.save()
        rests_on = ground.deliveries or resting.behind(found, overlap, sources)
        resting.keep(case, len(case.evidence) - 1, rests_on)
        books = ledgers.keep(ground.ledgers, now)
        owners = sorted({side.owner for side in case.sides.all()})
        kind = "discrepancy:opened" if opens else "discrepancy:changed"
        facts = {
            "discrepancy": case.code,
            "basis": ground.basis,
            "differ": len(snapshot["differ"]),
            "state": case.state,
        }
        for owner in owners:
            Outbox.objects.create(to_party=owner, kind=kind, facts=facts, at=now)
        entries.append(kind, facts, owners, at=now, rows=[case, *case.sides.all(), *books])
    return case.code


def _made(
    store: Store, found: Known, overlap: Overlap, sources: Mapping[str, Source], state: str, now: datetime
) -> DiscrepancyRecord:  # fmt: skip
    number = numbering.following(DiscrepancyRecord)
    record = DiscrepancyRecord.objects.create(
        code=numbering.code(DiscrepancyRecord, number),
        key=_key(store, overlap),
        state=state,
        found_at=now,
        **asdict(overlap.thing),
    )
    lots = {name: _lot(store, found, overlap, name) for name in overlap.sources}
    for place, name in enumerate(sorted(overlap.sources, key=lambda name: lots[name])):
        DiscrepancySide.objects.create(case=record, place=place, source=name, owner=sources[name].owner)
    return record


def _key(store: Store, overlap: Overlap) -> str:
    """Names a thing and its pair of sources to the office alone: nobody can guess the other side from it."""
    thing = "|".join(str(value) for value in asdict(overlap.thing).values())
    return _digest(store, "|".join([thing, *sorted(overlap.sources)]))


def _lot(store: Store, found: Known, overlap: Overlap, source: str) -> str:
    """Drawn from the bytes that were delivered, under a key of the home: it knows no code and no name."""
    mine = found.rows.filter(found.rows["source"] == source)
    codes = mine.filter(mine["period_start"].is_between(overlap.thing.start, overlap.thing.end))["delivery"]
    delivered = Delivery.objects.filter(code__in=codes.drop_nulls().unique().to_list()).order_by("pk")
    return _digest(store, "|".join([str(overlap.thing.start), *delivered.values_list("digest", flat=True)]))


def _digest(store: Store, text: str) -> str:
    return hmac.new(store.key(LOTS), text.encode(), hashlib.sha256).hexdigest()


def _side_by_side(overlap: Overlap, ground: Allowed) -> dict[str, Any]:
    """First days of the periods both tell of, and of those whose figures differ."""
    one, two = ({figure.start: figure for figure in ground.figures[name]} for name in overlap.sources)
    both = sorted(set(one) & set(two))
    return {"both": both, "differ": [day for day in both if one[day].value != two[day].value]}


def _snapshot(overlap: Overlap, ground: Allowed, order: list[str]) -> dict[str, Any]:
    """What both say, in the order of the lot; periods of which only one tells stay out."""
    shown = _side_by_side(overlap, ground)
    sides = [[_plain(one) for one in ground.figures[name] if one.start in shown["both"]] for name in order]
    return {"basis": ground.basis, "sides": sides, "differ": [day.isoformat() for day in shown["differ"]]}


def _same(last: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    return all(last.get(name) == new[name] for name in ("sides", "differ"))


def _plain(one: Figure) -> dict[str, Any]:
    return {"start": one.start.isoformat(), "end": one.end.isoformat(), "value": one.value, "by": list(one.by)}

"""The one commit point: parts already lie synced and unnamed; one transaction makes all of them stand."""

from __future__ import annotations

from copy import copy
from dataclasses import asdict
from datetime import datetime

from django.db import transaction
from django.db.models import Model
from django.db.models.base import ModelState

from sampan.model.findings import Finding
from sampan.model.sources import Source
from sampan.operations import questions
from sampan.operations.reading import Read, key_of
from sampan.sources.definition import digest_of
from sampan.store import entries, numbering, parts
from sampan.store.home import Store
from sampan.store.models import Delivery, FindingRecord, Outbox, Part

SAYS = (Part.Kind.OBSERVATIONS, Part.Kind.CASES, Part.Kind.SET_ASIDE, Part.Kind.LEFT_BLANK)


def commit(store: Store, source: Source, delivery: Delivery, read: Read, actor: str, now: datetime) -> int:
    """Name the parts, register the findings, queue the messages, append the Entry; the version number.

    A crash before the transaction ends leaves parts that no list names; the next run writes its own.
    """
    assert read.balance.adds_up(), read.balance
    read.written.extend(_nothing_now(store, delivery, read))
    with transaction.atomic():
        locked = Delivery.objects.select_for_update().get(pk=delivery.pk)
        version = 1 + max((part.version for part in locked.parts.all()), default=0)
        changed: list[Model] = [locked, *_name_parts(locked, read, version, now)]
        changed += _register(locked, source, read, version, now)
        locked.balance, locked.state = asdict(read.balance), Delivery.State.COMMITTED
        locked.save(update_fields=["balance", "state"])
        Outbox.objects.create(
            to_party=locked.party,
            kind="delivery:committed",
            facts={"delivery": locked.code, "version": version},
            at=now,
        )
        body = {
            "delivery": locked.code, "version": version, "crosswalk": read.crosswalk, "practice": source.practice,
            "definition": digest_of(source), "balance": locked.balance,
            "parts": sorted([kind, written.name] for kind, written in read.written), "actor": actor,
        }  # fmt: skip
        entries.append("version:committed", body, [locked.party], delivery=locked, at=now, rows=changed)
    delivery.refresh_from_db()
    return version


def _nothing_now(store: Store, delivery: Delivery, read: Read) -> list[tuple[str, parts.Written]]:
    """Empty parts for what an earlier version of the delivery said and this one does not: else that would stand on."""
    said = {part.kind: part.name for part in delivery.parts.filter(kind__in=SAYS, erased_at=None).order_by("version")}
    left = sorted(said.keys() - {kind for kind, _ in read.written})
    return [(kind, parts.write(parts.read(store.parts, said[kind]).clear(), store.parts)) for kind in left]


def _name_parts(delivery: Delivery, read: Read, version: int, now: datetime) -> list[Part]:
    return Part.objects.bulk_create(
        Part(
            name=written.name, kind=kind, delivery=delivery, version=version, country=delivery.country,
            source=delivery.source, rows=written.rows, size=written.size, committed_at=now,
        )
        for kind, written in read.written
    )  # fmt: skip


def _register(delivery: Delivery, source: Source, read: Read, version: int, now: datetime) -> list[FindingRecord]:
    """The findings of this version; an open one that is found again keeps its code, and its older self a new one.

    So a code that somebody noted is good for as long as the question stands; what an older version found stays listed.
    """
    standing = {(one.rule, one.column, one.term): one for one in delivery.findings.filter(state=_OPEN)}
    cases_in = read.balance.cases_in or 1
    first = numbering.following(FindingRecord)
    found = [
        _record(finding, delivery, source, version, now, number, finding.cases / cases_in)
        for number, finding in enumerate(read.findings.values(), start=first)
    ]
    fresh, again = [], []
    for one in found:
        before = standing.pop((one.rule, one.column, one.term), None)
        fresh.append(one if before is None else _older(before, one.code))
        if before is not None:
            again.append(_found_again(before, one))
    for gone in standing.values():
        gone.state = FindingRecord.State.REPLACED
    _join_accepted([*(one for one in fresh if one.state == _OPEN), *again], source)
    changed = [*again, *standing.values()]
    FindingRecord.objects.bulk_update(changed, [*_FOUND, "state", "answer", "settled_at", "settled_by"], batch_size=100)
    return [*changed, *FindingRecord.objects.bulk_create(fresh, batch_size=500)]


_OPEN = FindingRecord.State.OPEN
_FOUND = ("version", "owner", "severity", "key", "count", "cases", "share", "facts", "reasons")


def _older(standing: FindingRecord, code: str) -> FindingRecord:
    """What the version before this one found, as a record of its own."""
    older = copy(standing)
    older.pk, older.code, older.state = None, code, FindingRecord.State.REPLACED
    older._state = ModelState()
    return older


def _found_again(standing: FindingRecord, found: FindingRecord) -> FindingRecord:
    for name in _FOUND:
        setattr(standing, name, getattr(found, name))
    return standing


def _join_accepted(found: list[FindingRecord], source: Source) -> None:
    """What was accepted once is not asked again when the same figures are read or delivered again."""
    rules = {one.rule for one in found}
    known = FindingRecord.objects.filter(
        source=source.id, rule__in=rules, state=FindingRecord.State.SETTLED, answer__value="accept"
    ).order_by("pk")
    accepted = {questions.same(one): one for one in known}
    for one in found:
        answered = accepted.get(questions.same(one))
        if answered is not None:
            one.state, one.answer = FindingRecord.State.SETTLED, answered.answer
            one.settled_at, one.settled_by = answered.settled_at, answered.settled_by


def _record(
    finding: Finding, delivery: Delivery, source: Source, version: int, now: datetime, number: int, share: float
) -> FindingRecord:
    return FindingRecord(
        code=numbering.code(FindingRecord, number), delivery=delivery, version=version, source=source.id,
        owner=source.owner, rule=finding.rule,
        severity=finding.severity, key=key_of(finding), column=finding.column, term=finding.term, count=finding.count,
        cases=finding.cases, share=min(1.0, share), facts=finding.facts, reasons=list(finding.reasons), found_at=now,
    )  # fmt: skip

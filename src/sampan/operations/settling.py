"""Settle a finding: the owner's answer becomes a crosswalk line or an accepted value, and deliveries are read again.

The only loop. A replay opens the kept original (with an Entry), reads it with the new crosswalk and commits
a new version; the old one stays. A crash in between leaves the answer recorded and the delivery at its
old version; `settle` of the same answer, or `resume`, goes on from there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Model

from sampan.checks.rule import checks
from sampan.harmonise.readers import answered, reader_for
from sampan.model.errors import UserError
from sampan.model.sources import FieldMap, Source
from sampan.operations import questions, receiving
from sampan.operations.questions import ACCEPT
from sampan.operations.receiving import Act, Receipt
from sampan.store import entries
from sampan.store.figures import OPEN
from sampan.store.home import Store
from sampan.store.models import CrosswalkEntry, Delivery, FindingRecord
from sampan.vocab import places

CORRECT = "send the corrected file again, or withdraw the delivery"
SILENCES = ("zero", "unknown", "withheld", "suppressed")  # what a cell without a figure may mean
READ_AS = {  # what an answer is read as, where our name of the field is no word of the reader's
    "onset_date": "a day of onset", "diagnosis_date": "a day of diagnosis", "admission_date": "a day of admission",
    "report_date": "a day of report", "outcome_date": "a day of outcome", "period": "a week or a month",
    "outcome": "an outcome", "value": "a figure", "age": "an age", "age_days": "an age", "age_months": "an age",
    "age_group": "an age group",
}  # fmt: skip
FIELD_OF = {"place_report": "place", "place_residence": "place", "place_infection": "place"}


@dataclass(frozen=True)
class Answer:
    """What the owner says: our word for the term, "none" for nothing we count, or `accept` with a reason."""

    value: str
    reason: str = ""
    match: str = "exact"


@dataclass(frozen=True)
class Settled:
    """The finding, what it became, and the deliveries read again."""

    finding: str
    value: str
    replayed: list[Receipt]

    def as_dict(self) -> dict[str, Any]:
        """One object, as `sampan settle --json` prints it."""
        return {"finding": self.finding, "value": self.value, "replayed": [one.as_dict() for one in self.replayed]}


def settle(store: Store, source: Source, code: str, answer: Answer, act: Act) -> Settled:
    """Record the answer, then replay every delivery in which the same question stands open."""
    finding = _open_finding(code)
    if answer.value == ACCEPT:
        _accept(finding, answer, act)
        return Settled(code, ACCEPT, receiving.read_again(store, act, source=finding.source))
    if "word" not in questions.answers(finding):
        raise UserError(
            f"finding {code} is about figures: no word or code changes it",
            kept="nothing was changed",
            do=CORRECT if finding.severity == "stop" else f"accept it with its reason, or {CORRECT}",
        )
    field = _field(finding)
    _checked_answer(source, field, answer)
    same = _same_question(finding)
    _translate(finding, field, answer, act, same)
    deliveries = Delivery.objects.filter(
        pk__in={one.delivery_id for one in same}, state=Delivery.State.COMMITTED, gate=OPEN
    )  # what was closed meanwhile is read again when it is passed
    replayed = [receiving.finish(store, source, delivery, act) for delivery in deliveries.order_by("pk")]
    return Settled(code, answer.value, replayed)


def effect(code: str) -> dict[str, int]:
    """What an answer to an open finding would touch: cells, the cases they carry, deliveries read again."""
    same = _same_question(_open_finding(code))
    return {
        "cells": sum(one.count for one in same),
        "cases": sum(one.cases for one in same),
        "deliveries": len({one.delivery_id for one in same}),
    }


def accept_all(store: Store, codes: Sequence[str], reason: str, act: Act) -> int:
    """Right as they stand, for several findings at once; one that cannot be accepted stops the whole list."""
    if not reason.strip():
        raise UserError("say why these are right as they stand", kept="nothing was changed")
    with transaction.atomic():
        for code in dict.fromkeys(codes):
            _accept(_open_finding(code), Answer(ACCEPT, reason.strip()), act)
    receiving.read_again(store, act)
    return len(set(codes))


def _open_finding(code: str) -> FindingRecord:
    """The finding of this code, or the one that asks the same since its delivery was read again."""
    finding = FindingRecord.objects.select_related("delivery").filter(code=code).first()
    if finding is None:
        raise UserError(f"no finding is called {code!r}", do="`sampan findings` lists those that are open")
    finding = questions.today(finding)
    if finding.state != FindingRecord.State.OPEN:
        raise UserError(
            f"finding {code} is {finding.state} already", kept="nothing was changed", do="see `sampan findings --all`"
        )
    return finding


def _field(finding: FindingRecord) -> str:
    field = str(finding.facts.get("field") or "value")
    return FIELD_OF.get(field, field)


def _checked_answer(source: Source, field: str, answer: Answer) -> None:
    """The answer must itself be a word we know; a slip would only move the question."""
    if answer.value == "none" or field in ("practice", "laboratory"):
        return
    if field == "value":
        known = answer.value.isdecimal() or answer.value in SILENCES
    elif field == "place":
        known = _is_place(source, answer.value)
    elif field == "period" or field.endswith("_date") or field.startswith("age"):
        known = not answered(field, answer.value, source).problem
    else:
        spec = FieldMap(constant=answer.value, options={"as": "text"})
        reading = reader_for(field, spec, source)([answer.value])[0]
        known = not reading.problem
    if known:
        return
    how = _how_to_answer(field)
    if field in READ_AS:
        raise UserError(f"{answer.value!r} cannot be read as {READ_AS[field]}", kept="nothing was changed", do=how)
    raise UserError(f"{answer.value!r} is not a {field} we know", kept="nothing was changed", do=how)


def _how_to_answer(field: str) -> str:
    if field == "value":
        return f"answer with a whole number, or one of {', '.join(SILENCES)}, none"
    if field.endswith("_date"):
        return "answer with a day as 2024-05-30, or none"
    if field == "period":
        return "answer with a week as 2024-W30 or a month as 2024-05, or none"
    return "`sampan findings CODE` offers what it could be; `sampan places list` and docs/glossary.md list words"


def _is_place(source: Source, code: str) -> bool:
    try:
        return bool(places.registry(*source.gazetteer).of_place(code))
    except UserError:
        return False


def _same_question(finding: FindingRecord) -> list[FindingRecord]:
    return list(questions.alike(finding).order_by("pk"))


def _accept(finding: FindingRecord, answer: Answer, act: Act) -> None:
    if finding.severity == "stop":
        raise UserError(
            f"finding {finding.code} holds cells that cannot be read; accepting would count nothing",
            kept="nothing was changed",
            do=checks()[finding.rule].remedy,
        )
    same = [one for one in _same_question(finding) if questions.same(one) == questions.same(finding)]
    with transaction.atomic():
        _close(same, {"value": ACCEPT, "reason": answer.reason}, act)
        said = {"value": ACCEPT, "reason": answer.reason, "actor": act.actor}
        _entry("finding:settled", finding, said, act, [*same])


def _translate(finding: FindingRecord, field: str, answer: Answer, act: Act, same: list[FindingRecord]) -> None:
    """One crosswalk line and all equal questions closed, in one transaction with the Entry."""
    owners = act.actor.split("/")[0] == finding.owner
    with transaction.atomic():
        term = finding.term or ""
        standing = CrosswalkEntry.objects.filter(source=finding.source, field=field, term=term, replaced_at=None)
        replaced = list(standing)
        standing.update(replaced_at=act.now)
        line = CrosswalkEntry.objects.create(
            source=finding.source, field=field, term=term, value=answer.value, match=answer.match, author=act.actor,
            proposed_at=act.now, approved_by=act.actor if owners else "", approved_at=act.now if owners else None,
            note=answer.reason,
        )  # fmt: skip
        _close(same, {"value": answer.value, "reason": answer.reason}, act)
        body = {"value": answer.value, "field": field, "match": answer.match, "approved": owners, "actor": act.actor}
        _entry("finding:settled", finding, body, act, [*same, *replaced, line])


def _close(findings: list[FindingRecord], answer: dict[str, Any], act: Act) -> None:
    for finding in findings:
        finding.state, finding.answer = FindingRecord.State.SETTLED, answer
        finding.settled_at, finding.settled_by = act.now, act.actor
        finding.save(update_fields=["state", "answer", "settled_at", "settled_by"])


def _entry(kind: str, finding: FindingRecord, body: dict[str, Any], act: Act, rows: list[Model]) -> None:
    said = {"finding": finding.code, "delivery": finding.delivery.code, "rule": finding.rule, **body}
    entries.append(kind, said, [finding.owner], delivery=finding.delivery, at=act.now, rows=rows)

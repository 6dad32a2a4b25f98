"""The steward's desk: drafts the owner asked help with, by their structure; a rare term only while its owner opens it.

Every look is noted in the log before its answer leaves, with the owner concerned.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Any

from django.db import transaction

from sampan.model.errors import UserError
from sampan.operations.mapping import answers, drafts, structure
from sampan.operations.mapping.structure import ColumnView
from sampan.operations.proving.reads import READS, Read
from sampan.operations.receiving import Act
from sampan.people.models import Seat
from sampan.store import entries
from sampan.store.home import Store
from sampan.store.models import CellAsk, MappingDraft, Outbox

MOST_HOURS = 72
NOTHING = "nothing was changed"


@dataclass(frozen=True)
class Look:
    """What the steward sees of one draft: columns by structure, questions without their evidence, asks."""

    record: MappingDraft
    columns: list[ColumnView]
    questions: list[dict[str, Any]]
    untranslated: dict[str, int]  # field -> how many terms are open
    opened: dict[int, list[str]]  # column -> terms the owner opened, while they are open
    asks: list[CellAsk]


def waiting() -> list[dict[str, Any]]:
    """Drafts that want help: the partner with the fewest people first, then the longest wait; no name breaks a tie."""
    found = MappingDraft.objects.filter(state="draft", helped_at__isnull=False)
    people = {
        owner: Seat.objects.filter(post__party__code=owner, until=None).values("person").distinct().count()
        for owner in {one.owner for one in found}
    }
    ordered = sorted(found, key=lambda one: (people[one.owner], one.helped_at, sha256(one.sealed.encode()).digest()))
    return [
        {"draft": one, "people": people[one.owner], "questions": len(answers.open_questions(one.proposal, one.answers)),
         "terms": len(answers.open_terms(one.proposal, one.lines))}
        for one in ordered
    ]  # fmt: skip


def look(store: Store, record: MappingDraft, act: Act, session: str) -> Look:
    """The structure of a draft; noted in the log, and visible to its owner, before it is shown."""
    open_now = {ask.column for ask in record.asks.filter(open_until__gt=act.now)}
    _note(record, act, session, "structure", open_now)
    tables = drafts.tables(store, record)[:1]
    shown = [view for table in tables for view in structure.columns(table, record.country)]
    opened = {
        column: structure.rare_terms(table, column, record.country) for table in tables for column in sorted(open_now)
    }
    untranslated: dict[str, int] = {}
    for term in answers.open_terms(record.proposal, record.lines):
        untranslated[term["field"]] = untranslated.get(term["field"], 0) + 1
    questions = [
        {"about": one["about"], "question": one["question"], "options": answers.options_of(one)}
        for one in answers.open_questions(record.proposal, record.answers) if _may_ask(one["about"], shown)
    ]  # fmt: skip
    return Look(record, shown, questions, untranslated, opened, list(record.asks.order_by("pk")))


def ask(record: MappingDraft, column: int, reason: str, act: Act) -> CellAsk:
    """The steward asks to see the rarer terms of a column."""
    if not reason.strip():
        raise UserError("say what the terms are needed for", kept=NOTHING)
    with transaction.atomic():
        made = CellAsk.objects.create(
            draft=record, column=column, reason=reason.strip(), asked_by=act.actor, asked_at=act.now
        )
        facts = {"mapping": record.code, "column": column, "by": act.actor}
        Outbox.objects.create(to_party=record.owner, kind="cells:asked", facts=facts, at=act.now)
        entries.append("cells:asked", facts, [record.owner, "office"], at=act.now, rows=[made])
    return made


def open_cells(record: MappingDraft, key: int, hours: int, act: Act) -> None:
    """The owner opens what was asked for some hours, or with 0 hours says no; it may be shortened at any time."""
    found = record.asks.filter(pk=key).first()
    if found is None or not 0 <= hours <= MOST_HOURS:
        raise UserError(f"give 0 to {MOST_HOURS} hours for something that was asked", kept=NOTHING)
    with transaction.atomic():
        found.answered_by, found.answered_at = act.actor, act.now
        found.open_until = act.now + timedelta(hours=hours) if hours else None
        found.save(update_fields=["answered_by", "answered_at", "open_until"])
        facts = {"mapping": record.code, "column": found.column, "hours": hours, "by": act.actor}
        Outbox.objects.create(to_party="office", kind="cells:answered", facts=facts, at=act.now)
        kind = "cells:opened" if hours else "cells:kept"
        entries.append(kind, facts, [record.owner, "office"], at=act.now, rows=[found])


def _note(record: MappingDraft, act: Act, session: str, what: str, open_now: set[int]) -> None:
    """Each look is one Entry for session, resource and minute; opened columns are said by their number."""
    cells = [f"cells of column {column}" for column in sorted(open_now)]
    for resource in (what, *cells):
        READS.note(Read(act.actor, session, f"{record.code}: {resource}", (record.owner, "office")), act.now)


def _may_ask(about: str, shown: list[ColumnView]) -> bool:
    """Questions on columns whose header is masked are the owner's alone."""
    if not about.startswith("column "):
        return True
    return about.removeprefix("column ") in {view.header for view in shown}

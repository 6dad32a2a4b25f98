"""When two findings ask the same: a word nobody could read, or the very same figures delivered again.

A later delivery's question joins the one that stands already; whoever answers that one answers both.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from typing import Any

import polars as pl
from django.db.models import QuerySet

from sampan.model.findings import Finding
from sampan.model.observations import SERIES_KEY
from sampan.store.models import Delivery, FindingRecord

ACCEPT = "accept"  # the answer that the figures are right as they stand
ABOUT = "about"  # beside a finding's facts: a digest of the figures it is about
SAID = [*SERIES_KEY, "value", "status"]
CELL = ["sheet", "row", "column"]


def about(finding: Finding, figures: pl.DataFrame) -> str:
    """A digest of the figures of a finding's cells, or of its facts if it has none; "" if neither says it."""
    if not finding.cells.height:
        return _digest(finding.facts) if finding.facts else ""
    if not set(CELL) | set(SAID) <= set(figures.columns):
        return ""
    mine = figures.join(finding.cells.unique(), on=CELL, how="semi", nulls_equal=True).select(SAID)
    return _digest(sorted(map(str, mine.rows()))) if mine.height else ""


def _digest(said: Any) -> str:
    return hashlib.sha256(json.dumps(said, sort_keys=True, default=str).encode()).hexdigest()[:16]


def same(one: FindingRecord) -> tuple[Any, ...]:
    """What two findings share when they ask the same; a finding that can be told from all others asks alone."""
    question = (one.source, one.rule, one.column, one.term)
    if one.term is not None and one.facts.get("field"):
        return question
    known = one.facts.get(ABOUT)
    return (*question, known) if known else (*question, one.pk)


def answers(one: FindingRecord) -> list[str]:
    """What may be said to it, as each changes something: "word" and "none" translate a text of the file, "accept" has
    figures rest as they stand. Nothing of these if only a corrected file helps."""
    words = ["word", "none"] if one.term is not None and one.facts.get("field") else []
    return words if one.severity == "stop" else [*words, ACCEPT]


def alike(finding: FindingRecord) -> QuerySet[FindingRecord]:
    """The open findings of the same rule, column and text of the same source, in whatever delivery."""
    return FindingRecord.objects.select_related("delivery").filter(
        source=finding.source,
        rule=finding.rule,
        column=finding.column,
        term=finding.term,
        state=FindingRecord.State.OPEN,
    )


def today(finding: FindingRecord) -> FindingRecord:
    """The finding that asks now what this one asked: itself, or, when its delivery was read again since, another."""
    if finding.state != FindingRecord.State.REPLACED:
        return finding
    return next((one for one in alike(finding).order_by("pk") if same(one) == same(finding)), finding)


def joined(found: Iterable[FindingRecord]) -> list[tuple[FindingRecord, list[FindingRecord]]]:
    """Each standing question, the oldest of its kind, with all findings that ask it, oldest first."""
    groups: dict[tuple[Any, ...], list[FindingRecord]] = {}
    for one in found:
        groups.setdefault(same(one), []).append(one)
    every = [sorted(group, key=lambda one: one.pk) for group in groups.values()]
    return [(group[0], group) for group in every]


def accepted(delivery: Delivery, rule: str) -> bool:
    """True if a finding of this rule about a delivery was accepted as it stands."""
    return delivery.findings.filter(rule=rule, state=FindingRecord.State.SETTLED, answer__value=ACCEPT).exists()


def waits(delivery: Delivery, rule: str) -> bool:
    """True if a finding of this rule about a delivery waits for an answer."""
    return delivery.findings.filter(rule=rule, state=FindingRecord.State.OPEN).exists()

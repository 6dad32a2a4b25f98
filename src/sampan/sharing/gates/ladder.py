"""Reading a country's ladder, and saying which of its rules stops a subject now.

    stops(ladder_of("VN"), Subject("to-office", "D-884-867", "aggregate", "official", ("cholera",), post, at), (), now)

Preparation (from the end of the period to the asking) and approval (from the asking to the answer) are
measured apart: a slow ministry must not look like a slow province, nor the other way round.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from fnmatch import fnmatchcase

STEPS = ("province", "regional", "ministry", "international")
GATES = ("to-office", "to-others")
MODES = ("none", "standing", "per-release")


@dataclass(frozen=True)
class GateRule:
    """One rule of a ladder. `prepares` are the posts (patterns) whose work it speaks of."""

    id: str
    gate: str
    step: str
    post: str  # whose word is needed
    mode: str
    law: str
    prepares: tuple[str, ...] = ("*",)
    kinds: tuple[str, ...] = ()  # empty: every kind
    classes: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()  # empty: every condition; else these codes, and what lies below them
    usual_days: int | None = None
    response_days: int | None = None
    begins: date = date.min
    verified: bool = False  # checked against the law by that country's legal officer
    source: str = ""


@dataclass(frozen=True)
class Subject:
    """What stands at a gate: a delivery (to-office) or a release (to-others).

    `conditions` empty: nobody knows yet which, so that a rule for any condition speaks of it.
    """

    gate: str
    id: str
    kind: str
    legal_class: str
    conditions: tuple[str, ...]
    prepared_by: str
    asked_at: datetime


@dataclass(frozen=True)
class Word:
    """An answer given at a gate, or by an approver a clause names. `conditions` empty: for all of it."""

    rule: str
    subject: str
    answer: str  # passed, denied
    by: str
    at: datetime
    conditions: tuple[str, ...] = ()


@dataclass(frozen=True)
class Stop:
    """A rule that keeps a subject closed: still waiting, nobody answered in time, or denied."""

    rule: GateRule
    why: str  # waits, no-answer, denied
    since: datetime

    def facts(self) -> tuple[tuple[str, str], ...]:
        """What fills the sentence "waits for [post], rule [id], usual time [n] days"."""
        days = "" if self.rule.usual_days is None else str(self.rule.usual_days)
        return (("post", self.rule.post), ("rule_id", self.rule.id), ("days", days), ("law", self.rule.law))


def stops(rules: Iterable[GateRule], subject: Subject, words: Iterable[Word], now: datetime) -> tuple[Stop, ...]:
    """Every rule not yet satisfied, nearest office first; empty when the gate is open."""
    found: list[Stop] = []
    given = tuple(words)
    for rule in sorted(rules, key=lambda rule: (STEPS.index(rule.step), rule.id)):
        if rule.mode == "per-release" and _speaks(rule, subject):
            stop = _unanswered(rule, subject, given, now)
            if stop is not None:
                found.append(stop)
    return tuple(found)


def answer(rule_id: str, subject: str, conditions: Iterable[str], words: Iterable[Word]) -> Word | None:
    """The latest word on all of these conditions (one that passed only some of them is not on all)."""
    asked = set(conditions)
    fitting = [
        word
        for word in words
        if word.rule == rule_id
        and word.subject == subject
        and (not word.conditions or (asked and asked <= set(word.conditions)))
    ]
    return max(fitting, key=lambda word: word.at, default=None)


def clock(period_end: date, asked_at: datetime, answered_at: datetime | None) -> dict[str, float | None]:
    """Days of preparation and days of approval, apart; approval is None while nobody has answered."""
    ready = datetime(period_end.year, period_end.month, period_end.day, tzinfo=UTC) + timedelta(days=1)
    approval = None if answered_at is None else (answered_at - asked_at) / timedelta(days=1)
    return {"preparation_days": max(0.0, (asked_at - ready) / timedelta(days=1)), "approval_days": approval}


def _speaks(rule: GateRule, subject: Subject) -> bool:
    return (
        rule.gate == subject.gate
        and (not rule.kinds or subject.kind in rule.kinds)
        and (not rule.classes or subject.legal_class in rule.classes)
        and (not rule.conditions or not subject.conditions or bool(set(rule.conditions) & set(subject.conditions)))
        and any(fnmatchcase(subject.prepared_by, pattern) for pattern in rule.prepares)
        and rule.begins <= subject.asked_at.date()
        and subject.prepared_by != rule.post  # who may pass it has passed it by sending it
    )


def _unanswered(rule: GateRule, subject: Subject, words: tuple[Word, ...], now: datetime) -> Stop | None:
    word = answer(rule.id, subject.id, subject.conditions, words)
    if word is not None and word.by == rule.post:
        return None if word.answer == "passed" else Stop(rule, "denied", subject.asked_at)
    late = rule.response_days is not None and now > subject.asked_at + timedelta(days=rule.response_days)
    return Stop(rule, "no-answer" if late else "waits", subject.asked_at)

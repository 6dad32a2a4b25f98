"""Emergencies as one post meets them: which its agreements in force name, who may declare one, and who has.

What agreements of others name is not told.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sampan.model.agreements import Clause, Emergency
from sampan.operations.sharing.emergencies import held
from sampan.operations.sharing.ruling import Rule
from sampan.operations.sharing.sunsets import ending
from sampan.store.models import Declaration


@dataclass(frozen=True)
class Declared:
    """A declaration that holds, the newest of its post, and until when at the latest."""

    by: str
    reason: str
    at: datetime
    until: datetime


@dataclass(frozen=True)
class NamedEmergency:
    """A trigger that agreements name: the clauses it opens, its terms, and the declarations that hold."""

    trigger: str
    clauses: tuple[tuple[str, str], ...]  # code of the agreement, id of the clause
    posts: tuple[str, ...]  # that may declare it
    hours: int  # it holds at most
    review_days: int
    declared: tuple[Declared, ...]
    held: bool  # by the post's own side, which writes its review before it declares it again


def named(found: list[Rule], post: str, now: datetime) -> list[NamedEmergency]:
    """Of these agreements those in force: each emergency they name, with the terms under which the post declares it."""
    clauses: dict[str, list[tuple[str, Clause, Emergency]]] = {}
    for one in (rule for rule in found if rule.live):
        for clause in one.agreement.clauses:
            if clause.emergency is not None:
                terms = clause.emergency
                clauses.setdefault(terms.trigger, []).append((one.agreement.id, clause, terms))
    return [_named(trigger, listed, post, now) for trigger, listed in sorted(clauses.items())]


def _named(trigger: str, listed: list[tuple[str, Clause, Emergency]], post: str, now: datetime) -> NamedEmergency:
    own = [terms for _, _, terms in listed if post in terms.declared_by]
    terms = own or [terms for _, _, terms in listed]
    posts = tuple(sorted({each for _, _, terms in listed for each in terms.declared_by}))
    return NamedEmergency(
        trigger=trigger,
        clauses=tuple((code, clause.id) for code, clause, _ in listed),
        posts=posts,
        hours=max(one.sunset_hours for one in terms),
        review_days=min(one.review_days for one in terms),
        declared=_declared(trigger, posts, now),
        held=held(trigger, post, now) is not None,
    )


def _declared(trigger: str, posts: tuple[str, ...], now: datetime) -> tuple[Declared, ...]:
    newest: dict[str, Declared] = {}
    for record in Declaration.objects.filter(trigger=trigger, by__in=posts, ended_at=None).order_by("-at", "-pk"):
        until = ending(record)[0]
        if until > now:
            newest.setdefault(record.by, Declared(record.by, record.reason, record.at, until))
    return tuple(newest.values())

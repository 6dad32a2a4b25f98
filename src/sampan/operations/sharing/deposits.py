"""The office as a recipient: may it harmonise, cross-check, compare, estimate or publish a source's figures now?

Every operation that does more than keep a deposit asks here first, and says the rule when the answer is no. An owner
that never joined this office as a party has deposited nothing: it reads and checks its own file on its own machine.

A file is asked about twice: before it is opened, whether anything in it may be read (`may`), and then of every
condition and place it turns out to speak of (`closed`): what the terms do not open is set aside, and enters no figure.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from sampan.model.agreements import Clause
from sampan.model.decisions import Decision, Request
from sampan.model.errors import Refused
from sampan.model.sources import Source
from sampan.operations.sharing.acting import joined
from sampan.operations.sharing.frozen import STEWARD, as_office, live_versions, office_request
from sampan.sharing.reasons import sentence
from sampan.store.home import Store

Spoken = tuple[str, str | None, str]  # condition, unit, measure
WEEK = timedelta(days=6)
OWN_WORK = ("keep", "read-structure", "read-rows", "harmonise", "cross-check")  # what an owner does with its own file
KEPT_ONLY = "Kept, and not read: no deposit terms of {owner} in force let the office do this ({rule})."


def may(store: Store, source: Source, purpose: str, now: datetime, conditions: Sequence[str] = ()) -> Decision | None:
    """None when the office may do this with a source's figures as of today; else the decision that says why not.

    Of the owner's own work nothing is asked while the owner has not joined; openly published figures need no terms.
    """
    if not asked_of(source, purpose):
        return None
    day = now.date()
    if conditions:
        decision = office_decision(store, source, purpose, conditions, (day - WEEK, day), now)
    else:
        decision = as_office(store, _anything(source, purpose, (day - WEEK, day)), now)
    return None if any(part.outcome in ("allow", "coarsen") for part in decision.parts) else decision


def asked_of(source: Source, purpose: str) -> bool:
    """Whether terms are asked at all: not of openly published figures, nor of an owner's work before it joins."""
    return not source.published and (purpose not in OWN_WORK or joined(source.owner))


def closed(store: Store, source: Source, purpose: str, spoken: Iterable[Spoken], now: datetime) -> frozenset[Spoken]:
    """Of what a file speaks of (condition, unit or None, measure): what the owner's terms do not open to the office."""
    if not asked_of(source, purpose):
        return frozenset()
    asked, day = frozenset(spoken), now.date()
    whole = office_request(source, purpose, (), (day - WEEK, day))
    found: set[Spoken] = set()
    by_place = any(clause.scope.places is not None for clause in _clauses(source))
    for place in {unit if by_place else None for _, unit, _ in asked}:
        here = [one for one in asked if not by_place or one[1] == place]
        conditions = tuple(sorted({one[0] for one in here}))
        measures = tuple(sorted({one[2] for one in here}))
        request = replace(whole, conditions=conditions, measures=measures, places=(place or source.country,))
        parts = as_office(store, request, now).parts
        told = {(part.condition, part.measure) for part in parts if part.outcome in ("allow", "coarsen")}
        found |= {one for one in here if (one[0], one[2]) not in told}
    return frozenset(found)


def kept_only(store: Store, source: Source, now: datetime) -> str:
    """Why a deposit of this source is kept and not read; empty when the office may read and harmonise it."""
    for purpose in ("read-structure", "harmonise"):
        stopped = may(store, source, purpose, now)
        if stopped is not None:
            return KEPT_ONLY.format(owner=source.owner, rule=stopped.reasons[0].rule)
    return ""


def checkable(store: Store, sources: Iterable[Source], now: datetime) -> frozenset[str]:
    """The sources whose owners let the office lay their figures beside others."""
    return frozenset(source.id for source in sources if may(store, source, "cross-check", now) is None)


def _anything(source: Source, purpose: str, window: tuple[date, date]) -> Request:
    """The question about a file nobody has read: what its source expects, and all that the owner's terms name."""
    request, clauses = office_request(source, purpose, (), window), _clauses(source)
    named = {code for clause in clauses for code in clause.scope.conditions or ()}
    places = {code for clause in clauses for code in clause.scope.places or ()}
    measures = {code for clause in clauses for code in clause.scope.measures or ()}
    return replace(
        request,
        conditions=tuple(sorted({*(source.expects.conditions or ("all",)), *named})),
        places=tuple(sorted({*request.places, *places})),
        measures=tuple(sorted({*request.measures, *measures})),
    )


def _clauses(source: Source) -> list[Clause]:
    """What the owner's deposit terms in force permit."""
    live = (agreement for agreement, _ in live_versions(STEWARD))
    return [c for one in live for c in one.clauses if c.owner == source.owner and c.effect == "permit"]


def office_decision(
    store: Store, source: Source, purpose: str, conditions: Sequence[str], window: tuple[date, date], now: datetime
) -> Decision:
    """What the owner's deposit terms say about one purpose, for weekly figures by province."""
    return as_office(store, office_request(source, purpose, tuple(conditions), window), now)


def must_allow(
    store: Store, source: Source, purpose: str, conditions: Sequence[str], window: tuple[date, date], now: datetime
) -> Decision:
    """The same, Refused with the rule unless every part is allowed; openly published figures need no terms."""
    decision = office_decision(store, source, purpose, conditions, window, now)
    if source.published or decision.outcome in ("allow", "coarsen"):
        return decision
    first = decision.reasons[0]
    raise Refused(
        f"the office may not use {source.id} for {purpose}: {sentence(first)}",
        rule=first.rule,
        kept="nothing was computed",
        do="ask the owner for deposit terms that say so",
    )


__all__ = ["STEWARD", "asked_of", "checkable", "closed", "joined", "kept_only", "may", "must_allow", "office_decision"]

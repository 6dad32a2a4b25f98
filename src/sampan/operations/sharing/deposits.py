"""The office as a recipient: may it harmonise, cross-check, compare, estimate or publish a source's figures now?

Every operation that does more than keep a deposit asks here first, and says the rule when the answer is no. An owner
that never joined this office as a party has deposited nothing: it reads and checks its own file on its own machine.

A file is asked about twice: before it is opened, whether it may be kept open and anything in it be read (`kept_only`),
and then of every condition, place and period it turns out to speak of (`closed`): what the terms do not open is set
aside, and enters no figure. Terms that name days (`data_from`, `data_to`) are asked about the days of the data.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from sampan.model.agreements import Clause
from sampan.model.decisions import Decision, Request
from sampan.model.errors import Refused
from sampan.model.sources import Source
from sampan.operations.sharing.acting import joined
from sampan.operations.sharing.frozen import STEWARD, as_office, as_office_each, live_versions, office_request
from sampan.sharing.reasons import sentence
from sampan.store.home import Store

Spoken = tuple[str, str | None, str]  # condition, unit, measure
WEEK, ONE_DAY = timedelta(days=6), timedelta(days=1)
TO_READ = ("keep", "read-structure", "harmonise")  # asked in this order before a kept file is opened
OWN_WORK = ("keep", "read-structure", "read-rows", "harmonise", "cross-check")  # what an owner does with its own file
KEPT_ONLY = "Kept, and not read: no deposit terms of {owner} in force let the office do this ({rule})."


def may(store: Store, source: Source, purpose: str, now: datetime, conditions: Sequence[str] = ()) -> Decision | None:
    """None when the office may do this with a source's figures as of today; else the decision that says why not.

    Of the owner's own work nothing is asked while the owner has not joined; openly published figures need no terms.
    """
    if not asked_of(source, purpose):
        return None
    if not conditions:
        return _stops(store, [(source, purpose)], now)[0]
    day = now.date()
    decision = office_decision(store, source, purpose, conditions, (day - WEEK, day), now)
    return None if _opens(decision) else decision


def asked_of(source: Source, purpose: str) -> bool:
    """Whether terms are asked at all: not of openly published figures, nor of an owner's work before it joins."""
    return not source.published and (purpose not in OWN_WORK or joined(source.owner))


def closed(
    store: Store, source: Source, purpose: str, spoken: Iterable[Spoken], now: datetime,
    *, window: tuple[date, date] | None = None,
) -> frozenset[Spoken]:  # fmt: skip
    """Of what a file speaks of (condition, unit or None, measure): what the owner's terms do not open to the office.

    `window`: the days of the data, where the terms name days (`cuts`); else it is asked as of today's week.
    """
    if not asked_of(source, purpose):
        return frozenset()
    asked, day = frozenset(spoken), now.date()
    whole = office_request(source, purpose, (), window or (day - WEEK, day))
    by_place = any(clause.scope.places is not None for clause in _by_owner()[source.owner])
    places = list({unit if by_place else None for _, unit, _ in asked})
    heres = [[one for one in asked if not by_place or one[1] == place] for place in places]
    requests = [
        replace(
            whole,
            conditions=tuple(sorted({one[0] for one in here})),
            measures=tuple(sorted({one[2] for one in here})),
            places=(place or source.country,),
        )
        for place, here in zip(places, heres, strict=True)
    ]
    found: set[Spoken] = set()
    for here, decision in zip(heres, as_office_each(store, requests, now), strict=True):
        open_parts = [part for part in decision.parts if part.outcome in ("allow", "coarsen")]
        told = {(part.condition, part.measure) for part in open_parts if window is None or part.until is None}
        found |= {one for one in here if (one[0], one[2]) not in told}
    return frozenset(found)


def cuts(source: Source) -> tuple[date, ...]:
    """The days at which the owner's terms begin or end to speak of data, sorted; empty where they name none."""
    return _cuts(_by_owner()[source.owner])


def _cuts(clauses: Iterable[Clause]) -> tuple[date, ...]:
    scopes = [clause.scope for clause in clauses]
    begin = {scope.data_from for scope in scopes if scope.data_from}
    end = {scope.data_to + ONE_DAY for scope in scopes if scope.data_to}
    return tuple(sorted(begin | end))


def kept_only(store: Store, source: Source, now: datetime) -> str:
    """Why a deposit of this source is kept and not read; empty when the office may read and harmonise it."""
    if not asked_of(source, TO_READ[0]):
        return ""
    said = _stops(store, [(source, purpose) for purpose in TO_READ], now)
    stopped = next(filter(None, said), None)
    return KEPT_ONLY.format(owner=source.owner, rule=stopped.reasons[0].rule) if stopped else ""


def _stops(store: Store, asked: Sequence[tuple[Source, str]], now: datetime) -> list[Decision | None]:
    """The decision on each purpose for which nothing at all is open, this week or in the days that clauses name."""
    requests: list[Request] = []
    until: list[int] = []
    clauses = _by_owner()
    for source, purpose in asked:
        mine = clauses[source.owner]
        days = [now.date(), *(day for cut in _cuts(mine) for day in (cut - ONE_DAY, cut + WEEK))]
        requests += [_anything(source, purpose, (day - WEEK, day), mine) for day in days]
        until.append(len(requests))
    said = as_office_each(store, requests, now)
    each = [said[first:last] for first, last in zip([0, *until], until, strict=False)]
    return [None if any(map(_opens, one)) else one[0] for one in each]


def _opens(decision: Decision) -> bool:
    return any(part.outcome in ("allow", "coarsen") for part in decision.parts)


def checkable(store: Store, sources: Iterable[Source], now: datetime) -> frozenset[str]:
    """The sources whose owners let the office lay their figures beside others."""
    every = list(sources)
    asked = [one for one in every if asked_of(one, "cross-check")]
    stopped = dict(
        zip((one.id for one in asked), _stops(store, [(one, "cross-check") for one in asked], now), strict=True)
    )
    return frozenset(one.id for one in every if stopped.get(one.id) is None)


def _anything(source: Source, purpose: str, window: tuple[date, date], every: Sequence[Clause]) -> Request:
    """The question about a file nobody has read: what its source expects, and all that the owner's terms name."""
    request, clauses = office_request(source, purpose, (), window), [one for one in every if one.effect == "permit"]
    named = {code for clause in clauses for code in clause.scope.conditions or ()}
    places = {code for clause in clauses for code in clause.scope.places or ()}
    measures = {code for clause in clauses for code in clause.scope.measures or ()}
    return replace(
        request,
        conditions=tuple(sorted({*(source.expects.conditions or ("all",)), *named})),
        places=tuple(sorted({*request.places, *places})),
        measures=tuple(sorted({*request.measures, *measures})),
    )


def _by_owner() -> dict[str, list[Clause]]:
    """Owner -> the clauses of its deposit terms in force."""
    found: dict[str, list[Clause]] = defaultdict(list)
    for agreement, _ in live_versions(STEWARD):
        for clause in agreement.clauses:
            found[clause.owner].append(clause)
    return found


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

"""The office as a recipient: may it harmonise, cross-check, compare, estimate or publish a source's figures now?

Every operation that does more than keep a deposit asks here first, and says the rule when the answer is no. An owner
that never joined this office as a party has deposited nothing: it reads and checks its own file on its own machine.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from sampan.model.decisions import Decision
from sampan.model.errors import Refused
from sampan.model.sources import Source
from sampan.operations.sharing.acting import joined
from sampan.operations.sharing.frozen import STEWARD, as_office, office_request
from sampan.sharing.reasons import sentence
from sampan.store.home import Store

WEEK = timedelta(days=6)
OWN_WORK = ("keep", "read-structure", "read-rows", "harmonise", "cross-check")  # what an owner does with its own file
KEPT_ONLY = "Kept, and not read: no deposit terms of {owner} in force let the office do this ({rule})."


def may(store: Store, source: Source, purpose: str, now: datetime, conditions: Sequence[str] = ()) -> Decision | None:
    """None when the office may do this with a source's figures as of today; else the decision that says why not.

    Of the owner's own work nothing is asked while the owner has not joined; openly published figures need no terms.
    """
    if source.published or (purpose in OWN_WORK and not joined(source.owner)):
        return None
    day = now.date()
    asked = tuple(conditions) or _conditions(source)
    decision = office_decision(store, source, purpose, asked, (day - WEEK, day), now)
    return None if any(part.outcome in ("allow", "coarsen") for part in decision.parts) else decision


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


def _conditions(source: Source) -> tuple[str, ...]:
    """What stands for a source's conditions when it is asked about as a whole: the ones it expects, else any."""
    return tuple(source.expects.conditions) or ("all",)


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


__all__ = ["STEWARD", "checkable", "joined", "kept_only", "may", "must_allow", "office_decision"]

"""The office as a recipient: may it harmonise, cross-check, compare, estimate or publish a source's figures now?

Every operation that does more than keep a deposit asks here first, and says the rule when the answer is no.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sampan.model.decisions import Asked, Decision, Request
from sampan.model.errors import Refused
from sampan.model.sources import Source
from sampan.operations.sharing.frozen import freeze
from sampan.sharing.decide import decide
from sampan.sharing.reasons import sentence
from sampan.store.home import Store

STEWARD = "office/steward"


def office_decision(
    store: Store, source: Source, purpose: str, conditions: Sequence[str], window: tuple[date, date], now: datetime
) -> Decision:
    """What the owner's deposit terms say about one purpose, for weekly figures by province."""
    request = Request(
        id=f"office-{purpose}",
        post=STEWARD,
        purpose=purpose,
        conditions=tuple(conditions),
        places=(source.country,),
        measures=("cases",),
        data_from=window[0],
        data_to=window[1],
        asked=Asked(1, "week"),
        sources=(source.id,),
    )
    frozen = freeze(store, request, f"{purpose}:{source.id}", now)
    return decide(frozen.request, frozen.state, frozen.domains)


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

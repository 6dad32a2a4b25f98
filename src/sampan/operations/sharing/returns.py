"""Has a return flow lapsed? Computed from what was asked, answered and released, never declared by anybody.

    asked      a question that needed the giver's word: passed is kept; denied, or unanswered past its limit, is not
    released   a release that told a figure is kept; one for which the giver had delivered nothing at all is not,
               until it delivers

The last of these decides. Where nothing was ever due, nothing has lapsed; while an outage of the giver holds, its clock
stands still. It is shown to both sides, and stops a flow only where both signed so (`reciprocity: stops-flow`).
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import polars as pl

from sampan.model.agreements import Agreement
from sampan.model.sources import Source
from sampan.operations.sharing.gates import party_of
from sampan.sharing.release import TOLD
from sampan.sharing.state import State
from sampan.store.figures import OPEN
from sampan.store.models import Delivery, GivenWord, Outbox, ReleaseRecord

STOPS_FLOW = "stops-flow"


@dataclass(frozen=True)
class Turn:
    """One thing that was due and what became of it."""

    at: datetime
    kept: bool


def lapsed(state: State, sources: Mapping[str, Source]) -> frozenset[tuple[str, str]]:
    """(owner, party that no longer gives in return) under agreements where both sides signed that it stops a flow."""
    found = set()
    for agreement in state.agreements:
        if agreement.terms.reciprocity == STOPS_FLOW:
            one, other = (side.party for side in agreement.parties)
            for taker, giver in ((one, other), (other, one)):
                if lapsed_since(state, sources, agreement, giver, taker) is not None:
                    found.add((taker, giver))
    return frozenset(found)


def lapsed_since(
    state: State, sources: Mapping[str, Source], agreement: Agreement, giver: str, taker: str
) -> datetime | None:
    """When the giver last owed the taker something under this agreement and gave nothing; None if it gave since."""
    turns = [*_asked(state, agreement, giver, taker), *_released(sources, agreement, giver, taker)]
    last = max(turns, key=lambda turn: (turn.at, turn.kept), default=None)
    return None if last is None or last.kept else last.at


def _asked(state: State, agreement: Agreement, giver: str, taker: str) -> Iterator[Turn]:
    limits = {f"{agreement.id}/{c.id}": c.authorisation.response_days for c in agreement.clauses if c.owner == giver}
    limits |= {rule.id: rule.response_days for rule in state.ladder(giver) if rule.gate == "to-others"}
    for message in Outbox.objects.filter(kind="gate:waits").order_by("pk"):
        code, rule = message.facts.get("request"), message.facts["rule"]
        if code is None or rule not in limits or party_of(message.facts["from"]) != taker:
            continue
        word = GivenWord.objects.filter(subject=code, rule=rule).order_by("-at", "-pk").first()
        days = limits[rule]
        if word is not None:
            yield Turn(word.at, word.answer == "passed")
        elif days is not None:
            until = state.counted_from(giver, message.at) + timedelta(days=days)
            if state.now > until:
                yield Turn(until, False)


def _released(sources: Mapping[str, Source], agreement: Agreement, giver: str, taker: str) -> Iterator[Turn]:
    mine = [name for name, source in sources.items() if source.owner == giver]
    found = ReleaseRecord.objects.filter(
        party=taker, owners__contains=f"|{giver}|", agreements__contains=f"|{agreement.id}|"
    )
    for record in found.order_by("pk"):
        table = pl.read_parquet(io.BytesIO(bytes(record.table)))
        told = table.filter(pl.col("source").is_in(mine) & pl.col("status").is_in(TOLD)).height
        if told:
            yield Turn(record.released_at, True)
        elif not record.deliveries and not _delivered_since(giver, record.released_at):
            yield Turn(record.released_at, False)  # held back by a rule is no lapse; never delivered is one


def _delivered_since(giver: str, at: datetime) -> bool:
    return Delivery.objects.filter(party=giver, gate=OPEN, ended_at=None, received_at__gt=at).exists()

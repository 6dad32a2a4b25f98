"""How long preparing and approving take, apart: a slow ministry must not look like a slow province.

Preparing goes from the end of the period a delivery tells of to its sending; approving from the sending to the word,
for each rule of the first gate by itself. Read by the party that sends and the post whose word it is, by nobody else.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from statistics import median
from typing import Any

import polars as pl

from sampan.operations import homes
from sampan.operations.sharing.gates import asked_of, party_of, words_on
from sampan.sharing.gates import GateRule, clock
from sampan.sharing.gates.ladder import answer
from sampan.store import figures
from sampan.store.home import Store
from sampan.store.models import Delivery

WINDOW = timedelta(days=365)


@dataclass(frozen=True)
class Approving:
    """One rule of the first gate over a source's deliveries. `median_days` None: nobody has answered yet."""

    rule: str
    post: str
    law: str
    answered: int
    waiting: int
    median_days: float | None


@dataclass(frozen=True)
class Taking:
    """One source in the last year. `preparing_days` None: of none of its deliveries is the period known here."""

    source: str
    deliveries: int
    preparing_days: float | None
    approving: tuple[Approving, ...]

    def as_dict(self) -> dict[str, Any]:
        """For --json."""
        return asdict(self)


def times(store: Store, post: str, now: datetime) -> list[Taking]:
    """Of each source that the post's party sends, or on whose deliveries the post has its word; in days, medians."""
    party, found = party_of(post), []
    sent: dict[str, list[Delivery]] = defaultdict(list)
    for delivery in Delivery.objects.filter(received_at__gte=now - WINDOW, repeats=None).order_by("pk"):
        sent[delivery.source].append(delivery)
    for name, source in sorted(homes.sources(store).items()):
        asked = {one: asked_of(store, one, source) for one in sent.get(name, ())}
        mine = {one: rules for one, rules in asked.items() if one.party == party or _has_word(post, rules)}
        if mine:
            rules = {rule.id: rule for each in mine.values() for rule in each if _shown(rule, post, party, mine)}
            lines = tuple(_approving(rule, mine) for rule in rules.values())
            found.append(Taking(name, len(mine), _preparing(store, mine), lines))
    return found


def _shown(rule: GateRule, post: str, party: str, sent: Iterable[Delivery]) -> bool:
    """Whether the reader may see a rule's times: the sender sees all that stop it, an approver its own."""
    return rule.post == post or any(one.party == party for one in sent)


def _has_word(post: str, rules: Iterable[GateRule]) -> bool:
    return any(rule.post == post for rule in rules)


def _approving(rule: GateRule, asked: Mapping[Delivery, tuple[GateRule, ...]]) -> Approving:
    days, waiting = [], 0
    for delivery, rules in asked.items():
        if rule.id not in {one.id for one in rules}:
            continue
        word = answer(rule.id, delivery.code, (), words_on(delivery.code))
        taken = clock(date.min, delivery.received_at, word.at if word else None)["approval_days"]
        waiting += taken is None and delivery.ended_at is None
        days += [] if taken is None else [taken]
    middle = round(median(days), 1) if days else None
    return Approving(rule.id, rule.post, rule.law, len(days), waiting, middle)


def _preparing(store: Store, sent: Iterable[Delivery]) -> float | None:
    """The median over the deliveries whose figures stand here, each by the last day it tells of."""
    by_code = {one.code: one for one in sent}
    stands = figures.latest(store, figures.Asked(deliveries=[one.pk for one in by_code.values()]))
    if not stands.height:
        return None
    ends = stands.group_by("delivery").agg(pl.col("period_end").max()).iter_rows()
    days = [clock(end, by_code[code].received_at, None)["preparation_days"] for code, end in ends if code in by_code]
    known = [one for one in days if one is not None]
    return round(median(known), 1) if known else None

"""What belongs to a party: its sources, deliveries, findings and the entries that concern it; never another's.

A code of another party's delivery or finding is answered as one that does not exist.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

import polars as pl
import polars.selectors as cs
from django.db.models import Q

from sampan.model.sources import Source
from sampan.operations import homes, observing, questions, remembering
from sampan.operations.receiving import Receipt, receipt_of
from sampan.operations.sharing import changes
from sampan.store import entries, home
from sampan.store.figures import Asked
from sampan.store.home import Store
from sampan.store.models import Delivery, Entry, FindingRecord, Outbox


@dataclass(frozen=True)
class Told:
    """One entry of the log as somebody it concerns reads it; facts are empty after a lawful erasure."""

    index: int
    kind: str
    at: datetime
    facts: dict[str, Any]


def sources(store: Store, party: str) -> dict[str, Source]:
    """The sources a party owns, by id. What is openly published is nobody's to deliver here."""
    return {name: one for name, one in homes.sources(store).items() if one.owner == party and not one.published}


def sources_seen(store: Store, party: str) -> dict[str, Source]:
    """The sources whose declaration a party may read: its own, then those openly published."""
    every = homes.sources(store)
    return sources(store, party) | {name: one for name, one in every.items() if one.published}


def invented() -> bool:
    """True if what this home holds is invented; every page then says so."""
    return bool(home.is_invented())


def deliveries(party: str, limit: int, *, before: str = "", source: str = "") -> list[Delivery]:
    """The party's deliveries, of one source or of all, newest first; `before` is the code of a page's last one."""
    found = Delivery.objects.filter(party=party).select_related("repeats").order_by("-pk")
    found = found.filter(source=source) if source else found
    last = Delivery.objects.filter(party=party, code=before).first() if before else None
    return list((found.filter(pk__lt=last.pk) if last else found)[:limit])


def delivery(party: str, code: str) -> Delivery | None:
    """One of the party's deliveries."""
    return Delivery.objects.filter(party=party, code=code).first()


def difference(store: Store, found: Delivery) -> list[dict[str, Any]]:
    """Figures that a delivery added, changed or removed when it first came to stand; days as text."""
    first = found.parts.order_by("committed_at").values_list("committed_at", flat=True).first()
    if first is None or found.wrapped_key is None:
        return []
    mine = Asked(at=first, sources=[found.source])
    before = observing.observations(store, replace(mine, at=first - timedelta(microseconds=1)))
    changed = observing.changes(before, observing.observations(store, mine))
    return changed.with_columns(cs.date().cast(pl.String)).to_dicts()


def receipt(found: Delivery) -> Receipt:
    """The receipt of a delivery, told again."""
    return receipt_of(found)


def findings(store: Store, party: str, *, delivery: str | None = None) -> list[dict[str, Any]]:
    """The party's open findings, those with the greatest share of cases first."""
    asked_about = FindingRecord.objects.filter(owner=party).order_by("source").values_list("source", flat=True)
    every = _findings(store, party, remembering.state(store, list(asked_about.distinct())))
    return [dict(one) for one in every if delivery is None or delivery in one["deliveries"]]


@lru_cache(maxsize=64)
def _findings(store: Store, party: str, _state: str) -> tuple[dict[str, Any], ...]:
    """Read once for each state of the sources it was ever asked about; those of others change none of its findings."""
    return tuple(one for one in observing.findings(store, party=party, owner=party) if one["owner"] == party)


def finding(party: str, code: str) -> FindingRecord | None:
    """One of the party's findings; of a code from before its delivery was read again, the one that asks the same."""
    found = FindingRecord.objects.select_related("delivery").filter(owner=party, code=code).first()
    now = questions.today(found) if found is not None else None
    return now if now is not None and now.owner == party else found


def told_of(store: Store, found: FindingRecord) -> dict[str, Any]:
    """A finding with its words."""
    return observing.finding(store, found.code, party=found.owner)


def log(party: str, limit: int, *, before: int | None = None) -> list[Told]:
    """Entries that concern a party, newest first."""
    found = entries.concerning(party).order_by("-index")
    found = found.filter(index__lt=before) if before is not None else found
    return [Told(one.index, one.kind, one.at, one.facts) for one in found[:limit]]


def entry(party: str, index: int) -> Entry | None:
    """One entry, if it concerns the party."""
    return entries.concerning(party).filter(index=index).first()


def messages(party: str, post: str, limit: int, now: datetime) -> list[dict[str, Any]]:
    """What was queued for this post, or for the party as a whole, newest first; figures only of what is still open."""
    found = Outbox.objects.filter(Q(to_post=post) | Q(to_party=party, to_post="")).order_by("-pk")
    return [{"kind": o.kind, "at": o.at, "facts": changes.readable(o.kind, o.facts, now)} for o in found[:limit]]

"""An opening that is gone is lawful as the act of an erasure alone: one delivery's own entries, on its owner's word."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any, NamedTuple

from sampan.store import entries
from sampan.store.kinds import OF_DELIVERY
from sampan.store.models import Delivery

KIND = "delivery:erased"
Alarm = Callable[[str, str], None]


class Gone(NamedTuple):
    """What remains of an entry without its opening: columns that repeated its body."""

    kind: str
    parties: str  # "|a|b|"
    delivery: int | None
    at: datetime


class Erasing(NamedTuple):
    """An entry that destroys openings."""

    place: int
    facts: dict[str, Any]
    rows: Collection[str]  # names of what it binds
    parties: str
    at: datetime


class Owned(NamedTuple):
    """A delivery as the records have it."""

    key: int
    party: str
    state: str


def lawful(erasing: list[Erasing], gone: dict[int, Gone], alarm: Alarm) -> set[int]:
    """The entries that an erasure of their own delivery names."""
    found: set[int] = set()
    done: set[str] = set()
    codes = {str(one.facts.get("delivery")) for one in erasing}
    listed = Delivery.objects.filter(code__in=codes).values_list("code", "pk", "party", "state")
    known = {code: Owned(key, party, state) for code, key, party, state in listed}
    for one in erasing:
        code = str(one.facts.get("delivery"))
        delivery = known.get(code)
        if delivery is None or code in done or not _stands(one, delivery):
            alarm("an erasure that is not of one delivery, once, before its owner", f"entry {one.place}")
            continue
        done.add(code)
        _check_left(one, gone, alarm)
        for index in one.facts.get("erases", ()):
            if index in gone and _is_its_own(gone[index], one, delivery):
                found.add(index)
            else:
                alarm("an erasure names an entry that is not its delivery's", f"entry {one.place}, entry {index}")
    return found


def _check_left(one: Erasing, gone: dict[int, Gone], alarm: Alarm) -> None:
    """Kinds, parties and times of the destroyed entries are as the erasure left them; older ones do not say."""
    said = one.facts.get("left")
    here = [(index, gone[index]) for index in one.facts.get("erases", ()) if index in gone]
    found = entries.columns_digest((index, entry.kind, entry.parties, entry.at) for index, entry in here)
    if said is not None and found != said:
        alarm("what an erasure left of its entries was changed", f"entry {one.place}")


def _stands(one: Erasing, delivery: Owned) -> bool:
    """It binds the delivery's record, which says erased, and its owner is shown it."""
    binds = f"{Delivery._meta.db_table}/{delivery.key}" in one.rows
    return binds and delivery.state == Delivery.State.ERASED and f"|{delivery.party}|" in one.parties


def _is_its_own(entry: Gone, one: Erasing, delivery: Owned) -> bool:
    """What remains of the entry is what an entry of that delivery looks like."""
    of_it = entry.delivery == delivery.key and entry.kind in OF_DELIVERY and entry.at <= one.at
    return of_it and (entry.parties == f"|{delivery.party}|" or entry.kind == "finding:settled")

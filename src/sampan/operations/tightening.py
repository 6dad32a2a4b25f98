"""Deposit terms that were tightened, suspended or ended: what they close now must not stand, whenever it was read.

A delivery read before its owner's terms took a step is looked at again. Where the terms let the office read but no
longer harmonise some of its rows, it is read again, and those are set aside; where they let it keep and no more, it
stands empty, as one that waits. Originals stay, and what stood before answers as of its moment. What is due is derived
from the log and from the terms, so that a crash on the way loses nothing; with wider terms it is read once more.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime

from django.db.models import Max

from sampan.model.errors import UserError
from sampan.model.harmonised import Balance
from sampan.operations import closing, homes
from sampan.operations.reading import Read
from sampan.operations.replaying import COMMITTED, NEVER
from sampan.operations.sharing import deposits
from sampan.operations.standing import commit
from sampan.store import figures
from sampan.store.figures import OPEN, Asked
from sampan.store.home import Store
from sampan.store.models import AgreementAct, Delivery, Entry

HOLDS_OR_NOT = ("in-force", "suspended", "terminated", "expired")
WHY = "the owner's deposit terms changed"
_Looked = tuple[str, str, int, date, int]
_KNOWN: dict[_Looked, bool] = {}  # whether terms shut anything of what a source said before their last step
_NOTHING: set[tuple[str, int, date]] = set()  # homes in which, after so many steps, nothing was shut on a day


def shut(store: Store, now: datetime) -> list[int]:
    """Standing deliveries with something that their owner's terms, changed since they were read, do not open now."""
    newest = AgreementAct.objects.aggregate(newest=Max("pk"))["newest"] or 0
    if (str(store.root), newest, now.date()) in _NOTHING:  # what was read since was read under terms that hold
        return []
    steps = _steps()
    of_source: dict[str, list[int]] = defaultdict(list)
    for one in _read_before(steps):
        of_source[one.source].append(one.pk)
    found: list[int] = []
    for name, keys in sorted(of_source.items()):
        last = steps[Delivery.objects.only("party").get(pk=keys[0]).party][1]
        looked = (str(store.root), name, last, now.date(), max(keys))
        if looked not in _KNOWN:
            _KNOWN[looked] = _shuts(store, name, keys, now)
        found += keys if _KNOWN[looked] else []
    if not found:
        _NOTHING.add((str(store.root), newest, now.date()))
    return sorted(found)


def empty(store: Store, delivery: Delivery, actor: str, now: datetime) -> None:
    """What the office may keep and no more stands as nothing, in a version of its own; the caller says why."""
    commit(store, homes.source(store, delivery.source), delivery, Read(balance=Balance()), actor, now)
    delivery.state, delivery.balance = Delivery.State.KEPT, {}
    delivery.save(update_fields=["state", "balance"])


def _steps() -> dict[str, tuple[datetime, int]]:
    """Party -> (when its deposit terms last came to hold or to hold no more, which act that was)."""
    found: dict[str, tuple[datetime, int]] = {}
    acts = AgreementAct.objects.filter(agreement__kind="deposit", after__in=HOLDS_OR_NOT).order_by("at", "pk")
    for parties, before, after, at, pk in acts.values_list("agreement__parties", "before", "after", "at", "pk"):
        if before != after:
            found |= dict.fromkeys(parties.strip("|").split("|"), (at, pk))
    return found


def _read_before(steps: dict[str, tuple[datetime, int]]) -> Iterable[Delivery]:
    """Standing deliveries whose version was read before their owner's terms took their last step."""
    if not steps:
        return []
    last = max(at for at, _ in steps.values())
    standing = Delivery.objects.filter(
        party__in=steps, received_at__lt=last, state=Delivery.State.COMMITTED, gate=OPEN, ended_at=None, repeats=None
    ).only("pk", "source", "party", "received_at")
    early = [one for one in standing if one.received_at < steps[one.party][0]]
    entries = Entry.objects.filter(kind=COMMITTED, delivery_id__in=[one.pk for one in early])
    read = dict(entries.values_list("delivery_id").annotate(Max("at")).order_by()) if early else {}
    return [one for one in early if read.get(one.pk, NEVER) < steps[one.party][0]]


def _shuts(store: Store, name: str, keys: list[int], now: datetime) -> bool:
    try:
        source = homes.source(store, name)
    except UserError:  # a source that is not known any more cannot be read again
        return False
    if deposits.kept_only(store, source, now):
        return True
    mine = Asked(sources=[name], deliveries=keys, gone_too=True)
    table = figures.latest_cases(store, mine) if source.kind == "cases" else figures.latest(store, mine)
    return closing.parted(store, source, table, now)[1].height > 0

"""The disclosure ledgers in the records: read for a decision, kept in the transaction of its release.

Older homes kept a ledger for each condition, and for each measure, by itself; what it says is read into that of the
whole family.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime

from sampan.model.decisions import Decision
from sampan.sharing.adding_up import measures_with
from sampan.sharing.admission import ledger_key
from sampan.sharing.disclosure.ledger import Ledger
from sampan.sharing.schedule import Schedule
from sampan.store.models import DisclosureLedger
from sampan.vocab import conditions


def read(decision: Decision) -> dict[str, Ledger]:
    """The ledgers of the parts that go, by key."""
    return {
        ledger_key(part.source, part.condition, part.measure): of(part.source, part.condition, part.measure)
        for part in decision.goes
    }


def of(source: str | None, condition: str, measure: str) -> Ledger:
    """What was told of a condition's family, ledgers of single conditions from older homes included."""
    key, head = ledger_key(source, condition, measure), conditions.head(condition)
    codes = [one.code for one in conditions.all_conditions() if conditions.head(one.code) == head and one.code != head]
    first, *among = measures_with(measure)
    wanted = {
        f"{source}|{code}|{counted}": "".join(f"|{word}" for word in (code, counted) if word not in (head, first))
        for counted in (first, *among)
        for code in (head, *codes)
    }
    kept = {record.key: record for record in DisclosureLedger.objects.filter(key__in=sorted(wanted))}
    whole = Ledger.from_dict(kept.pop(key).content) if key in kept else Ledger()
    for name, record in sorted(kept.items()):
        whole = whole.joined(Ledger.from_dict(record.content), wanted[name])
    return whole


def told_to(source: str, condition: str, measure: str, holders: frozenset[str]) -> bool:
    """Whether figures of a condition's family left a source for one of these; cumulative ones leave for all alike."""
    if any(row.recipient in holders for row in of(source, condition, measure).rows):
        return True
    return DisclosureLedger.objects.filter(key__startswith=f"series|{source}|{condition}|{measure}|").exists()


def read_schedules(decision: Decision) -> dict[str, Schedule]:
    """The schedules of the cumulative series of the parts that go, by key."""
    starts = {f"series|{part.source}|{part.condition}|{part.measure}|" for part in decision.goes}
    found = [DisclosureLedger.objects.filter(key__startswith=start) for start in sorted(starts)]
    return {record.key: Schedule.from_dict(record.content) for records in found for record in records}


def keep(books: Mapping[str, Ledger | Schedule], now: datetime) -> list[DisclosureLedger]:
    """Write every ledger and schedule of a release, in the caller's transaction; the rows its Entry binds."""
    kept = []
    for key, ledger in sorted(books.items()):
        # whoever received sees a digest of this row in the entry's proof: without a salt, small counts could be tried
        values = {"content": {**ledger.as_dict(), "salt": secrets.token_hex(32)}, "changed_at": now}
        kept.append(DisclosureLedger.objects.update_or_create(key=key, defaults=values)[0])
    return kept

"""The disclosure ledgers in the records: read for a decision, kept in the transaction of its release."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sampan.model.decisions import Decision
from sampan.sharing.disclosure.ledger import Ledger
from sampan.sharing.release import ledger_key
from sampan.sharing.schedule import Schedule
from sampan.store.models import DisclosureLedger


def read(decision: Decision) -> dict[str, Ledger]:
    """The ledgers of the parts that go, by key."""
    keys = {ledger_key(part) for part in decision.goes}
    found = DisclosureLedger.objects.filter(key__in=keys)
    return {record.key: Ledger.from_dict(record.content) for record in found}


def read_schedules(decision: Decision) -> dict[str, Schedule]:
    """The schedules of the cumulative series of the parts that go, by key."""
    starts = {f"series|{ledger_key(part)}|" for part in decision.goes}
    found = [DisclosureLedger.objects.filter(key__startswith=start) for start in sorted(starts)]
    return {record.key: Schedule.from_dict(record.content) for records in found for record in records}


def keep(books: Mapping[str, Ledger | Schedule], now: datetime) -> list[DisclosureLedger]:
    """Write every ledger and schedule of a release, in the caller's transaction; the rows its Entry binds."""
    kept = []
    for key, ledger in sorted(books.items()):
        values = {"content": ledger.as_dict(), "changed_at": now}
        kept.append(DisclosureLedger.objects.update_or_create(key=key, defaults=values)[0])
    return kept

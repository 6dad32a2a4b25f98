"""The disclosure ledgers in the records: read for a decision, kept in the transaction of its release."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sampan.model.decisions import Decision
from sampan.sharing.disclosure.ledger import Ledger
from sampan.sharing.release import ledger_key
from sampan.store.models import DisclosureLedger


def read(decision: Decision) -> dict[str, Ledger]:
    """The ledgers of the parts that go, by key."""
    keys = {ledger_key(part) for part in decision.goes}
    found = DisclosureLedger.objects.filter(key__in=keys)
    return {record.key: Ledger.from_dict(record.content) for record in found}


def keep(ledgers: Mapping[str, Ledger], now: datetime) -> list[DisclosureLedger]:
    """Write every ledger of a release, in the caller's transaction; the rows its Entry binds."""
    kept = []
    for key, ledger in sorted(ledgers.items()):
        values = {"content": ledger.as_dict(), "changed_at": now}
        kept.append(DisclosureLedger.objects.update_or_create(key=key, defaults=values)[0])
    return kept

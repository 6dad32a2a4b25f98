"""The log's leaves: appended in the transaction of the act they tell about, indexed under one lock taken last."""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from django.db import transaction

from sampan.log import merkle
from sampan.store.models import Delivery, Entry, Head


def append(
    kind: str,
    body: dict[str, Any],
    parties: Sequence[str] = (),
    *,
    delivery: Delivery | None = None,
    at: datetime | None = None,
) -> Entry:
    """Append one entry; must be the last thing its transaction does. `kind` is noun:verb."""
    return append_many([(kind, body, parties)], delivery=delivery, at=at)[0]


def append_many(
    acts: Sequence[tuple[str, dict[str, Any], Sequence[str]]],
    *,
    delivery: Delivery | None = None,
    at: datetime | None = None,
) -> list[Entry]:
    """Append several entries under one lock of the head row."""
    assert transaction.get_connection().in_atomic_block, "an entry belongs to the transaction of its act"
    moment = at or datetime.now(UTC)
    drafts = []
    for kind, body, parties in acts:
        salt = secrets.token_bytes(32)
        leaf = commitment(salt, kind, body, parties, moment)
        drafts.append(
            Entry(kind=kind, body=body, salt=salt, leaf=leaf, parties=list(parties), delivery=delivery, at=moment)
        )
    Head.objects.get_or_create(pk=1)
    head = Head.objects.select_for_update().get(pk=1)
    for index, entry in enumerate(drafts, start=head.size):
        entry.index = index
    head.size += len(drafts)
    head.save(update_fields=["size"])
    return Entry.objects.bulk_create(drafts)


def commitment(salt: bytes, kind: str, body: dict[str, Any], parties: Sequence[str], at: datetime) -> bytes:
    """SHA-256 over salt and the canonical text of everything the entry says; the leaf's only content."""
    said = {"kind": kind, "body": body, "parties": sorted(parties), "at": at.isoformat()}
    text = json.dumps(said, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)
    return merkle.leaf_hash(salt + text.encode())

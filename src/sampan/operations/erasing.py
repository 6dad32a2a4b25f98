"""Destroy a delivery on its owner's word: its key, the salts of its entries, its original, its parts.

An Entry says what and when, so that its having been stays provable and nothing else does.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from django.db import transaction

from sampan.operations.proving import witnessing
from sampan.store import blobs, entries, parts, shelf
from sampan.store.home import Store
from sampan.store.models import Delivery, Erasure, Part


def erase(store: Store, delivery: Delivery, reason: str, actor: str, now: datetime) -> None:
    """Keys and salts go in one transaction with the Entry; files go after it, and `sweep` ends what a crash left."""
    with transaction.atomic():
        locked = Delivery.objects.select_for_update().get(pk=delivery.pk)
        names = list(locked.parts.filter(erased_at=None).values_list("name", flat=True))
        locked.parts.update(erased_at=now)
        locked.wrapped_key, locked.state = None, Delivery.State.ERASED
        locked.ended_at = locked.ended_at or now
        locked.save(update_fields=["wrapped_key", "state", "ended_at"])
        gone = Erasure.objects.create(delivery=locked, erased_at=now, actor=actor, reason=reason)
        body = {"delivery": locked.code, "actor": actor, "parts": sorted(names), "clause": "owner withdraws"}
        body |= witnessing.let_go("withdrawal", now)
        rows = [locked, gone, *locked.parts.all()]
        entries.append_erasure("delivery:erased", body, [locked.party], delivery=locked, at=now, rows=rows)
    shelf.forget(store.parts, [locked.source])
    remove_erased(store)


def remove_erased(store: Store) -> int:
    """Delete the files of erased deliveries that are still there; safe to call at any time."""
    removed = 0
    for delivery in Delivery.objects.filter(state=Delivery.State.ERASED):
        if (store.blobs / delivery.blob).exists():
            blobs.destroy(store.blobs, delivery.blob)
            removed += 1
        removed += sum(_removed(store, part.name) for part in delivery.parts.all())
    return removed


def _removed(store: Store, name: str) -> int:
    if Part.objects.filter(name=name, erased_at=None).exists():
        return 0  # the same bytes stand for another delivery
    path: Path = parts.path_of(store.parts, name)
    existed = path.exists()
    path.unlink(missing_ok=True)
    return int(existed)

"""Withdraw a delivery, at any hour, alone; and on demand destroy it so that only its having been is provable.

Figures for which no other delivery speaks get an explicit version `withdrawn`, so that the silence is told.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl
from django.db import transaction
from django.db.models import Model

from sampan.harmonise.versions import KEY
from sampan.model.errors import Refused, UserError
from sampan.model.observations import OBSERVATION
from sampan.operations.proving import witnessing
from sampan.operations.sharing import corrections
from sampan.store import blobs, entries, figures, parts, shelf
from sampan.store.figures import OPEN, Asked
from sampan.store.home import Store
from sampan.store.models import Delivery, Erasure, Outbox, Part


def withdraw(
    store: Store, code: str, *, reason: str, actor: str | None, now: datetime, erase: bool = False
) -> dict[str, Any]:
    """Take a delivery back; with `erase`, destroy its original, its parts and its keys as well."""
    delivery = Delivery.objects.filter(code=code).first()
    theirs = actor.split("/")[0] if actor else ""
    if delivery is None or (delivery.party != theirs and delivery.gate != OPEN):  # behind a gate it is nobody else's
        raise UserError(f"no delivery is called {code!r}", do="the receipt names it; `sampan deliveries` lists them")
    actor = actor or f"{delivery.party}/sender"
    if actor.split("/")[0] != delivery.party:
        raise Refused(
            f"{code} belongs to {delivery.party}; {actor.split('/')[0]} cannot withdraw it",
            rule="owner-withdraws",
            kept="nothing was changed",
            do="ask a post of the owner",
        )
    _not_already(delivery, erase)
    gone, listed, mark = 0, 0, witnessing.let_go("withdrawal", now)
    if delivery.state in (Delivery.State.KEPT, Delivery.State.COMMITTED):
        listed = figures.latest_cases(store, Asked(deliveries=[delivery.pk])).height
        gone = _taken_back(store, delivery, reason, actor, now)
    if erase and delivery.state != Delivery.State.ERASED:
        _erased(store, delivery, reason, actor, now)
    delivery.refresh_from_db()
    told = corrections.tell_of_source(store, delivery.source, now)
    return {
        "delivery": code,
        "state": delivery.state,
        "figures": gone,
        "cases": listed,
        "told": told,
        "ended_at": delivery.ended_at,
        **mark,
    }


def _not_already(delivery: Delivery, erase: bool) -> None:
    """UserError if there is nothing left to take back; a withdrawn delivery can still be erased."""
    if delivery.state == Delivery.State.ERASED or (delivery.state == Delivery.State.WITHDRAWN and not erase):
        assert delivery.ended_at is not None, delivery.code
        raise UserError(
            f"{delivery.code} is already {delivery.state}, since {delivery.ended_at:%Y-%m-%d %H:%M} UTC",
            kept="nothing was changed",
            do="`sampan deliveries` shows what stands"
            + ("" if delivery.state == Delivery.State.ERASED else "; --erase destroys its original as well"),
        )


def _taken_back(store: Store, delivery: Delivery, reason: str, actor: str, now: datetime) -> int:
    """A part of `withdrawn` versions lies ready first; one transaction ends the delivery and names it."""
    silent = _figures_nobody_else_gives(store, delivery, now)
    written = parts.write(silent, store.parts) if silent.height else None
    with transaction.atomic():
        locked = Delivery.objects.select_for_update().get(pk=delivery.pk)
        if locked.ended_at is not None:
            return 0
        version = 1 + max((part.version for part in locked.parts.all()), default=0)
        rows: list[Model] = [locked]
        if written:
            part = Part.objects.create(
                name=written.name, kind=Part.Kind.WITHDRAWN, delivery=locked, version=version, country=locked.country,
                source=locked.source, rows=written.rows, size=written.size, committed_at=now,
            )  # fmt: skip
            rows.append(part)
        locked.state, locked.ended_at, locked.ended_reason = Delivery.State.WITHDRAWN, now, reason
        locked.save(update_fields=["state", "ended_at", "ended_reason"])
        mark = witnessing.let_go("withdrawal", now)
        facts = {"delivery": locked.code, **mark}
        Outbox.objects.create(to_party=locked.party, kind="delivery:withdrawn", facts=facts, at=now)
        body = {"delivery": locked.code, "actor": actor, "part": written.name if written else None, **mark}
        entries.append("delivery:withdrawn", body, [locked.party], delivery=locked, at=now, rows=rows)
    return silent.height


def _figures_nobody_else_gives(store: Store, delivery: Delivery, now: datetime) -> pl.DataFrame:
    """This delivery's standing figures that no other delivery of the source gives, as `withdrawn` versions."""
    mine = figures.latest(store, Asked(deliveries=[delivery.pk]))
    if not mine.height:
        return pl.DataFrame(schema=OBSERVATION)
    others = figures.latest(store, Asked(sources=[delivery.source], but=[delivery.pk]))
    alone = mine.join(others.select(KEY), on=KEY, how="anti", nulls_equal=True)
    return alone.with_columns(
        pl.lit(None, pl.Int64).alias("value"),
        pl.lit(None, pl.String).alias("value_raw"),
        pl.lit("withdrawn").alias("status"),
        pl.lit(now, dtype=pl.Datetime("us", "UTC")).alias("received_at"),
    ).select(list(OBSERVATION))


def _erased(store: Store, delivery: Delivery, reason: str, actor: str, now: datetime) -> None:
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

"""A correction or withdrawal tells every recipient of an affected release, with the difference as its clause allows.

What was told last is kept by its digest, so that telling again after a crash says nothing twice and misses nothing.
A release that rests on a delivery since taken back, or closed again at its country's gate, opens no more: at once,
whether or not its end is recorded yet.
"""

from __future__ import annotations

import hashlib
import io
from datetime import datetime
from typing import Any

import polars as pl
from django.db import transaction

from sampan.formats.writing import to_bytes
from sampan.operations.proving import witnessing
from sampan.operations.sharing import ledgers
from sampan.operations.sharing.built_on import tell_products, uses_of
from sampan.operations.sharing.release_states import WITHDRAWN, rests_on_gone, state_of
from sampan.operations.sharing.releasing import prepare
from sampan.store import entries
from sampan.store.home import Store
from sampan.store.models import Delivery, GivenWord, Outbox, Part, ReleaseRecord

CELL = ["source", "place", "period_start", "condition", "measure", "classification", "sex", "age_from", "age_to"]
CORRECTED = "release:corrected"


def tell_of_source(store: Store, source: str, now: datetime) -> int:
    """A source's figures changed: tell the recipient of each release whose table now differs; how many were told.

    One that rests on what was taken back ends with it; what still stands is asked for anew.
    """
    affected = [r for r in _telling(now) if any(part["source"] == source for part in r.manifest.get("parts", ()))]
    return sum(max(_corrected(store, record, now), _ended(record, now)) for record in affected)


def tell_late(store: Store, since: datetime, now: datetime) -> int:
    """Tell of what changed after `since` and was never told, as after a crash between the change and the telling."""
    changed = {
        *Delivery.objects.filter(ended_at__gte=since).values_list("source", flat=True),
        *Part.objects.filter(committed_at__gte=since).values_list("source", flat=True),
        *Delivery.objects.filter(code__in=_worded(since)).values_list("source", flat=True),
    }
    return sum(tell_of_source(store, source, now) for source in sorted(changed))


def end(record: ReleaseRecord, why: str, facts: dict[str, Any], now: datetime) -> None:
    """End a release in the caller's transaction: the recipient is told, the log says so."""
    record.ended_at, record.ended_why = now, why
    record.save(update_fields=["ended_at", "ended_why"])
    body = {"release": record.code, "why": why, **facts, **witnessing.let_go("withdrawal", now)}
    facts = {**body, **uses_of(record)}
    Outbox.objects.create(to_party=record.party, to_post=record.recipient, kind="release:ended", facts=facts, at=now)
    tell_products(record, why, now)
    entries.append("release:ended", body, [*owners_of(record), record.party], at=now, rows=[record])


def _ended(record: ReleaseRecord, now: datetime) -> int:
    """Record the end of a release that rests on what was taken back; 0 for any other."""
    if not rests_on_gone(record.deliveries):
        return 0
    with transaction.atomic():
        locked = ReleaseRecord.objects.select_for_update().get(pk=record.pk)
        if locked.ended_at is None:
            end(locked, WITHDRAWN, {}, now)
    return 1


def _worded(since: datetime) -> list[str]:
    """Deliveries on which a gate's word was given since."""
    given = GivenWord.objects.filter(at__gte=since, subject__startswith="D-")
    return sorted(set(given.values_list("subject", flat=True)))


def _corrected(store: Store, record: ReleaseRecord, now: datetime) -> int:
    """Tell one release's recipient, with the difference as its clause allows; 0 when nothing it holds changed.

    Under a scheduled clause only that a correction is coming is told; the new figures go with the next release.
    """
    made = prepare(store, record.request.text, record.request.name, now, latest=True)
    before = pl.read_parquet(io.BytesIO(bytes(record.table)))
    held = made.table.filter(pl.col("source").is_in(_sources(record, before), nulls_equal=True))
    alike = held.select([name for name in held.columns if name in before.columns])  # no newer column
    digest = hashlib.sha256(to_bytes(alike, "parquet")).hexdigest()
    changed = _difference(before, held)
    if digest == _last_told(record):
        return 0
    immediate = record.manifest.get("corrections") == "immediate" and bool(made.decision.goes)
    mark = witnessing.let_go("correction", now)
    facts: dict[str, Any] = {
        **mark,
        "release": record.code,
        "corrections": "immediate" if immediate else "scheduled",
        "digest": digest,
        **uses_of(record),
    }
    if immediate:
        facts["difference"] = changed.with_columns(pl.col("period_start").cast(pl.String)).to_dicts()
    with transaction.atomic():
        books = ledgers.keep(made.released.ledgers, now) if immediate else []
        Outbox.objects.create(to_party=record.party, to_post=record.recipient, kind=CORRECTED, facts=facts, at=now)
        tell_products(record, "corrected", now)
        tell(owners_of(record), CORRECTED, {"release": record.code, "told": record.recipient, **mark}, now)
        body = {
            "release": record.code,
            "told": record.recipient,
            "immediate": immediate,
            **({"cells": changed.height} if immediate else {}),  # the recipient reads its entries
            **mark,
        }
        entries.append(CORRECTED, body, [*owners_of(record), record.party], at=now, rows=books)
    return 1


def _sources(record: ReleaseRecord, before: pl.DataFrame) -> list[str | None]:
    """The sources a release was made of: one that its owner adds later corrects nothing that the recipient holds."""
    return list({*before["source"].to_list(), *(part["source"] for part in record.manifest.get("parts", ()))})


def _last_told(record: ReleaseRecord) -> str:
    """The digest of the table this recipient knows of: of the last correction, else of the release."""
    told = Outbox.objects.filter(kind=CORRECTED, facts__release=record.code, to_post=record.recipient).order_by("-pk")
    last = told.first()
    return last.facts["digest"] if last else record.digest


def _difference(before: pl.DataFrame, now: pl.DataFrame) -> pl.DataFrame:
    """Cells whose figure or silence changed: CELL, value_before, value_after, status_after."""
    columns = [*CELL, "value", "status"]
    both = before.select(columns).join(
        now.select(columns), on=CELL, how="full", coalesce=True, nulls_equal=True, suffix="_after"
    )
    changed = both.filter(
        pl.col("value").ne_missing(pl.col("value_after")) | pl.col("status").ne_missing(pl.col("status_after"))
    )
    shown = changed.select(*CELL, pl.col("value").alias("value_before"), "value_after", "status_after")
    return shown.sort(CELL, nulls_last=True)


def _telling(now: datetime) -> list[ReleaseRecord]:
    """Releases whose recipients are told of a change: open ones, and those that a change closes."""
    found = ReleaseRecord.objects.filter(ended_at=None).order_by("pk")
    return [record for record in found if state_of(record, now) in ("open", WITHDRAWN)]


def owners_of(record: ReleaseRecord) -> list[str]:
    """The parties whose figures a release holds."""
    return [party for party in record.owners.strip("|").split("|") if party]


def tell(parties: list[str], kind: str, facts: dict[str, Any], now: datetime) -> None:
    """Queue one message to each party."""
    for party in parties:
        Outbox.objects.create(to_party=party, kind=kind, facts=facts, at=now)

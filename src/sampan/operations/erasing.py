"""Destroy a delivery on its owner's word: its key, the salts of its entries, its original, its parts.

An Entry says what and when. Of its figures the series keys stay: which cells there were, and nothing of what they said;
in what the office keeps of releases and messages no more than that (unsaying.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from pathlib import Path

import polars as pl
from django.db import transaction

from sampan.harmonise.erased import emptied
from sampan.harmonise.tabulate import counted, declared_cut
from sampan.model.observations import CASE
from sampan.operations import homes, unsaying
from sampan.operations.proving import witnessing
from sampan.store import blobs, entries, figures, parts, shelf
from sampan.store.home import Store
from sampan.store.models import Delivery, Erasure, Part


@dataclass(frozen=True)
class _Left:
    """What is left of one destroyed part: cells without values, written and not yet named."""

    of: Part
    kind: str
    written: parts.Written


def erase(store: Store, delivery: Delivery, reason: str, actor: str, now: datetime) -> int:
    """Keys and salts go in one transaction with the Entry; files go after it, and `sweep` ends what a crash left.

    The series keys of the figures stay, without values, so that what was known before answers that it was erased.
    How many figures that are, of those that it said last.
    """
    left = [*_of_figures(store, delivery), *_of_cases(store, delivery)]
    cells = [parts.read(store.parts, one.written.name) for one in left]
    with transaction.atomic():
        locked = Delivery.objects.select_for_update().get(pk=delivery.pk)
        names = list(locked.parts.filter(erased_at=None).values_list("name", flat=True))
        locked.parts.update(erased_at=now)
        kept = [_named(one) for one in left]
        locked.wrapped_key, locked.state = None, Delivery.State.ERASED
        locked.ended_at = locked.ended_at or now
        locked.save(update_fields=["wrapped_key", "state", "ended_at"])
        gone = Erasure.objects.create(delivery=locked, erased_at=now, actor=actor, reason=reason)
        body = {"delivery": locked.code, "actor": actor, "parts": sorted(names), "clause": "owner withdraws"}
        body |= {"cells_left": sorted(part.name for part in kept), **witnessing.let_go("withdrawal", now)}
        rows = [locked, gone, *locked.parts.all()]
        entries.append_erasure("delivery:erased", body, [locked.party], delivery=locked, at=now, rows=rows)
        unsaying.unsay(locked, cells, now)
    shelf.forget(store.parts, [locked.source])
    remove_erased(store)
    told = [one for one in left if one.kind != Part.Kind.WITHDRAWN]
    last = max((one.of.version for one in told), default=0)
    return sum(one.written.rows for one in told if one.of.version == last)


def _of_figures(store: Store, delivery: Delivery) -> Iterator[_Left]:
    """Of each version of the figures, and of what told that they were withdrawn."""
    for part in delivery.parts.filter(kind__in=[Part.Kind.OBSERVATIONS, Part.Kind.WITHDRAWN], erased_at=None):
        cells = emptied(parts.read(store.parts, part.name))
        if part.kind == Part.Kind.WITHDRAWN:
            cells = cells.with_columns(pl.lit("withdrawn").alias("status"))
        kind = Part.Kind.ERASED if part.kind == Part.Kind.OBSERVATIONS else Part.Kind.WITHDRAWN
        yield _Left(part, kind, parts.write(cells, store.parts))


def _of_cases(store: Store, delivery: Delivery) -> Iterator[_Left]:
    """Of each version of a list: the counts its cases were in, and those that earlier versions of them left."""
    listed = list(delivery.parts.filter(kind=Part.Kind.CASES, erased_at=None).order_by("version", "pk"))
    for _, of_version in groupby(listed, key=lambda part: part.version):
        same = list(of_version)
        own = pl.concat([parts.read(store.parts, part.name).select(list(CASE)) for part in same])
        others = figures.case_rows(store, delivery.source, own.get_column("case_key").drop_nulls().unique())
        source = homes.source(store, delivery.source)
        told = counted(pl.concat([own, others]), source, declared_cut(source)).figures
        cells = emptied(
            told.with_columns(
                pl.lit(delivery.code).alias("delivery"),
                pl.lit(delivery.received_at, pl.Datetime("us", "UTC")).alias("received_at"),
                pl.lit(delivery.published_at, pl.Datetime("us", "UTC")).alias("published_at"),
            )
        )
        if cells.height:
            yield _Left(same[0], Part.Kind.ERASED_LIST, parts.write(cells, store.parts))


def _named(left: _Left) -> Part:
    """In the erasing transaction: the cells stand where the part stood, in its version and from its moment on."""
    of, written = left.of, left.written
    return Part.objects.create(
        name=written.name, kind=left.kind, delivery=of.delivery, version=of.version, country=of.country,
        source=of.source, rows=written.rows, size=written.size, committed_at=of.committed_at,
    )  # fmt: skip


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

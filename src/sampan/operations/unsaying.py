"""What the office still keeps of figures that left, once their owner has them destroyed: the cells, not the numbers.

A figure that left cannot be unsaid where it went, and its recipient's own copy is a matter of the agreement. But the
office neither keeps nor repeats it: not in the table of a release, nor in a message about a correction.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

import polars as pl
from django.db.models import QuerySet

from sampan.formats.writing import to_bytes
from sampan.store import entries
from sampan.store.models import Delivery, Outbox, ReleaseRecord

EMPTIED, CORRECTED = "release:emptied", "release:corrected"
LONGEST = timedelta(days=366)  # no cell covers more


class Span(NamedTuple):
    """First and last day that a destroyed delivery spoke of."""

    first: date
    last: date

    def meets(self, start: date) -> bool:
        """Whether a cell that begins on a day may hold some of it."""
        return self.first - LONGEST < start <= self.last


def unsay(delivery: Delivery, cells: Iterable[pl.DataFrame], now: datetime) -> None:
    """In the erasing transaction: empty what is kept of the releases and messages that this delivery's figures were in.

    `cells` (period_start, period_end) are those it spoke of. A cell of its source that may hold one of them is emptied,
    so of a release that rests on it now and then one more than it said; such a release ends with it anyway.
    """
    spoken = [one.select("period_start", "period_end") for one in cells if one.height]
    if not spoken:
        return
    days = pl.concat(spoken)
    span = Span(*days.select(pl.col("period_start").min(), pl.col("period_end").max()).row(0))
    for record in (
        ReleaseRecord.objects.select_for_update().filter(released_at__gte=delivery.received_at).order_by("pk")
    ):
        if delivery.code in record.deliveries:
            _table(record, delivery, span, now)
    since = Outbox.objects.filter(kind=CORRECTED, at__gte=delivery.received_at)
    _messages(since, delivery.source, span, now)


def _table(record: ReleaseRecord, delivery: Delivery, span: Span, now: datetime) -> None:
    """The table keeps its cells and statuses; that it was emptied is an entry, and its digest stays provable."""
    table = pl.read_parquet(io.BytesIO(bytes(record.table)))
    start = pl.col("period_start")
    gone = (pl.col("source") == delivery.source) & (start > span.first - LONGEST) & (start <= span.last)
    emptied = table.with_columns(pl.when(~gone.fill_null(value=False)).then(pl.col("value")).alias("value"))
    if emptied.equals(table):
        return
    record.table = to_bytes(emptied, "parquet")
    record.save(update_fields=["table"])
    parties = sorted({*filter(None, record.owners.split("|")), record.party})
    entries.append(EMPTIED, {"release": record.code}, parties, at=now, rows=[record])


def _messages(found: QuerySet[Outbox], source: str, span: Span, now: datetime) -> None:
    """The difference names its cells still; beside those that were destroyed stands the day, and no number."""
    for message in found.order_by("pk"):
        told: list[dict[str, Any]] = message.facts.get("difference", [])
        mine = [c for c in told if c["source"] == source and span.meets(date.fromisoformat(c["period_start"]))]
        for cell in mine:
            cell.update(value_before=None, value_after=None, erased_on=now.date().isoformat())
        if mine:
            message.save(update_fields=["facts"])

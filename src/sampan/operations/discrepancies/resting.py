"""What a case rests on: the deliveries behind the telling, and behind each snapshot of what both said.

Nothing of it is shown once one of them was taken back or closed again at its country's gate: at once, whether or not a
search has run since. What never came and what is gone look the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import polars as pl

from sampan.model.discrepancies import Thing
from sampan.model.sources import Source
from sampan.operations.discrepancies.figures import NAME, Known, Overlap
from sampan.operations.sharing.corrections import rests_on_gone
from sampan.store.figures import OPEN
from sampan.store.models import Delivery, DiscrepancyGround, DiscrepancyRecord

TELLING = -1  # the number of the telling alone; snapshots count from 0


def keep(case: DiscrepancyRecord, number: int, deliveries: Iterable[str]) -> None:
    """Note what the telling or a snapshot rests on, if that is not noted yet."""
    codes = sorted(set(deliveries))
    if not DiscrepancyGround.objects.filter(case=case, number=number, deliveries=codes).exists():
        DiscrepancyGround.objects.update_or_create(case=case, number=number, defaults={"deliveries": codes})


def behind(found: Known, overlap: Overlap, sources: Mapping[str, Source]) -> frozenset[str]:
    """Codes of the deliveries whose figures speak of the thing, of both sources."""
    return frozenset().union(*(_behind(found, overlap.thing, sources[name]) for name in overlap.sources))


def stands(case: DiscrepancyRecord) -> bool:
    """True if what is shown last, or the telling where nothing was shown yet, rests on standing deliveries."""
    return _stands(case, len(case.evidence) - 1)


def shown(case: DiscrepancyRecord) -> list[dict[str, Any]]:
    """The snapshots that still rest on standing deliveries, oldest first."""
    return [one for number, one in enumerate(case.evidence) if _stands(case, number)]


def _stands(case: DiscrepancyRecord, number: int) -> bool:
    ground = DiscrepancyGround.objects.filter(case=case, number=number).first()
    return ground is None or not rests_on_gone(ground.deliveries)


def _behind(found: Known, thing: Thing, source: Source) -> set[str]:
    """Of a list of cases, every standing delivery: a count made of them names but the newest."""
    if source.kind == "cases":
        standing = Delivery.objects.filter(source=source.id, gate=OPEN, ended_at=None)
        return set(standing.values_list("code", flat=True))
    days = [one.start for one in found.of(source.id, thing)]
    names = sorted({name for day in days for name in found.behind(source.id, thing, day)})
    rows = found.rows.filter(
        (pl.col("source") == source.id) & (pl.col("condition") == thing.condition)
        & (pl.col("measure") == thing.measure) & pl.col(NAME).is_in(names)
    )  # fmt: skip
    return set(rows.get_column("delivery").drop_nulls())

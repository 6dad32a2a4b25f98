"""Withdraw a delivery, at any hour, alone; and on demand destroy it so that only its having been is provable.

Figures for which no other delivery speaks get an explicit version `withdrawn`, so that the silence is told. What a
later delivery repeated stands again from that one, which is read again; a crash before that leaves it due (replaying).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import polars as pl
from django.db import transaction
from django.db.models import Model

from sampan.harmonise.versions import KEY, SAYS
from sampan.model.agreements import OFFICE
from sampan.model.errors import Refused, UserError
from sampan.model.observations import OBSERVATION
from sampan.operations import erasing, receiving
from sampan.operations.proving import witnessing
from sampan.operations.sharing import corrections
from sampan.store import entries, figures, parts
from sampan.store.figures import OPEN, Asked
from sampan.store.home import Store
from sampan.store.models import Delivery, Outbox, Part


def withdraw(
    store: Store, code: str, *, reason: str, actor: str | None, now: datetime, erase: bool = False
) -> dict[str, Any]:
    """Take a delivery back; with `erase`, destroy its original, its parts and its keys as well."""
    delivery = Delivery.objects.filter(code=code).first()
    theirs = actor.split("/")[0] if actor else ""
    sees = (
        theirs in ("", OFFICE) and delivery is not None and delivery.gate == OPEN
    )  # the office, of what a gate passed
    if delivery is None or (delivery.party != theirs and not sees):
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
    mark, before = witnessing.let_go("withdrawal", now), _said(store, delivery)
    if delivery.state in (Delivery.State.KEPT, Delivery.State.COMMITTED):
        _taken_back(store, delivery, reason, actor, now)
    destroyed = erasing.erase(store, delivery, reason, actor, now) if erase else 0
    # a crash here: the next command of anybody reads them again
    again = receiving.read_again(store, receiving.Act(actor, now, tells=False), source=delivery.source)
    gone = _no_longer(before, _said(store, delivery))
    delivery.refresh_from_db()
    told = corrections.tell_of_source(store, delivery.source, now)
    return {
        "delivery": code,
        "state": delivery.state,
        "figures": gone.figures.height,
        "cases": gone.cases.height,
        "figures_erased": destroyed,
        "read_again": [one.delivery for one in again],
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


@dataclass(frozen=True)
class _Said:
    """What a source says at a moment: its figures (KEY, SAYS, delivery) and its cases (case_key, content, delivery)."""

    code: str  # the delivery that is taken back
    figures: pl.DataFrame
    cases: pl.DataFrame


def _said(store: Store, delivery: Delivery) -> _Said:
    mine = Asked(sources=[delivery.source])
    told = figures.latest(store, mine).select(*KEY, *SAYS, "delivery")
    return _Said(delivery.code, told, figures.case_says(store, mine))


def _no_longer(before: _Said, after: _Said) -> _Said:
    """What stood by that delivery and is said by nobody now; of equal cases without a key as many as are missing."""
    mine = before.figures.filter(pl.col("delivery") == before.code)
    gone = mine.join(after.figures, on=KEY + SAYS, how="anti", nulls_equal=True)
    case = ["case_key", "content"]
    nth = pl.int_range(pl.len()).over(case).alias("_nth")
    cases = before.cases.with_columns(nth).join(
        after.cases.with_columns(nth), on=[*case, "_nth"], how="anti", nulls_equal=True
    )
    own = before.cases.filter(pl.col("delivery") == before.code).select(case).unique()
    return _Said(before.code, gone, cases.join(own, on=case, how="semi", nulls_equal=True))


def _taken_back(store: Store, delivery: Delivery, reason: str, actor: str, now: datetime) -> None:
    """A part of `withdrawn` versions lies ready first; one transaction ends the delivery and names it."""
    silent = _figures_nobody_else_gives(store, delivery, now)
    written = parts.write(silent, store.parts) if silent.height else None
    with transaction.atomic():
        locked = Delivery.objects.select_for_update().get(pk=delivery.pk)
        if locked.ended_at is not None:
            return
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
        _stands_alone(locked, actor, now)


def _stands_alone(gone: Delivery, actor: str, now: datetime) -> None:
    """The oldest re-delivery of the same bytes still stands: it is read in its own right, and the others repeat it.

    In the transaction that takes the first one back, and in an entry of its own: it outlives an erasure of the first.
    """
    same = list(Delivery.objects.select_for_update().filter(repeats=gone, ended_at=None).order_by("pk"))
    if not same:
        return
    heir, *others = sorted(same, key=lambda one: (one.gate != OPEN, one.pk))
    heir.repeats = None
    for other in others:
        other.repeats = heir
    for one in same:
        one.save(update_fields=["repeats"])
    body = {"delivery": heir.code, "repeated": gone.code, "actor": actor}
    entries.append("delivery:stands-alone", body, [heir.party], delivery=heir, at=now, rows=same)


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

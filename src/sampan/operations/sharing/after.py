"""After a release: openings, use notes, expiry, revocation, corrections, and what each owner sees of it all.

A release that has ended is never opened again, by anybody; what it said then stays provable in the log.
"""

from __future__ import annotations

import io
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl
from django.db import transaction

from sampan.model.errors import Refused, UserError
from sampan.operations.sharing.gates import party_of
from sampan.operations.sharing.releasing import Prepared, prepare, write_files
from sampan.sharing.vocabularies import words
from sampan.store import entries
from sampan.store.home import Store
from sampan.store.models import AgreementVersion, Opening, Outbox, ReleaseRecord, UseNote

CELL = ["source", "place", "period_start", "condition", "measure", "classification", "sex", "age_from", "age_to"]


def open_again(store: Store, code: str, post: str, out: Path, now: datetime) -> dict[str, str]:
    """The files of a release for its own recipient, recorded as an opening. Refused once it has ended."""
    record = _found(code, post)
    if record is None or record.recipient != post:
        raise _nothing(code)
    _still_open(record, now)
    with transaction.atomic():
        opening = Opening.objects.create(release=record, post=post, at=now)
        body = {"release": code, "post": post}
        entries.append("release:opened", body, [*_owners(record), record.party], at=now, rows=[opening])
    return write_files(record, out)


def note_use(
    store: Store, code: str, post: str, used_in: str, now: datetime, *, thanks: str = "", benefit: str = ""
) -> None:
    """ "Used in ..., thanks to ...": told to every owner."""
    record = _found(code, post)
    if record is None:
        raise _nothing(code)
    if benefit and benefit not in words("benefit"):
        raise UserError(f"{benefit!r} is not a benefit", do=f"choose one of: {', '.join(words('benefit'))}")
    with transaction.atomic():
        note = UseNote.objects.create(
            release=record, post=post, used_in=used_in, thanks=thanks, benefit=benefit, at=now
        )
        body = {"release": code, "post": post, "used_in": used_in, "thanks": thanks, "benefit": benefit}
        _tell(_owners(record), "release:used", body, now)
        entries.append("release:used", body, [*_owners(record), record.party], at=now, rows=[note])


def revoke(store: Store, code: str, post: str, reason: str, now: datetime) -> ReleaseRecord:
    """An owner ends a release at once: it opens no more, and the recipient is told to destroy its copy."""
    record = ReleaseRecord.objects.filter(code=code).first()
    if record is None or party_of(post) not in _owners(record):
        raise _nothing(code)
    with transaction.atomic():
        record = ReleaseRecord.objects.select_for_update().get(pk=record.pk)
        if record.ended_at is None:
            _end(record, "revoked", {"reason": reason, "by": post}, now)
    return record


def tell_of(store: Store, delivery: str, now: datetime) -> int:
    """A delivery was withdrawn or corrected: tell every recipient of a release built on its source; how many."""
    affected = [r for r in _live(now) if delivery in r.deliveries]
    return sum(_corrected(store, record, now) for record in affected)


def tell_of_source(store: Store, source: str, now: datetime) -> int:
    """A source delivered anew: tell every recipient of a live release whose table would now differ; how many."""
    affected = [r for r in _live(now) if any(part["source"] == source for part in r.manifest.get("parts", ()))]
    return sum(_corrected(store, record, now) for record in affected)


def abroad(party: str, now: datetime) -> list[dict[str, Any]]:
    """For an owner: what left, under which clause, who opened it, what came of it."""
    found = ReleaseRecord.objects.filter(owners__contains=f"|{party}|").order_by("-pk")
    return [
        {
            "release": one.code,
            "recipient": one.recipient,
            "purpose": one.manifest["request"]["purpose"],
            "clauses": one.manifest["clauses"],
            "released_at": one.released_at.isoformat(),
            "expires_at": one.expires_at and one.expires_at.isoformat(),
            "state": state_of(one, now),
            "told": one.manifest["told"],
            "openings": [{"post": o.post, "at": o.at.isoformat()} for o in one.openings.order_by("at", "pk")],
            "uses": [
                {"post": u.post, "used_in": u.used_in, "thanks": u.thanks, "benefit": u.benefit, "at": u.at.isoformat()}
                for u in one.uses.order_by("at", "pk")
            ],
            "benefits_owed": _owed(one),
        }
        for one in found
    ]


def received(post: str, now: datetime) -> list[dict[str, Any]]:
    """For a recipient: its own releases and whether they may still be used."""
    found = ReleaseRecord.objects.filter(recipient=post).order_by("-pk")
    return [
        {
            "release": one.code,
            "purpose": one.manifest["request"]["purpose"],
            "released_at": one.released_at.isoformat(),
            "expires_at": one.expires_at and one.expires_at.isoformat(),
            "state": state_of(one, now),
        }
        for one in found
    ]


def state_of(record: ReleaseRecord, now: datetime) -> str:
    """open, expired, revoked, withdrawn, or suspended with the agreement it stands on."""
    if record.ended_at is not None:
        return record.ended_why
    if record.expires_at is not None and now >= record.expires_at:
        return "expired"
    named = [code for code in record.agreements.strip("|").split("|") if code]
    states = {
        code: AgreementVersion.objects.filter(code=code, state="in-force").exists()
        for code in named
        if any(rule.split("/")[0] == code for rule in record.manifest["clauses"])
    }
    return "open" if all(states.values()) else "suspended"


def _corrected(store: Store, record: ReleaseRecord, now: datetime) -> int:
    """Tell one release's recipient, with the difference as its clause allows; 0 when nothing it holds changed.

    Under a scheduled clause only that a correction is coming is told; the new figures go with the next release.
    """
    made = prepare(store, record.request.text, record.request.name, now)
    before = pl.read_parquet(io.BytesIO(bytes(record.table)))
    changed = _difference(before, made)
    if changed.height == 0:
        return 0
    immediate = record.manifest.get("corrections") == "immediate" and bool(made.decision.goes)
    facts: dict[str, Any] = {"release": record.code, "corrections": "immediate" if immediate else "scheduled"}
    if immediate:
        facts["difference"] = changed.with_columns(pl.col("period_start").cast(pl.String)).to_dicts()
    with transaction.atomic():
        Outbox.objects.create(
            to_party=record.party, to_post=record.recipient, kind="release:corrected", facts=facts, at=now
        )
        _tell(_owners(record), "release:corrected", {"release": record.code, "told": record.recipient}, now)
        body = {"release": record.code, "told": record.recipient, "immediate": immediate, "cells": changed.height}
        entries.append("release:corrected", body, [*_owners(record), record.party], at=now)
    return 1


def _difference(before: pl.DataFrame, made: Prepared) -> pl.DataFrame:
    """Cells whose figure or silence changed: CELL, value_before, value_after."""
    columns = [*CELL, "value", "status"]
    both = before.select(columns).join(
        made.table.select(columns), on=CELL, how="full", coalesce=True, nulls_equal=True, suffix="_after"
    )
    changed = both.filter(
        pl.col("value").ne_missing(pl.col("value_after")) | pl.col("status").ne_missing(pl.col("status_after"))
    )
    return changed.select(*CELL, pl.col("value").alias("value_before"), "value_after").sort(CELL, nulls_last=True)


def _live(now: datetime) -> list[ReleaseRecord]:
    return [r for r in ReleaseRecord.objects.filter(ended_at=None).order_by("pk") if state_of(r, now) == "open"]


def _end(record: ReleaseRecord, why: str, facts: dict[str, Any], now: datetime) -> None:
    record.ended_at, record.ended_why = now, why
    record.save(update_fields=["ended_at", "ended_why"])
    body = {"release": record.code, "why": why, **facts}
    Outbox.objects.create(to_party=record.party, to_post=record.recipient, kind="release:ended", facts=body, at=now)
    entries.append("release:ended", body, [*_owners(record), record.party], at=now, rows=[record])


def _still_open(record: ReleaseRecord, now: datetime) -> None:
    state = state_of(record, now)
    if state != "open":
        raise Refused(
            f"release {record.code} is {state} and opens no more",
            rule=f"release-{state}",
            kept="what it said then stays provable in the log",
            do="ask again with `sampan release`, if an agreement in force still allows it",
        )


def _found(code: str, post: str) -> ReleaseRecord | None:
    """The release if the post's own party received it."""
    record = ReleaseRecord.objects.filter(code=code).first()
    return record if record is not None and record.party == party_of(post) else None


def _nothing(code: str) -> UserError:
    """One answer for a release that is not there and for one that is somebody else's."""
    return UserError(f"there is no release {code!r} for this post", kept="nothing was changed")


def _owners(record: ReleaseRecord) -> list[str]:
    return [party for party in record.owners.strip("|").split("|") if party]


def _owed(record: ReleaseRecord) -> list[str]:
    returned = set(record.uses.exclude(benefit="").values_list("benefit", flat=True))
    return [benefit for benefit in record.manifest.get("benefits", ()) if benefit not in returned]


def _tell(parties: list[str], kind: str, facts: dict[str, Any], now: datetime) -> None:
    for party in parties:
        Outbox.objects.create(to_party=party, kind=kind, facts=facts, at=now)

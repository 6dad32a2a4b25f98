"""A source's crosswalk with what its owner has settled since; every version has a digest of its lines.

A line may be proposed by anybody who works on the source; it counts as the owner's once the owner approves it, and
until then figures that went through it say so.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import astuple, replace
from datetime import datetime
from functools import lru_cache
from typing import Any

import polars as pl
from django.db import transaction

from sampan.model.errors import Refused, UserError
from sampan.model.sources import CrosswalkLine, Source
from sampan.operations import homes, remembering
from sampan.store import entries, figures
from sampan.store.figures import Asked
from sampan.store.home import Store
from sampan.store.models import CrosswalkEntry, Outbox

MATCHES = ("exact", "broader", "narrower", "related")
RAW = {"place": "place_raw", "condition": "condition_raw"}  # fields whose words stand beside every figure
UNAPPROVED = "unapproved"  # among the kinds of match: the share that waits for the owner
BY_NAME = "by-name"  # read by the office's own lists of names, without a line


def with_settled(source: Source) -> Source:
    """The source with its settled lines after the bundled ones, so that the owner's latest word wins."""
    lines = [
        CrosswalkLine(
            entry.field, entry.term, entry.value, entry.match, entry.author, entry.approved_by,  # type: ignore[arg-type]  # match is one of four words
            entry.approved_at.date().isoformat() if entry.approved_at else "", entry.note,
        )
        for entry in CrosswalkEntry.objects.filter(source=source.id, replaced_at=None).order_by("pk")
    ]  # fmt: skip
    return replace(source, crosswalk=(*source.crosswalk, *lines)) if lines else source


def version(source: Source) -> str:
    """12 hex digits that name this state of the crosswalk."""
    text = "\x1e".join("\x1f".join(map(str, astuple(line))) for line in source.crosswalk)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def listed(source: Source) -> list[dict[str, Any]]:
    """Every line that stands, those that wait for the owner first; `line` names those said later."""
    settled = [
        {"line": entry.pk, "field": entry.field, "term": entry.term, "value": entry.value, "match": entry.match,
         "author": entry.author, "on": entry.proposed_at.date().isoformat(), "approved_by": entry.approved_by,
         "approved_on": entry.approved_at.date().isoformat() if entry.approved_at else ""}
        for entry in CrosswalkEntry.objects.filter(source=source.id, replaced_at=None).order_by("pk")
    ]  # fmt: skip
    later = {(one["field"], one["term"]) for one in settled}
    bundled = [
        {"line": None, "field": line.field, "term": line.term, "value": line.value, "match": line.match,
         "author": line.author, "on": line.approved_on, "approved_by": line.approved_by,
         "approved_on": line.approved_on}
        for line in source.crosswalk if (line.field, line.term) not in later
    ]  # fmt: skip
    return sorted([*settled, *bundled], key=lambda one: (bool(one["approved_by"]), one["field"], one["term"]))


def shares(store: Store, source: Source) -> dict[str, dict[str, float]]:
    """Field -> kind of match -> share of the source's counts read through it, 0 to 1; `unapproved` beside."""
    latest = figures.latest(store, Asked(sources=[source.id], measures=["cases"])).filter(pl.col("value").is_not_null())
    lines = {(one["field"], one["term"]): one for one in listed(source)}
    total = int(latest["value"].sum() or 0)
    found: dict[str, dict[str, float]] = {}
    for field, column in RAW.items() if total else ():
        kinds: dict[str, float] = {}
        for term, count in latest.group_by(column).agg(pl.col("value").sum()).iter_rows():
            line = lines.get((field, term))
            kind = line["match"] if line else BY_NAME
            kinds[kind] = kinds.get(kind, 0.0) + count / total
            if line and not line["approved_by"]:
                kinds[UNAPPROVED] = kinds.get(UNAPPROVED, 0.0) + count / total
        found[field] = kinds
    return found


def unapproved(store: Store, sources: Iterable[Source]) -> dict[str, float]:
    """Source id -> share of its counts read through lines that its owner has not approved; only where there are any."""
    found = {}
    for source in sources:
        lines = [one for one in listed(source) if one["field"] in RAW and not one["approved_by"]]
        if lines:
            found[source.id] = _unapproved(store, source.id, remembering.state(store, [source.id]), repr(lines))
    return {name: share for name, share in found.items() if share}


def waiting(frame: pl.DataFrame, sources: Iterable[Source], named: str) -> pl.DataFrame:
    """The figures with a column `named`: true where one was read through a line its owner has not approved."""
    found = pl.lit(False)
    for source in sources:
        for field, column in RAW.items():
            lines = [one for one in listed(source) if one["field"] == field and not one["approved_by"]]
            terms = [one["term"] for one in lines]
            found |= (pl.col("source") == source.id) & pl.col(column).is_in(terms).fill_null(value=False)
    return frame.with_columns(found.alias(named))


@lru_cache(maxsize=256)
def _unapproved(store: Store, name: str, _state: str, _lines: str) -> float:
    """Worked out once for each state of the source and of the lines."""
    kinds = shares(store, homes.source(store, name)).values()
    return max((one.get(UNAPPROVED, 0.0) for one in kinds), default=0.0)


def propose(source: Source, line: CrosswalkLine, actor: str, now: datetime) -> CrosswalkEntry:
    """A line that waits for its owner's approval; of the owner itself it is approved at once."""
    if line.match not in MATCHES or not line.term.strip() or not line.value.strip():
        raise UserError("a line needs a term, our word and a kind of match", kept="nothing was changed")
    owners = actor.split("/", maxsplit=1)[0] == source.owner
    with transaction.atomic():
        standing = CrosswalkEntry.objects.filter(source=source.id, field=line.field, term=line.term, replaced_at=None)
        replaced = list(standing)
        if any(one.approved_by for one in replaced) and not owners:
            raise Refused("the owner has said what this term means", rule="own-words", kept="nothing was changed")
        standing.update(replaced_at=now)
        made = CrosswalkEntry.objects.create(
            source=source.id, field=line.field, term=line.term, value=line.value, match=line.match, author=actor,
            proposed_at=now, approved_by=actor if owners else "", approved_at=now if owners else None, note=line.note,
        )  # fmt: skip
        facts = {"line": made.pk, "source": source.id, "field": line.field, "match": line.match, "by": actor}
        if not owners:
            Outbox.objects.create(to_party=source.owner, kind="crosswalk:proposed", facts=facts, at=now)
        entries.append("crosswalk:proposed", facts, [source.owner], at=now, rows=[*replaced, made])
    return made


def approve(sources: dict[str, Source], keys: Sequence[int], actor: str, now: datetime) -> int:
    """The owner's word on lines that wait. Refused alike for lines of others and lines that are not there."""
    party = actor.split("/", maxsplit=1)[0]
    mine = [name for name, source in sources.items() if source.owner == party]
    with transaction.atomic():
        found = list(CrosswalkEntry.objects.filter(pk__in=keys, source__in=mine, approved_by="", replaced_at=None))
        if len(found) != len(set(keys)):
            raise Refused("there is no such line that waits for you", rule="own-words", kept="nothing was changed")
        for line in found:
            line.approved_by, line.approved_at = actor, now
            line.save(update_fields=["approved_by", "approved_at"])
        facts = {"lines": [line.pk for line in found], "by": actor}
        entries.append("crosswalk:approved", facts, [party], at=now, rows=found)
    return len(found)

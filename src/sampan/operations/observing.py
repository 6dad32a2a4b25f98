"""What a home knows: figures as of a moment, what changed between two, findings with their cells, deliveries."""

from __future__ import annotations

from typing import Any

import polars as pl

from sampan.checks.rule import checks
from sampan.harmonise.versions import KEY
from sampan.model.errors import UserError
from sampan.store import figures, parts
from sampan.store.figures import Asked
from sampan.store.home import Store
from sampan.store.models import Delivery, FindingRecord, Part


def observations(store: Store, asked: Asked) -> pl.DataFrame:
    """Latest figures as known at the asked moment (schema OBSERVATION)."""
    return figures.latest(store, asked)


def changes(before: pl.DataFrame, after: pl.DataFrame) -> pl.DataFrame:
    """Figures added, changed or removed between two moments: the series key, value_before, value_after, change."""
    old, new = (frame.select([*KEY, "value", "status"]) for frame in (before, after))
    both = old.join(new, on=KEY, how="full", coalesce=True, nulls_equal=True, suffix="_after")
    change = (
        pl.when(pl.col("status").is_null()).then(pl.lit("added"))
        .when(pl.col("status_after").is_null()).then(pl.lit("removed"))
        .otherwise(pl.lit("changed"))
    )  # fmt: skip
    told = both.filter(
        pl.col("status").is_null() | pl.col("status_after").is_null()
        | pl.col("value").ne_missing(pl.col("value_after"))
        | pl.col("status").ne_missing(pl.col("status_after"))
    )  # fmt: skip
    return (
        told.with_columns(change.alias("change")).rename({"value": "value_before", "status": "status_before"}).sort(KEY)
    )


def cases(store: Store, asked: Asked) -> pl.DataFrame:
    """Cases as known at the asked moment (schema CASE); for their owner alone."""
    return figures.latest_cases(store, asked)


def findings(
    store: Store, *, source: str | None = None, delivery: str | None = None, every: bool = False
) -> list[dict[str, Any]]:
    """Findings with their words, those with the greatest share of cases first."""
    found = FindingRecord.objects.select_related("delivery").order_by("-share", "-count", "code")
    if not every:
        found = found.filter(state=FindingRecord.State.OPEN, delivery__ended_at=None)
    if source:
        found = found.filter(source=source)
    if delivery:
        found = found.filter(delivery__code=delivery)
    return [_told(one) for one in found]


def finding(store: Store, code: str) -> dict[str, Any]:
    """One finding with its words. UserError if there is none of that name."""
    one = FindingRecord.objects.select_related("delivery").filter(code=code).first()
    if one is None:
        raise UserError(f"no finding is called {code!r}", do="`sampan findings` lists those that are open")
    return _told(one)


def cells(store: Store, code: str) -> pl.DataFrame:
    """Where a finding's cells stand: sheet, row, column."""
    finding = FindingRecord.objects.select_related("delivery").get(code=code)
    wanted = finding.delivery.parts.filter(kind=Part.Kind.CELLS, version=finding.version, erased_at=None)
    tables = [parts.read(store.parts, part.name) for part in wanted]
    if not tables:
        return pl.DataFrame(schema={"sheet": pl.String, "row": pl.UInt32, "column": pl.String})
    every = pl.concat(tables).filter(pl.col("finding") == finding.key)
    return every.select("sheet", "row", "column").sort("sheet", "row", "column")


def before_anything(store: Store, asked: Asked) -> str | None:
    """A sentence, if the asked moment lies before the first delivery this home has of what is asked; else None."""
    if asked.at is None:
        return None
    found = Delivery.objects.order_by("received_at")
    found = found.filter(source__in=list(asked.sources)) if asked.sources else found
    found = found.filter(country__in=list(asked.countries)) if asked.countries else found
    clocks = [one.published_at if asked.clock == "published" and one.published_at else one.received_at for one in found]
    if clocks and min(clocks) <= asked.at:
        return None
    if not clocks:
        return "Nothing of what is asked was ever delivered."
    said = "was published" if asked.clock == "published" else "came here"
    return f"Nothing was known on {asked.at:%Y-%m-%d}: the first of it {said} on {min(clocks):%Y-%m-%d %H:%M} UTC."


def deliveries(store: Store, *, source: str | None = None) -> list[dict[str, Any]]:
    """Deliveries, newest first."""
    found = Delivery.objects.order_by("-pk")
    if source:
        found = found.filter(source=source)
    return [
        {
            "delivery": one.code, "source": one.source, "party": one.party, "state": one.state, "gate": one.gate,
            "received_at": one.received_at.isoformat(),
            "published_at": one.published_at and one.published_at.isoformat(),
            "filename": one.filename, "size": one.size, "digest": one.digest, **one.balance,
        }
        for one in found
    ]  # fmt: skip


def _told(one: FindingRecord) -> dict[str, Any]:
    check = checks().get(one.rule)
    return {
        "finding": one.code, "rule": one.rule, "severity": one.severity, "state": one.state, "source": one.source,
        "delivery": one.delivery.code, "owner": one.owner, "column": one.column, "term": one.term, "count": one.count,
        "cases": one.cases, "share": one.share, "facts": one.facts, "reasons": one.reasons, "answer": one.answer,
        "title": check.title if check else one.rule, "explanation": check.explanation if check else "",
        "remedy": check.remedy if check else "",
    }  # fmt: skip

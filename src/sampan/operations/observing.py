"""What a home knows: figures as of a moment, what changed between two, findings with their cells, deliveries."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

import polars as pl
from django.db.models import Max, Q

from sampan.checks.rule import checks
from sampan.checks.saying import about, good_reasons, say
from sampan.harmonise.versions import KEY
from sampan.model.errors import UserError
from sampan.model.findings import CELLS_SCHEMA
from sampan.operations import questions
from sampan.store import figures, parts
from sampan.store.figures import OPEN, Asked
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
    store: Store, *, source: str | None = None, delivery: str | None = None, every: bool = False, party: str = "",
    owner: str = "",
) -> list[dict[str, Any]]:  # fmt: skip
    """Findings with their words, those with the greatest share of cases first.

    Those of a delivery behind the first gate, or taken back, are shown to its own `party` alone.

    The same question of several deliveries is one line, the oldest; its numbers are those of all increments, or of the
    newest delivery where that replaces the earlier ones; its share is the newest delivery's.
    With `every`, each finding ever made is a line of its own; `owner`: of sources of which that party had findings.
    """
    seen = Q(delivery__gate=OPEN, delivery__ended_at=None) | Q(delivery__party=party)
    found = FindingRecord.objects.filter(seen).select_related("delivery").order_by("-share", "-count", "pk")
    if not every:
        found = found.filter(state=FindingRecord.State.OPEN, delivery__ended_at=None)
    if source:
        found = found.filter(source=source)
    if owner:  # by source, as findings of one source are joined whoever owned it then
        found = found.filter(source__in=FindingRecord.objects.filter(owner=owner).values("source").distinct())
    if every:
        return [_told(one) for one in found if delivery in (None, one.delivery.code)]
    groups = [(standing.pk, _joined(standing, asking)) for standing, asking in questions.joined(found)]
    wanted = [(key, one) for key, one in groups if delivery is None or delivery in one["deliveries"]]
    ordered = sorted(wanted, key=lambda keyed: (-keyed[1]["share"], -keyed[1]["count"], keyed[0]))
    return [one for _, one in ordered]


def _joined(standing: FindingRecord, asking: list[FindingRecord]) -> dict[str, Any]:
    newest = asking[-1]
    # an increment adds to what came before it; of the other modes the newest delivery stands for the earlier ones
    added = [one for one in asking if one.delivery.mode == "increment" and one.delivery.repeats_id is None]
    counted = added if added and newest in added else [newest]
    numbers = {
        "count": sum(one.count for one in counted),
        "cases": sum(one.cases for one in counted),
        "share": newest.share,
    }
    return _told(standing) | numbers | {"deliveries": [one.delivery.code for one in asking]}


def finding(store: Store, code: str, *, party: str = "", own: bool = False) -> dict[str, Any]:
    """One finding with its words; of a code from before its delivery was read again, the one that asks the same now.

    UserError if there is none of that name that this party may see.
    """
    one = FindingRecord.objects.select_related("delivery").filter(code=code).first()
    if one is None or not may_see(one.delivery, party) or (own and one.delivery.party != party):
        raise UserError(f"no finding is called {code!r}", do="`sampan findings` lists those that are open")
    now = questions.today(one)
    return _told(now if may_see(now.delivery, party) and now.owner == one.owner else one)


def may_see(delivery: Delivery, party: str) -> bool:
    """What stands behind the first gate, or was taken back, is there for its sender's party alone."""
    return (delivery.gate == OPEN and delivery.ended_at is None) or delivery.party == party


def cells(store: Store, code: str) -> pl.DataFrame:
    """Where a finding's cells stand: sheet, row, column and, where it is known, the address in a spreadsheet."""
    finding = FindingRecord.objects.select_related("delivery").get(code=code)
    wanted = finding.delivery.parts.filter(kind=Part.Kind.CELLS, version=finding.version, erased_at=None)
    tables = [parts.read(store.parts, part.name) for part in wanted]
    if not tables:
        return pl.DataFrame(schema=CELLS_SCHEMA | {"cell": pl.String})
    every = pl.concat(tables, how="diagonal").filter(pl.col("finding") == finding.key)
    if "letter" not in every.columns:  # parts of before letters were kept
        every = every.with_columns(pl.lit(None, dtype=pl.String).alias("letter"))
    every = every.with_columns(pl.concat_str(pl.col("letter").cast(pl.String), "row").alias("cell"))
    return every.select(*CELLS_SCHEMA, "cell").unique().sort("sheet", "row", "column")


def before_anything(store: Store, asked: Asked) -> str | None:
    """A sentence, if the asked moment lies before the first delivery this home has of what is asked; else None."""
    if asked.at is None:
        return None
    found = Delivery.objects.filter(gate=OPEN).order_by("received_at")
    found = found.filter(source__in=list(asked.sources)) if asked.sources else found
    found = found.filter(country__in=list(asked.countries)) if asked.countries else found
    clocks = [one.published_at if asked.clock == "published" and one.published_at else one.received_at for one in found]
    if clocks and min(clocks) <= asked.at:
        return None
    if not clocks:
        return "Nothing of what is asked was ever delivered."
    said = "was published" if asked.clock == "published" else "came here"
    return f"Nothing was known on {asked.at:%Y-%m-%d}: the first of it {said} on {min(clocks):%Y-%m-%d %H:%M} UTC."


def deliveries(store: Store, *, source: str | None = None, party: str = "", own: bool = False) -> list[dict[str, Any]]:
    """Deliveries, newest first; those behind the first gate are shown to their own `party` alone. `own`: no others.

    That one was, and was taken back, stays told; its counts are its own party's.
    """
    found = Delivery.objects.filter(Q(party=party) if own else Q(gate=OPEN) | Q(party=party)).order_by("-pk")
    if source:
        found = found.filter(source=source)
    return [
        {
            "delivery": one.code, "source": one.source, "party": one.party, "state": one.state, "gate": one.gate,
            "received_at": one.received_at.isoformat(),
            "published_at": one.published_at and one.published_at.isoformat(),
            "filename": one.filename, "size": one.size, "digest": one.digest,
            "waits": one.gate_reason if one.party == party and one.gate != OPEN else "", **_counts(one, party),
        }
        for one in found
    ]  # fmt: skip


def delivered(*, party: str = "") -> frozenset[str]:
    """Ids of the sources of those deliveries."""
    return frozenset(Delivery.objects.filter(Q(gate=OPEN) | Q(party=party)).values_list("source", flat=True).distinct())


def newest(sources: Collection[str] = ()) -> datetime | None:
    """When the last delivery of some or all sources came, of those past the first gate."""
    found = Delivery.objects.filter(gate=OPEN)
    found = found.filter(source__in=sources) if sources else found
    last: datetime | None = found.aggregate(last=Max("received_at"))["last"]
    return last


def _counts(one: Delivery, party: str) -> dict[str, int]:
    return one.balance if one.ended_at is None or one.party == party else {}


def in_language(one: dict[str, Any], language: str) -> dict[str, Any]:
    """The finding with its words in a language; `words_in` says which they are in, English where there are none."""
    said = say(one["rule"], language)
    words = {"title": said.title, "explanation": said.explanation, "remedy": said.remedy}
    spoken = {
        "words_in": said.language,
        "about": about(one["rule"], one["term"], language),
        "good_reasons": good_reasons(one["rule"], one["reasons"], language),
    }
    return one | words | spoken


def _told(one: FindingRecord) -> dict[str, Any]:
    check = checks().get(one.rule)
    facts = {name: fact for name, fact in one.facts.items() if name != questions.ABOUT}
    return {
        "finding": one.code, "rule": one.rule, "severity": one.severity, "state": one.state, "source": one.source,
        "delivery": one.delivery.code, "owner": one.owner, "column": one.column, "term": one.term, "count": one.count,
        "cases": one.cases, "share": one.share, "facts": facts, "reasons": one.reasons, "answer": one.answer,
        "title": check.title if check else one.rule, "explanation": check.explanation if check else "",
        "remedy": check.remedy if check else "", "deliveries": [one.delivery.code],
        "good_reasons": good_reasons(one.rule, one.reasons), "about": about(one.rule, one.term),
        "answers": questions.answers(one) if one.state == FindingRecord.State.OPEN else [],
    }  # fmt: skip

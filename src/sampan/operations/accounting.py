"""How each source counts, as one post may know it: coverage, definition, timeliness and completeness.

Of the own sources everything. Of another's only what came with a release to this very post: how its figures compare
with the own ones and why, and how complete they are where its clause tells of sites; when they came in is its owner's.
Of openly published sources that were received here, what they declare.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import polars as pl

from sampan.insight.comparability import Verdict, verdict
from sampan.model.practices import Practice
from sampan.model.sources import Source
from sampan.operations import belonging, bordering, crosswalks, expecting, homes, observing, practices
from sampan.operations.expecting import Due
from sampan.operations.sharing.ruling import Desk
from sampan.store import figures
from sampan.store.figures import Asked
from sampan.store.home import Store

OWN, RELEASED, PUBLISHED = "own", "released", "published"


@dataclass(frozen=True)
class Quality:
    """The last periods of one source. A part and its whole; None where nothing was due, or nobody told of it."""

    first: date | None = None
    last: date | None = None
    told: tuple[int, int] | None = None  # (units told, units due), counted over all periods
    in_time: tuple[int, int] | None = None  # (told until their day, those whose day is over)
    sites: tuple[int, int] | None = None  # (sites that reported, sites expected)


@dataclass(frozen=True)
class Beside:
    """How a released figure stands beside one of the own sources, for one condition."""

    own: str
    condition: str
    verdict: Verdict


@dataclass(frozen=True)
class Account:
    """One source as the post may know it; `layer` says by which way."""

    source: Source
    layer: str
    conditions: tuple[str, ...]
    practices: tuple[Practice, ...]  # one for each condition, in their order; empty where the way does not tell them
    units: int | None  # that report
    quality: Quality
    beside: tuple[Beside, ...] = ()
    unapproved: float = 0.0  # share of the counts read through lines their owner has not approved

    def as_dict(self) -> dict[str, Any]:
        """For --json and the API."""
        one, quality = self.source, asdict(self.quality)
        return {
            "source": one.id, "title": one.title, "owner": one.owner, "country": one.country, "kind": one.kind,
            "layer": self.layer, "practice": one.practice, "notes": one.notes, "every": one.expects.every or "",
            "due_days": one.expects.due_days if one.expects.every else None,
            "calendar": str(one.words.calendar), "conditions": list(self.conditions), "units": self.units,
            "practices": [_plain(found) for found in self.practices],
            "first": quality["first"], "last": quality["last"],
            **{name: list(quality[name]) if quality[name] else None for name in ("told", "in_time", "sites")},
            "beside": [
                {"own": b.own, "condition": b.condition, "verdict": b.verdict.word,
                 "why": [*b.verdict.reasons, *b.verdict.caveats]}
                for b in self.beside
            ],
            "unapproved": round(self.unapproved, 4),
        }  # fmt: skip


def accounts(store: Store, desk: Desk, now: datetime) -> list[Account]:
    """Own sources first, then those of which something was released to the post, then openly published ones."""
    today = now.date()
    own = [one for one in belonging.sources(store, desk.party).values() if not one.form_of]
    found = [_own(store, one, today) for one in own]
    found += _released(store, desk, own, now)
    here = {one["source"] for one in observing.deliveries(store)}
    published = [one for name, one in homes.sources(store).items() if one.published and name in here]
    return found + [_published(one, today) for one in published]


def _own(store: Store, source: Source, today: date) -> Account:
    conditions = source.expects.conditions
    unapproved = crosswalks.unapproved(store, [source]).get(source.id, 0.0)
    units = len(expecting.units(source, "", today)) if source.country in _countries(source) else None
    quality = _quality(store, source, today)
    return Account(source, OWN, conditions, _practices(source, conditions, today), units, quality, (), unapproved)


def _countries(source: Source) -> Iterable[str]:
    return expecting.registry(*source.gazetteer).countries()


def _practices(source: Source, conditions: Sequence[str], on: date) -> tuple[Practice, ...]:
    return tuple(practices.of(source, condition, on) for condition in conditions)


def _quality(store: Store, source: Source, today: date) -> Quality:
    """Of the last periods whose day is over: units that told, units that told in time, sites that reported."""
    over = [one for one in expecting.due(store, [source], "", today) if one.until < today]
    if not over:
        return Quality()
    first, last = min(one.start for one in over), max(one.end for one in over)
    both = [source.id, *([f"{source.id}-form"] if source.form else [])]
    asked = Asked(sources=both, from_date=first, to_date=last)
    units = sum(len(one.told) + len(one.missing) for one in over)
    told = (sum(len(one.told) for one in over), units) if units else None
    in_time = _in_time(over, figures.history(store, asked))
    return Quality(first, last, told, in_time, _sites(figures.latest(store, asked)))


def _in_time(over: Sequence[Due], versions: pl.DataFrame) -> tuple[int, int] | None:
    """Units and periods whose first figure came before their due day was over, of all."""
    came = {
        (unit, start): at
        for unit, start, at in versions.group_by("unit", "period_start").agg(pl.col("received_at").min()).iter_rows()
    }
    slots = [(one, unit.id) for one in over for unit in (*one.told, *one.missing)]
    in_time = sum(
        (unit, one.start) in came
        and came[unit, one.start] < datetime.combine(one.until + timedelta(days=1), time(), UTC)
        for one, unit in slots
    )
    return (in_time, len(slots)) if slots else None


def _sites(frame: pl.DataFrame) -> tuple[int, int] | None:
    """Sites of units and periods that told both how many reported and how many should."""
    if "measure" not in frame.columns:
        return None
    key = ["unit" if "unit" in frame.columns else "place", "period_start"]
    told = [
        frame.filter((pl.col("measure") == measure) & pl.col("value").is_not_null())
        .group_by(key)
        .agg(pl.col("value").max())
        for measure in ("sites_reporting", "sites_expected")
    ]
    both = told[0].join(told[1], on=key, suffix="_expected")
    return (int(both["value"].sum()), int(both["value_expected"].sum())) if both.height else None


def _released(store: Store, desk: Desk, own: Sequence[Source], now: datetime) -> list[Account]:
    """Sources of which open releases tell this post, in the order in which the newest of them came."""
    known = homes.sources(store)
    heard: dict[str, list[pl.DataFrame]] = {}
    for one in bordering.released(desk.post, now):
        for name in one.frame["source"].drop_nulls().unique().sort() if "source" in one.frame.columns else ():
            if name in known and known[name].owner != desk.party:
                heard.setdefault(name, []).append(one.frame.filter(pl.col("source") == name))
    return [_heard(known[name], frames, own, now.date()) for name, frames in heard.items()]


def _heard(source: Source, frames: list[pl.DataFrame], own: Sequence[Source], today: date) -> Account:
    """What releases tell of a source: the newest word on each cell."""
    table = pl.concat(frames, how="diagonal_relaxed")
    table = table.unique(["place", "period_start", "condition", "measure"], keep="first", maintain_order=True)
    conditions = tuple(sorted(table["condition"].drop_nulls().unique()))
    first, last = table.select(pl.col("period_start").min(), pl.col("period_end").max()).row(0)
    quality = Quality(first, last, sites=_sites(table))
    units = table["place"].n_unique()
    beside = tuple(
        Beside(mine.title, condition, _verdict(mine, source, condition, today))
        for mine in own
        for condition in conditions
        if not mine.expects.conditions or condition in mine.expects.conditions
    )
    return Account(source, RELEASED, conditions, (), units, quality, beside)


def _verdict(mine: Source, other: Source, condition: str, on: date) -> Verdict:
    return verdict(practices.of(mine, condition, on), practices.of(other, condition, on))


def _published(source: Source, today: date) -> Account:
    conditions = source.expects.conditions
    return Account(source, PUBLISHED, conditions, _practices(source, conditions, today), None, Quality())


def _plain(found: Practice) -> dict[str, Any]:
    ends = found.ends.isoformat() if found.ends else None
    return {**asdict(found), "begins": found.begins.isoformat() if found.begins != date.min else None, "ends": ends}

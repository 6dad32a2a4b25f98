"""May two owners' figures be laid side by side, and which of them? Default deny.

    released   each side has released its figure to the other: what was told then is compared
    terms      both owners' deposit terms let the office compare; small figures stay out
    consent    both owners said yes to this case, and the posts their ladders name have passed it

What is shown under terms or consent is noted in the ledger of released sums, so that it counts in every later release.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import polars as pl

from sampan.model.decisions import Asked, Obligations, Part, Request
from sampan.model.discrepancies import Basis, Figure, Thing
from sampan.model.sources import Source
from sampan.operations.discrepancies.figures import Known, Overlap
from sampan.operations.sharing import ledgers as books
from sampan.operations.sharing.deposits import STEWARD
from sampan.operations.sharing.frozen import Frozen, freeze
from sampan.operations.sharing.gates import ladder
from sampan.operations.sharing.pools import pools
from sampan.operations.sharing.release_states import state_of
from sampan.sharing.admission import Audience, admitted, ledger_key, same_ledger
from sampan.sharing.decide import decide
from sampan.sharing.disclosure.ledger import Ledger
from sampan.sharing.gates import Stop, Subject, Word, stops
from sampan.sharing.obligations import obligations_of_none
from sampan.store.home import Store
from sampan.store.models import DiscrepancyRecord, DiscrepancySide, DiscrepancyWord, ReleaseRecord

COMPARE, CROSS_CHECK = "compare", "cross-check"


@dataclass(frozen=True)
class Allowed:
    """Why the figures may stand side by side, what each source says then, and the ledgers that note it.

    `deliveries` are those behind the releases that told it; empty on any other ground.
    """

    basis: Basis
    figures: Mapping[str, list[Figure]]  # source -> figures
    ledgers: Mapping[str, Ledger]
    deliveries: frozenset[str] = frozenset()


def checked(store: Store, thing: Thing, source: Source, now: datetime) -> bool:
    """True if the owner lets the office see that another source speaks of the same thing.

    Nothing goes to others by it, so a word at the country's gate to others is asked later, with the owner's consent.
    """
    _, parts = _decided(store, thing, source, CROSS_CHECK, now)
    gates = {rule.id for rule in ladder(store, source.country) if rule.gate == "to-others"}
    return all(
        part.outcome in ("allow", "coarsen")
        or (part.outcome == "needs-approval" and all(reason.rule in gates for reason in part.reasons))
        for part in parts
    )


def allowed(
    store: Store, known: Known, overlap: Overlap, sources: Mapping[str, Source], record: DiscrepancyRecord | None,
    now: datetime,
) -> Allowed | None:  # fmt: skip
    """The first ground on which the two may be compared; None if there is none."""
    thing, (one, two) = overlap.thing, overlap.sources
    told = {
        one: released(one, sources[two].owner, thing, now),
        two: released(two, sources[one].owner, thing, now),
    }
    if {f.start for f in told[one]} & {f.start for f in told[two]}:
        pairs = ((one, sources[two].owner), (two, sources[one].owner))
        behind = [record.deliveries for pair in pairs for record, _ in _releases(*pair, thing, now)]
        return Allowed("released", told, {}, frozenset().union(*behind))
    bound = {name: _part(store, thing, sources[name], COMPARE, now) for name in (one, two)}
    if all(part is not None for _, part in bound.values()):
        return _admitted(known, overlap, sources, bound, "terms", now)
    if record is not None and all(consents(store, side, sources[side.source], now) for side in record.sides.all()):
        free: dict[str, tuple[Frozen, Obligations | None]] = {
            name: (frozen, obligations_of_none()) for name, (frozen, _) in bound.items()
        }
        return _admitted(known, overlap, sources, free, "consent", now)
    return None


def released(source: str, party: str, thing: Thing, now: datetime) -> list[Figure]:
    """What open releases told a party of a source's figures; the newest word on each period stands."""
    found: dict[Any, Figure] = {}
    for _, rows in _releases(source, party, thing, now):
        for (start, end), part in rows.group_by("period_start", "period_end"):
            if part["value"].null_count() == 0:
                by = tuple(sorted({str(word) for word in part["classification"].drop_nulls()}))
                found[start] = Figure(start, end, int(part["value"].sum()), by)
    return [found[day] for day in sorted(found)]


def _releases(
    source: str, party: str, thing: Thing, now: datetime
) -> Iterator[tuple[ReleaseRecord, pl.DataFrame]]:  # fmt: skip
    """Open releases that tell a party of a source's figures of a thing, oldest first, each with its rows."""
    for record in ReleaseRecord.objects.filter(party=party, ended_at=None).order_by("pk"):
        if state_of(record, now) != "open":
            continue
        rows = pl.read_parquet(io.BytesIO(bytes(record.table))).filter(
            (pl.col("source") == source) & (pl.col("place") == thing.unit) & (pl.col("condition") == thing.condition)
            & (pl.col("measure") == thing.measure) & (pl.col("period") == thing.kind) & (pl.col("sex") == "all")
            & pl.col("period_start").is_between(thing.start, thing.end)
        )  # fmt: skip
        if rows.height:
            yield record, rows


def consents(store: Store, side: DiscrepancySide, source: Source, now: datetime) -> bool:
    """True if the owner consented and its country's gate to others is open for this case."""
    return side.consented_at is not None and not gate(store, side, source, now)


def gate(store: Store, side: DiscrepancySide, source: Source, now: datetime) -> tuple[Stop, ...]:
    """The rules whose word the owner's consent still needs; empty if none, or if nobody consented yet."""
    said = list(DiscrepancyWord.objects.filter(case=side.case, owner=side.owner, kind="consent").order_by("pk"))
    rules = ladder(store, source.country)
    words = tuple(
        Word(rule.id, side.case.code, "passed", word.post, word.at)
        for rule in rules for word in said if rule.post == word.post
    )  # fmt: skip
    left = []
    for word in said:
        conditions = (side.case.condition,)
        subject = Subject("to-others", side.case.code, "aggregate", "official", conditions, word.post, word.at)
        left.append(stops(rules, subject, words, now))
    return min(left, key=len, default=())


def _part(
    store: Store, thing: Thing, source: Source, purpose: str, now: datetime
) -> tuple[Frozen, Obligations | None]:  # fmt: skip
    """What the owner's deposit terms oblige to when they allow exactly this; None with anything less."""
    frozen, parts = _decided(store, thing, source, purpose, now)
    whole = all(
        part.outcome in ("allow", "coarsen") and part.grain == Asked(1, thing.kind) and part.until is None
        for part in parts
    )
    return frozen, parts[0].obligations if whole else None


def _decided(
    store: Store, thing: Thing, source: Source, purpose: str, now: datetime
) -> tuple[Frozen, tuple[Part, ...]]:  # fmt: skip
    """The decision on the office's own request; a delay that cuts the window counts as less than allowed."""
    request = Request(
        id=f"office-{purpose}", post=STEWARD, purpose=purpose, conditions=(thing.condition,), places=(thing.unit,),
        measures=(thing.measure,), data_from=thing.start, data_to=thing.end, asked=Asked(1, thing.kind),
        sources=(source.id,),
    )  # fmt: skip
    frozen = freeze(store, request, f"{purpose}:{source.id}", now)
    return frozen, decide(frozen.request, frozen.state, frozen.domains).parts


def _admitted(
    known: Known, overlap: Overlap, sources: Mapping[str, Source],
    bound: Mapping[str, tuple[Frozen, Obligations | None]], basis: Basis, now: datetime,
) -> Allowed:  # fmt: skip
    """The figures that the ledger of released sums lets the other side hold, and the ledgers with them."""
    thing, figures, ledgers = overlap.thing, {}, {}
    for name, other in zip(overlap.sources, reversed(overlap.sources), strict=True):
        frozen, obliges = bound[name]
        assert obliges is not None, "only what is allowed comes here"
        mine = known.of(name, thing)
        behind = [known.behind(name, thing, figure.start) for figure in mine]
        cells = pl.DataFrame(
            {"value": [figure.value for figure in mine], "behind": behind},
            schema={"value": pl.Int64, "behind": pl.List(pl.String)},
        )
        key = ledger_key(name, thing.condition, thing.measure)
        before = books.of(name, thing.condition, thing.measure)
        audience = Audience(sources[other].owner, f"side-by-side {thing.unit} {thing.start}", now.date(), pools())
        rows = same_ledger(known.rows, name, thing.condition, thing.measure)
        told, ledgers[key] = admitted(cells, rows, frozen.domains, obliges, before, audience)
        figures[name] = [figure for figure, why in zip(mine, told["why"], strict=True) if why is None]
    return Allowed(basis, figures, ledgers)

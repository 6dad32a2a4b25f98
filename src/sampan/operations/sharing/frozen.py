"""The frozen state of one request, read from the records: what decide may look at, and nothing else."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import combinations

from django.db.models import QuerySet

from sampan.insight.comparability import verdict
from sampan.model.agreements import Agreement
from sampan.model.decisions import Asked, Decision, Request
from sampan.model.places import ADMIN, Unit
from sampan.model.sources import Source
from sampan.operations import homes, practices, publishing
from sampan.operations.sharing import notices, outages, returns
from sampan.operations.sharing.acting import joined
from sampan.operations.sharing.gates import ladder, words_on
from sampan.sharing.decide import decide
from sampan.sharing.fragment.domains import Domains
from sampan.sharing.fragment.known import domains
from sampan.sharing.gates import GateRule
from sampan.sharing.state import Comparison, Declared, Override, State
from sampan.sharing.states import LIVE
from sampan.store.home import Store
from sampan.store.models import AgreementVersion, ComparisonOverride, Declaration, RequestRecord
from sampan.vocab import places

STEWARD = "office/steward"
NOT_AGREED = "compare-not-agreed"  # an owner's deposit terms do not let the office compare
NOT_ASKED = "Q-not-asked"  # the id of a request that was only previewed


@dataclass(frozen=True)
class Frozen:
    """A request under its recorded code, with the state and the worlds it is decided in."""

    request: Request
    state: State
    domains: Domains
    sources: dict[str, Source]
    record: RequestRecord | None


def freeze(store: Store, request: Request, text: str, now: datetime) -> Frozen:
    """Everything that bears on a request at this moment."""
    record = RequestRecord.objects.filter(digest=digest_of(request.post, text)).first()
    request = replace(request, id=record.code if record else NOT_ASKED)
    sources = homes.sources(store)
    rows = live_versions(request.post)
    agreements = tuple(row[0] for row in rows)
    stood_still = outages.every()
    state = State(
        now=now,
        agreements=agreements,
        suspended=frozenset(agreement.id for agreement, suspended in rows if suspended),
        stops=notices.stops(request.post),
        words=words_on(request.id),
        asked_at=record.asked_at if record else None,
        gates=gates_of(store, agreements),
        declared=tuple(Declared(d.trigger, d.by, d.at, d.ended_at) for d in _emergencies()),
        outages=frozenset(one.party for one in stood_still if one.at <= now < one.until),
        stood_still=stood_still,
        labels=tuple((name, source.tlp) for name, source in sources.items()),
        made_public=_made_public(request, now),
        comparisons=_comparisons(store, request, sources, agreements, now),
        overrides=tuple(
            Override(o.request, o.owner, o.by, o.at) for o in ComparisonOverride.objects.filter(request=request.id)
        ),
    )
    state = replace(state, lapsed_flows=returns.lapsed(state, sources))
    return Frozen(request, state, worlds(store, agreements, sources), sources, record)


def live_versions(post: str) -> tuple[tuple[Agreement, bool], ...]:
    """(agreement, suspended) of every version in force or suspended that names the post's own side.

    An agreement under notice ends with the notice, in whatever reads it.
    """
    found = []
    live = AgreementVersion.objects.filter(state__in=LIVE).order_by("code", "version")
    for record in live.prefetch_related("acts"):
        agreement = notices.as_it_stands(record)
        if any(post in side.posts for side in agreement.parties):
            found.append((agreement, record.state == "suspended"))
    return tuple(found)


def worlds(store: Store, agreements: tuple[Agreement, ...], sources: dict[str, Source]) -> Domains:
    """The worlds of these agreements, with the places this home adds."""
    sides = [side for agreement in agreements for side in agreement.parties]
    countries = {side.country for side in sides if side.country}
    parties = {side.party for side in sides}
    countries |= {source.country for source in sources.values() if source.owner in parties}
    countries |= {
        code[:2] for agreement in agreements for clause in agreement.clauses for code in clause.scope.places or ()
    }
    added = places.registry(store.places) if store.places.is_dir() else None
    extra = [
        unit
        for country in sorted(countries - set(places.countries()))
        if added is not None and country in added.countries()
        for unit in added.units(country)
    ]
    others = [source for source in sources.values() if source.hierarchy != ADMIN and source.country in countries]
    return domains(
        posts=[post for side in sides for post in side.posts],
        owners={source.id: source.owner for source in sources.values()},
        countries=countries,
        units=[*extra, *_of_other_hierarchies(others)],
        speaks={source.id: source.hierarchy for source in others},
    )


def _of_other_hierarchies(sources: Iterable[Source]) -> list[Unit]:
    """The units that sources speak of and that are not administrative: operational districts, health regions."""
    found: dict[str, Unit] = {}
    for source in sources:
        known = places.registry(*source.gazetteer)
        if source.country in known.countries():
            found |= {unit.id: unit for unit in known.units(source.country, hierarchy=source.hierarchy)}
    return list(found.values())


def digest_of(post: str, text: str) -> str:
    """What tells one request from another: the post and the text it wrote."""
    return hashlib.sha256(f"{post}\n{text}".encode()).hexdigest()


def gates_of(store: Store, agreements: tuple[Agreement, ...]) -> tuple[tuple[str, tuple[GateRule, ...]], ...]:
    """The ladder of each side's country, by party."""
    sides = {side.party: side.country for agreement in agreements for side in agreement.parties if side.country}
    return tuple((party, ladder(store, country)) for party, country in sorted(sides.items()))


def _made_public(request: Request, now: datetime) -> frozenset[str]:
    """Asked of a secret alone: the conditions that every country asked about has put on record as public."""
    if request.legal_class != "secret":
        return frozenset()
    return publishing.conditions(request.conditions, {place[:2] for place in request.places}, now.date())


def _emergencies() -> QuerySet[Declaration]:
    return Declaration.objects.exclude(trigger=outages.OUTAGE).order_by("at", "pk")


def office_request(source: Source, purpose: str, conditions: tuple[str, ...], window: tuple[date, date]) -> Request:
    """What the office asks for itself of one source: weekly figures by province, for one of its purposes."""
    return Request(
        id=f"office-{purpose}", post=STEWARD, purpose=purpose, conditions=conditions, places=(source.country,),
        measures=("cases",), data_from=window[0], data_to=window[1], asked=Asked(1, "week"), sources=(source.id,),
    )  # fmt: skip


def as_office(store: Store, request: Request, now: datetime) -> Decision:
    """The decision on a request of the office's own."""
    return as_office_each(store, [request], now)[0]


def as_office_each(store: Store, requests: Sequence[Request], now: datetime) -> list[Decision]:
    """The decisions on plain lists that the office asks for itself: the records are read once for all of them."""
    assert all((one.operation, one.legal_class) == ("list", requests[0].legal_class) for one in requests), requests
    if not requests:
        return []
    first = requests[0]
    frozen = freeze(store, first, f"{first.purpose}:{','.join(first.sources or ())}", now)
    return [decide(replace(one, id=frozen.request.id), frozen.state, frozen.domains) for one in requests]


def lets_compare(
    store: Store, source: Source, conditions: tuple[str, ...], window: tuple[date, date], now: datetime
) -> bool:
    """True if the owner's deposit terms let the office compare; openly published figures, and owners that never
    joined, have no such terms to ask."""
    if source.published or not joined(source.owner):
        return True
    decision = as_office(store, office_request(source, "compare", conditions, window), now)
    return all(part.outcome in ("allow", "coarsen") for part in decision.parts)


def _comparisons(
    store: Store, request: Request, sources: dict[str, Source], agreements: tuple[Agreement, ...], now: datetime
) -> tuple[Comparison, ...]:  # fmt: skip
    """Verdicts between every two sources that the request names; none for a plain list.

    Where an owner's deposit terms do not let the office compare, that is the verdict, and its reason.

    Where it names none: of the parties that agreed with this post, in the order in which the agreements name them.
    Of anybody else's sources not even the name is told.
    """
    if request.operation == "list":
        return ()
    owners = dict.fromkeys(side.party for agreement in agreements for side in agreement.parties)
    known = [code for owner in owners for code in sorted(sources) if sources[code].owner == owner]
    named = [sources[code] for code in request.sources or known if code in sources]
    window = (request.data_from, request.data_to)
    closed = {one.id for one in named if not lets_compare(store, one, request.conditions, window, now)}
    return tuple(
        Comparison(a.id, b.id, "not-comparable", (NOT_AGREED,)) if closed & {a.id, b.id}
        else _compared(a, b, request, request.data_to)
        for a, b in combinations(named, 2)
    )  # fmt: skip


def _compared(a: Source, b: Source, request: Request, on: date) -> Comparison:
    worst = Comparison(a.id, b.id, "comparable")
    for condition in request.conditions:
        for measure in request.measures:
            found = verdict(practices.of(a, condition, on), practices.of(b, condition, on), measure=measure)
            if found.word == "not-comparable" or worst.word == "comparable":
                worst = Comparison(a.id, b.id, found.word, found.reasons or found.caveats)
    return worst

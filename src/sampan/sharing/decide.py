"""Who may be told what, now. The rules of sharing:

1. Nothing is told unless a clause in force covers it; the office is a recipient like any other.
2. Every clause that covers it binds it: the most restrictive wins, and a prohibition ends it.
3. What cannot be decided is not told.
4. Only aggregates leave; HIV, sexually transmitted infections, prisons, camps and people on the move must be named.
5. A word that is needed is waited for; no answer and denied are two things, and both tell nothing.
6. What is too fine is offered coarser, never rounded in silence; what is not comparable is not added or ranked.

Nothing here reads a store, a clock or a setting; no argument loosens a rule.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from itertools import product
from zoneinfo import ZoneInfo

from sampan.model.agreements import ALL_AGES_YEARS, OFFICE, PERIOD_RANK, Agreement
from sampan.model.decisions import Asked, Decision, Outcome, Part, Reason, Request
from sampan.sharing.approval import Waiting, approval
from sampan.sharing.fragment.domains import Domains, Rule, rules_of
from sampan.sharing.fragment.evaluate import Row, covers, told
from sampan.sharing.obligations import emergency_until, obligations, obligations_of_none
from sampan.sharing.reasons import NO_CLAUSE, stop_reason, stopped, until_when, why_not
from sampan.sharing.state import State

PERIOD_STEPS = {"day": 0, "week": 1, "four-weeks": 2, "month": 2, "quarter": 3, "year": 4}  # how much is lost
SHORTEST_DAYS = {"day": 1, "week": 7, "four-weeks": 22, "month": 28, "quarter": 90, "year": 365}
RULE = "sharing/"  # the rules above, as cited in reasons: "sharing/1"
OWN = Reason("own", "sharing/owner")


def decide(request: Request, state: State, domains: Domains) -> Decision:
    """The answer to a request, part by part, each with the clause and the reasons."""
    whole = _whole_request(request, state, domains)
    rules = active_rules(request, state)
    cells = product(request.conditions, request.places, request.measures)
    if whole:
        parts = tuple(Part(*cell, "deny", None, whole) for cell in cells)
    else:
        parts = tuple(part for cell in cells for part in _cell(request, state, domains, rules, cell))
    clash = () if whole else _not_comparable(request, state, parts, domains)
    if clash:
        parts = tuple(_denied(part, clash) for part in parts)
    return Decision(
        request=request.id,
        outcome=_outcome(parts),
        parts=parts,
        reasons=whole or clash or _distinct(reason for part in parts for reason in part.reasons),
        agreements=tuple(agreement.name for agreement in state.agreements),
        decided_at=state.now,
    )


def active_rules(request: Request, state: State) -> tuple[Rule, ...]:
    """The clauses that exist now: agreements not suspended, emergencies only while declared and named."""
    rules: list[Rule] = []
    for agreement in state.agreements:
        if agreement.id in state.suspended:
            continue
        live = [c for c in agreement.clauses if c.emergency is None or emergency_until(c, request, state) is not None]
        replaced = {name for clause in live if clause.emergency for name in clause.emergency.widens}
        kept = {clause.id for clause in live if clause.id not in replaced}
        rules += [rule for rule in rules_of(agreement) if rule.clause.id in kept]
    return tuple(rules)


def row_of(
    request: Request, state: State, cell: tuple[str | None, str, str | None, str], grain: Asked, rules: Iterable[Rule]
) -> dict[str, object]:
    """The request's cell (source, condition, unit, measure) as a row of the fragment."""
    source, condition, unit, measure = cell
    width = ALL_AGES_YEARS if grain.age_years is None else grain.age_years
    return {
        "post": request.post,
        "purpose": request.purpose,
        "source": source,
        "condition": condition,
        "kind": request.kind,
        "measure": measure,
        "place": unit,
        "population": request.population,
        "class": request.legal_class,
        "tlp": state.label(source or ""),
        "level": grain.level,
        "period": grain.period,
        "period_start": request.data_from.toordinal(),
        "period_end": request.data_to.toordinal(),
        "age_months": int(width * 12),
        "sex": "female" if grain.sex else "all",
        "at": int(state.now.timestamp()),
        **{rule.day: state.now.astimezone(ZoneInfo(rule.zone)).date().toordinal() for rule in rules},
    }


def sources_of(request: Request, rules: tuple[Rule, ...], domains: Domains) -> tuple[str | None, ...]:
    """The sources asked for, else those of clauses that address the post; (None,) when there is none."""
    if request.sources is not None:
        return request.sources
    addressed = (rule for rule in rules if rule.clause.effect == "permit" and request.post in rule.clause.scope.posts)
    spoken = (domains.sources(rule.clause.owner, rule.clause.scope.sources) for rule in addressed)
    return tuple(sorted(frozenset().union(*spoken, frozenset()))) or (None,)


def own_sources(post: str, state: State, domains: Domains) -> frozenset[str]:
    """The sources of the asking post's own party: to see one's own figures is not sharing."""
    sides = (side for agreement in state.agreements for side in agreement.parties if post in side.posts)
    owned = (domains.sources_of.get(side.party, frozenset()) for side in sides if side.party != OFFICE)
    return frozenset().union(*owned, frozenset())


def covering_rules(rules: tuple[Rule, ...], row: Row, domains: Domains) -> tuple[Rule, ...]:
    """The permissions that cover a row, those of the former parts of a merged territory included."""
    found = tuple(r for r in rules if r.clause.effect == "permit" and covers(r, row, domains))
    place = row.get("place")
    if not found and isinstance(place, str) and place in domains.merged:
        inherited = (covering_rules(rules, {**row, "place": part}, domains) for part in domains.merged[place])
        return tuple({rule.id: rule for rules_ in inherited for rule in rules_}.values())
    return found


def coarser(asked: Asked, place_level: int) -> tuple[Asked, ...]:
    """What could be offered instead, from the least coarse on: longer period, no sex, no ages, wider place."""
    periods = [kind for kind, order in PERIOD_RANK.items() if order >= PERIOD_RANK[asked.period]]
    levels = range(asked.level, min(asked.level, place_level) - 1, -1)
    sexes = (True, False) if asked.sex else (False,)
    ages = (asked.age_years, None) if asked.age_years is not None else (None,)
    grains = [Asked(level, period, age, sex) for level, period, age, sex in product(levels, periods, ages, sexes)]
    return tuple(sorted(grains, key=lambda grain: _loss(asked, grain)))


def _loss(asked: Asked, grain: Asked) -> tuple[int, ...]:
    steps = (
        asked.level - grain.level,
        PERIOD_STEPS[grain.period] - PERIOD_STEPS[asked.period],
        int(grain.age_years != asked.age_years),
        int(grain.sex != asked.sex),
    )
    return (sum(steps), *steps, PERIOD_RANK[grain.period])


def _whole_request(request: Request, state: State, domains: Domains) -> tuple[Reason, ...]:
    """What refuses a request before any clause is read."""
    if request.kind == "case-list":
        return (Reason("case-lists-stay", RULE + "4"),)
    if request.kind != "aggregate":
        return (Reason("only-aggregates-leave", RULE + "4", (("kind", request.kind),)),)
    if request.legal_class == "secret" and not set(request.conditions) <= state.made_public:
        return (Reason("secret-until-public", RULE + "4"),)
    if not state.agreements:
        cells = product((None,), request.conditions, request.places, request.measures)
        past = _distinct(reason for cell in cells for reason in stopped(request, cell, state.stops, domains))
        return past or (Reason("no-agreement", RULE + "1"),)
    if all(agreement.id in state.suspended for agreement in state.agreements):
        since = {stop.agreement.id: stop_reason(stop) for stop in state.stops if stop.verb == "suspend"}
        return tuple(since.get(one.id) or Reason("suspended", one.name) for one in state.agreements)
    return ()


def _cell(
    request: Request,
    state: State,
    domains: Domains,
    rules: tuple[Rule, ...],
    cell: tuple[str, str, str],
) -> tuple[Part, ...]:
    """One part for each source asked for; where none was named, only the sources that have something to say."""
    named = sources_of(request, rules, domains)
    sources = tuple(source for source in named if _speaks_of(source, cell[1], state, domains)) or named
    parts = tuple(_part(request, state, domains, rules, (source, *cell)) for source in sources)
    if request.sources is not None:
        return parts
    speaking = tuple(part for part in parts if part.outcome != "deny")
    if speaking:
        return speaking
    silent = replace(min(parts, key=lambda part: len(part.reasons)), source=None)
    past = () if any(_speaks_of(one, cell[1], state, domains) for one in sources if one) else stopped(
        request, (None, *cell), state.stops, domains
    )  # fmt: skip
    return (replace(silent, reasons=past or silent.reasons),)


def _speaks_of(source: str | None, place: str, state: State, domains: Domains) -> bool:
    """False for a source of a party of another country: its silence about this place means nothing."""
    owners = {party for party, owned in domains.sources_of.items() if source in owned}
    sides = (side for agreement in state.agreements for side in agreement.parties if side.party in owners)
    return all(side.country in (None, place[:2]) for side in sides)


def _part(
    request: Request,
    state: State,
    domains: Domains,
    rules: tuple[Rule, ...],
    cell: tuple[str | None, str, str, str],
) -> Part:
    source, condition, place, measure = cell
    if source in own_sources(request.post, state, domains):
        return Part(condition, place, measure, "allow", request.asked, (OWN,), obligations_of_none(), source=source)
    unit = domains.unit_of(place, request.data_to)
    for grain in coarser(request.asked, domains.levels.get(unit or "", request.asked.level)):
        row = row_of(request, state, (source, condition, unit or place, measure), grain, rules)
        for until in _window_ends(request, grain, row, rules):
            row = {**row, "period_end": until.toordinal()}
            if told(rules, row, domains):
                return _granted(request, state, domains, (rules, row, grain), (source, condition, place, measure))
    row = row_of(request, state, (source, condition, unit or place, measure), request.asked, rules)
    reasons = _merged_part(rules, row, domains) or why_not(rules, row, domains)
    if reasons == (NO_CLAUSE,):
        reasons = stopped(request, (source, condition, place, measure), state.stops, domains) or reasons
    return Part(condition, place, measure, "deny", None, reasons, source=source)


def _merged_part(rules: tuple[Rule, ...], row: Row, domains: Domains) -> tuple[Reason, ...]:
    """Of a merged territory: the clauses that would tell one former part, while another was never agreed."""
    parts = domains.merged.get(str(row["place"]), ())
    open_parts = [part for part in parts if told(rules, {**row, "place": part}, domains)]
    rows = [{**row, "place": part} for part in open_parts]
    cited = {rule.id: rule for each in rows for rule in covering_rules(rules, each, domains)}
    return tuple(Reason("merged-part-not-agreed", rule) for rule in cited)


def _window_ends(request: Request, grain: Asked, row: Row, rules: tuple[Rule, ...]) -> list[date]:
    """The end of the window asked for, then the last days that the clauses' delays let through."""
    first = request.data_from + timedelta(days=SHORTEST_DAYS[grain.period] - 1)  # one whole period must fit
    cuts = {date.fromordinal(row[rule.day] - rule.clause.delay_days) for rule in rules}
    return [request.data_to, *sorted((day for day in cuts if first <= day < request.data_to), reverse=True)]


def _granted(
    request: Request,
    state: State,
    domains: Domains,
    found: tuple[tuple[Rule, ...], Row, Asked],
    cell: tuple[str | None, str, str, str],
) -> Part:
    """A part that clauses allow: still subject to reciprocity, the owner's word and the second gate."""
    rules, row, grain = found
    source, condition, place, measure = cell
    covering = covering_rules(rules, row, domains)
    stopped = _reciprocity(request, state, covering)
    waiting = approval(request, state, covering, condition) if not stopped else Waiting("allow", (), None)
    cited = tuple(Reason("allowed", rule.id) for rule in covering)
    if stopped or waiting.outcome != "allow":
        outcome: Outcome = "deny" if stopped else waiting.outcome
        bound = None if stopped else obligations(request, state, covering, condition, domains)
        reasons = stopped or waiting.reasons
        return Part(condition, place, measure, outcome, None, reasons, bound, approver=waiting.approver, source=source)
    until = date.fromordinal(row["period_end"]) if row["period_end"] < request.data_to.toordinal() else None
    changed = grain != request.asked or until is not None
    late = _late(request, covering) if until is not None else ()
    return Part(
        condition=condition,
        place=place,
        measure=measure,
        outcome="coarsen" if changed else "allow",
        grain=grain,
        reasons=(*cited, *_coarsened(request.asked, grain, covering), *late),
        obligations=obligations(request, state, covering, condition, domains),
        source=source,
        until=until,
    )


def _late(request: Request, covering: tuple[Rule, ...]) -> tuple[Reason, ...]:
    """The delays for which not the whole window goes, and when the rest of it may."""
    last = request.data_to.toordinal()
    return tuple(Reason("delay", r.id, until_when("delay", r, last)) for r in covering if r.clause.delay_days)


def _coarsened(asked: Asked, grain: Asked, covering: tuple[Rule, ...]) -> tuple[Reason, ...]:
    by = covering[0].id
    changes = (
        ("coarser-place", str(asked.level), str(grain.level)),
        ("longer-period", asked.period, grain.period),
        ("no-ages", str(asked.age_years), str(grain.age_years)),
        ("no-sex", str(asked.sex), str(grain.sex)),
    )
    return tuple(
        Reason(word, by, (("asked", before), ("given", after))) for word, before, after in changes if before != after
    )


def _reciprocity(request: Request, state: State, covering: tuple[Rule, ...]) -> tuple[Reason, ...]:
    """A lapsed return flow stops this one only where both sides signed so; never an alert, never in an outage."""
    if request.purpose == "alert":
        return ()
    for agreement, rule in _agreements_of(covering, state):
        other = next((side.party for side in agreement.parties if request.post in side.posts), "")
        lapsed = (rule.clause.owner, other) in state.lapsed_flows
        if agreement.terms.reciprocity == "stops-flow" and lapsed and other not in state.outages | {OFFICE}:
            return (Reason("reciprocity", f"{agreement.id}/terms"),)
    return ()


def _agreements_of(covering: tuple[Rule, ...], state: State) -> Iterable[tuple[Agreement, Rule]]:
    by_id = {agreement.id: agreement for agreement in state.agreements}
    return [(by_id[rule.id.split("/", 1)[0]], rule) for rule in covering]


def _not_comparable(request: Request, state: State, parts: tuple[Part, ...], domains: Domains) -> tuple[Reason, ...]:
    """Reasons when the request adds or ranks sources that no verdict calls comparable and an owner did not override."""
    sources = {part.source for part in parts if part.outcome in ("allow", "coarsen") and part.source}
    if request.operation == "list" or len(sources) < 2:
        return ()
    owners = {party for party, owned in domains.sources_of.items() if owned & sources}
    said = {override.owner for override in state.overrides if override.request == request.id}
    if owners <= said:
        return ()
    judged = {frozenset((c.first, c.second)): c for c in state.comparisons}
    found: list[Reason] = []
    for pair in sorted({tuple(sorted((a, b))) for a in sources for b in sources if a != b}):
        verdict = judged.get(frozenset(pair))
        if verdict is None or verdict.word == "not-comparable":
            why = "no verdict" if verdict is None else ", ".join(verdict.reasons)
            facts = (("first", pair[0]), ("second", pair[1]), ("why", why))
            found.append(Reason("not-comparable", RULE + "6", facts))
    return tuple(found)


def _denied(part: Part, reasons: tuple[Reason, ...]) -> Part:
    return Part(part.condition, part.place, part.measure, "deny", None, reasons, source=part.source)


def _outcome(parts: tuple[Part, ...]) -> Outcome:
    """One word for the whole: allow when every part goes as asked, coarsen when something goes."""
    outcomes = {part.outcome for part in parts}
    if outcomes == {"allow"}:
        return "allow"
    if outcomes & {"allow", "coarsen"}:
        return "coarsen"
    return "needs-approval" if "needs-approval" in outcomes else "deny"


def _distinct(reasons: Iterable[Reason]) -> tuple[Reason, ...]:
    return tuple(dict.fromkeys(reasons))

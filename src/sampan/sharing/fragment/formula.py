"""The same meaning as a formula over the row's attributes: what SQL, z3 and Cedar are compiled from.

Atoms: OneOf (a code in a set), Is (the same, with null and unknown as plain no), Least and Most (a
number against a bound), Gap (two days apart).
`bind` fills in what a request already fixes, so that a query is left with what differs from row to row.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sampan.model.agreements import PERIOD_RANK, Clause, Grain, Truth
from sampan.sharing.fragment.domains import Domains, Rule
from sampan.sharing.fragment.evaluate import conjunction, disjunction, months, negation
from sampan.sharing.vocabularies import rank


@dataclass(frozen=True)
class OneOf:
    """The attribute's code is in `values`; undecided when it is null or outside `world`."""

    attribute: str
    values: frozenset[str]
    world: frozenset[str]


@dataclass(frozen=True)
class Is:
    """The attribute's code is one of `values`; a null or unknown code is not: it only tells cases apart."""

    attribute: str
    values: frozenset[str]
    world: frozenset[str]


@dataclass(frozen=True)
class Least:
    """The attribute is at least `bound`."""

    attribute: str
    bound: int


@dataclass(frozen=True)
class Most:
    """The attribute is at most `bound`."""

    attribute: str
    bound: int


@dataclass(frozen=True)
class Gap:
    """From the day `earlier` to the day `later` there are at least `least` days."""

    later: str
    earlier: str
    least: int


@dataclass(frozen=True)
class Always:
    """A truth value that no attribute changes."""

    value: Truth


@dataclass(frozen=True)
class All:
    """Every part holds."""

    parts: tuple[Formula, ...]


@dataclass(frozen=True)
class Some:
    """At least one part holds."""

    parts: tuple[Formula, ...]


@dataclass(frozen=True)
class Not:
    """The part does not hold."""

    part: Formula


Atom = OneOf | Is | Least | Most | Gap
Formula = Atom | Always | All | Some | Not
Also = Callable[[Rule], Formula]


def told_formula(rules: tuple[Rule, ...], domains: Domains, also: Also | None = None) -> Formula:
    """The formula of evaluate.told, for every row at once; `also` adds a limit to each permission, for proofs."""
    plain = _told_here(rules, domains, also)
    heirs = tuple(rule for rule in rules if rule.carries or rule.clause.effect == "prohibit")
    named = _named_places(rules, domains)
    touched = _touched(rules, domains)
    dies = any(r.clause.scope.places is None and not r.carries and not _prohibits(r) for r in rules)
    cases: list[Formula] = []
    special: set[str] = set()
    for unit in sorted(set(domains.merged) - named):
        if not dies and not touched.intersection(_ancestors(unit, domains)):
            continue  # no clause tells its parts apart: the plain formula says the same
        special.add(unit)
        inherited = _inherited(unit, heirs, domains, also)
        forbidden = [bind(Not(covers_formula(r, domains)), {"place": unit}) for r in rules if _prohibits(r)]
        cases.append(_both(Is("place", frozenset({unit}), domains.codes["place"]), inherited, *forbidden))
    if not special:
        return plain
    return Some((*cases, _both(Not(Is("place", frozenset(special), domains.codes["place"])), plain)))


def _told_here(rules: tuple[Rule, ...], domains: Domains, also: Also | None = None) -> Formula:
    permits = [rule for rule in rules if not _prohibits(rule)]
    covering = {rule.id: covers_formula(rule, domains) for rule in rules}
    limits = {rule.id: (within_formula(rule, domains), *((also(rule),) if also else ())) for rule in permits}
    bound = [Some((Not(covering[rule.id]), All(limits[rule.id]))) for rule in permits]
    clear = [Not(covering[rule.id]) for rule in rules if _prohibits(rule)]
    return _both(Some(tuple(covering[rule.id] for rule in permits)), *bound, *clear)


def _inherited(unit: str, heirs: tuple[Rule, ...], domains: Domains, also: Also | None) -> Formula:
    """The former parts' formulas joined; a part that was itself merged is followed to its own parts."""
    parts: list[Formula] = []
    named = _named_places(heirs, domains)
    for part in domains.merged[unit]:
        if part in domains.merged and part not in named:
            prohibitions = [Not(covers_formula(rule, domains)) for rule in heirs if _prohibits(rule)]
            parts += [_inherited(part, heirs, domains, also), *(bind(p, {"place": part}) for p in prohibitions)]
        else:
            parts.append(bind(_told_here(heirs, domains, also), {"place": part}))
    return _both(*parts)


def covers_formula(rule: Rule, domains: Domains) -> Formula:
    """The formula of evaluate.covers."""
    scope = rule.clause.scope
    places = domains.places(scope.places, rule.named_on)
    parts: list[Formula] = [
        _one("post", scope.posts, domains),
        _one("purpose", scope.purposes, domains),
        _one("source", domains.sources(rule.clause.owner, scope.sources), domains),
        _one("condition", domains.conditions(scope.conditions), domains),
        _one("kind", scope.kinds, domains),
        _one("population", scope.populations, domains),
        _one("class", scope.classes, domains),
        Least(rule.day, rule.begins.toordinal()),
    ]
    if scope.measures is not None:
        parts.append(_one("measure", scope.measures, domains))
    if places is not None:
        parts.append(_one("place", places, domains))
    if scope.data_from is not None:
        parts.append(Least("period_start", scope.data_from.toordinal()))
    if scope.data_to is not None:
        parts.append(Most("period_end", scope.data_to.toordinal()))
    if rule.ends is not None:
        parts.append(Most(rule.day, rule.ends.toordinal()))
    return _both(*parts)


def within_formula(rule: Rule, domains: Domains) -> Formula:
    """The formula of evaluate.within."""
    clause: Clause = rule.clause
    labels = {label for label in domains.codes["tlp"] if rank("tlp", label) <= rank("tlp", clause.tlp)}
    parts: list[Formula] = [
        Some(tuple(_coarse(grain, domains) for grain in clause.grains)),
        _one("tlp", labels, domains),
        Gap(rule.day, "period_end", clause.delay_days),
    ]
    if clause.embargo_until is not None:
        parts.append(Least("at", int(clause.embargo_until.timestamp())))
    return _both(*parts)


def bind(formula: Formula, known: Mapping[str, Any]) -> Formula:
    """The formula with these attributes filled in, and what they decide folded away."""
    match formula:
        case All(parts):
            return _fold(parts, known, all_=True)
        case Some(parts):
            return _fold(parts, known, all_=False)
        case Not(part):
            inner = bind(part, known)
            return Always(negation(inner.value)) if isinstance(inner, Always) else Not(inner)
        case Always():
            return formula
        case Gap(later, earlier, least):
            return _bind_gap(later, earlier, least, known)
        case _:
            return Always(truth(formula, known)) if formula.attribute in known else formula


def narrow(formula: Formula, attribute: str, codes: frozenset[str]) -> Formula:
    """The formula for rows whose attribute is one of these codes, as a request that lists them makes sure."""
    match formula:
        case All(parts) | Some(parts):
            narrowed = tuple(narrow(part, attribute, codes) for part in parts)
            return bind(All(narrowed) if isinstance(formula, All) else Some(narrowed), {})
        case Not(part):
            return bind(Not(narrow(part, attribute, codes)), {})
        case OneOf(name, values, world) if name == attribute and codes <= world:
            left = values & codes
            return Always(True) if left == codes else (OneOf(name, left, codes) if left else Always(False))
        case _:
            return formula


def for_filter(formula: Formula) -> Formula:
    """A shorter formula that is True for the same rows, for a where clause; undecided and False may change places.

    Where a conjunction demands X, "not X or Y" beside it demands Y.
    """
    if not isinstance(formula, All | Some):
        return formula
    parts = tuple(for_filter(part) for part in formula.parts)
    if isinstance(formula, Some):
        return parts[0] if len(parts) == 1 else Some(parts)
    flat = tuple(part for each in parts for part in (each.parts if isinstance(each, All) else (each,)))
    demanded = set(flat)
    return All(tuple(dict.fromkeys(_without(part, demanded) for part in flat)))


def _without(part: Formula, demanded: set[Formula]) -> Formula:
    """A disjunction without the alternatives that what is demanded rules out."""
    if not isinstance(part, Some):
        return part
    left = tuple(one for one in part.parts if not (isinstance(one, Not) and _holds(one.part, demanded)))
    return left[0] if len(left) == 1 else Some(left)


def _holds(formula: Formula, demanded: set[Formula]) -> bool:
    parts = formula.parts if isinstance(formula, All) else (formula,)
    return all(part in demanded or (isinstance(part, All) and _holds(part, demanded)) for part in parts)


def truth(formula: Formula, row: Mapping[str, Any]) -> Truth:  # noqa: PLR0911  one return for each kind of formula
    """The formula's truth value for one row."""
    match formula:
        case All(parts):
            return conjunction(truth(part, row) for part in parts)
        case Some(parts):
            return disjunction(truth(part, row) for part in parts)
        case Not(part):
            return negation(truth(part, row))
        case Always(value):
            return value
        case Gap(later, earlier, least):
            after, before = row.get(later), row.get(earlier)
            return None if after is None or before is None else bool(after - before >= least)
        case OneOf(attribute, values, world):
            code = row.get(attribute)
            return False if not values else (code in values if code in world else None)
        case Is(attribute, values, _):
            return row.get(attribute) in values
        case Least(attribute, bound):
            return None if row.get(attribute) is None else bool(row[attribute] >= bound)
        case Most(attribute, bound):
            return None if row.get(attribute) is None else bool(row[attribute] <= bound)


def _fold(parts: tuple[Formula, ...], known: Mapping[str, Any], *, all_: bool) -> Formula:
    """And (or or) of the bound parts: a deciding constant decides, a neutral one goes, undecided stays."""
    bound = [bind(part, known) for part in parts]
    if any(isinstance(part, Always) and part.value is (not all_) for part in bound):
        return Always(not all_)
    left = [part for part in bound if not (isinstance(part, Always) and part.value is all_)]
    if not left:
        return Always(all_)
    if all(isinstance(part, Always) for part in left):
        return Always(None)
    if len(left) == 1:
        return left[0]
    return All(tuple(left)) if all_ else Some(tuple(left))


def _bind_gap(later: str, earlier: str, least: int, known: Mapping[str, Any]) -> Formula:
    if later not in known and earlier not in known:
        return Gap(later, earlier, least)
    if any(name in known and known[name] is None for name in (later, earlier)):
        return Always(None)
    if later in known and earlier in known:
        return Always(bool(known[later] - known[earlier] >= least))
    return Most(earlier, known[later] - least) if later in known else Least(later, known[earlier] + least)


def _coarse(grain: Grain, domains: Domains) -> Formula:
    periods = {kind for kind, order in PERIOD_RANK.items() if order >= PERIOD_RANK[grain.period]}
    parts: list[Formula] = [
        Most("level", grain.level),
        _one("period", periods, domains),
        Least("age_months", months(grain)),
    ]
    if not grain.sex:
        parts.append(_one("sex", {"all"}, domains))
    return _both(*parts)


def _one(attribute: str, values: Iterable[str], domains: Domains) -> OneOf:
    world = domains.codes[attribute]
    return OneOf(attribute, frozenset(values) & world, world)


def _both(*parts: Formula) -> Formula:
    return All(tuple(parts))


def _prohibits(rule: Rule) -> bool:
    return rule.clause.effect == "prohibit"


def _named_places(rules: tuple[Rule, ...], domains: Domains) -> frozenset[str]:
    found = (domains.places(r.clause.scope.places, r.named_on) for r in rules if not _prohibits(r))
    return frozenset().union(*(places for places in found if places is not None), frozenset())


def _touched(rules: tuple[Rule, ...], domains: Domains) -> frozenset[str]:
    found = (domains.places(r.clause.scope.places, r.named_on) for r in rules)
    return frozenset().union(*(places for places in found if places is not None), frozenset())


def _ancestors(unit: str, domains: Domains) -> set[str]:
    """Every former part, however far back."""
    found: set[str] = set()
    waiting = [unit]
    while waiting:
        for part in domains.merged.get(waiting.pop(), ()):
            if part not in found:
                found.add(part)
                waiting.append(part)
    return found

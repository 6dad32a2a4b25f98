"""Is one agreement stricter than another? Proved by z3, with the smallest row where it is not.

A is stricter when whatever A lets be told (a row, its count and the word it has), B lets be told as well: as things
usually are, and while each emergency that either names is declared.

Two directions of one agreement are compared the same way, each side's name taken for the other's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from itertools import pairwise
from typing import Any

import z3

from sampan.model.agreements import Agreement, Clause, MinimumCell, Scope
from sampan.model.decisions import Reason
from sampan.sharing.agreements.differing import differing
from sampan.sharing.agreements.witness import WORDS, why
from sampan.sharing.fragment import smt
from sampan.sharing.fragment.domains import Domains, Rule, rules_of
from sampan.sharing.fragment.formula import All, Formula, Least, Most, Not, OneOf, Some, told_formula

SIMPLEST = {
    "purpose": "routine-monitoring", "kind": "aggregate", "population": "general", "class": "official",
    "tlp": "clear", "measure": "cases", "sex": "all",
}  # fmt: skip  # the codes a reader meets most: a witness that uses them differs only where it must
OF_POSTS = ("approver", "declared_by")  # terms whose values are posts
BOUND = frozenset({"place", "post", "source"})  # codes that belong to a country: their order must choose nothing


@dataclass(frozen=True)
class Comparison:
    """`a_stricter`: everything A tells, B tells. The witness is a row that A tells and B does not, else None.

    `why_a_only` says why B does not tell A's witness.
    """

    a_stricter: bool
    b_stricter: bool
    a_only: dict[str, Any] | None
    b_only: dict[str, Any] | None
    obligations: tuple[dict[str, Any], ...] = ()
    why_a_only: tuple[Reason, ...] = ()
    why_b_only: tuple[Reason, ...] = ()

    @property
    def word(self) -> str:
        """same, stricter, looser, or different (each tells something the other does not)."""
        if self.a_stricter and self.b_stricter:
            return "same"
        if self.a_stricter:
            return "stricter"
        return "looser" if self.b_stricter else "different"

    def as_dict(self) -> dict[str, Any]:
        """For --json."""
        return {
            "verdict": self.word,
            "a_stricter": self.a_stricter,
            "b_stricter": self.b_stricter,
            "only_a_tells": self.a_only,
            "only_b_tells": self.b_only,
            "why_only_a": [reason.as_dict() for reason in self.why_a_only],
            "why_only_b": [reason.as_dict() for reason in self.why_b_only],
            "obligations": list(self.obligations),
        }


def compare(a: Agreement, b: Agreement, domains: Domains) -> Comparison:
    """What may be told under A against what may be told under B, to all posts of both."""
    posts = {post for agreement in (a, b) for side in agreement.parties for post in side.posts}
    world = domains.with_posts(posts)
    owners = {clause.owner for agreement in (a, b) for clause in agreement.clauses}
    world = _with_sources(world, owners)
    found = [_under(trigger, a, b, world) for trigger in (None, *_triggers(a, b))]
    a_only, why_a = next((one[0] for one in found if one[0] is not None), (None, ()))
    b_only, why_b = next((one[1] for one in found if one[1] is not None), (None, ()))
    return Comparison(a_only is None, b_only is None, a_only, b_only, differing(a, b), why_a, why_b)


Only = tuple[dict[str, Any], tuple[Reason, ...]] | None  # a row that one tells alone, and why the other does not


def _under(trigger: str | None, a: Agreement, b: Agreement, world: Domains) -> tuple[Only, Only]:
    """What only A and only B tell while an emergency is declared, or none is."""
    ours, theirs = _standing(a, trigger), _standing(b, trigger)
    one, two = (told_formula(rules, world, lambda rule: _bound(rule, world)) for rules in (ours, theirs))
    roots = _roots((*ours, *theirs), world)
    a_only, b_only = _witness(one, two, roots), _witness(two, one, roots)
    named = {} if trigger is None else {"trigger": trigger}
    return (
        None if a_only is None else (_readable(a_only) | named, why(theirs, a_only, world)),
        None if b_only is None else (_readable(b_only) | named, why(ours, b_only, world)),
    )


def _triggers(a: Agreement, b: Agreement) -> list[str]:
    return sorted({clause.emergency.trigger for one in (a, b) for clause in one.clauses if clause.emergency})


def _standing(agreement: Agreement, trigger: str | None) -> tuple[Rule, ...]:
    """The clauses that exist while a trigger is declared (None: while none is), without those it replaces."""
    live = [c for c in agreement.clauses if c.emergency is None or c.emergency.trigger == trigger]
    replaced = {name for clause in live if clause.emergency for name in clause.emergency.widens if name != clause.id}
    kept = {clause.id for clause in live} - replaced
    return tuple(rule for rule in rules_of(agreement) if rule.clause.id in kept)


def directions(agreement: Agreement, domains: Domains) -> Comparison:
    """The two directions of one agreement: what the first side gives against what the second gives.

    The second side's clauses are read as if the first had signed them: party for party, post for post in
    the order listed, and the whole territory of one for that of the other. What is found names each side's own posts.
    """
    first, second = agreement.parties[0], agreement.parties[1]
    posts = dict(zip(second.posts, first.posts, strict=False)) | dict(zip(first.posts, second.posts, strict=False))
    ours = tuple(_mirrored(c, {}, first.party) for c in agreement.clauses if c.owner == first.party)
    theirs = tuple(_mirrored(c, posts, first.party) for c in agreement.clauses if c.owner == second.party)
    a, b = replace(agreement, clauses=ours), replace(agreement, clauses=theirs)
    found = compare(a, b, replace(domains, merged={}))
    own = found.b_only and {**found.b_only, "post": posts.get(found.b_only["post"], found.b_only["post"])}
    terms = tuple(one | {"b": _posts(one["b"], posts)} if one["term"] in OF_POSTS else one for one in found.obligations)
    return replace(found, b_only=own, obligations=terms)


def _posts(value: Any, posts: Mapping[str, str]) -> Any:
    """A term's posts, each read as the other side's."""
    return sorted(posts.get(one, one) for one in value) if isinstance(value, list | tuple) else posts.get(value, value)


def side_by_side(agreement: Agreement) -> list[dict[str, Any]]:
    """Each direction's clauses with what matters for fairness, for a table of two columns."""
    return [
        {
            "from": clause.owner,
            "to": list(clause.scope.posts),
            "clause": clause.id,
            "effect": clause.effect,
            "purposes": list(clause.scope.purposes),
            "conditions": "any" if clause.scope.conditions is None else list(clause.scope.conditions),
            "resolution": [f"level {grain.level}, {grain.period}" for grain in clause.grains],
            "minimum_cell": max(cell.cell for cell in clause.minimum_cells),
            "delay_days": clause.delay_days,
            "word": clause.authorisation.mode,
        }
        for clause in agreement.clauses
    ]


def _mirrored(clause: Clause, posts: Mapping[str, str], owner: str) -> Clause:
    scope: Scope = clause.scope
    mapped = replace(scope, posts=tuple(posts.get(post, post) for post in scope.posts), sources=None, places=None)
    word = replace(
        clause.authorisation, approver=posts.get(named := clause.authorisation.approver or "", named) or None
    )
    emergency = clause.emergency and replace(
        clause.emergency, declared_by=tuple(sorted(posts.get(post, post) for post in clause.emergency.declared_by))
    )
    return replace(clause, owner=owner, scope=mapped, authorisation=word, emergency=emergency)


def _with_sources(domains: Domains, owners: set[str]) -> Domains:
    """Every owner has at least one source, so that clauses over any source are not empty."""
    missing = {owner: frozenset({f"{owner}/any"}) for owner in owners if not domains.sources_of.get(owner)}
    added = frozenset().union(*missing.values(), frozenset())
    codes = {**domains.codes, "source": domains.codes["source"] | added}
    return replace(domains, codes=codes, sources_of={**domains.sources_of, **missing})


def _bound(rule: Rule, domains: Domains) -> Formula:
    """The limits that are obligations rather than parts of the row: the count a cell may show, the word it needs."""
    word = WORDS.index(rule.clause.authorisation.mode)
    cells = rule.clause.minimum_cells
    guards = {cell: _guard(cell, domains) for cell in cells}
    limits: list[Formula] = [Least("word", word)]
    for cell in cells:
        finer = [guards[other] for other in cells if _depth(other) > _depth(cell)]
        limits.append(Some((Not(guards[cell]), *finer, Most("count", 0), Least("count", cell.cell))))
    unnamed = Least("count", max(cell.cell for cell in cells))
    return All((*limits, Some((*guards.values(), Most("count", 0), unnamed))))


def _guard(cell: MinimumCell, domains: Domains) -> Formula:
    parts: list[Formula] = []
    if cell.purpose is not None:
        parts.append(OneOf("purpose", frozenset({cell.purpose}), domains.codes["purpose"]))
    if cell.condition is not None:
        below = domains.conditions_below.get(cell.condition, frozenset())
        parts.append(OneOf("condition", below, domains.codes["condition"]))
    return All(tuple(parts))


def _depth(cell: MinimumCell) -> int:
    return (cell.purpose is not None) + (cell.condition is not None)


def _roots(rules: tuple[Rule, ...], domains: Domains) -> frozenset[str]:
    """The units that clauses name, rather than what lies below them."""
    named = ((code, rule.named_on) for rule in rules for code in rule.clause.scope.places or ())
    return frozenset(unit for unit in (domains.unit_of(code, on) for code, on in named) if unit)


def _witness(told: Formula, not_told: Formula, roots: frozenset[str]) -> dict[str, Any] | None:
    """The simplest row told under the first and not under the second; None when z3 proves there is none.

    z3 is asked to keep the ordinary codes wherever it can, so what remains is the difference; among equal words the
    first of the vocabulary stands, so that two countries alike but for their names see the same row.
    """
    terms = smt.Terms()
    solver = z3.Optimize()
    gap = All((told, Not(not_told)))
    yes = smt.is_true(told, terms)
    other = z3.Not(smt.is_true(not_told, terms))
    smt.is_true(gap, terms)
    solver.add(yes, other, *terms.bounds(), *_days_agree(terms), *_clean(terms))
    for attribute, usual in SIMPLEST.items():
        if attribute in terms.codes and usual in terms.worlds[attribute]:
            solver.add_soft(terms.codes[attribute] == terms.worlds[attribute].index(usual), 1)
    for attribute, number in {"level": 1, "age_months": 2400, "count": 100, "word": 2}.items():
        if attribute in terms.numbers:
            solver.add_soft(terms.numbers[attribute] == number, 1)
    for wish in _wishes(terms, roots):
        solver.add_soft(wish, 1)
    for attribute in sorted(set(terms.codes) - BOUND):
        solver.minimize(terms.codes[attribute])
    for name in sorted(terms.numbers):
        solver.minimize(terms.numbers[name])
    apart = z3.Optimize(ctx=z3.Context())  # what was asked before must not choose the row: both sides read the same one
    apart.from_string(solver.sexpr())
    if apart.check() != z3.sat:
        return None
    return smt.row_of(apart.model().translate(z3.main_ctx()), terms)


def _wishes(terms: smt.Terms, roots: frozenset[str]) -> list[z3.BoolRef]:
    """A week that ended yesterday, the same day everywhere, in a place that a clause names."""
    days = [term for name, term in terms.numbers.items() if name.startswith("day:")]
    wishes = [first == second for first, second in pairwise(days)]
    end, start = terms.numbers.get("period_end"), terms.numbers.get("period_start")
    if end is not None:
        wishes += [day - end == 1 for day in days]
        wishes += [end - start == 6] if start is not None else []
    if "period" in terms.codes:
        wishes.append(terms.codes["period"] == terms.worlds["period"].index("week"))
    if "place" in terms.codes and roots:
        positions = [terms.worlds["place"].index(unit) for unit in sorted(roots)]
        wishes.append(z3.Or(*(terms.codes["place"] == position for position in positions)))
    return wishes


def _clean(terms: smt.Terms) -> list[z3.BoolRef]:
    """A witness is a row that could stand in a table: nothing null, no unknown code, plausible numbers."""
    numbers = [term >= 0 for term in terms.numbers.values()]
    there = [z3.Not(null) for null in terms.nulls.values()]
    return [*there, *numbers, *(code >= 0 for code in terms.codes.values())]


def _days_agree(terms: smt.Terms) -> list[z3.BoolRef]:
    """Today in two zones differs by at most a day, and a period begins before it ends."""
    days = [term for name, term in terms.numbers.items() if name.startswith("day:")]
    agree = [z3.And(a - b <= 1, b - a <= 1) for a in days for b in days if a is not b]
    if {"period_start", "period_end"} <= set(terms.numbers):
        agree.append(terms.numbers["period_start"] <= terms.numbers["period_end"])
    if "period_end" in terms.numbers:
        agree += [terms.numbers["period_end"] < day for day in days]
    return agree


def _readable(row: dict[str, Any]) -> dict[str, Any]:
    shown: dict[str, Any] = {}
    for name, value in sorted(row.items()):
        if name.startswith(("day:", "period_")) and isinstance(value, int):
            shown[name] = date.fromordinal(max(1, min(value, date.max.toordinal()))).isoformat()
        elif name == "at" and isinstance(value, int):
            shown[name] = datetime.fromtimestamp(value, UTC).isoformat()
        elif name == "word" and isinstance(value, int):
            shown[name] = WORDS[max(0, min(value, 2))]
        else:
            shown[name] = value
    return shown

"""What in an agreement that reads well will not work: clauses that never apply, clauses that bind one another.

Each remark has the clause's line. "cannot": something is wrong; "look": it is allowed, but perhaps not meant.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

import z3

from sampan.model.agreements import Agreement, Clause
from sampan.model.decisions import ZERO
from sampan.sharing.fragment import smt
from sampan.sharing.fragment.domains import Domains, Rule, rules_of
from sampan.sharing.fragment.formula import All, Formula, Not, covers_formula, within_formula
from sampan.sharing.obligations import PERSONS
from sampan.sharing.vocabularies import nearest


@dataclass(frozen=True)
class Remark:
    """One remark on a clause or on the whole (clause None)."""

    severity: str  # cannot, look
    what: str
    clause: str | None = None
    line: int | None = None
    nearest: str | None = None

    def __str__(self) -> str:
        where = f"line {self.line}: " if self.line else ""
        named = f"clause {self.clause}: " if self.clause else ""
        hint = f"; did you mean {self.nearest!r}?" if self.nearest else ""
        return f"{where}{named}{self.what}{hint}"

    def as_dict(self) -> dict[str, Any]:
        """For --json."""
        return {
            "severity": self.severity,
            "line": self.line,
            "clause": self.clause,
            "what": self.what,
            "nearest": self.nearest,
        }


def remarks(agreement: Agreement, domains: Domains) -> tuple[Remark, ...]:
    """Every remark, in the order of the file, those on the whole first."""
    posts = [post for side in agreement.parties for post in side.posts]
    known = domains.with_posts(posts)
    rules = rules_of(agreement)
    found = [*_whole(agreement)]
    for rule in rules:
        codes = _codes(rule.clause, known)
        found += [*codes, *_clause(rule.clause, agreement)]
        if not any(remark.severity == "cannot" for remark in codes):
            found += _never(rule, rules, known)
    found += _binding(rules, known)
    return tuple(found)


def _whole(agreement: Agreement) -> list[Remark]:
    said = []
    if not agreement.instrument.digest:
        said.append(Remark("look", "the signed paper has no digest yet; it cannot be activated without one"))
    if agreement.ends is None:
        said.append(Remark("look", "the agreement has no end and no day on which it must be renewed"))
    if agreement.review and agreement.ends and agreement.review > agreement.ends:
        said.append(Remark("look", "the review falls after the end"))
    if agreement.kind == "exchange":
        silent = [side.party for side in agreement.parties if side.focal_point is None]
        if silent:
            said.append(Remark("look", f"no focal point is named to be told before WHO is, for {', '.join(silent)}"))
    if agreement.kind == "deposit":
        said += _deposit({purpose for clause in agreement.clauses for purpose in clause.scope.purposes})
    given = {clause.owner for clause in agreement.clauses if clause.effect == "permit"}
    for side in agreement.parties:
        if side.party not in given and side.party != "office" and agreement.kind == "exchange":
            said.append(Remark("look", f"{side.party} gives nothing in return"))
    return said


def _deposit(purposes: set[str]) -> list[Remark]:
    said = []
    if "estimate" in purposes:
        said.append(Remark("look", "the purpose estimate opens nothing today: this office makes no estimates yet"))
    if "publish" in purposes:
        said.append(Remark("look", "the purpose publish opens nothing today: this office publishes nothing of its own"))
    if "keep" not in purposes:
        said.append(Remark("look", "no clause names the purpose keep: the office will open no original"))
    return said


def _codes(clause: Clause, domains: Domains) -> list[Remark]:
    """Codes that no vocabulary holds."""
    scope = clause.scope
    worlds = {
        "condition": (scope.conditions, domains.codes["condition"]),
        "place": (scope.places, frozenset(domains.dated) | frozenset(domains.places_below)),
        "source": (scope.sources, domains.codes["source"]),
        "condition of a minimum cell": (
            tuple(cell.condition for cell in clause.minimum_cells if cell.condition),
            domains.codes["condition"],
        ),
    }
    return [
        Remark("cannot", f"{code!r} is not a known {world}", clause.id, clause.line, nearest(code, known))
        for world, (named, known) in worlds.items()
        for code in named or ()
        if code not in known and known
    ]


def _clause(clause: Clause, agreement: Agreement) -> list[Remark]:
    said = []

    def look(what: str) -> None:
        said.append(Remark("look", what, clause.id, clause.line))

    if clause.owner in {side.party for side in agreement.parties if set(side.posts) & set(clause.scope.posts)}:
        look("it addresses a post of the owner itself")
    asks = clause.effect == "permit" and clause.authorisation.mode == "per-release"
    if asks and clause.authorisation.approver is None:
        look("no approver is named; the owner's coordinator will be asked each time")
    if asks and clause.authorisation.response_days is None:
        look("no response limit: a question that nobody answers waits for ever")
    posts = [post for side in agreement.parties for post in side.posts]
    words = (clause.authorisation.approver, *(clause.emergency.declared_by if clause.emergency else ()))
    for post in dict.fromkeys(one for one in words if one and one not in posts):
        what = f"{post!r}, whose word it names, is no post of the parties"
        said.append(Remark("look", what, clause.id, clause.line, nearest(post, posts)))
    if set(clause.scope.kinds) - {"aggregate"}:
        look("only aggregates leave; the other kinds stay with their owner until sealed deliveries exist")
    smallest = min(cell.cell for cell in clause.minimum_cells)
    if smallest == 1 and clause.tlp in ("clear", "green", "amber") and clause.effect == "permit":
        look(f"single cases may be told under TLP:{clause.tlp.upper()}, which may be passed on")
    largest = max(cell.cell for cell in clause.minimum_cells)
    persons = clause.scope.measures is None or set(clause.scope.measures) & set(PERSONS)
    if clause.effect == "permit" and largest > 1 and persons and agreement.kind == "exchange":
        if ZERO in clause.silences:
            look("zeros leave: where reports are never missing, a figure held back beside them is known to be no zero")
        else:
            look("a zero is held like a small count; `silences: [zero]` lets zeros leave")
    if clause.emergency and clause.id in clause.emergency.widens:
        look("it widens itself")
    return said


def _never(rule: Rule, rules: tuple[Rule, ...], domains: Domains) -> list[Remark]:
    """A clause that no row satisfies, alone or beside the others."""
    sources = domains.sources_of.get(rule.clause.owner)
    world = domains if sources else _with_a_source(domains, rule)
    speaks = covers_formula(rule, world)
    if not _possible(speaks):
        return [Remark("cannot", "it can never apply: no row fits all its parts", rule.clause.id, rule.clause.line)]
    if rule.clause.effect == "prohibit":
        return []
    if not _possible(All((speaks, within_formula(rule, world)))):
        return [
            Remark("cannot", "it can never apply: its limits shut out all it covers", rule.clause.id, rule.clause.line)
        ]
    stopping = [
        other.clause.id
        for other in rules
        if other.clause.effect == "prohibit"
        and not _possible(All((speaks, Not(covers_formula(other, _with_a_source(world, other))))))
    ]
    if stopping:
        what = f"it can never apply: clause {', '.join(stopping)} forbids all it covers"
        return [Remark("cannot", what, rule.clause.id, rule.clause.line)]
    return []


def _binding(rules: tuple[Rule, ...], domains: Domains) -> list[Remark]:
    """Permissions that cover the same rows with other limits: the stricter binds both."""
    said = []
    permits = [rule for rule in rules if rule.clause.effect == "permit" and rule.clause.emergency is None]
    for first, second in combinations(permits, 2):
        if first.clause.owner != second.clause.owner or first.clause.grains == second.clause.grains:
            continue
        world = _with_a_source(domains, first)
        if _possible(All((covers_formula(first, world), covers_formula(second, world)))):
            what = f"it covers what clause {first.clause.id} covers, at another resolution: the stricter binds both"
            said.append(Remark("look", what, second.clause.id, second.clause.line))
    return said


def _with_a_source(domains: Domains, rule: Rule) -> Domains:
    """The worlds with one source of the owner's, so that a template without sources can be judged."""
    owner = rule.clause.owner
    if domains.sources_of.get(owner):
        return domains
    named = rule.clause.scope.sources or (f"{owner}/any",)
    sources = frozenset(named)
    codes = {**domains.codes, "source": domains.codes["source"] | sources}
    return replace(domains, codes=codes, sources_of={**domains.sources_of, owner: sources})


def _possible(formula: Formula) -> bool:
    terms = smt.Terms()
    solver = z3.Solver()
    solver.add(smt.is_true(formula, terms), *terms.bounds())
    if {"period_start", "period_end"} <= set(terms.numbers):
        solver.add(terms.numbers["period_start"] <= terms.numbers["period_end"])
    return bool(solver.check() == z3.sat)

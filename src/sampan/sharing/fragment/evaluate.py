"""The meaning of clauses for one row, read straight from the clauses.

    told = (some permission covers the row)
           and (every permission that covers it, or may, holds with all its limits)
           and (no prohibition covers it, or may)

Three truth values (Kleene): a null or unknown code makes a part undecided, unless another part decides.
A part that lists nothing covers nothing, whatever the row holds; "any" covers even what is unknown.
A territory that merged is told only where each of its former parts may be told, until it is named itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sampan.model.agreements import ALL_AGES_YEARS, PERIOD_RANK, Clause, Grain, Truth
from sampan.sharing.fragment.domains import Domains, Rule
from sampan.sharing.vocabularies import rank

Row = Mapping[str, Any]


def told(rules: tuple[Rule, ...], row: Row, domains: Domains) -> Truth:
    """May this row be told? True, False, or None when it cannot be decided (which is denied)."""
    place = row.get("place")
    if place is not None and place in domains.merged and not _named(rules, place, domains):
        heirs = tuple(rule for rule in rules if rule.carries or rule.clause.effect == "prohibit")
        parts = [told(heirs, {**row, "place": part}, domains) for part in domains.merged[place]]
        return conjunction([*parts, *(negation(prohibited(rule, row, domains)) for rule in rules)])
    permits = [rule for rule in rules if rule.clause.effect == "permit"]
    covering = [covers(rule, row, domains) for rule in permits]
    bound = [
        disjunction([negation(covered), within(rule, row, domains)])
        for rule, covered in zip(permits, covering, strict=True)
    ]
    clear = [negation(prohibited(rule, row, domains)) for rule in rules]
    return conjunction([disjunction(covering), *bound, *clear])


def prohibited(rule: Rule, row: Row, domains: Domains) -> Truth:
    """Does this rule forbid the row? False for a permission."""
    return rule.clause.effect == "prohibit" and covers(rule, row, domains)


def covers(rule: Rule, row: Row, domains: Domains) -> Truth:
    """Does the clause speak of this row?"""
    scope, codes = rule.clause.scope, domains.codes
    places = domains.places(scope.places, rule.named_on)
    return conjunction(
        [
            _among(row.get("post"), scope.posts, codes["post"]),
            _among(row.get("purpose"), scope.purposes, codes["purpose"]),
            _among(row.get("source"), domains.sources(rule.clause.owner, scope.sources), codes["source"]),
            _among(row.get("condition"), domains.conditions(scope.conditions), codes["condition"]),
            _among(row.get("kind"), scope.kinds, codes["kind"]),
            scope.measures is None or _among(row.get("measure"), scope.measures, codes["measure"]),
            places is None or _among(row.get("place"), places, codes["place"]),
            _among(row.get("population"), scope.populations, codes["population"]),
            _among(row.get("class"), scope.classes, codes["class"]),
            scope.data_from is None or _least(row.get("period_start"), scope.data_from.toordinal()),
            scope.data_to is None or _most(row.get("period_end"), scope.data_to.toordinal()),
            _least(row.get(rule.day), rule.begins.toordinal()),
            rule.ends is None or _most(row.get(rule.day), rule.ends.toordinal()),
        ]
    )


def within(rule: Rule, row: Row, domains: Domains) -> Truth:
    """Is the row coarse, late and marked enough for the clause?"""
    clause = rule.clause
    labels = [label for label in domains.codes["tlp"] if rank("tlp", label) <= rank("tlp", clause.tlp)]
    return conjunction(
        [
            disjunction([_coarse(grain, row, domains) for grain in clause.grains]),
            _among(row.get("tlp"), labels, domains.codes["tlp"]),
            _late(clause, row, rule.day),
            clause.embargo_until is None or _least(row.get("at"), int(clause.embargo_until.timestamp())),
        ]
    )


def _coarse(grain: Grain, row: Row, domains: Domains) -> Truth:
    periods = [kind for kind, order in PERIOD_RANK.items() if order >= PERIOD_RANK[grain.period]]
    return conjunction(
        [
            _most(row.get("level"), grain.level),
            _among(row.get("period"), periods, domains.codes["period"]),
            _least(row.get("age_months"), months(grain)),
            grain.sex or _among(row.get("sex"), ["all"], domains.codes["sex"]),
        ]
    )


def months(grain: Grain) -> int:
    """The narrowest age band of a grain, in months."""
    return int((ALL_AGES_YEARS if grain.age_years is None else grain.age_years) * 12)


def _late(clause: Clause, row: Row, day: str) -> Truth:
    today, end = row.get(day), row.get("period_end")
    return None if today is None or end is None else bool(today - end >= clause.delay_days)


def conjunction(parts: Iterable[Truth]) -> Truth:
    """Kleene's and: False if one is False, else undecided if one is."""
    parts = list(parts)
    return False if False in parts else (None if None in parts else True)


def disjunction(parts: Iterable[Truth]) -> Truth:
    """Kleene's or: True if one is True, else undecided if one is."""
    parts = list(parts)
    return True if True in parts else (None if None in parts else False)


def negation(part: Truth) -> Truth:
    """Kleene's not."""
    return None if part is None else not part


def _among(value: Any, listed: Iterable[str], world: frozenset[str]) -> Truth:
    listed = frozenset(listed) & world
    if not listed:
        return False
    return value in listed if value is not None and value in world else None


def _least(value: Any, bound: int) -> Truth:
    return None if value is None else bool(value >= bound)


def _most(value: Any, bound: int) -> Truth:
    return None if value is None else bool(value <= bound)


def _named(rules: tuple[Rule, ...], place: Any, domains: Domains) -> bool:
    """True if a permission names the unit, or an area it lies in, itself."""
    for rule in rules:
        covered = domains.places(rule.clause.scope.places, rule.named_on)
        if rule.clause.effect == "permit" and covered is not None and place in covered:
            return True
    return False

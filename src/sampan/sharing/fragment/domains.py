"""The finite worlds a clause speaks of: posts, codes, and the trees of conditions and places.

A row's code outside its world is not "different", it is unknown: it could be a name for anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from sampan.model.agreements import Agreement, Clause, Codes
from sampan.model.places import ADMIN, Unit
from sampan.sharing.vocabularies import words

CODED = ("post", "purpose", "source", "condition", "kind", "measure", "place", "population", "class", "tlp")
VOCABULARY_OF = {"kind": "kind", "measure": "measure", "population": "population", "class": "class", "tlp": "tlp"}


@dataclass(frozen=True)
class Domains:
    """The codes of each world; `below` closures hold the code itself."""

    codes: Mapping[str, frozenset[str]]
    conditions_below: Mapping[str, frozenset[str]]
    closed_conditions: frozenset[str]
    places_below: Mapping[str, frozenset[str]]  # unit -> units of its subtree
    sources_of: Mapping[str, frozenset[str]]  # party -> the sources it owns
    dated: Mapping[str, tuple[tuple[date, date | None, str], ...]]  # place code -> (begins, ends, unit)
    merged: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # unit -> the units it was made of
    made_of: Mapping[str, frozenset[str]] = field(default_factory=dict)  # unit -> all it came out of, with their parts
    levels: Mapping[str, int] = field(default_factory=dict)  # unit -> level
    hierarchies: Mapping[str, str] = field(default_factory=dict)  # unit -> its hierarchy, where it is not ADMIN
    speaks: Mapping[str, str] = field(default_factory=dict)  # source -> the hierarchy it speaks, where it is not ADMIN

    def conditions(self, named: Codes) -> frozenset[str]:
        """The conditions a clause covers: those below the named ones; "any" leaves out the closed ones."""
        if named is None:
            return self.codes["condition"] - self.closed_conditions
        covered = frozenset().union(*(self.conditions_below.get(code, frozenset()) for code in named))
        opened = frozenset().union(
            *(self.conditions_below[code] for code in named if code in self.closed_conditions), frozenset()
        )
        return (covered - self.closed_conditions) | opened

    def sources(self, owner: str, named: Codes) -> frozenset[str]:
        """The sources a clause covers: nobody can give what is another's, so "any" is any of the owner's."""
        owned = self.sources_of.get(owner, frozenset())
        return owned if named is None else owned & frozenset(named)

    def places(self, named: Codes, on: date) -> frozenset[str] | None:
        """The units a clause covers, its place codes read as of `on`; None for any."""
        if named is None:
            return None
        roots = (self.unit_of(code, on) for code in named)
        return frozenset().union(*(self.places_below[root] for root in roots if root))

    def units_at(self, level: int, source: str | None) -> frozenset[str]:
        """The units of a level in which a source's figures are told: of its own hierarchy, else of ADMIN."""
        own = self.speaks.get(source or "", ADMIN)
        there = [(unit, self.hierarchies.get(unit, ADMIN)) for unit, at in self.levels.items() if at == level]
        spoken = own if any(hierarchy == own for _, hierarchy in there) else ADMIN
        return frozenset(unit for unit, hierarchy in there if hierarchy == spoken)

    def unit_of(self, code: str, on: date) -> str | None:
        """The unit a place code meant on a day; a unit stands for itself; None when there was none."""
        if code in self.places_below:
            return code
        for begins, ends, unit in self.dated.get(code, ()):
            if begins <= on and (ends is None or on < ends):
                return unit
        return None

    def with_posts(self, posts: Iterable[str]) -> Domains:
        """The same worlds, knowing these posts as well."""
        return replace(self, codes={**self.codes, "post": self.codes["post"] | frozenset(posts)})


@dataclass(frozen=True)
class Rule:
    """A clause with what its agreement says of time and succession."""

    id: str  # "agreement/clause"
    clause: Clause
    zone: str
    begins: date
    ends: date | None
    named_on: date  # the day on which its place codes are read
    carries: bool  # it passes to the successor of a merged territory
    notice_by: tuple[str, ...] = ()  # the parties whose notice ends it
    noticed: bool = False  # `ends` is the last day of a notice

    @property
    def day(self) -> str:
        """The attribute that holds today's date in the owner's zone."""
        return f"day:{self.zone}"


def rules_of(agreement: Agreement) -> tuple[Rule, ...]:
    """Every clause of an agreement as a rule, in the order of the file."""
    return tuple(
        Rule(
            id=f"{agreement.id}/{clause.id}",
            clause=clause,
            zone=agreement.zone_of(clause),
            begins=agreement.begins,
            ends=agreement.last_day,
            named_on=agreement.instrument.signed or agreement.begins,
            carries=agreement.party(clause.owner).successor == "continues",
            notice_by=agreement.notice_by,
            noticed=agreement.ends_by_notice,
        )
        for clause in agreement.clauses
    )


def build(
    *,
    posts: Iterable[str],
    owners: Mapping[str, str],
    parents: Mapping[str, str | None],
    closed: Iterable[str],
    units: Iterable[Unit],
    speaks: Mapping[str, str] | None = None,
) -> Domains:
    """The worlds from plain values: source -> owner, condition -> parent, closed conditions, dated units.

    `speaks`: source -> hierarchy, where it is not ADMIN.
    """
    units = tuple(units)
    below = _closure({code: (above,) if above else () for code, above in parents.items()})
    shut = frozenset().union(*(below.get(code, frozenset({code})) for code in closed), frozenset())
    subtrees = _closure(_unit_parents(units))
    codes = {
        "post": frozenset(posts),
        "purpose": frozenset(words("purpose")),
        "source": frozenset(owners),
        "condition": frozenset(parents),
        "place": frozenset(subtrees),
        "period": frozenset(words("period")),
        "sex": frozenset({"all", "female", "male", "other", "unknown"}),
    }
    codes |= {attr: frozenset(words(vocabulary)) for attr, vocabulary in VOCABULARY_OF.items()}
    dated: dict[str, tuple[tuple[date, date | None, str], ...]] = {}
    for unit in units:
        dated[unit.place] = (*dated.get(unit.place, ()), (unit.begins, unit.ends, unit.id))
    known = frozenset(subtrees)
    merged = {u.id: u.predecessors for u in units if u.predecessors and known.issuperset(u.predecessors)}
    return Domains(
        codes=codes,
        conditions_below=below,
        closed_conditions=shut,
        places_below=subtrees,
        sources_of={party: frozenset(s for s, o in owners.items() if o == party) for party in owners.values()},
        dated=dated,
        merged=merged,
        made_of=_made_of(merged, subtrees),
        levels={unit.id: unit.level for unit in units},
        hierarchies={unit.id: unit.hierarchy for unit in units if unit.hierarchy != ADMIN},
        speaks=speaks or {},
    )


def _unit_parents(units: tuple[Unit, ...]) -> dict[str, tuple[str, ...]]:
    """Each unit's parents: every unit of the parent's code that was in force on a day when it was itself.

    A district that outlived the splitting of its province lay in the old province and lies in the new one.
    """
    by_place: dict[str, list[Unit]] = {}
    for unit in units:
        by_place.setdefault(unit.place, []).append(unit)
    parents: dict[str, tuple[str, ...]] = {}
    for unit in units:
        above = by_place.get(unit.parent or "", [])
        last = unit.ends or date.max
        parents[unit.id] = tuple(
            p.id for p in above if p.begins < last and unit.begins < (p.ends or date.max) and p.id != unit.id
        )
    return parents


def _closure(parents: Mapping[str, Iterable[str]]) -> dict[str, frozenset[str]]:
    """Each code with all that lie below it."""
    below: dict[str, set[str]] = {code: {code} for code in parents}
    for code in parents:
        waiting, seen = list(parents[code]), {code}
        while waiting:
            above = waiting.pop()
            if above not in seen:
                seen.add(above)
                below.setdefault(above, {above}).add(code)
                waiting += parents.get(above, ())
    return {code: frozenset(found) for code, found in below.items()}


def _made_of(merged: Mapping[str, tuple[str, ...]], below: Mapping[str, frozenset[str]]) -> dict[str, frozenset[str]]:
    """Each unit that came out of others, with those, what they came out of, and all that lay in them."""
    into: dict[str, list[str]] = {unit: [] for unit in below}
    for unit, parts in merged.items():
        for part in parts:
            into[part].append(unit)
    every = _closure(into)
    return {unit: every[unit].union(*(below[part] for part in every[unit] - {unit})) for unit in merged}

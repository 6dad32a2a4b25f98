"""The ledger: every sum that left, for whom, and what must stay untold; a new release is tested with all of it.

Rules, in five lines:
1. What one recipient holds, all who may pool with it hold; what is public, everybody holds.
2. A count that changed is another count; the attacker knows which ones changed, and that the others did not.
3. A small count stays protected after it was revised, and a small revision waits unless corrections are immediate.
4. Counts older than `protected_for_days` are taken as known to everybody, and leave the system.
5. A figure is refused for what it is a sum of and what is known already, in one and the same word.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date, timedelta
from typing import Any

import numpy as np
import scipy.sparse as sp

from sampan.sharing.disclosure.attack import blocks
from sampan.sharing.disclosure.bounds import Proofs, Space, prove
from sampan.sharing.disclosure.gauss import EFFORT, Problem, distinct_sums, exact_pattern, started
from sampan.sharing.disclosure.widen import widen

PUBLIC = "public"
REFUSED = "not shared"  # the one word for every refusal
Terms = tuple[str, ...]


@dataclass(frozen=True)
class Row:
    """A sum that left: `terms` are counts in one of their versions ("a|2025-W03#1" is the second version)."""

    release: str
    recipient: str
    on: str  # the day it left
    terms: Terms


@dataclass(frozen=True)
class Difference:
    """A small revision that left at once, because the clause says `corrections: immediate`."""

    release: str
    recipient: str
    label: str
    before: int
    after: int


@dataclass(frozen=True)
class Ledger:
    """One source, condition and place subtree. Office material: it holds counts that were never told."""

    rows: tuple[Row, ...] = ()
    targets: tuple[Terms, ...] = ()
    versions: Mapping[str, tuple[int, ...]] = field(default_factory=dict)  # finest count -> its values, oldest first
    ends: Mapping[str, str] = field(default_factory=dict)  # finest count -> the last day it covers
    differences: tuple[Difference, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, kept: Mapping[str, Any]) -> Ledger:
        """The ledger as it was kept."""
        return cls(
            tuple(Row(r["release"], r["recipient"], r["on"], tuple(r["terms"])) for r in kept["rows"]),
            tuple(tuple(terms) for terms in kept["targets"]),
            {name: tuple(values) for name, values in kept["versions"].items()},
            dict(kept["ends"]),
            tuple(Difference(**difference) for difference in kept["differences"]),
        )

    def value(self, terms: Terms) -> int:
        """The persons in a sum of versioned counts."""
        return sum(self.versions[name][int(number)] for name, _, number in (t.rpartition("#") for t in terms))


@dataclass(frozen=True)
class Offer:
    """A release about to leave.

    `figures` gives for each label its finest counts; `counts` and `ends` are the present value and last day of
    each finest count. `cells` are further sums to protect if they are small, asked for or not (the other cells of
    the known groupings); finest counts always are. `pools` are sets of recipients that may put together what they hold.
    """

    release: str
    recipient: str
    on: date
    minimum: int
    figures: Mapping[str, Terms]
    counts: Mapping[str, int]
    ends: Mapping[str, date] = field(default_factory=dict)
    cells: Sequence[Terms] = ()
    pools: Sequence[frozenset[str]] = ()
    protected_for_days: int | None = None
    corrections: str = "scheduled"


@dataclass(frozen=True)
class Admission:
    """The ledger afterwards, the labels that may leave, and for each other one the same word."""

    ledger: Ledger
    told: tuple[str, ...]
    refused: Mapping[str, str]


def admit(ledger: Ledger, offer: Offer) -> Admission:
    """Which figures of an offer may leave, tested with everything its recipient and its pools hold.

    The same ledger and offer give the same answer anywhere.
    """
    ledger = _frozen(_versioned(ledger, offer), offer)
    versioned = {label: _terms(ledger, terms) for label, terms in offer.figures.items()}
    every = {*versioned.values(), *(_terms(ledger, terms) for terms in [*offer.cells, *((n,) for n in offer.counts)])}
    small = {terms for terms in every if 0 < ledger.value(terms) < offer.minimum}
    ledger = replace(ledger, targets=tuple(sorted({*ledger.targets, *small})))
    waiting, differences = _revisions(ledger, offer, versioned)
    held = set(waiting)
    for audience in audiences(ledger, offer):
        held |= _held(ledger, offer.minimum, audience, {k: v for k, v in versioned.items() if k not in held})
    told = tuple(label for label in offer.figures if label not in held)
    rows = tuple(Row(offer.release, offer.recipient, offer.on.isoformat(), versioned[label]) for label in told)
    after = replace(
        ledger,
        rows=ledger.rows + rows,
        differences=ledger.differences + tuple(d for d in differences if d.label not in held),
    )
    return Admission(after, told, dict.fromkeys(sorted(held), REFUSED))


def audiences(ledger: Ledger, offer: Offer) -> list[frozenset[str]]:
    """Every set of recipients whose holdings this offer would be added to."""
    known = {row.recipient for row in ledger.rows} | {offer.recipient}
    pools = [frozenset(pool) for pool in offer.pools] + [frozenset((one,)) for one in sorted(known)]
    reached = [pool for pool in pools if offer.recipient == PUBLIC or offer.recipient in pool]
    wide = {pool | {PUBLIC} for pool in reached}
    return sorted((pool for pool in wide if not any(pool < other for other in wide)), key=sorted)


def _versioned(ledger: Ledger, offer: Offer) -> Ledger:
    """The ledger with the present counts; a changed one gets a new version."""
    versions = dict(ledger.versions)
    for name, count in offer.counts.items():
        if name not in versions or versions[name][-1] != count:
            versions[name] = (*versions.get(name, ()), int(count))
    ends = dict(ledger.ends) | {name: day.isoformat() for name, day in offer.ends.items()}
    return replace(ledger, versions=versions, ends=ends)


def _frozen(ledger: Ledger, offer: Offer) -> Ledger:
    """Without the counts that are no longer protected: they are taken as known, which only helps the attacker."""
    if offer.protected_for_days is None:
        return ledger
    day = (offer.on - timedelta(days=offer.protected_for_days)).isoformat()
    old = {name for name, end in ledger.ends.items() if end < day} - set(offer.counts)

    def live(terms: Terms) -> Terms:
        return tuple(term for term in terms if term.rpartition("#")[0] not in old)

    return replace(
        ledger,
        rows=tuple(replace(row, terms=live(row.terms)) for row in ledger.rows if live(row.terms)),
        targets=tuple(sorted({live(terms) for terms in ledger.targets if live(terms)})),
        versions={name: values for name, values in ledger.versions.items() if name not in old},
        ends={name: end for name, end in ledger.ends.items() if name not in old},
    )


def _terms(ledger: Ledger, names: Terms) -> Terms:
    return tuple(f"{name}#{len(ledger.versions[name]) - 1}" for name in sorted(names))


def _revisions(ledger: Ledger, offer: Offer, versioned: Mapping[str, Terms]) -> tuple[set[str], list[Difference]]:
    """Figures whose small revision waits, and those that go at once as a disclosed difference."""
    audience = frozenset().union(*audiences(ledger, offer))
    last = {_bare(row.terms): row.terms for row in ledger.rows if row.recipient in audience}
    waiting, differences = set(), []
    for label, terms in versioned.items():
        earlier = last.get(_bare(terms))
        if earlier is None or earlier == terms:
            continue
        before, after = ledger.value(earlier), ledger.value(terms)
        if 0 < abs(after - before) < offer.minimum:
            if offer.corrections == "immediate":
                differences.append(Difference(offer.release, offer.recipient, label, before, after))
            else:
                waiting.add(label)
    return waiting, differences


def _bare(terms: Terms) -> Terms:
    return tuple(sorted(term.rpartition("#")[0] for term in terms))


def _held(ledger: Ledger, minimum: int, audience: frozenset[str], offered: Mapping[str, Terms]) -> set[str]:
    """Labels that must not leave for this audience."""
    labels = list(offered)
    old = list(dict.fromkeys(row.terms for row in ledger.rows if row.recipient in audience))
    systems = [*old, *ledger.targets, *(offered[label] for label in labels)]
    members, counts = _incidence(ledger, systems)
    new = np.arange(len(systems)) >= len(old) + len(ledger.targets)
    held: set[str] = set()
    for rows in blocks(members):
        if new[rows].any():
            part = sp.csr_matrix(members[rows])
            used = np.unique(part.indices)
            given, sums = _problem(part[:, used], counts[used], rows < len(old), new[rows], minimum)
            closed = protect_offer(given)
            held |= {labels[row - len(systems) + len(labels)] for row, one in zip(rows, sums, strict=True)
                     if new[row] and one >= 0 and closed[one]}  # fmt: skip
    return held


def protect_offer(given: Problem) -> np.ndarray:
    """Sums to hold back (bool) beside what left earlier; what that pins already is past protecting."""
    if not given.primary.any() or _exchangeable(given).all():
        return given.closed
    unknown = started(given)
    alive = replace(given, primary=unknown.watched.copy())
    everything = Space(alive, ~given.fixed)
    pinned = prove(everything, Proofs(len(given.values), whole=True), 1)
    alive.primary[pinned] = False
    return widen(alive, exact_pattern(alive, effort=EFFORT // 10), 1)


def _exchangeable(given: Problem) -> np.ndarray:
    """Primary sums (bool, of the primary ones) that stay open even if all figures offered leave.

    Counts that every leaving figure holds together, or not at all, can trade a person unseen. A sum with one such
    count inside and one outside is open; it stays so for a lone contributor if the trade can do without its count.
    """
    leaving = given.members[~given.closed].tocsc()
    kinds: dict[bytes, int] = {}
    kind = [
        kinds.setdefault(np.sort(leaving.indices[start:stop]).tobytes(), len(kinds))
        for start, stop in zip(leaving.indptr, leaving.indptr[1:], strict=False)
    ]
    ones = np.ones(len(kind), dtype=np.int64)
    of_kind = sp.csr_matrix((ones, (np.arange(len(kind)), kind)), shape=(len(kind), len(kinds)))
    sums = given.members[given.primary]
    inside = sp.csr_matrix(sums @ of_kind).tocoo()
    outside = np.bincount(kind, minlength=len(kinds))[inside.col] - inside.data
    single = (np.diff(sums.indptr) == 1)[inside.row]
    trades = np.bincount(inside.row[outside >= 1], minlength=sums.shape[0])
    sturdy = (outside >= 2) & ((inside.data >= 2) | single)
    sturdy_trades = np.bincount(inside.row[sturdy], minlength=sums.shape[0])
    if not (given.primary & (given.values == 1)).any():
        return trades >= 1
    return (trades >= 2) | (sturdy_trades >= 1)


def _incidence(ledger: Ledger, systems: Sequence[Terms]) -> tuple[sp.csr_matrix, np.ndarray]:
    """Sums x counts (0/1) and the counts; counts that always occur together are one."""
    where: dict[str, list[int]] = {}
    for row, terms in enumerate(systems):
        for term in terms:
            where.setdefault(term, []).append(row)
    together: dict[tuple[int, ...], int] = {}
    for term, rows in where.items():
        together[tuple(rows)] = together.get(tuple(rows), 0) + ledger.value((term,))
    patterns = list(together)
    entries = [(row, column) for column, pattern in enumerate(patterns) for row in pattern]
    ones = np.ones(len(entries), dtype=np.int64)
    at = np.array(entries, dtype=np.int64).reshape(-1, 2)
    shape = (len(systems), len(patterns))
    return sp.csr_matrix((ones, (at[:, 0], at[:, 1])), shape=shape), np.array(list(together.values()), dtype=np.int64)


def _problem(
    members: sp.csr_matrix, counts: np.ndarray, old: np.ndarray, new: np.ndarray, minimum: int
) -> tuple[Problem, np.ndarray]:
    """One block as a problem, and for each of its rows the sum it is (-1: nobody in it)."""
    distinct, present, sum_of, first = distinct_sums(members, counts)
    values = np.asarray(members @ counts).ravel()[first]
    fixed, offered, wanted = (np.zeros(len(first), dtype=bool) for _ in range(3))
    some = sum_of >= 0
    fixed[sum_of[some & old]] = True
    offered[sum_of[some & new]] = True
    wanted[sum_of[some & ~old & ~new]] = True
    closed = ~fixed & ((values < minimum) | ~offered)  # an earlier target is never offered by itself
    # what was small under another clause's minimum is protected by this one's
    primary = closed & (wanted | offered) & (values < minimum)
    cells = np.where(new & some, sum_of, -1)
    return Problem(distinct, present, values, primary, closed, fixed, cells, minimum), sum_of

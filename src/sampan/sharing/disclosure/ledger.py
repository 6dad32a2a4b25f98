"""The ledger: every sum that left, for whom, and what must stay untold; a new release is tested with all of it.

Rules, in seven:
1. What one recipient holds, all who may pool with it hold; what is public, everybody holds.
2. A count that changed is another count; the attacker knows which ones changed, and that the others did not. One that
   is again what it once was (as of an earlier day, after a withdrawal) is that earlier count.
3. A small count stays protected after it was revised, and a small revision waits unless corrections are immediate.
4. Counts older than `protected_for_days` are taken as known to everybody, and leave the system, asked for or not.
5. A figure is refused for what it is a sum of and what is known already, in one and the same word.
6. Sums that are known to be equal (the districts, the sexes) count as a figure that everybody holds.
7. Where zeros are held, what is held back beside small counts goes by which sums are small, not by how small: a reader
   who runs these rules on every table that could be learns no count, and a zero and a few look alike.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date, timedelta
from hashlib import sha256
from typing import Any

import numpy as np
import scipy.sparse as sp

from sampan.sharing.disclosure.attack import blocks
from sampan.sharing.disclosure.bounds import Proofs, Space, prove
from sampan.sharing.disclosure.gauss import Problem, distinct_sums, exact_pattern, started
from sampan.sharing.disclosure.widen import widen

PUBLIC = "public"
REFUSED = "not shared"  # the one word for every refusal
SEARCH = 8_000_000  # steps of elimination spent on the search of one block
TOLD, HELD = "told", "held"  # what becomes of a zero
UNREPORTED = "piece|"  # begins the name of a finest count that nobody reports (overlaps.py): no cell, and never told
Terms = tuple[str, ...]
Pair = tuple[Terms, Terms]  # two sums that are equal


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
    versions: Mapping[str, tuple[int, ...]] = field(default_factory=dict)  # finest count -> its values, as first met
    ends: Mapping[str, str] = field(default_factory=dict)  # finest count -> the last day it covers
    differences: tuple[Difference, ...] = ()
    equal: tuple[Pair, ...] = ()  # sums of versioned counts that are equal, told or not
    silent: tuple[Terms, ...] = ()  # sums at or above the minimum held back beside small ones, where zeros are held

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
            tuple((tuple(one), tuple(other)) for one, other in kept.get("equal", ())),
            tuple(tuple(terms) for terms in kept.get("silent", ())),
        )

    def joined(self, other: Ledger, mark: str) -> Ledger:
        """This ledger with another's rows, counts marked behind their names; joining it again adds nothing."""

        def marked(terms: Terms) -> Terms:
            return tuple(f"{named(name)}#{number}" for name, _, number in (term.rpartition("#") for term in terms))

        def named(name: str) -> str:
            return name if name.startswith(UNREPORTED) else f"{name}{mark}"  # a piece's name says what it is a count of

        return replace(
            self,
            rows=tuple(dict.fromkeys([*self.rows, *(replace(row, terms=marked(row.terms)) for row in other.rows)])),
            targets=tuple(sorted({*self.targets, *map(marked, other.targets)})),
            versions={named(name): values for name, values in other.versions.items()} | dict(self.versions),
            ends={named(name): end for name, end in other.ends.items()} | dict(self.ends),
            differences=tuple(dict.fromkeys([*self.differences, *other.differences])),
            silent=tuple(sorted({*self.silent, *map(marked, other.silent)})),
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
    `equal` are pairs of sums of finest counts that are known to be the same number. `zeros` says whether a zero is told
    as one, or held like a small count.
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
    equal: Sequence[Pair] = ()
    zeros: str = TOLD


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
    present = _present(ledger, offer)
    versioned = {label: _terms(present, terms) for label, terms in offer.figures.items()}
    protected = [*offer.cells, *((name,) for name in offer.counts if not name.startswith(UNREPORTED))]
    every = {*versioned.values(), *(_terms(present, terms) for terms in protected)}
    unseen = offer.zeros == HELD
    least = 0 if unseen else 1
    small = {terms for terms in every if terms and least <= ledger.value(terms) < offer.minimum}
    ledger = replace(ledger, targets=tuple(sorted({*ledger.targets, *small})), equal=_equal(ledger, offer, present))
    waiting, differences = _revisions(ledger, offer, versioned)
    held = waiting | {label for label, terms in offer.figures.items() if _too_small(offer, terms)}
    for audience in audiences(ledger, offer):
        left = {label: terms for label, terms in versioned.items() if label not in held}
        held |= _held(ledger, offer, audience, left)
    told = tuple(label for label in offer.figures if label not in held)
    beside = {versioned[label] for label in held if unseen and ledger.value(versioned[label]) >= offer.minimum}
    gone = [versioned[label] for label in told if versioned[label]]
    after = replace(
        ledger,
        rows=ledger.rows + tuple(Row(offer.release, offer.recipient, offer.on.isoformat(), terms) for terms in gone),
        differences=ledger.differences + tuple(d for d in differences if d.label not in held),
        silent=tuple(sorted({*ledger.silent, *beside})),
    )
    return Admission(after, told, dict.fromkeys(sorted(held), REFUSED))


def _too_small(offer: Offer, terms: Terms) -> bool:
    """A count below the minimum does not leave by itself, however old it is; nor does a zero where zeros are held."""
    count = sum(offer.counts[name] for name in terms)
    return count < offer.minimum if offer.zeros == HELD else 0 < count < offer.minimum


def audiences(ledger: Ledger, offer: Offer) -> list[frozenset[str]]:
    """Every set of recipients whose holdings this offer would be added to: one party with all its pools."""
    known = {row.recipient for row in ledger.rows} | {offer.recipient} | {one for pool in offer.pools for one in pool}
    holds = [frozenset((one,)).union(*(pool for pool in offer.pools if one in pool)) for one in sorted(known)]
    wide = {who | {PUBLIC} for who in holds if offer.recipient == PUBLIC or offer.recipient in who}
    return sorted((who for who in wide if not any(who < other for other in wide)), key=sorted)


def _versioned(ledger: Ledger, offer: Offer) -> Ledger:
    """The ledger with the counts of the offer; one with a value it never had gets a new version."""
    versions = dict(ledger.versions)
    for name, count in offer.counts.items():
        if count not in versions.get(name, ()):
            versions[name] = (*versions.get(name, ()), int(count))
    ends = dict(ledger.ends) | {name: day.isoformat() for name, day in offer.ends.items()}
    return replace(ledger, versions=versions, ends=ends)


def _frozen(ledger: Ledger, offer: Offer) -> Ledger:
    """Without the counts that are no longer protected: taken as known, which only helps the attacker."""
    if offer.protected_for_days is None:
        return ledger
    day = (offer.on - timedelta(days=offer.protected_for_days)).isoformat()
    old = frozenset(name for name, end in ledger.ends.items() if end < day)

    def live(terms: Terms) -> Terms:
        return tuple(term for term in terms if term.rpartition("#")[0] not in old)

    pairs = dict.fromkeys((live(one), live(other)) for one, other in ledger.equal)
    return replace(
        ledger,
        rows=tuple(replace(row, terms=live(row.terms)) for row in ledger.rows if live(row.terms)),
        targets=tuple(sorted({live(terms) for terms in ledger.targets if live(terms)})),
        versions={name: values for name, values in ledger.versions.items() if name not in old},
        ends={name: end for name, end in ledger.ends.items() if name not in old},
        equal=tuple(pair for pair in pairs if any(pair)),
        silent=tuple(terms for terms in ledger.silent if live(terms) == terms),
    )


def _equal(ledger: Ledger, offer: Offer, present: Mapping[str, str]) -> tuple[Pair, ...]:
    """The pairs known before and those of this offer, over its counts."""
    new = [(_terms(present, one), _terms(present, other)) for one, other in offer.equal]
    return tuple(dict.fromkeys([*ledger.equal, *(pair for pair in new if any(pair))]))


def _present(ledger: Ledger, offer: Offer) -> dict[str, str]:
    """Each count of the offer that is still protected -> the version of it that the offer gives."""
    known = {name: (ledger.versions[name], count) for name, count in offer.counts.items() if name in ledger.versions}
    return {name: f"{name}#{versions.index(count)}" for name, (versions, count) in known.items()}


def _terms(present: Mapping[str, str], names: Terms) -> Terms:
    return tuple(present[name] for name in sorted(names) if name in present)


def _revisions(ledger: Ledger, offer: Offer, versioned: Mapping[str, Terms]) -> tuple[set[str], list[Difference]]:
    """Figures whose small revision waits, and those that go at once as a disclosed difference."""
    audience = frozenset().union(*audiences(ledger, offer))
    last = {_bare(row.terms): row.terms for row in ledger.rows if row.recipient in audience}
    waiting, differences = set(), []
    for label, terms in versioned.items():
        earlier = last.get(_bare(terms))
        if earlier is None or earlier == terms or not terms:
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


def _held(ledger: Ledger, offer: Offer, audience: frozenset[str], offered: Mapping[str, Terms]) -> set[str]:
    """Labels that must not leave for this audience; where zeros are held, chosen by which sums are small alone."""
    labels, unseen = [label for label, terms in offered.items() if terms], offer.zeros == HELD
    if unseen:
        labels.sort(key=_lot({term for label in labels for term in offered[label]}, offered))
    known: list[Pair] = [(row.terms, ()) for row in ledger.rows if row.recipient in audience]
    known = list(dict.fromkeys([*known, *ledger.equal]))
    hidden = [*ledger.targets, *(ledger.silent if unseen else ())]
    wanted: list[Pair] = [(terms, ()) for terms in (*hidden, *(offered[label] for label in labels))]
    members, counts, kept = _incidence(ledger, [*known, *wanted], empty=unseen)
    first = len(known) + len(hidden)
    new = np.arange(members.shape[0]) >= first
    held: set[str] = set()
    for rows in blocks(members):
        if new[rows].any():
            part = sp.csr_matrix(members[rows])
            used = np.unique(part.indices)
            old = rows < len(known)
            given, sums = _problem((part[:, used], counts[used], kept[used]), old, new[rows], offer)
            closed = protect_offer(given)
            held |= {labels[row - first] for row, one in zip(rows, sums, strict=True)
                     if new[row] and one >= 0 and closed[one]}  # fmt: skip
    return held


def _lot(terms: set[str], offered: Mapping[str, Terms]) -> Callable[[str], bytes]:
    """A label's place in an order that follows from how the sums stand to each other.

    It sets no place before another, and knows no code: only how many counts stand before one, by name, is drawn from.
    """
    before = {term: at for at, term in enumerate(sorted(terms))}
    return lambda label: sha256(repr([before[term] for term in offered[label]]).encode()).digest()


def protect_offer(given: Problem) -> np.ndarray:
    """Sums to hold back (bool) beside what left earlier; what that pins already is past protecting."""
    if _settled(given) or not given.primary.any() or (not given.unseen and _exchangeable(given).all()):
        return given.closed
    unknown = started(given)
    alive = replace(given, primary=unknown.watched[: len(given.values)].copy())
    everything = Space(replace(alive, worded=False), ~given.fixed)
    pinned = prove(everything, Proofs(len(given.values), whole=True), 1)
    alive.primary[pinned] = False
    return widen(alive, exact_pattern(alive, effort=SEARCH), 1)


def _settled(given: Problem) -> bool:
    """Whether each sum left earlier or cannot leave: what left stays told, and nothing is to be chosen."""
    return bool((given.closed | given.fixed).all())


def _exchangeable(given: Problem) -> np.ndarray:
    """Primary sums (bool, of the primary ones) that stay open even if all figures offered leave.

    Counts that every leaving figure holds together, or not at all, can trade a person unseen. A sum with one such
    count inside and one outside is open; it stays so for a lone contributor if the trade can do without its count.
    """
    leaving = given.members[~given.closed].tocsc()
    leaving.sort_indices()
    kinds: dict[bytes, int] = {}
    kind = [
        kinds.setdefault(leaving.indices[start:stop].tobytes() + leaving.data[start:stop].tobytes(), len(kinds))
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


def _incidence(ledger: Ledger, systems: Sequence[Pair], *, empty: bool) -> tuple[sp.csr_matrix, np.ndarray, np.ndarray]:
    """Sums x counts (1, and -1 for what is taken away) and the counts; those that always occur together are one.

    And which counts (bool) may be none without anybody knowing: all where zeros are held, and those nobody reports.
    """
    where: dict[str, list[tuple[int, int]]] = {}
    for row, pair in enumerate(systems):
        for sign, terms in zip((1, -1), pair, strict=True):
            for term in terms:
                where.setdefault(term, []).append((row, sign))
    together: dict[tuple[tuple[int, int], ...], int] = {}
    kept: dict[tuple[tuple[int, int], ...], bool] = {}
    for term, entries in where.items():
        together[tuple(entries)] = together.get(tuple(entries), 0) + ledger.value((term,))
        kept[tuple(entries)] = empty or kept.get(tuple(entries), False) or term.startswith(UNREPORTED)
    cells = [(row, column, sign) for column, pattern in enumerate(together) for row, sign in pattern]
    at = np.array(cells, dtype=np.int64).reshape(-1, 3)
    shape = (len(systems), len(together))
    members = sp.csr_matrix((at[:, 2], (at[:, 0], at[:, 1])), shape=shape)
    return members, np.array(list(together.values()), dtype=np.int64), np.array(list(kept.values()), dtype=bool)


def _problem(
    block: tuple[sp.csr_matrix, np.ndarray, np.ndarray], old: np.ndarray, new: np.ndarray, offer: Offer
) -> tuple[Problem, np.ndarray]:
    """One block as a problem, and for each of its rows the sum it is (-1: nobody in it).

    `block`: sums x counts, the counts, and which of them (bool) are kept where they are none.

    Where zeros are held the reader is taken to know which sums are small: what is chosen may then go by it.
    """
    minimum, unseen = offer.minimum, offer.zeros == HELD
    members, counts, kept = block
    distinct, present, sum_of, first = distinct_sums(members, counts, empty=kept)
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
    given = Problem(distinct, present, values, primary, closed, fixed, cells, minimum, worded=unseen, unseen=unseen)
    return given, sum_of

"""An agreement as frozen values; no rule lives here.

A part of a scope that is None is "any": it covers every ordinary value, never a closed one
(HIV, sexually transmitted infections, people in prisons, camps or on the move: these must be named).
Dates are calendar days in the owner's zone; instants are UTC.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

Effect = Literal["permit", "prohibit"]
Truth = bool | None  # None: cannot be decided

OFFICE = "office"  # the broker's own party: a recipient like any other
NOT_DONE_YET = ("estimate", "publish")  # purposes of deposit terms that nothing in this office asks for today
DEFAULT_MINIMUM_CELL = 5
ALL_AGES_YEARS = 200.0  # the width of a figure not split by age
PERIOD_RANK = {"day": 0, "week": 1, "four-weeks": 2, "month": 3, "quarter": 4, "year": 5}

Codes = tuple[str, ...] | None


@dataclass(frozen=True)
class Instrument:
    """The signed paper that prevails over this file; `digest` is "sha256:" and 64 hex digits."""

    name: str
    signed: date | None
    signatories: tuple[str, ...] = ()
    digest: str = ""


@dataclass(frozen=True)
class PartyTerms:
    """One side: its posts, its clock, whom to tell, and what happens when its territory is merged."""

    party: str
    name: str
    country: str | None
    zone: str
    posts: tuple[str, ...]
    focal_point: str | None = None
    successor: str = "continues"  # continues, ends


@dataclass(frozen=True)
class Scope:
    """Who may be told what: the clause speaks of a row only when every part covers it."""

    posts: tuple[str, ...]
    purposes: tuple[str, ...]
    sources: Codes = None
    conditions: Codes = None
    kinds: tuple[str, ...] = ("aggregate",)
    measures: Codes = None
    places: Codes = None  # place codes or dated units; each stands for its whole subtree
    populations: tuple[str, ...] = ("general",)
    classes: tuple[str, ...] = ("open", "official")
    data_from: date | None = None
    data_to: date | None = None


@dataclass(frozen=True)
class Grain:
    """The finest cell that may be told. `age_years` None: not split by age."""

    level: int
    period: str
    age_years: float | None = None
    sex: bool = False


@dataclass(frozen=True)
class MinimumCell:
    """Counts of 1 to `cell` - 1 are protected, for a purpose and a condition or for all (None)."""

    cell: int
    purpose: str | None = None
    condition: str | None = None


@dataclass(frozen=True)
class Authorisation:
    """Whose word is needed before a release: none, standing (given once, here) or per-release."""

    mode: str = "per-release"
    approver: str | None = None
    response_days: int | None = None


@dataclass(frozen=True)
class Emergency:
    """A clause that exists only while its named trigger is declared, and in place of the clauses it widens."""

    trigger: str
    declared_by: tuple[str, ...]
    sunset_hours: int
    widens: tuple[str, ...]
    review_days: int


@dataclass(frozen=True)
class Clause:
    """A permission with its limits, or a prohibition."""

    id: str
    effect: Effect
    owner: str  # the party whose data it speaks of
    scope: Scope
    grains: tuple[Grain, ...] = ()
    minimum_cells: tuple[MinimumCell, ...] = (MinimumCell(DEFAULT_MINIMUM_CELL),)
    delay_days: int = 0
    embargo_until: datetime | None = None
    tlp: str = "amber"  # the least restricted label the recipient may pass it on under
    authorisation: Authorisation = Authorisation()
    emergency: Emergency | None = None
    silences: tuple[str, ...] = ()  # silences that may be told apart: release-pending, suppressed, zero
    protected_for_days: int | None = None
    corrections: str = "scheduled"  # immediate, scheduled
    practices: tuple[str, ...] = ()  # what may be told of how figures were made: unapproved-words
    line: int | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Publication:
    """What the recipient does before it publishes: days of review, and the owner's right."""

    review_days: int = 30
    right: str = "veto"  # comment, veto


@dataclass(frozen=True)
class Terms:
    """Obligations of the whole agreement."""

    onward: str = "none"
    retention_days: int | None = None
    publication: Publication = Publication()
    attribution: str = ""
    benefits: tuple[str, ...] = ()
    reciprocity: str = "shown"  # shown, stops-flow
    ihr_article_9: str = "tell-owner-first"
    ihr_tell_hours: int = 24
    dispute: tuple[str, ...] = ()
    licence: str = ""
    breach_hours: int = 24


@dataclass(frozen=True)
class Agreement:
    """One version of one agreement; immutable once activated."""

    id: str
    version: int
    kind: str  # exchange, deposit
    title: str
    instrument: Instrument
    parties: tuple[PartyTerms, ...]
    begins: date
    ends: date | None
    clauses: tuple[Clause, ...]
    terms: Terms = Terms()
    review: date | None = None
    exit_days: int = 30
    prevailing_language: str = "en"
    languages: tuple[str, ...] = ("en",)
    notice_until: date | None = None  # the last day, once a side gave notice; stands in the records, never in the file
    notice_by: tuple[str, ...] = ()  # the parties whose notice ends on that day

    @property
    def last_day(self) -> date | None:
        """The last day in force: of the term, or of a notice that ends sooner; None without an end."""
        return min((day for day in (self.ends, self.notice_until) if day is not None), default=None)

    @property
    def ends_by_notice(self) -> bool:
        """True if it is a notice that ends it, not its term."""
        return self.notice_until is not None and self.notice_until == self.last_day != self.ends

    @property
    def name(self) -> str:
        """How people cite it: "weekly-pair v2"."""
        return f"{self.id} v{self.version}"

    def party(self, code: str) -> PartyTerms:
        """The named side."""
        return next(side for side in self.parties if side.party == code)

    def zone_of(self, clause: Clause) -> str:
        """The zone whose calendar days the clause counts in: the owner's."""
        return self.party(clause.owner).zone

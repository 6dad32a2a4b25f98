"""A request and the answer to it, as frozen values; no rule lives here.

Instants are UTC. A decision holds parts; each part names the clause, the reasons and what binds the recipient.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from sampan.model.agreements import Codes

Outcome = Literal["allow", "coarsen", "needs-approval", "deny"]


ZERO = "zero"  # of the silences: zeros may be told apart from small counts


@dataclass(frozen=True)
class Asked:
    """The cells a request wants: level, period kind, age width (None: all ages), split by sex."""

    level: int
    period: str
    age_years: float | None = None
    sex: bool = False


@dataclass(frozen=True)
class Request:
    """What a post asks for, and what for. `operation`: list, sum or rank over sources."""

    id: str
    post: str
    purpose: str
    conditions: tuple[str, ...]
    places: tuple[str, ...]
    measures: tuple[str, ...]
    data_from: date
    data_to: date
    asked: Asked
    kind: str = "aggregate"
    sources: Codes = None
    population: str = "general"
    legal_class: str = "official"
    operation: str = "list"
    as_of: datetime | None = None
    format: str = "csv"
    language: str = "en"
    trigger: str | None = None
    layout: str | None = None


@dataclass(frozen=True)
class Reason:
    """Why, in a fixed word. `rule` is "agreement/clause", a gate rule or a rule of sharing; facts fill the phrase."""

    word: str
    rule: str
    facts: tuple[tuple[str, str], ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """For --json, the manifest and the corpus."""
        return {"reason": self.word, "rule": self.rule} | dict(self.facts)


@dataclass(frozen=True)
class Obligations:
    """What binds the recipient of what goes, the most restrictive of every clause that covers it."""

    minimum_cell: int
    tlp: str
    expires_at: datetime | None
    retention_days: int | None
    protected_for_days: int | None
    corrections: str
    silences: tuple[str, ...]
    attribution: tuple[str, ...]
    publication_review_days: int
    publication_right: str
    benefits: tuple[str, ...]
    licence: tuple[str, ...]
    practices: tuple[str, ...] = ()  # what the recipient may know of how the figures were made
    onward: str = "none"  # to whom it may be passed on

    @property
    def tells_zeros(self) -> bool:
        """Whether a zero leaves as one: beside counts held back it would mark them, so the clauses must name it."""
        return self.minimum_cell <= 1 or ZERO in self.silences

    def tells(self, count: int) -> bool:
        """Whether a count of persons is large enough to be told by itself, or none at all and told as such."""
        return count >= self.minimum_cell or (count == 0 and self.tells_zeros)


@dataclass(frozen=True)
class Part:
    """The answer for one source-or-any x condition x place x measure of a request."""

    condition: str
    place: str
    measure: str
    outcome: Outcome
    grain: Asked | None
    reasons: tuple[Reason, ...]
    obligations: Obligations | None = None
    approver: str | None = None
    source: str | None = None
    until: date | None = None  # the last day that may be told by now, where a delay cuts the window


@dataclass(frozen=True)
class Decision:
    """The answer to a request: an outcome for the whole, and its parts with clause and reasons."""

    request: str
    outcome: Outcome
    parts: tuple[Part, ...]
    reasons: tuple[Reason, ...]
    agreements: tuple[str, ...]
    decided_at: datetime

    @property
    def goes(self) -> tuple[Part, ...]:
        """The parts of which something leaves."""
        return tuple(part for part in self.parts if part.outcome in ("allow", "coarsen"))

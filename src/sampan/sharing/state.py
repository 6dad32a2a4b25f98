"""What is frozen while one request is decided: the clock, what is in force, who has given their word.

Operations read it from the records; a test writes it down; decide never looks anywhere else.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sampan.model.agreements import Agreement
from sampan.sharing.gates import GateRule, Word


@dataclass(frozen=True)
class Declared:
    """An emergency somebody declared: the trigger, the post, when, and when it was called off."""

    trigger: str
    by: str
    at: datetime
    ended_at: datetime | None = None


@dataclass(frozen=True)
class Comparison:
    """The verdict on two sources' figures; `word` is comparable, caveat or not-comparable."""

    first: str
    second: str
    word: str
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True)
class Override:
    """An owner's word that figures which cannot be compared may still be added or ranked for one request."""

    request: str
    owner: str
    by: str
    at: datetime


@dataclass(frozen=True)
class State:
    """The frozen state. `agreements` are those in force or suspended that name the asking post."""

    now: datetime
    agreements: tuple[Agreement, ...]
    suspended: frozenset[str] = frozenset()  # agreement ids
    words: tuple[Word, ...] = ()
    asked_at: datetime | None = None  # when approval was first asked for this request
    gates: tuple[tuple[str, tuple[GateRule, ...]], ...] = ()  # owner party -> its ladder
    declared: tuple[Declared, ...] = ()
    lapsed_flows: frozenset[tuple[str, str]] = frozenset()  # (owner, party that no longer gives in return)
    outages: frozenset[str] = frozenset()  # parties within a declared outage
    labels: tuple[tuple[str, str], ...] = ()  # source -> TLP of its data, "clear" when it says nothing
    comparisons: tuple[Comparison, ...] = ()
    overrides: tuple[Override, ...] = ()
    made_public: frozenset[str] = field(default_factory=frozenset)  # conditions whose secrecy the ministry has lifted

    def ladder(self, owner: str) -> tuple[GateRule, ...]:
        """The gates of an owner's country."""
        return next((rules for party, rules in self.gates if party == owner), ())

    def label(self, source: str) -> str:
        """The TLP label the source put on its data."""
        return next((label for code, label in self.labels if code == source), "clear")

"""What is frozen while one request is decided: the clock, what is in force, who has given their word.

Operations read it from the records; a test writes it down; decide never looks anywhere else.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

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
class Outage:
    """A span in which a party declared that it cannot answer or deliver."""

    party: str
    at: datetime
    until: datetime


@dataclass(frozen=True)
class Stop:
    """The step after which an agreement holds no more, or not now. Of one the clock took, the last day is the end."""

    agreement: Agreement
    verb: str  # suspend, terminate, end-at-once, run-out, expire
    by: str  # the post
    at: datetime

    def day(self, zone: str) -> date:
        """The day on which it stopped, in a zone: the last day it held, where time ended it."""
        last = self.agreement.last_day if self.verb in ("run-out", "expire") else None
        return last or self.at.astimezone(ZoneInfo(zone)).date()


@dataclass(frozen=True)
class State:
    """The frozen state. `agreements` are those in force or suspended that name the asking post."""

    now: datetime
    agreements: tuple[Agreement, ...]
    suspended: frozenset[str] = frozenset()  # agreement ids
    stops: tuple[Stop, ...] = ()  # of agreements suspended or ended that name the asking post: reasons, never a rule
    words: tuple[Word, ...] = ()
    asked_at: datetime | None = None  # when approval was first asked for this request
    gates: tuple[tuple[str, tuple[GateRule, ...]], ...] = ()  # owner party -> its ladder
    declared: tuple[Declared, ...] = ()
    lapsed_flows: frozenset[tuple[str, str]] = frozenset()  # (owner, party that no longer gives in return)
    outages: frozenset[str] = frozenset()  # parties within a declared outage
    stood_still: tuple[Outage, ...] = ()  # every outage, past ones too: the clock of an answer stands still in it
    labels: tuple[tuple[str, str], ...] = ()  # source -> TLP of its data, "clear" when it says nothing
    comparisons: tuple[Comparison, ...] = ()
    overrides: tuple[Override, ...] = ()
    made_public: frozenset[str] = field(default_factory=frozenset)  # conditions whose secrecy the ministry has lifted

    def ladder(self, owner: str) -> tuple[GateRule, ...]:
        """The gates of an owner's country."""
        return next((rules for party, rules in self.gates if party == owner), ())

    def counted_from(self, party: str, asked: datetime) -> datetime:
        """From when a party's time to answer counts: the asking, moved on by its outages since."""
        return counted_from(self.stood_still, party, asked, self.now)

    def label(self, source: str) -> str:
        """The TLP label the source put on its data."""
        return next((label for code, label in self.labels if code == source), "clear")


def counted_from(outages: Iterable[Outage], party: str, asked: datetime, now: datetime) -> datetime:
    """The asking, moved on by the time that lay within the party's outages until now."""
    spans = sorted((max(one.at, asked), min(one.until, now)) for one in outages if one.party == party)
    start, reached = asked, asked
    for begins, ends in spans:
        start += max(ends, reached) - max(begins, reached) if ends > begins else ends - ends
        reached = max(reached, ends)
    return start

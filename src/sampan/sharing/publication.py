"""May something built on releases be published: what each owner said of it, the clock of its review, the outcome.

The clauses under which the figures were given say how many days each owner has, and whether it may refuse or comment.

    waits       until midnight after the last review day, in the owner's own zone
    agreed      the owner said so; nothing more is waited for
    refused     said by an owner that has the right, until it says otherwise
    commented   heard, and nothing is stopped by it
    no-answer   the days are over and the owner said nothing

After the days what was not refused may appear, with two exceptions, in which the owner's own word is needed: figures
given for another purpose than publication, and figures marked TLP:RED, where the owner has the right to refuse.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

ANSWERS = ("agreed", "commented", "refused")
PURPOSE = "publication"
_WORST_FIRST = ("refused", "no-answer", "commented", "waits")


@dataclass(frozen=True)
class Review:
    """What an owner's agreement gives it before a publication: days, a right, and whether its word is needed."""

    owner: str
    zone: str
    days: int
    right: str  # comment, veto
    needs_word: bool
    rules: tuple[str, ...] = ()  # agreement/clause
    posts: tuple[str, ...] = ()  # of the owner's side, as the agreements name them

    def as_dict(self) -> dict[str, Any]:
        """As it is kept with the publication."""
        return {**asdict(self), "rules": list(self.rules), "posts": list(self.posts)}

    @classmethod
    def of_dict(cls, kept: Mapping[str, Any]) -> Review:
        """The review that was kept."""
        return cls(**{**kept, "rules": tuple(kept["rules"]), "posts": tuple(kept["posts"])})

    def ends(self, counted_from: datetime) -> datetime:
        """The first instant after the last review day, in the owner's zone; the day of the announcement is day 0."""
        zone = ZoneInfo(self.zone)
        last = counted_from.astimezone(zone).date() + timedelta(days=self.days)
        return datetime.combine(last + timedelta(days=1), time(), zone) if self.days else counted_from


@dataclass(frozen=True)
class Said:
    """One answer of one owner to the draft as it is now."""

    owner: str
    answer: str  # agreed, commented, refused
    at: datetime


@dataclass(frozen=True)
class Standing:
    """Where one owner's review stands: its state, until when it lasts, and whether nothing stands in the way."""

    review: Review
    state: str  # waits, agreed, commented, no-answer, refused
    until: datetime
    may: bool

    @property
    def last_day(self) -> date:
        """The last review day, in the owner's zone."""
        return (self.until - timedelta(microseconds=1)).astimezone(ZoneInfo(self.review.zone)).date()

    @property
    def in_review(self) -> bool:
        """True while the owner's days run and it has not decided."""
        return self.state == "waits"


def needs_word(right: str, purpose: str, tlp: str | None) -> bool:
    """Whether silence is no consent: the owner may refuse, and the figures were not given to be made public."""
    return right == "veto" and (purpose != PURPOSE or tlp == "red")


def strictest(reviews: Iterable[Review]) -> Review:
    """Of one owner's reviews of several releases: the longest, with the widest right. ValueError without any."""
    found = list(reviews)
    first = found[0]
    return Review(
        first.owner, first.zone, max(one.days for one in found),
        "veto" if any(one.right == "veto" for one in found) else "comment",
        any(one.needs_word for one in found), tuple(sorted({rule for one in found for rule in one.rules})),
        tuple(sorted({post for one in found for post in one.posts})),
    )  # fmt: skip


def standing(review: Review, counted_from: datetime, said: Sequence[Said], now: datetime) -> Standing:
    """Where an owner's review stands at an instant; `said` in the order of time, of this owner and this draft."""
    until = review.ends(counted_from)
    decided = [one.answer for one in said if one.answer != "commented"]
    if decided:
        return Standing(review, decided[-1], until, decided[-1] == "agreed")
    if now < until:
        return Standing(review, "waits", until, may=False)
    return Standing(review, "commented" if said else "no-answer", until, not review.needs_word)


def worst(standings: Iterable[Standing]) -> Standing | None:
    """What stands in the way most: refused, no-answer, commented or waits; None when it may appear."""
    against = [one for one in standings if not one.may]
    return min(against, key=lambda one: _WORST_FIRST.index(one.state), default=None)

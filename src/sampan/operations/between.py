"""Between two parties, private to them: what was given and received, hours to answer, hours of work put in.

Both sides read the same figures. Where nothing was due there is no figure: not 0, and not 100 %.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from statistics import median
from typing import Any

from django.db import transaction

from sampan.model.errors import Refused, UserError
from sampan.operations import homes
from sampan.operations.sharing import outages, returns
from sampan.operations.sharing.frozen import gates_of
from sampan.operations.sharing.gates import party_of
from sampan.sharing.agreements.parse import agreement_of
from sampan.sharing.state import State
from sampan.sharing.states import LIVE
from sampan.store import entries
from sampan.store.models import AgreementVersion, Entry, GivenWord, Outbox, ReleaseRecord

WORK = "work:noted"
WINDOW = timedelta(days=365)
MOST_MINUTES = 7 * 24 * 60


@dataclass(frozen=True)
class Way:
    """One direction in the last year. None: nothing was due."""

    giver: str
    receiver: str
    releases: int
    cells: int
    asked: int  # requests of the receiver that needed the giver's word
    answered: int
    waiting: int
    median_hours: float | None  # from the question to the answer
    longest_hours: float | None
    answered_share: float | None
    openings: int
    uses: int  # notes of what came of it
    used_share: float | None  # of the releases
    work_minutes: int  # that the giver's people noted for this exchange
    lapsed_since: datetime | None  # when the receiver was last owed something and given nothing; None: it was given


@dataclass(frozen=True)
class Between:
    """Both directions of a pair, the pair in the order of its names."""

    first: str
    second: str
    since: datetime
    ways: tuple[Way, ...]  # two, in the order of the givers

    def as_dict(self) -> dict[str, Any]:
        """For --json; the same document for both sides."""
        return {
            "parties": [self.first, self.second],
            "since": self.since.date().isoformat(),
            "ways": [asdict(way) for way in self.ways],
        }


def between(one: str, other: str, now: datetime) -> Between:
    """The account of two parties; the same whichever of them is named first."""
    if one == other:
        raise UserError("the two parties are one", do="name two parties")
    first, second = sorted((one, other))
    since, lapses = now - WINDOW, _lapses((first, second), now)
    ways = [_way(giver, receiver, since) for giver, receiver in ((first, second), (second, first))]
    return Between(first, second, since, tuple(replace(way, lapsed_since=lapses[way.giver]) for way in ways))


def _lapses(pair: tuple[str, str], now: datetime) -> dict[str, datetime | None]:
    """Giver -> the newest lapse of its flow to the other under an agreement of the two; None where there is none."""
    store = homes.opened()
    found = AgreementVersion.objects.filter(state__in=LIVE).order_by("code", "-version")
    mine = [agreement_of(record.text, record.code) for record in found if _sides(record) == set(pair)]
    state = State(now, tuple(mine), gates=gates_of(store, tuple(mine)), stood_still=outages.every())
    sources = homes.sources(store)

    def newest(giver: str, taker: str) -> datetime | None:
        lapses = (returns.lapsed_since(state, sources, agreement, giver, taker) for agreement in mine)
        return max((at for at in lapses if at is not None), default=None)

    return {pair[0]: newest(*pair), pair[1]: newest(*reversed(pair))}


def _sides(record: AgreementVersion) -> set[str]:
    return set(record.parties.strip("|").split("|"))


def partners(party: str) -> list[str]:
    """The parties with which a party has or had an agreement or a release, by name."""
    found: set[str] = set()
    for record in AgreementVersion.objects.filter(parties__contains=f"|{party}|"):
        found |= {side.party for side in agreement_of(record.text, record.code).parties}
    for release in ReleaseRecord.objects.filter(owners__contains=f"|{party}|"):
        found.add(release.party)
    for release in ReleaseRecord.objects.filter(party=party):
        found |= set(release.owners.strip("|").split("|"))
    return sorted(found - {party, ""})


def note_work(party: str, post: str, other: str, minutes: int, what: str, now: datetime) -> None:
    """Time that a post of one party put into the exchange with another; both read it. Refused without an exchange."""
    if other not in partners(party):
        raise Refused(
            f"there is no exchange between {party} and {other}", rule="between-parties", kept="nothing was noted"
        )
    if not 0 < minutes <= MOST_MINUTES:
        raise UserError("the time is between a minute and a week", kept="nothing was noted", do="note it in parts")
    body = {"party": party, "other": other, "minutes": minutes, "what": what, "by": post}
    with transaction.atomic():  # a crash here notes nothing
        entries.append(WORK, body, sorted((party, other)), at=now)


def work(one: str, other: str) -> list[dict[str, Any]]:
    """The notes of work of a pair, newest first."""
    found = Entry.objects.filter(kind=WORK, parties__contains=f"|{one}|").order_by("-index")
    pair = {one, other}
    return [{**e.facts, "at": e.at} for e in found if e.facts and {e.facts["party"], e.facts["other"]} == pair]


def _way(giver: str, receiver: str, since: datetime) -> Way:
    left = ReleaseRecord.objects.filter(
        party=receiver, owners__contains=f"|{giver}|", released_at__gte=since
    ).prefetch_related("openings", "uses")
    releases = list(left)
    hours, waiting = _answers(giver, receiver, since)
    asked = len(hours) + waiting
    used = sum(bool(one.uses.all()) for one in releases)
    return Way(
        giver=giver,
        receiver=receiver,
        releases=len(releases),
        cells=sum(int(one.manifest.get("told", 0)) for one in releases),
        asked=asked,
        answered=len(hours),
        waiting=waiting,
        median_hours=round(median(hours), 1) if hours else None,
        longest_hours=round(max(hours), 1) if hours else None,
        answered_share=round(len(hours) / asked, 3) if asked else None,
        openings=sum(len(one.openings.all()) for one in releases),
        uses=sum(len(one.uses.all()) for one in releases),
        used_share=round(used / len(releases), 3) if releases else None,
        work_minutes=sum(
            int(one["minutes"]) for one in work(giver, receiver) if one["party"] == giver and one["at"] >= since
        ),
        lapsed_since=None,
    )


def _answers(giver: str, receiver: str, since: datetime) -> tuple[list[float], int]:
    """Hours from each question of the receiver to the giver's first word on it, and how many still wait."""
    asked = Outbox.objects.filter(kind="gate:waits", to_party=giver, at__gte=since).order_by("at", "pk")
    first: dict[str, datetime] = {}
    for message in asked:
        code = message.facts.get("request")
        if code and party_of(message.facts["from"]) == receiver:
            first.setdefault(code, message.at)
    hours, waiting = [], 0
    for code, at in first.items():
        words = GivenWord.objects.filter(subject=code, at__gte=at).order_by("at", "pk")
        word = next((one for one in words if party_of(one.by) == giver), None)
        if word is None:
            waiting += 1
        else:
            hours.append((word.at - at).total_seconds() / 3600)
    return hours, waiting

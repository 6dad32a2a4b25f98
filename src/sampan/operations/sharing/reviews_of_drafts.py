"""Where a publication stands: what the clauses give each owner, its clock, and what each reader may see of it.

Who announced it sees all of it. An owner sees its own review, draft and answers, and the releases of its own figures.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sampan.model.agreements import Agreement
from sampan.operations.sharing import built_on, outages
from sampan.operations.sharing.acting import side_named
from sampan.operations.sharing.corrections import owners_of
from sampan.operations.sharing.gates import party_of
from sampan.operations.sharing.release_states import state_since
from sampan.sharing.agreements.parse import agreement_of
from sampan.sharing.publication import Review, Said, Standing, needs_word, standing, strictest, worst
from sampan.sharing.reasons import phrase
from sampan.sharing.state import counted_from
from sampan.store.models import AgreementVersion, PublicationDraft, PublicationRecord, ReleaseRecord

LEADS = (7, 2)  # days before the end of a review on which its owner is reminded
STOPPED = "stopped"
MAY = "may-appear"


@dataclass(frozen=True)
class Against:
    """Why a publication may not appear: refused, no-answer, commented, waits, or stopped with a release."""

    state: str
    owner: str = ""
    last_day: date | None = None
    release: str = ""


@dataclass(frozen=True)
class Words:
    """How sentences and days are written for a reader."""

    language: str = "en"
    day: Callable[[date], str] = date.isoformat

    def of(self, state: str, owner: str, last_day: date | None, **facts: str) -> str:
        """A state as a sentence."""
        day = self.day(last_day) if last_day else ""
        return phrase(f"publication.{state}", self.language, owner=owner, day=day, **facts)


PLAIN = Words()


@dataclass(frozen=True)
class Ending:
    """A review whose last days an owner is reminded of."""

    publication: str
    owner: str
    day: str  # the last one
    lead_days: int
    posts: tuple[str, ...]

    def facts(self) -> dict[str, object]:
        """What the message says."""
        return {"publication": self.publication, "day": self.day, "lead_days": self.lead_days}


def of_releases(records: Iterable[ReleaseRecord]) -> list[Review]:
    """What each owner whose clause let figures go is given before a publication, its strictest; by owner.

    An owner of whom nothing left is not asked; openly published figures and one's own have nobody to ask.
    """
    found: dict[str, list[Review]] = defaultdict(list)
    for record in records:
        for review in _of_release(record):
            found[review.owner].append(review)
    return [strictest(found[owner]) for owner in sorted(found)]


def open_releases(post: str, now: datetime) -> list[tuple[str, str, datetime]]:
    """(code, purpose, when it was given) of a post's releases that are open and of somebody's figures, newest first."""
    found = ReleaseRecord.objects.filter(recipient=post, ended_at=None).order_by("-pk")
    return [
        (one.code, one.manifest["request"]["purpose"], one.released_at)
        for one in found if one.manifest["clauses"] and state_since(one, now)[0] == "open"
    ]  # fmt: skip


def owners_of_releases(post: str, codes: Iterable[str]) -> list[str]:
    """The owners of a post's own releases among these."""
    found = ReleaseRecord.objects.filter(recipient=post, code__in=list(codes))
    return [one.owner for one in of_releases(found)]


def _of_release(record: ReleaseRecord) -> Iterator[Review]:
    """By the version of each agreement under which the release was given; it binds also after a newer one."""
    manifest = record.manifest
    named = {one["agreement"] for one in manifest["agreements"]}
    purpose, tlp = manifest["request"]["purpose"], manifest["tlp"]
    for rule in manifest["clauses"]:
        code, _, name = rule.partition("/")
        for agreement in _versions(code, named):
            clause = next((one for one in agreement.clauses if one.id == name), None)
            if clause is None:
                continue
            side, terms = agreement.party(clause.owner), agreement.terms.publication
            posts = tuple(post for post in side.posts if side_named(agreement, post) == side)
            needed = needs_word(terms.right, purpose, tlp)
            yield Review(clause.owner, side.zone, terms.review_days, terms.right, needed, (rule,), posts)


def _versions(code: str, named: set[str]) -> list[Agreement]:
    records = AgreementVersion.objects.filter(code=code).order_by("version")
    found = [agreement_of(one.text, one.code) for one in records]
    return [one for one in found if one.name in named]


def draft_of(record: PublicationRecord, owner: str) -> PublicationDraft:
    """The draft that an owner is given now."""
    return record.drafts.filter(owner=owner).order_by("-number")[0]


def standing_of(record: PublicationRecord, owner: str, now: datetime) -> Standing:
    """Where one owner's review stands; its clock stands still during a declared outage of the owner."""
    row = draft_of(record, owner)
    review = next(one for one in map(Review.of_dict, record.reviews) if one.owner == owner)
    began = counted_from(outages.every(), owner, row.at, now)
    said = [Said(owner, one.answer, one.at) for one in row.said.order_by("pk")]
    return standing(review, began, said, now)


def standings(record: PublicationRecord, now: datetime) -> list[Standing]:
    """Every owner's review, by owner."""
    return [standing_of(record, one["owner"], now) for one in record.reviews]


def against(record: PublicationRecord, now: datetime) -> Against | None:
    """What stands in the way; None when it may appear."""
    for release in ReleaseRecord.objects.filter(code__in=record.releases).order_by("pk"):
        if state_since(release, now)[0] != "open":
            return Against(STOPPED, release=release.code)
    found = worst(standings(record, now))
    return Against(found.state, found.review.owner, found.last_day) if found else None


def seen_by(code: str, post: str) -> PublicationRecord | None:
    """A publication that this post announced or whose owner it speaks for; None for any other, there or not."""
    record = PublicationRecord.objects.filter(code=code).first()
    if record is None or (record.post != post and f"|{party_of(post)}|" not in record.owners):
        return None
    return record


def announced(post: str, now: datetime, words: Words = PLAIN) -> list[dict[str, Any]]:
    """What a post has announced, newest first."""
    return [told(one, post, now, words) for one in PublicationRecord.objects.filter(post=post).order_by("-pk")]


def asked_of(post: str, now: datetime, words: Words = PLAIN) -> list[dict[str, Any]]:
    """What is to be published of the figures of a post's party, what waits for its answer first."""
    found = PublicationRecord.objects.filter(owners__contains=f"|{party_of(post)}|").order_by("-pk")
    lines = [told(one, post, now, words) for one in found if one.post != post]
    return sorted(lines, key=lambda one: one["state"] != "open" or one["reviews"][0]["state"] != "waits")


def told(record: PublicationRecord, post: str, now: datetime, words: Words = PLAIN) -> dict[str, Any]:
    """A publication as one of those who may see it does."""
    own = record.post == post
    owner = party_of(post)
    reviews = [one for one in standings(record, now) if own or one.review.owner == owner]
    releases = ReleaseRecord.objects.filter(code__in=record.releases).order_by("pk")
    heard = built_on.told_of(record)
    found = against(record, now) if own and record.ended_at is None else None
    waits = max((one.until for one in reviews if one.in_review), default=None)
    return {
        "publication": record.code,
        "post": record.post,
        "title": record.title,
        "outlet": record.outlet,
        "planned": record.planned.isoformat(),
        "releases": [
            {
                "release": one.code,
                "state": state_since(one, now)[0],
                "told": [{"what": why, "at": at.isoformat()} for why, at in heard[one.code]],
            }
            for one in releases if own or owner in owners_of(one)
        ],
        "announced_at": record.made_at.isoformat(),
        "state": record.ended_why or "open",
        "ended_at": record.ended_at and record.ended_at.isoformat(),
        "reference": record.reference,
        "outcome": (found.state if found else MAY) if own and record.ended_at is None else None,
        "says": _says(record, found, own, words),
        "may_appear_after": waits.isoformat() if own and waits and found and found.state == "waits" else None,
        "reviews": [_review(record, one, now, words) for one in reviews],
    }  # fmt: skip


def ending(now: datetime) -> Iterator[Ending]:
    """Reviews whose owners are to be reminded by now; of several leads that have passed, the last alone."""
    for record in PublicationRecord.objects.filter(ended_at=None).order_by("pk"):
        for one in standings(record, now):
            last = one.last_day
            left = (last - now.astimezone(ZoneInfo(one.review.zone)).date()).days
            due = [lead for lead in LEADS if left <= lead < one.review.days]
            if one.in_review and due:
                yield Ending(record.code, one.review.owner, last.isoformat(), min(due), one.review.posts)


def over(now: datetime) -> Iterator[tuple[PublicationRecord, int]]:
    """Publications whose owners' days ran out without an answer of each, and how many drafts they were given."""
    for record in PublicationRecord.objects.filter(ended_at=None).order_by("pk"):
        found = standings(record, now)
        if not any(one.in_review for one in found) and any(one.state in ("no-answer", "commented") for one in found):
            yield record, record.drafts.count()


def _review(record: PublicationRecord, one: Standing, now: datetime, words: Words) -> dict[str, Any]:
    rows = list(record.drafts.filter(owner=one.review.owner).order_by("number"))
    answers = [(row.number, said) for row in rows for said in row.said.order_by("pk")]
    last = rows[-1]
    return {
        "owner": one.review.owner, "state": one.state, "may": one.may, "until": one.until.isoformat(),
        "days": one.review.days, "right": one.review.right, "needs_word": one.review.needs_word,
        "rules": list(one.review.rules), "says": _standing_words(one, words),
        "may_refuse": one.review.right == "veto" and not (now >= one.until and one.may),
        "draft": {
            "number": last.number, "filename": last.filename, "sha256": last.digest, "at": last.at.isoformat(),
            "kept": last.content is not None,
        },
        "said": [
            {"draft": number, "post": said.post, "answer": said.answer, "words": said.words, "at": said.at.isoformat()}
            for number, said in answers
        ],
    }  # fmt: skip


def _says(record: PublicationRecord, found: Against | None, own: bool, words: Words) -> str:
    """Where it stands as a whole: for who announced it, or once it is over."""
    if record.ended_at is not None:
        return words.of(record.ended_why, "", None, where=record.reference)
    if not own:
        return ""
    return (
        words.of(found.state, found.owner, found.last_day, release=found.release) if found else words.of(MAY, "", None)
    )


def _standing_words(one: Standing, words: Words) -> str:
    lets = "-lets" if one.may and one.state in ("no-answer", "commented") else ""
    return words.of(f"{one.state}{lets}", one.review.owner, one.last_day)

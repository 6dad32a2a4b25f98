"""Tell the owner first: a recipient that has to inform WHO about an owner's territory says so to its focal point.

    tell      evidence in a release, when it was received   -> the owner's focal point and party are told
    seen      the focal point has read it, and its reply    -> who told it is told
    informed  WHO was informed, when                        -> the owner is told

Nothing here stops anybody from informing WHO: what the agreement says of the order is stated beside what was done.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from sampan.model.errors import UserError
from sampan.operations.sharing.acting import acts_for, home_party
from sampan.operations.sharing.corrections import tell as tell_parties
from sampan.operations.sharing.gates import party_of
from sampan.sharing.informing import FIRST, LEAD, Informing
from sampan.sharing.reasons import phrase
from sampan.store import entries, numbering
from sampan.store.models import InformingRecord, Outbox, ReleaseRecord

MOST_LETTERS = 2000


def utc(at: datetime) -> str:
    """A moment as commands and programs write it."""
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


@dataclass(frozen=True)
class Words:
    """How sentences and moments are written for a reader."""

    language: str = "en"
    moment: Callable[[datetime], str] = utc


PLAIN = Words()


def tell(
    release: str, post: str, words: str, now: datetime, *, learned_at: datetime | None = None, owner: str = ""
) -> InformingRecord:
    """Tell an owner's focal point what WHO will be informed of; `owner` may be left out where there is one.

    `learned_at` is when the evidence was received (default: now). A release that has ended serves as well. The same
    words for the same release and owner are told once. UserError for a release of another post, or nobody to tell.
    """
    said = _short(words, "what WHO will be informed of")
    learned = learned_at or now
    if learned > now:
        raise UserError("the evidence is of a time to come", where=utc(learned), kept="nothing was changed")
    record = ReleaseRecord.objects.filter(code=release, recipient=post).first()
    if record is None:
        raise UserError(
            f"there is no release {release!r} for this post",
            kept="nothing was changed",
            do="`sampan releases list --post POST` shows what a post was given",
        )
    duty = _duty(record, owner)
    with transaction.atomic():
        number = numbering.following(InformingRecord)
        same = InformingRecord.objects.filter(release=record, owner=duty["owner"], words=said, informed_at=None).first()
        if same is not None:
            return same
        made = InformingRecord.objects.create(
            code=numbering.code(InformingRecord, number), release=record, post=post, party=party_of(post),
            owner=duty["owner"], focal_point=_focal_point(duty), how=duty["do"],
            within_hours=duty["within_hours"], words=said, learned_at=learned, told_at=now,
        )  # fmt: skip
        _tell_owner(made, "informing:told", now)
        _noted(made, "informing:told", {"who_due": of(made).due.isoformat()}, now)
    return made


def seen(code: str, post: str, now: datetime, *, reply: str = "") -> InformingRecord:
    """That the owner's side has read it, with its reply for who told it; once."""
    with transaction.atomic():
        record = InformingRecord.objects.select_for_update().filter(_of_owner(post), code=code).first()
        if record is None:
            raise nothing(code)
        if record.seen_at is not None:
            if (record.seen_by, record.reply) == (post, reply.strip()):
                return record
            raise UserError(
                f"{record.seen_by} said so already", where=utc(record.seen_at), kept="its reply stands",
                do="send a message to who told it",
            )  # fmt: skip
        record.seen_at, record.seen_by, record.reply = now, post, reply.strip()[:MOST_LETTERS]
        record.save(update_fields=["seen_at", "seen_by", "reply"])
        Outbox.objects.create(
            to_party=record.party, to_post=record.post, kind="informing:seen", facts={"informing": code}, at=now
        )
        _noted(record, "informing:seen", {"by": post}, now)
    return record


def informed(
    code: str, post: str, now: datetime, *, at: datetime | None = None, reference: str = ""
) -> InformingRecord:
    """That WHO was informed, when (default: now) and under which reference; once."""
    when = at or now
    with transaction.atomic():
        record = InformingRecord.objects.select_for_update().filter(code=code, post=post).first()
        if record is None:
            raise nothing(code)
        if not record.learned_at <= when <= now:
            raise UserError(
                "WHO is informed after the evidence was received, and not in a time to come", where=utc(when),
                kept="nothing was changed", do="say when it was",
            )  # fmt: skip
        if record.informed_at is not None:
            if at is None or record.informed_at == when:
                return record
            raise UserError("it was said already when WHO was informed", where=utc(record.informed_at),
                            kept="what was said stands")  # fmt: skip
        record.informed_at, record.reference = when, reference.strip()[:200]
        record.save(update_fields=["informed_at", "reference"])
        _tell_owner(record, "informing:informed", now)
        _noted(record, "informing:informed", {"at": when.isoformat()}, now)
    return record


def told_by(post: str, now: datetime, words: Words = PLAIN, *, release: str = "") -> list[dict[str, Any]]:
    """What a post told owners, newest first; of one release, if it is named."""
    found = InformingRecord.objects.filter(post=post, **({"release__code": release} if release else {}))
    return [shown(one, now, words) for one in found.select_related("release").order_by("-pk")]


def told_to(post: str, now: datetime, words: Words = PLAIN) -> list[dict[str, Any]]:
    """What the owner's side was told: what WHO is not yet informed of first, then newest first."""
    found = InformingRecord.objects.filter(_of_owner(post)).select_related("release").order_by("-pk")
    return sorted((shown(one, now, words) for one in found), key=lambda one: one["informed_at"] is not None)


def seen_by(code: str, post: str) -> InformingRecord | None:
    """The record, if this post told it, belongs to the owner, or is the focal point that was told."""
    return InformingRecord.objects.filter(Q(post=post) | _of_owner(post), code=code).first()


def due(now: datetime) -> Iterator[InformingRecord]:
    """Those of whose 24 hours less than two are left, and nobody said that WHO was informed."""
    for one in InformingRecord.objects.filter(informed_at=None).order_by("pk"):
        if now >= of(one).due - LEAD:
            yield one


def of(record: InformingRecord) -> Informing:
    """Its clock."""
    return Informing(
        record.how, record.within_hours, record.learned_at, record.told_at, record.seen_at, record.informed_at
    )


def shown(record: InformingRecord, now: datetime, words: Words = PLAIN) -> dict[str, Any]:
    """As both sides see it, `says` in the reader's words."""
    clock = of(record)
    return {
        "informing": record.code,
        "release": record.release.code,
        "post": record.post,
        "owner": record.owner,
        "focal_point": record.focal_point,
        "words": record.words,
        "learned_at": record.learned_at.isoformat(),
        "told_at": record.told_at.isoformat(),
        "who_due": clock.due.isoformat(),
        "state": clock.state(now),
        "seen_at": record.seen_at and record.seen_at.isoformat(),
        "seen_by": record.seen_by,
        "reply": record.reply,
        "informed_at": record.informed_at and record.informed_at.isoformat(),
        "reference": record.reference,
        "says": _says(record, clock, now, words),
    }


def nothing(code: str) -> UserError:
    """One answer for what is not there and for what is others'."""
    return UserError(
        f"nothing was told under {code!r} to or by this post",
        kept="nothing was changed",
        do="`sampan informing list --post POST` shows what was",
    )


def _says(record: InformingRecord, clock: Informing, now: datetime, words: Words) -> list[str]:
    """WHO's clock, whether the owner has seen it, and what was done otherwise than agreed."""
    when = {"informed": clock.informed_at, "informed-late": clock.informed_at}.get(clock.state(now)) or clock.due
    lines = [phrase(f"informing.{clock.state(now)}", words.language, at=words.moment(when))]
    named = {"owner": record.owner, "post": record.seen_by, "hours": str(record.within_hours)}
    at = words.moment(clock.seen_at) if clock.seen_at else ""
    lines.append(phrase(f"informing.{'seen' if clock.seen_at else 'unseen'}", words.language, at=at, **named))
    if clock.told_late:
        lines.append(phrase("informing.told-late", words.language, **named))
    if clock.told_after and record.how == FIRST:
        lines.append(phrase("informing.told-after", words.language, **named))
    return lines


def _duty(record: ReleaseRecord, owner: str) -> dict[str, Any]:
    """What the clauses of a release say of one owner: do, within_hours, focal_point."""
    duties = {one["owner"]: one for one in record.manifest.get("ihr_article_9", ())}
    if not duties:
        raise UserError(
            "no agreement stands behind this release: there is no owner to tell", where=record.code,
            kept="nothing was changed", do="inform WHO as the IHR say",
        )  # fmt: skip
    if not owner and len(duties) == 1:
        return dict(next(iter(duties.values())))
    if owner not in duties:
        raise UserError(
            f"{owner} owns nothing of this release" if owner else "say which owner is told",
            kept="nothing was changed",
            do=f"name one of {', '.join(sorted(duties))}",
        )
    return dict(duties[owner])


def _focal_point(duty: dict[str, Any]) -> str:
    """The owner's focal point; none if the post that the agreement names sits where it cannot act for the owner."""
    named = duty["focal_point"] or ""
    return named if named and acts_for(named, duty["owner"]) else ""


def _tell_owner(record: InformingRecord, kind: str, now: datetime) -> None:
    """The owner's party, and its focal point, who may sit in another (a ministry's, of a province)."""
    facts = {"informing": record.code}
    tell_parties([record.owner], kind, facts, now)
    if record.focal_point:
        party = home_party(record.focal_point) or record.owner
        Outbox.objects.create(to_party=party, to_post=record.focal_point, kind=kind, facts=facts, at=now)


def _noted(record: InformingRecord, kind: str, more: dict[str, Any], now: datetime) -> None:
    """The entry, in the caller's transaction; never the words."""
    body = {"informing": record.code, "release": record.release.code, "post": record.post, "owner": record.owner}
    focal = home_party(record.focal_point) if record.focal_point else None
    parties = dict.fromkeys([record.owner, record.party, *([focal] if focal else [])])
    entries.append(kind, {**body, **more}, list(parties), at=now, rows=[record])


def _of_owner(post: str) -> Q:
    return Q(owner=party_of(post)) | Q(focal_point=post)


def _short(text: str, what: str) -> str:
    if not 0 < len(text.strip()) <= MOST_LETTERS:
        raise UserError(f"{what} takes 1 to {MOST_LETTERS} letters", kept="nothing was changed")
    return text.strip()

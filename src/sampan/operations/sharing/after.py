"""After a release: openings, use notes, expiry, revocation, corrections, and what each owner sees of it all.

A release that has ended is never opened again, by anybody; what it said then stays provable in the log.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.db import transaction

from sampan.model.errors import Refused, UserError
from sampan.operations.sharing.corrections import end, owners_of, tell
from sampan.operations.sharing.gates import party_of
from sampan.operations.sharing.release_states import state_since
from sampan.operations.sharing.releasing import write_files
from sampan.sharing.vocabularies import words
from sampan.store import entries
from sampan.store.home import Store
from sampan.store.models import Opening, ReleaseRecord, UseNote

OVER = ("expired", "terminated")  # what no step opens again


def open_again(store: Store, code: str, post: str, out: Path, now: datetime) -> dict[str, str]:
    """The files of a release for its own recipient, recorded as an opening. Refused once it has ended."""
    record = _found(code, post)
    if record is None:
        raise _nothing(code)
    still_open(record, now)
    with transaction.atomic():
        note_opening(record, post, now)
    return write_files(record, out)


def note_opening(record: ReleaseRecord, post: str, now: datetime) -> None:
    """In the caller's transaction: that a post looked at a release, for its owners to see."""
    opening = Opening.objects.create(release=record, post=post, at=now)
    body = {"release": record.code, "post": post}
    entries.append("release:opened", body, [*owners_of(record), record.party], at=now, rows=[opening])


def note_use(
    store: Store, code: str, post: str, used_in: str, now: datetime, *, thanks: str = "", benefit: str = ""
) -> None:
    """ "Used in ..., thanks to ...": told to every owner."""
    record = _found(code, post)
    if record is None:
        raise _nothing(code)
    if benefit and benefit not in words("benefit"):
        raise UserError(f"{benefit!r} is not a benefit", do=f"choose one of: {', '.join(words('benefit'))}")
    with transaction.atomic():
        note = UseNote.objects.create(
            release=record, post=post, used_in=used_in, thanks=thanks, benefit=benefit, at=now
        )
        body = {"release": code, "post": post, "used_in": used_in, "thanks": thanks, "benefit": benefit}
        tell(owners_of(record), "release:used", body, now)
        entries.append("release:used", body, [*owners_of(record), record.party], at=now, rows=[note])


def revoke(store: Store, code: str, post: str, reason: str, now: datetime) -> ReleaseRecord:
    """An owner ends a release at once: it opens no more, and the recipient is told to destroy its copy."""
    record = ReleaseRecord.objects.filter(code=code).first()
    if record is None or party_of(post) not in owners_of(record):
        raise _nothing(code)
    with transaction.atomic():
        record = ReleaseRecord.objects.select_for_update().get(pk=record.pk)
        if record.ended_at is None:
            end(record, "revoked", {"reason": reason, "by": post}, now)
    return record


def expire(now: datetime) -> list[str]:
    """End every release whose time is over, or whose agreement has ended: the recipient is told, the log says so, and
    no copy of ours stays open."""
    ended = []
    for open_one in ReleaseRecord.objects.filter(ended_at=None).order_by("pk"):
        why, since = state_since(open_one, now)
        if why not in OVER:
            continue
        with transaction.atomic():
            record = ReleaseRecord.objects.select_for_update().get(pk=open_one.pk)
            if record.ended_at is None:
                end(record, why, {"since": since.isoformat()} if since and why != "expired" else {}, now)
                ended.append(record.code)
    return ended


def abroad(party: str, now: datetime) -> list[dict[str, Any]]:
    """For an owner: what left, under which clause, who opened it, what came of it."""
    found = ReleaseRecord.objects.filter(owners__contains=f"|{party}|").order_by("-pk")
    return [
        {
            "release": one.code,
            "recipient": one.recipient,
            "purpose": one.manifest["request"]["purpose"],
            "clauses": one.manifest["clauses"],
            "released_at": one.released_at.isoformat(),
            "expires_at": one.expires_at and one.expires_at.isoformat(),
            **_standing(one, now),
            "told": one.manifest["told"],
            "openings": [{"post": o.post, "at": o.at.isoformat()} for o in one.openings.order_by("at", "pk")],
            "uses": [
                {"post": u.post, "used_in": u.used_in, "thanks": u.thanks, "benefit": u.benefit, "at": u.at.isoformat()}
                for u in one.uses.order_by("at", "pk")
            ],
            "benefits_owed": _owed(one),
        }
        for one in found
    ]


def received(post: str, now: datetime) -> list[dict[str, Any]]:
    """For a recipient: its own releases and whether they may still be used."""
    found = ReleaseRecord.objects.filter(recipient=post).order_by("-pk")
    return [
        {
            "release": one.code,
            "purpose": one.manifest["request"]["purpose"],
            "released_at": one.released_at.isoformat(),
            "expires_at": one.expires_at and one.expires_at.isoformat(),
            **_standing(one, now),
        }
        for one in found
    ]


def still_open(record: ReleaseRecord, now: datetime) -> None:
    """Refused, with its state and since when, unless the release is open."""
    state, since = state_since(record, now)
    if state != "open":
        raise Refused(
            f"release {record.code} is {state} and opens no more",
            rule=f"release-{state}",
            where=f"since {since.astimezone(UTC):%Y-%m-%d %H:%M} UTC" if since else "",
            kept="what it said then stays provable in the log",
            do="ask again with `sampan release`, if an agreement in force still allows it",
        )


def _standing(record: ReleaseRecord, now: datetime) -> dict[str, Any]:
    """The state, and since when it is closed."""
    state, since = state_since(record, now)
    return {"state": state, "since": since and since.isoformat()}


def _found(code: str, post: str) -> ReleaseRecord | None:
    """The release if this very post received it."""
    return ReleaseRecord.objects.filter(code=code, recipient=post).first()


def _nothing(code: str) -> UserError:
    """One answer for a release that is not there and for one that is somebody else's."""
    return UserError(
        f"there is no release {code!r} for this post",
        kept="nothing was changed",
        do="`sampan releases list --post POST` shows what a post was given",
    )


def _owed(record: ReleaseRecord) -> list[str]:
    returned = set(record.uses.exclude(benefit="").values_list("benefit", flat=True))
    return [benefit for benefit in record.manifest.get("benefits", ()) if benefit not in returned]

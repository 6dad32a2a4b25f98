"""Before WHO is informed about an owner's territory: what this post told owners, and what its own party was told."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from django.http import Http404, HttpRequest, HttpResponse
from ninja import Path, Router, Schema
from ninja.responses import Status
from pydantic import Field, StringConstraints

from sampan.api import paging
from sampan.api.doors import actor, opens
from sampan.api.fields import PLAIN, Long, Moment, spoken
from sampan.api.paging import Cursor, Limit, Page
from sampan.api.tags import must_match, tagged
from sampan.operations.sharing import informing
from sampan.operations.sharing.informing import Words
from sampan.people.roles import Right

router = Router(tags=["informing WHO"])
Code = Annotated[str, Path(pattern=r"^W-([0-9]{3}(-[0-9]{3}){1,2}|[0-9]{6,12})$", examples=["W-267-197"])]
Release = Annotated[str, StringConstraints(pattern=r"^R-[0-9-]{6,12}$")]
Owner = Annotated[str, StringConstraints(pattern=r"^([A-Za-z0-9][A-Za-z0-9-]*)?$", max_length=100)]
Reference = Annotated[str, StringConstraints(pattern=PLAIN, max_length=200)]


class Informing(Schema):
    """What an owner was told before WHO is informed of it; `says` in the reader's language, WHO's clock first."""

    informing: str
    release: str
    post: str
    owner: str
    focal_point: str
    words: str
    learned_at: datetime
    told_at: datetime
    who_due: datetime
    state: Literal["waits", "overdue", "informed", "informed-late"]
    seen_at: datetime | None
    seen_by: str
    reply: str
    informed_at: datetime | None
    reference: str
    says: list[str]


class Evidence(Schema):
    """What WHO will be informed of; `learned_at` is when the evidence was received (default: now)."""

    release: Release
    words: Annotated[Long, Field(min_length=1)]
    learned_at: Moment | None = None
    owner: Annotated[Owner, Field(description="Who is told, where the release is of several owners.")] = ""


class Seen(Schema):
    """The owner's reply."""

    reply: Long = ""


class Done(Schema):
    """When WHO was informed (default: now), and the reference of the message."""

    at: Moment | None = None
    reference: Reference = ""


@router.get("/informing", **opens(Right.ASK, Page[Informing]))
def list_informing(request: HttpRequest, response: HttpResponse, limit: Limit, cursor: Cursor) -> dict[str, Any]:
    """What this post told owners, newest first."""
    found = informing.told_by(actor(request).post.code, datetime.now(UTC), Words(spoken()))
    return paging.part(request, response, found, limit, cursor)


@router.post("/informing", **opens(Right.ASK, Informing, 409, status=201))
def tell_owner(request: HttpRequest, evidence: Evidence) -> Any:
    """Tell the owner of a release, at once, what WHO will be informed of."""
    post, now = actor(request).post.code, datetime.now(UTC)
    told = informing.tell(
        evidence.release, post, evidence.words, now, learned_at=evidence.learned_at, owner=evidence.owner
    )
    return Status(201, _told(request, told.code, own=True))


@router.get("/informing/{code}", **opens(Right.ASK, Informing))
def show_informing(request: HttpRequest, response: HttpResponse, code: Code) -> Any:
    """One that this post told."""
    return tagged(response, _told(request, code, own=True))


@router.post("/informing/{code}/done", **opens(Right.ASK, Informing, 409, 412))
def tell_done(request: HttpRequest, code: Code, done: Done) -> Any:
    """Say that WHO was informed; the owner is told when."""
    must_match(request, _told(request, code, own=True))
    informing.informed(code, actor(request).post.code, datetime.now(UTC), at=done.at, reference=done.reference)
    return _told(request, code, own=True)


@router.get("/informing-of-us", **opens(Right.ABROAD, Page[Informing]))
def list_evidence(request: HttpRequest, response: HttpResponse, limit: Limit, cursor: Cursor) -> dict[str, Any]:
    """What WHO is informed of about this party's territory: what it is not yet informed of first."""
    found = informing.told_to(actor(request).post.code, datetime.now(UTC), Words(spoken()))
    return paging.part(request, response, found, limit, cursor)


@router.get("/informing-of-us/{code}", **opens(Right.ABROAD, Informing))
def show_evidence(request: HttpRequest, response: HttpResponse, code: Code) -> Any:
    """One of them."""
    return tagged(response, _told(request, code, own=False))


@router.post("/informing-of-us/{code}/seen", **opens(Right.ABROAD, Informing, 409, 412))
def tell_seen(request: HttpRequest, code: Code, seen: Seen) -> Any:
    """Say that it has been seen; who told it reads the reply."""
    must_match(request, _told(request, code, own=False))
    informing.seen(code, actor(request).post.code, datetime.now(UTC), reply=seen.reply)
    return _told(request, code, own=False)


def _told(request: HttpRequest, code: str, *, own: bool) -> dict[str, Any]:
    """As this post sees it; others, and the other side of it, meet what is not there."""
    post = actor(request).post.code
    record = informing.seen_by(code, post)
    if record is None or (record.post == post) != own:
        raise Http404
    return informing.shown(record, datetime.now(UTC), Words(spoken()))

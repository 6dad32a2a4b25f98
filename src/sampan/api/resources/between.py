"""Between us: the account of a pair of parties, the same document for both sides."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from django.http import Http404, HttpRequest, HttpResponse
from ninja import Router, Schema
from ninja.responses import Status
from pydantic import Field

from sampan.api import paging
from sampan.api.doors import act, actor, opens
from sampan.api.fields import Name, Said
from sampan.api.paging import Cursor, Limit, Page
from sampan.operations import between as operations
from sampan.operations.sharing import outages
from sampan.people.roles import Right

router = Router(tags=["between"])


class Way(Schema):
    """One direction in the last year; null where nothing was due."""

    giver: str
    receiver: str
    releases: int
    cells: int
    asked: int
    answered: int
    waiting: int
    median_hours: float | None
    longest_hours: float | None
    answered_share: float | None
    openings: int
    uses: int
    used_share: float | None
    work_minutes: int
    lapsed_since: datetime | None


class PartyPair(Schema):
    """Both directions of a pair, in the order of the givers' names."""

    parties: list[str]
    since: date
    ways: list[Way]


class Work(Schema):
    """Time that a post put into the exchange."""

    by: str
    minutes: int
    what: str
    at: datetime


class NewWork(Schema):
    """Minutes of work, and what was done."""

    minutes: Annotated[int, Field(ge=1, le=168 * 60)]
    what: Said


class Outage(Schema):
    """A party that could not answer or deliver, from when until when."""

    party: str
    by: str
    reason: str
    since: datetime = Field(alias="from")
    until: datetime
    ended: bool


class NewOutage(Schema):
    """What is the matter, in a few words."""

    reason: Said


@router.get("/between", **opens(Right.BETWEEN, Page[PartyPair]))
def list_pairs(request: HttpRequest, response: HttpResponse, limit: Limit, cursor: Cursor) -> dict[str, Any]:
    """The account with every party that this one shares with."""
    own, now = actor(request).party, act(request).now
    found = [operations.between(own, other, now).as_dict() for other in operations.partners(own)]
    return paging.part(request, response, found, limit, cursor)


@router.get("/between/{other}/work", **opens(Right.BETWEEN, Page[Work]))
def list_work(
    request: HttpRequest, response: HttpResponse, other: Name, limit: Limit, cursor: Cursor
) -> dict[str, Any]:
    """What both sides noted, newest first."""
    own = _partner(request, other)
    return paging.part(request, response, operations.work(own, other), limit, cursor)


@router.post("/between/{other}/work", **opens(Right.BETWEEN, list[Work], status=201))
def note_work(request: HttpRequest, other: Name, work: NewWork) -> Any:
    """Note time that this post put in; the other party reads it too. Answers what stands now, newest first."""
    own, doing = _partner(request, other), act(request)
    operations.note_work(own, doing.actor, other, work.minutes, work.what, doing.now)
    return Status(201, operations.work(own, other))


@router.get("/outages", **opens(Right.BETWEEN, Page[Outage]))
def list_outages(request: HttpRequest, response: HttpResponse, limit: Limit, cursor: Cursor) -> dict[str, Any]:
    """Outages of the own party and of those it shares with, newest first."""
    return paging.part(request, response, outages.listed(actor(request).party), limit, cursor)


@router.post("/outages", **opens(Right.AGREE, Outage, status=201))
def declare_outage(request: HttpRequest, outage: NewOutage) -> Any:
    """Say that the own party cannot answer or deliver for now; every party it shares with is told."""
    doing = act(request)
    outages.declare(doing.actor, doing.now, reason=outage.reason)
    return Status(201, outages.listed(actor(request).party)[0])


@router.post("/outages/end", **opens(Right.AGREE, Outage))
def end_outage(request: HttpRequest) -> Any:
    """Say that the own party is back."""
    doing = act(request)
    outages.end(doing.actor, doing.now)
    return next(one for one in outages.listed(actor(request).party) if one["party"] == actor(request).party)


def _partner(request: HttpRequest, other: str) -> str:
    """The own party; 404 for a party it shares nothing with, whether there is such a party or not."""
    own = actor(request).party
    if other not in operations.partners(own):
        raise Http404
    return own

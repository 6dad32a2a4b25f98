"""My desk: who I am here, what waits for me, what was told to me, my border, whom to call."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema

from sampan.api import paging
from sampan.api.doors import actor, opens
from sampan.api.fields import Asked, Duty
from sampan.api.paging import Cursor, Limit, Page
from sampan.operations import asking, belonging, bordering, homes, messages, seating
from sampan.operations.bordering import Border, Line, Watch
from sampan.operations.regional import Cell
from sampan.operations.seating import NewPost
from sampan.people.models import Post
from sampan.people.roles import Right

router = Router(tags=["desk"])
MESSAGES_MOST = 1000


class Me(Schema):
    """The post that asks, its rights, and those of the key."""

    post: str
    title: str
    role: str
    party: str
    country: str
    place: str
    rights: list[str]
    scopes: list[str] | None
    invented: bool


class Message(Schema):
    """What was queued for this post or its party; `what` says the kind in the reader's language."""

    kind: str
    what: str
    at: datetime
    facts: dict[str, Any]


class DutyPost(Schema):
    """A post of the directory; no person."""

    post: str
    title: str
    role: str
    party: str
    party_name: str
    country: str
    place: str
    languages: str
    phone: str
    hours: str
    confirmed_at: datetime | None


class BorderCell(Schema):
    """A figure or its silence; `sites` are those that reported and those expected."""

    start: date
    end: date
    status: str
    value: int | None
    sites: tuple[int, int] | None
    filling: bool


class BorderLine(Schema):
    """A unit of my side or across the line; `source` is the own source, or the release that told it."""

    unit: str
    place: str
    country: str
    name: str
    names: dict[str, str]
    mine: bool
    source: str
    caveat: bool
    cells: list[BorderCell]


class BorderMark(Schema):
    """From this day the lines of an own source are no longer the series they were: "practice" or "territory"."""

    source: str
    on: date
    why: str


class BorderView(Schema):
    """My border: own figures and what was released to this post, week by week."""

    condition: str
    conditions: list[str]
    known_at: datetime | None
    lines: list[BorderLine]
    marks: list[BorderMark]


@router.get("/me", **opens(None, Me))
def show_me(request: HttpRequest) -> Any:
    """Who I am here."""
    who = actor(request)
    return {
        "post": who.post.code, "title": who.post.title, "role": who.post.role, "party": who.party,
        "country": who.post.party.country, "place": who.post.place,
        "rights": sorted(right.value for right in Right if who.post.may(right)),
        "scopes": None if who.scopes is None else sorted(who.scopes), "invented": belonging.invented(),
    }  # fmt: skip


@router.get("/messages", **opens(None, Page[Message]))
def list_messages(request: HttpRequest, response: HttpResponse, limit: Limit, cursor: Cursor) -> dict[str, Any]:
    """What was told to this post or to its party as a whole, newest first."""
    who = actor(request)
    found = belonging.messages(who.party, who.post.code, MESSAGES_MOST, datetime.now(UTC))
    told = [{**one, "what": str(messages.said(one["kind"]))} for one in found]
    return paging.part(request, response, told, limit, cursor)


@router.get("/directory", **opens(Right.DIRECTORY, Page[DutyPost]))
def list_directory(request: HttpRequest, response: HttpResponse, limit: Limit, cursor: Cursor) -> dict[str, Any]:
    """Every post with its duty number, languages and hours."""
    posts = Post.objects.filter(closed_at=None).select_related("party").order_by("party__name", "code")
    return paging.part(request, response, [_duty(one) for one in posts], limit, cursor)


@router.put("/directory/mine", **opens(Right.DIRECTORY, DutyPost))
def confirm_line(request: HttpRequest, said: Duty) -> Any:
    """Confirm or change what the directory says of the own post."""
    seat = actor(request).sitting()
    new = NewPost("", "", "", "", said.languages, said.phone, said.hours)
    seating.confirm_duty(seat, seat.post, new, datetime.now(UTC))
    seat.post.refresh_from_db()
    return _duty(seat.post)


@router.get("/border", **opens(Right.BORDER, BorderView))
def show_border(request: HttpRequest, condition: Asked) -> Any:
    """My province and those beside it, eight weeks; what was not released to this post is `not_shared`."""
    if condition:
        asking.check_words([condition], [])
    who = actor(request)
    watch = Watch(who.post.code, who.party, who.post.place)
    found = bordering.border(homes.opened(), watch, condition, datetime.now(UTC))
    return {
        "condition": found.condition,
        "conditions": list(found.conditions),
        "known_at": found.known_at,
        "lines": [_line(one, found) for one in found.lines],
        "marks": [vars(mark) for mark in found.marks],
    }


def _duty(one: Post) -> dict[str, Any]:
    names = ("title", "role", "place", "languages", "phone", "hours", "confirmed_at")
    told = {"post": one.code, "party": one.party.code, "party_name": one.party.name, "country": one.party.country}
    return told | {name: getattr(one, name) for name in names}


def _line(line: Line, border: Border) -> dict[str, Any]:
    unit = line.unit
    return {
        "unit": unit.id, "place": unit.place, "country": unit.country, "name": unit.name, "names": unit.every_name,
        "mine": line.mine, "source": line.source, "caveat": line.caveat,
        "cells": [_cell(cell, border) for cell in line.cells],
    }  # fmt: skip


def _cell(cell: Cell, border: Border) -> dict[str, Any]:
    return {
        "start": cell.start, "end": cell.end, "status": cell.status, "value": cell.value, "sites": cell.sites,
        "filling": cell.told and cell.end >= border.filling_from,
    }  # fmt: skip

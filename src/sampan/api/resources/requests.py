"""Requests of this post, and those that wait for its word with what would leave of its own party's figures."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

from django.http import Http404, HttpRequest, HttpResponse
from ninja import Query, Router, Schema

from sampan.api import paging
from sampan.api.doors import actor, opens
from sampan.api.fields import RequestCode, spoken
from sampan.api.paging import Cursor, Limit, Page
from sampan.api.resources.sharing import Wish
from sampan.operations import homes
from sampan.operations.sharing import requesting
from sampan.operations.sharing.ruling import Desk
from sampan.people.roles import Right
from sampan.sharing.reasons import sentence

router = Router(tags=["requests"])
MOST = 1000
Language = Annotated[str, Query("", pattern="^(en|km|vi)?$", description="Else that of the request.")]


class Asked(Schema):
    """A recorded request of this post, with the releases that came of it."""

    code: str
    name: str
    at: datetime
    releases: list[str]


class Decided(Schema):
    """The decision on a wish now, which is the same whatever figures there are."""

    outcome: str
    says: list[str]
    reasons: list[dict[str, Any]]


class Preview(Schema):
    """What would leave of the own party's figures if this post said yes now: cells told, cells held back and why."""

    rows: int
    told: int
    held: dict[str, int]
    cells: list[dict[str, Any]]
    coarser: list[str]
    gaps: list[str]


@router.get("/requests", **opens(Right.ASK, Page[Asked]))
def list_requests(request: HttpRequest, response: HttpResponse, limit: Limit, cursor: Cursor) -> dict[str, Any]:
    """The post's own requests, newest first."""
    return paging.part(request, response, requesting.mine(_desk(request), MOST), limit, cursor)


@router.post("/request-decisions", **opens(Right.ASK, Decided))
def decide_request(request: HttpRequest, wish: Wish) -> Any:
    """What a wish of this post would be answered now; nothing is recorded and no figure is looked at."""
    text = wish.text(actor(request).post.code)
    found = requesting.decided(homes.opened(), text, datetime.now(UTC))
    return {
        "outcome": found.outcome,
        "says": [sentence(reason, spoken(wish.language)) for reason in found.reasons],
        "reasons": [reason.as_dict() for reason in found.reasons],
    }


@router.get("/requests/{code}/preview", **opens(Right.WORD, Preview))
def preview_request(request: HttpRequest, code: RequestCode, language: Language) -> Any:
    """A request that waits for this post's word: what would leave of its own party's figures, said in a language."""
    store, now, desk = homes.opened(), datetime.now(UTC), _desk(request)
    record = requesting.asked_of(store, desk, code, now)
    if record is None:
        raise Http404
    found = requesting.preview_for_owner(store, record, desk, now, spoken(language))
    return {
        "rows": found.rows, "told": found.told, "held": found.held, "cells": found.table.to_dicts(),
        "coarser": found.coarser, "gaps": found.gaps,
    }  # fmt: skip


def _desk(request: HttpRequest) -> Desk:
    who = actor(request)
    homes.opened()
    return Desk(who.post.code, who.party)

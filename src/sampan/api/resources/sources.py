"""Sources: those the party owns, whole; and those openly published, in short. Another's are not there."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from ninja import Router, Schema

from sampan.api import paging
from sampan.api.doors import act, actor, opens
from sampan.api.fields import Name
from sampan.api.paging import Cursor, Limit, Page
from sampan.model.sources import Source
from sampan.operations import accounting, belonging, homes
from sampan.operations.sharing.ruling import Desk
from sampan.people.roles import Right

router = Router(tags=["sources"])


class SourceLine(Schema):
    """A source in short."""

    source: str
    title: str
    owner: str
    country: str
    kind: str
    practice: str
    mode: str
    invented: bool
    published: bool
    licence: str
    citation: str


class SourceWhole(SourceLine):
    """A source with what it declares: its columns, words, silences, expectations and crosswalk lines."""

    columns: dict[str, dict[str, Any]]
    wide: dict[str, Any] | None
    ignore: dict[str, str]
    strip: list[str]
    words: dict[str, Any]
    expects: dict[str, Any]
    crosswalk: list[dict[str, Any]]


class Account(Schema):
    """How a source counts, as the post may know it; [part, whole] for what was told, in time, and by sites."""

    source: str
    title: str
    owner: str
    country: str
    kind: str
    layer: str
    practice: str
    notes: str
    every: str
    due_days: int | None
    calendar: str
    conditions: list[str]
    units: int | None
    practices: list[dict[str, Any]]
    first: date | None
    last: date | None
    told: list[int] | None
    in_time: list[int] | None
    sites: list[int] | None
    beside: list[dict[str, Any]]
    unapproved: float


@router.get("/practices", **opens(Right.PRACTICES, Page[Account]))
def list_practices(request: HttpRequest, response: HttpResponse, limit: Limit, cursor: Cursor) -> dict[str, Any]:
    """Coverage, definition, timeliness and completeness: own sources, those released to the post, published ones."""
    who, doing = actor(request), act(request)
    found = accounting.accounts(homes.opened(), Desk(who.post.code, who.party), doing.now)
    return paging.part(request, response, [one.as_dict() for one in found], limit, cursor)


@router.get("/sources", **opens(Right.DIRECTORY, Page[SourceLine]))
def list_sources(request: HttpRequest, response: HttpResponse, limit: Limit, cursor: Cursor) -> dict[str, Any]:
    """The party's sources, then those openly published."""
    found = belonging.sources_seen(homes.opened(), actor(request).party)
    return paging.part(request, response, [_line(one) for one in found.values()], limit, cursor)


@router.get("/sources/{source}", **opens(Right.DIRECTORY, SourceWhole))
def show_source(request: HttpRequest, source: Name) -> dict[str, Any]:
    """What a source declares."""
    found = belonging.sources_seen(homes.opened(), actor(request).party).get(source)
    if found is None:
        raise Http404
    return _line(found) | {
        "columns": {
            name: {"from": list(spec.columns), "is": spec.constant, **spec.options}
            for name, spec in found.columns.items()
        },
        "wide": asdict(found.wide) if found.wide else None,
        "ignore": found.ignore,
        "strip": list(found.strip),
        "words": asdict(found.words),
        "expects": asdict(found.expects),
        "crosswalk": [asdict(line) for line in found.crosswalk],
    }


def _line(one: Source) -> dict[str, Any]:
    return {
        "source": one.id, "title": one.title, "owner": one.owner, "country": one.country, "kind": one.kind,
        "practice": one.practice, "mode": one.mode, "invented": one.invented, "published": one.published,
        "licence": one.licence, "citation": one.citation,
    }  # fmt: skip

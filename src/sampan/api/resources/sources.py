"""Sources: those the party owns, whole; and those openly published, in short. Another's are not there."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from ninja import Router, Schema

from sampan.api import paging
from sampan.api.doors import actor, opens
from sampan.api.fields import Name
from sampan.api.paging import Cursor, Limit, Page
from sampan.model.sources import Source
from sampan.operations import belonging, homes
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

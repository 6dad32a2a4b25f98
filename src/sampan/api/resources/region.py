"""The region as a post may see it: own figures, what was released to it, and openly published ones apart."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router, Schema

from sampan.api.doors import actor, opens
from sampan.api.fields import Asked
from sampan.operations import around, asking, homes
from sampan.operations.regional import Cell
from sampan.operations.sharing.ruling import Desk
from sampan.operations.viewing import RegionView, SourceView, UnitView
from sampan.people.roles import Right

router = Router(tags=["region"])
Weeks = Annotated[int, Query(8, ge=1, le=104, description="How many weeks the window holds.")]


class Told(Schema):
    """A figure or its silence; `sites` are those that reported and those expected."""

    unit: str
    start: date
    end: date
    status: str
    value: int | None
    sites: tuple[int, int] | None


class InWindow(Schema):
    """A unit in the window: cases, cases a week for each 100,000 people where both are known, and cells told of due."""

    unit: str
    name: str
    names: dict[str, str]
    population: int | None
    status: str
    cases: int | None
    a_week: float | None
    told: int
    due: int


class OneSource(Schema):
    """A source of the view; a break is a day from which it counts by another practice or another territory."""

    source: str
    title: str
    owner: str
    country: str
    practice: str
    own: bool
    practice_breaks: list[date]
    territory_breaks: list[date]
    units: list[InWindow]
    cells: list[Told]


class View(Schema):
    """One condition as known at one moment."""

    condition: str
    known_at: datetime
    first: date
    last: date
    invented: bool
    sources: list[OneSource]


class Comparison(Schema):
    """Whether another source's figures may be added to or ranked with an own one's, and why not."""

    own: str
    other: str
    verdict: str
    reasons: list[str]
    caveats: list[str]


class Region(Schema):
    """Shared and openly published figures, never mixed; null where there are none of a kind."""

    conditions: list[str]
    shared: View | None
    published: View | None
    compared: list[Comparison]


@router.get("/region", **opens(Right.REGION, Region))
def show_region(request: HttpRequest, condition: Asked, weeks: Weeks) -> Any:
    """The region for a condition; an empty one becomes the first that is told."""
    if condition:
        asking.check_words([condition], [])
    who = actor(request)
    desk = Desk(who.post.code, who.party)
    found = around.around(homes.opened(), desk, condition, datetime.now(UTC), weeks)
    compared = [
        {
            "own": one.own.id, "other": one.other.id, "verdict": one.verdict.word, "reasons": one.verdict.reasons,
            "caveats": one.verdict.caveats,
        }
        for one in found.compared
    ]  # fmt: skip
    return {
        "conditions": found.conditions,
        "shared": _view(found.view, found.own),
        "published": _view(found.published, ()),
        "compared": compared,
    }


def _view(view: RegionView | None, own: tuple[str, ...]) -> dict[str, Any] | None:
    if view is None:
        return None
    names = ("condition", "known_at", "first", "last", "invented")
    return {name: getattr(view, name) for name in names} | {"sources": [_source(one, own) for one in view.sources]}


def _source(one: SourceView, own: tuple[str, ...]) -> dict[str, Any]:
    source = one.source
    return {
        "source": source.id, "title": source.title, "owner": source.owner, "country": source.country,
        "practice": source.practice, "own": source.id in own, "practice_breaks": one.breaks,
        "territory_breaks": one.territory_breaks, "units": [_unit(unit) for unit in one.units],
        "cells": [_cell(cell) for cell in one.cells],
    }  # fmt: skip


def _unit(one: UnitView) -> dict[str, Any]:
    rate = one.rate
    return {
        "unit": one.unit.id, "name": one.unit.name, "names": one.unit.every_name, "population": one.population,
        "status": rate.status, "cases": rate.cases, "a_week": rate.a_week, "told": rate.known, "due": rate.due,
    }  # fmt: skip


def _cell(cell: Cell) -> dict[str, Any]:
    return {name: getattr(cell, name) for name in ("unit", "start", "end", "status", "value", "sites")}

"""What words mean here: countries and dated units, names of places, conditions, calendars and their weeks."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Annotated, Any, Literal

from django.http import Http404, HttpRequest, HttpResponse
from ninja import Path, Query, Router, Schema
from pydantic import StringConstraints

from sampan.api import paging
from sampan.api.doors import opens
from sampan.api.fields import Name, Said
from sampan.api.paging import Cursor, Limit, Page
from sampan.operations import homes
from sampan.people.roles import Right
from sampan.vocab import conditions, periods
from sampan.vocab.places import Gazetteer, registry

router = Router(tags=["vocabulary"])
Country = Annotated[str, Query(pattern=r"^[A-Z]{2}$", examples=["KH"])]


class Unit(Schema):
    """A dated territory; a beginning older than the registry is null."""

    id: str
    place: str
    country: str
    level: int
    hierarchy: str
    parent: str | None
    name: str
    names: dict[str, str]
    begins: date | None
    ends: date | None
    predecessors: list[str]
    successors: list[str]


class Resolve(Schema):
    """Names of one country, for a day, at a level, under a parent."""

    country: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
    names: list[Said]
    on: date | None = None
    level: Literal[0, 1, 2] | None = None
    hierarchy: Annotated[str, StringConstraints(pattern=r"^[a-z-]{1,40}$")] = "admin"


class Resolution(Schema):
    """What a name means; `ask` says that it could be several units, and none is guessed."""

    name: str
    place: str | None
    unit: str | None
    how: str
    score: float
    candidates: list[str]


class Condition(Schema):
    """A condition with the wider one it counts into, its codes and its names."""

    code: str
    parent: str | None
    kind: str
    scheme: str | None
    icd10: list[str]
    icd11: list[str]
    title: str
    names: dict[str, str]


class Calendar(Schema):
    """How a calendar cuts time and writes years."""

    id: str
    first_weekday: str
    week1: str
    era: str | int
    month_first_day: int


class Week(Schema):
    """A week of a calendar: its number and days."""

    number: int
    start: date
    end: date


@router.get("/places", **opens(Right.DIRECTORY, Page[Unit]))
def list_units(
    request: HttpRequest, response: HttpResponse, country: Country, limit: Limit, cursor: Cursor,
    on: date | None = None, level: Literal[0, 1, 2] | None = None,
) -> dict[str, Any]:  # fmt: skip
    """The dated units of a country."""
    places = _places()
    if country not in places.countries():
        raise Http404
    units = [_unit(one) for one in places.units(country, level=level, on=on)]
    return paging.part(request, response, units, limit, cursor)


@router.post("/places/resolve", **opens(Right.DIRECTORY, list[Resolution]))
def resolve_places(request: HttpRequest, asked: Resolve) -> Any:
    """What names mean. A name that could be two units is asked about, never guessed."""
    places = _places()
    if asked.country not in places.countries():
        raise Http404
    return [
        asdict(one)
        for one in places.resolve(
            asked.names, country=asked.country, on=asked.on, level=asked.level, hierarchy=asked.hierarchy
        )
    ]


@router.get("/conditions", **opens(Right.DIRECTORY, Page[Condition]))
def list_conditions(request: HttpRequest, response: HttpResponse, limit: Limit, cursor: Cursor) -> dict[str, Any]:
    """Notifiable conditions, in the order of the list."""
    return paging.part(request, response, [asdict(one) for one in conditions.all_conditions()], limit, cursor)


@router.get("/calendars", **opens(Right.DIRECTORY, list[Calendar]))
def list_calendars(request: HttpRequest) -> Any:
    """Bundled calendars."""
    return [asdict(one) for one in periods.calendars().values()]


@router.get("/calendars/{calendar}/weeks/{year}", **opens(Right.DIRECTORY, list[Week]))
def list_weeks(request: HttpRequest, calendar: Name, year: Annotated[int, Path(ge=1900, le=2200)]) -> Any:
    """The weeks of a Gregorian year, as that calendar cuts them."""
    if calendar not in periods.calendars():
        raise Http404
    weeks = enumerate(periods.weeks_of(year, calendar), start=1)
    return [{"number": number, "start": one.start, "end": one.end} for number, one in weeks]


def _places() -> Gazetteer:
    store = homes.opened()
    return registry(store.places) if store.places.is_dir() else registry()


def _unit(one: Any) -> dict[str, Any]:
    return asdict(one) | {"begins": None if one.begins == date.min else one.begins}

"""Figures that reach this post, as known at a moment: in pages of JSON, as a stream of CSV, as Parquet, in own form."""

from __future__ import annotations

import json
import tempfile
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from ninja import Query, Router, Schema
from pydantic import Field, StringConstraints

from sampan.api import paging
from sampan.api.doors import actor, opens
from sampan.api.fields import PLAIN, Moment, in_utc, spoken
from sampan.api.files import TYPES, handed_over, streamed
from sampan.api.paging import Cursor, Limit
from sampan.operations import asking, homes, reaching
from sampan.operations.asking import Asked
from sampan.operations.reaching import Reader
from sampan.people.roles import Right
from sampan.vocab.telling import tell

router = Router(tags=["observations"])
Word = Annotated[str, StringConstraints(pattern=PLAIN, max_length=100)]
Many = Annotated[list[Word], Field(max_length=50)]
Layer = Literal["own", "released", "published"]
FACTS = "Sampan-Facts"  # header of CSV: what goes with the table, as JSON in ASCII


def _usual_layers() -> list[Layer]:
    """What the border page shows; what is openly published is asked for by name."""
    return ["own", "released"]


class Filters(Schema):
    """Which figures. Empty means all; `as_of` none means now; places by code or by dated unit."""

    source: Many = Field(default_factory=list)
    condition: Many = Field(default_factory=list)
    place: Many = Field(default_factory=list)
    measure: Many = Field(default_factory=list)
    begin: date | None = None
    end: date | None = None
    as_of: Moment | None = None
    clock: Literal["received", "published"] = "received"
    layer: Annotated[list[Layer], Field(max_length=3)] = Field(default_factory=_usual_layers)


class Observation(Schema):
    """A figure or its silence, with its series key, its original beside it, how it came and its caveats."""

    source: str
    practice: str | None
    unit: str
    place_role: str | None
    period_start: date
    period_end: date
    period_kind: str | None
    condition: str
    measure: str
    classification: str | None
    sex: str | None
    age_from: float | None
    age_to: float | None
    setting: str | None
    sector: str | None
    origin: str | None
    date_basis: str | None
    accumulation: str | None
    value: int | None
    status: str
    received_at: datetime | None
    published_at: datetime | None
    delivery: str | None
    sheet: str | None
    row: int | None
    column: str | None
    value_raw: str | None
    place_raw: str | None
    condition_raw: str | None
    period_raw: str | None
    crosswalk: str | None
    erased_on: date | None  # with status `erased`: stood at the asked moment, and was destroyed since
    layer: Layer
    release: str | None
    caveats: list[str]


class Observations(Schema):
    """A page of figures and what goes with them."""

    items: list[Observation]
    next: str | None
    facts: dict[str, Any]


@router.get("/observations", **opens(Right.BORDER, Observations))
def list_observations(
    request: HttpRequest, response: HttpResponse, filters: Query[Filters], limit: Limit, cursor: Cursor
) -> dict[str, Any]:
    """Figures in pages. Every page of one list is as known at the same moment, whatever arrives meanwhile."""
    now, place = datetime.now(UTC), paging.place_in(cursor)
    skip = paging.number_in(cursor, "skip") or 0
    pinned = _moment(place.get("at")) if cursor else filters.as_of
    asked = _asked(filters, pinned or now)
    frame = reaching.reached(homes.opened(), _reader(request), asked, filters.layer, now)
    here = frame.slice(skip, limit)
    at = (asked.at or now).isoformat()
    after = paging.cursor_of(skip=skip + limit, at=at) if skip + limit < frame.height else None
    facts = reaching.facts_of(homes.opened(), here, asked, now)
    facts["notes"] = [tell(note, spoken()) for note in facts["notes"]]
    return paging.page(request, response, here.to_dicts(), after) | {"facts": facts}


@router.get("/observations.csv", **opens(Right.BORDER, None))
def stream_csv(request: HttpRequest, filters: Query[Filters]) -> HttpResponseBase:
    """All asked figures as CSV, streamed."""
    frame, facts = _table(request, filters)
    answer = streamed(reaching.csv_pieces(frame), "observations.csv", TYPES["csv"])
    answer.headers[FACTS] = json.dumps(facts, ensure_ascii=True)
    return answer


@router.get("/observations.parquet", **opens(Right.BORDER, None))
def stream_parquet(request: HttpRequest, filters: Query[Filters]) -> HttpResponseBase:
    """All asked figures as Parquet, with what goes with them in the file's metadata."""
    frame, facts = _table(request, filters)
    room = Path(tempfile.mkdtemp(prefix="sampan-parquet-"))
    path = room / "observations.parquet"
    reaching.write_parquet(frame, facts, path)
    return handed_over(path, room)


@router.get("/observations/as/{source}", **opens(Right.BORDER, None))
def in_own_form(request: HttpRequest, source: Word, filters: Query[Filters]) -> HttpResponseBase:
    """All asked figures in the layout, script and calendar of one of the party's own sources."""
    frame, _facts = _table(request, filters)
    room = Path(tempfile.mkdtemp(prefix="sampan-form-"))
    return handed_over(reaching.write_as(homes.opened(), _reader(request), frame, source, room), room)


def _table(request: HttpRequest, filters: Filters) -> tuple[Any, dict[str, Any]]:
    store, now = homes.opened(), datetime.now(UTC)
    asked = _asked(filters, filters.as_of or now)
    frame = reaching.reached(store, _reader(request), asked, filters.layer, now)
    return frame, reaching.facts_of(store, frame, asked, now)


def _asked(filters: Filters, at: datetime) -> Asked:
    """The filters as an operation asks them. UserError for a condition or place that nobody knows."""
    asking.check_words(filters.condition, filters.place)
    return Asked(
        at=at,
        clock=filters.clock,
        sources=filters.source,
        conditions=filters.condition,
        units=asking.units_of(filters.place),
        measures=filters.measure,
        from_date=filters.begin,
        to_date=filters.end,
    )


def _moment(said: int | str | None) -> datetime | None:
    """The moment of a cursor; none of ours is none at all."""
    try:
        return in_utc(datetime.fromisoformat(str(said)))
    except ValueError:
        return None


def _reader(request: HttpRequest) -> Reader:
    who = actor(request)
    return Reader(who.post.code, who.party)

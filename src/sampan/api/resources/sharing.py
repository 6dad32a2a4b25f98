"""Sharing: may I say this now, releases made and received, what left of one's own, discrepancies.

A request is always that of the post that asks. Figures leave by a release alone, and nothing but what a clause allows.
"""

from __future__ import annotations

import tempfile
from contextlib import suppress
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from ninja import Router, Schema
from ninja.responses import Status
from pydantic import Field, StringConstraints

from sampan.api import paging
from sampan.api.doors import act, actor, opens
from sampan.api.fields import Name, ReleaseCode, Said, Text, spoken
from sampan.api.files import handed_over
from sampan.api.paging import Cursor, Limit, Page
from sampan.api.tags import must_match, tagged
from sampan.model.errors import UserError
from sampan.operations import homes
from sampan.operations.sharing import after, changes, own_form, releasing, saying
from sampan.operations.sharing.saying import Fact
from sampan.people.roles import Right

router = Router(tags=["sharing"])
Word = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9@._/-]*$", max_length=100)]
Words = Annotated[list[Word], Field(min_length=1, max_length=100)]
Period = Literal["day", "week", "four-weeks", "month", "quarter", "year"]


class MaySay(Schema):
    """A fact somebody would say, and to which post."""

    to: Word
    condition: Word
    place: Word
    begin: date
    end: date
    measure: Word = "cases"
    level: Annotated[int, Field(ge=0, le=3)] = 1
    period: Period = "week"
    count: Annotated[int, Field(ge=0, lt=2**60)] | None = None
    purpose: Word = "alert"
    language: Annotated[str, StringConstraints(pattern="^([a-z]{2})?$")] = ""  # else that of the request


class MayAnswer(Schema):
    """yes, coarser, needs-word or no; with the rule, and what a gap would tell the reader."""

    answer: str
    says: str
    rule: str
    reasons: list[dict[str, Any]]
    needs: str | None
    usual_days: str | None
    given: dict[str, Any] | None
    gap: list[str]
    tlp: str | None


class Wish(Schema):
    """What this post asks for."""

    name: Name | None = None
    purpose: Word
    conditions: Words
    places: Words
    measures: Words
    begin: date
    end: date
    level: Annotated[int, Field(ge=0, le=3)] = 1
    period: Period = "week"
    format: Literal["csv", "parquet", "xlsx"] = "csv"
    own_form: Word | None = None
    language: Annotated[str, StringConstraints(pattern="^([a-z]{2})?$")] = ""  # else that of the request

    def text(self, post: str) -> str:
        """The request as a file: the same wish of the same post is the same request."""
        values: dict[str, Any] = {
            "request": self.name or "api",
            "post": post,
            "purpose": self.purpose,
            "conditions": self.conditions,
            "places": self.places,
            "measures": self.measures,
            "data": {"from": self.begin.isoformat(), "to": self.end.isoformat()},
            "resolution": {"level": self.level, "period": self.period},
            "format": self.format,
            "language": spoken(self.language),
            **({"as": self.own_form} if self.own_form else {}),
        }
        return yaml.safe_dump(values, sort_keys=False, allow_unicode=True)


class Released(Schema):
    """A release to this post."""

    release: str
    purpose: str
    released_at: datetime
    expires_at: datetime | None
    state: str
    since: datetime | None


class Abroad(Released):
    """What left of one's own: to whom, under which clauses, who opened it, what came of it."""

    recipient: str
    clauses: list[str]
    told: int | None
    openings: list[dict[str, Any]]
    uses: list[dict[str, Any]]
    benefits_owed: list[str]


class Change(Schema):
    """A cell that differs from what was released; a null value is a silence, which `status_after` names."""

    source: Annotated[str, Field(examples=["border-kh"])]
    place: Annotated[str, Field(examples=["KH-20@1907-01-01"])]
    period_start: Annotated[date, Field(examples=["2026-07-27"])]
    condition: Annotated[str, Field(examples=["acute-watery-diarrhoea"])]
    measure: Annotated[str, Field(examples=["cases"])]
    classification: str | None = None
    sex: str | None = None
    age_from: float | None = None
    age_to: float | None = None
    value_before: Annotated[int | None, Field(examples=[14])]
    value_after: Annotated[int | None, Field(examples=[41])]
    status_after: Annotated[str | None, Field(examples=["reported"])]  # null where there is no such cell any more


class UseNote(Schema):
    """What came of a release."""

    used_in: Said
    thanks: Text = ""
    benefit: Text = ""


class Revocation(Schema):
    """Why a release ends."""

    reason: Said


@router.post("/may", **opens(Right.RULES, MayAnswer))
def may_say(request: HttpRequest, asked: MaySay) -> Any:
    """May this post say this to that one now? A post speaks for its own party's figures alone."""
    fact = Fact(
        asked.condition, asked.place, asked.begin, asked.end, asked.measure, asked.level, asked.period, asked.count
    )
    return saying.may(
        homes.opened(), actor(request).post.code, fact, asked.to, datetime.now(UTC), purpose=asked.purpose,
        language=spoken(asked.language),
    )  # fmt: skip


@router.post("/releases", **opens(Right.ASK, Released, 409, status=201))
def make_release(request: HttpRequest, wish: Wish) -> Any:
    """Let what a wish may have leave to this post. Refused where nothing goes; a wait for a word is recorded."""
    post, now = actor(request).post.code, datetime.now(UTC)
    store, text, name = homes.opened(), wish.text(post), wish.name or "api"
    own_form.must_fit(store, text, name)
    with tempfile.TemporaryDirectory(prefix="sampan-release-") as folder:
        made = releasing.release(store, text, name, Path(folder) / "out", now)
    return Status(201, _received(request, str(made["release"])))


@router.get("/releases", **opens(Right.ASK, Page[Released]))
def list_releases(request: HttpRequest, response: HttpResponse, limit: Limit, cursor: Cursor) -> dict[str, Any]:
    """Releases to this post, newest first."""
    found = after.received(actor(request).post.code, datetime.now(UTC))
    return paging.part(request, response, found, limit, cursor)


@router.get("/releases/{code}", **opens(Right.ASK, Released))
def show_release(request: HttpRequest, response: HttpResponse, code: ReleaseCode) -> Any:
    """One release to this post; looking at this opens no figure."""
    return tagged(response, _received(request, code))


@router.get("/releases/{code}/files/{name}", **opens(Right.ASK, None, 409))
def open_release(request: HttpRequest, code: ReleaseCode, name: Name) -> HttpResponseBase:
    """A file of a release while it is open: `table` in its format, `dictionary.csv`, `manifest.json`, `own-form`.

    An opening is noted and told to the owners.
    """
    _received(request, code)
    room = Path(tempfile.mkdtemp(prefix="sampan-open-"))
    out, store = room / "out", homes.opened()
    after.open_again(store, code, actor(request).post.code, out, datetime.now(UTC))
    with suppress(UserError):  # a form that its source can no longer show is left out; the plain table is there
        own_form.write(store, code, out)
    found = next((path for path in sorted(out.iterdir()) if name in (path.name, path.stem)), None)
    if found is None:
        raise Http404
    return handed_over(found, room)


@router.get("/releases/{code}/changes", **opens(Right.ASK, Page[Change]))
def list_changes(
    request: HttpRequest, response: HttpResponse, code: ReleaseCode, limit: Limit, cursor: Cursor
) -> dict[str, Any]:
    """Cells of a release that a correction or a withdrawal changed, as last told, while it is open.

    Empty where nothing was corrected, and under a scheduled clause, whose new figures come with the next release.
    Reading a difference is an opening, and told to the owners.
    """
    _received(request, code)
    found = changes.changes(code, actor(request).post.code, datetime.now(UTC))
    return paging.part(request, response, found, limit, cursor)


@router.post("/releases/{code}/uses", **opens(Right.ASK, None, status=204))
def note_use(request: HttpRequest, code: ReleaseCode, said: UseNote) -> HttpResponse:
    """Tell the owners what came of their figures."""
    _received(request, code)
    post, now = actor(request).post.code, datetime.now(UTC)
    after.note_use(homes.opened(), code, post, said.used_in, now, thanks=said.thanks, benefit=said.benefit)
    return HttpResponse(status=204)


@router.get("/abroad", **opens(Right.ABROAD, Page[Abroad]))
def list_abroad(request: HttpRequest, response: HttpResponse, limit: Limit, cursor: Cursor) -> dict[str, Any]:
    """What left of the party's figures, newest first."""
    return paging.part(request, response, after.abroad(actor(request).party, datetime.now(UTC)), limit, cursor)


@router.get("/abroad/{code}", **opens(Right.ABROAD, Abroad))
def show_abroad(request: HttpRequest, response: HttpResponse, code: ReleaseCode) -> Any:
    """One release of the party's figures."""
    return tagged(response, _abroad(request, code))


@router.post("/abroad/{code}/revocation", **opens(Right.AGREE, Abroad, 409, 412))
def revoke_release(request: HttpRequest, code: ReleaseCode, why: Revocation) -> Any:
    """An owner ends a release at once; its recipient is told."""
    must_match(request, _abroad(request, code))
    doing = act(request)
    after.revoke(homes.opened(), code, doing.actor, why.reason, doing.now)
    return _abroad(request, code)


def _received(request: HttpRequest, code: str) -> dict[str, Any]:
    every = after.received(actor(request).post.code, datetime.now(UTC))
    found = next((one for one in every if one["release"] == code), None)
    if found is None:
        raise Http404
    return found


def _abroad(request: HttpRequest, code: str) -> dict[str, Any]:
    every = after.abroad(actor(request).party, datetime.now(UTC))
    found = next((one for one in every if one["release"] == code), None)
    if found is None:
        raise Http404
    return found

"""The steward's desk: structure and bands, never rows; work that failed; open discrepancies without their figures."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import Http404, HttpRequest, HttpResponse
from ninja import Router, Schema
from pydantic import Field

from sampan.api import paging
from sampan.api.doors import act, actor, opens
from sampan.api.fields import Number, Text
from sampan.api.paging import Cursor, Limit, Page
from sampan.api.resources.mapping import CellsAsked, Code, MappingSaying, asked
from sampan.operations import homes
from sampan.operations.discrepancies import showing
from sampan.operations.jobs import book
from sampan.operations.mapping import desk, drafts
from sampan.people.roles import OFFICE, Right

router = Router(tags=["steward"])


class DeskLine(Schema):
    """A draft that wants help, the smallest partner first."""

    mapping: str
    title: str
    owner: str
    since: datetime
    questions: int
    terms: int


class DeskView(Schema):
    """The structure of a draft: columns, terms of at least three rows, never a row; each look is noted."""

    mapping: str
    title: str
    owner: str
    columns: list[dict[str, Any]]
    questions: list[dict[str, Any]]
    untranslated: dict[str, int]
    asks: list[CellsAsked]


class DeskWord(MappingSaying):
    """What the steward proposes or asks for."""

    kind: Literal["answer", "line", "ask"]
    column: Annotated[int, Field(ge=0, lt=2**31)] = 0
    reason: Text = ""


class Job(Schema):
    """Work that failed: never more than what, when and how often."""

    job: int
    kind: str
    subject: str
    state: str
    attempts: int
    due_at: datetime
    ended_at: datetime | None
    said: str


@router.get("/desk/mappings", **opens(Right.DESK, Page[DeskLine]))
def list_desk(request: HttpRequest, response: HttpResponse, limit: Limit, cursor: Cursor) -> dict[str, Any]:
    """Drafts that want help, the smallest partner first."""
    found = [
        {"mapping": one["draft"].code, "title": one["draft"].title, "owner": one["draft"].owner,
         "since": one["draft"].helped_at, "questions": one["questions"], "terms": one["terms"]}
        for one in desk.waiting()
    ]  # fmt: skip
    return paging.part(request, response, found, limit, cursor)


@router.get("/desk/mappings/{code}", **opens(Right.DESK, DeskView))
def show_desk(request: HttpRequest, code: Code) -> Any:
    """The structure of one draft; the look is noted before it is shown, for the owner to see."""
    return _looked(request, _helped(code))


@router.post("/desk/mappings/{code}/words", **opens(Right.DESK, DeskView, 409))
def say_at_desk(request: HttpRequest, code: Code, word: DeskWord) -> Any:
    """Propose an answer or a line, or ask to see a column's rarer terms."""
    record, doing = _helped(code), act(request)
    match word.kind:
        case "answer":
            drafts.answer(record, word.about, word.value, doing)
        case "line":
            drafts.translate(record, word.dict(include={"field", "term", "value", "match"}), doing)
        case "ask":
            desk.ask(record, word.column, word.reason, doing)
    return _looked(request, _helped(code))


@router.get("/desk/jobs", **opens(Right.DESK, Page[Job]))
def list_failed_jobs(request: HttpRequest, response: HttpResponse, limit: Limit, cursor: Cursor) -> dict[str, Any]:
    """Work that failed, newest first."""
    return paging.part(request, response, book.listing(state="failed"), limit, cursor)


@router.post("/desk/jobs/{key}/retry", **opens(Right.DESK, None, status=204))
def retry_job(request: HttpRequest, key: Number) -> HttpResponse:
    """Have failed work tried again."""
    if not any(one["job"] == key for one in book.listing(state="failed")):
        raise Http404
    doing = act(request)
    book.retry(key, doing.actor, doing.now)
    return HttpResponse(status=204)


@router.get("/desk/discrepancies", **opens(Right.DESK, Page[dict[str, Any]]))
def list_open_discrepancies(
    request: HttpRequest, response: HttpResponse, limit: Limit, cursor: Cursor
) -> dict[str, Any]:
    """Open cases with their clocks; no figure and no unit."""
    return paging.part(request, response, showing.desk(act(request).now), limit, cursor)


def _helped(code: str) -> Any:
    found = drafts.found(code, OFFICE)
    if found is None or found.state != "draft":
        raise Http404
    return found


def _looked(request: HttpRequest, record: Any) -> dict[str, Any]:
    seen = desk.look(homes.opened(), record, act(request), actor(request).name)
    columns = [
        {"position": one.position, "letter": one.letter, "header": one.header, "kind": one.kind, "terms": one.terms,
         "rare": one.rare, "opened": seen.opened.get(one.position, [])}
        for one in seen.columns
    ]  # fmt: skip
    return {
        "mapping": record.code, "title": record.title, "owner": record.owner, "columns": columns,
        "questions": seen.questions, "untranslated": seen.untranslated, "asks": [asked(one) for one in seen.asks],
    }  # fmt: skip

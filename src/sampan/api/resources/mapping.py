"""Map a source: a draft of a file nobody has read yet, its answers and lines, and the crosswalks that stand."""

from __future__ import annotations

import tempfile
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Literal

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from ninja import File, Form, Router, Schema, UploadedFile
from ninja import Path as InPath
from ninja.responses import Status
from pydantic import Field, StringConstraints

from sampan.api import paging
from sampan.api.doors import act, actor, opens
from sampan.api.fields import Name, Said, Text
from sampan.api.paging import Cursor, Limit, Page
from sampan.api.problems import Clash
from sampan.operations import belonging, crosswalks, drafting, homes
from sampan.operations.mapping import answers, desk, drafts
from sampan.operations.mapping.drafts import Wish
from sampan.people.roles import Right
from sampan.vocab.telling import tell

router = Router(tags=["mapping"])
Code = Annotated[str, InPath(pattern=r"^M-([0-9]{3}(-[0-9]{3}){1,2}|[0-9]{6,12})$", examples=["M-482-917"])]


class DraftLine(Schema):
    """A draft in short."""

    mapping: str
    source: str
    title: str
    owner: str
    country: str
    filename: str
    state: str
    made_at: datetime


class CellsAsked(Schema):
    """What the steward asked to see of a column, and until when the owner opened it."""

    ask: int
    column: int
    reason: str
    asked_by: str
    open_until: datetime | None


class Draft(DraftLine):
    """A draft: guesses with their evidence, what is open, what was answered, the lines that stand."""

    guesses: list[dict[str, Any]]
    questions: list[dict[str, Any]]
    answered: dict[str, dict[str, Any]]
    terms: list[dict[str, Any]]
    lines: list[dict[str, Any]]
    asks: list[CellsAsked]


class NewDraft(Schema):
    """The source that a file nobody has read yet shall become."""

    source: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{1,60}$")]
    title: Said
    country: Annotated[str, StringConstraints(pattern="^[A-Z]{2}$")]


class MappingSaying(Schema):
    """An answer to a question (`about`, `value`), or a line of the crosswalk (`field`, `term`, `value`, `match`)."""

    about: Text = ""
    value: Text = ""
    field: Text = ""
    term: Text = ""
    match: Text = ""


class MappingWord(MappingSaying):
    """What the owner says: an answer, a line of the crosswalk, a wish for help, cells opened, its approval, the end."""

    kind: Literal["answer", "line", "help", "open", "approve", "drop"]
    ask: Annotated[int, Field(ge=0, lt=2**60)] = 0
    hours: Annotated[int, Field(ge=0, le=10_000)] = 0


class CrosswalkLine(Schema):
    """A line that stands; `line` names those said later than the source's own file."""

    line: int | None
    field: str
    term: str
    value: str
    match: str
    author: str
    on: str
    approved_by: str
    approved_on: str


class Approval(Schema):
    """The lines that their owner approves."""

    lines: Annotated[list[Annotated[int, Field(ge=0, lt=2**60)]], Field(min_length=1, max_length=1000)]


class Approved(Schema):
    """How many lines were approved now."""

    approved: int


@router.get("/mappings", **opens(Right.MAP, Page[DraftLine]))
def list_mappings(request: HttpRequest, response: HttpResponse, limit: Limit, cursor: Cursor) -> dict[str, Any]:
    """The party's drafts, newest first."""
    found = [_line(one) for one in drafts.of_party(actor(request).party)]
    return paging.part(request, response, found, limit, cursor)


@router.post("/mappings", **opens(Right.MAP, Draft, 409, status=201))
def begin_mapping(request: HttpRequest, new: Form[NewDraft], file: File[UploadedFile]) -> Any:
    """Draft a source from a file."""
    if (file.size or 0) > settings.UPLOAD_MB * 2**20:
        raise Clash(413, "too-large", _("This file is larger than the office takes."))
    with tempfile.TemporaryDirectory(prefix="sampan-map-") as folder:
        path = Path(folder) / drafting.file_name(file.name or "file")
        with path.open("wb") as out:
            for chunk in file.chunks():
                out.write(chunk)
        wish = Wish(new.source, new.title, new.country)
        made = drafts.begin(homes.opened(), path, wish, actor(request).party, act(request))
    return Status(201, _whole(made))


@router.get("/mappings/{code}", **opens(Right.MAP, Draft))
def show_mapping(request: HttpRequest, code: Code) -> Any:
    """One draft."""
    return _whole(_own(request, code))


@router.post("/mappings/{code}/words", **opens(Right.MAP, Draft, 409))
def say_of_mapping(request: HttpRequest, code: Code, word: MappingWord) -> Any:
    """Answer, translate, ask for help, open cells, approve, give up."""
    store, record, doing = homes.opened(), _own(request, code), act(request)
    match word.kind:
        case "answer":
            drafts.answer(record, word.about, word.value, doing)
        case "line":
            drafts.translate(record, word.dict(include={"field", "term", "value", "match"}), doing)
        case "help":
            drafts.help_wanted(store, record, doing)
        case "open":
            desk.open_cells(record, word.ask, word.hours, doing)
        case "approve":
            drafts.approve(store, record, doing)
        case "drop":
            drafts.drop(store, record, doing)
    return _whole(_own(request, code))


@router.get("/crosswalks/{source}", **opens(Right.MAP, Page[CrosswalkLine]))
def list_crosswalk(
    request: HttpRequest, response: HttpResponse, source: Name, limit: Limit, cursor: Cursor
) -> dict[str, Any]:
    """The lines of an own source, those that wait for approval first."""
    return paging.part(request, response, crosswalks.listed(_source(request, source)), limit, cursor)


@router.post("/crosswalks/{source}/approvals", **opens(Right.MAP, Approved))
def approve_crosswalk(request: HttpRequest, source: Name, approval: Approval) -> Any:
    """Approve lines of an own source."""
    mine, doing = _source(request, source), act(request)
    return {"approved": crosswalks.approve({mine.id: mine}, approval.lines, doing.actor, doing.now)}


def _own(request: HttpRequest, code: str) -> Any:
    found = drafts.found(code, actor(request).party)
    if found is None:
        raise Http404
    return found


def _source(request: HttpRequest, source: str) -> Any:
    found = belonging.sources(homes.opened(), actor(request).party).get(source)
    if found is None:
        raise Http404
    return found


def _line(record: Any) -> dict[str, Any]:
    names = ("source", "title", "owner", "country", "filename", "state", "made_at")
    return {"mapping": record.code} | {name: getattr(record, name) for name in names}


def _whole(record: Any) -> dict[str, Any]:
    questions = [
        {**_in_words(one, "question"), "options": answers.options_of(one)}
        for one in answers.open_questions(record.proposal, record.answers)
    ]
    return _line(record) | {
        "guesses": [_in_words(one) for one in record.proposal["guesses"]],
        "questions": questions, "answered": record.answers,
        "terms": answers.open_terms(record.proposal, record.lines), "lines": record.lines,
        "asks": [asked(one) for one in record.asks.order_by("pk")],
    }  # fmt: skip


def _in_words(one: dict[str, Any], *more: str) -> dict[str, Any]:
    """A guess or question with its sentences in the reader's language."""
    language = get_language() or "en"
    return one | {name: tell(one[name], language) for name in ("evidence", *more) if name in one}


def asked(one: Any) -> dict[str, Any]:
    """What the steward asked to see, as both sides read it."""
    names = ("column", "reason", "asked_by", "open_until")
    return {"ask": one.pk} | {name: getattr(one, name) for name in names}

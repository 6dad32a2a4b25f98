"""Help between posts: what is asked and offered, taken up and thanked for."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from django.http import Http404, HttpRequest, HttpResponse
from ninja import Path, Router, Schema
from ninja.responses import Status
from pydantic import StringConstraints

from sampan.api import paging
from sampan.api.doors import act, actor, opens
from sampan.api.fields import PLAIN, Text
from sampan.api.paging import Cursor, Limit, Page
from sampan.operations import helping
from sampan.people.roles import Right

router = Router(tags=["help"])
Code = Annotated[str, Path(pattern=r"^H-([0-9]{3}(-[0-9]{3}){1,2}|[0-9]{6,12})$", examples=["H-482-917"])]


class HelpLine(Schema):
    """A line of help; `days_left` until its day, negative when it is past."""

    help: str
    side: str
    kind: str
    post: str
    words: str
    language: str
    until: date
    days_left: int
    state: str
    taken_by: str
    thanks: str
    mine: bool


class NewLine(Schema):
    """What is asked or offered, in a sentence that every post reads: no person, no figure that was not released."""

    side: Literal["ask", "offer"]
    kind: Literal["laboratory", "mapping", "translation", "second-reading"]
    words: Annotated[str, StringConstraints(pattern=PLAIN, min_length=1, max_length=400, strip_whitespace=True)]
    until: date
    language: Annotated[str, StringConstraints(pattern="^[a-z]{2}$")] = "en"


class Ending(Schema):
    """Thanks to who took the line up, if somebody did."""

    thanks: Text = ""


@router.get("/help", **opens(Right.DIRECTORY, Page[HelpLine]))
def list_help(request: HttpRequest, response: HttpResponse, limit: Limit, cursor: Cursor) -> dict[str, Any]:
    """Open lines, those that end soonest first; then what was taken up or done lately."""
    found = helping.lines(act(request).now, actor(request).post.code)
    return paging.part(request, response, found, limit, cursor)


@router.post("/help", **opens(Right.DIRECTORY, HelpLine, status=201))
def write_help(request: HttpRequest, line: NewLine) -> Any:
    """Ask or offer."""
    made = helping.Line(line.side, line.kind, line.words, line.until, line.language)
    return Status(201, _shown(request, helping.write(made, act(request))))


@router.post("/help/{code}/answer", **opens(Right.DIRECTORY, HelpLine))
def answer_help(request: HttpRequest, code: Code) -> Any:
    """Take a line up; its writer is told which post did."""
    _shown(request, code)
    helping.answer(code, act(request))
    return _shown(request, code)


@router.post("/help/{code}/end", **opens(Right.DIRECTORY, HelpLine))
def end_help(request: HttpRequest, code: Code, ending: Ending) -> Any:
    """End an own line, with thanks to who took it up."""
    _shown(request, code)
    helping.end(code, act(request), ending.thanks)
    return _shown(request, code)


def _shown(request: HttpRequest, code: str) -> dict[str, Any]:
    for one in helping.lines(act(request).now, actor(request).post.code):
        if one["help"] == code:
            return one
    raise Http404

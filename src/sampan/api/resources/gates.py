"""What waits for this post's word at either gate, with the law shown; passing in bulk, and saying no."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema
from pydantic import Field

from sampan.api import paging
from sampan.api.doors import act, actor, opens
from sampan.api.fields import Subject, Text
from sampan.api.paging import Cursor, Limit, Page
from sampan.api.tags import must_match, tagged
from sampan.operations import homes, receiving
from sampan.operations.sharing import gates, pending
from sampan.people.roles import Right

router = Router(tags=["gates"])


class Waiting(Schema):
    """A delivery or request that waits for this post, the rule and law it waits by, and for how long."""

    kind: str
    subject: str
    about: str
    """The source of a delivery, or the name of a request."""
    sender: str
    rule: str
    law: str
    why: str
    since: datetime
    waited_days: float
    usual_days: int | str | None
    says: str


class GateWord(Schema):
    """A word on one or many: `rule` where several wait, `conditions` when it is for these alone."""

    subjects: Annotated[list[Subject], Field(min_length=1, max_length=200)]
    answer: Literal["passed", "denied"]
    rule: Text | None = None
    conditions: Annotated[tuple[Text, ...], Field(max_length=100)] = ()


class Given(Schema):
    """A word as it was kept."""

    subject: str
    rule: str
    answer: str
    by: str


@router.get("/words/waiting", **opens(Right.WORD, Page[Waiting]))
def list_waiting(request: HttpRequest, response: HttpResponse, limit: Limit, cursor: Cursor) -> Any:
    """Deliveries at the first gate and requests at the second that wait for this post."""
    every = _waiting(request)
    found = paging.part(request, response, every, limit, cursor)
    return tagged(response, found) if len(every) <= limit and not cursor else found


@router.post("/words", **opens(Right.WORD, list[Given], 409, 412))
def give_word(request: HttpRequest, word: GateWord) -> Any:
    """Pass or refuse; what was passed is read at once. Refused as a whole if one does not wait for this post."""
    must_match(request, {"items": _waiting(request), "next": None})
    store, doing = homes.opened(), act(request)
    answer = gates.Answer(word.answer, word.rule, word.conditions)
    given = pending.give(store, word.subjects, answer, doing.actor, doing.now)
    receiving.resume(store, doing)
    return given


def _waiting(request: HttpRequest) -> list[dict[str, Any]]:
    store, doing = homes.opened(), act(request)
    post = actor(request).post.code
    found = gates.waiting(store, post, homes.sources(store), doing.now) + pending.requests(store, post, doing.now)
    return [{"sender": one["from"], **{name: told for name, told in one.items() if name != "from"}} for one in found]

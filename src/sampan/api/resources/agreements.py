"""Agreements of the own side: listed, said, checked, compared, proposed, moved. Those of others are not there."""

from __future__ import annotations

import base64
import binascii
from datetime import date, datetime
from typing import Annotated, Any, Literal

import polars as pl
import polars.selectors as cs
from django.http import Http404, HttpRequest, HttpResponse
from ninja import Query, Router, Schema
from ninja.responses import Status
from pydantic import StringConstraints

from sampan.api import paging
from sampan.api.doors import act, actor, opens
from sampan.api.fields import Name, Text, Written, spoken
from sampan.api.files import sent
from sampan.api.paging import Cursor, Limit, Page
from sampan.api.tags import must_match, tagged
from sampan.model.errors import UserError
from sampan.operations import agreements, homes
from sampan.operations.sharing import checking, making, ruling, trying
from sampan.operations.sharing.ruling import Desk, Rule
from sampan.people.roles import Right

router = Router(tags=["agreements"])
FILE = "agreement.yml"
Language = Annotated[str, Query("", pattern="^([a-z]{2})?$", description="Else that of the request.")]
Version = Annotated[int | None, Query(None, ge=1, le=10_000)]
Paper = Annotated[str, StringConstraints(max_length=800_000, pattern="^[A-Za-z0-9+/=]*$")]


class Step(Schema):
    """A step that was taken."""

    verb: str
    post: str
    party: str
    before: str
    after: str
    at: datetime
    note: str


class HalfStep(Schema):
    """A step that needs a post of each side: who took its half and when, and whose is missing, by which posts."""

    verb: str
    post: str
    party: str
    at: datetime
    waits_for: str
    posts: list[str]


class AgreementLine(Schema):
    """An agreement in short, as this side reads it; `open_steps` are those this post may take now.

    `last_day` is that of the term (`ends`), or of a notice that ends sooner; `notice_by` the parties that gave one.
    """

    agreement: str
    version: int
    kind: str
    title: str
    state: str
    side: str
    other: str
    named: bool
    begins: date
    ends: date | None
    last_day: date | None
    notice_by: list[str]
    waits: list[HalfStep]
    digest: str
    open_steps: list[str]


class AgreementWhole(AgreementLine):
    """An agreement with its text and steps."""

    text: str
    steps: list[Step]


class Document(Schema):
    """The text of an agreement file."""

    text: Written


class AgreementProposal(Document):
    """A text offered to the other side, or asked of it."""

    as_request: bool = False


class AgreementPair(Document):
    """A text, and another to compare it with; without one its two directions are compared."""

    other: Written | None = None


class Move(Schema):
    """One step: `verify` shows the signed paper (base64), only the digest of which is kept; `terminate` is notice."""

    verb: Literal["offer", "agree", "verify", "activate", "suspend", "terminate", "withdraw-notice", "end-at-once"]
    note: Text = ""
    paper: Paper | None = None


class Tried(Schema):
    """What one clause would let go of the own figures now; `held` counts the cells kept back, by why."""

    clause: str
    post: str
    outcome: str
    word: str
    rows: int
    told: int
    held: dict[str, int]
    says: list[str]
    first: date
    last: date
    cells: list[dict[str, Any]]


class Checked(Schema):
    """Slips stop the reading; remarks come from an agreement that reads."""

    agreement: str | None
    good: bool
    slips: list[dict[str, Any]]
    remarks: list[dict[str, Any]]


@router.get("/agreements", **opens(Right.RULES, Page[AgreementLine]))
def list_agreements(
    request: HttpRequest, response: HttpResponse, limit: Limit, cursor: Cursor, ended: bool = False
) -> dict[str, Any]:
    """The newest version of every agreement of this side, and older ones still in force."""
    found = ruling.rules(_desk(request), act(request).now, ended=ended)
    return paging.part(request, response, [_line(one) for one in found], limit, cursor)


@router.get("/agreements/{code}", **opens(Right.RULES, AgreementWhole))
def show_agreement(request: HttpRequest, response: HttpResponse, code: Name, version: Version) -> Any:
    """One agreement of this side."""
    return tagged(response, _whole(_found(request, code, version)))


@router.get("/agreements/{code}/said", **opens(Right.RULES, dict[str, list[str]]))
def say_agreement(request: HttpRequest, code: Name, version: Version, language: Language) -> Any:
    """It in plain sentences, under its headings."""
    return ruling.said(_found(request, code, version), spoken(language))


@router.get("/agreements/{code}/balance", **opens(Right.RULES, dict[str, Any]))
def balance_agreement(request: HttpRequest, code: Name, version: Version) -> Any:
    """Its two directions compared, from this side, with the smallest row that only one of them tells."""
    return ruling.balance(_found(request, code, version), spoken())


@router.get("/agreements/{code}/document", **opens(Right.RULES, None))
def document_agreement(request: HttpRequest, code: Name, version: Version) -> HttpResponse:
    """The document for signature, as PDF."""
    found = _found(request, code, version)
    name = f"{found.agreement.id}-v{found.agreement.version}.pdf"
    return sent(agreements.document(found.text, code, as_pdf=True), name, "application/pdf")


@router.post("/agreement-files/check", **opens(Right.RULES, Checked))
def check_agreement(request: HttpRequest, said: Document) -> Any:
    """Every slip of a file, or every remark on one that reads; nothing is kept."""
    return checking.check_here(said.text, FILE).as_dict()


@router.post("/agreement-files/trial", **opens(Right.AGREE, list[Tried]))
def try_agreement(request: HttpRequest, said: Document, language: Language) -> Any:
    """What each clause of a file would let go of the own figures now; nothing is kept and nothing leaves."""
    doing = act(request)
    found = trying.try_on(homes.opened(), said.text, doing.actor, doing.now, spoken(language))
    names = ("clause", "post", "outcome", "word", "rows", "told", "held", "says", "first", "last")
    return [
        {name: getattr(one, name) for name in names}
        | {"cells": one.table.with_columns(cs.date().cast(pl.String)).to_dicts()}
        for one in found
    ]


@router.post("/agreement-files/say", **opens(Right.RULES, dict[str, list[str]]))
def say_text(request: HttpRequest, said: Document, language: Language) -> Any:
    """A file in plain sentences; nothing is kept."""
    return agreements.say(said.text, FILE, spoken(language))


@router.post("/agreement-files/compare", **opens(Right.RULES, dict[str, Any]))
def compare_agreements(request: HttpRequest, pair: AgreementPair) -> Any:
    """Two files, or the two directions of one: where they differ, with the smallest witness."""
    return checking.compare_here((pair.text, FILE), (pair.other, FILE) if pair.other else None)


@router.post("/agreements", **opens(Right.AGREE, AgreementWhole, 409, status=201))
def propose_agreement(request: HttpRequest, said: AgreementProposal) -> Any:
    """Offer an agreement, or a new version of one, to the other side."""
    doing = act(request)
    made = making.propose(said.text, FILE, doing.actor, doing.now, as_request=said.as_request)
    return Status(201, _whole(_found(request, made.code, made.version)))


@router.post("/agreements/{code}/counter", **opens(Right.AGREE, AgreementWhole, 409, 412, status=201))
def counter_agreement(request: HttpRequest, code: Name, said: Document) -> Any:
    """Answer what the other side proposed with a changed file: a new version, and the end of the old."""
    must_match(request, _whole(_found(request, code, None)))
    doing = act(request)
    made = making.counter(code, said.text, FILE, doing.actor, doing.now)
    return Status(201, _whole(_found(request, made.code, made.version)))


@router.post("/agreements/{code}/steps", **opens(Right.AGREE, AgreementWhole, 409, 412))
def move_agreement(request: HttpRequest, code: Name, move: Move, version: Version) -> Any:
    """Take one step that is open to this post, with the newest version it is open to, or with the one named."""
    must_match(request, _whole(_found(request, code, version)))
    doing = act(request)
    moved = making.move(
        f"{code} v{version}" if version else code,
        move.verb,
        doing.actor,
        doing.now,
        note=move.note,
        paper=_paper(move.paper),
    )
    return _whole(_found(request, moved.code, moved.version))


def _desk(request: HttpRequest) -> Desk:
    who = actor(request)
    homes.opened()
    return Desk(who.post.code, who.party)


def _found(request: HttpRequest, code: str, version: int | None) -> Rule:
    found = ruling.rule(_desk(request), code, version)
    if found is None:
        raise Http404
    return found


def _line(one: Rule) -> dict[str, Any]:
    agreement = one.agreement
    return {
        "agreement": agreement.id, "version": agreement.version, "kind": agreement.kind, "title": agreement.title,
        "state": one.state, "side": one.side, "other": one.other, "named": one.named, "begins": agreement.begins,
        "ends": agreement.ends, "last_day": agreement.last_day, "notice_by": list(one.notice_by),
        "waits": [half.as_dict() for half in one.halves],
        "digest": one.digest, "open_steps": sorted(ruling.open_steps(one)),
    }  # fmt: skip


def _whole(one: Rule) -> dict[str, Any]:
    return _line(one) | {"text": one.text, "steps": list(one.steps)}


def _paper(text: str | None) -> bytes | None:
    try:
        return base64.b64decode(text, validate=True) if text is not None else None
    except binascii.Error as slip:
        raise UserError("the paper is not base64", kept="nothing was changed", do="encode the file's bytes") from slip

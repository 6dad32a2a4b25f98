"""Findings of the own party: what waits for an answer, its cells, and settling it."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.http import Http404, HttpRequest, HttpResponse
from ninja import Router, Schema
from pydantic import Field

from sampan.api import paging
from sampan.api.doors import act, actor, opens
from sampan.api.fields import Asked, FindingCode, Said, Subject, Text, spoken
from sampan.api.paging import Cursor, Limit, Page
from sampan.api.resources.deliveries import Receipt
from sampan.api.tags import must_match, tagged
from sampan.operations import belonging, homes, observing, settling
from sampan.operations.excerpts import excerpts
from sampan.operations.settling import Answer
from sampan.people.roles import Right

router = Router(tags=["findings"])


class Finding(Schema):
    """A problem of a delivery with its rule, its term, its share of cases, and its words in the reader's language.

    `about` says in words what its figures are about; where it is null, `term` is a text of the file.
    `answers` are those that change something: "word", "none", "accept"; with none of them only a corrected file helps.
    """

    finding: str
    rule: str
    severity: str
    state: str
    source: str
    delivery: str
    owner: str
    column: str | None
    term: str | None
    about: str | None
    count: int
    cases: int
    share: float
    facts: dict[str, Any]
    reasons: list[Any]
    answers: list[str]
    answer: dict[str, Any]
    title: str
    explanation: str
    remedy: str
    words_in: str


class Cell(Schema):
    """Where a cell stands in the delivered file."""

    sheet: str | None
    row: int | None
    column: str | None


class Excerpt(Schema):
    """A part of a sheet; `here` are the (row, column position) of the finding's own cells."""

    sheet: str | None
    headers: list[str]
    rows: dict[int, list[str | None]]
    here: list[tuple[int, int]]


class Settling(Schema):
    """The owner's answer: our word for the term, "none" for nothing we count, or "accept" with its reason."""

    value: Said
    reason: Text = ""
    match: Literal["exact", "broader", "narrower", "related"] = "exact"


class Acceptance(Schema):
    """Findings that are right as they stand, and why."""

    findings: Annotated[list[Subject], Field(min_length=1, max_length=200)]
    reason: Said


class Accepted(Schema):
    """How many findings were accepted now."""

    accepted: int


class Settled(Schema):
    """What it became, and the deliveries that were read again."""

    finding: str
    value: str
    replayed: list[Receipt]


@router.get("/findings", **opens(Right.FINDINGS, Page[Finding]))
def list_findings(
    request: HttpRequest, response: HttpResponse, limit: Limit, cursor: Cursor, source: Asked, delivery: Asked
) -> dict[str, Any]:  # fmt: skip
    """What waits for the party's answer, the greatest share of cases first."""
    every = belonging.findings(homes.opened(), actor(request).party, delivery=delivery or None)
    told = [observing.in_language(one, spoken()) for one in every if source in ("", one["source"])]
    return paging.part(request, response, told, limit, cursor)


@router.get("/findings/{code}", **opens(Right.FINDINGS, Finding))
def show_finding(request: HttpRequest, response: HttpResponse, code: FindingCode) -> Any:
    """One finding of the party."""
    return tagged(response, _told(request, code))


@router.get("/findings/{code}/cells", **opens(Right.FINDINGS, Page[Cell]))
def list_cells(
    request: HttpRequest, response: HttpResponse, code: FindingCode, limit: Limit, cursor: Cursor
) -> dict[str, Any]:
    """Where its cells stand: sheet, row, column."""
    _told(request, code)
    return paging.part(request, response, observing.cells(homes.opened(), code).to_dicts(), limit, cursor)


@router.get("/findings/{code}/excerpts", **opens(Right.FINDINGS, list[Excerpt]))
def list_excerpts(request: HttpRequest, code: FindingCode) -> Any:
    """Its cells with the rows around them, as the file has them; columns of persons are left out.

    An entry in the log says that the original was opened.
    """
    one = _told(request, code)
    found = excerpts(homes.opened(), [one], act(request)).get(code, [])
    return [
        {"sheet": e.sheet, "headers": list(e.headers), "rows": {r: list(c) for r, c in e.rows.items()},
         "here": sorted(e.here)}
        for e in found
    ]  # fmt: skip


@router.post("/findings/{code}/settlement", **opens(Right.SETTLE, Settled, 409, 412))
def settle(request: HttpRequest, code: FindingCode, said: Settling) -> Any:
    """Answer it; every delivery in which the same question stands open is read again."""
    must_match(request, _told(request, code))
    store = homes.opened()
    answer = Answer(said.value, said.reason, said.match)
    return settling.settle(store, homes.source_of_finding(store, code), code, answer, act(request))


@router.post("/finding-acceptances", **opens(Right.SETTLE, Accepted, 409))
def accept_findings(request: HttpRequest, said: Acceptance) -> Any:
    """Right as they stand, several at once; one that does not wait for this party stops the whole list."""
    store = homes.opened()
    waiting = {one["finding"] for one in belonging.findings(store, actor(request).party)}
    if not set(said.findings) <= waiting:
        raise Http404
    return {"accepted": settling.accept_all(store, said.findings, said.reason, act(request))}


def _told(request: HttpRequest, code: str) -> dict[str, Any]:
    found = belonging.finding(actor(request).party, code)
    if found is None:
        raise Http404
    return observing.in_language(belonging.told_of(homes.opened(), found), spoken())

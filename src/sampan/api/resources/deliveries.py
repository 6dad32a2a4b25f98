"""Deliveries of the own party: what came, its receipt, its balance, its marked copy, what it changed; withdrawing."""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from ninja import Router, Schema

from sampan.api import paging
from sampan.api.doors import act, actor, opens
from sampan.api.fields import Asked, DeliveryCode, Said
from sampan.api.files import handed_over, sent
from sampan.api.paging import Cursor, Limit, Page
from sampan.api.tags import must_match, tagged
from sampan.operations import belonging, homes, returning, withdrawing
from sampan.operations.proving import offering
from sampan.people.roles import Right

router = Router(tags=["deliveries"])


class Delivery(Schema):
    """A delivery; `balance` adds up in rows and in cases."""

    delivery: str
    source: str
    state: str
    gate: str
    gate_reason: str
    received_at: datetime
    published_at: datetime | None
    filename: str
    size: int
    digest: str
    repeats: str | None
    balance: dict[str, int]
    ended_at: datetime | None


class Receipt(Schema):
    """What the sender gets: digest, balance, findings by rule, and rules that want an answer."""

    delivery: str
    digest: str
    state: str
    source: str
    received_at: datetime
    balance: dict[str, int]
    findings: dict[str, int]
    repeats: str | None
    notes: list[str]
    asked: list[str]


class Withdrawal(Schema):
    """Why a delivery is taken back."""

    reason: Said


class Withdrawn(Schema):
    """What became of it: figures and cases that stand no more, deliveries that say theirs now, recipients told."""

    delivery: str
    state: str
    figures: int
    cases: int
    figures_erased: int  # of which only the series keys are left; 0 for a withdrawal alone
    read_again: list[str]
    told: int
    ended_at: datetime | None
    witnessed: bool  # whether partners had signed the log's newest state; a withdrawal never waits for it
    mark: str  # empty, or "not yet witnessed"


@router.get("/deliveries", **opens(Right.DELIVERIES, Page[Delivery]))
def list_deliveries(
    request: HttpRequest, response: HttpResponse, limit: Limit, cursor: Cursor, source: Asked
) -> dict[str, Any]:
    """The party's deliveries, newest first."""
    before = paging.word_in(cursor, "before")
    found = belonging.deliveries(actor(request).party, limit + 1, before=before, source=source)
    after = paging.cursor_of(before=found[limit - 1].code) if len(found) > limit else None
    return paging.page(request, response, [told(one) for one in found[:limit]], after)


@router.get("/deliveries/{code}", **opens(Right.DELIVERIES, Delivery))
def show_delivery(request: HttpRequest, response: HttpResponse, code: DeliveryCode) -> Any:
    """One delivery of the party."""
    return tagged(response, told(own(request, code)))


@router.get("/deliveries/{code}/receipt", **opens(Right.DELIVERIES, Receipt))
def show_receipt(request: HttpRequest, code: DeliveryCode) -> Any:
    """The receipt, told again as it stands now."""
    return belonging.receipt(own(request, code))


@router.get("/deliveries/{code}/receipt/proof", **opens(Right.DELIVERIES, None, 409))
def prove_receipt(request: HttpRequest, code: DeliveryCode) -> HttpResponse:
    """The receipt as a proof file (tlog-proof), which `sampan receipt verify` checks without the office."""
    own(request, code)
    return sent(offering.receipt(code, datetime.now(UTC)), f"{code}.tlog-proof", "text/plain; charset=utf-8")


@router.get("/deliveries/{code}/marked", **opens(Right.FINDINGS, None, 409))
def marked_copy(request: HttpRequest, code: DeliveryCode) -> StreamingHttpResponse:
    """The own file back, with the cells of its open findings marked. An entry says that it was opened."""
    found, doing = own(request, code), act(request)
    if found.wrapped_key is None:
        raise Http404
    room = Path(tempfile.mkdtemp(prefix="sampan-marked-"))
    out = room / Path(found.filename).name
    returning.marked_file(homes.opened(), code, out, doing, found.party)
    return handed_over(out, room)


@router.get("/deliveries/{code}/difference", **opens(Right.DELIVERIES, Page[dict[str, Any]]))
def difference(
    request: HttpRequest, response: HttpResponse, code: DeliveryCode, limit: Limit, cursor: Cursor
) -> dict[str, Any]:
    """Figures that this delivery added, changed or removed against what was known just before it."""
    changed = belonging.difference(homes.opened(), own(request, code))
    return paging.part(request, response, changed, limit, cursor)


@router.post("/deliveries/{code}/withdrawal", **opens(Right.WITHDRAW, Withdrawn, 409, 412))
def withdraw(request: HttpRequest, code: DeliveryCode, why: Withdrawal) -> Any:
    """Take a delivery back, at any hour; every recipient of what it was released in is told."""
    found, doing = own(request, code), act(request)
    must_match(request, told(found))
    return withdrawing.withdraw(homes.opened(), code, reason=why.reason, actor=doing.actor, now=doing.now)


def own(request: HttpRequest, code: str) -> Any:
    """The party's delivery of that code; another's is not there."""
    found = belonging.delivery(actor(request).party, code)
    if found is None:
        raise Http404
    return found


def told(one: Any) -> dict[str, Any]:
    """A delivery as the API tells it."""
    names = (
        "source", "state", "gate", "gate_reason", "received_at", "published_at", "filename", "size", "digest",
        "balance", "ended_at",
    )  # fmt: skip
    facts = {name: getattr(one, name) for name in names}
    return {"delivery": one.code, "repeats": one.repeats.code if one.repeats else None, **facts}

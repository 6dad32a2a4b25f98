"""The weekly form: what it asks of a post's place, and a filled one, looked at and received as every file is."""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

from django.http import Http404, HttpRequest
from ninja import Router, Schema
from ninja.responses import Status
from pydantic import Field, StringConstraints

from sampan.api.doors import act, actor, opens
from sampan.api.fields import Name
from sampan.api.resources.deliveries import Receipt
from sampan.model.errors import UserError
from sampan.operations import belonging, homes, once, weekly
from sampan.operations.once import Outgoing
from sampan.operations.weekly import Asked, Filled
from sampan.people.roles import Right

router = Router(tags=["uploads"])
Count = Annotated[int, Field(ge=0, le=weekly.MOST)]
OLD = "the form knows no such {what}: {said}"


class FormUnit(Schema):
    """A unit that reports."""

    unit: str
    name: str


class FormAsked(Schema):
    """What a form asks: the units and weeks to choose from, and the conditions of which each wants an answer."""

    source: str
    units: list[FormUnit]
    weeks: list[tuple[date, date]]
    conditions: list[str]
    deaths: bool


class FormAnswer(Schema):
    """One condition by its own act; a number comes with `number` and with nothing else."""

    act: Literal["number", "none", "not known", "cannot say"]
    number: Count | None = None
    deaths: Count | None = None
    deaths_known: bool = True


class FormFilled(Schema):
    """A filled form: every condition has its answer, and the sites that reported of those expected."""

    unit: str
    week: date
    answers: dict[str, FormAnswer]
    reporting: Count
    expected: Count
    once: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{8,64}$")]


@router.get("/weekly-forms/{source}", **opens(Right.DELIVER, FormAsked))
def show_weekly_form(request: HttpRequest, source: Name) -> Any:
    """What the form of a source asks of this post."""
    asked = _asked(request, source)
    return {
        "source": source,
        "units": [{"unit": one.id, "name": one.name} for one in asked.units],
        "weeks": list(asked.weeks),
        "conditions": list(asked.conditions),
        "deaths": asked.deaths,
    }


@router.post("/weekly-forms/{source}", **opens(Right.DELIVER, Receipt, 409, status=201))
def send_weekly_form(request: HttpRequest, source: Name, said: FormFilled) -> Any:
    """Send a filled form; `once` names this filling, so that sending it again answers with the same delivery."""
    asked, doing, store = _asked(request, source), act(request), homes.opened()
    with tempfile.TemporaryDirectory(prefix="sampan-form-") as folder:
        path = weekly.write(_filled(said, asked), Path(folder))
        receipt = once.receive(Outgoing(store, asked.form, path), doing, said.once)
    if isinstance(receipt, str):
        found = belonging.delivery(actor(request).party, receipt)
        if found is None:
            raise Http404
        return Status(201, belonging.receipt(found))
    return Status(201, receipt)


def _asked(request: HttpRequest, source: str) -> Asked:
    post, doing = actor(request).post, act(request)
    found = weekly.asked(homes.opened(), post.party.code, post.place, source, doing.now.date())
    if found is None or not found.units:
        raise Http404
    return found


def _filled(said: FormFilled, asked: Asked) -> Filled:
    """UserError where an answer is missing, says two things, or is about what the form does not ask."""
    unit = next((one for one in asked.units if one.id == said.unit), None)
    week = next((one for one in asked.weeks if one[0] == said.week), None)
    if unit is None or week is None:
        what, given = ("unit", said.unit) if unit is None else ("week", said.week)
        raise _slip(OLD.format(what=what, said=given))
    if set(said.answers) != set(asked.conditions):
        raise _slip("every condition of the form wants one answer, and no other: " + ", ".join(asked.conditions))
    if said.reporting > said.expected:
        raise _slip("more sites reported than were expected")
    for code, one in said.answers.items():
        if (one.act == weekly.NUMBER) != (one.number is not None):
            raise _slip(f"{code}: `number` comes with the act `number` alone, and never without it")
    answers = {code: (one.act, one.number) for code, one in said.answers.items()}
    deaths = {code: _deaths(code, one) for code, one in said.answers.items() if one.act == weekly.NUMBER}
    return Filled(unit, week, answers, (said.reporting, said.expected), deaths if asked.deaths else None)


def _deaths(code: str, one: FormAnswer) -> tuple[str, int | None]:
    if one.deaths is None:
        if one.deaths_known:
            raise _slip(f"{code}: say how many of them died, or `deaths_known: false`")
        return weekly.NOT_KNOWN, None
    return (weekly.NUMBER, one.deaths) if one.deaths else (weekly.NONE, None)


def _slip(what: str) -> UserError:
    return UserError(what, kept="nothing was sent", do="GET the form says what it asks")

"""Two figures for one thing, as a side may see them: told alone until both consent, then side by side."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.http import Http404, HttpRequest, HttpResponse
from ninja import Path, Router, Schema
from pydantic import Field, StringConstraints

from sampan.api import paging
from sampan.api.doors import act, opens
from sampan.api.fields import PLAIN, Text
from sampan.api.paging import Cursor, Limit, Page
from sampan.api.tags import must_match, tagged
from sampan.model.errors import Refused
from sampan.operations import homes
from sampan.operations.discrepancies import finding, showing, talking
from sampan.operations.discrepancies.talking import Said
from sampan.people.roles import Right

router = Router(tags=["discrepancies"])
Code = Annotated[str, Path(pattern=r"^[A-Z]+-[0-9]{1,12}$")]


class DiscrepancyWord(Schema):
    """What a side says: consent, an explanation in one language, a proposal with figures, agreement, or differing."""

    kind: Literal["consent", "explain", "propose", "agree", "differ"]
    language: Annotated[str, StringConstraints(pattern="^[a-z]{2}$")] = "en"
    text: Annotated[str, StringConstraints(pattern=PLAIN, max_length=4000)] = ""
    cause: Text = ""
    figures: Annotated[dict[str, Annotated[int, Field(ge=0, lt=2**60)]], Field(max_length=200)] | None = None


@router.get("/discrepancies", **opens(Right.FIGURES, Page[dict[str, Any]]))
def list_discrepancies(request: HttpRequest, response: HttpResponse, limit: Limit, cursor: Cursor) -> dict[str, Any]:
    """Every one this post may see, newest first."""
    store, doing = homes.opened(), act(request)
    finding.find_if_new(store, doing.now)
    return paging.part(request, response, showing.cases(store, doing.actor, doing.now), limit, cursor)


@router.get("/discrepancies/{code}", **opens(Right.FIGURES, dict[str, Any]))
def show_discrepancy(request: HttpRequest, response: HttpResponse, code: Code) -> Any:
    """One of them, as this post may see it."""
    return tagged(response, _shown(request, code))


@router.post("/discrepancies/{code}/words", **opens(Right.FIGURES, dict[str, Any], 409, 412))
def say_in_discrepancy(request: HttpRequest, code: Code, saying: DiscrepancyWord) -> Any:
    """Say something as one's own side."""
    must_match(request, _shown(request, code))
    store, doing = homes.opened(), act(request)
    said = Said(saying.text, saying.language, saying.cause, saying.figures or {})
    match saying.kind:
        case "consent":
            talking.consent(store, code, doing)
        case "agree":
            talking.agree(store, code, doing)
        case "explain":
            talking.explain(store, code, said, doing)
        case "propose":
            talking.propose(store, code, said, doing)
        case "differ":
            talking.differ(store, code, said, doing)
    return _shown(request, code)


def _shown(request: HttpRequest, code: str) -> dict[str, Any]:
    doing = act(request)
    try:
        return showing.show(homes.opened(), code, doing.actor, doing.now)
    except Refused:
        raise Http404 from None

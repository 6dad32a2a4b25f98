"""How an own source counts: its versions, one said anew, and the owner's approval of those that wait."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from django.http import Http404, HttpRequest, HttpResponse
from ninja import Router, Schema
from ninja.responses import Status
from pydantic import AfterValidator, Field, StringConstraints

from sampan.api import paging
from sampan.api.doors import act, actor, opens
from sampan.api.fields import Name, Said, Text, in_years
from sampan.api.paging import Cursor, Limit, Page
from sampan.api.resources.mapping import Approved
from sampan.model.sources import Source
from sampan.operations import belonging, homes, practices
from sampan.people.roles import Right

router = Router(tags=["mapping"])
Day = Annotated[date, AfterValidator(in_years)]
Called = Annotated[Text, StringConstraints(max_length=60)]
Age = Annotated[int, Field(ge=0, le=practices.OLDEST_YEARS)]


def _one_of(name: str) -> Any:
    """A word of a closed list, or nothing said; the operation tells which are known."""
    return Field(json_schema_extra={"enum": ["", *practices.WORDS[name]]})


class Says(Schema):
    """What is said of how cases are counted; what is left empty nobody has said. Ages in years, the second left out."""

    definition: Called = ""
    scheme: Called = ""
    age_from: Age | None = None
    age_to: Age | None = None
    counts: Annotated[Text, _one_of("counts")] = ""
    setting: Annotated[Text, _one_of("setting")] = ""
    sector: Annotated[Text, _one_of("sector")] = ""
    testing: Annotated[Text, _one_of("testing")] = ""
    period_scheme: Annotated[Text, _one_of("period_scheme")] = ""
    date_basis: Annotated[Text, _one_of("date_basis")] = ""
    denominator: Annotated[Text, _one_of("denominator")] = ""


class NewPractice(Schema):
    """How one condition ("any": all that is not said apart) is counted from a day on, and where that is written."""

    condition: Said
    begins: Day
    cites: Annotated[Said, StringConstraints(max_length=400)]
    says: Says


class PracticeLine(Schema):
    """A version; `line` names those said later than the bundled list, which waits for nobody."""

    line: int | None
    version: int
    condition: str
    says: dict[str, Any]
    begins: str
    ends: str | None
    cites: str
    author: str
    approved_by: str
    approved_on: str


class PracticeApproval(Schema):
    """The versions that their owner approves."""

    lines: Annotated[list[Annotated[int, Field(ge=0, lt=2**60)]], Field(min_length=1, max_length=1000)]


@router.get("/sources/{source}/practices", **opens(Right.MAP, Page[PracticeLine]))
def list_source_practices(
    request: HttpRequest, response: HttpResponse, source: Name, limit: Limit, cursor: Cursor
) -> dict[str, Any]:
    """Every version of how an own source counts, those that wait for approval first."""
    return paging.part(request, response, practices.listed(_source(request, source)), limit, cursor)


@router.post("/sources/{source}/practices", **opens(Right.MAP, PracticeLine, 409, status=201))
def propose_practice(request: HttpRequest, source: Name, new: NewPractice) -> Any:
    """Say anew how an own source counts; the owner's own word stands at once."""
    mine, doing = _source(request, source), act(request)
    says = {name: value for name, value in new.says.dict().items() if value not in ("", None)}
    made = practices.propose(mine, practices.Said(new.condition, new.begins, new.cites, says), doing.actor, doing.now)
    return Status(201, next(one for one in practices.listed(mine) if one["line"] == made.pk))


@router.post("/sources/{source}/practices/approvals", **opens(Right.MAP, Approved, 409))
def approve_practices(request: HttpRequest, source: Name, approval: PracticeApproval) -> Any:
    """Approve versions of an own source; refused as a whole if one does not wait for this party."""
    mine, doing = _source(request, source), act(request)
    return {"approved": practices.approve({mine.id: mine}, approval.lines, doing.actor, doing.now)}


def _source(request: HttpRequest, source: str) -> Source:
    found = belonging.sources(homes.opened(), actor(request).party).get(source)
    if found is None:
        raise Http404
    return found

"""The pages over HTTP. A view asks an operation, and says the answer; it decides nothing."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from sampan.operations import homes, viewing
from sampan.operations.excerpts import excerpts
from sampan.operations.receiving import Act
from sampan.operations.viewing import RegionView, Wanted
from sampan.web.finding import finding_page
from sampan.web.links import Served
from sampan.web.reader import LANGUAGES
from sampan.web.region import Page, region_page

SVG = "image/svg+xml"
SPECIFICATION = "application/json"


def front(request: HttpRequest) -> HttpResponse:
    """The first page: the first condition that anybody told of, in the reader's first language that we have."""
    asked = request.headers.get("Accept-Language", "")
    wanted = [part.split(";")[0].strip().split("-")[0] for part in asked.split(",")]
    language = next((one for one in wanted if one in LANGUAGES), "en")
    store = homes.opened()
    conditions = _conditions(viewing.state(store))
    if not conditions:
        raise Http404("nothing was delivered yet")
    return HttpResponseRedirect(reverse("region", kwargs={"condition": conditions[0], "language": language}))


def region(request: HttpRequest, language: str, condition: str) -> HttpResponse:
    """The region page."""
    return HttpResponse(_page(language, condition).html)


def picture(request: HttpRequest, language: str, condition: str, name: str) -> HttpResponse:
    """A picture of the region page, drawn (.svg) or as its specification (.json)."""
    stem, _, ending = name.rpartition(".")
    found = _page(language, condition).pictures.get(stem)
    if found is None or ending not in ("svg", "json"):
        raise Http404("there is no such picture")
    if ending == "json":
        return HttpResponse(found.spec(), content_type=SPECIFICATION)
    return HttpResponse(found.svg(), content_type=SVG)


def finding(request: HttpRequest, language: str, code: str) -> HttpResponse:
    """One finding with its cells."""
    store = homes.opened()
    state = viewing.state(store)
    conditions = _conditions(state)
    if language not in LANGUAGES or not conditions:
        raise Http404("there is no such page")
    view = _view(conditions[0], state)
    one = next((found for found in view.findings if found["finding"] == code), None)
    if one is None:
        raise Http404("there is no such finding")
    act = Act("office/reader", datetime.now(UTC))
    shown = excerpts(store, [one], act).get(code, [])
    return HttpResponse(finding_page(view, one, shown, language=language, links=Served()))


def _page(language: str, condition: str) -> Page:
    state = viewing.state(homes.opened())
    if language not in LANGUAGES or condition not in _conditions(state):
        raise Http404("there is no such page")
    return _kept_page(language, condition, state)


@lru_cache(maxsize=4)
def _conditions(_state: str) -> tuple[str, ...]:
    return viewing.conditions_told(homes.opened())


@lru_cache(maxsize=64)
def _kept_page(language: str, condition: str, state: str) -> Page:
    return region_page(_view(condition, state), language=language, links=Served())


@lru_cache(maxsize=16)
def _view(condition: str, _state: str) -> RegionView:
    return viewing.region(homes.opened(), Wanted(condition))

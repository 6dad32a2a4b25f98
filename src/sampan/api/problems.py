"""Problems as application/problem+json (RFC 9457), in the reader's language: what, where, what was kept, what to do.

What is not there and what is not for this post answer with the same words and the same status.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from ninja import NinjaAPI, Schema
from ninja.errors import AuthenticationError, HttpError, ValidationError

from sampan.api.limits import TooMany
from sampan.model.errors import NeedsPerson, OurFault, Refused, SampanError, UserError
from sampan.vocab.telling import tell

MEDIA = "application/problem+json"
CARRIED = ("Allow", "Retry-After", "WWW-Authenticate", "Tus-Resumable", "Tus-Version")
STATUS_OF: tuple[tuple[type[SampanError], int], ...] = (
    (UserError, 400), (NeedsPerson, 409), (Refused, 403), (OurFault, 500),
)  # fmt: skip
TITLES = {
    400: gettext_lazy("Not what was expected"),
    401: gettext_lazy("Say who asks: a key of a post, or a session of the pages"),
    403: gettext_lazy("Refused by a rule"),
    404: gettext_lazy("Not there, or not for this post"),
    405: gettext_lazy("This is not done here"),
    406: gettext_lazy("Not written in that form"),
    409: gettext_lazy("Kept, but it needs somebody's answer"),
    412: gettext_lazy("It changed meanwhile"),
    413: gettext_lazy("Larger than the office takes"),
    415: gettext_lazy("Not read in that form"),
    422: gettext_lazy("Something in the request does not fit"),
    429: gettext_lazy("Too many requests"),
    500: gettext_lazy("A fault of ours"),
}


class Slip(Schema):
    """One thing in a request that does not fit: where, and why."""

    where: str
    why: str


class Problem(Schema):
    """A problem in four parts (RFC 9457 with what, where, kept and do)."""

    type: str
    title: str
    status: int
    detail: str
    what: str | None = None
    where: str | None = None
    kept: str | None = None
    do: str | None = None
    rule: str | None = None
    errors: list[Slip] | None = None


class Changed(Exception):
    """If-Match names another state than the present one."""


class Answered(Exception):
    """The request was answered before; here is that answer."""

    def __init__(self, answer: HttpResponse) -> None:
        self.answer = answer
        super().__init__()


class Clash(Exception):
    """A request that cannot be taken as it is: its status, and a slug that says which."""

    def __init__(self, status: int, kind: str, what: str) -> None:
        self.status, self.kind, self.what = status, kind, what
        super().__init__(what)


def listen(api: NinjaAPI) -> None:
    """Answer every exception of the API in these words; an unknown one is left to Django, and becomes a 500."""
    answers: dict[type[Exception], Callable[[HttpRequest, Any], HttpResponse]] = {
        SampanError: _of_ours,
        Http404: lambda request, _stop: told(request, 404),
        ValidationError: _of_slips,
        AuthenticationError: _of_stranger,
        HttpError: lambda request, stop: told(request, stop.status_code, detail=str(stop)),
        TooMany: _of_haste,
        Changed: lambda request, _stop: told(request, 412),
        Clash: lambda request, stop: told(request, stop.status, kind=stop.kind, detail=_tell(stop.what)),
        Answered: lambda _request, stop: stop.answer,
    }
    for kind, answer in answers.items():
        api.add_exception_handler(kind, answer)


def told(_request: HttpRequest, status: int, *, kind: str = "", detail: str = "", **more: Any) -> HttpResponse:
    """One problem."""
    title = str(TITLES.get(status) or HTTPStatus(status).phrase)
    slug = kind or HTTPStatus(status).phrase.lower().replace(" ", "-")
    body = {"type": f"urn:sampan:problem:{slug}", "title": title, "status": status, "detail": detail or title, **more}
    return HttpResponse(json.dumps(body, ensure_ascii=False), status=status, content_type=MEDIA)


def in_our_words(request: HttpRequest, answer: HttpResponseBase) -> HttpResponseBase:
    """What Django itself answered (no such address, method or host, a fault), in the same form."""
    if answer.status_code < 400 or answer.headers.get("Content-Type", "").startswith((MEDIA, "application/json")):
        return answer
    ours = told(request, answer.status_code)
    for name in CARRIED:
        if name in answer.headers:
            ours.headers[name] = answer.headers[name]
    return ours


def _of_ours(request: HttpRequest, stop: SampanError) -> HttpResponse:
    status = next(code for kind, code in STATUS_OF if isinstance(stop, kind))
    parts = {name: text if name == "rule" else _tell(text) for name, text in stop.as_dict().items()}
    return told(request, status, kind=_slug(stop), detail=stop.in_words(_tell), **parts)


def _tell(text: str) -> str:
    return tell(text, get_language() or "en")


def _of_slips(request: HttpRequest, stop: ValidationError) -> HttpResponse:
    slips = [{"where": ".".join(str(part) for part in one["loc"]), "why": str(one["msg"])} for one in stop.errors]
    return told(request, 422, errors=slips, what=_("Something in the request does not fit"))


def _of_stranger(request: HttpRequest, _stop: AuthenticationError) -> HttpResponse:
    answer = told(request, 401)
    answer.headers["WWW-Authenticate"] = 'Bearer realm="sampan"'
    return answer


def _of_haste(request: HttpRequest, stop: TooMany) -> HttpResponse:
    answer = told(request, 429, do=_("Come back after the seconds that Retry-After says."))
    answer.headers["Retry-After"] = str(stop.seconds)
    return answer


def _slug(stop: SampanError) -> str:
    """user-error, needs-person, refused or our-fault."""
    name = type(stop).__name__
    return "".join(f"-{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip("-")

"""Who may open a page: default deny. What a post may not see answers exactly as what is not there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language

from sampan.model.errors import SampanError
from sampan.operations.proving import reads
from sampan.operations.receiving import Act
from sampan.people.models import Person, Seat
from sampan.people.roles import Right
from sampan.vocab.telling import tell
from sampan.web.reader import Reader

View = Callable[..., HttpResponse]
STATUS_OF_EXIT = {2: 400, 3: 409, 4: 403}


def opens(right: Right) -> Callable[[View], View]:
    """A page for posts that have the right; a stranger is asked to sign in, every other answer is `not found`."""

    def decorated(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            seat = seat_of(request)
            if seat is None or not seat.post.may(right):
                raise Http404
            session = request.session.session_key or "-"
            reads.by_staff(seat.post, right, session, request.get_full_path(), datetime.now(UTC))
            try:
                return view(request, *args, **kwargs)
            except SampanError as problem:
                return told(request, problem)

        guarded.right = right  # type: ignore[attr-defined]  # for the table of who may what
        return guarded

    return decorated


def told(request: HttpRequest, problem: SampanError) -> HttpResponse:
    """A problem in its four parts, as a page."""
    status = STATUS_OF_EXIT.get(problem.exit_code, 500)
    return render(request, "office/problem.html", {"problem": problem}, status=status)


def in_words(problem: SampanError) -> str:
    """A problem in one line of the reader's language."""
    return problem.in_words(lambda text: tell(text, get_language() or "en"))


def seat_of(request: HttpRequest) -> Seat | None:
    """The seat from which this person acts."""
    seat: Seat | None = request.seat  # type: ignore[attr-defined]  # set by the middleware
    return seat


def person_of(request: HttpRequest) -> Person:
    """The person of a page that asks for sign-in."""
    assert isinstance(request.user, Person), "the page asks for sign-in"
    return request.user


def sitting(request: HttpRequest) -> Seat:
    """The seat of a page that `opens` guards."""
    seat = seat_of(request)
    assert seat is not None, "the page is guarded"
    return seat


def act(request: HttpRequest) -> Act:
    """This post acts now."""
    return Act(sitting(request).post.code, datetime.now(UTC))


def reader(request: HttpRequest) -> Reader:
    """Who reads, and how dates and digits are written for this person."""
    writes = getattr(request.user, "writes", None) or {}
    known = {name: writes[name] for name in ("calendar", "digits", "months_as") if name in writes}
    return Reader(request.LANGUAGE_CODE, **known)

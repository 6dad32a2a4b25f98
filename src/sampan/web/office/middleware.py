"""For every request: the reader's language, the post that acts, and a second factor before anything else."""

from __future__ import annotations

from collections.abc import Callable

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone, translation

from sampan.operations import signing_in
from sampan.people.models import Person, Seat
from sampan.web.reader import LANGUAGES

Answer = Callable[[HttpRequest], HttpResponse]
LANGUAGE_COOKIE = "language"
YEAR = 365 * 24 * 3600
SEEN_SECONDS = 60
# what somebody without a second factor may reach
FOR_PROGRAMS = "/api/"  # whoever needs a second factor is a stranger there, and led nowhere
BEFORE_SECOND_FACTOR = ("/account/", "/static/", "/health")


class Language:
    """?lang=km, else the cookie, else what the browser asks for; the choice is kept on this device."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The answer in the reader's language."""
        chosen = request.GET.get("lang", "")
        language = chosen if chosen in LANGUAGES else _language(request)
        with translation.override(language):
            request.LANGUAGE_CODE = language
            answer = self.get_response(request)
        if chosen in LANGUAGES:
            answer.set_cookie(LANGUAGE_COOKIE, chosen, max_age=YEAR, samesite="Lax", httponly=True)
        return answer


class Seen:
    """A session's last act, written once a minute: it lengthens the session and stands in the person's list of them."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The answer; the session is noted before it."""
        if request.user.is_authenticated and request.session.session_key:
            now = int(timezone.now().timestamp())
            if now - request.session.get("seen", 0) >= SEEN_SECONDS:
                request.session["seen"] = now
                UserSession.objects.create_from_request(request)
        return self.get_response(request)


class Seated:
    """`request.seat` is the seat from which this person acts now, None for strangers and the unseated; `held`: all."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response
        signing_in.listen()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The answer; pages of signed-in people are kept by no cache, as computers are shared."""
        request.seat, request.held = None, []  # type: ignore[attr-defined]  # ours
        if request.user.is_authenticated:
            if not _needs_second_factor(request):
                request.held = _held(request)  # type: ignore[attr-defined]  # ours
                request.seat = _chosen(request)  # type: ignore[attr-defined]  # ours
            elif not request.path.startswith(FOR_PROGRAMS):
                return HttpResponseRedirect(reverse("mfa_activate_totp"))
        answer = self.get_response(request)
        if request.user.is_authenticated:
            answer.headers["Cache-Control"] = "no-store"
        return answer


def _language(request: HttpRequest) -> str:
    kept = request.COOKIES.get(LANGUAGE_COOKIE, "")
    asked = [part.split(";")[0].strip().split("-")[0] for part in request.headers.get("Accept-Language", "").split(",")]
    return next((one for one in [kept, *asked] if one in LANGUAGES), "en")


def _needs_second_factor(request: HttpRequest) -> bool:
    if request.path.startswith(BEFORE_SECOND_FACTOR):
        return False
    return not Authenticator.objects.filter(user_id=request.user.pk, type=Authenticator.Type.TOTP).exists()


def _held(request: HttpRequest) -> list[Seat]:
    """The seats this person holds, the oldest first."""
    return list(request.user.seats_now()) if isinstance(request.user, Person) else []


def _chosen(request: HttpRequest) -> Seat | None:
    """The seat chosen at this sign-in, if it is still held; else the oldest."""
    held: list[Seat] = request.held  # type: ignore[attr-defined]  # set above
    chosen = request.session.get("seat")
    return next((seat for seat in held if seat.pk == chosen), held[0] if held else None)

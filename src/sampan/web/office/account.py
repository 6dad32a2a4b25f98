"""First set-up, invitations, my account, changing posts: pages around the sign-in itself."""

from __future__ import annotations

import hmac
from datetime import UTC, datetime

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sampan.model.errors import SampanError
from sampan.operations import homes, seating
from sampan.operations.seating import NewPerson
from sampan.people.models import Person
from sampan.web.office.context import PAGES
from sampan.web.office.doors import in_words, person_of, seat_of
from sampan.web.office.forms import AcceptAgain, Join, JoinSignedIn, SetUp, WritesForm

EVENTS_SHOWN = 20


def front(request: HttpRequest) -> HttpResponse:
    """The first page of whoever comes: set-up, sign-in, or the first page of the post."""
    if not seating.is_set_up():
        return redirect("set-up")
    if not request.user.is_authenticated:
        return redirect("account_login")
    seat = seat_of(request)
    first = next((name for right, name, _title in PAGES if seat and seat.post.may(right)), "account")
    return redirect(first)


def set_up(request: HttpRequest) -> HttpResponse:
    """The first person of an empty home, who has the code that `sampan serve` printed."""
    homes.opened()
    if seating.is_set_up():
        raise Http404
    form = SetUp(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if not hmac.compare_digest(form.cleaned_data["code"].encode(), homes.set_up_code().encode()):
            form.add_error("code", _("This is not the code that was printed when the office was started."))
        else:
            person = seating.set_up(form.cleaned_data["office"], form.person(request.LANGUAGE_CODE), datetime.now(UTC))
            return _signed_in(request, person)
    return render(request, "office/set_up.html", {"form": form})


def join(request: HttpRequest, link: str) -> HttpResponse:
    """Take the seat one was invited to: with the code, and a sign-in of one's own."""
    found = seating.invited(link, datetime.now(UTC))
    if found is None:
        return render(request, "office/join.html", {"gone": True}, status=404)
    kind = AcceptAgain if found.person else JoinSignedIn if request.user.is_authenticated else Join
    form = kind(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            person = seating.accept(link, form.cleaned_data["code"], _who(request, form), datetime.now(UTC))
        except SampanError as problem:
            form.add_error(None, in_words(problem))
        else:
            return redirect("front") if request.user.is_authenticated else _signed_in(request, person)
    return render(request, "office/join.html", {"form": form, "post": found.post, "again": found.person is not None})


@login_required
def account(request: HttpRequest) -> HttpResponse:
    """My posts, my sign-ins, how dates and digits are written for me, and the ways to the rest."""
    person = person_of(request)
    form = WritesForm(request.POST or None, initial=person.writes)
    if request.method == "POST" and form.is_valid():
        person.writes = {name: value for name, value in form.cleaned_data.items() if value}
        person.save(update_fields=["writes"])
        return redirect("account")
    events = person.events.order_by("-pk")[:EVENTS_SHOWN]
    return render(request, "office/account.html", {"events": events, "form": form})


@login_required
@require_POST
def change_seat(request: HttpRequest) -> HttpResponse:
    """Act from another post that one holds."""
    chosen = request.POST.get("seat", "")
    if chosen.isdigit() and person_of(request).seats_now().filter(pk=int(chosen)).exists():
        request.session["seat"] = int(chosen)
    return redirect("front")


def _who(request: HttpRequest, form: Join | JoinSignedIn | AcceptAgain) -> Person | NewPerson:
    if isinstance(form, JoinSignedIn):
        assert isinstance(request.user, Person)
        return request.user
    return form.person(request.LANGUAGE_CODE)


def _signed_in(request: HttpRequest, person: Person) -> HttpResponse:
    """Signed in through the same stages as by password: whoever has a second factor is asked for it."""
    record_authentication(request, person, method="password", reauthenticated=True)  # it was just typed
    answer = perform_login(request, Login(user=person, redirect_url="/"))
    return answer if isinstance(answer, HttpResponse) else HttpResponseRedirect("/")


def closed(request: HttpRequest) -> HttpResponse:
    """Nobody signs up, and no letter resets a password: a party's own coordinators do."""
    raise Http404

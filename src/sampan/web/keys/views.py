"""API keys of the own post, and for a coordinator of the whole party: made, shown once, ended."""

from __future__ import annotations

from datetime import UTC, datetime

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from sampan.model.errors import SampanError
from sampan.operations import apikeys, homes
from sampan.people.models import Post, Seat
from sampan.people.roles import Right
from sampan.web.keys.forms import KeyForm
from sampan.web.office.doors import in_words, reader, seat_of

STATES = {
    "open": _("open"),
    "revoked": _("ended by hand"),
    "expired": _("its day is over"),
    "ended": _("ended with its maker's seat"),
}


@login_required
def api_keys(request: HttpRequest) -> HttpResponse:
    """The keys one keeps, and the form of a new one; its secret is shown once, on the page that answers."""
    by = _sitting(request)
    posts = _posts(by)
    form = KeyForm(posts, request.POST or None)
    shown = None
    if request.method == "POST" and form.is_valid():
        post = next(one for one in posts if one.code == form.cleaned_data["post"])
        try:
            shown = apikeys.make(homes.opened(), by, post, form.new(), datetime.now(UTC))
        except SampanError as problem:
            form.add_error(None, in_words(problem))
        else:
            form = KeyForm(posts)
    return render(request, "keys/keys.html", {"form": form, "shown": shown, "lines": _lines(request, by)})


@login_required
@require_POST
def end_key(request: HttpRequest, key: str) -> HttpResponse:
    """End a key at once."""
    by = _sitting(request)
    if not apikeys.kept(by).filter(public=key).exists():
        raise Http404
    apikeys.revoke(by, key, datetime.now(UTC))
    return redirect("api-keys")


def _sitting(request: HttpRequest) -> Seat:
    seat = seat_of(request)
    if seat is None:
        raise Http404
    return seat


def _posts(by: Seat) -> list[Post]:
    """Own post first; a coordinator's also the other posts of the party."""
    if not by.post.may(Right.PEOPLE):
        return [by.post]
    others = by.post.party.posts.filter(closed_at=None).exclude(pk=by.post_id).order_by("code")
    return [by.post, *others]


def _lines(request: HttpRequest, by: Seat) -> list[dict[str, object]]:
    now, reads = datetime.now(UTC), reader(request)
    lines = []
    for one in apikeys.kept(by):
        state = apikeys.state(one, now)
        lines.append(
            {
                "one": one, "open": state == "open", "state": STATES[state], "until": reads.day(one.expires_at.date()),
                "used": reads.day(one.used_on) if one.used_on else "",
            }
        )  # fmt: skip
    return lines

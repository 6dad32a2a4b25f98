"""Pages of people: a coordinator's own party, and the office's two-staff seating of a first coordinator."""

from __future__ import annotations

from datetime import UTC, datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from sampan.operations import seating
from sampan.people.models import Invitation, Party, Post, Seat
from sampan.people.roles import Right, roles_of
from sampan.web.office.doors import opens, reader, sitting
from sampan.web.office.forms import DutyForm, PartyForm, PostForm
from sampan.web.office.words import ROLES
from sampan.web.proofs.words import KINDS


@opens(Right.PEOPLE)
def people(request: HttpRequest) -> HttpResponse:
    """The party's posts with who holds them, and what coordinators were told."""
    party, reads = sitting(request).post.party, reader(request)
    held: dict[int, list[dict[str, object]]] = {}
    for seat in seating.seats(party):
        held.setdefault(seat.post_id, []).append({"seat": seat, "since": reads.day(seat.since)})
    posts = party.posts.filter(closed_at=None).order_by("code")
    lines = [{"post": post, "role": ROLES[post.role], "held": held.get(post.pk, [])} for post in posts]
    told = [
        {
            "kind": KINDS.get(one["kind"], one["kind"]),
            "what": one.get("post") or one.get("party"),
            "by": one.get("by"),
            "at": reads.moment(one["at"]),
        }
        for one in seating.told(party)
    ]
    return render(request, "office/people.html", {"lines": lines, "told": told, "party": party})


@opens(Right.PEOPLE)
def new_post(request: HttpRequest) -> HttpResponse:
    """Make a post of the own party."""
    by = sitting(request)
    form = PostForm([(role, ROLES[role]) for role in roles_of(by.post.party.kind)], request.POST or None)
    if request.method == "POST" and form.is_valid():
        seating.add_post(by, form.post(), datetime.now(UTC))
        return redirect("people")
    return render(request, "office/new_post.html", {"form": form})


@opens(Right.PEOPLE)
def duty(request: HttpRequest, post: int) -> HttpResponse:
    """What the directory says of a post of the own party."""
    found = _own_post(request, post)
    before = {"phone": found.phone, "languages": found.languages, "hours": found.hours}
    form = DutyForm(request.POST or None, initial=before)
    if request.method == "POST" and form.is_valid():
        seating.confirm_duty(sitting(request), found, form.duty(), datetime.now(UTC))
        return redirect("people")
    return render(request, "office/duty.html", {"form": form, "post": found})


@opens(Right.PEOPLE)
@require_POST
def invite(request: HttpRequest, post: int) -> HttpResponse:
    """Invite into a post: link and code are shown once."""
    made = seating.offer(sitting(request), _own_post(request, post), datetime.now(UTC))
    return _offer(request, made)


@opens(Right.PEOPLE)
@require_POST
def remove(request: HttpRequest, seat: int) -> HttpResponse:
    """End a seat."""
    seating.remove(sitting(request), _own_seat(request, seat), datetime.now(UTC))
    return redirect("people")


@opens(Right.PEOPLE)
@require_POST
def recover(request: HttpRequest, seat: int) -> HttpResponse:
    """A new start for somebody who lost the second factor."""
    made = seating.recover(sitting(request), _own_seat(request, seat).person, datetime.now(UTC))
    return _offer(request, made)


@opens(Right.PARTIES)
def parties(request: HttpRequest) -> HttpResponse:
    """Parties, and first coordinators that wait for a second member of staff."""
    by, now = sitting(request), datetime.now(UTC)
    form = PartyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _offer(request, seating.propose(by, form.party(), now))
    waiting = [{"one": one, "mine": one.by.person_id == by.person_id} for one in seating.waiting_parties(now)]
    every = Party.objects.order_by("name")
    return render(request, "office/parties.html", {"form": form, "waiting": waiting, "parties": every})


@opens(Right.PARTIES)
@require_POST
def agree(request: HttpRequest, invitation: int) -> HttpResponse:
    """The second member of staff agrees: the code is shown once."""
    found = Invitation.objects.filter(pk=invitation, needs_second=True).first()
    if found is None:
        raise Http404
    return _offer(request, seating.agree(sitting(request), found, datetime.now(UTC)))


def _offer(request: HttpRequest, made: seating.Offer) -> HttpResponse:
    link = request.build_absolute_uri(reverse("join", kwargs={"link": made.link})) if made.link else ""
    code = f"{made.code[:4]}-{made.code[4:]}" if made.code else ""
    return render(request, "office/offer.html", {"made": made, "link": link, "code": code})


def _own_post(request: HttpRequest, pk: int) -> Post:
    found = Post.objects.filter(pk=pk, party=sitting(request).post.party, closed_at=None).first()
    if found is None:
        raise Http404
    return found


def _own_seat(request: HttpRequest, pk: int) -> Seat:
    mine = Seat.objects.select_related("post__party", "person")
    found = mine.filter(pk=pk, post__party=sitting(request).post.party, until=None).first()
    if found is None:
        raise Http404
    return found

"""People of the own party, for its coordinators; and the office's two-staff seating of a first coordinator.

Links and codes are shown once. Nobody but a party's own coordinators invites, seats, recovers and removes its people.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from ninja import Router, Schema
from ninja.responses import Status
from pydantic import StringConstraints

from sampan.api import paging
from sampan.api.doors import actor, opens
from sampan.api.fields import Duty, Number, Said, Text
from sampan.api.paging import Cursor, Limit, Page
from sampan.operations import seating
from sampan.operations.seating import NewParty, NewPost
from sampan.people.models import Invitation, Party, Post, Seat
from sampan.people.roles import Right

router = Router(tags=["people"])
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,49}$")]
Code = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9-]{0,59}$")]


class Holder(Schema):
    """A present seat of a post."""

    seat: int
    sign_in: str
    name: str
    since: datetime


class OwnPost(Schema):
    """A post of the party with who holds it."""

    id: int
    post: str
    title: str
    role: str
    place: str
    languages: str
    phone: str
    hours: str
    held: list[Holder]


class PostToMake(Schema):
    """A new post of the party."""

    slug: Slug
    title: Said
    role: Slug
    place: Annotated[str, StringConstraints(pattern=r"^([A-Z]{2}(-[A-Z0-9]{1,10})?)?$")] = ""
    languages: Annotated[str, StringConstraints(pattern=r"^[a-z ]{0,60}$")] = ""
    phone: Annotated[Text, StringConstraints(max_length=60)] = ""
    hours: Annotated[Text, StringConstraints(max_length=100)] = ""


class Offer(Schema):
    """Shown once: the link, and the code that is told by another way; either may be for somebody else to make."""

    invitation: int
    link: str
    code: str


class PartyProposal(Schema):
    """A party and, with it, its first coordinator."""

    code: Code
    name: Said
    kind: Annotated[str, StringConstraints(pattern="^(authority|laboratory|province|organisation)$")]
    country: Annotated[str, StringConstraints(pattern=r"^([A-Z]{2})?$")] = ""


class Proposed(Schema):
    """A proposal that waits for a second member of staff, or for its seat to be taken."""

    invitation: int
    party: str
    agreed: bool
    expires_at: datetime


@router.get("/people/posts", **opens(Right.PEOPLE, Page[OwnPost]))
def list_posts(request: HttpRequest, response: HttpResponse, limit: Limit, cursor: Cursor) -> dict[str, Any]:
    """The party's posts with who holds them."""
    party = actor(request).post.party
    held: dict[int, list[dict[str, Any]]] = {}
    for seat in seating.seats(party):
        one = {"seat": seat.pk, "sign_in": seat.person.sign_in, "name": seat.person.name, "since": seat.since}
        held.setdefault(seat.post_id, []).append(one)
    posts = [_told(post, held.get(post.pk, [])) for post in party.posts.filter(closed_at=None).order_by("code")]
    return paging.part(request, response, posts, limit, cursor)


@router.post("/people/posts", **opens(Right.PEOPLE, OwnPost, status=201))
def make_post(request: HttpRequest, new: PostToMake) -> Any:
    """Make a post of the party."""
    made = seating.add_post(actor(request).sitting(), NewPost(**new.dict()), datetime.now(UTC))
    return Status(201, _told(made, []))


@router.put("/people/posts/{post}/duty", **opens(Right.PEOPLE, OwnPost))
def confirm_duty(request: HttpRequest, post: Number, said: Duty) -> Any:
    """Say what the directory tells of a post: duty number, languages, hours."""
    found = _own_post(request, post)
    new = NewPost("", "", "", "", said.languages, said.phone, said.hours)
    seating.confirm_duty(actor(request).sitting(), found, new, datetime.now(UTC))
    return _told(found, [])


@router.post("/people/posts/{post}/invitations", **opens(Right.PEOPLE, Offer, status=201))
def invite(request: HttpRequest, post: Number) -> Any:
    """Invite somebody into a post of the party."""
    return Status(
        201, _offer(request, seating.offer(actor(request).sitting(), _own_post(request, post), datetime.now(UTC)))
    )


@router.delete("/people/seats/{seat}", **opens(Right.PEOPLE, None, status=204))
def remove(request: HttpRequest, response: HttpResponse, seat: Number) -> HttpResponse:
    """End a seat of the party; its post and the post's work stay."""
    seating.remove(actor(request).sitting(), _own_seat(request, seat), datetime.now(UTC))
    return HttpResponse(status=204)


@router.post("/people/seats/{seat}/recovery", **opens(Right.PEOPLE, Offer, status=201))
def recover(request: HttpRequest, seat: Number) -> Any:
    """A new start for somebody of the party who lost password or second factor."""
    person = _own_seat(request, seat).person
    return Status(201, _offer(request, seating.recover(actor(request).sitting(), person, datetime.now(UTC))))


@router.get("/parties/proposals", **opens(Right.PARTIES, list[Proposed]))
def list_proposals(request: HttpRequest) -> Any:
    """First coordinators that wait for a second member of staff, or for their seat to be taken."""
    return [
        {
            "invitation": one.pk,
            "party": one.post.party.code,
            "agreed": bool(one.code_digest),
            "expires_at": one.expires_at,
        }
        for one in seating.waiting_parties(datetime.now(UTC))
    ]


@router.post("/parties/proposals", **opens(Right.PARTIES, Offer, status=201))
def propose_party(request: HttpRequest, said: PartyProposal) -> Any:
    """Propose a party and its first coordinator: the link is shown once, to its proposer."""
    return Status(
        201, _offer(request, seating.propose(actor(request).sitting(), NewParty(**said.dict()), datetime.now(UTC)))
    )


@router.post("/parties/proposals/{invitation}/agreement", **opens(Right.PARTIES, Offer, status=201))
def agree_to_party(request: HttpRequest, invitation: Number) -> Any:
    """The second member of staff agrees: the code is shown once, to be told by voice."""
    found = Invitation.objects.filter(pk=invitation, needs_second=True).first()
    if found is None:
        raise Http404
    return Status(201, _offer(request, seating.agree(actor(request).sitting(), found, datetime.now(UTC))))


@router.get("/parties", **opens(Right.PARTIES, list[PartyProposal]))
def list_parties(request: HttpRequest) -> Any:
    """Every party."""
    return [
        {"code": one.code, "name": one.name, "kind": one.kind, "country": one.country}
        for one in Party.objects.exclude(kind="office").order_by("name")
    ]


def _offer(request: HttpRequest, made: seating.Offer) -> dict[str, Any]:
    link = request.build_absolute_uri(reverse("join", kwargs={"link": made.link})) if made.link else ""
    return {"invitation": made.invitation.pk, "link": link, "code": made.code}


def _told(post: Post, held: list[dict[str, Any]]) -> dict[str, Any]:
    facts = {name: getattr(post, name) for name in ("title", "role", "place", "languages", "phone", "hours")}
    return {"id": post.pk, "post": post.code, "held": held, **facts}


def _own_post(request: HttpRequest, pk: int) -> Post:
    found = Post.objects.filter(pk=pk, party=actor(request).post.party, closed_at=None).select_related("party").first()
    if found is None:
        raise Http404
    return found


def _own_seat(request: HttpRequest, pk: int) -> Seat:
    mine = Seat.objects.select_related("post__party", "person")
    found = mine.filter(pk=pk, post__party=actor(request).post.party, until=None).first()
    if found is None:
        raise Http404
    return found

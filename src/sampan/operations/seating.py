"""Seating: who holds which post. Only a party's own coordinators invite, seat, recover and remove its people.

    offer      a coordinator invites into a post of the own party         -> a link and a code, each shown once
    propose    a member of staff proposes a party's first coordinator     -> the link
    agree      another member of staff agrees                             -> the code
    accept     whoever has both takes the seat, with an own sign-in

The office can neither make both halves alone, nor open a second factor. Every act is appended to the log and told
to all coordinators of the party in the same transaction; a crash leaves all of it or nothing.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Model, QuerySet

from sampan.model.errors import Refused, UserError
from sampan.operations.sharing import standard_terms
from sampan.people.models import Invitation, Party, Person, Post, Seat
from sampan.people.roles import OFFICE, Right, roles_of
from sampan.store import entries
from sampan.store.models import Outbox

LASTS = timedelta(days=7)
WRONG_CODES = 5
CODE_LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"  # none that is mistaken for another over a telephone
NO_SUCH = "this invitation is not open"


@dataclass(frozen=True)
class Offer:
    """What is shown once: the link's secret and the code, either of them perhaps not yet."""

    invitation: Invitation
    link: str = ""
    code: str = ""


@dataclass(frozen=True)
class NewParty:
    """A party as it is proposed with its first coordinator's post."""

    code: str
    name: str
    kind: str
    country: str = ""


@dataclass(frozen=True)
class NewPost:
    """A post as a coordinator makes it."""

    slug: str
    title: str
    role: str
    place: str = ""
    languages: str = ""
    phone: str = ""
    hours: str = ""


@dataclass(frozen=True)
class NewPerson:
    """What a person says when taking a first seat."""

    sign_in: str
    password: str
    name: str = ""
    language: str = "en"


def is_set_up() -> bool:
    """True once the office itself has somebody."""
    return Seat.objects.filter(post__party__kind=OFFICE).exists()


def set_up(office: str, person: NewPerson, now: datetime) -> Person:
    """The first person of an empty home, in the office's two posts: its coordinator and a member of its staff."""
    with transaction.atomic():
        if is_set_up():
            raise Refused("this office is set up already", rule="set-up-once", kept="nothing was changed")
        party = Party.objects.create(code=OFFICE, name=office, kind=OFFICE, made_at=now)
        made = _person(person, now)
        for slug, title in (("coordinator", "Coordinator"), ("staff", "Staff")):
            post = Post.objects.create(party=party, code=f"{OFFICE}/{slug}", title=title, role=slug, made_at=now)
            _seated(made, post, f"{OFFICE}/coordinator", now, post, *([party] if slug == "coordinator" else []))
    return made


def add_post(by: Seat, new: NewPost, now: datetime) -> Post:
    """A new post of the coordinator's own party."""
    _coordinates(by, by.post.party)
    if new.role not in roles_of(by.post.party.kind):
        raise UserError(f"{new.role!r} is no role of this party", kept="nothing was changed")
    code = f"{by.post.party.code}/{new.slug}"
    with transaction.atomic():
        if Post.objects.filter(code=code).exists():
            raise UserError(f"there is a post {code} already", kept="nothing was changed", do="choose another name")
        post = Post.objects.create(
            party=by.post.party, code=code, title=new.title, role=new.role, place=new.place, languages=new.languages,
            phone=new.phone, hours=new.hours, confirmed_at=now, made_at=now,
        )  # fmt: skip
        _said("post:made", by.post.party, {"post": code, "role": new.role, "by": by.post.code}, now, [post])
    return post


def offer(by: Seat, post: Post, now: datetime) -> Offer:
    """Invite somebody into a post of the own party."""
    _coordinates(by, post.party)
    with transaction.atomic():
        made = _offered(by, post, now)
        _said("seat:offered", post.party, {"post": post.code, "by": by.post.code}, now)
    return made


def recover(by: Seat, person: Person, now: datetime) -> Offer:
    """A new start for somebody of the own party who lost password or second factor: both end at once."""
    seat = person.seats_now().filter(post__party=by.post.party).first()
    if seat is None:
        raise _stranger()
    _coordinates(by, seat.post.party)
    if person.seats_now().exclude(post__party=by.post.party).exists():
        raise Refused(
            "this person also holds a post of another party", rule="own-coordinator", kept="nothing was changed",
            do="the other party ends its seat first, or the person takes a second sign-in",
        )  # fmt: skip
    with transaction.atomic():
        Authenticator.objects.filter(user_id=person.pk).delete()
        person.set_unusable_password()
        person.save(update_fields=["password"])
        _signed_out(person)
        made = _offered(by, seat.post, now, person=person)
        facts = {"post": seat.post.code, "person": person.pk, "by": by.post.code}
        _said("seat:recovered", seat.post.party, facts, now)
    return made


def remove(by: Seat, seat: Seat, now: datetime) -> None:
    """End a seat of the own party; its post and the post's work stay."""
    _coordinates(by, seat.post.party)
    with transaction.atomic():
        seat = Seat.objects.select_for_update().select_related("post__party", "person").get(pk=seat.pk)
        if seat.until is not None:
            return
        if seat.post.role == "coordinator" and coordinators(seat.post.party).count() == 1:
            raise Refused(
                "this is the party's last coordinator", rule="last-coordinator", kept="nothing was changed",
                do="seat a second coordinator first",
            )  # fmt: skip
        seat.until, seat.ended_by = now, by.post.code
        seat.save(update_fields=["until", "ended_by"])
        if not seat.person.seats_now().exists():
            _signed_out(seat.person)
        facts = {"post": seat.post.code, "person": seat.person_id, "by": by.post.code}
        _said("seat:ended", seat.post.party, facts, now, [seat])


def propose(by: Seat, party: NewParty, now: datetime) -> Offer:
    """A member of staff proposes a party and its first coordinator; only the link is made."""
    _staff(by)
    if party.kind == OFFICE or Party.objects.filter(code=party.code).exists():
        raise UserError(f"there is a party {party.code} already", kept="nothing was changed", do="choose another code")
    with transaction.atomic():
        made = Party.objects.create(
            code=party.code, name=party.name, kind=party.kind, country=party.country, made_at=now
        )
        post = Post.objects.create(
            party=made, code=f"{made.code}/coordinator", title="Coordinator", role="coordinator", made_at=now
        )
        offered = _offered(by, post, now, first=True)
        facts = {"party": made.code, "by": by.post.code, "person": by.person_id}
        _said("party:proposed", made, facts, now, [made, post])
    return offered


def agree(by: Seat, invitation: Invitation, now: datetime) -> Offer:
    """Another member of staff agrees to a proposed first coordinator; the code is made, for telling by voice."""
    _staff(by)
    with transaction.atomic():
        found = Invitation.objects.select_for_update().select_related("post__party", "by").get(pk=invitation.pk)
        if not found.needs_second or not _is_open(found, now) or found.code_digest:
            raise UserError("this proposal does not wait for a second word", kept="nothing was changed")
        if found.by.person_id == by.person_id:
            raise Refused(
                "a second member of staff has to agree", rule="two-staff", kept="nothing was changed",
                do="ask a colleague; nobody seats a party's first coordinator alone",
            )  # fmt: skip
        code = _code()
        found.code_digest, found.second = _digest(code), by
        found.save(update_fields=["code_digest", "second"])
        facts = {"party": found.post.party.code, "by": by.post.code, "person": by.person_id}
        _said("party:agreed", found.post.party, facts, now)
    return Offer(found, code=code)


def invited(link: str, now: datetime) -> Invitation | None:
    """The open invitation behind a link; None for one that is unknown, used, late or closed by wrong codes."""
    found = Invitation.objects.select_related("post__party", "person").filter(link_digest=_digest(link)).first()
    return found if found is not None and found.code_digest and _is_open(found, now) else None


def accept(link: str, code: str, who: Person | NewPerson, now: datetime) -> Person:
    """Take the seat with link and code. A wrong code counts; after five the invitation is closed for good."""
    with transaction.atomic():
        found = invited(link, now)
        if found is None:
            raise UserError(NO_SUCH, kept="nothing was changed", do="ask your coordinator for a new one")
        locked = Invitation.objects.select_for_update().get(pk=found.pk)
        right = hmac.compare_digest(locked.code_digest, _digest(_typed(code)))
        if right and _is_open(locked, now):
            return _accepted(locked, who, now)
        locked.wrong_codes += 1
        locked.save(update_fields=["wrong_codes"])
    raise UserError("this is not the code of this invitation", kept="nothing was changed", do="ask for it again")


def coordinators(party: Party) -> QuerySet[Seat]:
    """The present seats of a party's coordinators."""
    return Seat.objects.filter(post__party=party, post__role="coordinator", until=None, post__closed_at=None)


def seats(party: Party) -> QuerySet[Seat]:
    """The party's present seats, by post."""
    found = Seat.objects.filter(post__party=party, until=None).select_related("post", "person")
    return found.order_by("post__code", "pk")


def told(party: Party, limit: int = 30) -> list[dict[str, Any]]:
    """What the party's coordinators were told of its seats, newest first."""
    kinds = ("seat:", "post:", "party:")
    found = Outbox.objects.filter(to_party=party.code).order_by("-pk")[: 10 * limit]
    return [{"kind": one.kind, "at": one.at, **one.facts} for one in found if one.kind.startswith(kinds)][:limit]


def waiting_parties(now: datetime) -> list[Invitation]:
    """Proposed first coordinators that nobody has taken the seat of yet."""
    found = Invitation.objects.filter(needs_second=True, used_at=None, withdrawn_at=None, expires_at__gt=now)
    return list(found.select_related("post__party", "by").order_by("pk"))


def confirm_duty(by: Seat, post: Post, new: NewPost, now: datetime) -> None:
    """A coordinator, or whoever holds the post, says what its duty number, languages and hours are now."""
    if post.pk != by.post_id:
        _coordinates(by, post.party)
    post.phone, post.hours, post.languages, post.confirmed_at = new.phone, new.hours, new.languages, now
    with transaction.atomic():
        post.save(update_fields=["phone", "hours", "languages", "confirmed_at"])
        body = {"post": post.code, "by": by.post.code}
        entries.append("post:confirmed", body, [post.party.code], at=now, rows=[post])


def _coordinates(by: Seat, party: Party) -> None:
    if by.until is not None or by.post.party_id != party.pk or not by.post.may(Right.PEOPLE):
        raise _stranger()


def _stranger() -> Refused:
    """The same words whether the other party's post exists or not."""
    return Refused(
        "only a party's own coordinators seat its people", rule="own-coordinator", kept="nothing was changed"
    )


def _staff(by: Seat) -> None:
    if by.until is not None or not by.post.may(Right.PARTIES):
        raise Refused(
            "only the office's staff seat a party's first coordinator", rule="two-staff", kept="nothing was changed"
        )


def _offered(by: Seat, post: Post, now: datetime, *, person: Person | None = None, first: bool = False) -> Offer:
    link, code = secrets.token_urlsafe(24), "" if first else _code()
    made = Invitation.objects.create(
        post=post, person=person, by=by, link_digest=_digest(link), code_digest=_digest(code) if code else "",
        needs_second=first, made_at=now, expires_at=now + LASTS,
    )  # fmt: skip
    return Offer(made, link, code)


def _accepted(invitation: Invitation, who: Person | NewPerson, now: datetime) -> Person:
    invitation.used_at = now
    invitation.save(update_fields=["used_at"])
    if invitation.person is not None:
        if isinstance(who, NewPerson):
            invitation.person.set_password(who.password)
            invitation.person.save(update_fields=["password"])
        return invitation.person
    person = who if isinstance(who, Person) else _person(who, now)
    if not person.seats_now().filter(post=invitation.post).exists():
        _seated(person, invitation.post, invitation.by.post.code, now)
    if invitation.needs_second:  # the first coordinator's word puts the standard deposit terms in force
        party = invitation.post.party
        standard_terms.adopt(party.code, party.name, party.country, invitation.post.code, now)
    return person


def _person(new: NewPerson, now: datetime) -> Person:
    if Person.objects.filter(sign_in=new.sign_in.strip().lower()).exists():
        raise UserError("this sign-in name is taken", kept="nothing was changed", do="choose another")
    return Person.objects.named(new.sign_in, new.password, name=new.name, language=new.language, made_at=now)


def _seated(person: Person, post: Post, by: str, now: datetime, *made: Model) -> Seat:
    """A seat with its Entry; `made` are the records that came with it."""
    seat = Seat.objects.create(person=person, post=post, since=now, seated_by=by)
    _said("seat:taken", post.party, {"post": post.code, "person": person.pk, "by": by}, now, [seat, *made])
    return seat


def _said(kind: str, party: Party, facts: dict[str, Any], now: datetime, rows: list[Model] | None = None) -> None:
    """Told to every coordinator's post of the party and appended to the log, in the caller's transaction."""
    posts = party.posts.filter(role="coordinator", closed_at=None).values_list("code", flat=True)
    for post in posts:
        Outbox.objects.create(to_party=party.code, to_post=post, kind=kind, facts=facts, at=now)
    parties = {party.code, OFFICE} if kind.startswith("party:") else {party.code}
    entries.append(kind, facts, sorted(parties), at=now, rows=rows or [])


def _signed_out(person: Person) -> None:
    """Every session of the person ends."""
    sessions = UserSession.objects.filter(user_id=person.pk)
    Session.objects.filter(session_key__in=sessions.values_list("session_key", flat=True)).delete()
    sessions.delete()


def _is_open(found: Invitation, now: datetime) -> bool:
    unused = found.used_at is None and found.withdrawn_at is None
    return unused and now < found.expires_at and found.wrong_codes < WRONG_CODES


def _code() -> str:
    """Eight letters and digits, about 39 bits; five tries."""
    return "".join(secrets.choice(CODE_LETTERS) for _ in range(8))


def _typed(code: str) -> str:
    """A code as a person types it: groups, spaces and case do not matter."""
    return "".join(code.lower().replace("-", "").split())


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()

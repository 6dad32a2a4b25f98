"""The demo's people: one for each role, in an invented home alone; sign-ins come from the home's key and are shown."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from allauth.mfa.totp.internal.auth import TOTP
from rich.console import Console
from rich.table import Table

from sampan.operations import belonging, seating
from sampan.operations.seating import NewParty, NewPerson, NewPost
from sampan.people.models import Person, Seat
from sampan.people.roles import OFFICE, roles_of
from sampan.store.home import Store

KEY = "demo-people"


@dataclass(frozen=True)
class SignIn:
    """What is shown of one person: post, sign-in name, password and the key of the second factor."""

    post: str
    sign_in: str
    password: str
    key: str


def seated(store: Store, party: str, place: str) -> list[SignIn]:
    """Seat one person for each role of the office and of one party, once; what each signs in with."""
    if not belonging.invented():
        return []
    made = _SignIns(store.key(KEY))
    if not seating.is_set_up():
        _seat(made, party, place, datetime.now(UTC))
    seats = Seat.objects.filter(until=None, person__sign_in__startswith="demo.").select_related("post", "person")
    return [made.of(seat) for seat in seats.order_by("pk")]


def show(people: Sequence[SignIn], address: str) -> None:
    """A table of them."""
    if not people:
        return
    table = Table("post", "sign-in name", title=f"Sign in at {address}", title_justify="left")
    for one in people:
        table.add_row(one.post, one.sign_in)
    console = Console()
    console.print(table)
    console.print(f"Password of all: {people[0].password}", soft_wrap=True)
    console.print(f"Key for an authenticator, of all: {people[0].key}", soft_wrap=True)


class _SignIns:
    """The same home makes the same sign-ins; another home makes others."""

    def __init__(self, key: bytes) -> None:
        self.password = "-".join(key[at : at + 3].hex() for at in (0, 3, 6))
        self.key = base64.b32encode(key[12:32]).decode()

    def new(self, name: str) -> NewPerson:
        return NewPerson(f"demo.{name}", self.password, f"Demo {name}")

    def ready(self, person: Person) -> Person:
        TOTP.activate(person, self.key)
        return person

    def of(self, seat: Seat) -> SignIn:
        return SignIn(seat.post.code, seat.person.sign_in, self.password, self.key)


def _seat(made: _SignIns, party: str, place: str, now: datetime) -> None:
    """As a real office does it: set-up, a second member of staff, the party's coordinator, then its people."""
    first = made.ready(seating.set_up("The invented office", made.new("staff"), now))
    coordinator, staff = first.seats_now()
    second = _invited(made, coordinator, staff, "second-staff", now)
    proposed = seating.propose(staff, NewParty(party, f"Ministry of {party}", "authority", place[:2]), now)
    agreed = seating.agree(second, proposed.invitation, now)
    head = made.ready(seating.accept(proposed.link, agreed.code, made.new("coordinator"), now)).seats_now().get()
    for role in roles_of("authority"):
        if role == "coordinator":
            continue
        new = NewPost(role, role.capitalize(), role, place if role in ("province", "reader") else "")
        post = seating.add_post(head, new, now)
        offer = seating.offer(head, post, now)
        made.ready(seating.accept(offer.link, offer.code, made.new(role), now))
    assert head.post.party.code != OFFICE, head.post.code


def _invited(made: _SignIns, by: Seat, into: Seat, name: str, now: datetime) -> Seat:
    offer = seating.offer(by, into.post, now)
    return made.ready(seating.accept(offer.link, offer.code, made.new(name), now)).seats_now().get()

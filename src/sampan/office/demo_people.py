"""The demo's people: one for each role on both banks of a border, in an invented home alone; sign-ins are shown."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from allauth.mfa.totp.internal.auth import TOTP
from rich.console import Console
from rich.table import Table

from sampan.model.sources import Source
from sampan.operations import belonging, homes, seating
from sampan.operations.seating import NewParty, NewPerson, NewPost
from sampan.people.models import Person, Seat
from sampan.people.roles import OFFICE, roles_of
from sampan.store.home import Store

KEY = "demo-people"
PLACED = ("province", "reader")  # roles whose posts look after one place
TITLES = {
    "province": "Surveillance of the province", "national": "National surveillance desk", "legal": "Legal affairs",
    "laboratory": "Reference laboratory", "reader": "Planning department",
}  # fmt: skip


@dataclass(frozen=True)
class Bank:
    """One side of the demo's border: a country's one party, its source, and the province at the line."""

    party: str
    name: str
    country: str
    place: str
    source: str
    languages: str


@dataclass(frozen=True)
class SignIn:
    """What is shown of one person: post, sign-in name, password and the key of the second factor."""

    post: str
    sign_in: str
    password: str
    key: str


def banks(store: Store) -> tuple[Bank, Bank] | None:
    """Two provinces that share a line between two countries that tell of weeks; those with a weekly form first.

    None where the home draws no such line. The map's own order breaks a tie; it knows no country.
    """
    drawn = json.loads((store.root / "map.geojson").read_text(encoding="utf-8"))["features"]
    weekly = {one.country: one for one in homes.sources(store).values() if one.invented and _weekly(one)}
    lines = [
        (mine, other)
        for mine, beside in ((one["properties"].get("unit"), one["properties"].get("neighbours", ())) for one in drawn)
        for other in beside
        if mine is not None and mine[:2] != other[:2] and {mine[:2], other[:2]} <= set(weekly)
    ]
    if not lines:
        return None
    mine, other = min(lines, key=lambda pair: [not weekly[unit[:2]].form for unit in pair])
    return _bank(weekly, mine), _bank(weekly, other)


def seated(store: Store, sides: Sequence[Bank]) -> list[SignIn]:
    """Seat one person for each role of the office and of both parties, once; what each signs in with."""
    if not belonging.invented():
        return []
    made = _SignIns(store.key(KEY))
    if not seating.is_set_up():
        _seat(made, sides, datetime.now(UTC))
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


def sign_in_name(country: str, role: str) -> str:
    """The sign-in name of a role of one side."""
    return f"demo.{country.lower()}.{role}"


def _weekly(one: Source) -> bool:
    return one.kind == "aggregate" and one.expects.every == "week" and not one.form_of


def _bank(weekly: dict[str, Source], unit: str) -> Bank:
    source = weekly[unit[:2]]
    name = source.title.partition(",")[0]
    languages = " ".join(dict.fromkeys([*source.words.languages, "en"]))
    return Bank(source.owner, f"Ministry of {name}", source.country, unit.partition("@")[0], source.id, languages)


class _SignIns:
    """The same home makes the same sign-ins; another home makes others."""

    def __init__(self, key: bytes) -> None:
        self.password = "-".join(key[at : at + 3].hex() for at in (0, 3, 6))
        self.key = base64.b32encode(key[12:32]).decode()

    def new(self, name: str) -> NewPerson:
        return NewPerson(name, self.password, f"Demo {name.removeprefix('demo.')}")

    def ready(self, person: Person) -> Person:
        TOTP.activate(person, self.key)
        return person

    def of(self, seat: Seat) -> SignIn:
        return SignIn(seat.post.code, seat.person.sign_in, self.password, self.key)


def _seat(made: _SignIns, sides: Sequence[Bank], now: datetime) -> None:
    """As a real office does it: set-up, a second member of staff, each party's coordinator, then its people."""
    first = made.ready(seating.set_up("The invented office", made.new("demo.office.coordinator"), now))
    coordinator, staff = first.seats_now()
    second = _accepted(made, seating.offer(coordinator, staff.post, now), "demo.office.staff", now)
    for number, side in enumerate(sides, start=1):
        proposed = seating.propose(staff, NewParty(side.party, side.name, "authority", side.country), now)
        agreed = seating.agree(second, proposed.invitation, now)
        name = sign_in_name(side.country, "coordinator")
        head = made.ready(seating.accept(proposed.link, agreed.code, made.new(name), now)).seats_now().get()
        assert head.post.party.code != OFFICE, head.post.code
        for role in roles_of("authority"):
            if role != "coordinator":
                post = seating.add_post(head, _post(side, role, number), now)
                _accepted(made, seating.offer(head, post, now), sign_in_name(side.country, role), now)


def _post(side: Bank, role: str, number: int) -> NewPost:
    """A post with a duty number of no country."""
    place = side.place if role in PLACED else ""
    phone = f"+000 {number}00 {len(role):03d}" if role in ("province", "national", "laboratory") else ""
    return NewPost(role, TITLES[role], role, place, side.languages, phone, "00:00-24:00" if phone else "")


def _accepted(made: _SignIns, offer: Any, name: str, now: datetime) -> Seat:
    return made.ready(seating.accept(offer.link, offer.code, made.new(name), now)).seats_now().get()

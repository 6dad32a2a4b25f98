"""Two parties and the office with a post for each role, a key for each post, and a program that asks with it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.test import Client

from sampan.operations import apikeys, homes
from sampan.operations.apikeys import NewKey
from sampan.people.models import Party, Person, Post, Seat
from sampan.people.roles import RIGHTS

NOW = datetime.now(UTC) - timedelta(minutes=5)
PARTIES = ("xp-moh", "xs-moh", "office")


@dataclass(frozen=True)
class Desk:
    """A seat with an API key that may do all its post may."""

    seat: Seat
    secret: str

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """One request with the key; `path` below /api/v1."""
        given = {"HTTP_AUTHORIZATION": f"Bearer {self.secret}", **_as_meta(headers)}
        data = {} if body is None else {"data": body, "content_type": "application/json"}
        return Client(HTTP_HOST="localhost").generic(method, f"/api/v1{path}", **_encoded(data), **given)


def seated(party: str, role: str) -> Desk:
    """A post of that role in that party, made when need be, with a key of all its rights."""
    homes.opened()
    kind = "office" if party == "office" else "authority"
    found, _ = Party.objects.get_or_create(code=party, defaults={"name": party, "kind": kind, "made_at": NOW})
    post = Post.objects.create(party=found, code=f"{party}/{role}", title=role, role=role, made_at=NOW)
    person = Person.objects.named(f"{party}.{role}", None, made_at=NOW)
    seat = Seat.objects.create(person=person, post=post, since=NOW, seated_by="-")
    shown = apikeys.make(homes.opened(), seat, post, NewKey("all", apikeys.scopes_of(post)), NOW)
    return Desk(seat, shown.secret)


def every() -> dict[tuple[str, str], Desk]:
    """(party, role) -> a desk."""
    return {
        (party, role): seated(party, role)
        for party in PARTIES
        for role in RIGHTS
        if (role == "staff") == (party == "office")
    }


def stranger(method: str, path: str, **headers: str) -> Any:
    """One request without a key."""
    return Client(HTTP_HOST="localhost").generic(method, f"/api/v1{path}", **_as_meta(headers))


def _as_meta(headers: dict[str, str]) -> dict[str, str]:
    return {f"HTTP_{name.upper()}": value for name, value in headers.items()}


def _encoded(data: dict[str, Any]) -> dict[str, Any]:
    if not data:
        return {}
    body = data["data"]
    text = body if isinstance(body, bytes | str) else json.dumps(body)
    return {"data": text, "content_type": data["content_type"]}

"""Seats in a home of its own, without a browser: `python -m tests.stories.seating PARTY ROLE PLACE` prints a key."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sampan.office.settings")
django.setup()  # the records can be imported once they have their settings

from sampan.operations import apikeys, homes  # noqa: E402 - as above
from sampan.operations.apikeys import NewKey  # noqa: E402 - as above
from sampan.operations.sharing import standard_terms  # noqa: E402 - as above
from sampan.people.models import Party, Person, Post, Seat  # noqa: E402 - as above


def key_of(home: Path, party: str, role: str = "province", place: str = "") -> str:
    """An API key with every right of a new post in that home."""
    command = [sys.executable, "-m", "tests.stories.seating", party, role, place]
    environment = {**os.environ, "SAMPAN_HOME": str(home)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr
    return done.stdout.split()[-1]


def main(party: str, role: str, place: str) -> None:
    """Make party, post, seat and key."""
    store, now = homes.opened(), datetime.now(UTC)
    facts = {"name": party, "kind": "authority", "country": place[:2], "made_at": now}
    mine, _ = Party.objects.get_or_create(code=party, defaults=facts)
    standard_terms.adopt(party, party, place[:2], f"{party}/{role}", now)
    post = Post.objects.create(party=mine, code=f"{party}/{role}", title=role, role=role, place=place, made_at=now)
    person = Person.objects.named(f"{party}.{role}", None, made_at=now)
    seat = Seat.objects.create(person=person, post=post, since=now, seated_by="-")
    print(apikeys.make(store, seat, post, NewKey("story", apikeys.scopes_of(post)), now).secret)


if __name__ == "__main__":
    main(*sys.argv[1:])

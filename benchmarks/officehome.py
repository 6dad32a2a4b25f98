"""A home for the load of the office: `python -m benchmarks.officehome WEEKS OFFICERS` fills the home of the settings.

The invented region with so many weeks of data, received as its countries send it; an authority for each country, with
officers of provinces who are signed in already. Prints their session cookies as JSON.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from datetime import UTC, datetime, timedelta

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sampan.office.settings")
django.setup()  # the records can be imported once they have their settings

from allauth.mfa.models import Authenticator  # noqa: E402 - as above
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402 - as above
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402 - as above

from sampan.demo import world  # noqa: E402 - as above
from sampan.operations import homes, receiving  # noqa: E402 - as above
from sampan.operations.receiving import Act  # noqa: E402 - as above
from sampan.operations.sharing import standard_terms  # noqa: E402 - as above
from sampan.people.models import Party, Person, Post, Seat  # noqa: E402 - as above

SEED = 7
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def main(weeks: int, officers: int) -> None:
    """Fill the home and print who is signed in."""
    found = _region(weeks)
    store = homes.opened()
    shutil.copytree(found.places, store.places, dirs_exist_ok=True)
    shutil.copytree(found.sources, store.sources, dirs_exist_ok=True)
    shutil.copy(found.map, store.root / found.map.name)
    for delivery in found.deliveries:
        source = homes.source(store, delivery.source)
        receiving.receive(store, source, delivery.path, Act(f"{source.owner}/sender", delivery.at))
    owners = sorted({one.owner for one in homes.sources(store).values() if one.invented and one.owner.startswith("X")})
    last = {delivery.source: str(delivery.path) for delivery in found.deliveries}
    people = [_officer(number, owners[number % len(owners)]) for number in range(officers)]
    for owner, post in {one["post"].partition("/")[0]: one["post"] for one in people}.items():
        standard_terms.adopt(owner, owner, owner[:2], post, datetime.now(UTC))  # else what they send is kept unread
    print(json.dumps({"people": people, "files": last, "deliveries": len(found.deliveries)}))


def _region(weeks: int) -> object:
    """The region over so many weeks that end where the demo's do; its rooms read the world's days when imported."""
    world.FIRST_MONDAY = world.LAST_DAY + timedelta(days=1) - timedelta(weeks=weeks)
    world.WEEKS = weeks
    from sampan.demo import region  # noqa: PLC0415 - after the days were set

    return region.build(SEED, homes.opened().root / "region")


def _officer(number: int, owner: str) -> dict[str, str]:
    """Somebody of a province, signed in."""
    now = datetime.now(UTC)
    facts = {"name": owner, "kind": "authority", "country": owner[:2], "made_at": now}
    party, _ = Party.objects.get_or_create(code=owner, defaults=facts)
    places = sorted(unit.place for unit in _units(owner[:2]))
    place = places[(number // 5) % len(places)]
    post = Post.objects.create(
        party=party, code=f"{owner}/desk-{number}", title="Desk", role="province", place=place, made_at=now
    )
    person = Person.objects.named(f"officer-{number}", None, made_at=now)
    Seat.objects.create(person=person, post=post, since=now, seated_by="-")
    Authenticator.objects.create(user=person, type=Authenticator.Type.TOTP, data={"secret": "of no use"})
    session = SessionStore()
    session.update(
        {SESSION_KEY: str(person.pk), BACKEND_SESSION_KEY: BACKEND, HASH_SESSION_KEY: person.get_session_auth_hash()}
    )
    session.create()
    source = next(name for name, one in homes.sources(homes.opened()).items() if one.owner == owner)
    return {"session": session.session_key or "", "post": post.code, "source": source}


def _units(country: str) -> list[object]:
    from sampan.vocab.places import registry  # noqa: PLC0415 - places of this home, once they lie there

    return registry(homes.opened().places).units(country, level=1)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))

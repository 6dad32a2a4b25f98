"""The demo's people: one for each role, seated as a real office seats them, in an invented home alone."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.core.cache import cache
from django.test import Client
from tests.stories.office import totp

from sampan.office import demo_people
from sampan.office.demo_people import Bank
from sampan.operations import homes
from sampan.people.models import Person
from sampan.people.roles import RIGHTS
from sampan.store.models import Home

pytestmark = pytest.mark.django_db
NOW = datetime(2025, 8, 4, 8, tzinfo=UTC)
BANKS = (
    Bank("XP-moh", "Ministry of Phkay Proek", "XP", "XP-06", "invented-xp", "km en"),
    Bank("XH-moh", "Ministry of Hinghoy", "XH", "XH-03", "invented-xh", "lo en"),
)


def test_one_person_for_each_role_signs_in_and_a_second_run_adds_nobody():
    cache.clear()
    store = homes.opened()
    Home.objects.create(invented=True, made_at=NOW)
    people = demo_people.seated(store, BANKS)
    seated = {(one.post.partition("/")[0], one.post.partition("/")[2]) for one in people}
    assert {(party, role) for party in ("XP-moh", "XH-moh") for role in RIGHTS if role != "staff"} <= seated
    assert {Person.objects.get(sign_in=one.sign_in).seats_now()[0].post.role for one in people} == set(RIGHTS)
    assert demo_people.seated(store, BANKS) == people
    one = next(one for one in people if one.post == "XP-moh/province")
    client = Client(HTTP_HOST="localhost")
    client.post("/account/sign-in/", {"login": one.sign_in, "password": one.password})
    client.post("/account/second/authenticate/", {"code": totp(one.key, datetime.now(UTC).timestamp())})
    assert client.get("/border/").status_code == 200


def test_a_real_home_gets_nobody():
    store = homes.opened()
    Home.objects.create(invented=False, made_at=NOW)
    assert demo_people.seated(store, BANKS) == []
    assert not Person.objects.exists()

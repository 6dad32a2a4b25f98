"""The first pages of a party without a source: what was told of its seats is said in words, and Deliver leads on."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from sampan.operations import homes, seating
from sampan.operations.seating import NewPost
from sampan.people.models import Party, Person, Post, Seat

pytestmark = pytest.mark.django_db
NOW = datetime(2025, 8, 4, 8, tzinfo=UTC)


def _seated(role: str) -> tuple[Client, Seat]:
    homes.opened()
    party, _ = Party.objects.get_or_create(
        code="xp-moh", defaults={"name": "Ministry", "kind": "authority", "made_at": NOW}
    )
    post = Post.objects.create(party=party, code=f"xp-moh/{role}", title=role, role=role, made_at=NOW)
    person = Person.objects.named(role, None, made_at=NOW)
    Authenticator.objects.create(user=person, type=Authenticator.Type.TOTP, data={"secret": "s"})
    seat = Seat.objects.create(person=person, post=post, since=NOW, seated_by="-")
    client = Client(HTTP_HOST="localhost")
    client.force_login(person)
    return client, seat


def test_what_coordinators_were_told_is_said_in_words():
    client, seat = _seated("coordinator")
    seating.add_post(seat, NewPost("desk", "Desk", "national"), NOW)
    page = client.get("/people/").content.decode()
    assert "a post was made" in page and "xp-moh/desk" in page
    assert "post:made" not in page, "the name an act has in the log is for programs"


def test_without_a_source_deliver_leads_to_drafting_one():
    client, _ = _seated("national")
    page = client.get("/deliver/").content.decode()
    assert 'drafts one with you. <a href="/map/">' in page.replace("&#x27;", "'")

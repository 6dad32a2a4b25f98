"""Whatever office staff may open besides people, parties, directory and log is noted before it leaves, at both doors."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from django.http import Http404, HttpResponse
from django.test import Client, RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver

from sampan.api import doors as api_doors
from sampan.operations import homes, seating
from sampan.operations.proving import reads
from sampan.operations.seating import NewPerson
from sampan.people.models import Party, Person, Post, Seat
from sampan.people.roles import RIGHTS, Right, may
from sampan.store.models import Entry
from sampan.web.office import doors

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
NOW = datetime(2026, 8, 3, 8, tzinfo=UTC)


def seat_of(kind: str, role: str) -> Seat:
    party = Party.objects.create(code=kind, name=kind, kind=kind, made_at=NOW)
    post = Post.objects.create(party=party, code=f"{kind}/{role}", title=role, role=role, made_at=NOW)
    person = Person.objects.named(f"{kind}.{role}", None, made_at=NOW)
    return Seat.objects.create(person=person, post=post, since=NOW, seated_by=post.code)


def opened_page(seat: Seat, right: Right) -> None:
    """Any page that asks for this right."""
    request: Any = RequestFactory().get(f"/{right.value}/D-000001/")
    request.user, request.seat = seat.person, seat
    request.session = SimpleNamespace(session_key="one session")
    try:
        doors.opens(right)(lambda _request: HttpResponse())(request)
    except Http404:
        assert not seat.post.may(right)


def noted() -> list[str]:
    return [entry.facts["resource"] for entry in Entry.objects.filter(kind="staff:read").order_by("index")]


@pytest.mark.parametrize("role", ["staff", "coordinator"])
def test_every_right_of_the_office_is_noted_but_those_without_content(role: str) -> None:
    homes.opened()
    seat = seat_of("office", role)
    for right in Right:
        opened_page(seat, right)
        opened_page(seat, right)  # the same session, resource and minute: one entry
    expected = [right for right in Right if may(role, right) and right not in reads.CONTENTLESS]
    assert noted() == [f"/{right.value}/D-000001/" for right in expected]


def test_a_partner_reading_its_own_is_nobody_elses_business() -> None:
    homes.opened()
    seat = seat_of("authority", "national")
    for right in Right:
        opened_page(seat, right)
    assert noted() == []


def test_the_api_lets_nobody_in_past_the_note(monkeypatch: pytest.MonkeyPatch) -> None:
    homes.opened()
    seat = seat_of("office", "staff")
    content = next(right for right in RIGHTS["staff"] if right not in reads.CONTENTLESS)
    monkeypatch.setattr(api_doors.limits, "post", lambda *_: None)
    monkeypatch.setattr(api_doors.idempotent, "begin", lambda *_: None)
    request = RequestFactory().get("/api/v1/things/")
    api_doors._let_in(request, api_doors.Actor(seat.post, seat, None, "key:1"), content)
    assert noted() == ["/api/v1/things/"]


def test_every_page_is_behind_a_door_that_notes_or_holds_nothing_of_a_party() -> None:
    """A page of the office is guarded by `opens`, or stands on the list of those around the sign-in."""
    around = {
        "front", "start", "set-up", "join", "health", "metrics", "account", "change-seat", "letters", "usersessions_list",
        "api-keys", "end-api-key", "api-docs", "checkpoint", "log-key",
    }  # fmt: skip
    unguarded = {
        one.name
        for one in _pages(get_resolver().url_patterns)
        if not hasattr(one.callback, "right") and not str(one.name).startswith(("account_", "mfa_"))
    }
    assert unguarded <= around, "a new page takes `opens`, or its place on this list and the reason"


def _pages(patterns: list[URLPattern | URLResolver]) -> list[URLPattern]:
    found: list[URLPattern] = []
    for one in patterns:
        if isinstance(one, URLResolver):
            found += [] if one.app_name == "ninja" or one.namespace == "api" else _pages(one.url_patterns)
        else:
            found.append(one)
    return found


def test_sign_ins_are_entries_by_number_and_not_by_name() -> None:
    person = seating.set_up("Office", NewPerson("first.staff", "a boat between two banks", "Planted Name"), NOW)
    client = Client(HTTP_HOST="localhost")
    client.get("/account/sign-in/")
    client.post("/account/sign-in/", {"login": "first.staff", "password": "wrong"})
    client.force_login(person)
    client.logout()
    found = list(Entry.objects.filter(kind__startswith="person:").order_by("index"))
    assert [one.kind for one in found] == ["person:failed", "person:signed-in", "person:signed-out"]
    assert {one.parties for one in found} == {"|office|"}
    assert found[0].facts == {"person": person.pk, "posts": ["office/coordinator", "office/staff"]}
    assert not [
        one for one in Entry.objects.all() if "Planted" in (one.body or "") or "first.staff" in (one.body or "")
    ]

"""The door of the API: keys with scopes and a day, sessions with CSRF, refusals alike, limits, tags, answers kept."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.test import Client
from tests.codes import nth
from tests.unit.api.desks import seated, stranger

from sampan.api import limits
from sampan.api.models import KeptAnswer
from sampan.model.errors import Refused, UserError
from sampan.operations import apikeys, homes, seating
from sampan.operations.apikeys import NewKey
from sampan.people.models import ApiKey, Seat
from sampan.store.models import Entry, Outbox

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


@pytest.fixture(autouse=True)
def fresh():
    """No request of another test is counted."""
    cache.clear()


def _now() -> datetime:
    return datetime.now(UTC)


def test_a_key_opens_what_its_post_and_scopes_may_until_its_day():
    desk = seated("xp-moh", "province")
    me = desk.ask("GET", "/me").json()
    assert (me["post"], me["party"], me["role"]) == ("xp-moh/province", "xp-moh", "province")
    assert me["scopes"] == me["rights"] == apikeys.scopes_of(desk.seat.post)
    narrow = apikeys.make(homes.opened(), desk.seat, desk.seat.post, NewKey("log", ["log"], days=1), _now())
    ask = {"HTTP_AUTHORIZATION": f"Bearer {narrow.secret}", "HTTP_HOST": "localhost"}
    assert Client().get("/api/v1/log/entries", **ask).status_code == 200
    refused = Client().get("/api/v1/deliveries", **ask)
    unknown = Client().get(
        f"/api/v1/deliveries/{nth('D', 999999)}", HTTP_AUTHORIZATION=f"Bearer {desk.secret}", HTTP_HOST="localhost"
    )
    assert refused.status_code == unknown.status_code == 404
    assert refused.content == unknown.content, "what a key may not do answers as what is not there"
    ApiKey.objects.filter(pk=narrow.key.pk).update(expires_at=_now() - timedelta(seconds=1))
    assert Client().get("/api/v1/log/entries", **ask).status_code == 401


def test_a_key_is_kept_as_a_digest_and_told_to_the_coordinators():
    head, desk = seated("xp-moh", "coordinator"), seated("xp-moh", "province")
    shown = apikeys.make(homes.opened(), desk.seat, desk.seat.post, NewKey("bridge", ["log"]), _now())
    row = ApiKey.objects.get(pk=shown.key.pk)
    assert shown.secret.split("_", 2)[2] not in json.dumps(ApiKey.objects.filter(pk=row.pk).values()[0], default=str)
    assert Outbox.objects.filter(to_post=head.seat.post.code, kind="key:api-made").exists()
    entry = Entry.objects.filter(kind="key:api-made").last()
    assert entry.parties == "|xp-moh|" and shown.secret not in entry.body


def test_a_key_ends_with_its_makers_seat_by_its_coordinator_and_by_nobody_else():
    head, desk = seated("xp-moh", "coordinator"), seated("xp-moh", "province")
    other = seated("xs-moh", "coordinator")
    public = desk.secret.split("_")[1]
    assert other.ask("DELETE", f"/keys/{public}").status_code == 404
    assert desk.ask("GET", "/me").status_code == 200
    wider = {"name": "for the desk", "scopes": ["deliver"], "post": desk.seat.post.code}
    assert head.ask("POST", "/keys", wider).status_code == 404, "a key makes no wider key"
    assert head.ask("POST", "/keys", wider | {"scopes": ["log"]}).json()["secret"].startswith("smp_")
    assert head.ask("DELETE", f"/keys/{public}").json()["state"] == "revoked"
    assert desk.ask("GET", "/me").status_code == 401
    again = apikeys.make(homes.opened(), desk.seat, desk.seat.post, NewKey("again", ["log"]), _now())
    seating.remove(head.seat, Seat.objects.get(pk=desk.seat.pk), _now())
    assert apikeys.found(homes.opened(), again.secret, _now()) is None


def test_a_stranger_keeps_no_keys_of_a_post_and_a_key_has_rights_of_its_post_alone():
    desk, other = seated("xp-moh", "province"), seated("xs-moh", "coordinator")
    with pytest.raises(Refused, match="coordinator keeps its API keys"):
        apikeys.make(homes.opened(), other.seat, desk.seat.post, NewKey("x", ["log"]), _now())
    for wrong in (NewKey("x", ["people"]), NewKey("x", []), NewKey(" ", ["log"]), NewKey("x", ["log"], days=401)):
        with pytest.raises(UserError):
            apikeys.make(homes.opened(), desk.seat, desk.seat.post, wrong, _now())
    with pytest.raises(Refused):
        apikeys.make_unseated(homes.opened(), "xp-moh/province", NewKey("x", ["log"]), _now(), invented=False)


def test_a_session_needs_its_token_to_write_and_a_second_factor_to_read():
    desk = seated("xp-moh", "province")
    browser = Client(HTTP_HOST="localhost", enforce_csrf_checks=True)
    browser.force_login(desk.seat.person)
    assert browser.get("/api/v1/me").status_code == 401, "without a second factor one is a stranger"
    Authenticator.objects.create(user=desk.seat.person, type=Authenticator.Type.TOTP, data={"secret": "s"})
    me = browser.get("/api/v1/me")
    assert me.status_code == 200 and me.json()["scopes"] is None
    assert me.headers["Cache-Control"] == "no-store"
    body = {"country": "KH", "names": ["Kandal"]}
    refused = browser.post("/api/v1/places/resolve", body, content_type="application/json")
    assert refused.status_code == 403
    browser.get("/account/")
    token = browser.get("/deliver/").context["csrf_token"]
    taken = browser.post("/api/v1/places/resolve", body, content_type="application/json", HTTP_X_CSRFTOKEN=str(token))
    assert taken.status_code == 200 and taken.json()[0]["place"] == "KH-8"


def test_problems_have_one_form_in_the_readers_language():
    desk = seated("xp-moh", "province")
    for answer, status in (
        (stranger("GET", "/me"), 401),
        (stranger("GET", "/nowhere"), 404),
        (stranger("PUT", "/me"), 405),
        (desk.ask("GET", "/deliveries?limit=0"), 422),
        (desk.ask("GET", "/deliveries?cursor=xyz"), 400),
        (desk.ask("POST", "/places/resolve", b"{"), 400),
    ):
        assert answer.status_code == status, answer.content
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert {"type", "title", "status", "detail"} <= set(answer.json())
    assert stranger("GET", "/me").headers["WWW-Authenticate"].startswith("Bearer")
    titles = {lang: stranger("GET", "/nowhere", accept_language=lang).json()["title"] for lang in ("en", "km", "vi")}
    assert len(set(titles.values())) == 3, titles


def test_pages_of_a_list_follow_their_cursor_and_tags_spare_what_is_unchanged():
    desk = seated("xp-moh", "province")
    seen, path = [], "/conditions?limit=7"
    while path:
        answer = desk.ask("GET", path)
        seen += [one["code"] for one in answer.json()["items"]]
        link = answer.headers.get("Link", "")
        path = link[1 : link.index(">")].removeprefix("/api/v1") if link else ""
    assert len(seen) == len(set(seen)) > 50
    first = desk.ask("GET", "/conditions")
    again = desk.ask("GET", "/conditions", if_none_match=first.headers["ETag"])
    assert again.status_code == 304 and not again.content


def test_a_post_sent_again_under_its_key_is_answered_and_not_done_twice():
    head = seated("xp-moh", "coordinator")
    body = {"slug": "night", "title": "Night desk", "role": "reader"}
    first = head.ask("POST", "/people/posts", body, idempotency_key="k-1")
    again = head.ask("POST", "/people/posts", body, idempotency_key="k-1")
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.content == again.content and again.headers["Idempotency-Replayed"] == "true"
    assert head.ask("POST", "/people/posts", body | {"slug": "day"}, idempotency_key="k-1").status_code == 422
    assert head.ask("POST", "/people/posts", body, idempotency_key="k-2").status_code == 400
    assert head.ask("POST", "/people/posts", body, idempotency_key="not one").status_code == 400
    other = seated("xs-moh", "coordinator")
    assert other.ask("POST", "/people/posts", body, idempotency_key="k-1").json()["post"] == "xs-moh/night"
    offer = head.ask("POST", f"/people/posts/{first.json()['id']}/invitations", idempotency_key="k-3").json()
    from_records = b"".join(bytes(one) for one in _bodies())
    assert offer["code"] and offer["code"].encode() not in from_records, "what is shown once is kept sealed"


def _bodies() -> list[bytes]:
    return list(KeptAnswer.objects.values_list("body", flat=True))


def test_who_asks_too_often_is_told_when_to_come_back(settings):
    desk = seated("xp-moh", "province")
    settings.API_PER_MINUTE = 3
    answers = [desk.ask("GET", "/me") for _ in range(5)]
    assert 429 in {one.status_code for one in answers}
    late = next(one for one in answers if one.status_code == 429)
    assert 1 <= int(late.headers["Retry-After"]) <= limits.WINDOW_SECONDS


def test_wrong_keys_from_one_address_are_few(monkeypatch):
    monkeypatch.setattr(limits.time, "time", lambda: 60_000.0)  # all within one window
    cache.clear()
    wrong = {"HTTP_AUTHORIZATION": f"Bearer smp_{'a' * 12}_{'b' * 43}", "HTTP_HOST": "localhost"}
    statuses = [Client().get("/api/v1/me", **wrong).status_code for _ in range(2 * limits.WRONG_KEYS + 2)]
    assert statuses[0] == 401 and statuses[-1] == 429

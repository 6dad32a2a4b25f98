"""Signing in: five wrong passwords and it is enough; secrets lie wrapped; what was open to strangers is closed."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.core.cache import cache
from django.test import Client
from tests.stories.office import totp

from sampan.operations import drafting, homes, seating
from sampan.operations.drafting import Draft
from sampan.operations.seating import NewPerson
from sampan.people.models import Person

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
NOW = datetime(2025, 8, 4, 8, tzinfo=UTC)
PASSWORD = "a boat between two banks"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.fixture
def person() -> Person:
    """The first of the office's staff, with a second factor."""
    cache.clear()
    homes.opened()
    made = seating.set_up("Office", NewPerson("first.staff", PASSWORD), NOW)
    TOTP.activate(made, SECRET)
    return made


def _try(client: Client, password: str, name: str = "first.staff") -> int:
    return client.post("/account/sign-in/", {"login": name, "password": password}).status_code


def test_a_password_alone_opens_nothing_and_a_code_counts_once(person):
    client = Client(HTTP_HOST="localhost")
    assert _try(client, PASSWORD) == 302
    assert client.get("/log/").headers["Location"] == "/account/sign-in/?next=/log/"
    code = totp(SECRET, datetime.now(UTC).timestamp())
    assert client.post("/account/second/authenticate/", {"code": code}).status_code == 302
    assert client.get("/log/").status_code == 200
    again = Client(HTTP_HOST="localhost")
    _try(again, PASSWORD)
    again.post("/account/second/authenticate/", {"code": code})
    assert again.get("/log/").status_code == 302


def test_after_five_wrong_passwords_the_right_one_waits_too(person):
    client = Client(HTTP_HOST="localhost")
    assert {_try(client, "wrong password") for _ in range(5)} == {200}
    answer = client.post("/account/sign-in/", {"login": "first.staff", "password": PASSWORD})
    assert (answer.status_code, "_auth_user_id" in client.session) == (200, False)
    assert person.events.filter(kind="failed").count() == 5


def test_a_name_nobody_has_is_answered_as_a_wrong_password(person):
    def said(name: str) -> str:
        answer = Client(HTTP_HOST="localhost").post("/account/sign-in/", {"login": name, "password": "wrong"})
        return str(answer.context["form"].errors)

    assert said("nobody") == said("first.staff")


def test_the_records_hold_no_second_factor_in_the_clear(person):
    kept = Authenticator.objects.get(user=person, type="totp").data["secret"]
    assert SECRET not in kept
    assert get_adapter().decrypt(kept) == SECRET


@pytest.mark.parametrize("path", ["sign-up", "inactive", "email", "set", "login-code", "reset"])
def test_nobody_signs_up_or_resets_by_letter(person, path):
    client = Client(HTTP_HOST="localhost")
    assert client.get(f"/account/closed/{path}/").status_code == 404
    assert client.post(f"/account/closed/{path}/").status_code == 404


def test_a_draft_is_sealed_for_its_own_post_and_taken_once(person, tmp_path: Path):
    store, file = homes.opened(), tmp_path / "week.csv"
    file.write_text("secret figures")
    token = drafting.seal(store, file, Draft("xp-moh/hill", "s", "week.csv"))
    assert all(b"secret figures" not in path.read_bytes() for path in (store.root / "drafts").iterdir())
    with drafting.opened(store, token, "xs-moh/hill") as found:
        assert found is None
    with drafting.opened(store, token[:-4] + "AAA=", "xp-moh/hill") as found:
        assert found is None
    with drafting.opened(store, token, "xp-moh/hill") as found:
        assert found is not None
        draft, path = found
        assert (draft.source, path.name, path.read_text()) == ("s", "week.csv", "secret figures")
    with drafting.opened(store, token, "xp-moh/hill") as found:
        assert found is None
    assert not any((store.root / "drafts").iterdir())


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\data\\ខេត្ត.xlsx", "ខេត្ត.xlsx"),
        (".hidden", "hidden"),
        ("..", "file"),
        ("", "file"),
    ],
)
def test_a_file_name_leads_nowhere_else(name, kept):
    assert drafting.file_name(name) == kept

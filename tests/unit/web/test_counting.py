"""The owner reads and says on a page how its source counts; a proposal of others waits there; another's is not there."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from tests.stories import border

from sampan.operations import homes, practices
from sampan.operations.practices import Said
from sampan.people.models import Party, Person, Post, Seat
from sampan.store.models import PracticeRecord

pytestmark = pytest.mark.django_db(transaction=True, reset_sequences=True)
NOW = datetime(2026, 8, 4, 8, tzinfo=UTC)
PAGE = "/crosswalks/border-kh/counting/"


@pytest.fixture
def client(home: Path) -> Client:
    """Surveillance of kh-20, which owns border-kh."""
    border.lay(home)
    homes.opened()
    party = Party.objects.create(code="kh-20", name="Svay Rieng", kind="province", country="KH", made_at=NOW)
    post = Post.objects.create(party=party, code="kh-20/desk", title="Desk", role="province", made_at=NOW)
    person = Person.objects.named("desk", None, made_at=NOW)
    Authenticator.objects.create(user=person, type=Authenticator.Type.TOTP, data={"secret": "s"})
    Seat.objects.create(person=person, post=post, since=NOW, seated_by="-")
    found = Client(HTTP_HOST="localhost")
    found.force_login(person)
    return found


def test_a_proposal_counts_once_the_owner_approves_it_on_the_page(client: Client) -> None:
    source = homes.source(homes.opened(), "border-kh")
    said = Said("dengue", date(2026, 1, 1), "Circular 12", {"counts": "suspected", "setting": "inpatient"})
    line = practices.propose(source, said, "office/steward", NOW).pk
    assert 'name="practice"' in client.get(PAGE).content.decode()
    assert practices.of(source, "dengue", NOW.date()).setting is None
    assert client.post(PAGE, {"practice": str(line)}).status_code == 302
    assert practices.of(source, "dengue", NOW.date()).setting == "inpatient"
    assert practices.of(source, "dengue", date(2025, 12, 31)).setting is None, "last year is judged by last year"
    assert 'name="practice"' not in client.get(PAGE).content.decode()


def test_the_owner_says_it_and_a_slip_keeps_nothing(client: Client) -> None:
    wish = {"condition": "any", "begins": "2026-01-01", "cites": "Handbook", "sector": "public", "age_from": "0"}
    assert client.post(PAGE, wish).status_code == 400, "ages from, and not to"
    assert client.post(PAGE, {**wish, "sector": "secret"}).status_code == 400
    assert client.post(PAGE, {**wish, "cites": ""}).status_code == 400
    assert not PracticeRecord.objects.exists()
    assert client.post(PAGE, {**wish, "age_to": "15"}).status_code == 302
    (kept,) = PracticeRecord.objects.all()
    assert (kept.says, kept.approved_by) == ({"age_from": 0, "age_to": 15, "sector": "public"}, "kh-20/desk")


def test_another_partys_source_is_not_there(client: Client) -> None:
    for path in ("/crosswalks/border-vn/counting/", "/crosswalks/none/counting/"):
        assert client.get(path).status_code == client.post(path, {"practice": "1"}).status_code == 404

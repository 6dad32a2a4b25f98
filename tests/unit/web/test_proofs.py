"""An entry, its proof and the checkpoint from the pages: checked with the public key alone; others' entries are not there."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from allauth.mfa.models import Authenticator
from django.db import transaction
from django.test import Client

from sampan.operations import homes
from sampan.operations.proving import offering
from sampan.people.models import Party, Person, Post, Seat
from sampan.store import entries
from sampan.store.models import Outbox

pytestmark = [pytest.mark.django_db(transaction=True, reset_sequences=True), pytest.mark.postgres]
NOW = datetime(2026, 8, 4, 8, tzinfo=UTC)


@pytest.fixture
def client() -> Client:
    """A coordinator of kh-20; entry 0 concerns kh-20, entry 1 another party."""
    homes.opened()
    party = Party.objects.create(code="kh-20", name="Svay Rieng", kind="province", country="KH", made_at=NOW)
    post = Post.objects.create(party=party, code="kh-20/head", title="Head", role="coordinator", made_at=NOW)
    person = Person.objects.named("head", None, made_at=NOW)
    Authenticator.objects.create(user=person, type=Authenticator.Type.TOTP, data={"secret": "s"})
    Seat.objects.create(person=person, post=post, since=NOW, seated_by="-")
    with transaction.atomic():
        entries.append("help:ask", {"what": "ours"}, ["kh-20"], at=NOW)
        entries.append("help:ask", {"what": "theirs"}, ["vn-37"], at=NOW)
    found = Client(HTTP_HOST="localhost")
    found.force_login(person)
    return found


def test_a_proof_downloaded_is_checked_with_the_key_downloaded(client: Client) -> None:
    assert '"what": "ours"' in client.get("/log/0/").content.decode().replace("&quot;", '"')
    content = client.get("/log/0/proof/").content
    policy = offering.policy_from([client.get("/log/key.txt").content.decode()])
    checked = offering.check_proof(content, policy)
    assert (checked.index, checked.facts["facts"]) == (0, {"what": "ours"})
    head = client.get("/log/checkpoint.txt").content.decode()
    assert head.splitlines()[1] == str(entries.size())
    assert "not yet witnessed" in client.get("/log/state/").content.decode()


def test_what_the_office_told_of_the_log_is_read_in_the_readers_language(client: Client) -> None:
    acts = [{"kind": "delivery:kept", "subject": "D-482-917", "on": "2026-08-03"}]
    last = {"delivery": "D-117-004", "at": "2026-07-27T08:00:00+00:00"}
    facts = {"backup_made_at": "2026-08-01T03:00:00.123456+00:00", "last": last, "acts": acts, "message": "-"}
    for party in ("kh-20", "vn-37"):
        Outbox.objects.create(to_party=party, kind="log:restored", facts=facts | {"to": party}, at=NOW)
    Outbox.objects.create(to_party="vn-37", kind="log:lapsed", facts={"needed": 2, "witnesses": 3}, at=NOW)
    page = client.get("/log/state/", headers={"accept-language": "vi"}).content.decode()
    assert "khôi phục từ bản sao lưu làm lúc 2026-08-01 03:00 UTC" in page
    assert "D-117-004 lúc 2026-07-27 08:00 UTC là lần giao cuối" in page
    assert "<strong>D-482-917</strong>" in page
    assert "Send again" not in page
    assert "2 trong 3" not in page, "that is another party's"
    assert "Send again whatever you delivered later." in client.get("/log/state/").content.decode()


def test_an_entry_of_others_answers_as_one_that_is_not_there(client: Client) -> None:
    for path in ("/log/{}/", "/log/{}/proof/"):
        assert client.get(path.format(1)).status_code == client.get(path.format(999)).status_code == 404

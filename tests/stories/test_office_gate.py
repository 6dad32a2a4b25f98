"""A province's delivery waits for its ministry; the ministry passes several in bulk, with the law in view."""

from __future__ import annotations

import re
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from tests.codes import nth

from sampan.demo.region import build
from sampan.operations import homes, seating
from sampan.operations.sharing import standard_terms
from sampan.people.models import Party, Person, Post, Seat
from sampan.store.models import Delivery, Entry

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
NOW = datetime(2025, 8, 4, 8, tzinfo=UTC)
LAW = "Decree 7 of an invented year"
LADDER = f"""
country: XP
rules:
  - rule: XP-G1-ministry
    gate: to-office
    step: ministry
    post: XP-moh/ministry
    mode: per-release
    prepares: ["XP-moh/*"]
    law: {LAW}
    usual_days: 3
    source: invented
    verified: false
"""


def _client(party: Party, slug: str, role: str) -> Client:
    post = Post.objects.create(
        party=party, code=f"{party.code}/{slug}", title=slug, role=role, place="XP-06" if role == "province" else "", made_at=NOW
    )  # fmt: skip
    person = Person.objects.named(f"{party.code}.{slug}", None, made_at=NOW)
    Authenticator.objects.create(user=person, type=Authenticator.Type.TOTP, data={"secret": "s"})
    Seat.objects.create(person=person, post=post, since=NOW, seated_by="-")
    client = Client(HTTP_HOST="localhost")
    client.force_login(person)
    return client


def _sent(client: Client, file: Path) -> str:
    with file.open("rb") as content:
        looked = client.post("/deliver/", {"source": "invented-xp", "file": content})
    sent = client.post("/deliver/send/", {"draft": looked.context["token"]})
    assert sent.status_code == 302
    return sent.headers["Location"].split("/")[2]


def _told(client: Client) -> str:
    page = client.get("/border/").content.decode()
    return page[page.index("<table") : page.index("</table>")]


def test_a_ministry_passes_two_deliveries_in_bulk(home: Path, tmp_path: Path):
    region = build(3, tmp_path / "region")
    homes.opened()
    shutil.copytree(region.places, home / "places")
    shutil.copytree(region.sources, home / "sources")
    shutil.copy(region.map, home / "map.geojson")
    (home / "gates").mkdir()
    (home / "gates" / "xp.yml").write_text(LADDER, encoding="utf-8")
    party = Party.objects.create(code="XP-moh", name="Ministry", kind="authority", country="XP", made_at=NOW)
    officer, ministry = _client(party, "hill", "province"), _client(party, "ministry", "national")
    assert seating.seats(party).count() == 2
    standard_terms.adopt(party.code, party.name, party.country, "XP-moh/ministry", NOW)

    files = [one.path for one in region.deliveries if one.source == "invented-xp"][:2]
    codes = [_sent(officer, file) for file in files]
    assert set(Delivery.objects.values_list("state", "gate")) == {("kept", "waiting")}
    receipt = officer.get(f"/deliveries/{codes[0]}/").content.decode()
    assert "waits for a word at the first gate" in receipt
    assert "6/10" not in _told(officer), "what waits is in no figure"

    page = ministry.get("/words/").content.decode()
    assert page.count(LAW) == 2
    assert officer.get("/words/").status_code == 404
    refused = ministry.post("/words/", {"subject": [codes[0], nth("D", 999)], "answer": "passed"})
    assert refused.status_code == 400, "one that does not wait stops the whole list"
    assert "does not wait for your word any more" in refused.content.decode()
    nothing = ministry.post("/words/", {"answer": "passed"})
    assert "Choose at least one line" in nothing.content.decode()
    assert not Entry.objects.filter(kind="gate:passed").exists()
    done = ministry.post("/words/", {"subject": codes, "answer": "passed"}, follow=True)
    assert f"Passed: {', '.join(codes)}." in done.content.decode()
    assert Entry.objects.filter(kind="gate:passed").count() == 2
    assert set(Delivery.objects.values_list("state", "gate")) == {("committed", "passed")}
    assert re.search(r'class="sites">\d+/10<', _told(officer))
    assert "Nothing waits" in ministry.get("/words/").content.decode()

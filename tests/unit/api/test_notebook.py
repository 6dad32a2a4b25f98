"""The notebook's client over a served office: publications and informing, from both sides."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from pytest_django.live_server_helper import LiveServer
from tests.unit.api.desks import Desk
from tests.unit.api.test_publications import SAID, desks

from sampan.client import Client, Problem

pytestmark = pytest.mark.django_db(transaction=True, reset_sequences=True)
__all__ = ["desks"]


@pytest.fixture
def sides(desks: tuple[Desk, Desk, str], live_server: LiveServer) -> tuple[Client, Client, str]:
    """The owner's client, the recipient's, and the release."""
    owner, asker, release = desks
    return Client(live_server.url, owner.secret), Client(live_server.url, asker.secret), release


def test_a_publication_from_announcement_to_appearance(sides: tuple[Client, Client, str], tmp_path: Path) -> None:
    owner, asker, release = sides
    first, second = tmp_path / "bulletin.pdf", tmp_path / "bulletin-2.pdf"
    first.write_bytes(b"14 cases")
    second.write_bytes(b"fourteen cases")
    made = asker.publications.announce(SAID["title"], SAID["outlet"], date(2099, 1, 1), [release], first)
    code = made["publication"]
    assert (made["outcome"], made["planned"]) == ("waits", "2099-01-01")
    assert [one["publication"] for one in owner.publications.asked_of_us()] == [code]
    assert owner.publications.draft(code) == asker.publications.own_draft(code) == b"14 cases"
    with pytest.raises(Problem) as refused:
        owner.publications.answer(code, "refused")
    assert refused.value.status == 400
    owner.publications.answer(code, "refused", "Say which week", draft=1)
    again = asker.publications.change(code, {"kh-20": second})
    assert again["reviews"][0]["draft"]["number"] == 2 and owner.publications.draft(code) == b"fourteen cases"
    owner.publications.answer(code, "agreed", draft=2)
    assert asker.publications.appeared(code, "Bulletin 33")["reference"]
    assert owner.publications.announced() == [], "it is the other's"
    other = asker.publications.announce("Another", "Bulletin 34", "2099-01-01", [release], {"kh-20": first})
    assert asker.publications.withdraw(other["publication"])["ended_at"]


def test_what_who_is_informed_of_is_told_seen_and_done(sides: tuple[Client, Client, str]) -> None:
    owner, asker, release = sides
    code = asker.informing.tell(release, "Cholera, 14 cases", learned_at="2026-08-10T06:00:00Z")["informing"]
    assert [one["informing"] for one in owner.informing.of_us()] == [code] and owner.informing.told() == []
    assert owner.informing.seen(code, "We know")["reply"] == "We know"
    asker.informing.done(code, reference="EIS 114")
    (told,) = asker.informing.told()
    assert (told["reply"], told["reference"], told["informing"]) == ("We know", "EIS 114", code)

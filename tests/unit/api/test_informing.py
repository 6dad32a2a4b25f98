"""Before WHO is informed, by a program: told, seen, done; each side by its own address, and nobody else by any."""

from __future__ import annotations

import pytest
from tests.unit.api.desks import Desk, seated
from tests.unit.api.test_publications import desks

from sampan.store.models import InformingRecord

pytestmark = [pytest.mark.django_db(transaction=True, reset_sequences=True), pytest.mark.postgres]
__all__ = ["desks"]


def test_told_seen_and_done(desks: tuple[Desk, Desk, str]) -> None:
    owner, asker, release = desks
    made = asker.ask("POST", "/informing", {"release": release, "words": "Cholera, 14 cases\nat the market"})
    assert (made.status_code, made.json()["state"]) == (201, "waits"), made.content
    code = made.json()["informing"]
    assert [one["informing"] for one in owner.ask("GET", "/informing-of-us").json()["items"]] == [code]
    assert asker.ask("GET", "/informing-of-us").json()["items"] == []
    other = seated("th-27", "national")
    assert [other.ask("GET", f"/informing{of}/{code}").status_code for of in ("", "-of-us")] == [404, 404]
    assert owner.ask("GET", f"/informing/{code}").status_code == 404
    said = owner.ask("POST", f"/informing-of-us/{code}/seen", {"reply": "We know"})
    assert (said.status_code, said.json()["reply"]) == (200, "We know")
    done = asker.ask("POST", f"/informing/{code}/done", {"reference": "EIS 114"})
    assert (done.status_code, done.json()["state"]) == (200, "informed")
    assert asker.ask("GET", f"/informing/{code}").json() == done.json()


def test_slips_are_answered_and_change_nothing(desks: tuple[Desk, Desk, str]) -> None:
    _, asker, release = desks
    for wrong in ({"words": "a\u0000b"}, {"words": " "}, {"words": "x" * 2001}, {"words": "x", "owner": "vn-37"},
                  {"words": "x", "learned_at": "2090-01-01T00:00:00Z"}):  # fmt: skip
        answer = asker.ask("POST", "/informing", {"release": release, **wrong})
        assert answer.status_code in (400, 422), (wrong, answer.content)
    assert not InformingRecord.objects.exists()

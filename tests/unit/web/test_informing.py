"""Before WHO is informed: the recipient tells the owner on its page, the owner says it has seen it, nobody else may."""

from __future__ import annotations

import pytest
from django.test import Client
from tests.codes import nth
from tests.unit.web.test_requests import ASKED, KH, MINISTRY, VN, clients

from sampan.store.models import InformingRecord

pytestmark = [pytest.mark.django_db(transaction=True, reset_sequences=True), pytest.mark.postgres]
RISK = "Cholera in Svay Rieng, 14 cases"
__all__ = ["clients"]


def told(clients: dict[str, Client]) -> str:
    clients[VN].post("/requests/new/", {**ASKED, "places": ["KH-20"], "what": "release"})
    release = f"/releases/{nth('R', 1)}/"
    assert f"{release}informing/" in clients[VN].get(release).content.decode()
    form = clients[VN].get(f"{release}informing/").content.decode()
    assert "within 24 hours of the evidence" in form and 'name="hours"' in form
    empty = clients[VN].post(f"{release}informing/", {"owner": "kh-20", "words": "", "hours": "-1"})
    assert empty.status_code == 400 and not InformingRecord.objects.exists()
    sent = clients[VN].post(f"{release}informing/", {"owner": "kh-20", "words": RISK, "hours": "3"})
    assert sent.headers["Location"] == f"/informing/{nth('W', 1)}/"
    return nth("W", 1)


def test_from_the_evidence_to_who(clients: dict[str, Client]) -> None:
    code = told(clients)
    owner, asker = clients[KH], clients[VN]
    waits = owner.get("/border/").content.decode()
    assert "WHO will be informed about your territory" in waits and f"/abroad/informing/{code}/" in waits
    assert RISK in owner.get("/abroad/").content.decode()
    page = owner.get(f"/abroad/informing/{code}/").content.decode()
    assert RISK in page and "WHO is to be informed by" in page and "We have seen it" in page
    assert "has not yet said" in asker.get(f"/informing/{code}/").content.decode()
    owner.post(f"/abroad/informing/{code}/seen/", {"reply": "We inform WHO ourselves tonight"})
    seen = asker.get(f"/informing/{code}/").content.decode()
    assert "We inform WHO ourselves tonight" in seen and "WHO was informed</button>" in seen
    assert f"/informing/{code}/" in asker.get("/border/").content.decode()
    asker.post(f"/informing/{code}/", {"hours": "1", "reference": "EIS 114"})
    done = owner.get(f"/abroad/informing/{code}/").content.decode()
    assert "in time" in done and "EIS 114" in done and "<textarea" not in done
    assert RISK in asker.get(f"/releases/{nth('R', 1)}/").content.decode()
    late = asker.post(f"/informing/{code}/", {"hours": "2", "reference": ""})
    assert late.status_code == 400 and "it was said already" in late.content.decode()


def test_nobody_else_meets_it(clients: dict[str, Client]) -> None:
    code = told(clients)
    for post in (MINISTRY, "th/surveillance"):
        for page in (f"/informing/{code}/", f"/abroad/informing/{code}/", f"/releases/{nth('R', 1)}/informing/"):
            assert clients[post].get(page).status_code == 404, (post, page)
        assert clients[post].post(f"/abroad/informing/{code}/seen/", {"reply": ""}).status_code == 404
        assert RISK not in clients[post].get("/abroad/").content.decode()
    assert clients[KH].get(f"/informing/{code}/").status_code == 404
    assert clients[VN].get(f"/abroad/informing/{code}/").status_code == 404
    assert InformingRecord.objects.get().seen_at is None

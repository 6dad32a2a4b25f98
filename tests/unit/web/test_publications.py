"""A publication on its pages: announced from a release, read and answered by its owner, and seen by nobody else."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.codes import nth
from tests.unit.web.test_requests import ASKED, KH, MINISTRY, VN, clients

from sampan.store.models import Entry, PublicationRecord, UseNote

pytestmark = [pytest.mark.django_db(transaction=True, reset_sequences=True), pytest.mark.postgres]
SAID = {"title": "Cholera on the border", "outlet": "Bulletin 33", "planned": "2099-01-01"}
__all__ = ["clients"]


def file(text: bytes = b"14 cases", name: str = "bulletin.html") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, text, content_type="text/html")


def released(clients: dict[str, Client]) -> str:
    clients[VN].post("/requests/new/", {**ASKED, "places": ["KH-20"], "what": "release"})
    return nth("R", 1)


def announced(clients: dict[str, Client]) -> str:
    said = {**SAID, "releases": [released(clients)], "draft-kh-20": file()}
    assert clients[VN].post("/publications/new/", said).headers["Location"] == f"/publications/{nth('P', 1)}/"
    return nth("P", 1)


def test_the_form_asks_for_a_draft_for_each_owner(clients: dict[str, Client]) -> None:
    release = released(clients)
    assert f"/publications/new/?releases={release}" in clients[VN].get(f"/releases/{release}/").content.decode()
    asked = clients[VN].get(f"/publications/new/?releases={release}").content.decode()
    assert "Draft for kh-20 to read" in asked and 'name="draft-kh-20"' in asked
    without = clients[VN].post("/publications/new/", {**SAID, "releases": []}).content.decode()
    assert "Choose a release" in without
    clients[VN].post("/publications/new/", {**SAID, "releases": [release]})
    assert not PublicationRecord.objects.exists()


def test_from_the_announcement_to_the_citation(clients: dict[str, Client]) -> None:
    code = announced(clients)
    owner, asker = clients[KH], clients[VN]
    waits = owner.get("/border/").content.decode()
    assert "1 publication waits for your answer" in waits and f"/abroad/publications/{code}/" in waits
    assert "Cholera on the border" in owner.get("/abroad/").content.decode()
    page = owner.get(f"/abroad/publications/{code}/").content.decode()
    assert "without your yes it may not appear" in page and "It must not appear" in page
    draft = owner.get(f"/abroad/publications/{code}/draft")
    assert draft.content == b"14 cases"
    assert draft.headers["Content-Type"] == "application/octet-stream", "no browser opens it by itself"
    assert draft.headers["Content-Disposition"].startswith("attachment")
    assert Entry.objects.filter(kind="publication:read").count() == 1
    silent = owner.post(f"/abroad/publications/{code}/answer/", {"answer": "refused", "words": "", "number": 1})
    assert silent.status_code == 400 and "Say what is the matter." in silent.content.decode()
    owner.post(f"/abroad/publications/{code}/answer/", {"answer": "refused", "words": "Not yet", "number": 1})
    seen = asker.get(f"/publications/{code}/").content.decode()
    assert "Not yet" in seen and "kh-20 refuses" in seen and "It may not appear yet." in seen
    early = asker.post(f"/publications/{code}/appeared/", {"where": "Bulletin 33"})
    assert early.status_code == 403
    asker.post(f"/publications/{code}/drafts/kh-20/change/", {"file": file(b"source named")})
    stale = owner.post(f"/abroad/publications/{code}/answer/", {"answer": "agreed", "words": "", "number": 1})
    assert stale.status_code == 400, "a newer draft is not answered unseen"
    owner.post(f"/abroad/publications/{code}/answer/", {"answer": "agreed", "words": "", "number": 2})
    asker.post(f"/publications/{code}/appeared/", {"where": "Bulletin 33, page 4"})
    assert UseNote.objects.get().used_in == "Bulletin 33, page 4"
    assert "it has appeared: Bulletin 33, page 4" in asker.get("/requests/").content.decode()
    assert "publication waits" not in owner.get("/border/").content.decode()
    assert "Bulletin 33, page 4" in owner.get(f"/abroad/publications/{code}/").content.decode()


def test_it_is_taken_back(clients: dict[str, Client]) -> None:
    code = announced(clients)
    clients[VN].post(f"/publications/{code}/withdraw/")
    assert "it was taken back" in clients[VN].get(f"/publications/{code}/").content.decode()
    assert 'name="answer"' not in clients[KH].get(f"/abroad/publications/{code}/").content.decode()


def test_others_meet_what_is_not_there(clients: dict[str, Client]) -> None:
    code = announced(clients)
    before = Entry.objects.count()
    pages = (
        "/publications/{}/", "/publications/{}/drafts/kh-20", "/abroad/publications/{}/", "/abroad/publications/{}/draft",
    )  # fmt: skip
    acts = (
        "/publications/{}/appeared/", "/publications/{}/withdraw/", "/publications/{}/drafts/kh-20/change/",
        "/abroad/publications/{}/answer/",
    )  # fmt: skip
    for who in ("th/surveillance", MINISTRY):
        for page in pages:
            assert clients[who].get(page.format(code)).status_code == 404, page
        for act in acts:
            body = {"where": "x", "answer": "agreed", "number": 1, "file": file()}
            assert clients[who].post(act.format(code), body).status_code == 404, act
    for page in pages[:2]:
        assert clients[KH].get(page.format(code)).status_code == 404, "who announced it has a page of its own"
    for page in pages[2:]:
        assert clients[VN].get(page.format(code)).status_code == 404
    assert clients["th/surveillance"].post("/publications/new/", {**SAID, "releases": [nth("R", 1)]}).status_code == 200
    assert Entry.objects.count() == before and PublicationRecord.objects.count() == 1

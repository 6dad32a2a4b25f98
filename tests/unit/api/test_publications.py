"""A publication by a program: announced with its drafts, read and answered by the owner, cited when it is out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.stories import border
from tests.unit.api.desks import Desk, seated
from tests.unit.operations.test_sharing import NOW, asked

from sampan.operations import homes, receiving
from sampan.operations.receiving import Act
from sampan.operations.sharing import making, releasing, standard_terms
from sampan.store.models import PublicationRecord, UseNote

pytestmark = [pytest.mark.django_db(transaction=True, reset_sequences=True), pytest.mark.postgres]
OWNER, ASKER = "kh-20/province", "vn-37/province"
SAID = {"title": "Cholera on the border", "outlet": "Bulletin 33", "planned": "2099-01-01"}


@pytest.fixture
def desks(home: Path, tmp_path: Path) -> tuple[Desk, Desk, str]:
    """The owner, the post that received its figures, and the release."""
    cache.clear()
    store = homes.opened()
    border.lay(home)
    owner, asker = seated("kh-20", "province"), seated("vn-37", "province")
    text = border.AGREEMENT.replace("kh-20/surveillance", OWNER).replace("vn-37/surveillance", ASKER)
    standard_terms.adopt("kh-20", "Svay Rieng", "KH", OWNER, NOW)
    file = border.written(tmp_path / "kh.csv", border.KH_WEEK)
    receiving.receive(store, homes.source(store, "border-kh"), file, Act(OWNER, NOW))
    making.propose(text.lstrip(), "a.yml", OWNER, NOW)
    for verb, post in (
        ("agree", ASKER),
        ("verify", ASKER),
        ("activate", OWNER),
        ("activate", "vn/preventive-medicine"),
    ):
        making.move("border", verb, post, NOW, paper=b"signed")
    wanted = asked(tmp_path, ASKER, "KH-20", conditions="[acute-watery-diarrhoea]")
    return owner, asker, str(releasing.release(store, wanted, "r.yml", tmp_path / "out", NOW)["release"])


def sent(desk: Desk, path: str, files: list[bytes], **form: Any) -> Any:
    given = {**form, "drafts": [SimpleUploadedFile("bulletin.pdf", one) for one in files]}
    return Client(HTTP_HOST="localhost", headers={"Authorization": f"Bearer {desk.secret}"}).post(
        f"/api/v1{path}", given
    )


def test_from_the_announcement_to_the_citation(desks: tuple[Desk, Desk, str]) -> None:
    owner, asker, release = desks
    made = sent(asker, "/publications", [b"14 cases"], **SAID, releases=[release])
    assert (made.status_code, made.json()["outcome"]) == (201, "waits"), made.content
    code = made.json()["publication"]
    again = sent(asker, "/publications", [b"14 cases"], **SAID, releases=[release])
    assert again.json()["publication"] == code, "the same words and drafts are the same publication"
    [told] = owner.ask("GET", "/publication-reviews").json()["items"]
    assert (told["publication"], told["outcome"], told["reviews"][0]["state"]) == (code, None, "waits")
    draft = owner.ask("GET", f"/publication-reviews/{code}/draft")
    assert (draft.content, draft.headers["Content-Type"]) == (b"14 cases", "application/octet-stream")
    assert asker.ask("GET", f"/publications/{code}/draft?owner=kh-20").content == b"14 cases"

    path = f"/publication-reviews/{code}/answer"
    assert owner.ask("POST", path, {"answer": "refused"}).status_code == 400, "a refusal needs words"
    assert owner.ask("POST", path, {"answer": "refused", "words": "Not yet"}).json()["reviews"][0]["state"] == "refused"
    early = asker.ask("POST", f"/publications/{code}/appearance", {"where": "Bulletin 33"})
    assert (early.status_code, early.json()["rule"]) == (403, "publication-refused")
    sent(asker, f"/publications/{code}/drafts", [b"source named"], owners=["kh-20"])
    assert owner.ask("POST", path, {"answer": "agreed", "draft": 1}).status_code == 400, "a newer one is there"
    tag = owner.ask("GET", f"/publication-reviews/{code}").headers["ETag"]
    assert owner.ask("POST", path, {"answer": "agreed", "draft": 2}, **{"If-Match": tag}).status_code == 200
    stale = owner.ask("POST", path, {"answer": "refused", "words": "No"}, **{"If-Match": tag})
    assert stale.status_code == 412
    assert asker.ask("GET", f"/publications/{code}").json()["outcome"] == "may-appear"
    out = asker.ask("POST", f"/publications/{code}/appearance", {"where": "Bulletin 33, page 4"})
    assert (out.json()["state"], out.json()["reference"]) == ("appeared", "Bulletin 33, page 4")
    assert UseNote.objects.get().used_in == "Bulletin 33, page 4"


def test_each_side_has_its_own_routes_and_others_none(desks: tuple[Desk, Desk, str]) -> None:
    owner, asker, release = desks
    code = sent(asker, "/publications", [b"x"], **SAID, releases=[release]).json()["publication"]
    outsider = seated("th-27", "national")
    for desk, noun in ((owner, "publications"), (asker, "publication-reviews"), (outsider, "publications"),
                       (outsider, "publication-reviews")):  # fmt: skip
        absent = desk.ask("GET", f"/{noun}/P-999-999")
        for path in (f"/{noun}/{code}", f"/{noun}/{code}/draft"):
            there = desk.ask("GET", path)
            assert (there.status_code, there.content) == (404, absent.content), (noun, path)
        assert desk.ask("GET", f"/{noun}").json()["items"] == []
    assert outsider.ask("POST", f"/publications/{code}/withdrawal").status_code == 404
    assert outsider.ask("POST", f"/publication-reviews/{code}/answer", {"answer": "agreed"}).status_code == 404
    assert asker.ask("POST", f"/publications/{code}/withdrawal").json()["state"] == "withdrawn"
    assert PublicationRecord.objects.count() == 1


def test_a_draft_for_nobody_is_refused(desks: tuple[Desk, Desk, str]) -> None:
    _, asker, release = desks
    for files, owners in (([b"x", b"y"], []), ([b"x", b"y"], ["kh-20", "kh-20"]), ([b"x"], ["vn-37"]), ([b""], [])):
        said = sent(asker, "/publications", files, **SAID, releases=[release], owners=owners)
        assert said.status_code == 400, (owners, said.content)
    assert not PublicationRecord.objects.exists()

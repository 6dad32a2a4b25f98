"""A request from its form to its files: the asker sees rules, the owner sees figures, a stranger sees neither."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from tests.codes import nth
from tests.stories import border

from sampan.operations import homes, receiving
from sampan.operations.receiving import Act
from sampan.operations.sharing import emergencies, making, standard_terms
from sampan.people.models import Party, Person, Post, Seat
from sampan.store.models import Declaration, Opening, ReleaseRecord, RequestRecord

pytestmark = [pytest.mark.django_db(transaction=True, reset_sequences=True), pytest.mark.postgres]
NOW = datetime(2026, 8, 4, 8, tzinfo=UTC)
KH, VN, MINISTRY = "kh-20/surveillance", "vn-37/surveillance", "vn/preventive-medicine"
KH_WEEK = border.KH_WEEK + "Svay Rieng,2026-W31,dengue,3\n"
ASKED = {
    "name": "week 31", "purpose": "routine-monitoring", "conditions": ["acute-watery-diarrhoea", "dengue"],
    "measures": ["cases"], "start": "2026-07-27", "end": "2026-08-02", "level": "1", "period": "week", "format": "csv",
}  # fmt: skip


@pytest.fixture
def clients(home: Path, tmp_path: Path) -> dict[str, Client]:
    """Both provinces, a ministry and a stranger, signed in; both returns sent, the agreement in force."""
    homes.opened()
    border.lay(home)
    parties = (
        ("kh-20", "province", "KH"),
        ("vn-37", "province", "VN"),
        ("vn", "authority", "VN"),
        ("th", "authority", "TH"),
    )
    kept = {code: Party.objects.create(code=code, name=code, kind=kind, country=c, made_at=NOW) for code, kind, c in parties}  # fmt: skip
    found = {}
    for code in (KH, VN, MINISTRY, "th/surveillance"):
        party = kept[code.split("/")[0]]
        post = Post.objects.create(party=party, code=code, title="Desk", role="national", place="", made_at=NOW)
        person = Person.objects.named(code.replace("/", "."), None, made_at=NOW)
        Authenticator.objects.create(user=person, type=Authenticator.Type.TOTP, data={"secret": "s"})
        Seat.objects.create(person=person, post=post, since=NOW, seated_by="-")
        found[code] = Client(HTTP_HOST="localhost")
        found[code].force_login(person)
    for code, name, country in (("kh-20", "Svay Rieng", "KH"), ("vn-37", "Tay Ninh", "VN")):
        standard_terms.adopt(code, name, country, f"{code}/director", NOW)
    store = homes.opened()
    file = border.written(tmp_path / "kh.csv", KH_WEEK)
    receiving.receive(store, homes.source(store, "border-kh"), file, Act(KH, NOW))
    file = border.written(tmp_path / "vn.csv", border.VN_WEEK)
    receiving.receive(store, homes.source(store, "border-vn"), file, Act("vn-37/director", NOW))
    making.propose(border.AGREEMENT, "a", KH, NOW)
    making.move("border", "agree", VN, NOW)
    making.move("border", "verify", KH, NOW, paper=b"paper")
    making.move("border", "activate", KH, NOW)
    making.move("border", "activate", MINISTRY, NOW)
    return found


def _told(content: bytes) -> dict[tuple[str, str], tuple[str, str]]:
    rows = csv.DictReader(io.StringIO(content.decode()))
    return {(row["condition"], row["place"][:5]): (row["value"], row["status"]) for row in rows}


def test_a_request_is_answered_before_anything_leaves_and_its_files_are_an_opening_each(clients: dict[str, Client]):
    asker = clients[VN]
    seen = asker.post("/requests/new/", {**ASKED, "places": ["KH-20"], "what": "preview"})
    assert "Clause border/kh-weekly allows it." in seen.content.decode()
    assert RequestRecord.objects.count() == ReleaseRecord.objects.count() == 0
    there = asker.post("/requests/new/", {**ASKED, "places": ["KH-20"], "what": "release"})
    assert there.headers["Location"] == f"/releases/{nth('R', 1)}/"
    before = Opening.objects.count()
    table = asker.get(f"/releases/{nth('R', 1)}/files/table.csv")
    told = _told(table.content)
    assert told["dengue", "KH-20"] == ("", "not-shared"), "3 is below the minimum"
    assert told["acute-watery-diarrhoea", "KH-20"] == ("14", "reported")
    packed = zipfile.ZipFile(io.BytesIO(asker.get(f"/releases/{nth('R', 1)}/all.zip").content))
    assert sorted(packed.namelist()) == [
        f"{nth('R', 1)}/{name}" for name in ("dictionary.csv", "manifest.json", "table.csv")
    ]
    assert json.loads(packed.read(f"{nth('R', 1)}/manifest.json"))["clauses"] == ["border/kh-weekly"]
    assert Opening.objects.count() == before + 2
    assert asker.get(f"/releases/{nth('R', 1)}/files/own-form").status_code == 404
    assert asker.get(f"/releases/{nth('R', 1)}/files/..%2Fpasswd").status_code == 404


def test_the_owner_sees_what_left_who_opened_it_and_what_came_of_it_and_can_end_it(
    clients: dict[str, Client], tmp_path: Path
):
    asker, owner = clients[VN], clients[KH]
    asker.post("/requests/new/", {**ASKED, "places": ["KH-20"], "what": "release"})
    asker.post(
        f"/releases/{nth('R', 1)}/note/", {"used_in": "the bulletin of week 32", "thanks": "the desk in Svay Rieng"}
    )
    assert "within 24 hours" in asker.get(f"/releases/{nth('R', 1)}/").content.decode(), "before WHO is informed"
    page = owner.get("/abroad/").content.decode()
    for told in (
        nth("R", 1),
        VN,
        "border/kh-weekly",
        "the bulletin of week 32",
        "the desk in Svay Rieng",
        "a feedback report",
    ):
        assert told in page, told
    assert asker.get(f"/releases/{nth('R', 1)}/changes/").status_code == 404, "nothing was corrected"
    file = border.written(tmp_path / "kh.csv", KH_WEEK.replace("diarrhoea,14", "diarrhoea,41"))
    receiving.receive(homes.opened(), homes.source(homes.opened(), "border-kh"), file, Act(KH, NOW))
    assert "1 cell differs from what was released." in asker.get(f"/releases/{nth('R', 1)}/").content.decode()
    assert f'<a href="/releases/{nth("R", 1)}/">{nth("R", 1)}</a>' in asker.get("/border/").content.decode()
    corrected = asker.get(f"/releases/{nth('R', 1)}/changes/").content.decode()
    assert re.findall(r'<td class="n" data-label="[^"]*">([^<]*)</td>', corrected) == ["14", "41"]
    for other in (owner, clients[MINISTRY], clients["th/surveillance"]):
        assert other.get(f"/releases/{nth('R', 1)}/changes/").status_code == 404
    ended = owner.post(f"/abroad/{nth('R', 1)}/end/", {"reason": "sent by mistake"}, follow=True).content.decode()
    assert f"{nth('R', 1)} is ended; its recipient was told." in ended
    again = owner.post(f"/abroad/{nth('R', 1)}/end/", {"reason": "again"}, follow=True).content.decode()
    assert f"{nth('R', 1)} opens no more; nothing was changed." in again
    assert asker.get(f"/releases/{nth('R', 1)}/files/table.csv").status_code == 403
    assert asker.get(f"/releases/{nth('R', 1)}/changes/").status_code == 404
    assert "It opens no more." in asker.get(f"/releases/{nth('R', 1)}/").content.decode()


def test_the_post_whose_word_is_needed_sees_its_own_figures_and_nobody_else_does(clients: dict[str, Client]):
    asker, ministry = clients[KH], clients[MINISTRY]
    there = asker.post("/requests/new/", {**ASKED, "conditions": ["cholera"], "places": ["VN-37"], "what": "release"})
    assert there.headers["Location"] == f"/requests/{nth('Q', 1)}/"
    waiting = asker.get(f"/requests/{nth('Q', 1)}/").content.decode()
    assert "Waits for vn/preventive-medicine" in waiting
    ministry.post("/words/", {"subject": nth("D", 2), "answer": "passed"})
    preview = ministry.get(f"/words/{nth('Q', 1)}/").content.decode()
    assert '<td class="n">9</td>' in preview
    for other in (asker, clients[VN], clients["th/surveillance"]):
        assert other.get(f"/words/{nth('Q', 1)}/").status_code == 404
    ministry.post("/words/", {"subject": nth("Q", 1), "answer": "passed"})
    gone = asker.post(f"/requests/{nth('Q', 1)}/")
    assert gone.headers["Location"] == f"/releases/{nth('R', 1)}/"
    assert "9" in {value for value, _ in _told(asker.get(f"/releases/{nth('R', 1)}/files/table.csv").content).values()}


def test_a_stranger_finds_nothing_there(clients: dict[str, Client]):
    clients[VN].post("/requests/new/", {**ASKED, "places": ["KH-20"], "what": "release"})
    for stranger in (clients["th/surveillance"], clients[KH]):
        for path in (
            "/releases/R-00000{}/",
            "/releases/R-00000{}/all.zip",
            "/requests/Q-00000{}/",
            "/words/Q-00000{}/",
        ):
            assert stranger.get(path.format(1)).status_code == stranger.get(path.format(9)).status_code == 404, path
    assert nth("R", 1) not in clients["th/surveillance"].get("/abroad/").content.decode()
    denied = clients["th/surveillance"].post("/requests/new/", {**ASKED, "places": ["KH-20"], "what": "preview"})
    assert not re.search(r"\b14\b", denied.content.decode())
    assert denied.status_code == 200


def test_each_side_reads_on_the_page_whose_activation_is_missing(clients: dict[str, Client]):
    making.move("border", "suspend", VN, NOW)
    making.move("border", "activate", KH, NOW)
    for post in (KH, VN):
        seen = clients[post].get("/rules/border/").content.decode()
        assert f"{KH} activated it on 4 August 2026, 08:00 UTC. It waits for Tay Ninh: {VN}, {MINISTRY} can" in seen
        assert ('value="activate"' in seen) == (post == VN)


def test_who_declared_an_emergency_reads_until_when_it_holds_and_reviews_it_before_the_next(clients: dict[str, Client]):
    now = datetime.now(UTC)
    emergencies.declare("border-outbreak", MINISTRY, now)
    said = "your side declared it; it holds until"
    assert said not in clients[KH].get("/rules/").content.decode()
    seen = clients[MINISTRY].get("/rules/").content.decode()
    assert said in seen and "To have it hold longer" in seen and "Declare it now" not in seen
    clients[MINISTRY].post("/rules/reviewed/", {"trigger": "border-outbreak", "note": "still spreading"})
    seen = clients[MINISTRY].get("/rules/").content.decode()
    assert said not in seen and "Declare it again, from now on" in seen
    clients[MINISTRY].post("/rules/emergency/", {"trigger": "border-outbreak", "reason": "it goes on"})
    assert Declaration.objects.count() == 2

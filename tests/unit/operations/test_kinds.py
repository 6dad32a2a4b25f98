"""What the log is said to hold is what acts append: the manual's table, and the acts that make an entry of each kind."""

from __future__ import annotations

import ast
import hashlib
import hmac
import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from tests.codes import nth
from tests.stories import border
from tests.unit.operations.test_sharing import KH, MINISTRY, NOW, VN, asked, in_force, received

from sampan.model.errors import Refused
from sampan.model.sources import CrosswalkLine
from sampan.operations import crosswalks, homes, practices, receiving, seating, settling, withdrawing
from sampan.operations.proving import keeping, verifying, witnessing
from sampan.operations.receiving import Act
from sampan.operations.seating import NewParty, NewPerson
from sampan.operations.sharing import after, emergencies, gates, making, pending, releasing, reviewing
from sampan.people.models import Seat
from sampan.store import entries
from sampan.store.home import Store
from sampan.store.kinds import GROUPS, KINDS
from sampan.store.models import CrosswalkEntry, Delivery, Entry, FindingRecord, ReleaseRecord

pytestmark = [pytest.mark.django_db(transaction=True, reset_sequences=True), pytest.mark.postgres]
ROOT = Path(__file__).parents[3]
LATER = NOW + timedelta(hours=1)
MADE = {
    "look:refused", "delivery:kept", "delivery:only-kept", "gate:passed", "delivery:withdrawn", "delivery:erased",
    "version:committed", "crosswalk:proposed", "crosswalk:approved", "practice:proposed", "practice:approved",
    "finding:settled", "agreement:moved", "request:waits", "request:denied", "release:granted", "release:opened",
    "release:used", "release:corrected", "release:ended", "emergency:declared", "emergency:ended", "emergency:reviewed",
    "original:opened",
    "key:rotated",
}  # fmt: skip


def table() -> list[list[str]]:
    """The kinds in the manual's table, row by row."""
    text = (ROOT / "docs" / "explanation" / "the-log.md").read_text(encoding="utf-8")
    rows = [line for line in text.splitlines() if line.startswith("| ") and "`" in line]
    return [kinds for kinds in (re.findall(r"`([a-z]+:[a-z-]+)`", line) for line in rows) if kinds]


def words_of_operations() -> set[str]:
    """Every text written in the operations as a whole, docstrings too."""
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in (ROOT / "src/sampan/operations").rglob("*.py")]
    nodes = (node for tree in trees for node in ast.walk(tree))
    return {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}


def test_the_manual_prints_every_kind_that_is_declared_and_no_other() -> None:
    assert table() == [list(kinds) for kinds in GROUPS.values()]
    assert len(KINDS) == sum(map(len, GROUPS.values())), "a kind stands in one group"
    assert KINDS >= MADE


def test_every_kind_is_written_whole_in_an_operation() -> None:
    assert KINDS - words_of_operations() == set()


def test_no_other_kind_is_appended() -> None:
    with pytest.raises(ValueError, match="store/kinds"), transaction.atomic():
        entries.append("delivery:eaten", {})
    assert Entry.objects.count() == 0


def test_each_act_is_an_entry(home: Path, tmp_path: Path, settings: Any) -> None:
    home.mkdir(parents=True, exist_ok=True)
    settings.HOME = home
    border.lay(home)
    store = homes.opened()
    in_force()
    _deliveries(store, tmp_path)
    _releases(store, tmp_path)
    _unopened(store, tmp_path)
    keeping.rotate(actor="office/steward", reason="yearly", now=LATER)
    assert MADE - set(Entry.objects.values_list("kind", flat=True)) == set()
    granted = Entry.objects.filter(kind="release:granted").first()
    assert granted is not None
    record = ReleaseRecord.objects.get(code=granted.facts["release"])
    table, kept = (
        (tmp_path / "out" / "table.csv").read_bytes(),
        json.loads((tmp_path / "out" / "manifest.json").read_text()),
    )
    assert granted.facts["table_seal"] == hmac.digest(bytes.fromhex(kept["table_key"]), table, "sha256").hex()
    guessable = {hashlib.sha256(table).hexdigest(), record.digest}  # by an owner who tries the others' small counts
    assert not [entry.pk for entry in Entry.objects.all() if any(one in (entry.body or "") for one in guessable)]
    denied = Entry.objects.filter(kind="request:denied").first()
    assert denied is not None
    assert (denied.facts["post"], denied.parties) == (VN, "|vn-37|")
    assert denied.facts["reasons"]
    assert verifying.verify().alarms == []


def _deliveries(store: Store, folder: Path) -> None:
    """Refused, kept, passed, read, asked about, answered, translated by the owner."""
    source = homes.source(store, "border-kh")
    named = "province,week,disease,cases,patient name\nSvay Rieng,2026-W31,cholera,1,Sok Dara\n"
    with pytest.raises(Refused):
        received(store, folder, "border-kh", named, KH)
    received(store, folder, "border-kh", border.KH_WEEK + "Svay Rien,2026-W31,cholera,2\n", KH)
    finding = FindingRecord.objects.filter(state="open").first()
    assert finding is not None
    settling.accept_all(store, [finding.code], "seen", Act(KH, NOW))
    crosswalks.propose(
        source, CrosswalkLine("condition", "AWD", "acute-watery-diarrhoea", "exact"), "office/steward", NOW
    )
    crosswalks.approve({source.id: source}, list(CrosswalkEntry.objects.values_list("pk", flat=True)), KH, NOW)
    with receiving.original(store, Delivery.objects.get(code=nth("D", 1)), Act(KH, NOW), why="to see it"):
        pass


def _unopened(store: Store, folder: Path) -> None:
    """A party that joined without terms of deposit: kept, and not opened. How it counts is said for it, and by it."""
    Path(store.sources / "dry").mkdir(parents=True)
    text = (store.sources / "border-kh" / "source.yml").read_text(encoding="utf-8")
    text = text.replace("id: border-kh", "id: dry").replace("owner: kh-20", "owner: kh-99")
    (store.sources / "dry" / "source.yml").write_text(text, encoding="utf-8")
    seating.set_up("Office", NewPerson("first", "a long password"), NOW)
    staff = Seat.objects.get(post__code="office/staff")
    seating.propose(staff, NewParty("kh-99", "Hill", "province", "KH"), NOW)
    received(store, folder, "dry", border.KH_WEEK, "kh-99/desk")
    source = homes.source(store, "dry")
    said = practices.Said("cholera", NOW.date(), "Circular 12", {"counts": "confirmed", "age_from": 0, "age_to": 200})
    line = practices.propose(source, said, "office/steward", NOW)
    assert practices.of(source, "cholera", NOW.date()).counts is None, "until its owner approves it nobody has said"
    with pytest.raises(Refused):
        practices.approve({"dry": source}, [line.pk], "kh-20/surveillance", NOW)
    practices.approve({"dry": source}, [line.pk], "kh-99/desk", NOW)
    found = practices.of(source, "cholera", NOW.date())
    assert (found.counts, found.version, found.verified) == ("confirmed", 1, True)


def _releases(store: Store, folder: Path) -> None:
    """Asked, waited for, released, opened, used, corrected, ended; an emergency; a delivery taken back."""
    code = received(store, folder, "border-vn", border.VN_WEEK, VN)
    pending.give(store, [code], gates.Answer("passed"), MINISTRY, NOW)
    receiving.resume(store, Act(MINISTRY, NOW))
    with pytest.raises(Refused):
        releasing.release(store, asked(folder, KH, "VN-37"), "r.yml", folder / "waits", NOW)
    emergencies.declare("border-outbreak", MINISTRY, NOW)
    emergencies.declare("border-outbreak", MINISTRY, NOW, end=True)
    reviewing.review("border-outbreak", KH, NOW)
    with pytest.raises(Refused):
        releasing.release(store, asked(folder, VN, "KH-20", purpose="research"), "r.yml", folder / "no", NOW)
    said = releasing.release(store, asked(folder, VN, "KH-20"), "r.yml", folder / "out", NOW)
    after.open_again(store, said["release"], VN, folder / "again", LATER)
    after.note_use(store, said["release"], VN, "weekly briefing", LATER)
    changed = received(store, folder, "border-kh", border.KH_WEEK.replace(",14", ",31"), KH, LATER)
    withdrawing.withdraw(store, changed, reason="wrong book", actor=KH, now=LATER, erase=True)
    after.revoke(store, said["release"], KH, "held back", LATER)
    making.move("border", "suspend", KH, LATER)
    assert witnessing.state(LATER).grade == "unwitnessed"

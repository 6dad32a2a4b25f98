"""What the log is said to hold is what acts append: the manual's table, and the acts that make an entry of each kind."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.stories import border
from tests.unit.operations.test_sharing import KH, MINISTRY, NOW, VN, asked, in_force, received

from sampan.model.errors import Refused
from sampan.model.sources import CrosswalkLine
from sampan.operations import crosswalks, homes, receiving, settling, withdrawing
from sampan.operations.proving import keeping, witnessing
from sampan.operations.receiving import Act
from sampan.operations.sharing import after, emergencies, gates, making, pending, releasing
from sampan.store.home import Store
from sampan.store.models import CrosswalkEntry, Delivery, Entry, FindingRecord

pytestmark = [pytest.mark.django_db(transaction=True, reset_sequences=True), pytest.mark.postgres]
ROOT = Path(__file__).parents[3]
LATER = NOW + timedelta(hours=1)
MADE = {
    "look:refused", "delivery:kept", "gate:passed", "delivery:withdrawn", "delivery:erased", "version:committed",
    "crosswalk:proposed", "crosswalk:approved", "finding:settled", "agreement:moved", "request:waits",
    "release:granted", "release:opened", "release:used", "release:corrected", "release:ended", "emergency:declared",
    "emergency:ended", "original:opened", "key:rotated",
}  # fmt: skip


def table() -> set[str]:
    """The kinds in the manual's table."""
    text = (ROOT / "docs" / "explanation" / "the-log.md").read_text(encoding="utf-8")
    rows = [line for line in text.splitlines() if line.startswith("| ") and "`" in line]
    return {kind for line in rows for kind in re.findall(r"`([a-z]+:[a-z-]+)`", line)}


def test_every_kind_of_the_manual_is_appended_by_an_operation() -> None:
    code = "\n".join(p.read_text(encoding="utf-8") for p in (ROOT / "src/sampan/operations").rglob("*.py"))
    families = {"gate", "person"}  # the word said, the thing a person did: f"gate:{answer}"
    assert all(f'f"{family}:{{' in code for family in families)
    missing = {kind for kind in table() if f'"{kind}"' not in code and kind.split(":")[0] not in families}
    assert missing == set()
    assert table() >= MADE


def test_each_act_is_an_entry(home: Path, tmp_path: Path, settings: Any) -> None:
    home.mkdir(parents=True, exist_ok=True)
    settings.HOME = home
    border.lay(home)
    store = homes.opened()
    in_force()
    _deliveries(store, tmp_path)
    _releases(store, tmp_path)
    keeping.rotate(actor="office/steward", reason="yearly", now=LATER)
    found = set(Entry.objects.values_list("kind", flat=True))
    assert MADE - found == set()
    assert found <= table(), found - table()
    granted = Entry.objects.filter(kind="release:granted").first()
    assert granted is not None
    assert granted.facts["digest"]


def _deliveries(store: Store, folder: Path) -> None:
    """Refused, kept, passed, read, asked about, answered, translated by the owner."""
    source = homes.source(store, "border-kh")
    named = "province,week,disease,cases,patient name\nSvay Rieng,2026-W31,cholera,1,Sok Dara\n"
    with pytest.raises(Refused):
        received(store, folder, "border-kh", named, KH)
    received(store, folder, "border-kh", border.KH_WEEK + "Svay Rien,2026-W31,cholera,2\n", KH)
    finding = FindingRecord.objects.filter(state="open").first()
    assert finding is not None
    settling.accept_all([finding.code], "seen", Act(KH, NOW))
    crosswalks.propose(
        source, CrosswalkLine("condition", "AWD", "acute-watery-diarrhoea", "exact"), "office/steward", NOW
    )
    crosswalks.approve({source.id: source}, list(CrosswalkEntry.objects.values_list("pk", flat=True)), KH, NOW)
    with receiving.original(store, Delivery.objects.get(code="D-000001"), Act(KH, NOW), why="to see it"):
        pass


def _releases(store: Store, folder: Path) -> None:
    """Asked, waited for, released, opened, used, corrected, ended; an emergency; a delivery taken back."""
    code = received(store, folder, "border-vn", border.VN_WEEK, VN)
    pending.give(store, [code], gates.Answer("passed"), MINISTRY, NOW)
    receiving.resume(store, Act(MINISTRY, NOW))
    with pytest.raises(Refused):
        releasing.release(store, asked(folder, KH, "VN-37"), "r.yml", folder / "waits", NOW)
    emergencies.declare("border-outbreak", MINISTRY, NOW)
    emergencies.declare("border-outbreak", MINISTRY, NOW, end=True)
    said = releasing.release(store, asked(folder, VN, "KH-20"), "r.yml", folder / "out", NOW)
    after.open_again(store, said["release"], VN, folder / "again", LATER)
    after.note_use(store, said["release"], VN, "weekly briefing", LATER)
    changed = received(store, folder, "border-kh", border.KH_WEEK.replace(",14", ",31"), KH, LATER)
    withdrawing.withdraw(store, changed, reason="wrong book", actor=KH, now=LATER, erase=True)
    after.revoke(store, said["release"], KH, "held back", LATER)
    making.move("border", "suspend", KH, LATER)
    assert witnessing.state(LATER).grade == "unwitnessed"

"""Witnesses are silent for days: what waits, what goes nevertheless, and that all of it says "not yet witnessed"."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.codes import nth
from tests.stories import border
from tests.unit.operations.test_sharing import KH, MINISTRY, VN, asked, in_force, received

from sampan.log.note import COSIGNATURE, Signer
from sampan.model.errors import Refused
from sampan.operations import homes, receiving, withdrawing
from sampan.operations.proving import witnessing
from sampan.operations.receiving import Act
from sampan.operations.sharing import after, emergencies, gates, making, pending, releasing
from sampan.store import checkpoints
from sampan.store.home import Store
from sampan.store.models import Entry, Outbox

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]
NOW = datetime(2026, 8, 4, 2, tzinfo=UTC)
LATE = NOW + timedelta(days=9)
MARK = {"witnessed": False, "mark": "not yet witnessed"}


@pytest.fixture
def store(home: Path, tmp_path: Path, settings: Any) -> Store:
    """A border whose three witnesses never answered; its last release went while there was still time."""
    home.mkdir(parents=True, exist_ok=True)
    settings.HOME = home
    border.lay(home)
    opened = homes.opened()
    for name in ("north", "south", "east"):
        witnessing.add(name, Signer.generate(f"{name}.example/w", COSIGNATURE).verifier.vkey, name, actor="x", now=NOW)
    in_force()
    received(opened, tmp_path, "border-kh", border.KH_WEEK, KH)
    said = releasing.release(opened, asked(tmp_path, VN, "KH-20"), "r.yml", tmp_path / "first", NOW)
    assert marks(said) == MARK
    checkpoints.cut(NOW, early=True)
    assert witnessing.state(LATE).routine_waits
    return opened


def marks(said: dict[str, Any]) -> dict[str, Any]:
    return {name: said.get(name) for name in MARK}


def last(kind: str) -> list[dict[str, Any]]:
    """The marks of the newest entry of a kind, and of the messages that went with it."""
    entry = Entry.objects.filter(kind=kind).latest("index")
    told = Outbox.objects.filter(kind=kind, at=entry.at)
    return [marks(entry.facts), *(marks(one.facts) for one in told)]


def test_a_release_carries_its_mark_to_the_recipient(store: Store, tmp_path: Path) -> None:
    manifest = json.loads((tmp_path / "first" / "manifest.json").read_text(encoding="utf-8"))
    assert marks(manifest) == MARK
    assert last("release:granted") == [MARK, MARK]


def test_a_correction_and_a_withdrawal_go_and_say_so(store: Store, tmp_path: Path) -> None:
    changed = border.KH_WEEK.replace(",14", ",31").replace("cholera,0", "cholera,12")
    code = received(store, tmp_path, "border-kh", changed, KH, LATE)
    assert last("release:corrected") == [MARK] * 3  # entry, recipient, owner
    said = withdrawing.withdraw(store, code, reason="wrong book", actor=KH, now=LATE)
    assert marks(said) == MARK
    assert last("delivery:withdrawn") == [MARK, MARK]
    withdrawing.withdraw(store, code, reason="wrong book", actor=KH, now=LATE, erase=True)
    assert last("delivery:erased") == [MARK]


def test_a_revocation_and_a_suspension_go_and_say_so(store: Store, tmp_path: Path) -> None:
    after.revoke(store, nth("R", 1), KH, "held back", LATE)
    assert last("release:ended") == [MARK, MARK]
    making.move("border", "suspend", KH, LATE)
    assert last("agreement:moved") == [MARK, MARK, MARK]


def test_an_emergency_goes_where_the_routine_waits(store: Store, tmp_path: Path) -> None:
    code = received(store, tmp_path, "border-vn", border.VN_WEEK, VN, LATE)
    pending.give(store, [code], gates.Answer("passed"), MINISTRY, LATE)
    receiving.resume(store, Act(MINISTRY, LATE))
    routine = asked(tmp_path, VN, "KH-20", sources="[border-kh]")
    with pytest.raises(Refused, match="routine releases wait"):
        releasing.release(store, routine, "r.yml", tmp_path / "waits", LATE)
    emergencies.declare("border-outbreak", MINISTRY, LATE)
    wish = {"purpose": "joint-investigation", "trigger": "border-outbreak", "sources": "[border-vn]"}
    said = releasing.release(store, asked(tmp_path, KH, "VN-37", **wish), "r.yml", tmp_path / "urgent", LATE)
    assert marks(said) == MARK
    with pytest.raises(Refused, match="routine releases wait"):
        releasing.release(store, routine, "r.yml", tmp_path / "waits", LATE)

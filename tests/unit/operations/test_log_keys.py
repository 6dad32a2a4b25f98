"""Whose key signed the log, what a lost key does, and what is found when the records are gone and the rest stands."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from sampan.log import checkpoint, note
from sampan.log.leaf import commitment
from sampan.log.merkle import Frontier, leaf_hash, root_of
from sampan.log.note import Signer, Verifier
from sampan.model.errors import Refused
from sampan.operations import homes
from sampan.operations.proving import keeping, verifying
from sampan.store import checkpoints, entries, origins
from sampan.store.models import Checkpoint, Entry, Head, LogKey, Origin
from sampan.store.tilefolder import TileFolder

pytestmark = [pytest.mark.django_db(transaction=True, reset_sequences=True), pytest.mark.postgres]
NOW = datetime(2026, 8, 10, 8, 0, tzinfo=UTC)
PASSPHRASE = "five words taken at random"


@pytest.fixture(autouse=True)
def office(home: Path, settings: Any) -> Path:
    """A log of three entries, signed after each."""
    home.mkdir(parents=True, exist_ok=True)
    settings.HOME, settings.CHECKPOINT_SECONDS = home, 0
    homes.opened()
    for number in range(3):
        act(number)
    return home


def act(number: int) -> bytes:
    with transaction.atomic():
        entries.append("job:retried", {"n": number}, at=NOW)
    signed = checkpoints.cut(NOW)
    assert signed is not None
    return bytes(signed.note)


def alarms(*keys: Verifier) -> list[str]:
    return [alarm.what for alarm in verifying.verify(keys=keys).alarms]


def own() -> Verifier:
    found = checkpoints.keyring().find()
    assert found is not None
    return found.verifier


def rewritten(home: Path, thief: Signer) -> None:
    """A changed first body, with tiles, checkpoints and memory made anew under the thief's own key."""
    first = Entry.objects.get(index=0)
    body = (first.body or "").replace('"n":0', '"n":7')
    Entry.objects.filter(index=0).update(body=body, leaf=commitment(bytes(first.salt or b""), body.encode()))
    leaves = [bytes(leaf) for leaf in Entry.objects.order_by("index").values_list("leaf", flat=True)]
    hashes = [leaf_hash(leaf) for leaf in leaves]
    Head.objects.update(size=len(leaves), edge=Frontier().extend(hashes).to_bytes())
    shutil.rmtree(home / "log" / "1" / "tile")
    folder, done = TileFolder(home / "log" / "1"), 0
    for item in Checkpoint.objects.order_by("size"):
        head = checkpoint.Checkpoint(thief.name, item.size, root_of(hashes[: item.size]))
        item.root, item.note = head.root, checkpoint.sign(head, thief)
        item.save()
        folder.grow(done, item.size, leaves[: item.size])
        folder.publish(item.note)
        done = item.size
        said = {"origin": head.origin, "size": head.size, "root": head.root.hex()}
        (home / "keys" / "log.signed").write_text(json.dumps(said))
    (home / "keys" / "log.key").write_text(thief.skey + "\n")


def test_a_key_that_no_entry_names_is_found(office: Path) -> None:
    kept = own()
    thief = Signer.generate(kept.name)
    rewritten(office, thief)
    LogKey.objects.create(origin=Origin.objects.get(), vkey=thief.verifier.vkey, since=0)
    assert "no entry says where a key of the log came from" in alarms()
    LogKey.objects.exclude(vkey=thief.verifier.vkey).delete()
    assert alarms() == [], "a first key stands on the office's word alone"
    assert alarms(kept) == ["the key that was given is not one of this log"]
    assert alarms(thief.verifier) == []


def test_a_first_key_that_signed_nothing_is_found_by_who_holds_it(office: Path) -> None:
    kept = own()
    thief = Signer.generate(kept.name)
    with transaction.atomic():
        entries.append("key:rotated", {"origin": kept.name, "old": kept.vkey, "new": thief.verifier.vkey, "lost": True})
    LogKey.objects.create(origin=Origin.objects.get(), vkey=thief.verifier.vkey, since=3)
    rewritten(office, thief)
    assert "it is signed by a key that no entry had named yet" in alarms()
    Checkpoint.objects.all().delete()
    shutil.rmtree(office / "log")
    act(4)
    assert alarms() == []
    assert alarms(kept) == ["the key that was given did not sign the history from its beginning on"]


def test_a_key_handed_on_signs_with_the_next_and_both_are_known(office: Path) -> None:
    first = own()
    _, second = keeping.rotate(actor="office/steward", reason="yearly", now=NOW)
    _, third = keeping.rotate(actor="office/steward", reason="again", now=NOW)
    act(3)
    assert [key.vkey for key in keeping.own_keys(NOW)] == [third.vkey, second.vkey, first.vkey]
    report = verifying.verify(keys=[first, second, third])
    assert (report.alarms, report.notes) == ([], [])
    LogKey.objects.filter(vkey=second.vkey).update(since=0)
    assert "a key of the log is said to be older or younger than the entry that names it" in alarms()
    LogKey.objects.filter(vkey=second.vkey).delete()
    assert "a key that an entry names is not on record" in alarms()


def test_a_lost_key_is_never_replaced_in_silence(office: Path) -> None:
    lost = own()
    export = keeping.export_keys(PASSPHRASE)
    act(3)
    (office / "keys" / "log.key").unlink()
    with pytest.raises(Refused, match="the log's key is lost") as refused:
        act(4)
    assert "rotate-key" in refused.value.do
    assert not (office / "keys" / "log.key").exists()
    assert keeping.own_keys(NOW) == [lost]
    assert alarms() == []
    assert "log.key" in keeping.import_keys(export, PASSPHRASE)
    act(5)
    last = checkpoints.keyring().last_signed()
    assert last is not None
    assert last.size == 6, "the memory that is further on stays"
    assert alarms() == []


def test_the_log_goes_on_under_a_recorded_loss(office: Path) -> None:
    lost = own()
    (office / "keys" / "log.key").unlink()
    old, new = keeping.rotate(actor="office/steward", reason="a broken disk", now=NOW)
    assert old == lost
    said = Entry.objects.get(kind="key:rotated").facts
    assert (said["old"], said["new"], said["lost"]) == (lost.vkey, new.vkey, True)
    for signed in (bytes(Checkpoint.objects.get(size=4).note), act(4)):
        lines = note.parse(signed).unverified
        assert [(line.name, line.key_id) for line in lines] == [(new.name, new.key_id)]
    assert keeping.own_keys(NOW) == [new, lost]
    report = verifying.verify(keys=[lost, new])
    assert report.alarms == []
    assert "without the signature of the one before" in report.notes[0]


def test_an_older_key_put_back_signs_nothing(office: Path) -> None:
    older = (office / "keys" / "log.key").read_bytes()
    keeping.rotate(actor="office/steward", reason="yearly", now=NOW)
    (office / "keys" / "log.key").write_bytes(older)
    with pytest.raises(Refused, match="another one is in its place"):
        act(3)
    assert Checkpoint.objects.count() == 4


def test_a_crash_between_signing_and_putting_in_place_signs_with_both_again(
    office: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = own()
    with monkeypatch.context() as crash:
        crash.setattr("sampan.store.logkey.LogKeyring.promote", lambda *_: None)
        _, second = keeping.rotate(actor="office/steward", reason="yearly", now=NOW)
    assert own() == first
    signed = note.parse(act(3)).unverified
    assert [line.key_id for line in signed] == [second.key_id, first.key_id]
    assert own() == second
    assert alarms() == []


def test_records_that_are_gone_are_an_alarm(office: Path) -> None:
    (office / "parts" / "00").mkdir(parents=True)
    (office / "parts" / "00" / f"{'0' * 64}.parquet").touch()
    for model in (Entry, Checkpoint, LogKey, Head, Origin):
        model.objects.all().delete()
    report = verifying.verify()
    assert {alarm.where.partition("/")[0] for alarm in report.alarms} >= {"log", "parts"}
    assert [what for what in alarms() if "do not know" in what]
    shutil.rmtree(office / "keys")
    shutil.rmtree(office / "log")
    shutil.rmtree(office / "parts")
    assert alarms() == []
    for name in ("a", "b"):
        (office / "blobs" / name).touch()
    assert alarms() == ["2 originals are here and not one entry: the records are gone"]


def test_a_folder_of_tiles_that_no_record_speaks_of_is_an_alarm(office: Path) -> None:
    shutil.copytree(office / "log" / "1", office / "log" / "2")
    assert [alarm.where for alarm in verifying.verify().alarms] == ["log/2"]
    assert origins.current(NOW).pk == 1


@pytest.mark.parametrize("leads_to", ["log.key", "nowhere"])
def test_a_link_that_leads_nowhere_in_the_keys_place_is_an_alarm(office: Path, leads_to: str) -> None:
    key = office / "keys" / "log.key"
    key.unlink()
    key.symlink_to(key.with_name(leads_to))
    assert alarms() == ["the log's key cannot be read"]

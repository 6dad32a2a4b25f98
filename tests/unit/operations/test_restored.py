"""A log that goes on after a loss: which keys it takes from whom, whom it tells, and what it says to each."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from tests.unit.operations import two_parties

from sampan.log.note import Signer, Verifier
from sampan.model.errors import Refused, UserError
from sampan.operations import restoring
from sampan.operations.proving import keeping, news, offering, verifying
from sampan.operations.proving.shown import Evidence
from sampan.store import checkpoints, entries
from sampan.store.models import Entry, LogKey, Outbox
from sampan.vocab import telling

pytestmark = [pytest.mark.django_db(transaction=True, reset_sequences=True), pytest.mark.postgres]
NOW = datetime(2026, 8, 10, 8, 0, tzinfo=UTC)
MADE_AT = NOW.isoformat()
PASSPHRASE = "five words taken at random"


@pytest.fixture(autouse=True)
def office(home: Path, settings: Any) -> Path:
    """An office with two parties and three entries, all of it signed."""
    two_parties.opened(home, settings, NOW, checkpoint_seconds=0)
    append("job:retried", {}, hour=0)
    return home


def append(kind: str, facts: dict[str, Any], *parties: str, hour: int = 9) -> int:
    """An act and, at once, a checkpoint; the index of its entry."""
    at = NOW + timedelta(hours=hour)
    with transaction.atomic():
        index: int = entries.append(kind, facts, parties, at=at).index
    checkpoints.cut(at)
    return index


@dataclass
class Elsewhere:
    """What others hold once the disk is lost."""

    heads: list[bytes] = field(default_factory=list)
    receipts: list[bytes] = field(default_factory=list)
    rotation: bytes = b""
    export: bytes = b""
    new_key: str = ""


def lose(home: Path, *, rotated: bool) -> Elsewhere:
    """Acts after the backup, what others keep of them, and the home as the backup has it."""
    shutil.copytree(home, home.with_name("kept"))
    after, later = Elsewhere(), NOW + timedelta(hours=10)
    with transaction.atomic():
        if rotated:
            after.new_key = keeping.rotate(actor="office/steward", reason="yearly", now=later)[1].vkey
            (entry,) = Entry.objects.filter(kind="key:rotated")
            append("job:retried", {}, hour=11)
            append("job:retried", {}, hour=12)
            after.rotation = offering.prove(entry.index, later)
        first = append("delivery:kept", {"delivery": "D-482-917"}, "east", hour=13)
        signed = append("agreement:moved", {"agreement": "border", "state": "active"}, "south", "west", hour=14)
        after.receipts = [offering.prove(index, later) for index in (first, signed)]
        newest = checkpoints.published(checkpoints.origins.current(later))
        assert newest is not None
        after.heads, after.export = [bytes(newest.note)], keeping.export_keys(PASSPHRASE)
        transaction.set_rollback(True)
    shutil.rmtree(home)
    shutil.copytree(home.with_name("kept"), home)
    for name in ("log.key", "log.signed"):
        (home / "keys" / name).unlink(missing_ok=True)
    return after


def went_on(evidence: Evidence) -> restoring.Restored:
    done = restoring.go_on(evidence, NOW + timedelta(days=1), made_at=MADE_AT)
    assert done.alarms == verifying.verify().alarms == []
    return done


def test_evidence_signed_by_a_key_the_backup_does_not_know_is_not_called_false(office: Path) -> None:
    after = lose(office, rotated=True)
    key = Verifier.parse(after.new_key)
    with pytest.raises(UserError, match="not known here") as said:
        restoring.go_on(Evidence(after.heads), NOW, made_at=MADE_AT)
    assert f"{key.key_id:08x}" in said.value.what
    assert {"--keys", "--receipt", "--key"} <= set(said.value.do.replace("(", " ").replace(")", " ").split())
    with pytest.raises(UserError, match="not known here"):
        restoring.go_on(Evidence(receipts=after.receipts), NOW, made_at=MADE_AT)
    stranger = Signer.generate("another.example/log").verifier
    with pytest.raises(UserError, match=r"another\.example"):
        restoring.go_on(Evidence(after.heads, keys=[stranger]), NOW, made_at=MADE_AT)
    assert not Entry.objects.filter(kind="log:restored").exists()


@pytest.mark.parametrize("how", ["person", "receipt", "export"])
def test_a_key_changed_after_the_backup_is_learned(office: Path, how: str) -> None:
    after = lose(office, rotated=True)
    evidence = Evidence(
        after.heads,
        [*after.receipts, *([after.rotation] if how == "receipt" else [])],
        [Verifier.parse(after.new_key)] if how == "person" else [],
        keeping.public_keys(after.export, PASSPHRASE) if how == "export" else [],
    )
    done = went_on(evidence)
    assert done.learned_keys == {after.new_key: how}
    assert done.highest == 8
    assert (done.lost, len(done.lost_acts)) == ((3, 8), 3 if how == "receipt" else 2)
    assert Entry.objects.get(kind="log:restored").facts["old_keys"] == {after.new_key: how}
    assert verifying.verify(after.heads, [Verifier.parse(after.new_key)]).alarms == [], (
        "the office knows it from now on"
    )
    LogKey.objects.filter(vkey=after.new_key).delete()
    assert [alarm.what for alarm in verifying.verify().alarms] == ["a key that an entry names is not on record"]


def test_every_party_is_told_and_each_what_it_has_to_send_again(office: Path) -> None:
    after = lose(office, rotated=False)
    done = went_on(Evidence(after.heads, after.receipts))
    told = {one.to_party: one.facts for one in Outbox.objects.filter(kind="log:restored")}
    assert sorted(told) == sorted(done.told) == ["east", "north", "south", "west"]
    assert told["east"]["again"] == ["delivery:kept D-482-917 (2026-08-10)"]
    assert told["west"]["again"] == told["south"]["again"] == ["agreement:moved border (2026-08-10)"]
    assert told["north"]["again"] == []
    assert "D-482-917" in done.told["east"][-1]
    for party in ("north", "south", "west"):
        assert "D-482-917" not in " ".join(done.told[party]), "whose delivery was lost is its own party's to know"
    entry = Entry.objects.get(kind="log:restored")
    (read,) = [one for one in news.of_party("east") if one.kind == news.RESTORED]
    assert (read.entry, read.acts) == (
        entry.index, [{"kind": "delivery:kept", "subject": "D-482-917", "on": "2026-08-10"}],
    )  # fmt: skip
    for language in telling.LANGUAGES:
        for sentence in done.told["east"]:
            assert telling.told(sentence, language).language == language, sentence
    assert entry.parties == Entry.objects.get(kind="key:rotated").parties == "|east|north|south|west|"
    assert "D-482-917" not in (entry.body or "")
    assert [act["leaf"] for act in entry.facts["lost_acts"]] == [3, 4]


def test_a_checkpoint_of_another_log_is_refused(office: Path) -> None:
    after = lose(office, rotated=False)
    origin = checkpoints.origins.current(NOW).name
    with pytest.raises(Refused, match="is not the log of this backup"):
        restoring.go_on(Evidence([after.heads[0].replace(origin.encode(), b"another/log")]), NOW, made_at=MADE_AT)
    with pytest.raises(UserError, match="does not stand"):
        restoring.go_on(Evidence([after.heads[0][:-40] + b"\n"]), NOW, made_at=MADE_AT)

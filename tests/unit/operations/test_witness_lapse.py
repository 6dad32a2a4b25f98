"""A quorum that lapses with the clock: what is told, what waits, from when; and that one party alone stops nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from sampan.log.note import COSIGNATURE, Signer
from sampan.model.errors import Refused, UserError
from sampan.operations import homes, reminding
from sampan.operations.proving import cosigning, verifying, witnessing
from sampan.people.models import Party
from sampan.store import checkpoints, entries
from sampan.store.models import Entry, Outbox

pytestmark = [pytest.mark.django_db(transaction=True, reset_sequences=True), pytest.mark.postgres]
NOW = datetime(2026, 8, 10, 8, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def office(home: Path, settings: Any) -> None:
    """An office whose log was signed a year ago, and by nobody else."""
    home.mkdir(parents=True, exist_ok=True)
    settings.HOME, settings.CHECKPOINT_SECONDS = home, 0
    homes.opened()
    append(NOW - timedelta(days=365))


def append(now: datetime) -> None:
    with transaction.atomic():
        entries.append("job:retried", {}, at=now)
    checkpoints.cut(now)


def join(*parties: str, at: datetime = NOW) -> dict[str, Signer]:
    """A witness of each party."""
    made = {f"w{number}": Signer.generate(f"w{number}.example/w", COSIGNATURE) for number in range(len(parties))}
    for name, party in zip(made, parties, strict=True):
        witnessing.add(name, made[name].verifier.vkey, party, actor="office/steward", now=at)
    checkpoints.cut(at)
    return made


def answer(name: str, signer: Signer, now: datetime, folder: Path) -> None:
    asked = witnessing.request_for(name, now)
    keys = checkpoints.verifiers()
    _, line = cosigning.cosign(asked, cosigning.Desk(folder / f"{name}.seen", tuple(keys)), signer, now=now)
    witnessing.take_answer(line, now)


def waits(now: datetime) -> bool:
    return witnessing.state(now).routine_waits


def test_a_year_without_witnesses_is_not_held_against_those_who_come() -> None:
    join("north", "south", "east")
    assert witnessing.state(NOW).grade == "lapsed"
    assert not waits(NOW + timedelta(hours=71))
    assert waits(NOW + timedelta(hours=73))
    with pytest.raises(Refused, match="routine releases wait"):
        witnessing.let_go("release", NOW + timedelta(hours=73))


def test_of_two_either_is_enough_and_only_both_together_make_it_wait(tmp_path: Path) -> None:
    signers = join("north", "south")
    answer("w0", signers["w0"], NOW, tmp_path)
    append(NOW + timedelta(hours=90))
    assert witnessing.state(NOW + timedelta(hours=91)).grade == "witnessed"
    assert not waits(NOW + timedelta(hours=91))
    assert waits(NOW + timedelta(hours=90 + 73)), "both are silent: no single party did this"
    answer("w1", signers["w1"], NOW + timedelta(hours=165), tmp_path)
    assert not waits(NOW + timedelta(hours=165)), "one of them answers"
    assert verifying.verify().alarms == []


@pytest.mark.parametrize("parties", [("north",), ("north", "north", "north")])
def test_one_party_alone_stops_nothing_and_its_silence_is_told(parties: tuple[str, ...]) -> None:
    Party.objects.bulk_create(Party(code=code, name=code, kind="authority", made_at=NOW) for code in ("north", "south"))
    join(*parties)
    late = NOW + timedelta(days=30)
    assert witnessing.state(late).grade == "lapsed"
    assert not waits(late)
    reminding.remind(homes.opened(), "", late)
    reminding.remind(homes.opened(), "", late + timedelta(hours=1))
    told = Outbox.objects.filter(kind="log:lapsed").order_by("to_party")
    assert [(one.to_party, one.facts["routine_waits"]) for one in told] == [("north", False), ("south", False)]


def test_who_witnesses_concerns_every_party_and_a_name_is_given_once() -> None:
    Party.objects.create(code="south", name="South", kind="authority", made_at=NOW)
    join("north")
    witnessing.remove("w0", actor="office/steward", now=NOW)
    kinds = Entry.objects.filter(kind__startswith="witness:").order_by("index").values_list("kind", "parties")
    assert list(kinds) == [("witness:added", "|north|south|"), ("witness:removed", "|north|south|")]
    with pytest.raises(UserError, match="is, or was"):
        join("north")


def test_a_cosignature_that_is_only_said_is_an_alarm() -> None:
    join("north", "south")
    signed = checkpoints.published(checkpoints.origins.current(NOW))
    assert signed is not None
    signed.witnessed_at = NOW
    signed.save(update_fields=["witnessed_at"])
    (alarm,) = verifying.verify().alarms
    assert "no witness's cosignature stands" in alarm.what


def test_a_lost_answer_blocks_nobody(tmp_path: Path) -> None:
    (signer,) = join("north").values()
    keys = tuple(checkpoints.verifiers())
    memory = tmp_path / "w0.seen"
    lost, _ = cosigning.cosign(witnessing.request_for("w0", NOW), cosigning.Desk(memory, keys), signer, now=NOW)
    append(NOW + timedelta(hours=1))
    asked = witnessing.request_for("w0", NOW)
    with pytest.raises(UserError, match=f"the last one cosigned here has {lost.size}") as said:
        cosigning.cosign(asked, cosigning.Desk(memory, keys), signer, now=NOW)
    assert f"--from {lost.size}" in said.value.do
    asked = witnessing.request_for("w0", NOW, start=lost.size)
    head, line = cosigning.cosign(asked, cosigning.Desk(memory, keys), signer, now=NOW)
    assert witnessing.take_answer(line, NOW) == ["w0"]
    memory.unlink()  # and a witness that lost its memory begins again
    asked = witnessing.request_for("w0", NOW, start=0)
    assert cosigning.cosign(asked, cosigning.Desk(memory, keys), signer, now=NOW)[0] == head
    with pytest.raises(UserError, match="fewer than 99"):
        witnessing.request_for("w0", NOW, start=99)

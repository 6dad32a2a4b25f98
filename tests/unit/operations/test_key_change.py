"""A change of the log's key: everybody who knows the old key can learn the new one, and every party is told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from tests.unit.operations import two_parties

from sampan.log import note
from sampan.log.note import Verifier
from sampan.log.policy import Policy
from sampan.model.errors import Refused
from sampan.operations.proving import keeping, news, offering, verifying
from sampan.store import checkpoints, entries, origins
from sampan.store.models import Entry, Outbox

pytestmark = [pytest.mark.django_db(transaction=True, reset_sequences=True), pytest.mark.postgres]
NOW = datetime(2026, 8, 10, 8, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def office(home: Path, settings: Any) -> None:
    """An office of two parties that publishes a checkpoint every hour, and has published one."""
    two_parties.opened(home, settings, NOW, checkpoint_seconds=3600)
    checkpoints.cut(NOW)


def act(now: datetime, *, early: bool = False) -> bytes:
    with transaction.atomic():
        entries.append("job:retried", {}, at=now)
    signed = checkpoints.cut(now, early=early)
    assert signed is not None
    return bytes(signed.note)


def signers(content: bytes) -> set[int]:
    return {line.key_id for line in note.parse(content).unverified}


def published() -> bytes:
    found = checkpoints.published(origins.current(NOW))
    assert found is not None
    return bytes(found.note)


def test_both_keys_sign_until_it_is_published_that_they_do() -> None:
    old, new = keeping.rotate(actor="office/steward", reason="yearly", now=NOW)
    assert old is not None
    both = {old.key_id, new.key_id}
    assert signers(published()) == {old.key_id}, "the one cut at the change is shown to nobody"
    for minutes in (1, 2):
        assert signers(act(NOW + timedelta(minutes=minutes), early=True)) == both
    with pytest.raises(Refused, match="not published yet"):
        keeping.rotate(actor="office/steward", reason="again", now=NOW + timedelta(minutes=3))
    assert signers(act(NOW + HOUR)) == signers(published()) == both
    assert signers(act(NOW + 2 * HOUR)) == signers(published()) == {new.key_id}
    assert verifying.verify(keys=[old, new]).alarms == []
    keeping.rotate(actor="office/steward", reason="again", now=NOW + 2 * HOUR)


def test_every_party_is_told_and_can_prove_the_change_to_who_knows_the_old_key() -> None:
    old, new = keeping.rotate(actor="office/steward", reason="yearly", now=NOW)
    assert old is not None
    for hours in (1, 2, 3):
        act(NOW + hours * HOUR)
    entry = Entry.objects.get(kind="key:rotated")
    assert entry.parties == "|north|south|"
    proved = offering.check_proof(offering.prove(entry.index, NOW, party="south"), Policy((old,)))
    assert Verifier.parse(proved.facts["facts"]["new"]) == new
    told = Outbox.objects.filter(kind="key:rotated").order_by("to_party")
    assert [(one.to_party, one.facts["new"]) for one in told] == [("north", new.vkey), ("south", new.vkey)]
    (read,) = news.of_party("south")
    assert (read.entry, read.key == new.vkey, "the old key signed" in read.sentences[1]) == (
        entry.index, True, True,
    )  # fmt: skip

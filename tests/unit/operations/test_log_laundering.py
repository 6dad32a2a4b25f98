"""An entry somebody slipped in at the end makes nothing good that was changed before it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import models, transaction
from tests.stories import border
from tests.unit.operations.test_sharing import KH, NOW, VN, in_force, received

from sampan.operations import crosswalks, homes, receiving, settling, withdrawing
from sampan.operations.proving import verifying
from sampan.operations.receiving import Act
from sampan.store import bindings, entries
from sampan.store.entries import Draft
from sampan.store.home import Store
from sampan.store.models import AgreementVersion, CrosswalkEntry, Delivery, Entry, FindingRecord, Head, Part

pytestmark = [pytest.mark.django_db(transaction=True, reset_sequences=True), pytest.mark.postgres]
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def store(home: Path, tmp_path: Path, settings: Any) -> Store:
    """An agreement, two deliveries read, an answer that was approved later, and the first delivery erased."""
    home.mkdir(parents=True, exist_ok=True)
    settings.HOME = home
    border.lay(home)
    store = homes.opened()
    in_force()
    source = homes.source(store, "border-kh")
    received(store, tmp_path, "border-kh", border.KH_WEEK + "Svay Rieng,2026-W31,AWDx,2\n", KH)
    finding = FindingRecord.objects.get(term="AWDx")
    settling.settle(store, source, finding.code, settling.Answer("acute-watery-diarrhoea"), Act("office/steward", NOW))
    crosswalks.approve({source.id: source}, [CrosswalkEntry.objects.get().pk], KH, NOW)
    received(store, tmp_path, "border-kh", border.KH_WEEK.replace(",14", ",31"), KH, LATER)
    with receiving.original(store, Delivery.objects.latest("pk"), Act(KH, LATER), why="to see it"):
        pass
    withdrawing.withdraw(
        store, Delivery.objects.earliest("pk").code, reason="wrong book", actor=KH, now=LATER, erase=True
    )
    return store


@contextmanager
def forged(kind: str, facts: dict[str, Any], parties: list[str], rows: Sequence[models.Model] = ()) -> Iterator[int]:
    """An entry as somebody with the disk writes it, whatever the program would refuse; gone afterwards."""
    before = Head.objects.get()
    binds = dict(entries.TABLES)
    try:
        entries.TABLES[kind] = frozenset(name for tables in binds.values() for name in tables)
        with transaction.atomic():
            (index,) = entries.append_many([Draft(kind, facts, parties, None, rows)], at=LATER)
    finally:
        entries.TABLES.update(binds)
    yield index
    Entry.objects.filter(index=index).delete()
    before.save()


def alarms() -> list[str]:
    return [alarm.what for alarm in verifying.verify().alarms]


def test_nothing_that_an_added_entry_says_makes_a_change_good(store: Store) -> None:
    assert verifying.verify().alarms == [], "an erasure takes back nothing that was said after what it destroys"
    _agreements()
    _openings()
    _facts()
    assert alarms() == []


def _agreements() -> None:
    agreement = AgreementVersion.objects.get()
    text = agreement.text
    AgreementVersion.objects.update(text=text + "# more\n")
    assert alarms() == ["a row is not what the log says of it"]
    with forged("staff:read", {"what": "x"}, [], [agreement]):
        assert set(alarms()) == {
            "an entry of staff:read says what it has no say in: store_agreementversion",
            "a row is not what the log says of it",
        }
    with forged("agreement:moved", dict(_moved()), [], [agreement]):
        assert alarms() == ["the entry that says what a row is does not concern its owner"]
    AgreementVersion.objects.update(text=text)


def _openings() -> None:
    """Openings of a delivery that stands are destroyed, and an erasure is written that names them."""
    erased, other = Delivery.objects.order_by("pk")
    opened = Entry.objects.filter(kind="original:opened", delivery=other, salt__isnull=False).latest("index")
    Entry.objects.filter(index=opened.index).update(salt=None, body=None)
    gone = "the opening of an entry is gone and no erasure says so"
    assert alarms() == [gone]
    own = "an erasure that is not of one delivery, once, before its owner"
    for facts, rows in (
        ({"erases": [opened.index]}, []),
        ({"delivery": other.code, "erases": [opened.index]}, [other]),
        ({"delivery": erased.code, "erases": [opened.index]}, [erased]),
    ):
        with forged("delivery:erased", facts, [erased.party], rows):
            assert own in alarms()
            assert gone in alarms()
    Entry.objects.filter(index=opened.index).update(delivery=erased)
    assert gone in alarms()
    Entry.objects.filter(index=opened.index).update(salt=opened.salt, body=opened.body, delivery=other)


def _facts() -> None:
    """Records that fit their last digest, and not what the entries state."""
    other = Delivery.objects.latest("pk")
    part = Part.objects.filter(delivery=other).first()
    assert part is not None
    kept = part.kind
    Part.objects.filter(pk=part.pk).update(kind=Part.Kind.SET_ASIDE)
    with forged("version:committed", {"delivery": other.code, "version": 1}, [other.party], [part]):
        assert alarms() == ["the list of a delivery's parts is not the one its entries state"]
    Part.objects.filter(pk=part.pk).update(kind=kept)
    agreement, parties = AgreementVersion.objects.get(), [KH.split("/")[0], VN.split("/")[0]]
    AgreementVersion.objects.update(state="terminated")
    with forged("agreement:moved", dict(_moved()), parties, [agreement]):
        assert alarms() == ["an agreement is not in the state that its last step led to"]
    AgreementVersion.objects.update(state=agreement.state)
    finding = FindingRecord.objects.get(term="AWDx")
    assert finding.answer["value"] == "acute-watery-diarrhoea"
    with forged("finding:settled", {"finding": finding.code, "value": "cholera"}, [finding.owner]):
        assert alarms() == ["a finding has not the answer that it was given"]


def _moved() -> dict[str, Any]:
    """The facts of a step that leads where the agreement is already."""
    last = Entry.objects.filter(kind="agreement:moved").latest("index").facts
    return last | {"from": last["to"]}


def test_an_act_binds_its_own_tables_and_is_tied_to_a_delivery_only_where_it_says_so(store: Store) -> None:
    agreement, delivery = AgreementVersion.objects.get(), Delivery.objects.latest("pk")
    with pytest.raises(ValueError, match="binds no row of store_agreementversion"), transaction.atomic():
        entries.append("staff:read", {}, [], rows=[agreement])
    with pytest.raises(ValueError, match="not tied to a delivery"), transaction.atomic():
        entries.append("staff:read", {}, [], delivery=delivery)
    assert bindings.changed({f"store_delivery/{delivery.pk}": "0"}) == {f"store_delivery/{delivery.pk}"}

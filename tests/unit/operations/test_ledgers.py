"""The office's ledgers of what was told: read from older homes, and silent towards whoever reads the log."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.stories import border
from tests.unit.operations.test_sharing import KH, NOW, VN, asked, in_force, out, received

from sampan.operations import belonging, homes
from sampan.operations.sharing import ledgers
from sampan.sharing.disclosure.ledger import Ledger, Row
from sampan.store import bindings
from sampan.store.home import Store
from sampan.store.models import DisclosureLedger

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def store(home: Path) -> Store:
    home.mkdir(parents=True, exist_ok=True)
    border.lay(home)
    return homes.opened()


def test_what_a_recipient_reads_in_the_log_is_alike_for_a_count_held_back_and_for_none(
    store: Store, tmp_path: Path
) -> None:
    in_force()
    received(store, tmp_path, "border-kh", border.KH_WEEK.replace("14", "3"), KH)
    days = {"conditions": "[acute-watery-diarrhoea]", "data": "{from: 2026-07-20, to: 2026-07-26}"}
    out(store, asked(tmp_path, VN, "KH-20", **days), tmp_path)
    out(store, asked(tmp_path, VN, "KH-20", conditions=days["conditions"]), tmp_path)
    none, held = (one.facts for one in belonging.log("vn-37", 9) if one.kind == "release:granted")
    told_apart = {name for name in {*none, *held} if none.get(name) != held.get(name)}
    assert told_apart == {"release", "request", "table_seal"}


def test_nobody_tries_out_small_counts_against_the_digest_of_a_ledger(store: Store, tmp_path: Path) -> None:
    """A proof shows digests of the rows of its act; who knows all but one small count must find none of its own."""
    in_force()
    received(store, tmp_path, "border-kh", border.KH_WEEK.replace("14", "3"), KH)
    out(store, asked(tmp_path, VN, "KH-20", conditions="[acute-watery-diarrhoea]"), tmp_path)
    [kept] = DisclosureLedger.objects.all()
    [bound] = bindings.digests([kept]).values()
    kept.content = Ledger.from_dict(kept.content).as_dict()  # the right guess
    kept.save()
    assert bindings.digests([kept]) != {bindings.name_of(kept): bound}


@pytest.mark.usefixtures("store")
def test_what_older_homes_told_of_deaths_stands_beside_the_cases() -> None:
    """Each measure, and each condition, had a ledger of its own; pieces name what they are a count of."""
    own = Ledger((Row("R-1", "vn-37", "2026-08-04", ("a#0", "piece|1|2|deaths#0")),), versions={"a": (7,)})
    for condition, measure in (("malaria-falciparum", "deaths"), ("malaria", "admissions"), ("malaria", "cases")):
        keys = {"key": f"border-kh|{condition}|{measure}", "content": own.as_dict(), "changed_at": NOW}
        DisclosureLedger.objects.create(**keys)
    assert ledgers.of("border-kh", "malaria", "deaths") == ledgers.of("border-kh", "malaria-falciparum", "cases")
    found = ledgers.of("border-kh", "malaria", "cases")
    assert found.versions == {"a": (7,), "a|malaria-falciparum|deaths": (7,), "a|admissions": (7,)}
    names = {term for row in found.rows for term in row.terms}
    assert names == {"a#0", "a|malaria-falciparum|deaths#0", "a|admissions#0", "piece|1|2|deaths#0"}

"""The office as a recipient: what it does with a deposit of somebody who joined, before and after there are terms."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.stories import border

from sampan.operations import homes, receiving
from sampan.operations.receiving import Act
from sampan.operations.sharing import deposits, making, standard_terms
from sampan.people.models import Party
from sampan.store.figures import Asked, latest
from sampan.store.home import Store
from sampan.store.models import AgreementVersion, Entry

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]
NOW = datetime(2026, 8, 4, 2, tzinfo=UTC)
KH, HEAD = "kh-20/surveillance", "kh-20/director"


@pytest.fixture
def store(home: Path) -> Store:
    home.mkdir(parents=True, exist_ok=True)
    border.lay(home)
    return homes.opened()


def sent(store: Store, folder: Path, text: str = border.KH_WEEK) -> receiving.Receipt:
    path = border.written(folder / "kh.csv", text)
    return receiving.receive(store, homes.source(store, "border-kh"), path, Act(KH, NOW))


def joined() -> None:
    Party.objects.create(code="kh-20", name="Svay Rieng", kind="authority", country="KH", made_at=NOW)


def test_an_owner_that_never_joined_works_on_its_own_file(store: Store, tmp_path: Path) -> None:
    assert sent(store, tmp_path).state == "committed"
    source = homes.source(store, "border-kh")
    assert deposits.may(store, source, "harmonise", NOW) is None
    for purpose in ("compare", "estimate", "publish"):
        assert deposits.may(store, source, purpose, NOW) is not None


def test_without_terms_a_deposit_is_kept_and_not_read_until_there_are(store: Store, tmp_path: Path) -> None:
    joined()
    receipt = sent(store, tmp_path)
    assert (receipt.state, receipt.balance) == ("kept", {})
    assert "no deposit terms of kh-20 in force" in receipt.notes[0]
    assert latest(store, Asked()).height == 0
    assert not Entry.objects.filter(kind="original:opened").exists()
    assert standard_terms.adopt("kh-20", "Svay Rieng", "KH", HEAD, NOW) is not None
    [read] = receiving.resume(store, Act(HEAD, NOW))
    assert read.state == "committed"
    assert not any("deposit terms" in note for note in read.notes)
    assert latest(store, Asked()).height == 2


def test_the_standard_terms_let_the_office_check_and_nothing_else(store: Store) -> None:
    joined()
    standard_terms.adopt("kh-20", "Svay Rieng", "KH", HEAD, NOW)
    [record] = AgreementVersion.objects.all()
    assert (record.state, record.kind) == ("in-force", "deposit")
    assert record.acts.get(verb="verify").note == f"sha256:{record.digest}"
    source = homes.source(store, "border-kh")
    for purpose in deposits.OWN_WORK:
        assert deposits.may(store, source, purpose, NOW) is None
    for purpose in ("compare", "estimate", "publish"):
        stopped = deposits.may(store, source, purpose, NOW)
        assert stopped is not None
        assert stopped.outcome == "deny"
    assert standard_terms.adopt("kh-20", "Svay Rieng", "KH", HEAD, NOW) is None


def test_suspended_terms_stop_the_reading(store: Store, tmp_path: Path) -> None:
    joined()
    standard_terms.adopt("kh-20", "Svay Rieng", "KH", HEAD, NOW)
    making.move("deposit-kh-20", "suspend", HEAD, NOW)
    assert sent(store, tmp_path).state == "kept"


def test_an_owner_that_does_not_let_its_figures_be_checked_is_laid_beside_nobody(store: Store) -> None:
    source = homes.source(store, "border-kh")
    assert deposits.checkable(store, [source], NOW) == {"border-kh"}
    joined()
    assert deposits.checkable(store, [source], NOW) == frozenset()
    text = standard_terms.text_for("kh-20", "Svay Rieng", "KH", (HEAD,), NOW).replace("  - cross-check\n", "")
    making.propose(text, "d.yml", standard_terms.STAFF, NOW)
    making.move("deposit-kh-20", "agree", HEAD, NOW)
    making.move("deposit-kh-20", "verify", HEAD, NOW, paper=b"signed")
    for post in (standard_terms.STAFF, HEAD):
        making.move("deposit-kh-20", "activate", post, NOW)
    assert deposits.may(store, source, "harmonise", NOW) is None
    assert deposits.checkable(store, [source], NOW) == frozenset()


def test_an_organisation_of_no_country_gets_terms_that_can_work(store: Store) -> None:
    record = standard_terms.adopt("network", "The network", "", "network/coordinator", NOW)
    assert record is not None
    assert record.state == "in-force"

"""Deposit terms that close what stood: it must stand no more, the original stays, and wider terms bring it back."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.conftest import Sampan
from tests.inside import runner
from tests.stories import banks, border

from sampan.store.models import Delivery, Entry

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]
KH, CODE = "kh-20/surveillance", "deposit-kh-20"
WEEK = "province,week,disease,cases\nSvay Rieng,2026-W31,dengue,9\nSvay Rieng,2026-W31,cholera,4\n"


@pytest.fixture
def sampan(capsys: pytest.CaptureFixture[str], home: Path, tmp_path: Path) -> Sampan:
    """The command in this process, in a home where Svay Rieng's terms are in force and two conditions stand."""
    banks.lay(home)
    sampan = runner(capsys)
    banks.terms(sampan, tmp_path, "kh-20", "KH", banks.COMPARE)
    sampan("receive", banks.OWN, border.written(tmp_path / "kh.csv", WEEK), "--actor", KH, code=None)
    assert standing(sampan) == {"cholera": 4, "dengue": 9}
    return sampan


def standing(sampan: Sampan, *more: str) -> dict[str, int]:
    rows = sampan("observations", "--source", banks.OWN, *more, "--json").json
    return {row["condition"]: row["value"] for row in rows}


def renewed(sampan: Sampan, folder: Path, version: int, before: str, after: str) -> None:
    """Another version of the terms, from proposal to force."""
    text = banks.DEPOSIT.format(id=CODE, party="kh-20", country="KH", purposes=banks.COMPARE, minimum=1)
    assert before in text
    text = text.replace("version: 1", f"version: {version}").replace(before, after)
    sampan("agreements", "propose", border.written(folder / "terms.yml", text), "--post", KH)
    sampan("agreements", "move", CODE, "agree", "--post", "office/steward")
    sampan("agreements", "move", CODE, "verify", "--post", KH, "--paper", border.written(folder / "p.pdf", "signed"))
    sampan("agreements", "move", CODE, "activate", "--post", KH)
    sampan("agreements", "move", CODE, "activate", "--post", "office/steward")


@pytest.mark.parametrize(("conditions", "left"), [("dengue", {"dengue": 9}), ("measles", {})])
def test_what_tightened_terms_do_not_name_stands_no_more_until_they_do(
    sampan: Sampan, tmp_path: Path, conditions: str, left: dict[str, int]
) -> None:
    before = Entry.objects.latest("index").at
    renewed(sampan, tmp_path, 2, "conditions: any", f"conditions: [{conditions}]")
    assert standing(sampan) == left
    opened = Entry.objects.filter(kind="original:opened").latest("index")
    assert opened.facts["why"] == "the owner's deposit terms changed"
    assert standing(sampan, "--as-of", before.isoformat()) == {"cholera": 4, "dengue": 9}, "as it was known then"
    renewed(sampan, tmp_path, 3, "conditions: any", "conditions: any")
    assert standing(sampan) == {"cholera": 4, "dengue": 9}
    sampan("log", "verify")


def test_suspended_terms_leave_the_original_alone_and_resumed_ones_bring_the_figures_back(sampan: Sampan) -> None:
    sampan("agreements", "move", CODE, "suspend", "--post", KH)
    assert standing(sampan) == {}
    delivery = Delivery.objects.get()
    assert delivery.state == "kept"
    assert "no deposit terms of kh-20 in force" in delivery.gate_reason
    assert Entry.objects.filter(kind="delivery:only-kept").count() == 1
    assert sampan("log", "verify").out
    for post in (KH, "office/steward"):
        sampan("agreements", "move", CODE, "activate", "--post", post)
    assert standing(sampan) == {"cholera": 4, "dengue": 9}
    sampan("log", "verify")


def test_rows_that_the_owner_keeps_closed_ask_nobody(sampan: Sampan, tmp_path: Path) -> None:
    renewed(sampan, tmp_path, 2, "conditions: any", "conditions: [dengue]")
    closed = border.written(tmp_path / "w32.csv", WEEK.replace("W31", "W32"))
    assert "closed to the office: 1." in sampan("receive", banks.OWN, closed, "--dry-run", "--actor", KH, code=0).out
    said = sampan("receive", banks.OWN, closed, "--actor", KH, "--json", code=0).json
    assert (said["set_aside"], said["findings"]) == (1, {"closed-to-office": 1})
    asked = border.written(tmp_path / "w33.csv", WEEK.replace("W31", "W33") + "Blorg,2026-W33,dengue,2\n")
    assert sampan("receive", banks.OWN, asked, "--actor", KH, "--json", code=3).json["set_aside"] == 2


def test_terms_that_close_nothing_that_stands_cause_no_reading(sampan: Sampan, tmp_path: Path) -> None:
    renewed(sampan, tmp_path, 2, "conditions: any", "conditions: [dengue, cholera]")
    assert standing(sampan) == {"cholera": 4, "dengue": 9}
    assert not Entry.objects.filter(kind="original:opened").exists()

"""The office as a recipient: what it does with a deposit of somebody who joined, before and after there are terms."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest
from tests.stories import border

from sampan.model.observations import CASE
from sampan.operations import closing, homes, receiving
from sampan.operations.receiving import Act
from sampan.operations.sharing import deposits, making, standard_terms
from sampan.people.models import Party
from sampan.sharing.agreements.check import remarks
from sampan.sharing.agreements.parse import agreement_of
from sampan.sharing.agreements.say import sentences
from sampan.sharing.fragment import known
from sampan.store.figures import Asked, latest, latest_cases
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


MIXED = border.KH_WEEK + "Svay Rieng,2026-W31,HIV,6\n"
TERMS = (("conditions: any", "conditions: [dengue, acute-watery-diarrhoea]"), ("places: any", "places: [KH-20]"))


def in_force(*changes: tuple[str, str], version: int = 1, more: str = "") -> None:
    """Deposit terms of Svay Rieng, the standard ones with these words changed and these clauses added."""
    text = standard_terms.text_for("kh-20", "Svay Rieng", "KH", (HEAD,), NOW).replace(
        "version: 1", f"version: {version}"
    )
    for before, after in changes:
        assert before in text, before
        text = text.replace(before, after)
    text, office, at = text.replace("\nterms:", f"{more}\nterms:"), "office/staff", NOW + timedelta(days=version - 1)
    code = making.propose(text, "terms.yml", HEAD, at).code
    making.move(code, "agree", office, at)
    making.move(code, "verify", HEAD, at, paper=b"signed")
    for post in (HEAD, office):
        making.move(code, "activate", post, at)


def standing(store: Store) -> list[tuple[str, int]]:
    return sorted((row["condition"], row["value"]) for row in latest(store, Asked()).to_dicts())


def test_what_the_terms_do_not_name_is_set_aside_until_terms_do(store: Store, tmp_path: Path) -> None:
    joined()
    in_force()
    receipt = sent(store, tmp_path, MIXED)
    assert standing(store) == [("acute-watery-diarrhoea", 14), ("cholera", 0)], "HIV is closed unless it is named"
    assert (receipt.balance["observed"], receipt.balance["set_aside"]) == (2, 1)
    assert receipt.findings["closed-to-office"] == 1
    assert receiving.resume(store, Act(HEAD, NOW)) == []
    opened = ("conditions: any", "conditions: [hiv, acute-watery-diarrhoea]")
    in_force(opened, version=2)
    [read] = receiving.resume(store, Act(HEAD, NOW + timedelta(days=2)))
    assert read.balance["set_aside"] == 0
    assert standing(store) == [("acute-watery-diarrhoea", 14), ("cholera", 0), ("hiv", 6)]
    assert receiving.resume(store, Act(HEAD, NOW + timedelta(days=2))) == []


def test_terms_that_name_places_and_conditions_open_those_and_no_more(store: Store, tmp_path: Path) -> None:
    joined()
    in_force(*TERMS)
    sent(store, tmp_path, MIXED + "Prey Veng,2026-W31,dengue,7\nSvay Rieng,2026-W31,dengue,8\n")
    assert standing(store) == [("acute-watery-diarrhoea", 14), ("cholera", 0), ("dengue", 8)]


FORBIDDEN = """
- clause: none-of-cholera
  effect: prohibit
  from: kh-20
  to: [office/steward]
  purposes: [PURPOSE]
  sources: any
  conditions: [cholera]
  measures: any
  places: any
"""


@pytest.mark.parametrize(("purpose", "left"), [("harmonise", 1), ("cross-check", 2)])
def test_a_prohibition_of_one_condition_closes_it_for_that_purpose(
    store: Store, tmp_path: Path, purpose: str, left: int
) -> None:
    joined()
    in_force(more=FORBIDDEN.rstrip().replace("PURPOSE", purpose))
    sent(store, tmp_path)
    assert len(standing(store)) == left
    source = homes.source(store, "border-kh")
    spoken = [("cholera", "KH-20", "cases"), ("dengue", "KH-20", "cases")]
    assert deposits.closed(store, source, purpose, spoken, NOW) == {spoken[0]}
    both = latest(store, Asked())
    kept = closing.beside(store, source, both, NOW)
    assert ("cholera" in kept["condition"].to_list()) == (left == 1 and "cholera" in both["condition"].to_list())


def test_lists_of_cases_are_laid_beside_figures_only_for_conditions_that_are_open(store: Store) -> None:
    joined()
    in_force(more=FORBIDDEN.rstrip().replace("PURPOSE", "cross-check"))
    rows = [{"source": "border-kh", "condition": one} for one in ("cholera", "dengue", "hiv")]
    cases = pl.DataFrame(rows, schema={name: CASE[name] for name in ("source", "condition")})
    for reader in ("border-kh", "border-vn"):
        kept = closing.beside(store, homes.source(store, reader), cases, NOW)
        assert kept["condition"].to_list() == ["dengue"], reader


LISTED = """
id: list-kh
title: List of Svay Rieng (invented)
owner: kh-20
country: KH
kind: cases
practice: border-weekly
invented: true
read: {format: csv, batch_rows: 2}
delivery: {mode: increment}
dates: {order: ymd}
columns: {case_id: number, place_residence: province, report_date: reported, condition: disease}
"""
CASES = "number,province,reported,disease\n" + "".join(
    f"{number},Svay Rieng,2026-07-2{number},{disease}\n"
    for number, disease in enumerate(("dengue", "HIV", "dengue", "HIV", "cholera"), start=1)
)


def test_of_a_list_the_cases_that_the_terms_keep_closed_enter_no_figure(store: Store, tmp_path: Path) -> None:
    folder = store.root / "sources" / "list-kh"
    folder.mkdir()
    (folder / "source.yml").write_text(LISTED.lstrip(), encoding="utf-8")
    joined()
    in_force()
    path = border.written(tmp_path / "list.csv", CASES)
    receipt = receiving.receive(store, homes.source(store, "list-kh"), path, Act(KH, NOW))
    told = {name: receipt.balance[name] for name in ("rows_in", "observed", "set_aside", "cases_observed")}
    assert told == {"rows_in": 5, "observed": 3, "set_aside": 2, "cases_observed": 3}
    assert sorted(latest_cases(store, Asked())["condition"].to_list()) == ["cholera", "dengue", "dengue"]
    assert receipt.findings["closed-to-office"] == 1


WEEKS = "province,week,disease,cases\n" + "".join(f"Svay Rieng,2026-W{week},dengue,{week}\n" for week in (10, 20, 30))


@pytest.mark.parametrize(
    ("days", "left"),
    [
        ("data_from: 2026-05-11", [20, 30]), ("data_from: 2026-05-12", [30]),
        ("data_to: 2026-05-17", [10, 20]), ("data_to: 2026-05-16", [10]),
        ("data_from: 2026-05-01\n  data_to: 2026-06-01", [20]), ("data_from: 2027-01-01", []),
    ],
)  # fmt: skip
def test_terms_that_name_days_are_asked_about_the_days_of_the_data(
    store: Store, tmp_path: Path, days: str, left: list[int]
) -> None:
    joined()
    in_force(("places: any", f"places: any\n  {days}"))
    sent(store, tmp_path, WEEKS)
    assert [value for _, value in standing(store)] == left


def test_terms_that_do_not_let_the_office_keep_leave_the_original_unopened(store: Store, tmp_path: Path) -> None:
    joined()
    in_force(("  - keep\n", ""))
    assert sent(store, tmp_path).state == "kept"
    assert not Entry.objects.filter(kind="original:opened").exists()


def test_a_check_of_terms_says_what_keep_and_estimate_open() -> None:
    text = standard_terms.text_for("kh-20", "Svay Rieng", "KH", (HEAD,), NOW).replace(
        "  - keep\n", "  - estimate\n  - publish\n"
    )
    agreement = agreement_of(text, "terms.yml")
    said = " ".join(str(one) for one in remarks(agreement, known.domains(posts=[HEAD], owners={}, countries=["KH"])))
    assert "estimate opens nothing today" in said and "publish opens nothing today" in said
    spoken = [line for lines in sentences(agreement).values() for line in lines]
    assert "Opens nothing today, since this office does not do it yet: estimating, publishing by the office." in spoken
    whole = standard_terms.text_for("kh-20", "Svay Rieng", "KH", (HEAD,), NOW)
    assert not any("Opens nothing today" in line for line in sentences(agreement_of(whole, "t"))["clause care"])
    assert "no clause names the purpose keep" in said


def test_what_others_count_is_laid_beside_a_file_whose_source_stands_in_no_folder(store: Store, tmp_path: Path) -> None:
    sent(store, tmp_path)
    counted = latest(store, Asked(sources=["border-kh"]))
    assert counted.height
    apart = replace(homes.source(store, "border-kh"), id="apart")
    assert closing.beside(store, apart, counted, NOW).height == counted.height

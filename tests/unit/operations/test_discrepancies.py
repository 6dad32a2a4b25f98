"""Two figures for one thing through its commands: told alone, opened by consent or terms, agreed, or not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.codes import nth
from tests.conftest import Sampan
from tests.inside import runner
from tests.stories import banks, border

from sampan.cli import discrepancies as cli
from sampan.model.discrepancies import CAUSES
from sampan.operations.discrepancies import showing
from sampan.vocab import telling
from sampan.web.discrepancies import words

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]
KH, VN = "kh-20/surveillance", "vn-37/surveillance"
CLOSED_GATE = """
country: VN
rules:
  - {rule: VN-own, gate: to-office, step: province, post: vn-37/director, mode: per-release, law: an invented one}
"""


@pytest.fixture
def sampan(capsys: pytest.CaptureFixture[str], home: Path) -> Sampan:
    """The command in this process."""
    return runner(capsys)


def _list(sampan: Sampan, post: str) -> list[dict[str, Any]]:
    return sampan("discrepancies", "list", "--post", post, "--json").json


def _started(sampan: Sampan, home: Path, folder: Path, kh: str, vn: str, *, gate: bool = False) -> None:
    banks.lay(home)
    if not gate:
        banks.open_gate(home)
    banks.deliver(sampan, folder)
    banks.terms(sampan, folder, "kh-20", "KH", kh)
    banks.terms(sampan, folder, "vn-37", "VN", vn)


def test_the_command_has_words_for_all_that_a_page_has_words_for():
    assert set(cli.STATES) == set(words.STATE_WORDS) and set(cli.KINDS) == set(words.KIND_WORDS)
    assert set(cli.WAITS) == set(words.WAIT_WORDS) and set(cli.CAUSES_SAID) == {"", *CAUSES}
    said = {*cli.STATES.values(), *cli.WAITS.values(), *cli.KINDS.values(), *cli.CAUSES_SAID.values()} - {""}
    assert [one for one in said for language in ("km", "vi") if telling.tell(one, language) == one] == []


def test_without_any_leave_nothing_is_compared_and_nobody_is_told(sampan: Sampan, home: Path, tmp_path: Path):
    banks.lay(home)
    banks.deliver(sampan, tmp_path)
    assert _list(sampan, KH) == _list(sampan, VN) == []


def test_where_both_allowed_comparing_the_case_is_open_to_both_and_ends_in_a_figure(
    sampan: Sampan, home: Path, tmp_path: Path
):
    _started(sampan, home, tmp_path, banks.COMPARE, banks.COMPARE)
    [mine], [theirs] = _list(sampan, KH), _list(sampan, VN)
    assert mine["sides"] == theirs["sides"], "both sides see the same order"
    assert (mine["state"], mine["basis"]) == ("open", "terms")
    values = {
        side["owner"]: [figure["value"] for figure in said]
        for side, said in zip(mine["sides"], mine["evidence"][-1]["sides"], strict=True)
    }
    assert values == {"kh-20": [9, 14], "vn-37": [12, 14]}
    assert mine["evidence"][-1]["differ"] == ["2026-07-27"]
    sampan("discrepancies", "explain", nth("X", 1), "--post", VN, "--language", "vi", "--text", "Ba người khám hai lần")
    before = sampan("observations", "--format", "csv").out
    day = ["--figure", "2026-07-27=9"]
    refused = sampan("discrepancies", "agree", nth("X", 1), "--post", KH, code=2)
    assert "proposed nothing" in refused.err
    sampan("discrepancies", "propose", nth("X", 1), "--post", KH, "--cause", "double-entry", *day)
    assert sampan("discrepancies", "agree", nth("X", 1), "--post", KH, code=2), "nobody agrees with itself"
    sampan("discrepancies", "agree", nth("X", 1), "--post", VN)
    [after] = _list(sampan, KH)
    assert (after["state"], after["cause"], after["agreed"]) == ("agreed", "double-entry", {"2026-07-27": 9})
    assert [word["kind"] for word in after["words"]] == ["explain", "propose", "agree"]
    shown = sampan("--lang", "vi", "discrepancies", "show", nth("X", 1), "--post", KH).out
    told = ("đã thống nhất một con số", "ngày đầu", "giải thích con số", "cùng bệnh nhân trong cả hai danh sách")
    assert [words for words in told if words not in " ".join(shown.split())] == []
    assert "Ba người khám hai lần" in shown, "what people wrote stays as they wrote it"
    assert "ភាពខុសគ្នា" in sampan("--lang", "km", "discrepancies", "list", "--post", KH).out
    assert sampan("observations", "--format", "csv").out == before, "originals stay"
    assert sampan("log", "verify", "--json").code == 0


def test_one_that_is_told_alone_learns_nothing_of_the_other_until_both_consent(
    sampan: Sampan, home: Path, tmp_path: Path
):
    _started(sampan, home, tmp_path, banks.CHECK, banks.COMPARE, gate=True)
    [mine], [theirs] = _list(sampan, KH), _list(sampan, VN)
    assert mine["state"] == theirs["state"] == "apart"
    assert "vn" not in str(mine).lower().replace("environment", "")
    assert "kh-20" not in str(theirs) and "own-kh" not in str(theirs)
    alone = sampan("discrepancies", "show", nth("X", 1), "--post", VN, "--json").json
    sampan("discrepancies", "consent", nth("X", 1), "--post", KH)
    assert sampan("discrepancies", "show", nth("X", 1), "--post", VN, "--json").json == alone, "not even the consent"
    told = sampan("discrepancies", "consent", nth("X", 1), "--post", VN, "--json").json
    assert told["state"] == "apart"
    assert [stop["post"] for stop in told["stops"]] == [banks.MINISTRY], "the ministry passes what leaves the country"
    sampan("discrepancies", "consent", nth("X", 1), "--post", banks.MINISTRY)
    [opened] = _list(sampan, KH)
    assert (opened["state"], opened["basis"]) == ("open", "consent")
    for post in (KH, VN):
        sampan("discrepancies", "differ", nth("X", 1), "--post", post, "--cause", "place")
    assert [one["state"] for one in _list(sampan, VN)] == ["differ"]


def test_a_correction_ends_a_case_and_a_third_party_sees_nothing(sampan: Sampan, home: Path, tmp_path: Path):
    _started(sampan, home, tmp_path, banks.COMPARE, banks.COMPARE)
    assert [one["state"] for one in _list(sampan, KH)] == ["open"]
    assert _list(sampan, "la-11/surveillance") == []
    other = sampan("discrepancies", "show", nth("X", 1), "--post", "la-11/surveillance", code=4)
    none = sampan("discrepancies", "show", nth("X", 9), "--post", "la-11/surveillance", code=4)
    assert other.err.replace(nth("X", 1), nth("X", 9)) == none.err
    corrected = border.written(tmp_path / "vn2.csv", banks.VN.replace("12", "9"))
    sampan("receive", banks.ABROAD, corrected, "--actor", banks.MINISTRY, code=None)
    [after] = _list(sampan, KH)
    assert (after["state"], len(after["evidence"])) == ("equal", 2)


def test_small_figures_stay_out_of_what_terms_let_be_compared(sampan: Sampan, home: Path, tmp_path: Path):
    banks.lay(home)
    banks.open_gate(home)
    banks.deliver(sampan, tmp_path, vn=banks.VN.replace("12", "3"))
    banks.terms(sampan, tmp_path, "kh-20", "KH", banks.COMPARE, minimum=5)
    banks.terms(sampan, tmp_path, "vn-37", "VN", banks.COMPARE, minimum=5)
    assert _list(sampan, KH) == [], "three is below the minimum of five: nothing differs that may be seen"


@pytest.mark.parametrize("how", ["withdrawn", "denied"])
def test_what_rests_on_figures_taken_back_is_there_for_nobody(sampan: Sampan, home: Path, tmp_path: Path, how: str):
    _started(sampan, home, tmp_path, banks.COMPARE, banks.COMPARE)
    assert [one["state"] for one in _list(sampan, KH)] == ["open"]
    sampan("discrepancies", "propose", nth("X", 1), "--post", VN, "--cause", "place", "--figure", "2026-07-27=9")
    sampan("discrepancies", "agree", nth("X", 1), "--post", KH)
    assert showing.open_count("kh-20") == 0
    assert showing.notes([banks.OWN]), "the agreed figure stands beside the originals"
    _taken_back(sampan, home, how)
    for post in (KH, VN):
        gone = sampan("discrepancies", "show", nth("X", 1), "--post", post, code=4)
        none = sampan("discrepancies", "show", nth("X", 9), "--post", post, code=4)
        assert gone.err.replace(nth("X", 1), nth("X", 9)) == none.err, "before any search ran again"
        said = sampan(
            "discrepancies", "explain", nth("X", 1), "--post", post, "--language", "en", "--text", "x", code=4
        )
        assert nth("X", 1) in said.err
    assert showing.notes([banks.OWN]) == []
    assert _list(sampan, KH) == _list(sampan, VN) == []
    again = border.written(tmp_path / "again.csv", banks.VN.replace("12", "20"))
    banks.open_gate(home)
    sampan("receive", banks.ABROAD, again, "--actor", banks.MINISTRY, code=None)
    [anew] = _list(sampan, KH)
    assert (anew["state"], anew["agreed"], len(anew["evidence"])) == ("open", {}, 1), "what came again begins anew"


@pytest.mark.parametrize("how", ["withdrawn", "denied"])
def test_who_was_told_alone_is_told_nothing_once_the_other_took_its_figures_back(
    sampan: Sampan, home: Path, tmp_path: Path, how: str
):
    _started(sampan, home, tmp_path, banks.CHECK, banks.CHECK)
    assert [one["state"] for one in _list(sampan, KH)] == ["apart"]
    assert showing.open_count("kh-20") == 1
    _taken_back(sampan, home, how)
    assert showing.open_count("kh-20") == 0
    assert _list(sampan, KH) == _list(sampan, VN) == []


def _taken_back(sampan: Sampan, home: Path, how: str) -> None:
    """Tay Ninh's weeks, the second delivery: withdrawn by their owner, or closed again by its director."""
    [told] = sampan("deliveries", "--source", banks.ABROAD, "--json").json
    if how == "withdrawn":
        sampan("withdraw", told["delivery"], "--reason", "a slip", "--actor", VN)
        return
    (home / "gates" / "vn.yml").write_text(CLOSED_GATE, encoding="utf-8")
    sampan("gate", "deny", told["delivery"], "--post", "vn-37/director", "--rule", "VN-own")

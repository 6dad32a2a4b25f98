"""The border in week 31: a zero that is told, a return that waits for its ministry, an emergency and its end."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.codes import nth
from tests.conftest import Said, Sampan, run_program
from tests.stories import border

pytestmark = pytest.mark.postgres
KH, VN, MINISTRY = "kh-20/surveillance", "vn-37/surveillance", "vn/preventive-medicine"


@pytest.fixture
def later() -> Callable[..., Callable[..., Said]]:
    """later(hours=73)("release", ...) runs the command as if 73 hours had passed."""

    def at(hours: float) -> Callable[..., Said]:
        def run(*arguments: str | Path) -> Said:
            said = run_program("tests.stories.later", str(hours), *arguments)
            assert "Traceback" not in said.err, said.err
            return said

        return run

    return at


def laid(sampan: Sampan, home: Path, folder: Path) -> None:
    """Both returns sent, the agreement in force; Tay Ninh's return still waits for its ministry."""
    border.lay(home)
    sampan("receive", "border-kh", border.written(folder / "kh.csv", border.KH_WEEK), "--actor", KH, code=None)
    sampan("receive", "border-vn", border.written(folder / "vn.csv", border.VN_WEEK), "--actor", VN, code=None)
    border.agree(sampan, folder)


def cells(path: Path) -> list[tuple[str, str, str]]:
    """(place, value, status) of a released table."""
    rows = csv.DictReader(io.StringIO((path / "table.csv").read_text(encoding="utf-8")))
    return [(row["place"][:5], row["value"], row["status"]) for row in rows]


def test_a_zero_is_told_and_what_waits_says_so_and_no_total_is_made(sampan: Sampan, home: Path, tmp_path: Path) -> None:
    laid(sampan, home, tmp_path)
    held = {
        post: [
            (one["source"], one["gate"], one["state"]) for one in sampan("deliveries", "--post", post, "--json").json
        ]
        for post in (KH, VN)
    }
    assert held[KH] == [("border-kh", "passed", "committed")]
    assert held[VN] == [("border-vn", "waiting", "kept")], "what another party delivered is not told"
    region = border.request(tmp_path / "region.yml", KH, "KH-20, VN-37", sources="[border-kh, border-vn]")
    sampan("release", region, "-o", tmp_path / "region")
    told = {(place, status): value for place, value, status in cells(tmp_path / "region") if status != "not_reported"}
    assert told == {("KH-20", "zero"): "0", ("VN-37", "release-pending"): ""}
    total = border.request(tmp_path / "sum.yml", KH, "KH-20, VN-37", operation="sum")
    sampan("release", total, "-o", tmp_path / "sum", code=None)
    assert "9" not in {value for _, value, _ in cells(tmp_path / "region")}


def test_the_sender_sees_whom_it_waits_for_and_the_ministry_passes_in_bulk(
    sampan: Sampan, home: Path, tmp_path: Path
) -> None:
    border.lay(home)
    first = border.written(tmp_path / "w31.csv", border.VN_WEEK)
    second = border.written(tmp_path / "w32.csv", border.VN_WEEK.replace("W31", "W32"))
    receipts = [
        sampan("receive", "border-vn", file, "--actor", VN, "--json", code=None).json for file in (first, second)
    ]
    assert receipts[0]["notes"] == ["Waits for vn/preventive-medicine, rule VN-G1-ministry, usual time 3 days."]
    assert sampan("observations", "--json").json == []
    waiting = sampan("gate", "list", "--post", MINISTRY, "--json").json
    assert [(line["subject"], line["rule"], bool(line["law"])) for line in waiting] == [
        (nth("D", 1), "VN-G1-ministry", True),
        (nth("D", 2), "VN-G1-ministry", True),
    ]
    sampan("gate", "pass", nth("D", 1), "--post", "office/steward", code=4)
    sampan("gate", "pass", nth("D", 1), "--post", VN, code=4)
    assert sampan("observations", "--json").json == []
    assert f"{nth('D', 1)}: Waits for vn/preventive-medicine" in sampan("deliveries", "--post", VN).out
    assert "Waits" not in sampan("deliveries", "--post", KH).out + sampan("deliveries").out
    sampan("gate", "pass", nth("D", 1), nth("D", 2), "--post", MINISTRY)
    assert [row["value"] for row in sampan("observations", "--json").json] == [9, 9]
    assert f"A word was given  {nth('D', 2)}" in sampan("messages", "--post", VN).out
    assert sampan("gate", "list", "--post", MINISTRY, "--json").json == []


def test_preparing_and_approving_are_timed_apart(
    sampan: Sampan, home: Path, tmp_path: Path, later: Callable[..., Callable[..., Said]]
) -> None:
    border.lay(home)
    sampan("receive", "border-vn", border.written(tmp_path / "w.csv", border.VN_WEEK), "--actor", VN, code=None)
    [waits] = sampan("gate", "times", "--post", VN, "--json").json
    assert (waits["source"], waits["preparing_days"]) == ("border-vn", None), "behind the gate nothing is read"
    assert [(one["post"], one["waiting"], one["median_days"]) for one in waits["approving"]] == [(MINISTRY, 1, None)]
    assert later(hours=36)("gate", "pass", nth("D", 1), "--post", MINISTRY).code == 0
    for post in (VN, MINISTRY):
        [took] = sampan("gate", "times", "--post", post, "--json").json
        ready = (datetime.now(UTC) - datetime(2026, 8, 3, tzinfo=UTC)) / timedelta(days=1)
        assert abs(took["preparing_days"] - max(0.0, ready)) < 0.2
        assert [(one["answered"], one["waiting"], one["median_days"]) for one in took["approving"]] == [(1, 0, 1.5)]
    for post in (KH, "office/steward"):
        assert sampan("gate", "times", "--post", post, "--json").json == []


def test_no_answer_and_denied_are_two_things(sampan: Sampan, home: Path, tmp_path: Path) -> None:
    laid(sampan, home, tmp_path)
    wanted = border.request(tmp_path / "w31.yml", KH, "VN-37")
    waits = sampan("release", wanted, "-o", tmp_path / "out", "--json", code=4).json["error"]
    assert waits["rule"] == "border/vn-weekly"
    assert "Waits for vn/preventive-medicine" in waits["what"]
    assert not (tmp_path / "out").exists()
    waiting = [line["subject"] for line in sampan("gate", "list", "--post", MINISTRY, "--json").json]
    assert waiting == [nth("D", 2), nth("Q", 1)]
    sampan("gate", "deny", nth("Q", 1), "--post", MINISTRY)
    denied = sampan("release", wanted, "-o", tmp_path / "out", "--json", code=4).json["error"]
    assert denied["what"] == "vn/preventive-medicine has said no (rule border/vn-weekly)."


def test_under_the_emergency_the_aggregate_goes_and_the_list_stays(sampan: Sampan, home: Path, tmp_path: Path) -> None:
    laid(sampan, home, tmp_path)
    sampan("gate", "pass", nth("D", 2), "--post", MINISTRY)
    wanted = border.request(tmp_path / "outbreak.yml", KH, "VN-37", trigger="border-outbreak", language="km")
    sampan("release", wanted, "-o", tmp_path / "before", code=4)
    sampan("agreements", "declare", "border-outbreak", "--post", "office/steward", code=4)
    sampan("agreements", "declare", "border-outbreak", "--post", MINISTRY, "--reason", "cholera at Moc Bai")
    sampan("release", wanted, "-o", tmp_path / "out")
    assert cells(tmp_path / "out") == [("VN-37", "9", "reported")]
    assert "តួលេខ" in (tmp_path / "out" / "dictionary.csv").read_text(encoding="utf-8")
    for post in ("office/steward", KH):
        listed = border.request(tmp_path / "list.yml", post, "VN-37", kind="case-list", trigger="border-outbreak")
        refused = sampan("release", listed, "-o", tmp_path / "list", "--json", code=4).json["error"]
        assert refused["rule"] in ("sharing/4", "sharing/1")
        assert "stay" in refused["what"] or "No agreement" in refused["what"]
        assert not (tmp_path / "list").exists()


def test_after_seventy_two_hours_the_access_ends(sampan: Sampan, home: Path, tmp_path: Path, later: Any) -> None:
    laid(sampan, home, tmp_path)
    sampan("gate", "pass", nth("D", 2), "--post", MINISTRY)
    sampan("agreements", "declare", "border-outbreak", "--post", MINISTRY)
    wanted = border.request(tmp_path / "outbreak.yml", KH, "VN-37", trigger="border-outbreak")
    manifest = sampan("release", wanted, "-o", tmp_path / "out", "--json").json
    left = datetime.fromisoformat(manifest["expires_at"]) - datetime.now(UTC)
    assert timedelta(hours=71) < left <= timedelta(hours=72)
    sampan("releases", "open", manifest["release"], "--post", KH, "-o", tmp_path / "again")
    ended = later(hours=73)("releases", "open", manifest["release"], "--post", KH, "-o", tmp_path / "late", "--json")
    assert ended.code == 4
    assert ended.json["error"]["rule"] == "release-expired"
    assert not (tmp_path / "late").exists()
    assert later(hours=73)("release", wanted, "-o", tmp_path / "late").code == 4
    assert [one["state"] for one in later(hours=73)("releases", "list", "--party", "vn-37", "--json").json] == [
        "expired"
    ]


def test_an_emergency_called_off_early_ends_what_went_under_it(sampan: Sampan, home: Path, tmp_path: Path) -> None:
    laid(sampan, home, tmp_path)
    sampan("gate", "pass", nth("D", 2), "--post", MINISTRY)
    sampan("agreements", "declare", "border-outbreak", "--post", MINISTRY)
    wanted = border.request(tmp_path / "outbreak.yml", KH, "VN-37", trigger="border-outbreak")
    code = sampan("release", wanted, "-o", tmp_path / "out", "--json").json["release"]
    sampan("releases", "open", code, "--post", KH, "-o", tmp_path / "again")
    sampan("agreements", "declare", "border-outbreak", "--post", MINISTRY, "--end")
    ended = sampan("releases", "open", code, "--post", KH, "-o", tmp_path / "late", "--json", code=4).json["error"]
    assert ended["rule"] == "release-expired"
    assert not (tmp_path / "late").exists()
    assert [one["state"] for one in sampan("releases", "list", "--party", "vn-37", "--json").json] == ["expired"]


def test_a_wrong_workbook_is_taken_back_at_night_and_who_opened_it_is_proven(
    sampan: Sampan, home: Path, tmp_path: Path
) -> None:
    laid(sampan, home, tmp_path)
    wrong = border.KH_WEEK.replace("cholera,0", "cholera,140")
    sampan("receive", "border-kh", border.written(tmp_path / "wrong.csv", wrong), "--actor", KH, code=None)
    wanted = border.request(tmp_path / "vn.yml", VN, "KH-20")
    released = sampan("release", wanted, "-o", tmp_path / "out", "--json").json
    assert cells(tmp_path / "out") == [("KH-20", "140", "reported")]
    sampan("releases", "open", released["release"], "--post", VN, "-o", tmp_path / "again")
    taken = sampan("withdraw", nth("D", 3), "--reason", "wrong workbook", "--actor", KH, "--json").json
    assert (taken["state"], taken["told"]) == ("withdrawn", 1)
    [left] = sampan("releases", "list", "--party", "kh-20", "--json").json
    assert [opening["post"] for opening in left["openings"]] == [VN, VN]
    opened = [entry for entry in sampan("log", "entries", "--json").json if entry["kind"] == "release:opened"]
    assert len(opened) == 1
    proof = tmp_path / "opened.tlog-proof"
    sampan("log", "proof", str(opened[0]["index"]), "-o", proof)
    assert proof.stat().st_size > 0
    told = [entry for entry in sampan("log", "entries", "--json").json if entry["kind"] == "release:corrected"]
    assert len(told) == 1
    sampan("log", "verify")


def test_preview_and_release_are_the_same_table(sampan: Sampan, home: Path, tmp_path: Path) -> None:
    laid(sampan, home, tmp_path)
    now = datetime.now(UTC).isoformat()
    for form in ("csv", "xlsx", "parquet"):
        wanted = border.request(tmp_path / "w.yml", VN, "KH-20", as_of=now, format=form)
        sampan("preview", wanted, "-o", tmp_path / f"seen.{form}")
        sampan("release", wanted, "-o", tmp_path / form)
        assert (tmp_path / f"seen.{form}").read_bytes() == (tmp_path / form / f"table.{form}").read_bytes()


def test_thanks_come_back_to_the_owner(sampan: Sampan, home: Path, tmp_path: Path) -> None:
    laid(sampan, home, tmp_path)
    released = sampan("release", border.request(tmp_path / "w.yml", VN, "KH-20"), "-o", tmp_path / "o", "--json").json
    code = released["release"]
    sampan("releases", "note", code, "--post", VN, "--used-in", "bulletin 32", "--thanks", "Svay Rieng")
    [left] = sampan("releases", "list", "--party", "kh-20", "--json").json
    assert [(use["used_in"], use["thanks"]) for use in left["uses"]] == [("bulletin 32", "Svay Rieng")]
    assert left["benefits_owed"] == ["feedback-report"]
    told = sampan("releases", "list", "--party", "kh-20").out
    assert f"opened by {VN}" in told and f"used by {VN} in bulletin 32, thanks to Svay Rieng" in told
    sampan("releases", "revoke", code, "--post", "kh-20/director", "--reason", "sent by mistake")
    sampan("releases", "open", code, "--post", VN, "-o", tmp_path / "again", code=4)


def test_two_posts_activate_and_every_other_step_is_refused(sampan: Sampan, home: Path, tmp_path: Path) -> None:
    border.lay(home)
    file = border.written(tmp_path / "border.yml", border.AGREEMENT)
    sampan("agreements", "propose", file, "--post", "office/steward", code=4)
    sampan("agreements", "propose", file, "--post", KH)
    sampan("agreements", "propose", file, "--post", KH, code=2)  # a version that was proposed never changes
    for verb in ("verify", "activate", "suspend"):
        sampan("agreements", "move", "border", verb, "--post", VN, code=4)
    sampan("agreements", "move", "border", "agree", "--post", KH, code=4)  # nobody agrees with itself
    sampan("agreements", "move", "border", "agree", "--post", VN)
    paper = border.written(tmp_path / "paper", "signed")
    sampan("agreements", "move", "border", "verify", "--post", VN, "--paper", paper)
    states = []
    said = sampan("agreements", "move", "border", "activate", "--post", "kh-20/director").out
    assert "Activated by kh-20/director on " in said and f"take the same step: {VN}, {MINISTRY}." in said
    for post in ("kh-20/director", KH, MINISTRY):
        states.append(sampan("agreements", "move", "border", "activate", "--post", post, "--json").json["state"])
        half = sampan("agreements", "show", "border").out
        assert ("it waits for vn-37 to activate it too" in half) == (post != MINISTRY)
    assert states == ["verified", "verified", "in-force"]
    assert sampan("agreements", "move", "border", "suspend", "--post", VN, "--json").json["state"] == "suspended"
    sampan("release", border.request(tmp_path / "w.yml", VN, "KH-20"), "-o", tmp_path / "o", code=4)

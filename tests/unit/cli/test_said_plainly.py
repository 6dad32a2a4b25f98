"""What a command says to somebody who asks the wrong thing, asks twice, or has nothing waiting."""

from __future__ import annotations

from pathlib import Path

from tests.codes import nth
from tests.conftest import Sampan
from tests.stories import border

KH, VN, MINISTRY = "kh-20/surveillance", "vn-37/surveillance", "vn/preventive-medicine"
ASK = ("may", "--post", KH, "--to", VN, "--condition", "cholera", "--place", "KH-20")
WEEK = ("--from", "2026-07-27", "--until", "2026-08-02")


def test_a_word_that_is_said_twice_is_told_once(sampan: Sampan, home: Path, tmp_path: Path) -> None:
    border.lay(home)
    assert sampan("gate", "list", "--post", MINISTRY).out == f"Nothing waits for the word of {MINISTRY}.\n"
    sampan("receive", "border-vn", border.written(tmp_path / "vn.csv", border.VN_WEEK), "--actor", VN)
    sampan("gate", "pass", nth("D", 1), "--post", MINISTRY)
    before = sampan("messages", "--post", VN, "--json").json
    assert "said before" in sampan("gate", "pass", nth("D", 1), "--post", MINISTRY).out
    assert sampan("messages", "--post", VN, "--json").json == before
    sampan("gate", "deny", nth("D", 1), "--post", MINISTRY)
    assert "said before" not in sampan("gate", "pass", nth("D", 1), "--post", MINISTRY).out, (
        "a word that changes counts"
    )
    assert "A word was given" in sampan("messages", "--post", VN).out
    assert "A word was given" not in sampan("--lang", "km", "messages", "--post", VN).out


def test_may_says_what_a_wrong_question_is(sampan: Sampan, home: Path, tmp_path: Path) -> None:
    border.lay(home)
    border.agree(sampan, tmp_path)
    assert "If it is not told all the same:" in sampan(*ASK, *WEEK).out
    turned = sampan(*ASK, "--from", "2026-08-27", "--until", "2026-08-02", code=2).err
    assert turned.startswith("--until 2026-08-02 is before --from 2026-08-27")
    for wrong in (("--count", "-3"), ("--level", "9")):
        assert wrong[0] in sampan(*ASK, *WEEK, *wrong, code=2).err
    assert "choose one of: alert, routine-monitoring" in sampan(*ASK, *WEEK, "--purpose", "fun", code=2).err


def test_an_emergency_declared_twice_is_called_off_at_once(sampan: Sampan, home: Path, tmp_path: Path) -> None:
    border.lay(home)
    border.agree(sampan, tmp_path)
    declare = ("agreements", "declare", "border-outbreak", "--post", MINISTRY)
    sampan(*declare, "--reason", "cholera")
    refused = sampan(*declare, "--reason", "cholera, still", code=4).err
    assert "holds already, until " in refused and f"agreements review border-outbreak --post {MINISTRY}" in refused
    said = sampan("agreements", "review", "border-outbreak", "--post", MINISTRY, "--note", "two weeks more").out
    assert "holds until" in said and "reviewed" in said
    sampan(*declare, "--reason", "cholera, still")
    asked = {"trigger": "border-outbreak", "purpose": "joint-investigation", "resolution": "{level: 1, period: day}"}
    wanted = border.request(tmp_path / "day.yml", KH, "VN-37", **asked)
    assert "border/vn-outbreak" in sampan("preview", wanted, "--json", code=None).out
    sampan(*declare, "--end")
    assert "allowed" not in sampan("preview", wanted, "--json", code=None).out
    assert "has not declared" in sampan(*declare, "--end", code=2).err
    assert "choose one of: pheic" in sampan("agreements", "declare", "no-such", "--post", MINISTRY, code=2).err

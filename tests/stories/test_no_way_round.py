"""A post without a clause learns nothing: every door answers it alike, whether there is anything behind it or not.

Two homes with the same agreement between two others: one holds deliveries, releases and requests, the other none.
On SQLite only: a database on a server holds one home.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.conftest import Sampan
from tests.stories import border

from sampan.cli.main import COMMANDS

OUTSIDER, OFFICE = "la-1/surveillance", "office/steward"
KH, VN, MINISTRY = "kh-20/surveillance", "vn-37/surveillance", "vn/preventive-medicine"
TIMES = re.compile(r"\d{4}-\d\d-\d\d[T ][\d:.]+(?:\+00:00|Z)")


NOT_ASKED = {
    "demo": "an invented home of its own", "serve": "its pages and routes are asked one by one",
    "work": "the worker tells nobody anything", "log": "its size is everybody's; entries are asked below",
    "backup": "sealed whole, for who runs the office", "restore": "sealed whole, for who runs the office",
    "keys": "no data", "api-keys": "no data", "agreements": "no data; what a post may try is its own",
    "places": "a registry", "look": "the sender's own file", "secrecy": "a list of laws", "suppress": "any file",
    "audit": "files its reader holds", "sources": "declarations, no data", "crosswalks": "words, no data",
    "help-requests": "lines posts wrote for all", "receive": "the sender's own file", "preview": "asked above",
    "release": "asked above", "releases": "asked above", "may": "asked above", "gate": "asked above",
    "outages": "what a party said of itself to those it shares with",
}  # fmt: skip  # command -> why the story of the closed gate does not ask it


def behind_the_gate(post: str, out: Path) -> list[tuple[str | Path, ...]]:
    """Every other command, of all there is and of each closed delivery by name, asked for by this post."""
    party = post.partition("/")[0]
    doors: list[tuple[str | Path, ...]] = [
        ("observations", "--json"), ("observations", "--json", "--gone-too"), ("observations", "--source", "border-vn"),
        ("observations", "--as-of", "2099-01-01", "--json"), ("observations", "--since", "2020-01-01", "--json"),
        ("observations", "--format", "csv"), ("deliveries", "--json"), ("deliveries", "--post", post, "--json"),
        ("findings", "--json"), ("findings", "--all", "--json"), ("findings", "--post", post, "--all", "--json"),
        ("between", "kh-20", "vn-37", "--json"), ("discrepancies", "list", "--post", post, "--json"),
        ("practices", "waiting", "--post", post, "--json"), ("jobs", "list", "--json"),
    ]  # fmt: skip
    for delivery, finding in (("D-000002", "F-000001"), ("D-000003", "F-000002")):
        doors += [
            ("findings", finding, "--json"), ("findings", finding, "--post", post, "--json"),
            ("findings", "--cells", finding, "--json"), ("findings", "--delivery", delivery, "--all", "--json"),
            ("findings", "--delivery", delivery, "--mark", out),
            ("settle", finding, "--accept", "right", "--actor", post, "--json"), ("settle", finding, "KH-20", "--json"),
            ("withdraw", delivery, "--reason", "x", "--actor", f"{party}/sender", "--json"),
            ("withdraw", delivery, "--reason", "x", "--json"),
            ("receipt", "write", delivery, "-o", out), ("receipt", "write", delivery, "--post", post, "-o", out),
            ("discrepancies", "show", "X-000001", "--post", post, "--json"),
        ]  # fmt: skip
    return doors


def filled(sampan: Sampan, folder: Path) -> None:
    """Deliveries at both gates, a release and a request that waits."""
    sampan("receive", "border-kh", border.written(folder / "kh.csv", border.KH_WEEK), "--actor", KH, code=None)
    sampan("receive", "border-vn", border.written(folder / "vn.csv", border.VN_WEEK), "--actor", VN, code=None)
    sampan("release", border.request(folder / "vn.yml", VN, "KH-20"), "-o", folder / "out")
    sampan("release", border.request(folder / "kh.yml", KH, "VN-37"), "-o", folder / "no", code=4)


def asked(sampan: Sampan, folder: Path, post: str) -> list[tuple[str, int, str, str]]:
    """What every door of sharing answers a post, times left out."""
    request = border.request(folder / f"{post.partition('/')[0]}.yml", post, "KH-20, VN-37")
    alert = border.request(folder / "alert.yml", post, "VN-37", purpose="alert", trigger="border-outbreak")
    telling = ("--condition", "cholera", "--place", "VN-37", "--from", "2026-07-27", "--until", "2026-08-02")
    doors: list[tuple[str | Path, ...]] = [
        ("preview", request, "--json"),
        ("release", request, "-o", folder / "left", "--json"),
        ("release", alert, "-o", folder / "left", "--json"),
        ("may", "--post", VN, "--to", post, *telling, "--json"),
        ("may", "--post", post, "--to", KH, *telling, "--json"),
        ("releases", "list", "--post", post, "--json"),
        ("releases", "list", "--party", post.partition("/")[0], "--json"),
        ("releases", "open", "R-000001", "--post", post, "-o", folder / "left", "--json"),
        ("releases", "note", "R-000001", "--post", post, "--used-in", "x"),
        ("releases", "revoke", "R-000001", "--post", post, "--reason", "x"),
        ("gate", "list", "--post", post, "--json"),
        ("gate", "pass", "D-000001", "--post", post, "--json"),
        ("gate", "pass", "D-000002", "--post", post, "--rule", "VN-G1-ministry", "--json"),
        ("gate", "deny", "Q-000001", "--post", post, "--json"),
    ]
    answers = []
    for door in doors:
        said = sampan(*door, code=None)
        answers.append((" ".join(map(str, door[:2])), said.code, TIMES.sub("T", said.out), TIMES.sub("T", said.err)))
    assert not (folder / "left").exists()
    return answers


@pytest.mark.parametrize("post", [OUTSIDER, OFFICE])
def test_every_door_answers_alike_whatever_there_is(
    sampan: Sampan, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, post: str
) -> None:
    answers = []
    for name in ("empty", "full"):
        here = tmp_path / name
        here.mkdir()
        monkeypatch.setenv("SAMPAN_HOME", str(here / "home"))
        border.lay(here / "home")
        border.agree(sampan, here)
        if name == "full":
            filled(sampan, here)
        answers.append(asked(sampan, tmp_path, post))
    empty, full = answers
    assert empty == full
    assert {code for name, code, _, _ in full if not name.startswith(("preview", "releases list", "gate list"))} <= {
        2,
        4,
    }


def test_a_delivery_before_the_gate_changes_nothing_for_the_neighbour(
    sampan: Sampan, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = []
    for name in ("empty", "full"):
        here = tmp_path / name
        here.mkdir()
        monkeypatch.setenv("SAMPAN_HOME", str(here / "home"))
        border.lay(here / "home")
        sampan("receive", "border-kh", border.written(here / "kh.csv", border.KH_WEEK), "--actor", KH, code=None)
        if name == "full":
            sampan("receive", "border-vn", border.written(here / "vn.csv", border.VN_WEEK), "--actor", VN, code=None)
        border.agree(sampan, here)
        sampan("agreements", "declare", "border-outbreak", "--post", MINISTRY)
        wanted = border.request(tmp_path / "w.yml", KH, "VN-37", trigger="border-outbreak")
        sampan("release", wanted, "-o", here / "out")
        table = (here / "out" / "table.csv").read_text(encoding="utf-8")
        seen = sampan("observations", "--json").json
        answers.append((table, [row["value"] for row in seen], sampan("findings", "--json").json))
    assert answers[0] == answers[1]


def test_every_command_is_asked_or_says_why_not() -> None:
    asked = {str(door[0]) for door in behind_the_gate(OUTSIDER, Path("out"))}
    assert sorted(asked | set(NOT_ASKED)) == sorted(COMMANDS)
    assert not asked & set(NOT_ASKED)


def test_what_was_passed_and_then_denied_answers_as_what_never_came(
    sampan: Sampan, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One delivery waits; another was passed, read, questioned and denied: nothing of it, not a count, no existence."""
    answers, out = [], tmp_path / "out.csv"
    for name in ("empty", "full"):
        here = tmp_path / name
        here.mkdir()
        monkeypatch.setenv("SAMPAN_HOME", str(here / "home"))
        border.lay(here / "home")
        sampan("receive", "border-kh", border.written(here / "kh.csv", border.KH_WEEK), "--actor", KH, code=None)
        if name == "full":
            denied_later(sampan, here)
        border.agree(sampan, here)
        doors = behind_the_gate(OUTSIDER, out)
        said = [sampan(*door, code=None) for door in doors]
        answers.append([(door, s.code, TIMES.sub("T", s.out), s.err) for door, s in zip(doors, said, strict=True)])
    assert [full for empty, full in zip(*answers, strict=True) if empty != full] == []
    entries = sampan("log", "entries", "--last", "100").out
    assert "D-000002" not in sampan("log", "entries", "--last", "100", "--json").out
    assert "delivery:kept" in entries
    own = sampan("deliveries", "--post", VN, "--json").json
    assert [one["gate"] for one in own if one["party"] == "vn-37"] == ["waiting", "refused"]
    assert sampan("findings", "--post", VN, "--json").json


def denied_later(sampan: Sampan, here: Path) -> None:
    """Tay Ninh's week with a word nobody knows: passed by its ministry, read, then denied; and a week that waits."""
    text = border.VN_WEEK + "Tay Ninh,2026-W31,strange word,4\n"
    sampan("receive", "border-vn", border.written(here / "vn.csv", text), "--actor", VN, code=None)
    sampan("gate", "pass", "D-000002", "--post", MINISTRY)
    assert [one["value"] for one in sampan("observations", "--source", "border-vn", "--json").json] == [9]
    sampan("gate", "deny", "D-000002", "--post", MINISTRY, "--rule", "VN-G1-ministry")
    sampan("receive", "border-vn", border.written(here / "v2.csv", border.VN_WEEK), "--actor", VN, code=None)

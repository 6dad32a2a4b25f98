"""A post without a clause learns nothing: every door answers it alike, whether there is anything behind it or not.

Two homes with the same agreement between two others: one holds deliveries, releases and requests, the other none.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.codes import keyed_alike, nth
from tests.conftest import Sampan, elsewhere
from tests.stories import border

OUTSIDER, OFFICE = "la-1/surveillance", "office/steward"
KH, VN, MINISTRY = "kh-20/surveillance", "vn-37/surveillance", "vn/preventive-medicine"
TIMES = re.compile(r"\d{4}-\d\d-\d\d[T ][\d:.]+(?:\+00:00|Z)")


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
        ("releases", "open", nth("R", 1), "--post", post, "-o", folder / "left", "--json"),
        ("releases", "note", nth("R", 1), "--post", post, "--used-in", "x"),
        ("releases", "revoke", nth("R", 1), "--post", post, "--reason", "x"),
        ("gate", "list", "--post", post, "--json"),
        ("gate", "pass", nth("D", 1), "--post", post, "--json"),
        ("gate", "pass", nth("D", 2), "--post", post, "--rule", "VN-G1-ministry", "--json"),
        ("gate", "deny", nth("Q", 1), "--post", post, "--json"),
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
        elsewhere(here / "home", monkeypatch)
        border.lay(here / "home")
        keyed_alike(here / "home")  # else the same words would name other codes
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
        elsewhere(here / "home", monkeypatch)
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

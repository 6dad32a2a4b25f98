"""A province writes a bulletin with its neighbour's figures: announced, commented, refused, agreed, and out."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.conftest import Sampan
from tests.stories import border

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]
KH, DIRECTOR, VN = "kh-20/surveillance", "kh-20/director", "vn-37/surveillance"


def released(sampan: Sampan, home: Path, folder: Path) -> str:
    border.lay(home)
    sampan("receive", "border-kh", border.written(folder / "kh.csv", border.KH_WEEK), "--actor", KH, code=None)
    border.agree(sampan, folder)
    wanted = border.request(folder / "w.yml", VN, "KH-20", conditions="[acute-watery-diarrhoea]")
    return str(sampan("release", wanted, "-o", folder / "out", "--json").json["release"])


def test_a_bulletin_with_the_neighbours_figures(sampan: Sampan, home: Path, tmp_path: Path, records: None) -> None:
    release = released(sampan, home, tmp_path)
    draft = border.written(tmp_path / "bulletin.txt", "Cholera on the border: 14 cases")
    wanted = ("--title", "Cholera on the border", "--outlet", "Bulletin 33", "--planned", "2099-01-01")
    said = sampan("publications", "announce", "--post", VN, *wanted, "--release", release, "--draft", draft, "--json")
    code = said.json["publication"]
    assert said.json["outcome"] == "waits"
    assert "Somebody will publish your figures" in sampan("messages", "--post", DIRECTOR).out

    asked = sampan("publications", "list", "--post", DIRECTOR)
    assert code in asked.out and "has until" in asked.out
    sampan("publications", "draft", code, "--post", DIRECTOR, "-o", tmp_path / "read.txt")
    assert (tmp_path / "read.txt").read_bytes() == draft.read_bytes()
    sampan("publications", "comment", code, "--post", DIRECTOR, "--words", "Name the source", "--number", "1")
    sampan("publications", "refuse", code, "--post", DIRECTOR, "--words", "Not verified yet")
    early = sampan("publications", "appeared", code, "--post", VN, "--where", "Bulletin 33", code=4)
    assert "kh-20 refuses" in early.err

    second = border.written(tmp_path / "second.txt", "Cholera on the border, source named: 14 cases")
    sampan("publications", "change", code, "--post", VN, "--draft", f"kh-20={second}")
    stale = sampan("publications", "agree", code, "--post", DIRECTOR, "--number", "1", code=2)
    assert "it is number 2 now" in stale.err
    assert "kh-20 agrees" in sampan("publications", "agree", code, "--post", DIRECTOR, "--number", "2").out
    shown = sampan("publications", "show", code, "--post", VN).out
    assert "it may appear" in shown and "Not verified yet" in shown

    sampan("publications", "appeared", code, "--post", VN, "--where", "Bulletin 33, page 4")
    assert "used by vn-37/surveillance in Bulletin 33, page 4" in sampan("releases", "list", "--party", "kh-20").out
    assert "kept no more" in sampan("publications", "draft", code, "--post", VN, "-o", tmp_path / "x", code=2).err
    kinds = [one["kind"] for one in sampan("log", "entries", "--last", "100", "--json").json]
    assert [kind for kind in kinds if kind.startswith("publication:")] == [
        "publication:announced", "publication:read", "publication:answered", "publication:answered",
        "publication:changed", "publication:answered", "publication:appeared",
    ]  # fmt: skip
    assert sampan("log", "verify").code == 0

"""Figures that cannot be compared: the verdict is the answer, until every owner gives its word; then it is stamped."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from tests.conftest import Sampan
from tests.stories import border

pytestmark = pytest.mark.postgres
KH, VN, MINISTRY = "kh-20/surveillance", "vn-37/surveillance", "vn/preventive-medicine"
OPEN = border.AGREEMENT.replace("mode: per-release, approver: vn/preventive-medicine, response_days: 5", "mode: none")
KH_WEEK = "province,week,disease,cases\nSvay Rieng,2026-W31,dengue,14\n"
VN_WEEK = "province,week,disease,cases\nTay Ninh,2026-W31,dengue,9\n"
GATES = "country: VN\nrules: []\n"


def test_an_override_is_every_owners_and_is_stamped(sampan: Sampan, home: Path, tmp_path: Path) -> None:
    border.lay(home)
    for name, practice in (("border-kh", "kh-dengue-hospital"), ("border-vn", "vn-circular-54")):
        file = home / "sources" / name / "source.yml"
        text = file.read_text(encoding="utf-8").replace("practice: border-weekly", f"practice: {practice}")
        file.write_text(text, encoding="utf-8")
    (home / "gates").mkdir()
    (home / "gates" / "vn.yml").write_text(GATES, encoding="utf-8")
    (home / "gates" / "kh.yml").write_text(GATES.replace("VN", "KH"), encoding="utf-8")
    sampan("receive", "border-kh", border.written(tmp_path / "kh.csv", KH_WEEK), "--actor", KH, code=None)
    sampan("receive", "border-vn", border.written(tmp_path / "vn.csv", VN_WEEK), "--actor", VN, code=None)
    border.agree(sampan, tmp_path, OPEN)
    said = sampan("practices", "verdict", "border-kh", "border-vn", "--condition", "dengue", "--json").json
    assert (said["verdict"], "age" in said["reasons"]) == ("not-comparable", True)
    sampan("practices", "verdict", "border-kh", "border-vn", "--condition", "dengeu", code=2)

    sum_ = border.request(
        tmp_path / "sum.yml",
        KH,
        "KH-20, VN-37",
        operation="sum",
        conditions="[dengue]",
        sources="[border-kh, border-vn]",
    )
    refused = sampan("release", sum_, "-o", tmp_path / "out", "--json", code=4).json["error"]
    assert "not comparable" in refused["what"]
    [line] = sampan("practices", "waiting", "--post", VN, "--json").json
    assert line["request"] == "Q-000001"
    for post in ("office/steward", "la-1/surveillance"):
        assert sampan("practices", "waiting", "--post", post, "--json").json == []
        answer = sampan("practices", "override", "Q-000001", "--post", post, "--reason", "x", "--json", code=4).json
        nothing = sampan("practices", "override", "Q-000009", "--post", post, "--reason", "x", "--json", code=4).json
        assert str(answer).replace("Q-000001", "Q") == str(nothing).replace("Q-000009", "Q")
    first = sampan("practices", "override", "Q-000001", "--post", "kh-20/director", "--reason", "trend", "--json").json
    assert first["still_needed"] == ["vn-37"]
    sampan("release", sum_, "-o", tmp_path / "out", code=4)
    assert (
        sampan("practices", "override", "Q-000001", "--post", VN, "--reason", "trend", "--json").json["still_needed"]
        == []
    )
    told = sampan("release", sum_, "-o", tmp_path / "out", "--json").json
    assert {one["owner"] for one in told["overrides"]} == {"kh-20", "vn-37"}
    assert told["comparability"][0]["verdict"] == "not-comparable"
    with (tmp_path / "out" / "table.csv").open(encoding="utf-8") as rows:
        assert [row["value"] for row in csv.DictReader(rows) if row["place"] == "Total"] == ["23"]
    kinds = [entry["kind"] for entry in sampan("log", "entries", "--json").json]
    assert kinds.count("comparison:overridden") == 2

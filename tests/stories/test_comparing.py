"""Figures that cannot be compared: the verdict is the answer, until every owner gives its word; then it is stamped."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from tests.codes import nth
from tests.conftest import Sampan
from tests.stories import border

pytestmark = pytest.mark.postgres
VN = "vn-37/surveillance"


def test_an_override_is_every_owners_and_is_stamped(sampan: Sampan, home: Path, tmp_path: Path) -> None:
    sum_ = border.lay_apart(sampan, home, tmp_path)
    said = sampan("practices", "verdict", "border-kh", "border-vn", "--condition", "dengue", "--json").json
    assert (said["verdict"], "age" in said["reasons"]) == ("not-comparable", True)
    sampan("practices", "verdict", "border-kh", "border-vn", "--condition", "dengeu", code=2)

    refused = sampan("release", sum_, "-o", tmp_path / "out", "--json", code=4).json["error"]
    assert "not comparable" in refused["what"]
    [line] = sampan("practices", "waiting", "--post", VN, "--json").json
    assert line["request"] == nth("Q", 1)
    for post in ("office/steward", "la-1/surveillance"):
        assert sampan("practices", "waiting", "--post", post, "--json").json == []
        answer = sampan("practices", "override", nth("Q", 1), "--post", post, "--reason", "x", "--json", code=4).json
        nothing = sampan("practices", "override", nth("Q", 9), "--post", post, "--reason", "x", "--json", code=4).json
        assert str(answer).replace(nth("Q", 1), "Q") == str(nothing).replace(nth("Q", 9), "Q")
    first = sampan("practices", "override", nth("Q", 1), "--post", "kh-20/director", "--reason", "trend", "--json").json
    assert first["still_needed"] == ["vn-37"]
    sampan("release", sum_, "-o", tmp_path / "out", code=4)
    assert (
        sampan("practices", "override", nth("Q", 1), "--post", VN, "--reason", "trend", "--json").json["still_needed"]
        == []
    )
    told = sampan("release", sum_, "-o", tmp_path / "out", "--json").json
    assert {one["owner"] for one in told["overrides"]} == {"kh-20", "vn-37"}
    assert told["comparability"][0]["verdict"] == "not-comparable"
    with (tmp_path / "out" / "table.csv").open(encoding="utf-8") as rows:
        assert [row["value"] for row in csv.DictReader(rows) if row["place"] == "Total"] == ["23"]
    entries = sampan("log", "entries", "--json").json
    assert [entry["kind"] for entry in entries].count("comparison:overridden") == 2
    waits = sorted(entry["parties"] for entry in entries if entry["kind"] == "request:waits")
    assert waits == [["kh-20"], ["kh-20", "vn-37"]], "the asker and each owner, not one owner and another"

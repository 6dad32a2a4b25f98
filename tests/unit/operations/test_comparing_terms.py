"""Adding figures of two owners is answered with the verdict, and the verdict asks both owners' deposit terms first."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.codes import nth
from tests.conftest import Sampan
from tests.inside import runner
from tests.stories import banks, border

from sampan.operations import around
from sampan.operations.sharing.ruling import Desk

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]
KH, VN = "kh-20/surveillance", "vn-37/surveillance"


@pytest.fixture
def sampan(capsys: pytest.CaptureFixture[str], home: Path) -> Sampan:
    """The command in this process."""
    return runner(capsys)


@pytest.mark.parametrize(
    ("kh", "vn", "why"),
    [(banks.COMPARE, banks.COMPARE, "age"), (banks.CHECK, banks.COMPARE, "compare-not-agreed")],
)
def test_the_verdict_asks_whether_each_owner_lets_the_office_compare(
    sampan: Sampan, home: Path, tmp_path: Path, kh: str, vn: str, why: str
) -> None:
    sum_ = border.lay_apart(sampan, home, tmp_path)
    banks.terms(sampan, tmp_path, "kh-20", "KH", kh)
    banks.terms(sampan, tmp_path, "vn-37", "VN", vn)
    refused = sampan("release", sum_, "-o", tmp_path / "out", "--json", code=4).json["error"]
    assert ("age" if why == "age" else "do not let the office compare") in refused["what"], "in words"
    previewed = sampan("preview", sum_, "--json").json
    assert [one["verdict"] for one in previewed["comparability"]] == ["not-comparable"]
    assert why in previewed["comparability"][0]["reasons"]
    for post in (KH, VN):
        sampan("practices", "override", nth("Q", 1), "--post", post, "--reason", "trend")
    told = sampan("release", sum_, "-o", tmp_path / "out", "--json").json
    assert {one["owner"] for one in told["overrides"]} == {"kh-20", "vn-37"}, "every owner's word is its leave too"
    assert why in told["comparability"][0]["reasons"], "the verdict is stamped on what leaves"


@pytest.mark.parametrize(("vn", "closed"), [(banks.COMPARE, False), (banks.CHECK, True)])
def test_the_region_page_says_where_an_owner_does_not_let_the_office_compare(
    sampan: Sampan, home: Path, tmp_path: Path, vn: str, closed: bool
) -> None:
    border.lay_apart(sampan, home, tmp_path)
    banks.terms(sampan, tmp_path, "kh-20", "KH", banks.COMPARE)
    banks.terms(sampan, tmp_path, "vn-37", "VN", vn)
    wanted = border.request(tmp_path / "vn.yml", KH, "VN-37", conditions="[dengue]")
    sampan("release", wanted, "-o", tmp_path / "out")
    found = around.around(around.homes.opened(), Desk(KH, "kh-20"), "dengue", datetime.now(UTC))
    assert [("compare-not-agreed" in one.verdict.reasons) for one in found.compared] == [closed]

"""Bar of neutrality: five countries alike; their codes, names and places exchanged; every output exchanges them too.

Nothing else may change: not the balance, not a finding, not the order of anything on the page.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import run_sampan

from sampan.demo.neutral import IDENTITIES, SAME, STEMS

TURNED = "31402"
BOUND = ("crosswalk", "digest")  # digests of texts that hold the names


def _demo(folder: Path, order: str) -> dict[str, Any]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SAMPAN_HOME", str(folder / "sampan-home"))
        patch.delenv("SAMPAN_DATABASE_URL", raising=False)
        said = run_sampan(
            "demo",
            "--neutral",
            order,
            "--condition",
            "dengue",
            "--languages",
            "en",
            "--write",
            folder / "page",
            "--json",
        )
        findings = run_sampan("findings", "--json").json
        figures = run_sampan("observations", "--json").json
    return said.json | {"found": findings, "figures": figures, "folder": folder / "page"}


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], dict[str, Any]]:
    """The same region under two orders of identities."""
    return _demo(tmp_path_factory.mktemp("one"), SAME), _demo(tmp_path_factory.mktemp("two"), TURNED)


def exchanged(text: str) -> str:
    """A text of the first region with every code and name as the second region calls it."""
    turned = {IDENTITIES[int(a)]: IDENTITIES[int(b)] for a, b in zip(SAME, TURNED, strict=True)}
    codes = {one[0]: other[0] for one, other in turned.items()}
    syllables = {one[1]: other[1] for one, other in turned.items()}
    beginnings = "|".join(sorted({stem[:4] for stem in STEMS} | {"ria"}))
    text = re.sub(r"\b(X[CDGQV])\b", lambda found: codes[found[1]], text)
    text = re.sub(r"(neutral-)(x[cdgqv])", lambda found: found[1] + codes[found[2].upper()].lower(), text)
    return re.sub(rf"\b(Ba|Da|Ga|Ka|Pa)(?={beginnings})", lambda found: syllables[found[1]], text)


def _said(rows: list[dict[str, Any]]) -> list[str]:
    return [json.dumps({k: v for k, v in row.items() if k not in BOUND}, ensure_ascii=False) for row in rows]


def test_balances_are_the_same(two):
    one, other = two
    for name in ("deliveries", "rows_in", "observed", "set_aside", "repeated", "findings"):
        assert one[name] == other[name], name
    assert one["findings"] > 20
    assert one["set_aside"] > 0


def test_findings_are_the_same_in_the_same_order(two):
    one, other = two
    assert [exchanged(row) for row in _said(one["found"])] == _said(other["found"])


def test_figures_are_the_same(two):
    """Observations are a set; they are listed by their keys, which hold the codes."""
    one, other = two
    assert sorted(exchanged(row) for row in _said(one["figures"])) == sorted(_said(other["figures"]))


def test_the_page_is_the_same_in_the_same_order(two):
    pages = [
        re.sub(r"<code title=.*?</code>", "", (region["folder"] / "region-dengue-en.html").read_text(encoding="utf-8"))
        for region in two
    ]
    assert exchanged(pages[0]) == pages[1]


def test_every_picture_is_the_same(two):
    one, other = two
    drawn = sorted((one["folder"] / "pictures").glob("*.svg"))
    assert len(drawn) == 2 * 2 + 3 * 5
    for picture in drawn:
        twin = other["folder"] / "pictures" / picture.name
        assert exchanged(picture.read_text(encoding="utf-8")) == twin.read_text(encoding="utf-8"), picture.name

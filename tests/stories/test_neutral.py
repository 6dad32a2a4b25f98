"""Bar of neutrality: five countries alike; their codes, names, places and agreements exchanged; every output follows.

Nothing else may change: not the balance, not a finding, not the order of anything on the page, not what may be said.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import run_sampan
from tests.stories import neutral

from sampan.demo.neutral import IDENTITIES, SAME, STEMS

TURNED = "31402"
BOUND = ("crosswalk", "digest")  # digests of texts that hold the names


def _demo(folder: Path, order: str) -> dict[str, Any]:
    (folder / "sampan-home" / "keys").mkdir(parents=True, mode=0o700)
    (folder / "sampan-home" / "keys" / "codes").write_bytes(bytes(32))  # both homes shuffle their codes alike
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
        told = neutral.shared(folder, order)
    return said.json | {"found": findings, "figures": figures, "folder": folder / "page", "shared": told, "at": folder}


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


def test_what_may_be_said_and_what_leaves_is_the_same(two):
    """Agreements, `may`, previews, releases and what waits at a gate; a refusal is in the same words."""
    one, other = ({name: _shared(region, told) for name, told in region["shared"].items()} for region in two)
    assert one.keys() == other.keys()
    for name, told in one.items():
        turned = [neutral.timeless(exchanged(line)) for line in told]
        rows = name.endswith("table.csv")
        assert (sorted(turned) if rows else turned) == (sorted(other[name]) if rows else other[name]), name


def test_every_kind_of_answer_was_among_them(two):
    """What goes, goes coarser, waits and is refused: else the test above would compare little."""
    told = two[0]["shared"]
    outcomes = {name: told[f"preview {name}"]["decision"]["outcome"] for name in neutral.OUTCOMES}
    assert outcomes == neutral.OUTCOMES
    assert len({json.dumps(answer["answer"]) for answer in told["may"]}) > 2
    assert any("not-shared" in row for row in told["two table.csv"])
    assert any(line for line in told["waiting"])


def test_a_sum_names_no_source_of_a_stranger(two):
    for region, order in zip(two, (SAME, TURNED), strict=True):
        stranger = neutral.codes(order)[4].lower()
        told = json.dumps(region["shared"]["release added"])
        assert f"neutral-{stranger}" not in told
        assert "opendengue" not in told


def _shared(region: dict[str, Any], told: Any) -> list[str]:
    """An answer as lines without moments, digests and the home's own path."""
    lines = told if isinstance(told, list) else [told]
    said = [line if isinstance(line, str) else json.dumps(line, ensure_ascii=False) for line in lines]
    return [neutral.timeless(line.replace(str(region["at"]), "HOME")) for line in said]

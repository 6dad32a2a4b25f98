"""What was known on each day stays answerable, in the source's clock and in ours; the owner alone takes back."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.codes import nth
from tests.conftest import Sampan
from tests.stories import brook

pytestmark = pytest.mark.postgres

FIRST = """
province,week,disease,cases
Takeo,2024-W01,dengue,5
Kampot,2024-W01,dengue,7
Kandal,2024-W01,dengue,0
"""
SECOND = """
province,week,disease,cases
Takeo,2024-W01,dengue,6
Kandal,2024-W01,dengue,0
Pursat,2024-W01,dengue,2
"""


def laid(home: Path, folder: Path) -> tuple[Path, Path]:
    """The source whose deliveries replace one another, and two of them."""
    brook.lay(home)
    source = home / "sources" / "brook-weekly" / "source.yml"
    source.write_text(
        source.read_text().replace("mode: increment", "mode: snapshot, scope: [period]"), encoding="utf-8"
    )
    files = folder / "first.csv", folder / "second.csv"
    for file, text in zip(files, (FIRST, SECOND), strict=True):
        file.write_text(text.lstrip(), encoding="utf-8")
    return files


def told(sampan: Sampan, *asked: str) -> dict[str, int]:
    """Place as it was written -> value."""
    return {row["place_raw"]: row["value"] for row in sampan("observations", "--json", *asked).json}


def test_what_was_known_on_each_day_stays_answerable(sampan: Sampan, home: Path, tmp_path: Path) -> None:
    first, second = laid(home, tmp_path)
    sampan("receive", "brook-weekly", first, "--published-at", "2024-02-01", code=None)
    sampan("receive", "brook-weekly", second, "--published-at", "2024-03-01", code=None)
    published = ("--clock", "published")
    assert told(sampan, "--as-of", "2024-01-15", *published) == {}
    assert told(sampan, "--as-of", "2024-02-15", *published) == {"Takeo": 5, "Kampot": 7, "Kandal": 0}
    assert told(sampan, "--as-of", "2024-03-15", *published) == {"Takeo": 6, "Kandal": 0, "Pursat": 2}
    assert told(sampan) == {"Takeo": 6, "Kandal": 0, "Pursat": 2}
    changes = sampan("observations", "--json", "--since", "2024-02-15", *published).json
    assert sorted(
        (row["change"], row["value_before"], row["value_after"]) for row in changes if row["change"] != "added"
    ) == [
        ("changed", 5, 6),
        ("removed", 7, None),
    ]
    assert [row["value_after"] for row in changes if row["change"] == "added"] == [2]


def test_an_older_publication_that_arrives_late_does_not_win(sampan: Sampan, home: Path, tmp_path: Path) -> None:
    first, second = laid(home, tmp_path)
    sampan("receive", "brook-weekly", second, "--published-at", "2024-03-01", code=None)
    sampan("receive", "brook-weekly", first, "--published-at", "2024-02-01", code=None)
    now = told(sampan)
    assert (now["Takeo"], now["Kandal"], now["Pursat"]) == (6, 0, 2)
    assert told(sampan, "--as-of", "2024-02-15", "--clock", "published")["Takeo"] == 5


def test_every_figure_carries_its_raw_text_and_its_place(sampan: Sampan, home: Path, tmp_path: Path) -> None:
    first, _ = laid(home, tmp_path)
    sampan("receive", "brook-weekly", first, code=None)
    lines = first.read_text().splitlines()
    for row in sampan("observations", "--json").json:
        place, period, condition, value = lines[row["row"] - 1].split(",")
        assert (row["place_raw"], row["period_raw"], row["condition_raw"], row["value_raw"]) == (
            place,
            period,
            condition,
            value,
        )
        assert row["delivery"] == nth("D", 1)
        assert row["crosswalk"]


def test_the_owner_alone_withdraws_and_the_silence_is_told(sampan: Sampan, home: Path, tmp_path: Path) -> None:
    first, _ = laid(home, tmp_path)
    sampan("receive", "brook-weekly", first, code=None)
    refused = sampan("withdraw", nth("D", 1), "--reason", "x", "--actor", "other-party/clerk", "--json", code=2)
    assert refused.json["error"]["what"].startswith("no delivery is called"), "not even that there is one"
    refused = sampan("withdraw", nth("D", 1), "--reason", "x", "--actor", "office/steward", "--json", code=4)
    assert refused.json["error"]["rule"] == "owner-withdraws"
    assert len(told(sampan)) == 3
    sampan("withdraw", nth("D", 1), "--reason", "wrong workbook", "--erase")
    assert told(sampan) == {}
    gone = sampan("observations", "--json", "--gone-too").json
    assert {row["status"] for row in gone} == {"withdrawn"}
    assert not [row for row in gone if row["value"] is not None or row["value_raw"] is not None]
    sampan("log", "verify")

"""Whatever the order in which snapshots arrive: what is newest, and what was known at each publication, is the same.

In one process; the sources are small and invented: one for each order, alike in all else.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import Sampan
from tests.inside import runner
from tests.stories import brook

pytestmark = [pytest.mark.django_db(transaction=True, reset_sequences=True), pytest.mark.postgres]
ORDERS = list(permutations(range(3)))
SCOPES = ("[period]", "[place]", "[period, place]", "[]")
PUBLISHED = ("2024-02-01", "2024-03-01", "2024-04-01")
PROVINCES = ("Takeo", "Kampot", "Kandal", "Nowhere")
FORM = """
id: {id}
title: A form with a column for each week
owner: brook-office
country: KH
kind: aggregate
practice: by-week-2024
invented: true
read: {{format: csv, header_rows: [1]}}
delivery: {{mode: snapshot, scope: {scope}}}
calendar: iso
columns:
  place: {{from: Province, level: 1}}
  period: {{header: 0, as: week, year: 2024}}
  condition: {{is: dengue}}
wide: {{columns: ["W*"], parts: [period]}}
"""


@pytest.fixture
def sampan(capsys: pytest.CaptureFixture[str], home: Path) -> Sampan:
    brook.lay(home)
    return runner(capsys)


def lay(home: Path, scope: str) -> Iterator[str]:
    """A source for each order, by its name."""
    for order in ORDERS:
        name = "s" + "".join(map(str, order))
        (home / "sources" / name).mkdir()
        (home / "sources" / name / "source.yml").write_text(FORM.lstrip().format(id=name, scope=scope))
        yield name


def form(dice: random.Random) -> str:
    """Some of the weeks and of the provinces; a cell is blank, a figure, or what is no figure."""
    weeks = [f"W{week}" for week in (4, 5, 6) if dice.random() < 0.8] or ["W5"]
    lines = [["Province", *weeks]]
    for province in PROVINCES:
        if dice.random() < 0.75:
            lines.append([province, *(dice.choice(["", "", "1", "2", "0", "many"]) for _ in weeks)])
    return "\n".join(",".join(line) for line in [*lines, ["Svay Rieng", *["1"] * len(weeks)], ""])


def told(sampan: Sampan, source: str, *more: str) -> dict[tuple[str, str], tuple[object, str]]:
    found = sampan("observations", "--source", source, *more, "--json").json
    return {(one["unit"], one["period_start"]): (one["value"], one["status"]) for one in found}


@pytest.mark.parametrize("scope", SCOPES)
def test_the_order_of_arrival_is_no_matter(sampan: Sampan, home: Path, tmp_path: Path, scope: str) -> None:
    dice = random.Random(f"{scope} 1")
    files = [tmp_path / f"{at}.csv" for at in range(3)]
    for file in files:
        file.write_text(form(dice))
    views = {}
    for source, order in zip(lay(home, scope), ORDERS, strict=True):
        for at in order:
            sampan("receive", source, files[at], "--published-at", PUBLISHED[at], "--json", code=None)
        known = [told(sampan, source, "--as-of", day, "--clock", "published") for day in PUBLISHED]
        views[source] = [told(sampan, source), *known]
    first = views["s012"]
    assert {name: view for name, view in views.items() if view != first} == {}, [*(f.read_text() for f in files), first]
    assert views["s012"][0] == views["s012"][-1]


def test_what_a_newer_file_left_blank_is_not_brought_to_life_by_an_older_one(
    sampan: Sampan, home: Path, tmp_path: Path
) -> None:
    """Nor by the older one alone while the newer waits for an answer about the same cell."""
    source = next(lay(home, "[period]"))
    newer, older = tmp_path / "newer.csv", tmp_path / "older.csv"
    newer.write_text("Province,W4,W5\nTakeo,1,\nKampot,,\n")
    older.write_text("Province,W4,W5,W6\nTakeo,1,3,4\nKampot,2,1,\n")
    sampan("receive", source, newer, "--published-at", "2024-03-01", "--json", code=None)
    at = datetime.now(UTC).isoformat()
    said = sampan("receive", source, older, "--published-at", "2024-02-01", "--json", code=None).json
    week = {number: f"2024-{day}" for number, day in ((4, "01-22"), (5, "01-29"), (6, "02-05"))}
    takeo, kampot = "KH-21", "KH-7"

    def short(*more: str) -> dict[tuple[str, str], object]:
        return {(unit.split("@")[0], start): value for (unit, start), (value, _) in told(sampan, source, *more).items()}

    assert said["retracted"] == 3
    assert short() == {(takeo, week[4]): 1, (takeo, week[6]): 4}
    assert short("--as-of", at) == {(takeo, week[4]): 1}
    whole = {(takeo, week[4]): 1, (takeo, week[5]): 3, (takeo, week[6]): 4, (kampot, week[4]): 2, (kampot, week[5]): 1}
    assert short("--as-of", "2024-02-15", "--clock", "published") == whole
    newest = sampan("deliveries", "--json").json
    sampan("withdraw", newest[0]["delivery"] if newest[0]["delivery"] != said["delivery"] else newest[1]["delivery"],
           "--reason", "a slip")  # fmt: skip
    assert short() == whole, "the newer one is gone, and so is what it took back"


def test_a_form_that_is_silent_on_most_of_what_stands_takes_it_back_only_when_its_owner_says_so(
    sampan: Sampan, home: Path, tmp_path: Path
) -> None:
    """Twelve figures, then the same form with its newest week alone; and a file of before that comes at the end."""
    source = next(lay(home, "[]"))
    names = ("Takeo", "Kampot", "Kandal")
    weeks = [f"W{week}" for week in range(4, 8)]

    def send(day: str, *columns: str) -> dict[str, Any]:
        file = tmp_path / f"{day}.csv"
        file.write_text("\n".join([",".join(["Province", *columns]), *(name + ",3" * len(columns) for name in names)]))
        found: dict[str, Any] = sampan("receive", source, file, "--published-at", day, "--json", code=None).json
        return found

    assert send("2024-03-01", *weeks)["findings"] == {}
    newest = send("2024-03-08", "W8")
    assert (newest["retracted"], newest["findings"]) == (0, {"much-taken-back": 1})
    assert send("2024-02-01", "W3")["retracted"] == 3, "the older form is taken back by the first, not by the newest"
    assert len(told(sampan, source)) == 15
    [question] = sampan("findings", "--json").json
    assert question["facts"]["of"] == 12
    done = sampan("settle", question["finding"], "--accept", "the earlier figures were wrong", "--json").json
    assert [(one["delivery"], one["retracted"]) for one in done["replayed"]] == [(newest["delivery"], 12)]
    assert {start for _, start in told(sampan, source)} == {"2024-02-19"}
    assert len(told(sampan, source, "--as-of", "2024-03-02", "--clock", "published")) == 12
    assert send("2024-03-02", "W3", *weeks)["retracted"] == 15, "what the newest took back stays so"
    assert {start for _, start in told(sampan, source)} == {"2024-02-19"}
    assert sampan("log", "verify").code == 0

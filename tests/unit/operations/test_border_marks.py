"""Where an own series stops being one series inside the weeks shown, My border says so as the region's curves do."""

from __future__ import annotations

import shutil
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from tests.stories import border as laid

from sampan.operations import bordering, homes, receiving
from sampan.operations.bordering import Mark, Watch
from sampan.operations.receiving import Act

pytestmark = [pytest.mark.django_db]
NOW = datetime(2026, 8, 17, 8, tzinfo=UTC)
WATCH = Watch("kh-20/surveillance", "kh-20", "KH-20")


def _deliver(home: Path, week: str) -> None:
    path = home / "week.csv"
    path.write_text(laid.KH_WEEK.replace("W31", f"W{week}"), encoding="utf-8")
    store = homes.opened()
    receiving.receive(store, homes.source(store, "border-kh"), path, Act("kh-20/surveillance", NOW))


def _count_otherwise(home: Path) -> None:
    path = next(path for path in home.rglob("source.yml") if path.parent.name == "border-kh")
    text = path.read_text(encoding="utf-8")
    said = next(line for line in text.splitlines() if line.startswith("practice:"))
    path.write_text(text.replace(said, "practice: kh-otherwise"), encoding="utf-8")


def test_a_change_of_practice_is_marked_on_the_week_it_begins(home):
    home.mkdir(mode=0o700)
    laid.lay(home)
    _deliver(home, "31")
    _count_otherwise(home)
    assert bordering.border(homes.opened(), WATCH, "cholera", NOW).marks == ()
    _deliver(home, "32")
    found = bordering.border(homes.opened(), WATCH, "cholera", NOW)
    assert found.marks == (Mark("border-kh", date(2026, 8, 3), "practice"),)


def test_a_source_that_owes_nothing_and_says_nothing_of_a_unit_has_no_line_beside_one_that_speaks(home):
    home.mkdir(mode=0o700)
    laid.lay(home)
    _deliver(home, "31")
    first = next(path.parent for path in home.rglob("source.yml") if path.parent.name == "border-kh")
    second = first.with_name("border-kh-abroad")
    shutil.copytree(first, second)
    text = (second / "source.yml").read_text(encoding="utf-8").replace("id: border-kh", "id: border-kh-abroad")
    (second / "source.yml").write_text(text, encoding="utf-8")
    path = home / "abroad.csv"
    path.write_text("province,week,disease,cases\nPrey Veng,2026-W31,cholera,3\n", encoding="utf-8")
    store = homes.opened()
    receiving.receive(store, homes.source(store, "border-kh-abroad"), path, Act("kh-20/surveillance", NOW))
    found = bordering.border(homes.opened(), WATCH, "cholera", NOW).lines
    assert [(line.unit.place, line.source) for line in found if line.mine] == [
        ("KH-20", "border-kh"),
        ("KH-14", "border-kh-abroad"),
    ]

"""Long An to June 2025 and Tây Ninh after it: every figure and the curve carry the mark of the day between them."""

from __future__ import annotations

import csv
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from tests.conftest import Sampan

from sampan.operations import homes, receiving
from sampan.operations.receiving import Act
from sampan.operations.viewing import Wanted, region
from sampan.web.pictures import pictures
from sampan.web.reader import Reader

SOURCE = """
id: vn-weekly-invented
title: Weekly return (invented)
owner: vn-test
country: VN
kind: aggregate
practice: vn-circular-54
invented: true
calendar: iso
read: {format: csv}
delivery: {mode: snapshot, scope: [period]}
numbers: {locale: en}
columns:
  place: {from: province, level: 1}
  period: {from: week, as: week}
  condition: disease
  measure: {is: cases}
  value: cases
expects: {level: 1, every: week, due_days: 9}
"""
ROWS = """province,week,disease,cases
Long An,2025-W25,dengue,11
Tây Ninh,2025-W25,dengue,5
Cà Mau,2025-W25,dengue,2
Tây Ninh,2025-W28,dengue,20
Cà Mau,2025-W28,dengue,3
Hà Nội,2025-W28,dengue,1
"""
NOW = datetime(2025, 7, 20, tzinfo=UTC)
BEFORE = "territory changed (merge) on 2025-07-01; after it VN-37 Tây Ninh"
AFTER = "territory changed (merge) on 2025-07-01; before it VN-37 Tây Ninh, VN-41 Long An"


def _laid(home: Path, tmp_path: Path) -> Path:
    """The source in the home; its file."""
    folder = home / "sources" / "vn-weekly-invented"
    folder.mkdir(parents=True)
    (folder / "source.yml").write_text(SOURCE.lstrip(), encoding="utf-8")
    file = tmp_path / "weeks.csv"
    file.write_text(ROWS, encoding="utf-8")
    return file


@pytest.fixture
def told(sampan: Sampan, home: Path, tmp_path: Path) -> Path:
    """The return received."""
    sampan("receive", "vn-weekly-invented", _laid(home, tmp_path), code=None)
    return home


def test_every_figure_beside_the_change_is_marked(sampan: Sampan, told: Path, tmp_path: Path) -> None:
    rows = sampan("observations", "--json").json
    marks = {(one["unit"], one["period_start"]): one["break"] for one in rows}
    assert marks[("VN-41@0001-01-01", "2025-06-16")] == BEFORE
    assert marks[("VN-37@0001-01-01", "2025-06-16")] == BEFORE
    assert marks[("VN-37@2025-07-01", "2025-07-07")] == AFTER
    assert "2008-08-01" in marks[("VN-HN@2008-08-01", "2025-07-07")]
    sampan("observations", "--format", "csv", "-o", tmp_path / "all.csv")
    with (tmp_path / "all.csv").open(encoding="utf-8") as handle:
        assert {row["break"] for row in csv.DictReader(handle)} >= {BEFORE, AFTER}
    shown = sampan("observations", "--unit", "VN-37")
    assert shown.out.count("Tây Ninh ‖") == 2
    assert " ".join(shown.err.split()).count("2025-07-01") == 2


def test_a_neighbours_form_says_so_among_its_caveats(sampan: Sampan, told: Path, tmp_path: Path) -> None:
    sampan("observations", "--as", "vn-weekly-invented", "-o", tmp_path / "back.csv")
    with (tmp_path / "back.csv").open(encoding="utf-8-sig") as handle:
        lines = [line for line in csv.reader(handle) if "Long An" in line[:1]]
    assert lines
    assert all("territory changed 2025-07-01" in line[-1] for line in lines)


@pytest.mark.django_db(transaction=True)
def test_the_curve_breaks_on_the_day_and_counts_the_units_of_each_time(home: Path, tmp_path: Path) -> None:
    store, file = homes.opened(), _laid(home, tmp_path)
    source = homes.source(store, "vn-weekly-invented")
    receiving.receive(store, source, file, Act(f"{source.owner}/sender", NOW))
    view = region(store, Wanted("dengue"))
    [source] = view.sources
    assert source.territory_breaks == (date(2025, 7, 1),)
    due = {cell.start: 0 for cell in source.own_cells}
    for cell in source.own_cells:
        due[cell.start] += 1
    assert (due[date(2025, 6, 16)], due[date(2025, 7, 7)]) == (63, 34)
    cases = {start: sum(c.value or 0 for c in source.own_cells if c.start == start) for start in due}
    assert (cases[date(2025, 6, 16)], cases[date(2025, 7, 7)]) == (18, 24)
    drawn = pictures(view, Reader("en"))["curve-0"].svg()
    assert "territory changed" in drawn

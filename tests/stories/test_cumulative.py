"""A cumulative source through the real doors: its schedule is kept, and a month of releases tells no single week."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from tests.conftest import Sampan
from tests.stories import border

pytestmark = pytest.mark.postgres
KH, VN = "kh-20/surveillance", "vn-37/surveillance"
DISTRICTS = ("KH-2001", "KH-2002", "KH-2003", "KH-2004", "KH-2005", "KH-2006")


def laid(home: Path) -> None:
    """Svay Rieng's return, district by district and cumulative since January."""
    border.lay(home)
    file = home / "sources" / "border-kh" / "source.yml"
    text = file.read_text(encoding="utf-8").replace(
        "mode: snapshot, scope: [period]", "mode: cumulative, scope: [period]"
    )
    file.write_text(text.replace("{from: province, level: 1}", "{from: province, level: 2}"), encoding="utf-8")


def test_turns_are_kept_from_release_to_release(sampan: Sampan, home: Path, tmp_path: Path) -> None:
    laid(home)
    border.agree(sampan, tmp_path, border.AGREEMENT.replace("level: 1, period: week", "level: 2, period: week"))
    told: dict[tuple[str, str], set[str]] = {}
    for week in range(1, 9):
        lines = [f"{code},2026-W{week:02},cholera,{week * 2 + at + 4}" for at, code in enumerate(DISTRICTS)]
        file = border.written(tmp_path / f"w{week}.csv", "province,week,disease,cases\n" + "\n".join(lines) + "\n")
        sampan("receive", "border-kh", file, "--actor", KH, code=None)
        window = {"data": "{from: 2026-01-01, to: 2026-03-01}", "resolution": "{level: 2, period: week}"}
        asked = border.request(tmp_path / f"r{week}.yml", VN, "KH-20", **window)
        sampan("release", asked, "-o", tmp_path / f"out{week}")
        with (tmp_path / f"out{week}" / "table.csv").open(encoding="utf-8") as rows:
            for row in csv.DictReader(rows):
                told.setdefault((row["place"], row["period_start"]), set()).add(row["value"])
    spoken = {key: values - {""} for key, values in told.items() if values - {""}}
    assert all(len(values) == 1 for values in spoken.values())
    weeks_of = {place: sorted(day for unit, day in spoken if unit == place) for place, _ in spoken}
    assert len(weeks_of) >= 5
    assert all(len(days) == len({*days}) and len(days) <= 3 for days in weeks_of.values())

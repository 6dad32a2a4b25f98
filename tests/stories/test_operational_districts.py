"""A source of Cambodian operational districts, a list its owner brings: released as they are, and as their province."""

from __future__ import annotations

import shutil
from pathlib import Path

import polars as pl
import pytest
from tests.conftest import Sampan
from tests.stories import border

from sampan.vocab import places

KH, VN = "kh-20/surveillance", "vn-37/surveillance"
NAMES = {"KH-20-OD1": "Svay Rieng", "KH-20-OD2": "Chi Phu", "KH-20-OD3": "Romeas Haek", "KH-20-OD4": "Svay Teab"}
COUNTS = {"Svay Rieng": 14, "Chi Phu": 9, "Romeas Haek": 2, "Svay Teab": 11}


@pytest.fixture
def region(sampan: Sampan, home: Path, tmp_path: Path) -> Path:
    """A home with the list of operational districts in our places of Cambodia, and an agreement of districts by week."""
    border.lay(home)
    with_list(home / "places" / "kh")
    text = border.SOURCE.format(
        id="border-od", title="Weekly return by operational district", owner="kh-20", country="KH"
    )
    text = text.replace("place: {from: province, level: 1}", "place: {from: od, level: 2}")
    (home / "sources" / "border-od").mkdir()
    border.written(home / "sources" / "border-od" / "source.yml",
                   text.lstrip().replace("calendar: iso", "calendar: iso\nplaces: {hierarchy: operational-district}"))  # fmt: skip
    agreement = border.AGREEMENT.replace("resolution: {level: 1,", "resolution: {level: 2,", 1)
    border.agree(sampan, tmp_path, agreement.replace("sources: any", "sources: [border-od]", 1))
    rows = "".join(f"{name},2026-W31,acute watery diarrhoea,{count}\n" for name, count in COUNTS.items())
    file = border.written(tmp_path / "od.csv", "od,week,disease,cases\n" + rows)
    assert "rows:            4 in = 4 observed" in sampan("receive", "border-od", file, "--actor", KH, code=None).out
    return tmp_path


def with_list(folder: Path) -> None:
    shutil.copytree(Path(places.__file__).parent / "kh", folder)
    with (folder / "units.csv").open("a", encoding="utf-8") as units:
        for code, name in NAMES.items():
            units.write(f"{code},operational-district,2,KH-20,operational district,{name},,,the owner's own list\n")


def released(sampan: Sampan, folder: Path, level: int, place: str = "KH-20") -> pl.DataFrame:
    more = {"resolution": f"{{level: {level}, period: week}}", "conditions": "[acute-watery-diarrhoea]"}
    wanted = border.request(folder / f"{level}{place}.yml", VN, place, **more)
    out = folder / f"out-{level}{place}"
    sampan("release", wanted, "-o", out)
    return pl.read_csv(out / "table.csv", infer_schema=False)


def test_operational_districts_leave_and_a_small_one_stays(sampan: Sampan, region: Path) -> None:
    found = released(sampan, region, 2)
    told = {row["place"].partition("@")[0]: row["value"] for row in found.iter_rows(named=True)}
    assert set(told) == set(NAMES), "no administrative district, of which this source never speaks"
    assert told["KH-20-OD3"] is None
    assert sum(value is not None for value in told.values()) == 3
    assert set(found["place_name"]) == set(NAMES.values())


@pytest.mark.parametrize("first", [1, 2])
def test_the_province_and_its_operational_districts_do_not_tell_the_small_one(
    sampan: Sampan, region: Path, first: int
) -> None:
    """36 in the province less 14, 9 and 11 would be the two of Romeas Haek: one more district stays silent."""
    told = {
        level: released(sampan, region, level).filter(pl.col("value").is_not_null()) for level in (first, 3 - first)
    }
    assert told[1].get_column("value").to_list() in (["36"], [])
    assert told[first].height == (1 if first == 1 else 3)
    assert told[1].height == 0 or told[2].height <= 2
    said = sampan("audit", region / "out-1KH-20", region / "out-2KH-20", code=None)
    assert said.code == 0, said.out


def test_one_operational_district_is_asked_for_by_its_code(sampan: Sampan, region: Path) -> None:
    found = released(sampan, region, 2, "KH-20-OD1")
    assert found.select("place_name", "value").rows() == [("Svay Rieng", "14")]


def test_a_province_beside_its_operational_districts_is_a_province(sampan: Sampan, region: Path, home: Path) -> None:
    """A table with a column for each, whose first row is the province's own total: Svay Rieng is both."""
    source = home / "sources" / "border-od" / "source.yml"
    text = source.read_text(encoding="utf-8").replace("{from: od, level: 2}", "{from: [province, od], levels: [1, 2]}")
    source.write_text(text, encoding="utf-8")
    rows = "".join(f"Svay Rieng,{name},2026-W32,acute watery diarrhoea,{count}\n" for name, count in COUNTS.items())
    head = "province,od,week,disease,cases\nSvay Rieng,,2026-W32,acute watery diarrhoea,36\n"
    file = border.written(region / "both.csv", head + rows)
    assert "rows:            5 in = 5 observed" in sampan("receive", "border-od", file, "--actor", KH, code=None).out
    found = sampan("observations", "--source", "border-od", "--json").json
    assert "KH-20" in {one["unit"].partition("@")[0] for one in found}

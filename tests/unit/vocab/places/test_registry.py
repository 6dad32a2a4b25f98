"""A country is a folder: units, names, lineage and populations are read from it, and no code knows which it is."""

from __future__ import annotations

import csv
import gzip
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest
from tests.shared import shared_path

from sampan.model.errors import UserError
from sampan.vocab.places import countries, populations, registry, unit, units
from sampan.vocab.places.registry import HERE


def _country(folder: Path, **files: str) -> Path:
    folder.mkdir(parents=True)
    for name, text in files.items():
        (folder / name.replace("_", ".", 1)).write_text(text.replace(" | ", ","), encoding="utf-8")
    return folder


@pytest.fixture
def invented(tmp_path: Path) -> Path:
    _country(
        tmp_path / "zz",
        country_yml="code: ZZ\nname: Zedland\nlanguages: [en]\nhierarchies:\n  admin: {1: shire, 2: hundred}\n",
        units_csv=(
            "place,hierarchy,level,parent,kind,name,begins,ends,source\n"
            "ZZ,admin,0,,country,Zedland,,,us\n"
            "ZZ-1,admin,1,ZZ,shire,Northmarch,,2000-01-01,us\n"
            "ZZ-1,admin,1,ZZ,shire,Northmarch,2000-01-01,,us\n"
            "ZZ-2,admin,1,ZZ,shire,Eastfold,,2000-01-01,us\n"
            "ZZ-11,admin,2,ZZ-1,hundred,Burrow,,,us\n"
            "ZZ-21,admin,2,ZZ-2,hundred,Burrow,,,us\n"
        ),
        names_csv=(
            "place,language,name,rank,begins,ends,source\n"
            "ZZ-1,en,Northmarch,official,,,us\n"
            "ZZ-2,en,Eastfold,official,,,us\n"
            "ZZ-21,en,Burrow,official,,,us\n"
        ),
        lineage_csv="before,after,change,source\nZZ-1@0001-01-01,ZZ-1@2000-01-01,merge,us\nZZ-2@0001-01-01,ZZ-1@2000-01-01,merge,us\n",
        kinds_csv="language,word,position,kinds,loosely\nen,shire of,before,shire,\n",
    )
    return tmp_path


def test_the_name_in_the_list_of_units_is_a_name_of_the_unit(invented: Path) -> None:
    names = (invented / "zz" / "names.csv").read_text(encoding="utf-8")
    assert "ZZ-11" not in names
    (found,) = registry(invented).resolve(["burrow"], country="ZZ", parent="Northmarch")
    assert found.place == "ZZ-11"


def test_a_new_country_is_only_a_folder(invented: Path) -> None:
    gazetteer = registry(invented)
    assert set(gazetteer.countries()) == {*countries(), "ZZ"}
    names = ["Shire of Northmarch", "EASTFOLD", "Burrow", "Northmrach", "Hospital"]
    found = gazetteer.resolve(names, country="ZZ")
    assert [one.place for one in found] == ["ZZ-1", "ZZ-2", None, "ZZ-1", None]
    assert [one.how for one in found] == ["folded", "folded", "ask", "fuzzy", "none"]
    (below,) = gazetteer.resolve(["Burrow"], country="ZZ", parent="Eastfold")
    assert below.place == "ZZ-21"
    assert gazetteer.sums(["ZZ-1@0001-01-01", "ZZ-2@0001-01-01"]).whole == "ZZ-1@2000-01-01"
    assert [one.id for one in gazetteer.successors_on("ZZ-2@0001-01-01", date(2010, 1, 1))] == ["ZZ-1@2000-01-01"]


def test_the_bundled_registry_does_not_know_the_invented_country(invented: Path) -> None:
    registry(invented)
    assert "ZZ" not in countries()
    with pytest.raises(UserError, match="no country"):
        units("ZZ")


def test_codes_do_not_decide(invented: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    """The same folder under other codes gives the same answers, code for code."""
    other = tmp_path_factory.mktemp("renamed") / "aa"
    other.mkdir()
    for path in (invented / "zz").iterdir():
        (other / path.name).write_text(path.read_text(encoding="utf-8").replace("ZZ", "AA"), encoding="utf-8")
    names = ["Northmarch", "Burrow", "Burow", "Eastfald", "North"]
    here = registry(invented).resolve(names, country="ZZ")
    there = registry(other).resolve(names, country="AA")
    assert [(one.how, one.score, (one.place or "").replace("ZZ", "AA")) for one in here] == [
        (one.how, one.score, one.place or "") for one in there
    ]


def test_first_level_units_of_every_country() -> None:
    today = date(2026, 1, 1)
    counted = {code: len(units(code, level=1, on=today)) for code in countries()}
    assert counted == {
        "BN": 4, "CN": 34, "ID": 38, "KH": 25, "LA": 18, "MM": 20, "MY": 16, "PH": 17, "SG": 5, "SL": 5, "TH": 77,
        "TL": 13, "VN": 34,
    }  # fmt: skip


def test_second_level_units() -> None:
    assert len(units("KH", level=2)) == 210
    assert len(units("LA", level=2)) == 148
    assert len(units("TH", level=2, on=date(2026, 1, 1))) == 928 + 1  # Pattaya
    assert len(units("MM", level=2)) == 77
    assert len(units("MM", level=3)) == 349
    assert sorted({one.parent or "" for one in units("CN", level=2)}) == ["CN-GX", "CN-YN"]


def test_withdrawn_units_keep_their_codes() -> None:
    for code in ("VN-15@0001-01-01", "LA-XN@0001-01-01", "PH-04@0001-01-01"):
        assert unit(code).ends is not None
    assert unit("MMR007@0001-01-01").parent == "MM-02"
    assert unit("MMR015@0001-01-01").parent == "MM-17"


def test_hierarchies_without_a_list_are_there_and_empty() -> None:
    assert registry().registry.country("KH").hierarchies["operational-district"] == {2: "operational district"}
    assert units("KH", hierarchy="operational-district") == []
    assert units("TH", hierarchy="health-region") == []


def test_units_never_overlap_in_time_and_every_parent_is_known() -> None:
    gazetteer = registry()
    for code in countries():
        places = gazetteer.registry.country(code).places
        for history in places.values():
            for earlier, later in pairwise(history):
                assert earlier.ends is not None
                assert earlier.ends <= later.begins
        assert all(one.parent in places for history in places.values() for one in history if one.level > 0)


def test_every_fact_has_its_source() -> None:
    for folder in sorted(path.parent for path in HERE.glob("*/country.yml")):
        for table in ("units.csv", "names.csv", "lineage.csv", "near.csv"):
            path = folder / table
            if path.exists():
                with path.open(encoding="utf-8", newline="") as file:
                    assert all(row["source"] for row in csv.DictReader(file)), path


def test_populations_name_their_day_and_who_is_counted() -> None:
    (yangon,) = [one for one in populations("MM") if one.unit == "MM-06@0001-01-01"]
    assert (yangon.population, yangon.reference_date) == (7360703, date(2014, 3, 29))
    assert "census" in yangon.counted
    assert len({one.unit for one in populations("VN")}) == 34
    assert sum(one.population for one in populations("MM")) == 51_486_253
    for code in ("MM", "VN"):
        assert all(unit(one.unit).in_force(one.reference_date) for one in populations(code))


def test_sierra_leone_line_lists_resolve() -> None:

    path = shared_path("feeds/outbreaks_r/ebola_sierraleone_2014_confirmed.csv.gz")
    with gzip.open(path, "rt", encoding="utf-8") as file:
        pairs = sorted({(row["District"], row["Chiefdom"]) for row in csv.DictReader(file)})
    gazetteer = registry()
    for district, chiefdom in pairs:
        (upper,) = gazetteer.resolve([district], country="SL", level=2)
        assert upper.place, district
        (lower,) = gazetteer.resolve([chiefdom], country="SL", level=3, parent=upper.place)
        assert lower.place, (district, chiefdom)


def test_the_smallest_units_are_read_only_when_asked_for() -> None:
    thai = registry().registry.country("TH")
    assert not any(one.level == 3 for one in thai.units.values())
    assert len(units("TH", level=3, on=date(2026, 1, 1))) == 7436
    for one in units("TH", level=3):
        assert all(unit(after).begins == one.ends for after in one.successors), one.id
    (before,), (after,) = (
        registry().resolve(["บางซื่อ"], country="TH", level=3, on=day) for day in (date(2000, 1, 1), date(2010, 1, 1))
    )
    assert (before.place, after.place) == ("TH-100205", "TH-102901")
    assert registry().chain("TH-100205@0001-01-01", "TH-102901@2006-01-01").same
    assert unit("TH-100205@0001-01-01").parent == "TH-1002"

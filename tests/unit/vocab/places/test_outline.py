"""Outlines follow the day: merged units are one, units without an outline are listed with what they are drawn in."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest

from sampan.model.errors import UserError
from sampan.vocab.places import basemap, units
from sampan.vocab.places.outline import FOLDER

COUNTRIES = ("BN", "CN", "ID", "KH", "LA", "MM", "MY", "PH", "SG", "TH", "TL", "VN")
LARGEST_FILE_BYTES = 150_000


@pytest.mark.parametrize("country", COUNTRIES)
@pytest.mark.parametrize("on", [date(1995, 1, 1), date(2007, 6, 1), date(2020, 1, 1), date(2026, 1, 1)])
def test_every_unit_in_force_is_drawn_or_listed_as_missing(country: str, on: date) -> None:
    drawn = basemap(country, on)
    shown = {feature["id"] for feature in drawn["features"]}
    assert shown | set(drawn["missing"]) == {unit.id for unit in units(country, level=1, on=on)}
    assert not shown & set(drawn["missing"])
    assert all(feature["geometry"]["coordinates"] for feature in drawn["features"])
    assert "public domain" in drawn["source"]


def test_viet_nam_before_and_after_the_merger() -> None:
    assert len(basemap("VN", date(2025, 6, 30))["features"]) == 63
    after = {
        one["properties"]["place"]: one["properties"]["parts"] for one in basemap("VN", date(2025, 7, 1))["features"]
    }
    assert len(after) == 34
    assert after["VN-37"] == ["VN-37", "VN-41"]
    assert after["VN-35"] == ["VN-35", "VN-40", "VN-72"]


def test_units_without_an_outline() -> None:
    assert basemap("KH", date(2020, 1, 1))["missing"] == {"KH-25@2013-12-31": ["KH-3"]}
    assert basemap("LA", date(2020, 1, 1))["missing"] == {"LA-XS@2013-12-13": ["LA-VI", "LA-XI"]}
    assert basemap("MM", date(2020, 1, 1))["missing"]["MMR007@0001-01-01"] == ["MM-02"]
    assert basemap("KH", date(2010, 1, 1))["missing"] == {}


def test_files_are_small_and_outer_rings_run_clockwise() -> None:
    for country in COUNTRIES:
        assert (FOLDER / f"{country.lower()}.json").stat().st_size <= LARGEST_FILE_BYTES
        for feature in basemap(country, date(2024, 1, 1))["features"]:
            for polygon in feature["geometry"]["coordinates"]:
                ring = polygon[0]
                assert ring[0] == ring[-1]
                assert sum((b[0] - a[0]) * (b[1] + a[1]) for a, b in pairwise(ring)) > 0


def test_no_outlines_no_map() -> None:
    with pytest.raises(UserError, match="no outlines"):
        basemap("SL", date(2020, 1, 1))

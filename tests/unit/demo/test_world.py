"""The invented region: the same from the same seed, whole maps, and figures that follow from the truth."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date
from itertools import pairwise

import numpy as np
import polars as pl
import pytest

from sampan.demo.countries import HABITS
from sampan.demo.expected import expected
from sampan.demo.geography import draw
from sampan.demo.records import records
from sampan.demo.returns import redefined_on, returns
from sampan.demo.world import world

LATE = date(2026, 1, 1)


@pytest.fixture(scope="module")
def region():
    return world(7)


@pytest.fixture(scope="module")
def people(region):
    return records(region)


def test_the_same_seed_gives_the_same_region(region, people):
    again = world(7)
    assert again.land == region.land
    assert again.places == region.places
    assert again.incidence().equals(region.incidence())
    assert records(again).equals(people)


def test_another_seed_gives_another_region(region):
    assert world(8).places != region.places


@pytest.mark.parametrize("seed", range(6))
def test_every_province_is_a_closed_ring_and_neighbours_share_their_border(seed):
    land = draw(34, 5, np.random.default_rng(seed))
    assert all(ring[0] == ring[-1] and len(ring) > 8 for rings in land.rings for ring in rings)
    assert min(Counter(land.country).values()) >= 4
    sides = Counter(frozenset(side) for rings in land.rings for ring in rings for side in pairwise(ring))
    assert set(sides.values()) <= {1, 2}, "a side belongs to one province, or to two neighbours"
    assert sum(count == 2 for count in sides.values()) > len(sides) / 3
    for place, borders in enumerate(land.neighbours):
        assert all(land.neighbours[other][place] == pytest.approx(length) for other, length in borders.items())


def test_codes_are_of_the_user_assigned_range_and_names_in_their_script(region):
    assert {habit.code for habit in HABITS} == {"XH", "XM", "XP", "XS", "XT"}
    for place in region.places:
        assert place.code.startswith(place.country + "-")
        if place.country != "XS":
            assert not any(letter.isascii() and letter.isalpha() for letter in place.name.native)
    assert len({place.name for place in region.places}) == len(region.places)


def test_no_more_persons_are_counted_than_were_infected(region, people):
    first_rows = people.filter(~pl.col("twin"))
    for condition, table in region.true.items():
        assert 0 < first_rows.filter(pl.col("condition") == condition).height < table.sum()


def test_twins_are_one_person_in_two_countries(region, people):
    twins = people.filter(pl.col("twin"))
    assert twins.height > 50
    pairs = twins.join(people.filter(~pl.col("twin")), on="person", suffix="_abroad")
    assert pairs.height == twins.height
    country = region.land.country
    assert all(country[home] != country[abroad] for home, abroad in pairs.select("place", "place_abroad").iter_rows())


def test_a_country_that_counts_children_only_counts_no_adult_with_dengue(region, people):
    places = [place.province for place in region.of("XP")]
    ages = people.filter((pl.col("condition") == "dengue") & pl.col("place").is_in(places))["age"]
    assert ages.len() > 100
    assert ages.max() < 16


def test_returns_are_whole_and_grow_with_time(region, people):
    habit = region.habit("XH")
    early = returns(region, habit, people, known_on=date(2024, 12, 2))
    late = {(one.place.code, one.start): one for one in returns(region, habit, people, known_on=LATE)}
    assert len(late) == 69 * len(region.of("XH"))
    for one in early:
        later = late[(one.place.code, one.start)]
        assert (one.sites_reporting, one.sent) == (later.sites_reporting, later.sent)
        for cell, after in zip(one.cells, later.cells, strict=True):
            assert cell.cases <= after.cases


def test_every_silence_the_forms_can_write_occurs(region, people):
    told = expected(region, people, known_on=LATE)
    assert set(told["status"]) == {"reported", "zero", "unknown", "withheld", "suppressed"}
    assert told.filter(pl.col("status").is_in(["unknown", "withheld", "suppressed"]))["value"].null_count() > 100
    assert told.filter(pl.col("condition").is_in(["measles"]) & (pl.col("source") == "invented-xp")).is_empty()


def test_one_country_changes_its_case_definition_on_a_monday_and_counts_fewer_from_then_on(region, people):
    assert [habit.code for habit in HABITS if redefined_on(region, habit)] == ["XP"]
    habit = region.habit("XP")
    change = redefined_on(region, habit)
    assert change is not None
    assert change.weekday() == 0
    before = returns(region, replace(habit, redefined=None), people, known_on=LATE)
    after = returns(region, habit, people, known_on=LATE)
    assert [one.redefined for one in after] == [one.start >= change for one in after]
    assert [one.cells for one in after if not one.redefined] == [one.cells for one in before if one.start < change]
    pairs = [(one, other) for one, other in zip(before, after, strict=True) if other.redefined]
    fewer = [(a.cases, b.cases) for one, other in pairs for a, b in zip(one.cells, other.cells, strict=True)]
    assert all(b <= a for a, b in fewer)
    assert sum(b for _, b in fewer) < sum(a for a, _ in fewer)

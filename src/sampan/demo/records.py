"""From true infections to the persons who reach a country's figures: who is seen, where, when and as what.

Some people of a border province are seen next door, and some of those are recorded in both
countries: one patient, two rows.
"""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import polars as pl

from sampan.demo.epidemic import NATURES
from sampan.demo.world import World

ABROAD = 0.05  # share of a border province's patients seen across the border
BOTH = 0.4  # share of those who are recorded at home too
CLASS_SHARES = {"dengue": (0.52, 0.18, 0.30), "malaria": (0.0, 0.0, 1.0), "cholera": (0.5, 0.2, 0.3)}
CLASSES = ("suspected", "probable", "confirmed")


def records(world: World) -> pl.DataFrame:
    """One row for each time a person enters a country's books, sorted by day seen.

    Columns: person, condition, residence and place (province numbers), onset, seen, known (dates), age (years),
    sex, classification, admitted, died, twin (True on the second row of one person).
    """
    random = np.random.default_rng([world.seed, 1])
    parts = [_of_condition(world, condition, table, random) for condition, table in world.true.items()]
    people = pl.concat(parts).with_row_index("person")
    both = _both(world, people, random)
    return pl.concat([people, both]).filter(pl.col("seen") <= world.last).sort("seen", "person", "twin")


def _of_condition(world: World, condition: str, table: np.ndarray, random: np.random.Generator) -> pl.DataFrame:
    weeks, provinces = (axis.ravel() for axis in np.indices(table.shape))
    residence = np.repeat(provinces, table.ravel())
    week = np.repeat(weeks, table.ravel())
    place = _seen_at(world, residence, random)
    nature = NATURES[condition]
    age = np.round(random.gamma(*nature.ages, size=len(residence)), 1).clip(0.1, 95)
    kept = random.random(len(residence)) < _chance(world, condition, place, age)
    residence, week, place, age = residence[kept], week[kept], place[kept], age[kept]
    count = len(residence)
    onset = 7 * week + random.integers(0, 7, size=count)
    seen = onset + 1 + random.poisson(2.2, size=count)
    known = seen + 1 + 7 * _delays(world, place, random) + random.integers(0, 5, size=count)
    shares = CLASS_SHARES.get(condition, (0.4, 0.3, 0.3))
    return pl.DataFrame(
        {
            "condition": [condition] * count,
            "residence": residence,
            "place": place,
            "onset": [world.first + timedelta(days=int(day)) for day in onset],
            "seen": [world.first + timedelta(days=int(day)) for day in seen],
            "known": [world.first + timedelta(days=int(day)) for day in known],
            "age": age,
            "sex": np.where(random.random(count) < 0.5, "female", "male"),
            "classification": random.choice(CLASSES, p=shares, size=count),
            "admitted": random.random(count) < 0.42,
            "died": random.random(count) < nature.fatal,
            "twin": np.zeros(count, dtype=bool),
        }
    )


def _chance(world: World, condition: str, place: np.ndarray, age: np.ndarray) -> np.ndarray:
    """The share of true infections that the country where they are seen would count."""
    habits = [world.habit(world.provinces[p].country) for p in sorted(world.provinces)]
    rates = np.array([habit.reported.get(condition, 0.0) for habit in habits])
    below = np.array([habit.to_age.get(condition, np.inf) for habit in habits])
    chance: np.ndarray = np.where(age < below[place], rates[place], 0.0)
    return chance


def _seen_at(world: World, residence: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Where each is seen: at home, or for some of a border province, next door over the longest border."""
    across = np.full(len(world.provinces), -1)
    for province, borders in enumerate(world.land.neighbours):
        foreign = {o: length for o, length in borders.items() if world.land.country[o] != world.land.country[province]}
        if foreign:
            across[province] = max(foreign, key=lambda other: foreign[other])
    leaves = (across[residence] >= 0) & (random.random(len(residence)) < ABROAD)
    result: np.ndarray = np.where(leaves, across[residence], residence)
    return result


def _delays(world: World, place: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Whole weeks until the figure is known, by the habits of the country where the person was seen."""
    tables = [np.cumsum(world.habit(world.provinces[p].country).delay) for p in sorted(world.provinces)]
    longest = max(len(table) for table in tables)
    padded = np.array([np.pad(table, (0, longest - len(table)), constant_values=1.0) for table in tables])
    result: np.ndarray = (random.random((len(place), 1)) > padded[place]).sum(axis=1)
    return result


def _both(world: World, people: pl.DataFrame, random: np.random.Generator) -> pl.DataFrame:
    """Second rows, at home, for some of those seen abroad."""
    abroad = people.filter(pl.col("residence") != pl.col("place"))
    chosen = abroad.filter(pl.Series(random.random(abroad.height) < BOTH))
    shift = pl.duration(days="later")
    watched = sorted(chosen["condition"].unique())
    home = chosen.with_columns(later=pl.Series(random.integers(0, 4, size=chosen.height))).with_columns(
        place=pl.col("residence"), seen=pl.col("seen") + shift, known=pl.col("known") + shift, twin=pl.lit(True)
    )
    allowed = pl.DataFrame(
        [
            (condition, province, habit.to_age.get(condition, float("inf")))
            for condition in watched
            for province, habit in ((p, world.habit(world.provinces[p].country)) for p in sorted(world.provinces))
            if condition in habit.reported
        ],
        schema={"condition": pl.String, "place": pl.Int64, "below": pl.Float64},
        orient="row",
    )
    counted = home.join(allowed, on=["condition", "place"], how="inner", maintain_order="left")
    return counted.filter(pl.col("age") < pl.col("below")).drop("later", "below")

"""The true epidemic: a renewal process for each province and condition, with seasons, depletion and spill-over.

Infections of a week are Poisson with mean R(week) x pressure, where pressure is last weeks' infections at home and,
by the length of the shared border, next door (Cori and others 2013, equation 1, in weekly steps; spill-over added).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

SPILL = 0.14  # share of pressure that comes from neighbours
GENERATION = (0.25, 0.45, 0.3)  # weight of infections 1, 2, 3 weeks ago


@dataclass(frozen=True)
class Nature:
    """How one condition behaves. `reach` is the share of people a large epidemic may touch in the story's time."""

    base: float  # R in the mean season
    swing: float  # relative seasonal swing
    peak_week: int  # week of the year when R is highest
    arrivals: float  # infections from elsewhere, a province a week
    reach: float
    fatal: float  # deaths for each reported case
    ages: tuple[float, float]  # shape and scale (years) of a gamma distribution


NATURES = {
    "dengue": Nature(1.02, 0.30, 26, 2.2, 0.020, 0.002, (1.6, 13.0)),
    "malaria": Nature(0.93, 0.18, 29, 1.6, 0.006, 0.001, (2.2, 13.0)),
    "cholera": Nature(0.86, 0.55, 20, 0.06, 0.002, 0.015, (1.4, 20.0)),
    "measles": Nature(0.97, 0.30, 10, 0.10, 0.004, 0.004, (1.1, 6.0)),
}


def infections(
    populations: np.ndarray, neighbours: Sequence[dict[int, float]], weeks: int, random: np.random.Generator
) -> dict[str, np.ndarray]:
    """For each condition true infections, whole numbers, shape (weeks, provinces). Week 0 is in week 23 of a year."""
    mixing = _mixing(neighbours)
    return {name: _one(nature, populations, mixing, weeks, random) for name, nature in NATURES.items()}


def _one(
    nature: Nature, populations: np.ndarray, mixing: np.ndarray, weeks: int, random: np.random.Generator
) -> np.ndarray:
    warm_up = 30
    level = random.normal(0, 0.05, size=len(populations))  # places differ a little in what they let through
    size = populations / populations.mean()
    past = [random.poisson(nature.arrivals * 3 * size) for _ in GENERATION]
    for step in range(weeks + warm_up):
        week_of_year = (step - warm_up + 22) % 52
        season = 1 + nature.swing * np.cos(2 * np.pi * (week_of_year - nature.peak_week) / 52)
        recent = sum(share * past[-lag] for lag, share in enumerate(GENERATION, start=1))
        pressure = (1 - SPILL) * recent + SPILL * (mixing @ recent)
        used = np.sum(past[-52:], axis=0) / (nature.reach * populations)
        mean = nature.base * season * np.exp(level) * np.clip(1 - used, 0.05, 1) * pressure + nature.arrivals * size
        past.append(random.poisson(mean * random.gamma(12, 1 / 12, size=len(populations))))
    return np.array(past[-weeks:])


def _mixing(neighbours: Sequence[dict[int, float]]) -> np.ndarray:
    """Row p: by what share each neighbour of p acts on p (rows sum to 1)."""
    matrix = np.zeros((len(neighbours), len(neighbours)))
    for place, borders in enumerate(neighbours):
        for other, length in borders.items():
            matrix[place, other] = length
    totals = matrix.sum(axis=1, keepdims=True)
    return np.divide(matrix, totals, out=np.zeros_like(matrix), where=totals > 0)

"""A year of weekly cumulative counts with revisions, drawn from a seed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Year:
    """`counts` (areas x weeks) as known at each week's release; `expected` from the year before (per week)."""

    group: np.ndarray
    counts: np.ndarray
    expected: np.ndarray


def year(seed: int, *, areas: int = 700, groups: int = 35, weeks: int = 52, mean: float = 0.8) -> Year:
    """Poisson weeks around log-normal rates with a season; one area in twenty is revised in any week."""
    draw = np.random.default_rng(seed)
    group = np.sort(draw.integers(0, groups, areas))
    rate = np.exp(draw.normal(np.log(mean), 0.9, areas))[:, None]
    season = 1 + 0.5 * np.sin(np.arange(weeks) / 52 * 2 * np.pi + draw.uniform(0, 2 * np.pi, areas)[:, None])
    new = draw.poisson(rate * season)
    revised = draw.choice([-2, -1, 1, 2], new.shape) * (draw.random(new.shape) < 0.05)
    counts = np.maximum(np.cumsum(new + revised, axis=1), 0)
    return Year(group, counts, draw.poisson(rate[:, 0] * 52) / 52)

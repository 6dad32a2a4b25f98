"""Silences that say nothing: whether a figure leaves must not depend on what the figure is.

A standing clause settles beforehand, from what everybody may know, which series speak at all and in
which weeks. Within such a series a silent week is a week without a turn, for zero and non-zero alike.
`tells_apart` measures what is left: the chance that status and timing alone sort a zero week below a
non-zero one of the same series (one half is pure chance).
"""

from __future__ import annotations

import numpy as np

NEVER = 10_000  # weeks
SAFETY = 2  # a series begins to speak when its expected count is this many minimums


def first_weeks(expected_per_week: np.ndarray, minimum: int) -> np.ndarray:
    """The week (from 0) from which each series may speak: when it is expected to be well above the minimum.

    `expected_per_week` (series) comes from outside the season: last year's published totals, or population
    times a published rate. A series that gets there after the year's end is served by its admin-1 total.
    """
    expected = np.maximum(np.asarray(expected_per_week, dtype=float), 1e-9)
    return np.minimum(np.ceil(SAFETY * minimum / expected), NEVER).astype(np.int64)


def tells_apart(spoken: np.ndarray, increments: np.ndarray) -> tuple[float, float]:
    """How well silence sorts zero weeks from others within the same series: (chance, standard error).

    `spoken` (bool) and `increments` (series x weeks). The chance is the area under the ROC curve, over pairs of
    weeks of one series (Hanley and McNeil, Radiology 143, 1982), ties half; its error by the spread over series.
    """
    gains, pairs = [], []
    for said, new in zip(spoken, increments, strict=True):
        zero, other = said[new == 0], said[new != 0]
        if len(zero) and len(other):
            gains.append((other.mean() - zero.mean()) / 2 * len(zero) * len(other))
            pairs.append(len(zero) * len(other))
    if not pairs:
        return 0.5, 0.0
    total = float(np.sum(pairs))
    centre = float(np.sum(gains)) / total
    error = float(np.sqrt(np.sum((np.array(gains) - centre * np.array(pairs)) ** 2))) / total
    return 0.5 + centre, error

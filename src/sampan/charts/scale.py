"""Honest scales: round classes shared by all units of a picture, and axes that begin at zero."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from statistics import median

STEPS = (1.0, 2.0, 5.0)


def round_up(value: float) -> float:
    """The next 1, 2 or 5 times a power of ten (0 gives 1).

    >>> round_up(0.34), round_up(7), round_up(1200)
    (0.5, 10.0, 2000.0)
    """
    if value <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(value))
    return next(round(step * power, 12) for step in (*STEPS, 10.0) if step * power >= value * (1 - 1e-9))


def breaks(values: Sequence[float], classes: int = 5) -> list[float]:
    """Upper ends of `classes` classes, the last one covering the greatest value; steps go 1, 2, 5, 10 ...

    Where that would leave most values in the lowest class, the steps are wider: every second, then every third.

    >>> breaks([0.4, 3, 17]), breaks([0.1, 0.2, 3, 900])
    ([1.0, 2.0, 5.0, 10.0, 20.0], [0.1, 1.0, 10.0, 100.0, 1000.0])
    """
    middle = median(values) if values else 1.0
    ladders = [_ladder(round_up(max(values, default=1.0)), classes, wide) for wide in (1, 2, 3)]
    return next((ladder for ladder in ladders if ladder[0] <= middle), ladders[-1])


def _ladder(top: float, classes: int, wide: int) -> list[float]:
    found = [top]
    while len(found) < classes:
        step = found[-1]
        for _ in range(wide):
            step = _step_down(step)
        found.append(step)
    return found[::-1]


def _step_down(value: float) -> float:
    power = 10.0 ** math.floor(math.log10(value) + 1e-9)
    first = round(value / power)
    lower = {1: 0.5, 2: 1.0, 5: 2.0}[first]
    return float(f"{lower * power:.6g}")


def class_of(value: float, ends: Sequence[float]) -> int:
    """The class of a positive figure, counted from 0."""
    return next((number for number, end in enumerate(ends) if value <= end), len(ends) - 1)


def labels(ends: Sequence[float]) -> list[str]:
    """A label for each class: "up to 1", "1 to 2" without words: "≤ 1", "1–2", ...

    >>> labels([1.0, 2.0, 5.0])
    ['≤ 1', '1–2', '2–5']
    """
    return [f"≤ {plain(ends[0])}", *(f"{plain(low)}–{plain(high)}" for low, high in pairwise(ends))]


def plain(value: float) -> str:
    """A figure with no more digits than it needs."""
    return f"{value:,.6g}".replace(",", " ")


def short(value: float) -> str:
    """A figure for a small tile: two digits that matter.

    >>> short(0.034), short(1.26), short(14.2), short(1234)
    ('0.03', '1.3', '14', '1234')
    """
    if value >= 10:
        return f"{value:.0f}"
    return f"{value:.1f}" if value >= 0.1 else f"{value:.2f}"

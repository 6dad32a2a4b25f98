"""Weekly cumulative figures of many areas: which may leave when, so that no small increment can be told.

Rules of the series, in four lines:
1. Areas take turns: an area's figure can leave every `every`-th week, the turn depends on its place in the
   list alone; so silence says nothing of the week.
2. A cumulative count of 1 to minimum - 1, and a zero, are not told; they look alike.
3. Totals of admin-0 and admin-1 at or above the minimum leave every week.
4. A turn that would give an increment or a count of 1 to minimum - 1 away, with all that left before, is skipped.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from sampan.sharing.disclosure.elimination import PRIME
from sampan.sharing.disclosure.network import loose


@dataclass(frozen=True)
class Series:
    """One source, condition and year, week by week.

    `group` (areas) numbers the admin-1 unit of each area; `first` (areas) is the week (from 0) before which an
    area never speaks, settled beforehand; `counts` (areas x weeks) are cumulative persons as known when each
    week's release was made, revisions of earlier weeks included; `told` (bool, areas x weeks) is what left.
    """

    group: np.ndarray
    first: np.ndarray
    minimum: int
    every: int
    counts: np.ndarray
    told: np.ndarray

    @property
    def weeks(self) -> int:
        """Weeks released so far."""
        return self.counts.shape[1]

    def as_dict(self) -> dict[str, Any]:
        """The ledger of the series as plain lists, for JSON."""
        return {
            "group": self.group.tolist(),
            "first": self.first.tolist(),
            "minimum": self.minimum,
            "every": self.every,
            "counts": self.counts.tolist(),
            "told": self.told.tolist(),
        }

    @classmethod
    def from_dict(cls, kept: Mapping[str, Any]) -> Series:
        """The series as it was kept."""
        areas = len(kept["group"])
        return cls(
            np.array(kept["group"], dtype=np.int64),
            np.array(kept["first"], dtype=np.int64),
            int(kept["minimum"]),
            int(kept["every"]),
            np.array(kept["counts"], dtype=np.int64).reshape(areas, -1),
            np.array(kept["told"], dtype=bool).reshape(areas, -1),
        )


def opened(group: np.ndarray, *, minimum: int, every: int = 4, first: np.ndarray | None = None) -> Series:
    """A series before its first week; `first` (areas) comes from `silences.first_weeks`, or all speak at once."""
    assert every >= 2, f"turns every {every} weeks would tell the increment of each week"
    areas = len(group)
    return Series(
        np.asarray(group, dtype=np.int64),
        np.zeros(areas, dtype=np.int64) if first is None else np.asarray(first, dtype=np.int64),
        minimum,
        every,
        np.zeros((areas, 0), dtype=np.int64),
        np.zeros((areas, 0), dtype=bool),
    )


def turns(series: Series, week: int) -> np.ndarray:
    """Areas (bool) whose turn it is in a week (from 0): by their place among their admin-1 unit's areas."""
    order = np.argsort(series.group, kind="stable")
    first = np.searchsorted(series.group[order], series.group[order])
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order)) - first
    return (week >= series.first) & (place % series.every == (week + 1) % series.every)


def release_week(series: Series, counts: np.ndarray, *, present: np.ndarray | None = None) -> Series:
    """The series one week on; the last column of `told` says which areas' figures leave.

    `counts` (areas): cumulative persons as known now; `present` (bool, areas): who reported this week. A turn that
    would give something away is skipped, and all turns of its admin-1 unit if that is not enough.
    """
    told = turns(series, series.weeks) & (counts >= series.minimum)
    if present is not None:
        told &= present
    trial = replace(
        series,
        counts=np.column_stack([series.counts, counts]),
        told=np.column_stack([series.told, told]),
    )
    while trial.told[:, -1].any():
        lost = given_away(trial).any(axis=1)
        leaving = trial.told[:, -1]
        skipped = leaving & lost
        if not skipped.any():
            skipped = leaving & np.isin(series.group, np.unique(series.group[lost]))
        if not skipped.any():
            break
        trial.told[skipped, -1] = False
    return trial


def totals(series: Series) -> tuple[np.ndarray, np.ndarray]:
    """Which admin-1 totals (bool, units x weeks) and which admin-0 totals (bool, weeks) leave.

    All at or above the minimum; but where one unit alone stays silent with a small count, the smallest other
    unit stays silent too, or the difference would be that count.
    """
    units = int(series.group.max()) + 1
    sums = np.zeros((units, series.weeks), dtype=np.int64)
    np.add.at(sums, series.group, series.counts)
    told = sums >= series.minimum
    country = sums.sum(axis=0)
    told_country = country >= series.minimum
    alone = told_country & ((~told).sum(axis=0) == 1) & (np.where(told, 0, sums).sum(axis=0) > 0)
    for week in np.flatnonzero(alone & told.any(axis=0)):
        told[np.argmin(np.where(told[:, week], sums[:, week], np.iinfo(np.int64).max)), week] = False
    return told, told_country


def increments(series: Series) -> np.ndarray:
    """Net new persons of each week's release (areas x weeks); a revision downwards makes it smaller."""
    return np.diff(series.counts, axis=1, prepend=0)


def protected(series: Series) -> tuple[np.ndarray, np.ndarray]:
    """Increments and cumulative counts (bool, areas x weeks) of 1 to minimum - 1."""
    new = increments(series)
    return (new > 0) & (new < series.minimum), (series.counts > 0) & (series.counts < series.minimum)


def given_away(series: Series, *, growing: bool | None = None) -> np.ndarray:
    """Increments (bool, areas x weeks) that can be told though they or the count they make are protected.

    The attacker knows every area figure that left and the totals of every admin-1 unit in every week (more than
    leaves). With `growing` it also takes it that no count was ever revised downwards; None tries both.
    """
    small_new, small_count = protected(series)
    found = np.zeros_like(small_new)
    for grows in (False, True) if growing is None else (growing,):
        open_moves = loose(series.group, increments(series), series.told, growing=grows)
        new_known = ~(open_moves != 0).any(axis=0)
        count_known = ~(np.cumsum(open_moves, axis=2) % PRIME != 0).any(axis=0)
        found |= (small_new & new_known) | (small_count & count_known)
    return found

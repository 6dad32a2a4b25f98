"""Deaths of a month beside cases of its weeks: who died in the month fell ill in one of the weeks that touch it.

Two periods of different kinds add up to nothing, yet the deaths are no more than the cases around them, and the deaths
of the weeks inside a month no more than its cases. Where the two are equal they are tied, as deaths and cases of one
period are; where they are not, there is room between them.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate, pairwise
from typing import Any

Row = Mapping[str, Any]
Terms = tuple[str, ...]
LONGEST_RUN = 12  # periods that follow one another, taken together: of two months the week between counts once


def tied(
    lines: Iterable[tuple[Sequence[Row], Sequence[Row]]], finest: Mapping[str, Terms]
) -> list[tuple[Terms, Terms]]:
    """Pairs of equal sums; each line holds the rows of a count (cases) and of one among it (deaths), in all periods."""
    pairs: dict[tuple[Terms, Terms], None] = {}
    for wholes, parts in lines:
        for longer, shorter, outside in ((parts, wholes, True), (wholes, parts, False)):
            for one in _by_kind(longer):
                for other in _by_kind(shorter):
                    if _days(other[0]) < _days(one[0]):
                        pairs |= dict.fromkeys(_equal(one, other, finest, outside=outside))
    return sorted(pair for pair in pairs if any(pair))


def _equal(
    longer: Sequence[Row], shorter: Sequence[Row], finest: Mapping[str, Terms], *, outside: bool
) -> Iterable[tuple[Terms, Terms]]:
    """Runs of the longer periods with what touches them (`outside`), or with what lies within, of the same sum."""
    begins, ends = [row["span"][0] for row in shorter], [row["span"][1] for row in shorter]
    sums = [0, *accumulate(row["value"] for row in shorter)]
    for at, row in enumerate(longer):
        total = 0
        for upto in range(at, min(at + LONGEST_RUN, len(longer))):
            if upto > at and longer[upto]["span"][0] != longer[upto - 1]["span"][1]:
                break
            total += longer[upto]["value"]
            first, last = row["span"][0], longer[upto]["span"][1]
            if outside:
                low, high = bisect_right(ends, first), bisect_left(begins, last)
                fits = low < high and begins[low] <= first and ends[high - 1] >= last and _whole(shorter[low:high])
            else:
                low, high = bisect_left(begins, first), bisect_right(ends, last)
                fits = low < high
            if fits and total == sums[high] - sums[low] > 0:
                yield _pair(longer[at : upto + 1], shorter[low:high], finest)


def _by_kind(rows: Sequence[Row]) -> list[list[Row]]:
    """The rows of each kind of period that do not overlap, in order."""
    kinds: dict[str, list[Row]] = {}
    for row in sorted(rows, key=lambda row: row["span"]):
        line = kinds.setdefault(row["period_kind"], [])
        if not line or line[-1]["span"][1] <= row["span"][0]:
            line.append(row)
    return list(kinds.values())


def _whole(rows: Sequence[Row]) -> bool:
    return all(one["span"][1] == other["span"][0] for one, other in pairwise(rows))


def _pair(one: Sequence[Row], other: Sequence[Row], finest: Mapping[str, Terms]) -> tuple[Terms, Terms]:
    """The two sums without what both hold."""
    left, right = ({term for row in rows for term in finest.get(row["name"], (row["name"],))} for rows in (one, other))
    return tuple(sorted(left - right)), tuple(sorted(right - left))


def _days(row: Row) -> int:
    return int(row["span"][1] - row["span"][0])

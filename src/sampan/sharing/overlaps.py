"""Periods or ages that overlap while neither fills the other: weeks beside months, under 18 beside 15 and over.

A week across the turn of a month is so many persons before and so many after it, which nobody reports. Each such piece
is a count of its own here: the week is its two pieces, the month its whole weeks and a piece at either end. So a month
less its told weeks gives no silent week away, nor do several months together. Ages of 15 to 17 are such a piece too:
15 and over less those of 18 and over, or under 18 less those under 15. So are ages in a wider band that no other names.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from sampan.sharing.disclosure.ledger import UNREPORTED

Row = Mapping[str, Any]
Terms = tuple[str, ...]
Span = tuple[Any, Any]  # first day, and the day after the last; or first age, and the one after the last


@dataclass(frozen=True)
class Piece:
    """Days or ages without a figure: a count that would agree with all figures, and the last day it covers."""

    value: int
    end: date


def overlaps(
    lines: Iterable[tuple[Sequence[Any], Sequence[Row]]],
    finest: Mapping[str, Terms],
    dim: str = "span",
    filled_by_others: Collection[str] = (),
) -> tuple[list[tuple[Terms, Terms]], dict[str, Piece]]:
    """Pairs of equal sums (a figure, and the pieces and figures that fill it), and the pieces by name.

    `lines` are the figures of one count over time (`dim`: span), or in its ages, each with what it is a count of.
    `filled_by_others` names those that narrower ones fill from end to end. A figure is left out if no counts of persons
    give it together with the others.
    """
    pairs: list[tuple[Terms, Terms]] = []
    pieces: dict[str, Piece] = {}
    for key, line in lines:
        by_span = {row[dim]: row for row in line}
        cuts = sorted({end for span in by_span for end in span})
        filled = {
            span: between
            for span in sorted(by_span)
            if by_span[span]["name"] not in filled_by_others and len(between := _between(cuts, span)) > 1
        }
        if filled:
            names, found = _cut(key, by_span, filled)
            held = _agreeing(by_span, filled, found)
            names |= {span: by_span[span]["name"] for span in held}
            pairs += [pair for span in held if any(pair := _pair(names, span, filled[span], finest))]
            inside = {part for span in held for part in filled[span]}
            last = max(row["span"][1] for row in line)
            pieces |= {
                names[part]: Piece(found[part], date.fromordinal((part[1] if dim == "span" else last) - 1))
                for part in inside & found.keys()
            }
    return pairs, pieces


def _between(cuts: Sequence[int], span: Span) -> tuple[Span, ...]:
    """The stretches between one cut and the next that a span is made of."""
    inside = [day for day in cuts if span[0] <= day <= span[1]]
    return tuple(pairwise(inside))


def crossing(spans: Collection[Span]) -> bool:
    """Whether two of them overlap while neither lies within the other."""
    return any(one[0] < other[0] < one[1] < other[1] for one in spans for other in spans)


def gapped(spans: Collection[Span]) -> bool:
    """Whether one of them holds two others, apart, and the narrower ones do not fill it from end to end."""
    for first, last in spans:
        inside = sorted(one for one in spans if first <= one[0] and one[1] <= last and one != (first, last))
        if inside and inside[0][1] <= inside[-1][0]:
            reached = first
            for one in inside:
                if one[0] > reached:
                    return True
                reached = max(reached, one[1])
            if reached < last:
                return True
    return False


def _pair(
    names: Mapping[Span, str], span: Span, parts: Sequence[Span], finest: Mapping[str, Terms]
) -> tuple[Terms, Terms]:
    """A figure and what fills it, without what both hold."""
    one = set(finest.get(names[span], (names[span],)))
    other = {term for part in parts for term in finest.get(names[part], (names[part],))}
    return tuple(sorted(one - other)), tuple(sorted(other - one))


def _cut(
    key: Sequence[Any], by_span: Mapping[Span, Row], filled: Mapping[Span, Sequence[Span]]
) -> tuple[dict[Span, str], dict[Span, int]]:
    """A name for each stretch, the figure's own where one is told of it; and a count for those of which none is."""
    told = {part: by_span[part] for parts in filled.values() for part in parts if part in by_span}
    free = sorted({part for parts in filled.values() for part in parts} - told.keys())
    what = "|".join(str(one) for one in key)
    names = {part: row["name"] for part, row in told.items()}
    names |= {part: f"{UNREPORTED}{part[0]}|{part[1]}|{what}" for part in free}
    rows = np.array([[part in parts for part in free] for parts in filled.values()], dtype=float)
    rest = [by_span[span]["value"] - sum(told[part]["value"] for part in parts if part in told)
            for span, parts in filled.items()]  # fmt: skip
    return names, dict(zip(free, _counts(rows, np.array(rest, dtype=float)), strict=True))


def _counts(rows: np.ndarray, rest: np.ndarray) -> list[int]:
    """Whole counts from 0 upwards with these sums (spans x stretches), as many of them right as can be."""
    sums, stretches = rows.shape
    if sums == 1:  # what the programme below would answer
        return [max(int(rest[0]), 0), *[0] * stretches][:stretches]
    off = np.identity(sums)
    order = np.arange(stretches) / (stretches * (1 + rest.clip(0).sum()) + 1)  # of several answers always the same one
    found = milp(
        np.concatenate([order, np.ones(2 * sums)]),
        constraints=LinearConstraint(np.hstack([rows, off, -off]), rest, rest),
        bounds=Bounds(0),
        integrality=np.ones(stretches + 2 * sums),
    )
    assert found.x is not None, found.message
    return [int(one) for one in np.rint(found.x[:stretches])]


def _agreeing(
    by_span: Mapping[Span, Row], filled: Mapping[Span, Sequence[Span]], found: Mapping[Span, int]
) -> list[Span]:
    """The spans whose figure is the sum of what fills it."""

    def count(part: Span) -> int:
        return found[part] if part in found else int(by_span[part]["value"])

    return [span for span, parts in filled.items() if sum(map(count, parts)) == by_span[span]["value"]]

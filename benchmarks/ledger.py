"""A year of weekly figures of single weeks, zeros held: what a week's releases cost, and the whole year asked again.

60 districts in 7 provinces, two conditions, counts drawn so that about 28 in 100 are at or above the minimum. Each week
one recipient is told districts, then provinces; in week 52 it asks for all weeks of the year once more.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

import numpy as np

from benchmarks.figure import Figure
from sampan.sharing.disclosure.ledger import HELD, Ledger, Offer, admit

DISTRICTS, PROVINCES, WEEKS = 60, 7, 52
MINIMUM = 5
CONDITIONS = ("one", "other")
MONDAY = date(2025, 1, 6)


def figures() -> Iterator[Figure]:
    """Seconds of processors for both releases of week 52, and for those of the whole year asked for again."""
    counts = drawn(1)
    ledgers = {name: Ledger() for name in CONDITIONS}
    for week in range(WEEKS):
        ledgers, last = _both(ledgers, counts, [week], f"week {week + 1}")
    note = f"{DISTRICTS} districts, {PROVINCES} provinces, {len(CONDITIONS)} conditions"
    yield Figure("processors, both releases of week 52", last, 5.0, "s", note=note)
    told = sum(len(ledger.rows) for ledger in ledgers.values())
    asked = WEEKS * (DISTRICTS + PROVINCES) * len(CONDITIONS)
    yield Figure("figures told in the year", told / asked, 0.3, "share", at_most=False, note=f"of {asked:,}")
    for again in ("again", "a third time"):
        ledgers, last = _both(ledgers, counts, range(WEEKS), again)
        yield Figure(f"processors, the whole year {again}", last, 5.0, "s", note=f"{asked:,} figures, two releases")


def drawn(seed: int) -> np.ndarray:
    """Counts (conditions x weeks x districts) around log-normal rates."""
    draw = np.random.default_rng(seed)
    rate = np.exp(draw.normal(np.log(2.7), 1.1, (len(CONDITIONS), 1, DISTRICTS)))
    season = 1 + 0.5 * np.sin(np.arange(WEEKS) / WEEKS * 2 * np.pi)[None, :, None]
    return np.asarray(draw.poisson(rate * season))


def _both(
    ledgers: dict[str, Ledger], counts: np.ndarray, weeks: Sequence[int], release: str
) -> tuple[dict[str, Ledger], float]:
    """The ledgers after districts and provinces of these weeks left, and the seconds of processors it took."""
    begin = time.process_time()
    for level in ("districts", "provinces"):
        for name, table in zip(CONDITIONS, counts, strict=True):
            ledgers = ledgers | {name: admit(ledgers[name], _offer(table, weeks, f"{release}, {level}")).ledger}
    return ledgers, time.process_time() - begin


def _offer(table: np.ndarray, weeks: Sequence[int], release: str) -> Offer:
    names = {(week, at): f"D-{at:02}|{week:02}" for week in weeks for at in range(DISTRICTS)}
    provinces = {
        f"P-{unit}|{week:02}": tuple(names[week, at] for at in range(unit, DISTRICTS, PROVINCES))
        for week in weeks
        for unit in range(PROVINCES)
    }
    figures = {name: (name,) for name in names.values()} if release.endswith("districts") else provinces
    return Offer(
        release,
        "r",
        MONDAY + timedelta(weeks=max(weeks) + 1),
        MINIMUM,
        figures,
        {name: int(table[key]) for key, name in names.items()},
        ends={name: MONDAY + timedelta(days=7 * week + 6) for (week, _), name in names.items()},
        cells=list(provinces.values()),
        zeros=HELD,
    )

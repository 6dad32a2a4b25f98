"""One source reports weeks and months, which overlap while neither fills the other: what two readers make of both.

The attack shares nothing with the product: one unknown for each stretch of days between one first day and the next, in
each of its versions, one equation for each figure that left, whole numbers from 0 upwards.
"""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from tests.conftest import SEED, Sampan
from tests.stories import border
from tests.stories.test_attack import MINIMUM, given_away

KH, READERS = "kh-20/surveillance", ("vn-37/surveillance", "vn/preventive-medicine")
Days = dict[date, int]
Span = tuple[date, date]  # first and last day
FIRST, LAST = date(2025, 12, 29), date(2026, 5, 3)  # 18 weeks
WEEKS = [(FIRST + timedelta(days=7 * n), FIRST + timedelta(days=7 * n + 6)) for n in range(18)]
MONTHS = [(date(2026, month, 1), date(2026, month + 1, 1) - timedelta(days=1)) for month in range(1, 5)]
STRETCHES = list(pairwise(sorted({day for first, last in WEEKS + MONTHS for day in (first, last + timedelta(days=1))})))
FIXED = {4: 0, 5: 7, 6: 3, 7: 9, 8: 0}  # February's weeks: a 3 beside told ones, and nobody where the month turns


def drawn(dice: random.Random) -> Days:
    """Cases by day: weeks of nobody, of a few and of more."""
    found = dict.fromkeys((FIRST + timedelta(days=n) for n in range(126)), 0)
    for number, (monday, _) in enumerate(WEEKS):
        for _ in range(FIXED.get(number, dice.choice([0, 0, 1, 2, 4, 6, 9, 14]))):
            found[monday + timedelta(days=dice.randrange(7))] += 1
    return found


def figures(days: Days) -> dict[Span, int]:
    return {(a, b): sum(n for day, n in days.items() if a <= day <= b) for a, b in WEEKS + MONTHS}


def unknowns(days: Days, now: Mapping[Span, int], before: Mapping[Span, int]) -> dict[Span, tuple[object, int]]:
    """For each stretch its unknown, another one where every figure it lies in has changed, and its true count."""

    def same(first: date, after: date) -> bool:
        return any(now[a, b] == before[a, b] for a, b in now if a <= first and after - timedelta(days=1) <= b)

    return {
        (first, after): (
            (
                (first.isoformat(), "" if same(first, after) else "corrected"),
                sum(n for d, n in days.items() if first <= d < after),
            )
        )
        for first, after in STRETCHES
    }


class Office:
    """Releases from the command line, and what both readers hold of them."""

    def __init__(self, sampan: Sampan, folder: Path, dice: random.Random) -> None:
        self.sampan, self.folder, self.dice, self.made = sampan, folder, dice, 0
        self.told: dict[frozenset[tuple[object, int]], int] = {}
        self.silent: dict[frozenset[tuple[object, int]], int] = {}

    def delivered(self, days: Days) -> None:
        named = {(a, b): f"{a.isocalendar().year}-W{a.isocalendar().week:02}" for a, b in WEEKS}
        named |= {(a, b): f"{a:%Y-%m}" for a, b in MONTHS}
        lines = [f"Svay Rieng,{named[span]},cholera,{n}" for span, n in figures(days).items()]
        file = border.written(self.folder / "sent.csv", "\n".join(["province,week,disease,cases", *lines, ""]))
        said = self.sampan("receive", "border-kh", file, "--actor", KH, "--json", code=None)
        assert said.code in (0, 3), said.err

    def releases(self, of: Mapping[Span, tuple[object, int]], period: str, as_of: str = "") -> None:
        self.made += 1
        more = {"data": f"{{from: {FIRST}, to: {LAST}}}", "resolution": f"{{level: 1, period: {period}}}"}
        more |= {"as_of": as_of} if as_of else {}
        wish = border.request(self.folder / f"r{self.made}.yml", self.dice.choice(READERS), "KH-20", **more)
        self.sampan("release", wish, "-o", self.folder / f"r{self.made}")
        text = (self.folder / f"r{self.made}" / "table.csv").read_text(encoding="utf-8")
        for row in csv.DictReader(io.StringIO(text)):
            begin, end = date.fromisoformat(row["period_start"]), date.fromisoformat(row["period_end"])
            terms = frozenset(
                one for (first, after), one in of.items() if begin <= first and after <= end + timedelta(1)
            )
            if terms and (period != "quarter" or begin == date(2026, 1, 1)):
                true = sum(count for _, count in terms)
                (self.told if row["value"] else self.silent)[terms] = int(row["value"] or true)
                assert not row["value"] or int(row["value"]) == true, row


def attacked(sampan: Sampan, home: Path, folder: Path, dice: random.Random, zeros: str) -> None:
    border.lay(home)
    file = home / "sources" / "border-kh" / "source.yml"
    file.write_text(file.read_text(encoding="utf-8").replace("as: week}", "as: text}"), encoding="utf-8")
    border.agree(
        sampan, folder, border.AGREEMENT if zeros == "told" else border.AGREEMENT.replace("    silences: [zero]\n", "")
    )
    before = drawn(dice)
    office, first = Office(sampan, folder, dice), unknowns(before, figures(before), figures(before))
    office.delivered(before)
    for period in dice.sample(["week", "month", "quarter"], 3):
        office.releases(first, period)
    moment = datetime.now(UTC).isoformat()
    after = before | {dice.choice(sorted(before)): 8, date(2026, 3, 11): 6}
    office.delivered(after)
    second = unknowns(after, figures(after), figures(before))
    for period, of, as_of in ((("month"), second, ""), ("week", second, ""), ("month", first, moment)):
        office.releases(of, period, as_of)
    least = 1 if zeros == "told" else 0
    small = sorted((terms for terms, n in office.silent.items() if least <= n < MINIMUM), key=repr)
    assert given_away(office.told, small) == []
    larger = {terms: n for terms, n in office.silent.items() if n >= MINIMUM}
    assert zeros == "held" or given_away(office.told | larger, small), "the attack finds counts where they are told"


@pytest.mark.parametrize("zeros", ["told", "held"])
def test_weeks_and_months_of_one_source_give_no_small_week_away(
    sampan: Sampan, home: Path, tmp_path: Path, zeros: str
) -> None:
    attacked(sampan, home, tmp_path, random.Random(SEED), zeros)


@pytest.mark.soak
@pytest.mark.parametrize("trial", range(12))
def test_the_same_of_many_springs(sampan: Sampan, home: Path, tmp_path: Path, trial: int) -> None:
    attacked(sampan, home, tmp_path, random.Random(SEED + trial), ("told", "held")[trial % 2])

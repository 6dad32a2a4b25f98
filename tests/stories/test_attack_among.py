"""Cases told by the week beside deaths told by the month: nobody dies who did not fall ill in a week of that month.

The attack is a small integer programme that reads what left: told figures, a silent week as 1 to the minimum less one
where zeros are told and nothing else is silent, and no more deaths in a month than cases in the weeks that touch it.
"""

from __future__ import annotations

import csv
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp
from tests.conftest import Sampan
from tests.stories import border
from tests.stories.test_attack import MINIMUM
from tests.stories.test_attack_further import COLUMNS, VN, Office

MONDAYS = [date(2025, 1, 27) + timedelta(days=7 * n) for n in range(5)]  # the weeks that touch February
SPRING = "{from: 2025-01-27, to: 2025-03-02}"


def told(folder: Path) -> dict[tuple[str, str, str], int | None]:
    """What the tables of these releases say: measure, first and last day -> the figure, or None."""
    found: dict[tuple[str, str, str], int | None] = {}
    for file in sorted(folder.glob("r*/table.csv")):
        for row in csv.DictReader(file.read_text(encoding="utf-8").splitlines()):
            if row["place"].startswith("KH-20"):
                value = int(row["value"]) if row["value"] else None
                found[row["measure"], row["period_start"], row["period_end"]] = value
    return found


def pinned(seen: dict[tuple[str, str, str], int | None]) -> dict[date, int]:
    """The silent weeks that have one possible count, given the deaths of February."""
    deaths = seen.get(("deaths", "2025-02-01", "2025-02-28"))
    if deaths is None:
        return {}
    weeks = [seen.get(("cases", str(day), str(day + timedelta(days=6)))) for day in MONDAYS]
    low = [1 if one is None else one for one in weeks]
    most = MINIMUM - 1 if weeks.count(None) == 1 else deaths  # of several silent weeks one may be held beside another
    high = [most if one is None else one for one in weeks]
    rule = LinearConstraint(np.ones((1, 5)), deaths, np.inf)
    found: dict[date, int] = {}
    for at, day in enumerate(MONDAYS):
        ends = [milp(sign * np.eye(5)[at], constraints=rule, bounds=Bounds(low, high), integrality=np.ones(5)).x
                for sign in (1, -1)]  # fmt: skip
        assert all(one is not None for one in ends), "no counts give what was told"
        if weeks[at] is None and round(ends[0][at]) == round(ends[1][at]):
            found[day] = round(ends[0][at])
    return found


@pytest.mark.parametrize("first", ["cases", "deaths"])
def test_deaths_of_a_month_beside_cases_of_its_weeks(sampan: Sampan, home: Path, tmp_path: Path, first: str) -> None:
    weeks = dict(zip(MONDAYS, [0, 9, 4, 7, 0], strict=True))
    office = Office(sampan, home, tmp_path, "KH")
    office.opens(COLUMNS.replace("{is: cases}", "measure"), "[{level: 1, period: week}, {level: 1, period: month}]",
                 "    silences: [zero]\n")  # fmt: skip
    office.receives("place,period,measure,disease,cases", [
        *(f"Svay Rieng,{day.isocalendar().year}-W{day.isocalendar().week:02},cases,cholera,{n}" for day, n in weeks.items()),
        "Svay Rieng,2025-02,deaths,cholera,20",
    ])  # fmt: skip
    wanted = {"cases": ("week", SPRING), "deaths": ("month", "{from: 2025-02-01, to: 2025-02-28}")}
    for measure in (first, *(wanted.keys() - {first})):
        period, days = wanted[measure]
        wish = border.request(tmp_path / f"r{measure}.yml", VN, "KH-20", resolution=f"{{level: 1, period: {period}}}",
                              measures=f"[{measure}]", data=days)  # fmt: skip
        sampan("release", wish, "-o", tmp_path / f"r{measure}")
    seen = told(tmp_path)
    assert pinned(seen) == {}
    every = {("cases", str(day), str(day + timedelta(days=6))): n or 0 for day, n in weeks.items() if n != 4}
    assert pinned(every | {("deaths", "2025-02-01", "2025-02-28"): 20}) == {MONDAYS[2]: 4}, (
        "the attack finds planted counts"
    )

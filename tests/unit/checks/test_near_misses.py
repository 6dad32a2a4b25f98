"""Each rule with a file that it must ask about, and one that comes close and is right: rows as text, one table."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.unit.checks.drawn import found, listed, weekly

HEAD = "place | period | condition | measure | class | sex | value"
LIST = "id | province | district | onset | reported | condition | age"
OTHER_YEARS = [("male", 30, 2), ("female", 3, 1)]  # sex, usual figure, step from year to year


def _month_and_weeks(month: int) -> str:
    weeks = zip(range(5, 10), (2, 3, 2, 2, 3), strict=True)
    lines = [f"Phuket | 2024-W{week:02d} | dengue | | | | {value}" for week, value in weeks]
    return "\n".join([f"Phuket | 2024-02 | dengue | | | | {month}", *lines])


def _provinces(*figures: tuple[str, str, int]) -> str:
    return "\n".join(f"{place} | {week} | dengue | | | | {value}" for place, week, value in figures)


def _year(december: int) -> str:
    return "\n".join(f"Phuket | 2023-{m:02d} | dengue | | | | {december if m == 12 else 5}" for m in range(1, 13))


PAIRS = [
    ("week-outside-calendar", "Phuket | 2021-W53 | dengue | | | | 3", "Phuket | 2020-W53 | dengue | | | | 3"),
    ("future-period", "Phuket | 2024-W36 | dengue | | | | 3", "Phuket | 2024-W35 | dengue | | | | 3"),
    ("unit-not-in-force", "Bueng Kan | 2009-W30 | dengue | | | | 3", "Bueng Kan | 2012-W30 | dengue | | | | 3"),
    (
        "deaths-above-cases",
        "Phuket | 2024-W30 | cholera | cases | | | 0\nPhuket | 2024-W30 | cholera | deaths | | | 1",
        "Phuket | 2024-W30 | cholera | cases | | | 0\nPhuket | 2024-W30 | cholera | deaths | | | 0",
    ),
    (
        "deaths-above-cases",  # of one sex more than of all
        "Phuket | 2024-W30 | cholera | cases | | | 1\nPhuket | 2024-W30 | cholera | deaths | | male | 2",
        "Phuket | 2024-W30 | cholera | cases | | | 2\nPhuket | 2024-W30 | cholera | deaths | | male | 2",
    ),
    (
        "parts-above-total",
        "Phuket | 2024-W30 | dengue | | | all | 3\nPhuket | 2024-W30 | dengue | | | male | 4",
        "Phuket | 2024-W30 | dengue | | | all | 4\nPhuket | 2024-W30 | dengue | | | male | 4",
    ),
    (
        "parts-above-total",  # the sexes of one class are no parts of another
        "Phuket | 2024-W30 | dengue | | suspected | all | 4\nPhuket | 2024-W30 | dengue | | suspected | male | 5",
        "Phuket | 2024-W30 | dengue | | suspected | all | 4\nPhuket | 2024-W30 | dengue | | total | male | 5",
    ),
    (
        "parts-above-total",  # a class told for all and for each sex is counted once
        "Phuket | 2024-W30 | dengue | | total | | 4\nPhuket | 2024-W30 | dengue | | suspected | | 5",
        "Phuket | 2024-W30 | dengue | | total | | 4\nPhuket | 2024-W30 | dengue | | suspected | | 4\n"
        "Phuket | 2024-W30 | dengue | | suspected | male | 4",
    ),
    ("weeks-against-month", _month_and_weeks(20), _month_and_weeks(10)),
    ("weeks-against-month", _month_and_weeks(6), _month_and_weeks(7)),
    ("year-booked-as-month", _year(300), _year(50)),
    (
        "provinces-against-country",
        _provinces(("Thailand", "2024-W30", 5), ("Phuket", "2024-W30", 3), ("Trang", "2024-W30", 4)),
        _provinces(("Thailand", "2024-W30", 9), ("Phuket", "2024-W30", 3), ("Trang", "2024-W30", 4)),
    ),
    (
        "totals-row-as-data",
        _provinces(*((p, w, v) for w in ("2024-W30", "2024-W31") for p, v in
                     (("Phuket", 3), ("Trang", 4), ("Krabi", 1), ("Ranong", 8)))),
        _provinces(*((p, w, v) for w in ("2024-W30", "2024-W31") for p, v in
                     (("Phuket", 3), ("Trang", 4), ("Krabi", 1), ("Ranong", 8 + int(w[-1]))))),
    ),
    (
        "definition-change",
        "Phuket | 2024-W30 | dengue | | suspected | | 3\nPhuket | 2024-W31 | dengue | | confirmed | | 3",
        "Phuket | 2024-W30 | dengue | | suspected | | 3\nPhuket | 2024-W31 | dengue | | suspected | | 3",
    ),
]  # fmt: skip
PERSONS = [
    ("impossible-date", "1 | Phuket | - | 29/02/2023 | 01/03/2023 | dengue | 3",
     "1 | Phuket | - | 29/02/2024 | 01/03/2024 | dengue | 3"),
    ("onset-after-report", "1 | Phuket | - | 02/03/2024 | 01/03/2024 | dengue | 3",
     "1 | Phuket | - | 01/03/2024 | 01/03/2024 | dengue | 3"),
    ("future-day", "1 | Phuket | - | 01/09/2024 | 02/09/2024 | dengue | 3",
     "1 | Phuket | - | 01/09/2024 | 01/09/2024 | dengue | 3"),
    ("unreadable-age", "1 | Phuket | - | 01/03/2024 | 01/03/2024 | dengue | 130",
     "1 | Phuket | - | 01/03/2024 | 01/03/2024 | dengue | 0"),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "wrong", "right"), PAIRS)
def test_a_rule_asks_about_the_slip_and_not_about_what_comes_close(rule: str, wrong: str, right: str) -> None:
    asked = {one.rule for one in found(f"{HEAD}\n{wrong}")}
    assert (rule in asked, {one.rule for one in found(f"{HEAD}\n{right}")}) == (True, set())


@pytest.mark.parametrize(("rule", "wrong", "right"), PERSONS)
def test_a_rule_for_lists_asks_about_the_slip_alone(rule: str, wrong: str, right: str) -> None:
    source = listed()
    place = replace(source.columns["place_report"], columns=("province",), options={"levels": [1]})
    source = replace(source, columns=source.columns | {"place_report": place}, ignore={"district": "not asked"})
    asked = {one.rule for one in found(f"{LIST}\n{wrong}", source)}
    assert (rule in asked, {one.rule for one in found(f"{LIST}\n{right}", source)}) == (True, set())


def test_a_running_total_that_stands_still_does_not_fall() -> None:
    source = replace(weekly(), mode="cumulative")
    for last, asked in ((8, {"falling-cumulative"}), (9, set())):
        text = f"{HEAD}\nPhuket | 2024-W30 | dengue | | | | 9\nPhuket | 2024-W31 | dengue | | | | {last}"
        assert {one.rule for one in found(text, source)} == asked


def test_each_sex_is_held_against_its_own_other_years() -> None:
    def drawn(years: range) -> str:
        lines = [
            f"Phuket | {year}-W30 | dengue | | | {sex} | {usual + step * (year % 3)}"
            for year in years
            for sex, usual, step in OTHER_YEARS
        ]
        return "\n".join([HEAD, *lines])

    history = drawn(range(2015, 2024))
    assert not found(drawn(range(2024, 2025)), history=history)
    far = f"{HEAD}\nPhuket | 2024-W30 | dengue | | | female | 31"
    assert [one.rule for one in found(far, history=history)] == ["sudden-change"]

"""Each check on a drawn delivery: the one cell that should be asked about, and the same without the slip."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from tests.unit.checks.drawn import checked, found, listed, weekly

from sampan.checks import rule
from sampan.harmonise.tabulate import tabulate
from sampan.model.sources import Expectation, FieldMap, Source, Words

GOOD = """
    place      | period   | condition | value
    Phuket     | 2024-W30 | dengue    | 3
    Chiang Mai | 2024-W30 | dengue    | 5
"""


def rules(text: str, source: Source | None = None, **more: str) -> dict[str, list[tuple[str | None, int]]]:
    """Rule -> (term, cells) of its findings."""
    told: dict[str, list[tuple[str | None, int]]] = {}
    for finding in found(text, source, **more):
        told.setdefault(finding.rule, []).append((finding.term, finding.count))
    return told


def test_a_plain_delivery_raises_no_question() -> None:
    assert rules(GOOD) == {}


ONE_CELL = [
    ("unmapped-term", "Phuket | 2024-W30 | blorgitis | 3", "blorgitis"),
    ("ambiguous-place", "Atlantis | 2024-W30 | dengue | 3", "Atlantis"),
    ("unreadable-figure", "Phuket | 2024-W30 | dengue | -3", "-3"),
    ("unreadable-figure", "Phuket | 2024-W30 | dengue | 1.5", "1.5"),
    ("impossible-date", "Phuket | thirtieth week | dengue | 3", "thirtieth week"),
    ("week-outside-calendar", "Phuket | 2024-W53 | dengue | 3", "2024-W53"),
    ("calendar-slip", "Phuket | 2567-W30 | dengue | 3", "2567-W30"),
    ("unit-not-in-force", "Bueng Kan | 2009-W30 | dengue | 3", "Bueng Kan"),
    ("blank-field", "Phuket | 2024-W30 |  | 3", None),
    ("future-period", "Phuket | 2024-W40 | dengue | 3", None),
]


@pytest.mark.parametrize(("name", "row", "term"), ONE_CELL)
def test_a_slip_in_one_cell_is_one_finding_with_that_cell(name: str, row: str, term: str | None) -> None:
    text = GOOD.replace("Phuket     | 2024-W30 | dengue    | 3", row)
    assert rules(text) == {name: [(term, 1)]}


def test_an_age_that_cannot_be_read_is_asked_about() -> None:
    text = """
        place  | period   | condition | age     | value
        Phuket | 2024-W30 | dengue    | olderly | 3
        Phuket | 2024-W30 | dengue    | 5-9     | 3
    """
    assert rules(text) == {"unreadable-age": [("olderly", 1)]}


def test_two_figures_for_one_cell_both_wait() -> None:
    text = GOOD + "    Phuket | 2024-W30 | dengue | 4"
    assert rules(text) == {"two-figures-one-cell": [("Phuket", 2)]}


def test_two_names_for_one_unit_are_asked_about_even_when_the_figures_agree() -> None:
    text = GOOD + "    จังหวัดภูเก็ต | 2024-W30 | dengue | 3"
    told = rules(text)
    assert told["two-names-one-unit"] == [("Phuket / จังหวัดภูเก็ต", 2)]
    assert told["re-delivery"] == [(None, 1)]


def test_more_deaths_than_cases() -> None:
    text = """
        place  | period   | condition | measure | value
        Phuket | 2024-W30 | cholera   | cases   | 2
        Phuket | 2024-W30 | cholera   | deaths  | 3
        Phuket | 2024-W31 | cholera   | cases   | 2
        Phuket | 2024-W31 | cholera   | deaths  | 2
    """
    assert rules(text) == {"deaths-above-cases": [("cholera", 1)]}


def test_deaths_of_no_class_are_held_against_the_cases_of_all_classes() -> None:
    text = """
        place  | period   | condition | measure | class     | value
        Phuket | 2024-W30 | dengue    | cases   | suspected | 4
        Phuket | 2024-W30 | dengue    | cases   | confirmed | 1
        Phuket | 2024-W30 | dengue    | deaths  |           | 9
        Phuket | 2024-W31 | dengue    | cases   | suspected | 4
        Phuket | 2024-W31 | dengue    | cases   | confirmed | 1
        Phuket | 2024-W31 | dengue    | deaths  |           | 5
    """
    assert rules(text) == {"deaths-above-cases": [("dengue", 1)]}


def test_a_signed_week_is_no_week_and_a_whole_number_with_a_point_is_one() -> None:
    columns = weekly().columns | {"period": FieldMap(("year", "week"), options={"as": "year-week"})}
    text = """
        place      | year   | week | condition | value
        Phuket     | 2025   | -3   | dengue    | 3
        Chiang Mai | -2025  | 3    | dengue    | 3
        Tak        | 2025.0 | 31.0 | dengue    | 3
    """
    told = checked(text, weekly(columns=columns))
    assert told.table.select("place_raw", "period_start").rows() == [("Tak", date(2025, 7, 28))]


def test_classes_above_their_total() -> None:
    text = """
        place  | period   | condition | class     | value
        Phuket | 2024-W30 | dengue    | total     | 4
        Phuket | 2024-W30 | dengue    | suspected | 3
        Phuket | 2024-W30 | dengue    | confirmed | 2
    """
    assert rules(text)["parts-above-total"] == [("class", 2)]
    assert "parts-above-total" not in rules(text.replace("| 2\n", "| 1\n"))


def test_a_totals_row_that_is_not_the_sum_of_its_rows() -> None:
    source = weekly(totals={"place": ("Total",)})
    text = GOOD + "    Total | 2024-W30 | dengue | 9"
    assert rules(text, source) == {"parts-above-total": [("totals row", 1)]}
    assert rules(text.replace("| 9", "| 8"), source) == {}


def test_a_month_below_the_weeks_inside_it() -> None:
    weeks = "\n".join(f"Phuket | 2024-W{week} | dengue | 10" for week in range(27, 32))
    text = f"place | period | condition | value\n{weeks}\nPhuket | 2024-07 | dengue | {{}}"
    assert "weeks-against-month" in rules(text.format(39))  # four weeks lie wholly in July: at least 40
    assert "weeks-against-month" not in rules(text.format(40))
    assert "weeks-against-month" not in rules(text.format(50))
    assert "weeks-against-month" in rules(text.format(51))  # five weeks touch July: at most 50


def test_provinces_above_their_country() -> None:
    source = weekly(columns=weekly().columns | {"place": FieldMap(("nation", "place"), options={"levels": [0, 1]})})
    text = """
        nation   | place      | period   | condition | value
        Thailand |            | 2024-W30 | dengue    | {}
        Thailand | Phuket     | 2024-W30 | dengue    | 3
        Thailand | Chiang Mai | 2024-W30 | dengue    | 5
    """
    assert rules(text.format(7), source) == {"provinces-against-country": [(None, 1)]}
    assert rules(text.format(8), source) == {}
    assert rules(text.format(30), source) == {}  # most provinces are not in the file: less proves nothing


def test_a_figure_far_from_the_same_weeks_of_other_years() -> None:
    past = "\n".join(
        f"Phuket | {year}-W{week} | dengue | 9" for year in (2020, 2021, 2022, 2023) for week in (29, 30, 31)
    )
    history = f"place | period | condition | value\n{past}"
    text = "place | period | condition | value\nPhuket | 2024-W30 | dengue | {}"
    assert rules(text.format(90), history=history) == {"sudden-change": [("dengue", 1)]}
    assert rules(text.format(14), history=history) == {}


def test_a_running_total_that_falls() -> None:
    text = """
        place  | period   | condition | value
        Phuket | 2024-W28 | dengue    | 10
        Phuket | 2024-W29 | dengue    | 14
        Phuket | 2024-W30 | dengue    | 13
    """
    assert rules(text, weekly(mode="cumulative")) == {"falling-cumulative": [("dengue", 1)]}


def test_a_year_booked_as_a_month() -> None:
    months = "\n".join(f"Phuket | 2023-{month:02d} | dengue | 5" for month in range(1, 12))
    text = f"place | period | condition | value\n{months}\nPhuket | 2023-12 | dengue | {{}}"
    assert "year-booked-as-month" in rules(text.format(400))
    assert "year-booked-as-month" not in rules(text.format(12))


def test_units_that_the_source_is_expected_to_report() -> None:
    told = found(GOOD, weekly(expects=Expectation(level=1, every="week")))
    assert [(f.rule, f.count, f.severity) for f in told] == [("missing-expected", 75, "note")]
    assert len(told[0].facts["units"]) == 75


def test_another_sources_numbers() -> None:
    rows = "\n".join(f"Phuket | 2023-W{week:02d} | dengue | {week}" for week in range(1, 31))
    text = f"place | period | condition | value\n{rows}"
    assert rules(text, beside=text)["numbers-of-another-source"] == [("another", 30)]
    other = text.replace("| 9\n", "| 19\n").replace("| 7\n", "| 17\n").replace("| 5\n", "| 15\n")
    assert "numbers-of-another-source" not in rules(text, beside=other)


def test_a_change_of_definition_inside_a_series() -> None:
    source = weekly(columns=weekly().columns | {"classification": FieldMap(("class",))})
    text = """
        place  | period   | condition | class     | value
        Phuket | 2024-W29 | dengue    | suspected | 4
        Phuket | 2024-W30 | dengue    | confirmed | 3
    """
    assert rules(text, source) == {"definition-change": [("drawn, suspected -> drawn, confirmed", 1)]}


def test_a_totals_row_that_was_counted_as_a_place() -> None:
    rows = ["Phuket", "Chiang Mai", "Krabi", "Trat"]
    parts = "\n".join(
        f"{name} | 2024-W{week} | dengue | {n + week}" for week in (29, 30) for n, name in enumerate(rows)
    )
    sums = "\n".join(f"Ranong | 2024-W{week} | dengue | {4 * week + 6}" for week in (29, 30))
    text = f"place | period | condition | value\n{parts}\n{sums}"
    assert rules(text) == {"totals-row-as-data": [("Ranong", 2)]}


def test_a_column_nobody_takes() -> None:
    told = found(GOOD.replace("| value", "| value | remark"))
    assert [(f.rule, f.column) for f in told] == [("column-not-taken", "remark")]


def test_a_file_of_another_source_and_of_another_size() -> None:
    source = weekly(only_rows={"condition": ("malaria",)})
    assert set(rules(GOOD, source)) == {"nothing-of-ours"}
    assert set(rules(GOOD, weekly(expects=Expectation(rows=(50, 90))))) == {"unexpected-size"}


CASES = """
    id | province | district | onset      | reported   | condition
    a1 | Phuket   |          | 01/07/2024 | 03/07/2024 | dengue
    a2 | Phuket   |          | 02/07/2024 | 04/07/2024 | dengue
"""


@pytest.mark.parametrize(
    ("name", "row"),
    [
        ("onset-after-report", "a1 | Phuket |          | 05/07/2024 | 03/07/2024 | dengue"),
        ("future-day", "a1 | Phuket |          | 01/07/2024 | 03/12/2024 | dengue"),
        ("impossible-date", "a1 | Phuket |          | 31/06/2024 | 03/07/2024 | dengue"),
        ("coarser-place", "a1 | Phuket | Atlantis | 01/07/2024 | 03/07/2024 | dengue"),
    ],
)
def test_a_slip_in_a_case_is_asked_about_and_the_case_stands(name: str, row: str) -> None:
    text = CASES.replace("a1 | Phuket   |          | 01/07/2024 | 03/07/2024 | dengue", row)
    told = found(text, listed())
    assert [(f.rule, f.count) for f in told] == [(name, 1)]


def test_a_case_that_left_before_it_was_admitted() -> None:
    text = """
        id | province | onset      | admitted   | left       | condition
        a1 | Phuket   | 01/07/2024 | 05/07/2024 | 03/07/2024 | dengue
        a2 | Phuket   | 01/07/2024 | 05/07/2024 | 05/07/2024 | dengue
        a3 | Phuket   | 01/07/2024 |            | 03/07/2024 | dengue
    """
    days = {name: FieldMap((column,)) for name, column in (("admission_date", "admitted"), ("outcome_date", "left"))}
    columns = {name: spec for name, spec in listed().columns.items() if name != "report_date"} | days
    columns["place_report"] = FieldMap(("province",), options={"level": 1})
    told = found(text, listed(columns=columns))
    assert [(f.rule, f.count, f.severity) for f in told] == [("outcome-before-admission", 1, "ask")]


def test_equal_rows_without_a_case_number_are_asked_about_and_all_counted() -> None:
    text = "\n".join(line.split("|", 1)[1] for line in CASES.strip().splitlines())
    again = text + "\n" + text.splitlines()[1]
    told = found(again, listed())
    assert [(f.rule, f.count, f.severity) for f in told] == [("equal-rows", 1, "ask")]


def test_a_period_in_which_the_territory_changed() -> None:
    text = "place | period | condition | value\nBueng Kan | 2011 | dengue | 3"
    assert rules(text) == {"unit-changed-in-period": [("Bueng Kan", 1)]}


def test_a_name_read_by_likeness_is_told() -> None:
    text = "place | period | condition | value\nNakhon Ratchasimma | 2024-W30 | dengue | 3"
    told = found(text)
    assert [(f.rule, f.severity) for f in told] == [("read-by-likeness", "note")]


def test_a_list_that_holds_more_cases_than_the_table_counts() -> None:
    counted = checked("place | period | condition | value\nPhuket | 2024-W27 | dengue | 1", weekly()).table
    cases = checked(CASES, listed()).table
    told = tabulate(cases, counted)
    assert told.get_column("listed").to_list() == [2]
    base = checked(CASES, listed())
    facts = base.facts | {"counted": counted, "listed": told}
    findings = rule.look(replace(base, facts=facts))
    assert [(f.rule, f.term, f.facts["listed"], f.facts["counted"]) for f in findings] == [
        ("list-against-aggregate", "dengue", 2, 1)
    ]
    enough = counted.with_columns(value=pl.lit(2, pl.Int64))
    assert rule.look(replace(base, facts=facts | {"counted": enough})) == []


@pytest.mark.parametrize(("gone", "still", "asked"), [(10, 9, True), (10, 10, False), (9, 0, False), (400, 0, True)])
def test_a_snapshot_that_is_silent_on_most_of_what_stands(gone: int, still: int, asked: bool) -> None:
    base = checked("place | period | condition | value\nPhuket | 2024-W30 | dengue | 1", weekly())
    before = pl.concat([base.table] * gone)
    findings = rule.look(replace(base, facts=base.facts | {"gone": before, "said_again": still}))
    told = [("much-taken-back", "ask", gone, gone + still)] if asked else []
    assert [(f.rule, f.severity, f.count, f.facts["of"]) for f in findings] == told


def test_rows_that_the_terms_keep_closed_are_told_without_their_cases() -> None:
    base = checked("place | period | condition | value\nPhuket | 2024-W30 | hiv | 7", weekly())
    findings = rule.look(replace(base, table=base.table.clear(), facts=base.facts | {"closed": base.table}))
    assert [(f.rule, f.term, f.count, f.cases) for f in findings] == [("closed-to-office", "hiv", 1, 0)]


def test_every_check_is_met_by_a_test_here() -> None:
    """A check that no drawn delivery raises could be a check that cannot fail."""
    source = Path(__file__).read_text(encoding="utf-8")
    assert [name for name in rule.checks() if f'"{name}"' not in source] == []


def test_no_problem_of_a_cell_falls_through() -> None:
    """Whatever a reader calls its problem, some check tells it."""
    source = weekly(words=Words(calendar="iso", date_order="dmy"))
    text = "place | period | condition | value\nAtlantis | never | blorgitis | many"
    told = found(text, source)
    assert {f.rule for f in told} >= {"ambiguous-place", "impossible-date", "unmapped-term", "unreadable-figure"}

"""The row fragment means the same in the evaluator, SQL, z3 and Cedar, undecided rows included."""

from __future__ import annotations

import functools
import os
from collections import Counter
from datetime import date
from typing import Any

import cedarpy
import duckdb
import polars as pl
import pytest
import z3
from tests.unit.sharing.cedar import policy_text
from tests.unit.sharing.worlds import ZONES, Maker, world

from sampan.model.agreements import Truth
from sampan.sharing.fragment import smt, sql
from sampan.sharing.fragment.domains import rules_of
from sampan.sharing.fragment.evaluate import told
from sampan.sharing.fragment.formula import Formula, bind, for_filter, narrow, told_formula, truth

ROWS_PER_AGREEMENT = 25
PLACES = world().codes["place"]


def batches(triples: int, seed: int) -> list[tuple[Formula, list[dict[str, Any]], list[Truth]]]:
    maker = Maker(seed)
    found = []
    for _ in range(triples // ROWS_PER_AGREEMENT):
        agreement = maker.agreement()
        rules = rules_of(agreement)
        rows = [maker.row(agreement) for _ in range(ROWS_PER_AGREEMENT)]
        found.append((told_formula(rules, maker.domains), rows, [told(rules, row, maker.domains) for row in rows]))
    return found


def frame(rows: list[dict[str, Any]]) -> pl.DataFrame:
    names = sorted({name for row in rows for name in row})
    columns = {}
    for name in names:
        values = [row[name] for row in rows]
        if name.startswith(("day:", "period_")):
            values = [None if value is None else date.fromordinal(value) for value in values]
            columns[name] = pl.Series(values, dtype=pl.Date)
        elif name in ("at", "age_months", "level"):
            columns[name] = pl.Series(values, dtype=pl.Int64)
        else:
            columns[name] = pl.Series(values, dtype=pl.String)
    return pl.DataFrame(columns)


@functools.cache
def database() -> duckdb.DuckDBPyConnection:
    return duckdb.connect(config={"threads": 1})


def in_sql(formula: Formula, rows: list[dict[str, Any]]) -> list[Truth]:
    database().register("asked", frame(rows))
    return [row[0] for row in database().execute(f"select {sql.truth_value(formula)} from asked").fetchall()]


def in_z3(formula: Formula, rows: list[dict[str, Any]]) -> list[Truth]:
    terms = smt.Terms()
    yes, no = smt.is_true(formula, terms), smt.is_false(formula, terms)
    assert z3.Solver().check(yes, no) == z3.unsat, "a row cannot be both"
    term = z3.If(yes, 1, z3.If(no, 0, -1))
    answers: list[Truth] = []
    for row in rows:
        values = smt.values_of(row, terms)
        answer = z3.simplify(z3.substitute(term, *values)).as_long()
        answers.append({1: True, 0: False, -1: None}[answer])
    return answers


def in_cedar(formula: Formula, rows: list[dict[str, Any]]) -> list[bool]:
    policy = policy_text(formula)
    requests = [
        {
            "principal": 'Post::"p"',
            "action": 'Action::"tell"',
            "resource": 'Row::"r"',
            "context": {name.replace(":", "_").replace("/", "_"): v for name, v in row.items() if v is not None},
        }
        for row in rows
    ]
    return [answer.allowed for answer in cedarpy.is_authorized_batch(requests, policy, [])]


def check(triples: int, seed: int) -> Counter[Truth]:
    counts: Counter[Truth] = Counter()
    for formula, rows, expected in batches(triples, seed):
        assert [truth(formula, row) for row in rows] == expected
        assert in_sql(formula, rows) == expected
        assert in_z3(formula, rows) == expected
        fixed = {name: rows[0][name] for name in ("post", "purpose", "at", *(f"day:{zone}" for zone in ZONES))}
        here = [{**row, **fixed} for row in rows[:5]]
        assert in_sql(bind(formula, fixed), here) == [truth(formula, row) for row in here]
        assert [truth(for_filter(formula), row) is True for row in rows] == [answer is True for answer in expected]
        places = frozenset(row["place"] for row in rows[:3] if row["place"] in PLACES)
        narrowed = narrow(formula, "place", places)
        for row, answer in zip(rows, expected, strict=True):
            assert row["place"] not in places or truth(narrowed, row) == answer
        counts.update(expected)
    return counts


def enough_of_each(counts: Counter[Truth]) -> None:
    total = sum(counts.values())
    assert counts[True] >= 0.3 * total, counts
    assert counts[False] >= 0.3 * total, counts
    assert counts[None] > 0, counts


def test_evaluator_sql_and_z3_agree_on_ten_thousand_triples() -> None:
    enough_of_each(check(10_000, seed=int(os.environ.get("SAMPAN_SEED", "3"))))


@pytest.mark.soak
def test_evaluator_sql_and_z3_agree_on_a_hundred_thousand_triples() -> None:
    enough_of_each(check(100_000, seed=int(os.environ.get("SAMPAN_SEED", "20260401"))))


def test_cedar_allows_exactly_what_the_evaluator_allows() -> None:
    counts: Counter[bool] = Counter()
    for formula, rows, expected in batches(2_000, seed=11):
        assert in_cedar(formula, rows) == [answer is True for answer in expected]
        counts.update(answer is True for answer in expected)
    assert min(counts.values()) >= 0.3 * sum(counts.values())

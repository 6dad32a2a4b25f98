"""What the rules cost: one aggregate over a million observations, with and without a compiled agreement.

Both read the same Parquet file through DuckDB. "With" means that every cell passes the row rule of a real agreement, as
in a release, and that counts of 1 to 4 are held back. Cedar, asked row by row, stands beside it.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

import cedarpy
import duckdb
import numpy as np
import polars as pl

from benchmarks.figure import Figure
from sampan.operations.agreements import template
from sampan.sharing.agreements.parse import agreement_of
from sampan.sharing.fragment import sql
from sampan.sharing.fragment.domains import Domains, rules_of
from sampan.sharing.fragment.formula import Formula, bind, for_filter, narrow, told_formula
from sampan.sharing.fragment.known import domains

ROWS = 1_000_000
RUNS = 7
CEDAR_ROWS = 2_000
MINIMUM = 5
CONDITIONS = ["cholera", "dengue", "malaria", "measles", "rabies"]
MEASURES = ["cases", "deaths"]
BAR = 1.25
GROUP = "source, condition, unit, measure, period_kind, period_start, period_end"


def figures() -> Iterator[Figure]:
    """The measured ratios: the ruled aggregate against the plain one, and Cedar per row against the rule in SQL."""
    world = _world()
    rule = bind(told_formula(rules_of(_agreement()), world), _fixed())
    asked = {"place": frozenset(_provinces(world)), "condition": frozenset(CONDITIONS), "measure": frozenset(MEASURES)}
    for attribute, codes in asked.items():
        rule = narrow(rule, attribute, codes)
    rule = for_filter(rule)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "observations.parquet"
        _observations(world).write_parquet(path)
        with duckdb.connect() as connection:
            plain, ruled = _seconds(connection, path, (None, rule))
    per_row = _cedar_seconds(bind(told_formula(rules_of(_agreement()), world), _fixed()), world) / CEDAR_ROWS
    note = f"{ROWS:,} observations, every one covered by the clause"
    yield Figure("aggregate under an agreement, against none", ruled / plain, BAR, note=note)
    beside = f"{CEDAR_ROWS:,} rows asked one by one; printed beside it"
    yield Figure(
        "Cedar per row, against the whole ruled aggregate", per_row / (ruled / ROWS), 1.0, at_most=False, note=beside
    )


def _seconds(connection: duckdb.DuckDBPyConnection, path: Path, rules: Sequence[Formula | None]) -> list[float]:
    """Median seconds of processor for each rule, in turns: other work on the machine meets them alike."""
    queries = [_query(path, rule) for rule in rules]
    took: list[list[float]] = [[] for _ in rules]
    for _ in range(RUNS):
        for query, times in zip(queries, took, strict=True):
            begin = time.process_time()
            connection.execute(query)
            times.append(time.process_time() - begin)
    return [median(times) for times in took]


def _query(path: Path, rule: Formula | None) -> str:
    """The figures a request asks for, added up; with a rule, each cell passes it and small counts are held back."""
    asked = " and ".join(
        f"{column} in ({', '.join(sql.quoted(code) for code in codes)})"
        for column, codes in (("condition", CONDITIONS), ("measure", MEASURES))
    )
    cells = f"select {GROUP}, sum(value) as value from read_parquet('{path}') where {asked} group by {GROUP}"
    if rule is not None:
        shown = f"case when value between 1 and {MINIMUM - 1} then null else value end as value"
        cells = f"select {GROUP}, {shown} from ({cells}) where {sql.is_true(rule, _COLUMNS)}"
    return f"create or replace table answer as {cells}"


def _cedar_seconds(rule: Formula, world: Domains) -> float:
    """Cedar asked for each row, with the same rule as its policy."""
    policy = _policy(rule)
    rows = _observations(world).head(CEDAR_ROWS).iter_rows(named=True)
    asked = [
        {
            "principal": 'Post::"p"',
            "action": 'Action::"tell"',
            "resource": 'Row::"r"',
            "context": {"source": row["source"], "condition": row["condition"], "place": row["unit"],
                        "measure": row["measure"], "period": row["period_kind"],
                        "period_end": row["period_end"].toordinal(), "period_start": row["period_start"].toordinal()},
        }
        for row in rows
    ]  # fmt: skip
    begin = time.perf_counter()
    for one in asked:
        cedarpy.is_authorized(one, policy, [])
    return time.perf_counter() - begin


def _policy(rule: Formula) -> str:
    """The bound rule's codes as one Cedar policy over the attributes that differ from row to row."""
    text = sql.is_true(rule).replace(" in (", " IN (")
    names = [name for name in ("source", "condition", "place", "measure", "period") if f'"{name}" IN' in text]
    parts = []
    for name in names:
        codes = text.split(f'"{name}" IN (', 1)[1].split(")", 1)[0].replace("'", '"')
        parts.append(f"[{codes}].contains(context.{name})")
    return "permit(principal, action, resource) when { " + " && ".join(parts or ["true"]) + " };"


_COLUMNS = {"place": "unit", "period": "period_kind"}


def _fixed() -> dict[str, Any]:
    day = date(2026, 8, 10)
    zones = ("Asia/Phnom_Penh", "Asia/Ho_Chi_Minh")
    return {
        "post": "province-b/surveillance", "purpose": "routine-monitoring", "kind": "aggregate",
        "population": "general",
        "class": "official", "tlp": "clear", "level": 1, "sex": "all", "age_months": 2400,
        "at": int(datetime(2026, 8, 10, tzinfo=UTC).timestamp()), **{f"day:{zone}": day.toordinal() for zone in zones},
    }  # fmt: skip


def _agreement() -> Any:
    return agreement_of(template("weekly-pair").replace("places: any", "places: [KH]", 1))


def _world() -> Domains:
    owners = {"weekly-a": "province-a", "weekly-b": "province-b"}
    posts = ["province-a/surveillance", "province-b/surveillance", "country-a/ministry", "country-b/ministry"]
    return domains(posts=posts, owners=owners, countries=["KH", "VN"])


def _provinces(world: Domains) -> list[str]:
    return sorted(unit for unit, level in world.levels.items() if level == 1 and unit.startswith("KH"))


def _observations(world: Domains) -> pl.DataFrame:
    """A million weekly figures, all within the clause: the worst case, since no row is filtered away."""
    random = np.random.default_rng(7)
    units = _provinces(world)
    weeks = [date(2016, 8, 1) + timedelta(days=7 * n) for n in range(520)]
    start = pl.Series(random.choice(np.array(weeks, dtype="datetime64[D]"), ROWS)).cast(pl.Date)
    return pl.DataFrame(
        {
            "source": ["weekly-a"] * ROWS,
            "condition": random.choice(CONDITIONS, ROWS),
            "unit": random.choice(units, ROWS),
            "measure": random.choice(MEASURES, ROWS),
            "period_kind": ["week"] * ROWS,
            "period_start": start,
            "period_end": start.dt.offset_by("6d"),
            "value": random.poisson(6, ROWS),
        }
    )

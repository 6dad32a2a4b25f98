"""What a check is: its words for an officer, how loud it is, and the function that looks.

A check asks; it never repairs. Where there may be a good reason, `reasons` offers it.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import polars as pl

from sampan.model.findings import CELLS_SCHEMA, Finding, Severity
from sampan.model.harmonised import Checked

# what parts one series from another beside its place, time, condition, measure and class: never mixed, never compared
STRATA = ["place_role", "sex", "age_from", "age_to", "setting", "sector", "origin"]
TOLD_ONE_BY_ONE = 200  # terms of one rule and column; beyond them one finding holds the rest
# problems with a check of their own, whatever field they stand in
TOLD_ALONE = (
    "blank", "calendar-slip", "no-such-period", "unit-not-in-force", "unit-changed-in-period", "equal-row",
    "coarser-place", "read-by-likeness",
)  # fmt: skip


ANSWERED = "counts-for-nothing"  # the owner said that the term is no place, or nothing we count: no question is left


# what the term of a finding is: a text of the file, or what its figures are about
About = Literal["text", "condition", "source", "ways", "parts"]


@dataclass(frozen=True)
class Check:
    """One rule. `title`, `explanation` and `remedy` are what the officer reads; `kinds` which tables it is for."""

    id: str
    title: str
    explanation: str
    remedy: str
    severity: Severity
    look: Callable[[Checked], Iterable[Finding]]
    kinds: tuple[str, ...] = ("aggregate", "cases")
    reasons: tuple[tuple[str, str], ...] = ()  # (id, words): legitimate reasons on offer
    about: About = "text"
    whole: bool = False  # it looks at the delivery as a whole, not at its rows


@lru_cache(maxsize=1)
def checks() -> dict[str, Check]:
    """Every check by id, sorted by id: each module beside this one that defines CHECK."""
    found = {}
    for module in pkgutil.iter_modules([str(Path(__file__).parent)]):
        check = getattr(importlib.import_module(f"sampan.checks.{module.name}"), "CHECK", None)
        if isinstance(check, Check):
            assert check.id not in found, check.id
            found[check.id] = check
    return dict(sorted(found.items()))


def look(checked: Checked, *, whole: bool | None = None) -> list[Finding]:
    """All findings of one delivery, the checks in order of their ids.

    A long list is looked at batch by batch with `whole=False`, and once, at the end, with `whole=True`.
    """
    wanted = [
        check for check in checks().values() if checked.source.kind in check.kinds and whole in (None, check.whole)
    ]
    return [finding for check in wanted for finding in sorted(check.look(checked), key=_order)]


def _order(finding: Finding) -> tuple[int, int, str, int, str]:
    """Most cases first, then by where it first stands: neither a name nor the way a join happened to run decides."""
    sheets, rows = finding.cells.get_column("sheet"), finding.cells.get_column("row")
    sheet = "" if sheets.null_count() else str(sheets.min() or "")
    return -finding.cases, -finding.count, sheet, int(rows.min() or 0), finding.column or ""  # type: ignore[arg-type]  # UInt32


def from_problems(
    checked: Checked, names: Sequence[str], *, rule: str, severity: Severity, reasons: Sequence[str] = ()
) -> list[Finding]:
    """One finding for each field, column and distinct term among the cells with one of these problems."""
    hit = checked.problems.filter(pl.col("problem").is_in(list(names)))
    if not hit.height:
        return []
    keys = ["field", "column", "term", "problem"]
    groups = hit.group_by(keys, maintain_order=True).agg(
        pl.len().alias("count"), pl.col("cases").sum(), pl.col("candidates").first(), pl.col("sheet"), pl.col("row")
    )
    order = ["cases", "count", "field", "column", "term"]
    groups = groups.sort(order, descending=[True, True, False, False, False]).with_columns(terms=pl.lit(1))
    groups = _few_told(groups)
    cells = groups.select("sheet", "row", "column").explode("sheet", "row").cast(CELLS_SCHEMA)  # type: ignore[arg-type]  # a schema
    empty = Finding(rule, severity, None, None, 0, 0, reasons=tuple(reasons))
    findings, offset = [], 0
    for group in groups.drop("sheet", "row").iter_rows(named=True):
        findings.append(_finding(group, cells.slice(offset, group["count"]), empty))
        offset += group["count"]
    return findings


def _few_told(groups: pl.DataFrame) -> pl.DataFrame:
    """The terms that matter most one by one, and for each column one group for all the others."""
    named = groups.with_columns(pl.int_range(pl.len()).over("column").alias("_nth"))
    rest = named.filter(pl.col("_nth") >= TOLD_ONE_BY_ONE)
    if not rest.height:
        return groups
    tail = rest.group_by("field", "column", "problem", maintain_order=True).agg(
        pl.lit(None, pl.String).alias("term"), pl.col("count").sum(), pl.col("cases").sum(),
        pl.lit("").alias("candidates"), pl.col("sheet").explode(), pl.col("row").explode(), pl.len().alias("terms"),
    )  # fmt: skip
    told = named.filter(pl.col("_nth") < TOLD_ONE_BY_ONE).select(groups.columns)
    return pl.concat([told, tail.select(groups.columns).cast(told.schema)])


def from_fields(
    checked: Checked,
    fields: Sequence[str],
    *,
    rule: str,
    severity: Severity,
    but: Sequence[str] = (),
    reasons: Sequence[str] = (),
) -> list[Finding]:
    """As `from_problems`, for every problem of these fields but those named; so that none falls through."""
    silent = [*but, *TOLD_ALONE, ANSWERED]
    names = checked.problems.filter(pl.col("field").is_in(list(fields)) & ~pl.col("problem").is_in(silent))
    found = names.get_column("problem").unique().sort().to_list()
    kept = names.filter(pl.col("problem").is_in(found))
    return from_problems(replace(checked, problems=kept), found, rule=rule, severity=severity, reasons=reasons)


def _finding(group: dict[str, Any], cells: pl.DataFrame, empty: Finding) -> Finding:
    facts = {"field": group["field"], "problem": group["problem"]}
    if group["candidates"]:
        facts["candidates"] = group["candidates"].split("; ")
    if group["terms"] > 1 or group["term"] is None:
        facts["terms"] = group["terms"]
    return replace(
        empty,
        column=group["column"],
        term=group["term"],
        count=group["count"],
        cases=group["cases"] or 0,
        facts=facts,
        cells=cells,
    )


def from_rows(
    rows: pl.DataFrame,
    *,
    rule: str,
    severity: Severity,
    column: str | None = None,
    term: str | None = None,
    reasons: Sequence[str] = (),
    **facts: object,
) -> Finding:
    """One finding over these rows of a table (they carry sheet, row, and column or value where there is one)."""
    header = pl.col("column") if "column" in rows.columns else pl.lit(column, dtype=pl.String).alias("column")
    cells = rows.select(pl.col("sheet").cast(pl.String), pl.col("row").cast(pl.UInt32), header.cast(pl.String))
    cases = rows.height
    if "value" in rows.columns:
        counted = rows.filter(pl.col("measure") == "cases") if "measure" in rows.columns else rows
        cases = int(counted.get_column("value").sum() or 0)
    return Finding(rule, severity, column, term, rows.height, cases, dict(facts), cells, tuple(reasons))

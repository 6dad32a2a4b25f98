"""A release: request + decision + observations -> the table that leaves, and what it says of itself.

Pure: the same input gives the same table, byte for byte once written. Every cell that leaves is tested again
by the row rule, and the table's shape depends on the request alone: a cell that is not told stands there as
"not shared", so that neither rows nor size say what was held back.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import duckdb
import polars as pl

from sampan.model.agreements import ALL_AGES_YEARS
from sampan.model.decisions import Asked, Decision, Part, Request
from sampan.sharing.admission import NAME, Audience, admitted, ledger_key, named, same_ledger
from sampan.sharing.decide import OWN, active_rules, row_of
from sampan.sharing.disclosure.ledger import Ledger
from sampan.sharing.fragment import sql
from sampan.sharing.fragment.domains import Domains, Rule
from sampan.sharing.fragment.formula import bind, for_filter, narrow, told_formula
from sampan.sharing.obligations import PERSONS
from sampan.sharing.rollup import roll_up
from sampan.sharing.schedule import Schedule, Wanted, is_cumulative, scheduled
from sampan.sharing.state import State
from sampan.sharing.totals import stamped, with_totals

COLUMNS = (
    "source", "place", "period_start", "period_end", "period", "condition", "measure", "classification", "accumulation",
    "sex", "age_from", "age_to", "value", "status", "parts", "parts_silent",
    "caveat",
)  # fmt: skip
Span = tuple[date, date]  # first and last day
TOLD = ("reported", "zero")
NOT_SHARED = "not-shared"
UNSAID = "waits"  # column of the observations: true where a word of theirs waits for its owner's approval
UNAPPROVED = "unapproved-words"


@dataclass(frozen=True)
class Books:
    """What was told before, by ledger, and who would be told now."""

    ledgers: Mapping[str, Ledger]
    audience: Audience
    schedules: Mapping[str, Schedule] = field(default_factory=dict)  # of cumulative figures


@dataclass(frozen=True)
class Released:
    """`table` (COLUMNS) leaves; `held` says for the owner what was held back and why, and never leaves."""

    table: pl.DataFrame
    held: pl.DataFrame  # place, period_start, condition, measure, source, why
    ledgers: Mapping[str, Ledger]  # what each source, condition and measure has told to whom, this table included
    schedules: Mapping[str, Schedule] = field(default_factory=dict)  # the same of each cumulative series it touched

    @property
    def cells_held(self) -> int:
        """How many cells were held back; for the owner and the log."""
        return self.held.height


def build(
    request: Request,
    decision: Decision,
    state: State,
    observations: pl.DataFrame,
    domains: Domains,
    periods: Callable[[str | None, str], tuple[Span, ...]],
    books: Books,
) -> Released:
    """The table of a decision. `periods` gives, for a source and kind, the spans of its calendar in the window."""
    rules = active_rules(request, state)
    tables, held, after, schema = [], [], books, _schema()
    rows = named(observations)
    for part in decision.parts:
        grid = periods(part.source, (part.grain or request.asked).period)
        cells = _cells(request, part, state, rules, rows, domains, grid)
        cells, after = _protected(request, part, cells, rows, domains, after)
        table, withheld = _finish(request, part, _caveated(part, cells, rows), domains, grid)
        tables.append(table.select(pl.col(name).cast(dtype) for name, dtype in schema.items()))
        held.append(withheld)
    table = pl.concat(tables) if tables else pl.DataFrame(schema=schema)
    order = ["source", "condition", "measure", "place", "period_start", "classification", "sex", "age_from"]
    whole = with_totals(request, table, domains.places_below, domains.hierarchies)
    return Released(
        stamped(request, whole, state.comparisons).sort(order, nulls_last=True),
        pl.concat(held) if held else pl.DataFrame(schema=_held_schema()),
        after.ledgers,
        after.schedules,
    )


def _caveated(part: Part, cells: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """The cells with what its clauses let the recipient know of how each was made; null where there is nothing."""
    told = part.obligations is not None and UNAPPROVED in part.obligations.practices
    if not told or UNSAID not in rows.columns:
        return cells.with_columns(pl.lit(None, pl.String).alias("caveat"))
    waiting = rows.filter(_counted_in(part) & pl.col(UNSAID)).get_column(NAME).to_list()
    through = pl.col("behind").list.eval(pl.element().is_in(waiting)).list.any()
    return cells.with_columns(pl.when(through).then(pl.lit(UNAPPROVED)).alias("caveat"))


def _protected(
    request: Request, part: Part, cells: pl.DataFrame, rows: pl.DataFrame, domains: Domains, books: Books
) -> tuple[pl.DataFrame, Books]:
    """The part's cells with a column `why` (null: it may leave), and the books with what leaves."""
    if part.obligations is None or part.measure not in PERSONS or not cells.height or OWN in part.reasons:
        return cells.with_columns(pl.lit(None, pl.String).alias("why")), books
    if is_cumulative(cells):
        wanted = Wanted(part, request.population, domains)
        mine = same_ledger(rows, part.source, part.condition, part.measure).filter(
            (pl.col("measure") == part.measure) & (population() == request.population)
        )
        cells, changed = scheduled(cells, mine, wanted, books.schedules, books.audience)
        return cells, replace(books, schedules={**books.schedules, **changed})
    key = ledger_key(part.source, part.condition, part.measure)
    own = same_ledger(rows, part.source, part.condition, part.measure)
    cells, ledger = admitted(cells, own, domains, part.obligations, books.ledgers.get(key, Ledger()), books.audience)
    return cells, replace(books, ledgers={**books.ledgers, key: ledger})


def _cells(
    request: Request, part: Part, state: State, rules: tuple[Rule, ...], observations: pl.DataFrame, domains: Domains,
    grid: tuple[Span, ...],
) -> pl.DataFrame:  # fmt: skip
    """The part's cells, rolled up and tested one by one by the row rule; empty when nothing goes."""
    grain = part.grain or request.asked
    last = part.until or request.data_to
    chosen = observations.filter(
        _counted_in(part)
        & (pl.col("period_start") >= request.data_from)
        & (pl.col("period_end") <= last)
        & (population() == request.population)
    )
    units = targets(part, grain.level, request, domains)
    whole = [span for span in grid if span[1] <= last]  # some days of a month are no month
    cells = roll_up(chosen, grain, units, domains.places_below, whole)
    if part.outcome not in ("allow", "coarsen"):
        return cells.clear()
    if OWN in part.reasons:
        return cells
    known = row_of(request, state, (part.source, part.condition, None, part.measure), grain, rules)
    fixed = {name: known[name] for name in known if name not in ("place", "period_start", "period_end", "source")}
    rule = for_filter(narrow(bind(told_formula(rules, domains), fixed), "place", frozenset(units.values())))
    with duckdb.connect() as connection:  # the frame is read by its name in the query
        connection.register("cells", cells)
        return connection.sql(f"select * from cells where {sql.is_true(rule)}").pl()  # noqa: S608  compiled from our own formula, codes quoted


def _counted_in(part: Part) -> pl.Expr:
    """The rows of a part's source, condition and measure."""
    return (
        (pl.col("condition") == part.condition)
        & (pl.col("measure") == part.measure)
        & (pl.lit(part.source is None) | (pl.col("source") == (part.source or "")))
    )


def _finish(
    request: Request, part: Part, cells: pl.DataFrame, domains: Domains, grid: tuple[Span, ...]
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The part's full grid with protected cells held back, and the list of what was."""
    grain = part.grain or request.asked
    shown = part.obligations.silences if part.obligations else ()
    full = _grid(part, grain, request, domains, grid).join(
        cells.drop("source", "condition", "measure", "period", "behind"),
        on=["place", "period_start", "period_end"],
        how="full",
        coalesce=True,
    )
    filled = full.with_columns(
        pl.lit(part.source).alias("source"),
        pl.lit(part.condition).alias("condition"),
        pl.lit(part.measure).alias("measure"),
        pl.lit(grain.period).alias("period"),
        pl.col("sex").fill_null("all"),
        pl.col("age_from").fill_null(0.0),
        pl.col("age_to").fill_null(ALL_AGES_YEARS),
        pl.col("status").fill_null("not_reported"),
    )
    withheld = filled.filter(pl.col("why").is_not_null()).select(
        "source", "place", "period_start", "condition", "measure", "why"
    )
    return _silenced(filled, part, shown).select(COLUMNS), withheld.cast(_held_schema())  # type: ignore[arg-type]  # polars' own dtype union


def _silenced(filled: pl.DataFrame, part: Part, shown: tuple[str, ...]) -> pl.DataFrame:
    """Silences as the clause lets them be told apart; else each is the same."""
    open_ = part.outcome in ("allow", "coarsen")
    if not open_:
        pending = part.outcome == "needs-approval" and "release-pending" in shown
        return filled.with_columns(
            pl.lit("release-pending" if pending else NOT_SHARED).alias("status"),
            pl.lit(None, pl.Int64).alias("value"),
            pl.lit(None, pl.UInt32).alias("parts"),
            pl.lit(None, pl.UInt32).alias("parts_silent"),
            pl.lit(None, pl.String).alias("classification"),
            pl.lit(None, pl.String).alias("accumulation"),
            pl.lit(None, pl.String).alias("caveat"),
        )
    told = pl.col("status").is_in(TOLD) & pl.col("why").is_null()
    apart = "suppressed" in shown
    silence = pl.when(pl.col("why").is_not_null()).then(pl.lit("suppressed")).otherwise(pl.col("status"))
    return filled.with_columns(
        pl.when(told).then("status").otherwise(silence if apart else pl.lit(NOT_SHARED)).alias("status"),
        pl.when(told).then("value").alias("value"),
        pl.when(told & pl.lit(not _protects(part))).then("parts").alias("parts"),
        pl.when(told).then("parts_silent").alias("parts_silent"),
        pl.when(told).then("classification").alias("classification"),
        pl.when(told).then("accumulation").alias("accumulation"),
        pl.when(told).then("caveat").alias("caveat"),
    )


def _protects(part: Part) -> bool:
    """Whether small counts of the part are held back: then nobody is told of how many figures a sum is made.

    Of a source that sends no zeros each of them is one case or more, and twelve cases in twelve figures are all ones.
    """
    bound = part.obligations
    return bound is not None and bound.minimum_cell > 1 and part.measure in PERSONS and OWN not in part.reasons


def _grid(part: Part, grain: Asked, request: Request, domains: Domains, periods: tuple[Span, ...]) -> pl.DataFrame:
    """Every place and period asked for: the shape depends on the request alone."""
    units = sorted(set(targets(part, grain.level, request, domains).values()))
    rows = [(unit, start, end) for unit in units for start, end in periods]
    return pl.DataFrame(rows, schema={"place": pl.String, "period_start": pl.Date, "period_end": pl.Date}, orient="row")


def targets(part: Part, level: int, request: Request, domains: Domains) -> dict[str, str]:
    """Each unit of a part's place with its ancestor at a level, for rolling up; the place itself if coarser.

    Only territories that existed in the window asked for, of the hierarchy in which the part's source speaks.
    """
    root = domains.unit_of(part.place, request.data_to)
    if root is None:
        return {}
    below = domains.places_below[root]
    if domains.levels.get(root, level) >= level:
        return dict.fromkeys(sorted(below), root)
    spans = {unit: (begins, ends) for dated in domains.dated.values() for begins, ends, unit in dated}
    standing = [
        unit
        for unit in sorted(below & domains.units_at(level, part.source))
        if spans[unit][0] <= request.data_to and request.data_from < (spans[unit][1] or date.max)
    ]
    return {unit: top for top in standing for unit in sorted(domains.places_below[top])}


def population() -> pl.Expr:
    """Which population a row speaks of: prisons, camps and people on the move by their setting or origin."""
    return (
        pl.when(pl.col("setting") == "prison")
        .then(pl.lit("prison"))
        .when(pl.col("setting") == "camp")
        .then(pl.lit("camp"))
        .when(pl.col("origin").is_in(["migrant", "displaced"]))
        .then(pl.lit("migrant"))
        .otherwise(pl.lit("general"))
    )


def summary(released: Released, decision: Decision) -> dict[str, Any]:
    """For the owner: cells that go, cells held back by reason, parts that do not go."""
    why: Mapping[str, int] = dict(released.held.group_by("why").len().sort("why").iter_rows())
    told = released.table.filter(pl.col("status").is_in(TOLD)).height
    return {
        "rows": released.table.height,
        "told": told,
        "held_back": released.cells_held,
        "held_back_by_reason": why,
        "parts_that_go": len(decision.goes),
        "parts": len(decision.parts),
    }


def _schema() -> dict[str, Any]:
    names: dict[str, Any] = dict.fromkeys(COLUMNS, pl.String)
    return names | {
        "period_start": pl.Date,
        "period_end": pl.Date,
        "age_from": pl.Float64,
        "age_to": pl.Float64,
        "value": pl.Int64,
        "parts": pl.UInt32,
        "parts_silent": pl.UInt32,
    }


def _held_schema() -> dict[str, Any]:
    names: dict[str, Any] = dict.fromkeys(("source", "place", "period_start", "condition", "measure", "why"), pl.String)
    return names | {"period_start": pl.Date}

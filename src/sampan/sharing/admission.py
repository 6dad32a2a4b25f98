"""Each cell of a part tested with everything its recipient holds: the ledger of released sums decides what may leave.

A cell is the sum of the finest counts behind it. Where a source reports a total and its parts, and they agree, the
total is that sum (`adding_up.py`): two groupings of the same persons meet, and neither gives the other away.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl

from sampan.model.decisions import Obligations
from sampan.sharing.adding_up import AMONG, measures_with, sums
from sampan.sharing.disclosure.ledger import HELD, TOLD, Ledger, Offer, admit
from sampan.sharing.fragment.domains import Domains
from sampan.vocab import conditions

NAME = "__name__"
SAME = ("source", "practice", "condition", "measure", "classification", "place_role", "date_basis", "accumulation")
STRATA = ("sex", "age_from", "age_to", "setting", "sector", "origin")
SPAN = ("period_start", "period_end")
SMALL, BESIDE, ZERO = "below-minimum", "would-give-a-small-count-away", "zero-held"


@dataclass(frozen=True)
class Audience:
    """Who would receive, under which release, on which day, and which recipients may pool what they hold.

    `as_of` is the day whose knowledge was asked for, when it is not this one.
    """

    recipient: str
    release: str
    on: date
    pools: tuple[frozenset[str], ...] = ()
    as_of: date | None = None


def named(rows: pl.DataFrame) -> pl.DataFrame:
    """The observations with a column that names each finest count, the same in every release that has it.

    A name tells counts apart within one source, family of measures and family of conditions; their heads are not named.
    """
    parts = [pl.col(name).cast(pl.String).fill_null("-") for name in ("unit", *SPAN, *STRATA, *SAME[4:], "practice")]
    heads = {code: conditions.head(code) for code in rows.get_column("condition").unique().drop_nulls().to_list()}
    member = pl.col("condition").is_in([code for code, head in heads.items() if code != head])
    which = pl.when(member).then(pl.lit("|") + pl.col("condition")).otherwise(pl.lit(""))
    among = pl.col("measure").is_in(list(AMONG))
    what = pl.when(among).then(pl.lit("|") + pl.col("measure")).otherwise(pl.lit(""))
    return rows.with_columns((pl.concat_str(parts, separator="|") + which + what).alias(NAME))


def ledger_key(source: str | None, condition: str, measure: str) -> str:
    """The name of the ledger a figure belongs to: one for a condition with all its kinds, which add up to it.

    And one for a measure with what is counted among it: the cases and their deaths.
    """
    return f"{source}|{conditions.head(condition)}|{measures_with(measure)[0]}"


def same_ledger(rows: pl.DataFrame, source: str | None, condition: str, measure: str) -> pl.DataFrame:
    """The rows whose counts stand in one ledger with a figure."""
    family = [
        code
        for code in rows.get_column("condition").unique().to_list()
        if conditions.head(code) == conditions.head(condition)
    ]
    mine = pl.lit(True) if source is None else pl.col("source") == source
    return rows.filter(mine & pl.col("measure").is_in(measures_with(measure)) & pl.col("condition").is_in(family))


def admitted(
    cells: pl.DataFrame,
    rows: pl.DataFrame,
    domains: Domains,
    bound: Obligations,
    ledger: Ledger,
    audience: Audience,
) -> tuple[pl.DataFrame, Ledger]:
    """The cells with a column `why` (null: it may leave) and the ledger with what leaves.

    `cells` has a column `behind` with the names of the rows added; `rows` are those of the same ledger.
    """
    below = domains.places_below
    reported = sums(rows, NAME, below, domains.conditions_below, domains.made_of)
    values = dict(rows.select(NAME, pl.col("value").fill_null(0)).iter_rows())
    values |= {name: piece.value for name, piece in reported.pieces.items()}
    ends = dict(rows.select(NAME, "period_end").iter_rows())
    ends |= {name: piece.end for name, piece in reported.pieces.items()}
    figures = {
        str(index): tuple(sorted({term for name in behind for term in reported.terms(name)}))
        for index, (value, behind) in enumerate(cells.select("value", "behind").iter_rows())
        if value is not None and behind
    }
    used = {term for terms in figures.values() for term in terms}
    equal = reported.near(used, ledger.versions)
    used |= {term for pair in equal for side in pair for term in side}
    persons = pl.col("value") > 0 if bound.tells_zeros else pl.col("value").is_not_null()
    offer = Offer(
        release=audience.release,
        recipient=audience.recipient,
        on=audience.on,
        minimum=bound.minimum_cell,
        figures=figures,
        counts={name: int(values[name]) for name in sorted(used)},
        ends={name: ends[name] for name in sorted(used)},
        cells=small_sums(rows.filter(persons), below, used, bound.minimum_cell),
        pools=audience.pools,
        protected_for_days=bound.protected_for_days,
        corrections=bound.corrections,
        equal=equal,
        zeros=TOLD if bound.tells_zeros else HELD,
    )
    done = admit(ledger, offer)
    why = [
        None if str(index) not in done.refused else why_held(value, bound.minimum_cell)
        for index, value in enumerate(cells.get_column("value").fill_null(0).to_list())
    ]
    return cells.with_columns(pl.Series("why", why, dtype=pl.String)), done.ledger


def why_held(value: int, minimum: int) -> str:
    """Why a count stays silent, for its owner."""
    return ZERO if value == 0 else SMALL if value < minimum else BESIDE


def small_sums(
    rows: pl.DataFrame, below: Mapping[str, frozenset[str]], used: set[str], minimum: int
) -> list[tuple[str, ...]]:
    """Small sums of the groupings everybody knows, asked for or not: a unit with all it holds, by sex, by age.

    A person alone among the women of a district is told by the district's figure less its men's, though nobody asked.
    """
    finest = rows.filter(pl.col(NAME).is_in(list(used)))
    within: dict[str, set[str]] = {}
    units = set(finest.get_column("unit").to_list())
    for top, inside in below.items():
        for unit in units & inside:
            within.setdefault(unit, set()).add(top)
    found: dict[tuple[object, ...], list[tuple[str, int]]] = {}
    alike = [finest.get_column(name).to_list() for name in (*SAME, "measure", *SPAN)]
    rest = [finest.get_column(name).to_list() for name in (NAME, "value", "unit", "sex", "age_from", "age_to")]
    for same, (name, value, unit, sex, age_from, age_to) in zip(zip(*alike, strict=True), zip(*rest, strict=True),
                                                                strict=True):  # fmt: skip
        for place in within.get(unit, {unit}):
            for group in ((place,), (place, "sex", sex), (place, "age", age_from, age_to)):
                found.setdefault((*same, *group), []).append((name, int(value)))
    small = {tuple(sorted(name for name, _ in one)) for one in found.values() if sum(n for _, n in one) < minimum}
    return sorted(terms for terms in small if len(terms) > 1)

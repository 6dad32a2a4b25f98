"""Each cell of a part tested with everything its recipient holds: the ledger of released sums decides what may leave.

A cell is the sum of the finest counts behind it. Where a source reports a total and its parts, and they agree, the
total is that sum: two groupings of the same persons meet in the ledger, and neither gives the other away.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl

from sampan.model.decisions import Obligations
from sampan.sharing.disclosure.ledger import Ledger, Offer, admit

NAME = "__name__"
SAME = ("source", "practice", "condition", "measure", "classification", "place_role", "date_basis", "accumulation")
STRATA = ("sex", "age_from", "age_to", "setting", "sector", "origin")
SPAN = ("period_start", "period_end")
SMALL, BESIDE = "below-minimum", "would-give-a-small-count-away"


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
    """The observations with a column that names each finest count, the same in every release that has it."""
    parts = [pl.col(name).cast(pl.String).fill_null("-") for name in ("unit", *SPAN, *STRATA, *SAME[4:], "practice")]
    return rows.with_columns(pl.concat_str(parts, separator="|").alias(NAME))


def admitted(
    cells: pl.DataFrame,
    rows: pl.DataFrame,
    below: Mapping[str, frozenset[str]],
    bound: Obligations,
    ledger: Ledger,
    audience: Audience,
) -> tuple[pl.DataFrame, Ledger]:
    """The cells with a column `why` (null: it may leave) and the ledger with what leaves.

    `cells` has a column `behind` with the names of the rows added; `rows` are those rows; `below` the trees of units.
    """
    finer = _finer(rows, below)
    values = dict(rows.select(NAME, pl.col("value").fill_null(0)).iter_rows())
    ends = dict(rows.select(NAME, "period_end").iter_rows())
    figures = {
        str(index): tuple(sorted({term for name in behind for term in finer.get(name, (name,))}))
        for index, (value, behind) in enumerate(cells.select("value", "behind").iter_rows())
        if value is not None and behind
    }
    used = {term for terms in figures.values() for term in terms}
    offer = Offer(
        release=audience.release,
        recipient=audience.recipient,
        on=audience.on,
        minimum=bound.minimum_cell,
        figures=figures,
        counts={name: int(values[name]) for name in sorted(used)},
        ends={name: ends[name] for name in sorted(used)},
        cells=small_sums(rows, below, used, bound.minimum_cell),
        pools=audience.pools,
        protected_for_days=bound.protected_for_days,
        corrections=bound.corrections,
    )
    done = admit(ledger, offer)
    why = [
        None if str(index) not in done.refused else (SMALL if 0 < value < bound.minimum_cell else BESIDE)
        for index, value in enumerate(cells.get_column("value").fill_null(0).to_list())
    ]
    return cells.with_columns(pl.Series("why", why, dtype=pl.String)), done.ledger


def small_sums(
    rows: pl.DataFrame, below: Mapping[str, frozenset[str]], used: set[str], minimum: int
) -> list[tuple[str, ...]]:
    """Small sums of the groupings everybody knows, asked for or not: a unit with all it holds, by sex, by age.

    A person alone among the women of a district is told by the district's figure less its men's, though nobody asked.
    """
    finest = rows.filter(pl.col(NAME).is_in(list(used)) & (pl.col("value") > 0))
    within: dict[str, set[str]] = {}
    units = set(finest.get_column("unit").to_list())
    for top, inside in below.items():
        for unit in units & inside:
            within.setdefault(unit, set()).add(top)
    found: dict[tuple[object, ...], list[tuple[str, int]]] = {}
    alike = [finest.get_column(name).to_list() for name in (*SAME, *SPAN)]
    rest = [finest.get_column(name).to_list() for name in (NAME, "value", "unit", "sex", "age_from", "age_to")]
    for same, (name, value, unit, sex, age_from, age_to) in zip(zip(*alike, strict=True), zip(*rest, strict=True),
                                                                strict=True):  # fmt: skip
        for place in within.get(unit, {unit}):
            for group in ((place,), (place, "sex", sex), (place, "age", age_from, age_to)):
                found.setdefault((*same, *group), []).append((name, int(value)))
    small = {tuple(sorted(name for name, _ in one)) for one in found.values() if sum(n for _, n in one) < minimum}
    return sorted(terms for terms in small if len(terms) > 1)


def _finer(rows: pl.DataFrame, below: Mapping[str, frozenset[str]]) -> dict[str, tuple[str, ...]]:
    """For each row whose parts are reported as well and add up to it: the names of those parts."""
    groups: dict[tuple[object, ...], list[dict[str, object]]] = {}
    for row in rows.filter(pl.col("value").is_not_null()).iter_rows(named=True):
        groups.setdefault(tuple(row[name] for name in (*SAME, *SPAN)), []).append(row)
    found: dict[str, tuple[str, ...]] = {}
    for members in groups.values():
        for row in members if len(members) > 1 else ():
            parts = _places(row, members, below) or _sexes(row, members)
            if parts and sum(int(str(part["value"])) for part in parts) == row["value"]:
                found[str(row[NAME])] = tuple(str(part[NAME]) for part in parts)
    return {name: _to_the_end(name, found) for name in found}


def _places(
    row: dict[str, object], members: list[dict[str, object]], below: Mapping[str, frozenset[str]]
) -> list[dict[str, object]]:
    """Rows of the units directly inside the row's unit, alike in everything else."""
    inside = below.get(str(row["unit"]), frozenset()) - {row["unit"]}
    alike = [m for m in members if m["unit"] in inside and all(m[name] == row[name] for name in STRATA)]
    units = {str(member["unit"]) for member in alike}
    return [m for m in alike if not any(m["unit"] in below.get(u, frozenset()) and m["unit"] != u for u in units)]


def _sexes(row: dict[str, object], members: list[dict[str, object]]) -> list[dict[str, object]]:
    """Rows of the single sexes beside a row of all, alike in everything else."""
    if row["sex"] not in (None, "all"):
        return []
    same = [name for name in ("unit", *STRATA) if name != "sex"]
    return [m for m in members if m["sex"] not in (None, "all") and all(m[name] == row[name] for name in same)]


def _to_the_end(name: str, found: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """The finest parts of a name, however many steps down."""
    if name not in found:
        return (name,)
    return tuple(term for part in found[name] for term in _to_the_end(part, found))

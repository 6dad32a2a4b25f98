"""Which sources speak of the same thing, and what each says of it.

`overlaps` looks at keys alone: no figure is read before somebody allowed the comparison.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import combinations

import polars as pl

from sampan.harmonise.tabulate import Cut, counted
from sampan.model.decisions import Asked as Grain
from sampan.model.discrepancies import Figure, Thing, quarter
from sampan.model.observations import OBSERVATION
from sampan.operations import homes, observing
from sampan.operations.sharing.gates import closed_deliveries
from sampan.sharing.admission import NAME, named
from sampan.sharing.rollup import roll_up
from sampan.store.figures import Asked
from sampan.store.home import Store
from sampan.vocab.places import Gazetteer, registry

BACK = timedelta(days=400)
KINDS = ("week", "month")
MEASURES = ("cases", "deaths")
TOLD = ("reported", "zero")
LEVEL = 1


@dataclass(frozen=True)
class Overlap:
    """A thing and the two sources that speak of it."""

    thing: Thing
    sources: tuple[str, str]


@dataclass(frozen=True)
class Known:
    """Every figure of the last thirteen months by first-level unit: rows with their names, and cells rolled up."""

    rows: pl.DataFrame
    cells: pl.DataFrame

    def of(self, source: str, thing: Thing) -> list[Figure]:
        """What one source says of a thing, oldest period first."""
        mine = _within(self.cells, thing).filter(pl.col("source") == source)
        return [_figure(mine.filter(pl.col("period_start") == day)) for day in sorted(set(mine["period_start"]))]

    def behind(self, source: str, thing: Thing, day: date) -> list[str]:
        """Names of the rows behind one figure."""
        mine = _within(self.cells, thing).filter((pl.col("source") == source) & (pl.col("period_start") == day))
        return sorted({name for names in _standing(mine)["behind"].to_list() for name in names})


def known(store: Store, now: date) -> Known:
    """Read the figures of partners' sources; openly published ones are nobody's to settle here."""
    sources = {name: one for name, one in homes.sources(store).items() if not one.published}
    asked = Asked(from_date=now - BACK, sources=sorted(sources) or ["-"], but=closed_deliveries())
    rows = pl.concat([observing.observations(store, asked), *_listed(store, asked)], how="diagonal_relaxed")
    rows = rows.filter(
        pl.col("measure").is_in(MEASURES) & pl.col("status").is_in(TOLD) & pl.col("period_kind").is_in(KINDS)
        & (pl.col("accumulation").fill_null("period") == "period") & (pl.col("period_start") >= now - BACK)
    )  # fmt: skip
    rows = named(rows.select([pl.col(name).cast(dtype) for name, dtype in OBSERVATION.items()]))
    places = registry(store.places) if store.places.is_dir() else registry()
    ancestors = _first_level(places, rows["unit"].unique().to_list())
    parts = [roll_up(rows.filter(pl.col("period_kind") == kind), Grain(LEVEL, kind), ancestors) for kind in KINDS]
    return Known(rows, pl.concat(parts))


def overlaps(found: Known, owners: dict[str, str]) -> list[Overlap]:
    """Every thing of which sources of two owners speak in at least one equal period; figures are not looked at."""
    keys = found.cells.select("source", "place", "condition", "measure", "period", "period_start", "period_end")
    groups: dict[tuple[str, ...], dict[tuple[date, date], set[str]]] = {}
    for source, *what, start, end in keys.unique().iter_rows():
        if source in owners:
            groups.setdefault(tuple(what), {}).setdefault((start, end), set()).add(source)
    met: set[tuple[Thing, tuple[str, str]]] = set()
    for (unit, condition, measure, kind), spans in groups.items():
        for (start, _), sources in spans.items():
            thing = Thing(unit, condition, measure, kind, *quarter(start))
            pairs = combinations(sorted(sources), 2)
            met |= {(thing, (a, b)) for a, b in pairs if owners[a] != owners[b]}
    ordered = sorted(met, key=lambda one: (one[0].start, one[0].unit, one[0].condition, one[0].measure, one[1]))
    return [Overlap(*one) for one in ordered]


def _listed(store: Store, asked: Asked) -> Iterable[pl.DataFrame]:
    """Cases counted by week: by place of report, and by place of residence where that is another country's."""
    cases = observing.cases(store, asked)
    cases = cases.filter(pl.col("source").is_in(list(asked.sources)))
    for name in sorted(cases["source"].unique()):
        mine, source = cases.filter(pl.col("source") == name), homes.source(store, name)
        yield counted(mine, source, Cut("week", role="report")).figures
        abroad = mine.filter(~pl.col("unit_residence").str.starts_with(source.country))
        yield counted(abroad, source, Cut("week", role="residence")).figures


def _first_level(places: Gazetteer, units: Iterable[str]) -> dict[str, str]:
    """Each unit with its first-level unit in force when it began; units of no known country fall out."""
    found: dict[str, str] = {}
    for name in units:
        if name is None or name.split("-")[0] not in places.countries():
            continue
        one = places.unit(name)
        while one.level > LEVEL and one.parent is not None:
            above = places.of_place(one.parent)
            one = next((each for each in above if each.in_force(one.begins)), above[-1])
        if one.level == LEVEL:
            found[name] = one.id
    return found


def _within(cells: pl.DataFrame, thing: Thing) -> pl.DataFrame:
    return cells.filter(
        (pl.col("place") == thing.unit) & (pl.col("condition") == thing.condition) & (pl.col("period") == thing.kind)
        & (pl.col("measure") == thing.measure) & pl.col("period_start").is_between(thing.start, thing.end)
        & pl.col("value").is_not_null()
    )  # fmt: skip


def _standing(rows: pl.DataFrame) -> pl.DataFrame:
    """Of one source and period: its own total if it gives one, else its classes."""
    totals = rows.filter(pl.col("classification") == "total")
    return totals if totals.height else rows


def _figure(rows: pl.DataFrame) -> Figure:
    standing = _standing(rows)
    by = {str(one) for name in ("place_role", "date_basis", "classification") for one in standing[name].drop_nulls()}
    first = standing.row(0, named=True)
    return Figure(first["period_start"], first["period_end"], int(standing["value"].sum()), tuple(sorted(by)))


__all__ = ["NAME", "Known", "Overlap", "known", "overlaps"]

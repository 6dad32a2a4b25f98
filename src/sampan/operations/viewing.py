"""What the region page shows: for each source its figures, silences, practice, findings and deliveries.

The order of sources is drawn by lot from their figures and the day: no country comes first by its name or code,
and none is ranked. Nothing is added across sources.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

import polars as pl

from sampan.model.places import Unit
from sampan.model.sources import Source
from sampan.operations import homes, observing, tabulating
from sampan.operations.outlines import with_neighbours
from sampan.operations.regional import (
    ALL_CONDITIONS,
    Cell,
    Expected,
    Rate,
    cells,
    practice_changes,
    rate,
    rolled_up,
    within,
)
from sampan.operations.tabulating import Counting
from sampan.store import home
from sampan.store.figures import Asked
from sampan.store.home import Store
from sampan.vocab import conditions
from sampan.vocab.places import Gazetteer, registry
from sampan.vocab.places.outline import basemap, has_basemap

TAKEN_BACK = ("withdrawn", "erased")
WINDOW = timedelta(weeks=8)
REPORTING = 1  # the level of units a source is taken to report at, where it declares none
LOOK_BACK = timedelta(weeks=60)
MOST = 0.7  # of the units that tell in the fullest year
FILLING = timedelta(weeks=3)  # figures younger than this are still being completed


@dataclass(frozen=True)
class Wanted:
    """Which view: a condition, as known at a moment (None: now), of some or all sources."""

    condition: str
    at: datetime | None = None
    sources: tuple[str, ...] = ()  # only these; empty means all that told


@dataclass(frozen=True)
class UnitView:
    """One unit of the map with its rate in the window."""

    unit: Unit
    population: int | None
    rate: Rate


@dataclass(frozen=True)
class SourceView:
    """One source: how it counts, what it told, what waits for an answer."""

    source: Source
    names: Mapping[str, str]  # language -> the country's name
    name: str  # the country's Latin name
    units: tuple[UnitView, ...]  # of the level of the map
    cells: tuple[Cell, ...]  # of the level of the map, oldest first
    own_cells: tuple[Cell, ...]  # of the level the source reports at
    breaks: tuple[date, ...] = ()  # first days counted by another practice
    territory_breaks: tuple[date, ...] = ()  # first days of units that began as another territory than before
    kinds: frozenset[str] = frozenset()  # narrower conditions that were counted into the one asked for

    @property
    def watched(self) -> bool:
        """False if the source does not follow the condition at all."""
        return any(cell.status != "not_under_surveillance" for cell in self.cells)


@dataclass(frozen=True)
class RegionView:
    """Everything the page needs, of one condition as known at one moment."""

    condition: str
    conditions: tuple[str, ...]  # those any source of the home speaks of
    known_at: datetime
    first: date  # the window of map, equal view and table
    last: date
    invented: bool
    sources: tuple[SourceView, ...]
    shapes: Mapping[str, Any] | None
    findings: tuple[dict[str, Any], ...] = ()
    deliveries: tuple[dict[str, Any], ...] = ()
    others: Mapping[str, str] = field(default_factory=dict)

    @property
    def has_rates(self) -> bool:
        """True if every unit that told of cases has a known population."""
        told = [one.rate for source in self.sources for one in source.units if one.rate.cases]
        return bool(told) and all(rate.a_week is not None for rate in told)

    @property
    def curve_first(self) -> date:
        """The first day that any curve shows."""
        starts = [view.cells[0].start for view in self.sources if view.cells]
        return max(min(starts, default=self.first), self.last - LOOK_BACK)


def region(store: Store, wanted: Wanted) -> RegionView:
    """The region as known at the wanted moment, with what waits for an answer and the files it is made of."""
    figures = figures_told(store, Asked(at=wanted.at, sources=wanted.sources))
    view = figured(store, wanted, figures)
    kept = set(figures["source"].unique()) & set(homes.sources(store))
    deliveries = [one for one in observing.deliveries(store) if not wanted.sources or one["source"] in wanted.sources]
    return replace(
        view,
        findings=tuple(one for one in observing.findings(store) if one["source"] in kept),
        deliveries=tuple(one for one in deliveries if one["state"] not in TAKEN_BACK),
    )


def figured(store: Store, wanted: Wanted, figures: pl.DataFrame) -> RegionView:
    """The same without findings and deliveries, of what `figures_told` gives: nothing but figures is read for it."""
    known = wanted.at or observing.newest(wanted.sources)
    assert known is not None, "a page is asked for only when something was delivered"
    first, last = _window(figures, wanted.condition, known.date(), _published(store, figures))
    places = registry(store.places) if store.places.is_dir() else registry()
    kept = {name: one for name, one in homes.sources(store).items() if name in set(figures["source"].unique())}
    views = [_source_view(one, figures, places, wanted.condition, (first, last)) for one in kept.values()]
    views = [view for view in views if _speaks(view) or not _told_beside(view, views)]
    return RegionView(
        condition=wanted.condition,
        conditions=conditions_of(figures),
        known_at=known,
        first=first,
        last=last,
        invented=bool(home.is_invented()),
        sources=tuple(by_lot(views, known.date())),
        shapes=outline_of(store, places, [view.source.country for view in views], last),
    )


def _speaks(view: SourceView) -> bool:
    """False of a source that owes no report and, in the window, tells of no unit of its country."""
    return view.source.expects.every is not None or any(one.rate.known for one in view.units)


def _told_beside(view: SourceView, views: Sequence[SourceView]) -> bool:
    """True if another source tells of the same units, so that nobody misses this one's silence."""
    return any(other.source.country == view.source.country and _speaks(other) for other in views)


def by_lot(views: Sequence[SourceView], day: date) -> list[SourceView]:
    """An order that depends on figures and day alone: it changes from week to week and knows no code or name."""

    def draw(view: SourceView) -> str:
        told = sorted((cell.start.isoformat(), cell.value or 0) for cell in view.own_cells)
        week = day.isocalendar()[:2]
        return hashlib.sha256(json.dumps([week, told]).encode()).hexdigest()

    return sorted(views, key=draw)


def _published(store: Store, figures: pl.DataFrame) -> bool:
    """True if all sources are openly published ones, which end in different years."""
    known = homes.sources(store)
    return all(known[name].published for name in figures["source"].unique() if name in known)


def _window(figures: pl.DataFrame, condition: str, known: date, published: bool) -> tuple[date, date]:
    """The weeks before the newest day told of; of published figures the newest year that most units tell of."""
    last = _last_day(figures, condition, known)
    if not published:
        return last - WINDOW + timedelta(days=1), last
    told = figures.filter(pl.col("measure") == "cases", pl.col("period_kind").is_in(["week", "month"]))
    years = told.group_by(pl.col("period_end").dt.year().alias("year")).agg(pl.col("unit").n_unique().alias("units"))
    if not years.height:
        return last - WINDOW + timedelta(days=1), last
    most = years.filter(pl.col("units") >= MOST * pl.col("units").max())["year"].max()
    year = int(most)  # type: ignore[arg-type]  # never empty here
    return date(year, 1, 1), date(year, 12, 31)


def _last_day(figures: pl.DataFrame, condition: str, known: date) -> date:
    """The last day of the newest week or month that any source has told of."""
    told = figures.filter(pl.col("condition").is_in(_covered(figures, condition)) & (pl.col("period_end") <= known))
    return told["period_end"].max() or known  # type: ignore[return-value]  # a date column


def _covered(figures: pl.DataFrame, condition: str) -> list[str]:
    """The condition and the narrower ones that count into it."""
    present = [name for name in figures["condition"].unique().to_list() if name not in (None, ALL_CONDITIONS)]
    return [name for name in present if name == condition or condition in conditions.ancestors(name)]


def conditions_of(figures: pl.DataFrame) -> tuple[str, ...]:
    """Conditions to choose from, the widest of each line, by the list of conditions."""
    present = {name for name in figures["condition"].unique().to_list() if name not in (None, ALL_CONDITIONS)}
    widest = {
        next((a for a in conditions.ancestors(name)[::-1] if a in present or a == "dengue"), name) for name in present
    }
    return tuple(one.code for one in conditions.all_conditions() if one.code in widest)


def _source_view(
    source: Source, figures: pl.DataFrame, places: Gazetteer, condition: str, days: tuple[date, date]
) -> SourceView:
    first, last = days
    mine = figures.filter(pl.col("source") == source.id)
    wanted = _covered(mine, condition)
    level = source.expects.level or REPORTING
    reporting = places.units(source.country, level=level, on=last, hierarchy=source.hierarchy)
    provinces = places.units(source.country, level=1, on=last)  # operational districts lie in provinces
    upper = places.units(source.country, level=1, on=last, hierarchy=source.hierarchy) or provinces
    parent = _parents(reporting, upper)
    periods = _periods(source, mine, last)
    every = _through(places, source, level, periods) or reporting
    expected = Expected(
        units=source.expects.units or tuple(unit.id for unit in every),
        periods=periods,
        lives={unit.id: (unit.begins, unit.ends) for unit in every},
        watched=not source.expects.conditions or condition in source.expects.conditions or bool(wanted),
        lists_cases=source.kind == "cases",
    )
    own = cells(mine.filter(pl.col("condition").is_in([*wanted, ALL_CONDITIONS])), expected)
    people = {one.unit: one.population for one in places.populations(source.country)}
    window = within(own, first, last)
    of_unit: dict[str, list[Cell]] = {}
    for cell in window:
        of_unit.setdefault(parent.get(cell.unit, cell.unit), []).append(cell)
    units = [UnitView(unit, people.get(unit.id), rate(of_unit.get(unit.id, []), people)) for unit in upper]
    country = next(iter(places.units(source.country, level=0)), None)
    return SourceView(
        source=source,
        names=country.every_name if country else {},
        name=country.name if country else source.country,
        units=tuple(units),
        cells=tuple(rolled_up(own, parent)),
        own_cells=tuple(own),
        breaks=tuple(practice_changes(_of_periods(mine.filter(pl.col("condition").is_in(wanted)), expected))),
        territory_breaks=tuple(places.break_days(every, periods[0][0], last)) if periods else (),
        kinds=frozenset(wanted) - {condition},
    )


def _through(places: Gazetteer, source: Source, level: int, periods: Sequence[tuple[date, date]]) -> list[Unit]:
    """The units of a level in force at the end of any of the periods: a province that merged told until it did."""
    known = places.units(source.country, level=level, hierarchy=source.hierarchy)
    return [unit for unit in known if any(unit.in_force(end) for _, end in periods)]


def _of_periods(mine: pl.DataFrame, expected: Expected) -> pl.DataFrame:
    """The figures of exactly the expected periods; a year's figure is none of its first month."""
    spans = pl.DataFrame(list(expected.periods), schema={"period_start": pl.Date, "period_end": pl.Date}, orient="row")
    return mine.join(spans, on=["period_start", "period_end"], how="semi")


def _parents(reporting: Sequence[Unit], upper: Sequence[Unit]) -> dict[str, str]:
    """Reporting unit -> unit of the map."""
    by_place = {unit.place: unit.id for unit in upper}
    return {unit.id: by_place.get(unit.place) or by_place.get(unit.parent or "", unit.id) for unit in reporting}


def _periods(source: Source, mine: pl.DataFrame, last: date) -> tuple[tuple[date, date], ...]:
    """Every period from the first told of to the last due, by the source's own rhythm."""
    every = source.expects.every or _rhythm(mine, last)
    told = mine.filter(pl.col("period_kind") == every)
    first = told.filter(pl.col("period_end") > pl.lit(last - LOOK_BACK))["period_start"].min()
    if first is None:
        return ()
    found: list[tuple[date, date]] = []
    start: date = first  # type: ignore[assignment]  # a date column
    while True:
        end = _end(start, every)
        if end > last:
            return tuple(found)
        found.append((start, end))
        start = end + timedelta(days=1)


def _rhythm(mine: pl.DataFrame, last: date) -> str:
    """The kind of period most of a source's figures of these years are of, where it declares none."""
    recent = mine.filter((pl.col("period_end") <= last) & (pl.col("period_end") > last - LOOK_BACK))
    kinds = recent.filter(pl.col("period_kind").is_in(["week", "month", "year"]))["period_kind"].value_counts(sort=True)
    return str(kinds["period_kind"][0]) if kinds.height else "week"


def _end(start: date, every: str) -> date:
    if every == "week":
        return start + timedelta(days=6)
    months = 12 if every == "year" else 1
    number = start.month - 1 + months
    return date(start.year + number // 12, number % 12 + 1, 1) - timedelta(days=1)


def figures_told(store: Store, asked: Asked) -> pl.DataFrame:
    """Figures as their sources counted them, and lists counted at the level of the source's units."""
    return tabulating.figures(store, asked, Counting(undeclared_level=REPORTING)).figures


def outline_of(store: Store, places: Gazetteer, countries: Sequence[str], on: date) -> Mapping[str, Any] | None:
    """The map this home brings with it; else the public-domain outlines of the sources' own countries."""
    if own := _own_map(store):
        return own
    known = [code for code in dict.fromkeys(countries) if has_basemap(places.registry, code)]
    features = [feature for code in known for feature in basemap(places.registry, code, on)["features"]]
    return {"type": "FeatureCollection", "planar": False, "features": with_neighbours(features)} if features else None


def mapped(store: Store, places: Gazetteer) -> tuple[str, ...]:
    """The countries that this home's own map draws, whoever delivered; none where it brings no map."""
    own = _own_map(store)
    units = [one["properties"].get("unit") for one in own["features"]] if own else []
    found = dict.fromkeys(unit[:2] for unit in units if unit)
    return tuple(code for code in found if code in places.countries())


def _own_map(store: Store) -> Mapping[str, Any] | None:
    path = store.root / "map.geojson"
    return _map_read(path, path.stat().st_mtime_ns) if path.is_file() else None


@lru_cache(maxsize=4)
def _map_read(path: Path, _edited: int) -> Mapping[str, Any]:
    found: Mapping[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def conditions_told(store: Store, sources: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Conditions that some or all sources of the home speak of, in the order of the list of conditions."""
    return conditions_of(figures_told(store, Asked(sources=sources)))


def state(store: Store) -> str:
    """A text that changes whenever anything the page shows may have changed."""
    told = [(one["delivery"], one["state"], one["received_at"]) for one in observing.deliveries(store)]
    open_findings = [one["finding"] for one in observing.findings(store)]
    return hashlib.sha256(json.dumps([str(store.root), told, open_findings]).encode()).hexdigest()

"""The region as one post may see it: own figures, what was released to this very post, and openly published ones apart.

Everything else is "not shared": a country of which nothing was released looks the same whether it delivered or not.
Showing a release is an opening, noted once a day.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import polars as pl

from sampan.insight.comparability import Verdict, verdict
from sampan.model.places import Unit
from sampan.model.sources import Layout, Source, Words
from sampan.operations import belonging, bordering, homes, observing, practices, remembering, viewing
from sampan.operations.regional import Cell, Expected, Rate, cells, rate, within
from sampan.operations.sharing.frozen import NOT_AGREED, lets_compare
from sampan.operations.sharing.release_states import state_of
from sampan.operations.sharing.ruling import Desk
from sampan.operations.viewing import LOOK_BACK, WINDOW, RegionView, SourceView, UnitView
from sampan.store.home import Store
from sampan.store.models import ReleaseRecord
from sampan.vocab import conditions as known_conditions
from sampan.vocab.places import Gazetteer, registry

NO_LEAVE = Verdict("not-comparable", (NOT_AGREED,), (), ())
SILENT = ("not-shared", "release-pending")  # of a release: read as not shared


@dataclass(frozen=True)
class Compared:
    """How one other source's figures stand beside an own source's for the condition."""

    own: Source
    other: Source
    verdict: Verdict


@dataclass(frozen=True)
class Around:
    """Two views that are never mixed, and what may be compared. None: there is nothing of that kind."""

    conditions: tuple[str, ...]
    view: RegionView | None
    published: RegionView | None
    own: tuple[str, ...]  # ids of the own sources, which come first
    compared: tuple[Compared, ...]


def around(store: Store, desk: Desk, condition: str, now: datetime, weeks: int = 8) -> Around:
    """The region for a condition; an unknown or empty one becomes the first that is told."""
    delivered = observing.delivered(party=desk.party)
    sources = homes.sources(store)
    own = tuple(name for name in belonging.sources(store, desk.party) if name in delivered)
    opened = tuple(name for name, one in sources.items() if one.published and name in delivered)
    released = _figures(store, desk, now)
    told = _conditions(store, own, released)
    open_told = bordering.own_conditions(store, opened) if opened else ()
    every = tuple(dict.fromkeys([*told, *open_told]))
    condition = condition if condition in every else next(iter(every), "")
    window = timedelta(weeks=weeks)
    view = _view(store, (own, released), condition, now, window) if condition in told else None
    published = bordering.own_view(store, opened, condition) if condition in open_told else None
    return Around(every, view, published, own, _compared(own, view, (sources, condition), _closed(store, view, now)))


def state(store: Store, desk: Desk, now: datetime) -> str:
    """A text that changes whenever what this post may see may have changed."""
    released = [f"{one.code}:{state_of(one, now)}" for one in ReleaseRecord.objects.filter(recipient=desk.post)]
    known = homes.sources(store)  # own figures and published ones; of all others what was released
    seen = [name for name, one in known.items() if one.published or one.owner == desk.party]
    return f"{remembering.state(store, seen)}|{remembering.terms()}|{','.join(released)}"


def _figures(store: Store, desk: Desk, now: datetime) -> pl.DataFrame:
    """What open releases tell, the newest word for each cell."""
    frames = [one.frame for one in bordering.released(desk.post, now)]  # newest first
    kept = [frame for frame in frames if {"source", "classification"} <= set(frame.columns)]
    if not kept:
        return pl.DataFrame(schema={"source": pl.String, "condition": pl.String, "measure": pl.String})
    silent = pl.col("status").is_in(SILENT)
    table = pl.concat(kept, how="diagonal_relaxed").with_columns(
        pl.when(silent).then(pl.lit("not_shared")).otherwise(pl.col("status")).alias("status"),
        pl.col("place").alias("unit"),
    )
    key = ["source", "unit", "period_start", "period_end", "condition", "measure", "classification", "sex", "age_from"]
    return table.filter(pl.col("sex").fill_null("all") == "all").unique(key, keep="first", maintain_order=True)


def _conditions(store: Store, own: tuple[str, ...], released: pl.DataFrame) -> tuple[str, ...]:
    mine = bordering.own_conditions(store, own) if own else ()
    heard = set(released["condition"].drop_nulls().unique().to_list())
    listed = [one.code for one in known_conditions.all_conditions()]
    return tuple(dict.fromkeys([*mine, *sorted(heard, key=listed.index)]))


def _view(
    store: Store, told: tuple[tuple[str, ...], pl.DataFrame], condition: str, now: datetime, window: timedelta
) -> RegionView:
    """Own sources first, then the others by lot."""
    own, released = told
    mine = bordering.own_view(store, own, condition) if own else None
    of_condition = released.filter(pl.col("condition") == condition) if released.height else released
    last: date = mine.last if mine else of_condition["period_end"].max()  # type: ignore[assignment]  # one of them told
    first = last - window + timedelta(days=1)
    places = registry(store.places) if store.places.is_dir() else registry()
    known = homes.sources(store)
    others = [
        _released_view(known[name], of_condition, places, (first, last))
        for name in (of_condition["source"].drop_nulls().unique().to_list() if of_condition.height else [])
        if name in known
    ]
    heard = {view.source.country for view in (*(mine.sources if mine else ()), *others)}
    silent = [_unshared(code, places, (first, last)) for code in viewing.mapped(store, places) if code not in heard]
    ours = tuple(_in_window(view, places, (first, last)) for view in mine.sources) if mine else ()
    every = (*ours, *viewing.by_lot([*others, *silent], now.date()))
    return RegionView(
        condition=condition,
        conditions=(),
        known_at=mine.known_at if mine else now,
        first=first,
        last=last,
        invented=belonging.invented(),
        sources=every,
        shapes=viewing.outline_of(store, places, [view.source.country for view in every], last),
    )


def _in_window(view: SourceView, places: Gazetteer, days: tuple[date, date]) -> SourceView:
    """An own source's rates in the window that was asked for."""
    if days[1] - days[0] + timedelta(days=1) == WINDOW:
        return view
    people = {one.unit: one.population for one in places.populations(view.source.country)}
    shown = within(view.cells, *days)
    units = [
        replace(one, rate=rate([cell for cell in shown if cell.unit == one.unit.id], people)) for one in view.units
    ]
    return replace(view, units=tuple(units))


def _released_view(source: Source, figures: pl.DataFrame, places: Gazetteer, days: tuple[date, date]) -> SourceView:
    """A source as its releases tell it; what no release covers is not shared."""
    mine = figures.filter(pl.col("source") == source.id)
    units = places.units(source.country, level=1, on=days[1])
    spans = sorted(set(mine.select("period_start", "period_end").iter_rows()))
    expected = Expected(tuple(unit.id for unit in units), tuple(spans), not_shared=True)
    found = [cell for cell in cells(mine, expected) if cell.end > days[1] - LOOK_BACK]
    return _source_view(source, units, found, places, days)


def _unshared(country: str, places: Gazetteer, days: tuple[date, date]) -> SourceView:
    """A country of which nothing was released: its units, and not whether it delivered or how it counts."""
    units = places.units(country, level=1, on=days[1])
    source = Source(country, "", "", country, "aggregate", "", Layout(), {}, Words())
    found = [Cell(unit.id, *days, "not_shared") for unit in units]
    return _source_view(source, units, found, places, days)


def _source_view(
    source: Source, units: Sequence[Unit], found: list[Cell], places: Gazetteer, days: tuple[date, date]
) -> SourceView:
    people = {one.unit: one.population for one in places.populations(source.country)}
    shown = within(found, *days)
    country = next(iter(places.units(source.country, level=0)), None)
    views = [
        UnitView(unit, people.get(unit.id), _rate([cell for cell in shown if cell.unit == unit.id], people))
        for unit in units
    ]
    return SourceView(
        source=source,
        names=country.every_name if country else {},
        name=country.name if country else source.country,
        units=tuple(views),
        cells=tuple(found),
        own_cells=tuple(found),
    )


def _rate(found: list[Cell], people: dict[str, int]) -> Rate:
    """As everywhere; a unit without any cell in the window is not shared."""
    made = rate(found, people)
    return made if found else replace(made, status="not_shared")


def _closed(store: Store, view: RegionView | None, now: datetime) -> frozenset[str]:
    """Sources of the view whose owners' deposit terms do not let the office compare."""
    if view is None:
        return frozenset()
    window = (view.first, view.last)
    known = [one.source for one in view.sources if one.source.practice]
    return frozenset(one.id for one in known if not lets_compare(store, one, (view.condition,), window, now))


def _compared(
    own: tuple[str, ...], view: RegionView | None, asked: tuple[dict[str, Source], str], closed: frozenset[str]
) -> tuple[Compared, ...]:
    """Verdicts between the own sources and those that were released to the post, as reasons on their figures."""
    sources, condition = asked
    if view is None:
        return ()
    others = [one.source for one in view.sources if one.source.practice and one.source.id not in own]
    return tuple(
        Compared(
            sources[mine],
            other,
            NO_LEAVE
            if closed & {mine, other.id}
            else verdict(practices.of(sources[mine], condition, view.last), practices.of(other, condition, view.last)),
        )
        for mine in own
        for other in others
    )

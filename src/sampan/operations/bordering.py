"""My border: the post's own province and those across the line, week by week, each cell with its silence.

Own figures are the party's. Of a neighbour, only what was released to this very post is shown, cell by cell;
everything else is "not shared", whatever the home holds. Nothing is added across the line.
"""

from __future__ import annotations

import io
import json
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Any

import polars as pl
from django.db import transaction

from sampan.model.places import Unit
from sampan.operations import belonging, observing, remembering, viewing
from sampan.operations.outlines import with_neighbours
from sampan.operations.regional import Cell
from sampan.operations.sharing.corrections import owners_of
from sampan.operations.sharing.release_states import state_of
from sampan.operations.viewing import FILLING, Wanted
from sampan.store import entries
from sampan.store.figures import Asked
from sampan.store.home import Store
from sampan.store.models import Opening, ReleaseRecord
from sampan.vocab.places import Gazetteer, registry
from sampan.vocab.places.outline import basemap, has_basemap

WEEKS = 8
NOT_SHARED = "not_shared"
# by the own sources: whoever asks while theirs are worked out waits, and works nothing out again; others go on
_WORKING: dict[tuple[str, ...], Lock] = {}


@dataclass(frozen=True)
class Line:
    """One unit's row: its cells in the order of the periods. `mine` is False across the line."""

    unit: Unit
    mine: bool
    cells: tuple[Cell, ...]
    source: str = ""  # own source, or the release that told it
    caveat: bool = False  # across the line: read through words its owner has not approved, as its clause lets be told


@dataclass(frozen=True)
class Mark:
    """A day of the window on which an own source's series broke, and why: "practice" or "territory"."""

    source: str
    on: date
    why: str


@dataclass(frozen=True)
class Border:
    """The page: rows, periods, conditions to choose from, and the first day of figures that are still filling."""

    condition: str
    conditions: tuple[str, ...]
    periods: tuple[tuple[date, date], ...]
    lines: tuple[Line, ...]
    filling_from: date
    known_at: datetime | None
    both: tuple[str, ...] = ()  # conditions that both sides of the line tell this post of
    finer: bool = False  # True if somebody tells of the second level
    practices: tuple[tuple[str, str], ...] = ()  # (source, practice) behind the own lines
    marks: tuple[Mark, ...] = ()  # where own lines are not one series, oldest first


@dataclass(frozen=True)
class Watch:
    """From where somebody looks: post, its party, the code of its place (empty: none), and how fine: level 1 or 2."""

    post: str
    party: str
    place: str
    level: int = 1


def border(store: Store, watch: Watch, condition: str, now: datetime) -> Border:
    """The border of a post for a condition; an unknown or empty one becomes the first that is told."""
    every_own = belonging.sources(store, watch.party)
    delivered = observing.delivered(party=watch.party)
    own = tuple(name for name in every_own if name in delivered)
    opened = released(watch.post, now)
    told = own_conditions(store, own) if own else ()
    heard = {code for one in opened for code in one.frame["condition"].unique().to_list()}
    both = tuple(code for code in told if code in heard)
    every = tuple(dict.fromkeys([*both, *told, *sorted(heard)]))
    condition = condition if condition in every else next(iter(every), "")
    places = registry(store.places) if store.places.is_dir() else registry()
    view = own_view(store, own, condition) if condition in told else None
    periods = _periods(view, now)
    on = periods[-1][1] if periods else now.date()
    near = beside(store, watch.place, on) if watch.place else ()
    lines = _own_lines(view, watch, near, periods, places, on)
    known = {line.unit.id for line in lines}
    across = [unit for unit in near if unit.id not in known and not _counted(unit, watch, every_own)]
    finest = _within(across, opened, places, on)
    lines += _others(finest if watch.level == 2 else across, opened, condition, periods)
    practices = tuple((one.source.id, one.source.practice) for one in view.sources) if view else ()
    finer = bool(finest) or any((one.source.expects.level or 1) == 2 for one in (view.sources if view else ()))
    known_at = view.known_at if view else None
    return Border(
        condition, every, periods, tuple(lines), on - FILLING, known_at, both, finer, practices, _marks(view, periods)
    )


def own_conditions(store: Store, own: tuple[str, ...]) -> tuple[str, ...]:
    """The conditions the own sources speak of, worked out once for each state of these sources."""
    state = remembering.state(store, own)
    with _WORKING.setdefault(own, Lock()):
        return _conditions_of(store, own, state)


def own_view(store: Store, own: tuple[str, ...], condition: str) -> viewing.RegionView:
    """The own sources' view, worked out once for each state of them; all posts of a party look at the same one."""
    state = remembering.state(store, own)
    with _WORKING.setdefault(own, Lock()):
        return _view_of(store, own, condition, state)


@lru_cache(maxsize=64)
def _conditions_of(store: Store, own: tuple[str, ...], state: str) -> tuple[str, ...]:
    return viewing.conditions_of(_figures_of(store, own, state))


@lru_cache(maxsize=64)
def _view_of(store: Store, own: tuple[str, ...], condition: str, state: str) -> viewing.RegionView:
    return viewing.figured(store, Wanted(condition, None, own), _figures_of(store, own, state))


@lru_cache(maxsize=8)
def _figures_of(store: Store, own: tuple[str, ...], _state: str) -> pl.DataFrame:
    return viewing.figures_told(store, Asked(sources=own))


def own_units(store: Store, watch: Watch, now: datetime) -> list[str]:
    """Ids of the own unit and of those beside it that the party itself counts, of every level; all, without a place."""
    near = beside(store, watch.place, now.date()) if watch.place else ()
    mine = {watch.place, *(unit.place for unit in near)}
    places = registry(store.places) if store.places.is_dir() else registry()
    countries = {one.country for one in belonging.sources(store, watch.party).values()}
    every = [unit for country in countries if country in places.countries() for unit in places.units(country)]
    return [unit.id for unit in every if not watch.place or unit.place in mine or unit.parent in mine]


def _counted(unit: Unit, watch: Watch, own: dict[str, Any]) -> bool:
    """True for a unit of the own country at the second level's page, where only its parts are shown."""
    return watch.level == 2 and any(one.country == unit.country for one in own.values())


def _within(
    near: list[Unit], opened: list[Released], places: Gazetteer, on: date
) -> list[Unit]:  # fmt: skip
    """Second-level units across the line that some release tells of."""
    told = {place for one in opened for place in one.frame["place"].unique().to_list()}
    parents = {unit.place for unit in near}
    countries = sorted({unit.country for unit in near})
    finer = [unit for country in countries for unit in places.units(country, level=2, on=on)]
    return sorted((unit for unit in finer if unit.parent in parents and unit.id in told), key=lambda unit: unit.name)


def beside(store: Store, place: str, on: date) -> tuple[Unit, ...]:
    """First-level units that share a line with a place, on either side of any border."""
    places = registry(store.places) if store.places.is_dir() else registry()
    unit = _unit(places, place, on)
    if unit is None:
        return ()
    ids = _neighbours(str(store.root), on).get(unit.id, ())
    found = [_by_id(places, one) for one in ids]
    return tuple(sorted((one for one in found if one), key=lambda one: (one.country != unit.country, one.name)))


@dataclass(frozen=True)
class Released:
    """A release open to the post, and its table."""

    record: ReleaseRecord
    frame: pl.DataFrame


def released(post: str, now: datetime) -> list[Released]:
    """Open releases to this post, newest first; showing them is an opening, noted once a day."""
    found = []
    for record in ReleaseRecord.objects.filter(recipient=post, ended_at=None).order_by("-pk"):
        if state_of(record, now) == "open":
            _note_opening(record, post, now)
            found.append(Released(record, pl.read_parquet(io.BytesIO(bytes(record.table)))))
    return found


def _note_opening(record: ReleaseRecord, post: str, now: datetime) -> None:
    if Opening.objects.filter(release=record, post=post, at__date=now.date()).exists():
        return
    with transaction.atomic():
        opening = Opening.objects.create(release=record, post=post, at=now)
        body = {"release": record.code, "post": post}
        entries.append("release:opened", body, [*owners_of(record), record.party], at=now, rows=[opening])


def _periods(view: viewing.RegionView | None, now: datetime) -> tuple[tuple[date, date], ...]:
    """The last eight weeks of the own source's calendar; ISO weeks where there is none."""
    cells = [cell for source in view.sources for cell in source.cells if cell.days == 7] if view else []
    if cells:
        return tuple(sorted({(cell.start, cell.end) for cell in cells})[-WEEKS:])
    monday = now.date() - timedelta(days=now.weekday())
    starts = [monday - timedelta(weeks=back) for back in range(WEEKS, 0, -1)]
    return tuple((start, start + timedelta(days=6)) for start in starts)


def _own_lines(
    view: viewing.RegionView | None, watch: Watch, near: tuple[Unit, ...], periods: tuple[tuple[date, date], ...],
    places: Gazetteer, on: date,
) -> list[Line]:  # fmt: skip
    """The post's own unit first, then those beside it that the party itself counts; without a place, all of them."""
    mine = _unit(places, watch.place, on) if watch.place else None
    if view is None:
        return [Line(mine, True, _silent(mine.id, periods, "not_reported"))] if mine else []
    wanted = {watch.place, *(unit.place for unit in near)}
    lines: dict[str, Line] = {}
    expected: set[str] = set()  # lines of sources that owe a report
    for source in sorted(
        view.sources, key=lambda one: bool(one.source.form_of)
    ):  # a form's weeks fill those of its source
        cells = source.own_cells if watch.level == 2 else source.cells
        by_unit: dict[str, dict[tuple[date, date], Cell]] = {}
        for cell in cells:
            by_unit.setdefault(cell.unit, {})[cell.start, cell.end] = cell
        for unit in _units_of(source, watch, places, on):
            if watch.place and unit.place not in wanted and unit.parent not in wanted:
                continue
            found = by_unit.get(unit.id, {})
            row = tuple(found.get(span, Cell(unit.id, *span, "not_reported")) for span in periods)
            name = f"{source.source.form_of or source.source.id} {unit.id}"
            lines[name] = (
                _filled(lines[name], row) if name in lines else Line(unit, True, row, name.split(maxsplit=1)[0])
            )
            expected |= {name} if source.source.expects.every else set()
    kept = _speaking(lines, expected)
    return sorted(kept, key=lambda line: (watch.place not in (line.unit.place, line.unit.parent), line.unit.id))


def _speaking(lines: dict[str, Line], expected: set[str]) -> list[Line]:
    """Without the silent lines of sources that owe no report, where another line is told of the same unit."""
    says = {
        name: name in expected or any(cell.status != "not_reported" for cell in line.cells)
        for name, line in lines.items()
    }
    told = {line.unit.id for name, line in lines.items() if says[name]}
    return [line for name, line in lines.items() if says[name] or line.unit.id not in told]


def _marks(view: viewing.RegionView | None, periods: tuple[tuple[date, date], ...]) -> tuple[Mark, ...]:
    """The breaks of the region's curves that lie between the first and the last week shown."""
    found = set()
    for one in view.sources if view else ():
        name = one.source.form_of or one.source.id
        days = [(day, "practice") for day in one.breaks] + [(day, "territory") for day in one.territory_breaks]
        found |= {Mark(name, day, why) for day, why in days if periods[0][0] < day <= periods[-1][1]}
    return tuple(sorted(found, key=lambda mark: (mark.on, mark.source, mark.why)))


def _units_of(source: viewing.SourceView, watch: Watch, places: Gazetteer, on: date) -> list[Unit]:
    if watch.level == 1:
        return [one.unit for one in source.units]
    if source.source.expects.level != 2:  # it counts by first-level units, and no finer
        return []
    return list(places.units(source.source.country, level=2, on=on, hierarchy=source.source.hierarchy))


def _filled(line: Line, row: tuple[Cell, ...]) -> Line:
    """A line with what another way of reporting says where it says nothing."""
    cells = tuple(one if one.status != "not_reported" else other for one, other in zip(line.cells, row, strict=True))
    return replace(line, cells=cells)


def _others(
    units: list[Unit], released: list[Released], condition: str, periods: tuple[tuple[date, date], ...]
) -> list[Line]:
    """Units that others count: what was released to the post, else not shared."""
    lines = []
    for unit in units:
        cells, source, caveat = list(_silent(unit.id, periods, NOT_SHARED)), "", False
        for one in reversed(released):  # older first, so that the newest word stands
            for at, cell in _told(one.frame, unit.id, condition, periods).items():
                cells[at], source = cell, one.record.code
            caveat |= source == one.record.code and _caveated(one.frame, unit.id, condition)
        lines.append(Line(unit, False, tuple(cells), source, caveat))
    return lines


def _caveated(frame: pl.DataFrame, unit: str, condition: str) -> bool:
    """True if a released cell of the unit says that its owner has not approved the words it was read through."""
    if "caveat" not in frame.columns:
        return False
    met = (pl.col("place") == unit) & (pl.col("condition") == condition) & pl.col("caveat").is_not_null()
    return frame.filter(met).height > 0


def _told(
    frame: pl.DataFrame, unit: str, condition: str, periods: tuple[tuple[date, date], ...]
) -> dict[int, Cell]:  # fmt: skip
    """Cells of a released table by the place of their period; classes are told as the table sums them."""
    rows = frame.filter(
        (pl.col("place") == unit) & (pl.col("condition") == condition) & (pl.col("measure") == "cases")
        & (pl.col("period") == "week")
    )  # fmt: skip
    found: dict[int, list[tuple[int | None, str]]] = {}
    for start, end, value, status in rows.select("period_start", "period_end", "value", "status").iter_rows():
        middle = start + (end - start) / 2
        at = next((number for number, (first, last) in enumerate(periods) if first <= middle <= last), None)
        if at is not None and status != "not-shared":
            found.setdefault(at, []).append((value, str(status)))
    return {at: _summed(unit, periods[at], parts) for at, parts in found.items()}


def _summed(unit: str, span: tuple[date, date], parts: list[tuple[int | None, str]]) -> Cell:
    """A figure only if every part of it was told; else the first silence."""
    silent = next((status for value, status in parts if value is None), None)
    if silent is not None:
        return Cell(unit, *span, silent.replace("-", "_"))
    total = sum(value or 0 for value, _ in parts)
    return Cell(unit, *span, "reported" if total else "zero", total)


def _silent(unit: str, periods: tuple[tuple[date, date], ...], status: str) -> tuple[Cell, ...]:
    return tuple(Cell(unit, *span, status) for span in periods)


def _unit(places: Gazetteer, place: str, on: date) -> Unit | None:
    country = place.split("-", maxsplit=1)[0]
    if country not in places.countries():
        return None
    return next((unit for unit in places.units(country, level=1, on=on) if unit.place == place), None)


def _by_id(places: Gazetteer, unit: str) -> Unit | None:
    country = unit.split("-", maxsplit=1)[0]
    found = places.units(country, level=1) if country in places.countries() else []
    return next((one for one in found if one.id == unit), None)


@lru_cache(maxsize=8)
def _neighbours(root: str, on: date) -> dict[str, tuple[str, ...]]:
    """Unit id -> ids beside it, from this home's map or the public-domain outlines of every country it knows."""
    own = Path(root) / "map.geojson"
    if own.is_file():
        drawn: list[dict[str, Any]] = json.loads(own.read_text(encoding="utf-8"))["features"]
        features = [one for one in drawn if one["properties"].get("unit")]
    else:
        known = registry()
        countries = [code for code in known.countries() if has_basemap(known.registry, code)]
        features = [feature for code in countries for feature in basemap(known.registry, code, on)["features"]]
    told = features if all("neighbours" in one["properties"] for one in features) else with_neighbours(features)
    return {one["properties"]["unit"]: tuple(one["properties"]["neighbours"]) for one in told}

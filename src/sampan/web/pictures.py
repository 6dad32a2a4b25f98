"""The pictures of the region page, by name: specifications drawn in two widths, for wide and narrow screens."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from sampan.charts.choropleth import Figure, choropleth
from sampan.charts.curve import Break, Frame, epidemic_curve
from sampan.charts.look import Words
from sampan.charts.scale import breaks
from sampan.charts.strip import Cell, completeness_strip
from sampan.charts.svg import render
from sampan.charts.tiles import Spot, equal_view, layout
from sampan.operations.regional import Cell as Told
from sampan.operations.regional import curve
from sampan.operations.viewing import FILLING, RegionView, SourceView, UnitView
from sampan.web.reader import Reader

WIDE, NARROW = "wide", "narrow"
RATE, REPORTED, COMPLETENESS = "rate", "reported", "completeness"
MAP_WIDTH = {WIDE: 560, NARROW: 344}
CURVE_WIDTH = 310
STRIP_WIDTH = {WIDE: 556, NARROW: 344}
STRIP_PERIODS = {WIDE: 12, NARROW: 6}


@dataclass(frozen=True)
class Picture:
    """One picture: how its specification is made, and its words for those who do not see it."""

    name: str
    title: str
    description: str
    draw: Callable[[], dict[str, Any]]

    def svg(self) -> str:
        """The picture as SVG."""
        return render(self.draw(), title=self.title, description=self.description)

    def spec(self) -> str:
        """The picture as a Vega-Lite specification."""
        return json.dumps(self.draw(), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def pictures(view: RegionView, reader: Reader, layer: str = RATE) -> dict[str, Picture]:
    """Every picture of the page by its name, e.g. "tiles-wide", "curve-2"; tiles and map show one layer."""
    words = reader.words(invented=view.invented, credit=credit_of(view))
    if layer == COMPLETENESS:
        words = replace(words, rate=_("share of periods known, per cent"))
    elif layer == REPORTED or not view.has_rates:
        words = replace(words, rate=words.cases_a_week)
    condition = reader.condition(view.condition)
    window = reader.span(view.first, view.last)
    figures = figures_of(view, layer)
    ends = breaks([figure.value for figure in figures if figure.value])
    spots = _spots(view)
    found: list[Picture] = []
    for width in (WIDE, NARROW):
        size = MAP_WIDTH[width]
        if spots:
            places = layout(spots)
            draw = _fixed(equal_view, figures, places, words=words, width=size, ends=ends)
            found.append(Picture(f"tiles-{width}", f"{condition}, {window}", words.rate, draw))
            draw = _fixed(choropleth, figures, view.shapes, words=words, width=size, ends=ends)
            found.append(Picture(f"map-{width}", f"{condition}, {window}", words.rate, draw))
        for number, source in enumerate(view.sources):
            name = f"{condition}, {reader.country(source.names, source.name)}"
            draw = _drawn_strip(source, reader, width, words)
            found.append(Picture(f"strip-{number}-{width}", name, words.sites, draw))
    for number, source in enumerate(view.sources):  # one width serves both
        name = f"{condition}, {reader.country(source.names, source.name)}"
        marks = [Break(day, words.another_practice) for day in source.breaks]
        marks += [Break(day, words.another_territory) for day in source.territory_breaks]
        draw = _drawn_curve(source, _frame(view), words, marks)
        found.append(Picture(f"curve-{number}", name, words.cases_a_week, draw))
    return {picture.name: picture for picture in found}


def credit_of(view: RegionView) -> str:
    """Owner and licence of published figures, as short as a picture allows; the page's foot has the citation."""
    told = {f"{one.source.owner}, {one.source.licence}" for one in view.sources if one.source.published}
    return "; ".join(sorted(told))


def _drawn_curve(source: SourceView, frame: Frame, words: Words, marks: list[Break]) -> Callable[[], dict[str, Any]]:
    """Its figures are added up when it is drawn: the page around the picture names it only."""
    return lambda: epidemic_curve(curve(source.own_cells), frame=frame, words=words, breaks=marks)


def _drawn_strip(source: SourceView, reader: Reader, width: str, words: Words) -> Callable[[], dict[str, Any]]:
    """As above, its cells."""
    return lambda: completeness_strip(_strip(source, reader, width), words=words, width=STRIP_WIDTH[width])


def _fixed(draw: Callable[..., dict[str, Any]], *given: Any, **named: Any) -> Callable[[], dict[str, Any]]:
    return lambda: draw(*given, **named)


def figures_of(view: RegionView, layer: str = RATE) -> list[Figure]:
    """Every unit's figure for map and tiles, of one layer: where sources share a unit, of the one that tells most."""
    fullest: dict[str, UnitView] = {}
    for one in (one for source in view.sources for one in source.units):
        if one.unit.id not in fullest or _known_share(one) > _known_share(fullest[one.unit.id]):
            fullest[one.unit.id] = one
    return [Figure(one.unit.id, one.unit.place, one.rate.status, _value(one, view, layer)) for one in fullest.values()]


def shared_units(view: RegionView) -> bool:
    """True if several sources tell of one unit, so that map and tiles show one of them."""
    told = [one.unit.id for source in view.sources for one in source.units if one.rate.known]
    return len(told) > len(set(told))


def _known_share(one: UnitView) -> float:
    return one.rate.known / one.rate.due if one.rate.due else 0.0


def _value(one: UnitView, view: RegionView, layer: str) -> float | None:
    if layer == COMPLETENESS:
        return 100 * one.rate.known / one.rate.due if one.rate.due and one.rate.known else None
    return one.rate.mean_week if layer == REPORTED or not view.has_rates else one.rate.a_week


def _spots(view: RegionView) -> list[Spot]:
    known = {one.unit.id for source in view.sources for one in source.units}
    features = view.shapes["features"] if view.shapes else []
    facts = [feature["properties"] for feature in features if feature["properties"]["unit"] in known]
    return [Spot(one["unit"], one["middle"][0], one["middle"][1], frozenset(one["neighbours"])) for one in facts]


def _frame(view: RegionView) -> Frame:
    first = min(view.curve_first, view.first)
    old = view.known_at.date() - view.last > 3 * FILLING  # figures of a year long past fill no more
    filling = None if old else view.last - FILLING
    return Frame(first, view.last, width=CURVE_WIDTH, height=140, filling_from=filling)


def _strip(source: SourceView, reader: Reader, width: str) -> list[Cell]:
    """The last periods of every unit of the map, by unit."""
    periods = sorted({cell.start for cell in source.cells})[-STRIP_PERIODS[width] :]
    names = {one.unit.id: reader.place(one.unit) for one in source.units}
    order = {unit: number for number, unit in enumerate(names)}
    shown = [cell for cell in source.cells if cell.start in periods and cell.unit in names]
    shown.sort(key=lambda cell: (order[cell.unit], cell.start))
    return [_strip_cell(cell, names[cell.unit], reader) for cell in shown]


def _strip_cell(cell: Told, name: str, reader: Reader) -> Cell:
    return Cell(name, _period(cell.start, cell.days, reader), cell.status, cell.value, cell.sites)


def _period(start: date, days: int, reader: Reader) -> str:
    """A week by its first day, a month by its name."""
    return reader.months()[start.month - 1] if days > 7 else f"{start.day}.{start.month}."

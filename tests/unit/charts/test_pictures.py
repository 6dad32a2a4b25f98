"""Pictures: the same bytes each time, honest from zero, silences told apart, nothing that a strict page would stop."""

from __future__ import annotations

import re
from datetime import date, timedelta

import polars as pl
import pytest

from sampan.charts.choropleth import Figure, choropleth
from sampan.charts.curve import Break, Frame, epidemic_curve
from sampan.charts.look import SILENCES, Words
from sampan.charts.scale import breaks, class_of
from sampan.charts.strip import Cell, completeness_strip
from sampan.charts.svg import EMBED, render
from sampan.charts.tiles import Spot, equal_view, layout

STAMP = "INVENTED, NOT REAL"
WORDS = Words(stamp=STAMP)
MONDAY = date(2025, 1, 6)


def _week(number: int, value: int | None, status: str = "reported", told: int = 4) -> dict[str, object]:
    start = MONDAY + timedelta(weeks=number)
    end = start + timedelta(days=6)
    return {"period_start": start, "period_end": end, "value": value, "status": status, "told": told, "due": 4}


def _square(x: int, y: int, unit: str | None) -> dict[str, object]:
    ring = [[x, y], [x + 1, y], [x + 1, y + 1], [x, y + 1], [x, y]]
    return {"type": "Feature", "properties": {"unit": unit}, "geometry": {"type": "Polygon", "coordinates": [ring]}}


SHAPES = {"planar": True, "features": [_square(0, 0, "a"), _square(1, 0, "b"), _square(0, 1, "c"), _square(1, 1, None)]}
FIGURES = [Figure("a", "XA-1", "reported", 3.0), Figure("b", "XA-2", "zero", 0.0), Figure("c", "XB-1", "withheld")]
WEEKS = [_week(0, 12), _week(1, 0, "zero"), _week(2, None, "not_reported", told=0), _week(3, 7)]
FRAME = Frame(date(2025, 1, 1), date(2025, 3, 31), filling_from=date(2025, 1, 27))
CELLS = [Cell("hill", "W1", "zero", 0, (3, 40)), Cell("hill", "W2", "withheld"), Cell("field", "W1", "reported", 9)]


def _curve(words: Words = WORDS) -> dict[str, object]:
    return epidemic_curve(pl.DataFrame(WEEKS), frame=FRAME, words=words, breaks=[Break(date(2025, 2, 1), "new form")])


def _pictures(words: Words = WORDS) -> dict[str, dict[str, object]]:
    places = {"a": (0, 1), "b": (1, 1), "c": (0, 0)}
    ends = breaks([3.0])
    return {
        "curve": _curve(words),
        "map": choropleth(FIGURES, SHAPES, words=words, width=360, ends=ends),
        "tiles": equal_view(FIGURES, places, words=words, width=360, ends=ends),
        "strip": completeness_strip(CELLS, words=words, width=360),
    }


@pytest.mark.parametrize("name", ["curve", "map", "tiles", "strip"])
def test_a_picture_is_the_same_every_time_and_says_that_it_is_invented(name):
    svg = render(_pictures()[name], title="Dengue", description="cases")
    assert svg == render(_pictures()[name], title="Dengue", description="cases")
    assert svg.count(STAMP) >= 2
    assert "<title>Dengue</title>" in svg


@pytest.mark.parametrize("name", ["curve", "map", "tiles", "strip"])
def test_a_picture_of_real_figures_has_no_stamp(name):
    assert "INVENTED" not in render(_pictures(Words())[name], title="t", description="d")


@pytest.mark.parametrize("name", ["curve", "map", "tiles", "strip"])
def test_a_picture_needs_no_inline_style_or_script_and_fetches_nothing(name):
    svg = render(_pictures()[name], title="t", description="d")
    assert not re.search(r"<style|<script|style=|on\w+=|href=\"http", svg)
    assert EMBED["ast"] is True
    assert EMBED["actions"] is False


def test_each_silence_has_its_own_sign_and_its_own_fill():
    assert len({silence.sign for silence in SILENCES.values()}) == len(SILENCES) == 7
    assert len({silence.fill for silence in SILENCES.values()}) == 7
    patterned = [silence.pattern for silence in SILENCES.values() if silence.status != "zero"]
    assert len(set(patterned)) == 6


def test_a_silence_is_a_gap_and_not_a_zero():
    svg = render(_pictures()["curve"], title="t", description="d")
    assert 'fill="url(#not_reported)"' in svg
    assert "url(#withheld)" in render(_pictures()["map"], title="t", description="d")


def test_a_month_is_as_high_as_its_mean_week():
    month = {"period_start": date(2025, 1, 1), "period_end": date(2025, 1, 28), "value": 40, "status": "reported"}
    spec = epidemic_curve(pl.DataFrame([month | {"told": 4, "due": 4}]), frame=FRAME, words=WORDS)
    bars = spec["vconcat"][0]["layer"][0]["data"]["values"]
    assert [bar["height"] for bar in bars] == [10.0]


def test_the_value_axis_begins_at_zero():
    assert _curve()["vconcat"][0]["layer"][0]["encoding"]["y"]["scale"]["domain"][0] == 0


def test_classes_are_round_and_cover_the_greatest_value():
    ends = breaks([0.3, 4.0, 17.0])
    assert ends == [1.0, 2.0, 5.0, 10.0, 20.0]
    assert [class_of(value, ends) for value in (0.3, 1.0, 1.1, 17.0)] == [0, 0, 1, 4]


def test_the_equal_view_knows_no_codes():
    spots = [Spot("a", 0, 0, frozenset("b")), Spot("b", 2, 0, frozenset("ac")), Spot("c", 4, 1, frozenset("b"))]
    other = {"a": "z", "b": "y", "c": "x"}
    renamed = [Spot(other[s.unit], s.x, s.y, frozenset(other[n] for n in s.neighbours)) for s in spots]
    assert {other[unit]: place for unit, place in layout(spots).items()} == layout(renamed)
    assert len(set(layout(spots).values())) == 3


def test_a_row_of_neighbours_stays_a_row():
    spots = [Spot(str(n), 3 * n, 0.01 * n, frozenset({str(n - 1), str(n + 1)})) for n in range(5)]
    places = layout(spots)
    steps = [
        abs(places[str(n)][0] - places[str(n + 1)][0]) + abs(places[str(n)][1] - places[str(n + 1)][1])
        for n in range(4)
    ]
    assert steps == [1, 1, 1, 1]


def test_a_zero_shows_the_sites_behind_it():
    svg = render(_pictures()["strip"], title="t", description="d")
    assert ">3/40<" in svg

"""Territories by day: what is worked out for spans of days is what each day alone would be told."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from sampan.harmonise.units import days_of_change, unit_for, units_on
from sampan.model.sources import Source, Words
from sampan.model.tables import Layout

PLACES = ["VN-HN", "VN-15", "TH-38", "KH-25", "LA-XS", "VN-44", "nowhere", None]
SOURCE = Source("list", "List", "x-moh", "VN", "cases", "p", Layout("csv"), {}, Words())
CHANGES = days_of_change([place for place in PLACES if place], SOURCE)
DAYS = st.sampled_from(CHANGES).flatmap(lambda day: st.sampled_from([day - timedelta(days=1), day])) | st.dates()


@given(st.lists(st.tuples(st.sampled_from(PLACES), st.none() | DAYS), max_size=20))
def test_a_span_of_days_is_told_what_its_days_are_told(rows: list[tuple[str | None, date | None]]) -> None:
    frame = pl.DataFrame(rows, schema={"place": pl.String, "day": pl.Date}, orient="row")
    told = units_on(frame.get_column("place"), frame.get_column("day"), SOURCE)
    alone = [unit_for(p, d, d, SOURCE) if p and d else (None, None) for p, d in rows]
    assert told.get_column("unit").cast(pl.String).to_list() == [unit for unit, _ in alone]
    assert told.get_column("gone").to_list() == [problem == "unit-not-in-force" for _, problem in alone]

"""A delivery drawn as text becomes what every check is given, by way of the real harmonisers."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import polars as pl

from sampan.checks import rule
from sampan.harmonise.aggregate import AggregateHarmoniser
from sampan.harmonise.cases import CaseHarmoniser
from sampan.harmonise.versions import tell_apart
from sampan.model.findings import Finding
from sampan.model.harmonised import Checked
from sampan.model.sources import Expectation, FieldMap, Source, Words
from sampan.model.tables import ROW, Column, Layout, RawTable

TODAY = date(2024, 9, 1)


def table(text: str) -> RawTable:
    """Rows drawn with bars; the first is the header; an empty cell is blank."""
    lines = [
        [cell.strip() or None for cell in line.strip().strip("|").split("|")] for line in text.strip().splitlines()
    ]
    header, rows = [str(name) for name in lines[0]], lines[1:]
    columns = {name: [row[i] if i < len(row) else None for row in rows] for i, name in enumerate(header)}
    frame = pl.DataFrame(columns, schema=dict.fromkeys(header, pl.String))
    numbered = frame.with_columns(pl.int_range(2, pl.len() + 2, dtype=pl.UInt32).alias(ROW))
    return RawTable(numbered, tuple(Column(name, name, i) for i, name in enumerate(header, start=1)), "drawn.csv")


def weekly(**more: object) -> Source:
    """A small source of counts: place, week, condition, cases, and whatever else its header names."""
    columns = {
        "place": FieldMap(("place",), options={"levels": [None]}),
        "period": FieldMap(("period",)),
        "condition": FieldMap(("condition",)),
        "value": FieldMap(("value",)),
        "measure": FieldMap(("measure",), options={"optional": True}),
        "classification": FieldMap(("class",), options={"optional": True}),
        "sex": FieldMap(("sex",), options={"optional": True}),
        "practice": FieldMap(("practice",), options={"optional": True}),
        "age": FieldMap(("age",), options={"optional": True}),
    }
    base = Source(
        "drawn", "Drawn", "owner", "TH", "aggregate", "drawn", Layout(), columns, Words(calendar="iso", date_order="dmy"),
    )  # fmt: skip
    return replace(base, **more)  # type: ignore[arg-type]  # fields of Source


def listed(**more: object) -> Source:
    """A small source of cases."""
    columns = {
        "case_id": FieldMap(("id",), options={"optional": True}),
        "place_report": FieldMap(("province", "district"), options={"levels": [1, 2]}),
        "onset_date": FieldMap(("onset",)),
        "report_date": FieldMap(("reported",)),
        "condition": FieldMap(("condition",)),
        "age": FieldMap(("age",), options={"optional": True}),
    }
    base = Source("drawn", "Drawn", "owner", "TH", "cases", "drawn", Layout(), columns, Words(date_order="dmy"))
    return replace(base, **more)  # type: ignore[arg-type]  # fields of Source


def found(text: str, source: Source | None = None, *, history: str = "", beside: str = "") -> list[Finding]:
    """All findings of the drawn delivery."""
    return rule.look(checked(text, source or weekly(), history=history, beside=beside))


def checked(text: str, source: Source, *, history: str = "", beside: str = "") -> Checked:
    """What the checks see of it; `history` and `beside` are drawn the same way."""
    raw = table(text)
    if source.kind == "cases":
        read = CaseHarmoniser(source, b"k" * 32).harmonise(raw)
        return Checked(
            source, read.table, read.problems, read.table.clear(), read.table.clear(), None, read.set_aside, TODAY,
            read.balance, {"untaken": read.untaken},
        )  # fmt: skip
    read = AggregateHarmoniser(source).harmonise(raw)
    told = tell_apart(read.table)
    other = replace(source, id="another")
    balance = replace(read.balance, repeated=told.repeated.height)
    return Checked(
        source, told.standing, read.problems, _table(history, source, read.table), _table(beside, other, read.table),
        read.totals, read.set_aside, TODAY, balance,
        {"repeated_rows": told.repeated, "contradicting": told.contradicting, "untaken": read.untaken},
    )  # fmt: skip


def _table(text: str, source: Source, like: pl.DataFrame) -> pl.DataFrame:
    return AggregateHarmoniser(source).harmonise(table(text)).table if text else like.clear()


EXPECTS = Expectation(level=1, every="week")

"""The way back into forms that tell a field of a whole sheet: one sheet for each month, or for each disease.

The period is written into the title, or the sheet's name, as the source itself reads it from there; what the source
would not read back so has no sheet, and is listed with what has no equal in the form.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import polars as pl

from sampan.harmonise.outside import SHEET, outside
from sampan.harmonise.readers import reader_for
from sampan.harmonise.wayback import Form, Returned, word_of, write_back
from sampan.model.observations import OBSERVATION
from sampan.model.periods import Period
from sampan.model.sources import FieldMap, Source
from sampan.model.tables import RawTable
from sampan.vocab import periods

NO_SHEET = ""  # of a file that has none to name
SHEET_LETTERS = 31
NO_LETTERS_OF_SHEETS = frozenset("[]:*?/\\")
SPAN = ("period_start", "period_end", "period_kind")


def told_by_sheets(source: Source) -> dict[str, FieldMap]:
    """The fields that the form tells of all rows of a sheet at once."""
    return {name: spec for name, spec in source.columns.items() if "in" in spec.options}


def write_sheets(figures: pl.DataFrame, source: Source, form: Form, *, book: bool = True) -> list[Returned]:
    """A table for each sheet that the form would have, in the order of their periods; at least one.

    A file that is no `book` has one table, the newest. What belongs to no sheet that the source would read back, or to
    another table, is left over on the last of them.
    """
    fields = told_by_sheets(source)
    if not fields:
        return [write_back(figures, source, form)]
    key = [column for name in fields for column in (SPAN if name == "period" else (name,))]
    done, homeless = [], []
    for _, group in figures.sort(*SPAN, *key).group_by(key, maintain_order=True):
        one = group.row(0, named=True)
        named = _named(one, fields, source, form if book else replace(form, sheet=NO_SHEET))
        if named is None:
            homeless.append(group)
        else:
            done.append((group, _constant(source, fields, one), named))
    done, twice = _one_of_each_name(done)
    homeless += twice
    written = [write_back(*each) for each in done]
    if not written:
        none = _constant(source, fields, dict.fromkeys(OBSERVATION))
        written.append(write_back(figures.clear(), none, form))
    if homeless:
        left = write_back(pl.concat(homeless), _without_place(source), form).left_over
        written[-1] = replace(written[-1], left_over=[*written[-1].left_over, *left])
    return written


def _one_of_each_name(
    done: list[tuple[pl.DataFrame, Source, Form]],
) -> tuple[list[tuple[pl.DataFrame, Source, Form]], list[pl.DataFrame]]:
    """The newest of tables that would stand on sheets of one name, and the figures of the others."""
    last = {(form.sheet or "").casefold(): at for at, (_, _, form) in enumerate(done)}
    kept = [one for at, one in enumerate(done) if at in last.values()]
    return kept, [figures for at, (figures, _, _) in enumerate(done) if at not in last.values()]


def _constant(source: Source, fields: Mapping[str, FieldMap], one: Mapping[str, Any]) -> Source:
    """The source as it reads one sheet: what the sheet tells is the same in all its rows."""
    told = {name: FieldMap() if name == "period" else FieldMap(constant=one[name]) for name in fields}
    return replace(source, columns={**source.columns, **told})


def _without_place(source: Source) -> Source:
    """A form with a place for nothing: all that is written into it is left over, in words."""
    return replace(source, columns={**source.columns, "place": FieldMap(constant=""), "period": FieldMap()})


def _named(one: Mapping[str, Any], fields: Mapping[str, FieldMap], source: Source, form: Form) -> Form | None:
    """The form with the sheet's name and its title; None if the source would not read them as what they say."""
    words = {name: _words(name, one, source, form) for name in fields}
    sheet, titles = form.sheet, form.titles
    by_sheet = any(name != "period" or spec.options["in"] == SHEET for name, spec in fields.items())
    for name, spec in fields.items():
        for word in words[name]:
            above = name == "period" and spec.options["in"] != SHEET and min(source.layout.header_rows) > 1
            tried = _with_title(titles, word) if above else titles
            named = sheet if sheet == NO_SHEET or (above and by_sheet) else word
            if _fits_a_sheet(named) and _reads_back(name, spec, source, (named, tried), one):
                sheet, titles = named, tried
                break
        else:
            return None
    return replace(form, sheet=sheet, titles=titles)


def _with_title(titles: tuple[str, ...], word: str) -> tuple[str, ...]:
    """The first title names the period too; one that names another period gives way."""
    plain = titles[0] if titles else ""
    return (f"{plain} {word}".strip(), *titles[1:])


def _words(name: str, one: Mapping[str, Any], source: Source, form: Form) -> tuple[str, ...]:
    """How a sheet may say it: as the source writes it, else by our own word."""
    if name != "period":
        return word_of(source, form, name, str(one[name])), str(one[name])
    calendar = periods.calendar(source.words.calendar)
    period = Period(one["period_start"], one["period_end"], one["period_kind"], calendar.id)
    return (periods.write_period(period, calendar),)


def _fits_a_sheet(name: str | None) -> bool:
    return name is None or (len(name) <= SHEET_LETTERS and not NO_LETTERS_OF_SHEETS & set(name))


def _reads_back(
    name: str, spec: FieldMap, source: Source, named: tuple[str | None, tuple[str, ...]], one: Mapping[str, Any]
) -> bool:
    table = RawTable(pl.DataFrame(), (), "", named[0] or "", (), named[1], ())
    told = outside(name, spec, table, source.words)
    if told is None:
        return False
    [reading] = reader_for(name, spec, source)([told])
    if name != "period":
        return bool(reading.value == one[name])
    value = reading.value
    return isinstance(value, Period) and (value.start, value.end) == (one["period_start"], one["period_end"])

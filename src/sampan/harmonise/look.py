"""What is in a file, and what of it must not leave the sender's country.

Rules: (1) a column of persons that its source does not declare stops the delivery, and so does a person told inside
the text of a column that is read for something else; (2) text under a class of secrets stops it, declared or not, until
the publication is on record; (3) no message repeats what stands there.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from sampan.harmonise.personal import Sign, content_signs, header_sign, title_signs, told_inside
from sampan.harmonise.secrecy import Published, Secret, classes, secrets
from sampan.model.tables import ROW, Column, RawTable, letters


@dataclass(frozen=True)
class Stop:
    """One reason why a file may not leave, or (severity "ask") a doubt for the sender to judge.

    `position` is the column's, from 1; None for what stands above the header or names the sheet.
    `header` is given only when a known word stands in it.
    """

    rule: str  # personal-column, personal-text, secrecy-class
    kind: str  # name, telephone, identity, hospital_number, email, address, ...; or the class's id
    severity: str  # stop, ask
    sheet: str | None
    position: int | None
    header: str | None
    evidence: str
    rows: tuple[int, ...] = ()
    law: str | None = None

    @property
    def column(self) -> str | None:
        """The column as a spreadsheet shows it."""
        return letters(self.position) if self.position else None

    def as_dict(self) -> dict[str, Any]:
        """For --json: the fields by name, rows as their number and the first ten."""
        shown = {key: value for key, value in vars(self).items() if key not in ("rows", "position")}
        return shown | {"column": self.column, "rows": len(self.rows), "first_rows": list(self.rows[:10])}

    @property
    def sentence(self) -> str:
        """One line for people, without the text itself."""
        parts = (f"sheet {self.sheet}" if self.sheet else "", f"column {self.column}" if self.position else "")
        what = self.kind.replace("_", " ") if self.rule != "secrecy-class" else f"secret text ({self.law})"
        return f"{', '.join(filter(None, parts)) or 'the file'}: {what}; {self.evidence}"


@dataclass(frozen=True)
class Gate:
    """What the gate knows of the sender: country, the headers its source declares, published classes, the day."""

    country: str | None
    declared: frozenset[str] = frozenset()
    lifted: frozenset[str] = frozenset()
    on: date = date.max
    published: Published = frozenset()
    fields: frozenset[str] = frozenset()  # those of the declared headers that are read for a field of their own


def gate(
    tables: Iterable[RawTable],
    source_country: str,
    declared: Collection[str] = (),
    lifted: Collection[str] = (),
    *,
    on: date = date.max,
) -> list[Stop]:
    """Everything that stops these tables from being kept; empty means they may pass.

    `declared` are headers the source names (mapped, stripped or ignored with a reason); `lifted` the ids of
    secrecy classes whose publication is on record; `on` the day the law is read. Looks at samples of distinct
    values for persons and at all distinct text for secrets: some milliseconds for 250,000 rows.
    """
    knows = Gate(source_country, frozenset(declared), frozenset(lifted), on)
    return [stop for table in tables for stop in doubts(table, knows) if stop.severity == "stop"]


def doubts(table: RawTable, knows: Gate, *, thorough: bool = False) -> list[Stop]:
    """All stops and questions of one table; `thorough` looks at every row."""
    return personal_doubts(table, knows, thorough=thorough) + secret_stops(table, knows)


def personal_doubts(table: RawTable, knows: Gate, *, thorough: bool = False) -> list[Stop]:
    """What holds persons: undeclared columns, cells of columns read for something else, texts above the header."""
    found = [_titled(table, sign) for sign in title_signs(table.titles)]
    for column in table.columns:
        if column.header not in knows.declared and column.name not in knows.declared:
            by_column = signs(table, column, knows.country, thorough=thorough)
            found += [_personal(table, column, sign) for sign in by_column]
        elif column.header in knows.fields or column.name in knows.fields:
            found += _inside(table, column, thorough=thorough)
    return found


def _inside(table: RawTable, column: Column, *, thorough: bool) -> list[Stop]:
    """A result that reads "positive, tel 09...": the cells are named, the column stays."""
    met = told_inside(table.frame.get_column(column.name), thorough=thorough)
    if met is None:
        return []
    sign, telling = met
    rows = table.frame.filter(pl.col(column.name).cast(pl.String).is_in(telling)).get_column(ROW).to_list()
    return [Stop("personal-text", sign.kind, "stop", table.sheet, column.position, None, sign.evidence, tuple(rows))]


def secret_stops(table: RawTable, knows: Gate) -> list[Stop]:
    """What stands under a class of secrets in force, in declared columns too."""
    held = classes(knows.country or "", knows.on, knows.lifted)
    return [_secret(table, secret) for secret in secrets(table, held, knows.published)]


def signs(table: RawTable, column: Column, country: str | None, *, thorough: bool = False) -> list[Sign]:
    """Why a column may hold persons: by its header, else by its content; a header that is itself a value counts."""
    by_header = header_sign(column.header)
    if by_header:
        return [by_header]
    return content_signs(table.frame.get_column(column.name), country, thorough=thorough)[:1]


def _titled(table: RawTable, sign: Sign) -> Stop:
    return Stop("personal-column", sign.kind, "stop", table.sheet, None, None, f"above the header, {sign.evidence}")


def _personal(table: RawTable, column: Column, sign: Sign) -> Stop:
    return Stop(
        rule="personal-column",
        kind=sign.kind,
        severity="stop" if sign.sure else "ask",
        sheet=table.sheet,
        position=column.position,
        header=column.header if sign.by == "header" else None,
        evidence=sign.evidence,
    )


def _secret(table: RawTable, met: Secret) -> Stop:
    column = next((column for column in table.columns if column.name == met.column), None)
    where = (
        f"rows: {len(met.rows)}"
        if met.rows
        else ("in the header" if column else "in the sheet's name or above its header")
    )
    return Stop(
        rule="secrecy-class",
        kind=met.secret.id,
        severity="stop",
        sheet=None if met.column is None else table.sheet,
        position=column.position if column else None,
        header=None,
        evidence=f"{where}: {met.secret.says}; level {met.secret.level}",
        rows=met.rows,
        law=met.secret.law,
    )

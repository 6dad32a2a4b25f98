"""What a source declares about its files: how to open them, what each column is, what its words mean.

A source is a folder: source.yml, crosswalk/<field>.csv, sample/, expected.csv. These are its frozen values.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from sampan.model.tables import Layout


@dataclass(frozen=True)
class FieldMap:
    """Where one field comes from: columns by header, a constant, or a part of a wide header.

    `columns` in order (several for start and end dates, or for places from coarse to fine);
    `constant` when the whole file is about one thing; `options` are the field's own words
    (level, levels, role, as, parent).
    """

    columns: tuple[str, ...] = ()
    constant: str | None = None
    header_part: int | None = None
    options: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Wide:
    """Figures spread over columns: each header holds, split by " / ", the parts named in `parts`.

    With `headers` each header is told as a whole instead ("Suspected dengue": a condition and a class);
    `parts` are then all fields that some header tells.
    """

    columns: tuple[str, ...]  # glob patterns over headers
    parts: tuple[str, ...]  # e.g. ("condition", "measure")
    headers: dict[str, dict[str, str]] = field(default_factory=dict)  # header -> field -> our word


@dataclass(frozen=True)
class Words:
    """How the source writes dates, numbers and silences."""

    date_order: str = "ymd"
    era: str = "gregorian"
    two_digit_years: str | None = None
    serial_dates: bool | str = False  # day numbers: True or "excel-1904", "unix-days"
    number_locale: str = "en"
    calendar: Any = "gregorian"  # an id of vocab/calendars.csv, or a mapping that declares one
    silences: dict[str, str] = field(default_factory=dict)  # raw text of a figure -> zero, unknown, withheld ...
    absent: tuple[str, ...] = ()  # raw text that means "nothing here" in any other column
    languages: tuple[str, ...] = ()
    native_digits: bool = False  # writes numbers in the digits of its first language
    grouped: bool = False  # writes thousands apart


@dataclass(frozen=True)
class CrosswalkLine:
    """One reviewed translation of a raw term. `value` is ours; "none" is no place or nothing we count."""

    field: str
    term: str
    value: str
    match: Literal["exact", "broader", "narrower", "related"] = "exact"
    author: str = ""
    approved_by: str = ""
    approved_on: str = ""
    note: str = ""


@dataclass(frozen=True)
class Expectation:
    """What should arrive: which units, conditions and periods, and how many days after a period's end."""

    level: int | None = None
    units: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    every: str | None = None  # week, month, year
    due_days: int = 7
    rows: tuple[int, int] | None = None  # per delivery, least and most


@dataclass(frozen=True)
class Source:
    """A feed with its owner, practice and mapping."""

    id: str
    title: str
    owner: str
    country: str
    kind: Literal["aggregate", "cases"]
    practice: str
    layout: Layout
    columns: dict[str, FieldMap]
    words: Words
    mode: str = "snapshot"
    scope: tuple[str, ...] = ()
    wide: Wide | None = None
    only_rows: dict[str, tuple[str, ...]] = field(default_factory=dict)  # column -> texts that are this source's rows
    totals: dict[str, tuple[str, ...]] = field(default_factory=dict)  # column -> texts that mark a totals row
    strip: tuple[str, ...] = ()  # columns of persons, removed at harmonising
    ignore: dict[str, str] = field(default_factory=dict)  # column -> why it is not taken
    crosswalk: tuple[CrosswalkLine, ...] = ()
    expects: Expectation = field(default_factory=Expectation)
    hierarchy: str = "admin"
    invented: bool = False
    published: bool = False  # openly published figures, not a partner's deposit
    tlp: str = "clear"  # the label its owner put on its figures: no clause with a lower one lets them go
    licence: str = ""
    citation: str = ""
    notes: str = ""
    form: str = ""  # "weekly": the source has a weekly form on the page Deliver
    translations: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # language -> title, notes in it
    form_of: str = ""  # of such a form: the source that declares it
    folder: Path | None = None
    gazetteer: tuple[Path, ...] = ()  # folders of places beyond the bundled ones

    @property
    def period_kind(self) -> str | None:
        """The period its figures are told by, as it declares it: week, month, ...; None where it does not."""
        told = self.columns.get("period")
        return self.expects.every or (str(told.options["as"]) if told and "as" in told.options else None)

    def told_in(self, language: str) -> Source:
        """The source with its title and notes in a reader's language, where it has words in it."""
        said = self.translations.get(language, {})
        return replace(self, title=said.get("title", self.title), notes=said.get("notes", self.notes))

    def crosswalk_for(self, name: str) -> dict[str, CrosswalkLine]:
        """Raw term -> line, for one field."""
        return {line.term: line for line in self.crosswalk if line.field == name}

"""The headers of a wide form on the way back: which of them says what a figure counts.

A header fits if all it says is true of the figure; of several, the one that says most.
"""

from __future__ import annotations

from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Any

from sampan.harmonise.readers import SEPARATOR, reader_for
from sampan.model.periods import Period
from sampan.model.sources import FieldMap, Source
from sampan.vocab.calendars import Calendar, named

UNSAID = {"measure": "cases"}  # what a header means that does not say it
NO_STRATUM = (None, "", "all", "unspecified", "unknown")


class Heads:
    """Headers of a source's wide form, read once each."""

    def __init__(self, source: Source, headers: tuple[str, ...], calendar: Calendar) -> None:
        assert source.wide is not None, source.id
        self.source, self.wide, self.calendar = source, source.wide, calendar
        named_columns = {column for spec in source.columns.values() for column in spec.columns}
        left = named_columns | set(source.ignore) | set(source.strip)
        self.headers = [
            header
            for header in headers
            if header not in left and any(fnmatchcase(header, pattern) for pattern in self.wide.columns)
        ]
        self._read: dict[tuple[str, str], Any] = {}

    def for_figure(self, one: Mapping[str, Any]) -> str | None:
        """The header under which the figure belongs; None if none says what it counts."""
        fitting = [header for header in self.headers if self._fits(header, one)]
        return max(fitting, key=lambda header: len(self._told(header)), default=None)

    def _told(self, header: str) -> dict[str, str]:
        if self.wide.headers:
            return self.wide.headers.get(header, {})
        return dict(zip(self.wide.parts, header.split(" / "), strict=False))

    def _fits(self, header: str, one: Mapping[str, Any]) -> bool:
        told = UNSAID | self._told(header) if "measure" in self.wide.parts else self._told(header)
        if not all(self._true(name, text, one) for name, text in told.items()):
            return False
        return one.get("sex") in NO_STRATUM or "sex" in told or "sex" in self.source.columns

    def _true(self, name: str, text: str, one: Mapping[str, Any]) -> bool:
        if name == "period":
            found = self._value(name, self._with_year(text, one))
            return isinstance(found, Period) and (found.start, found.end) == (one["period_start"], one["period_end"])
        value = self._value(name, text)
        if name == "age":
            return isinstance(value, tuple) and value[:2] == (one.get("age_from"), one.get("age_to"))
        return bool(value == one.get(name))

    def _with_year(self, text: str, one: Mapping[str, Any]) -> str:
        """A header's week or month with the year of the figure, if the form has years elsewhere."""
        spec = self._spec("period")
        if not spec.columns and "year" not in spec.options:
            return text
        period = Period(one["period_start"], one["period_end"], one["period_kind"], self.calendar.id)
        return f"{self.calendar.written_year(named(period, self.calendar)[0])}{SEPARATOR}{text}"

    def _value(self, name: str, text: str) -> Any:
        if (name, text) not in self._read:
            [reading] = reader_for(name, self._spec(name), self.source)([text])
            self._read[name, text] = reading.value
        return self._read[name, text]

    def _spec(self, name: str) -> FieldMap:
        return self.source.columns.get(name, FieldMap())

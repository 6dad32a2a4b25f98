"""A period is a first day, a last day and the calendar that cut it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

Kind = Literal["day", "week", "month", "quarter", "year", "other"]


@dataclass(frozen=True, order=True)
class Period:
    """Both days belong to it. `calendar` names the rule that cut it ("iso", "cdc", "gregorian", a source's own)."""

    start: date
    end: date
    kind: Kind = "other"
    calendar: str = "gregorian"

    def __post_init__(self) -> None:
        assert self.start <= self.end, (self.start, self.end)

    @property
    def days(self) -> int:
        """Length in days, both ends counted."""
        return (self.end - self.start).days + 1

    def contains(self, other: Period) -> bool:
        """True if every day of `other` is one of ours."""
        return self.start <= other.start and other.end <= self.end

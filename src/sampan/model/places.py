"""A place is a code people know; a unit is that code and the day its territory began."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

How = Literal["exact", "alias", "folded", "fuzzy", "ask", "none"]


ADMIN = "admin"  # the division that everybody speaks who says no other


@dataclass(frozen=True)
class Unit:
    """A dated territory. `ends` is the first day it no longer was (None: still is)."""

    id: str  # "VN-44@2025-07-01"; "VN-44@0001-01-01" when the beginning is older than the registry
    place: str  # the code: ISO 3166-2 where there is one, else the registry's (MIMU, NCDD, DOPA)
    country: str
    level: int  # 0 the country, 1 first-level units, 2 second-level units
    hierarchy: str  # ADMIN, "operational-district", "health-region"
    parent: str | None  # the place code of the unit one level up
    name: str  # the official Latin name
    names: dict[str, str] = field(default_factory=dict)  # language of its own -> name in its own script
    shown: dict[str, str] = field(default_factory=dict)  # language of a reader -> what the unit is called there
    kind: str = ""
    begins: date = date.min
    ends: date | None = None
    predecessors: tuple[str, ...] = ()  # unit ids
    successors: tuple[str, ...] = ()  # unit ids

    @property
    def every_name(self) -> dict[str, str]:
        """Language -> name: its own ones first, then what readers of other languages call it."""
        return {**self.names, **self.shown}

    def called(self, language: str) -> str:
        """What a reader of a language calls it; its Latin name where the registry has none."""
        return self.shown.get(language) or self.names.get(language) or self.name

    def in_force(self, on: date) -> bool:
        """True if the territory existed on that day."""
        return self.begins <= on and (self.ends is None or on < self.ends)


@dataclass(frozen=True)
class Resolution:
    """What one name means: `place` and `unit` are None for ask and none."""

    name: str
    place: str | None
    unit: str | None
    how: How
    score: float
    candidates: tuple[str, ...] = ()

    def called(self, name: str) -> Resolution:
        """The same answer to another spelling (thousands of them: `dataclasses.replace` takes ten times as long)."""
        return Resolution(name, self.place, self.unit, self.how, self.score, self.candidates)

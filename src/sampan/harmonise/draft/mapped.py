"""What the columns of a file have been found to be, filled step by step."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sampan.harmonise.draft.profile import Profile
from sampan.harmonise.draft.said import Said


@dataclass
class Mapping:
    """The parts of source.yml that the columns decide."""

    kind: str
    country: str | None = None
    columns: dict[str, Any] = field(default_factory=dict)
    wide: dict[str, Any] | None = None
    strip: list[str] = field(default_factory=list)
    ignore: dict[str, str] = field(default_factory=dict)
    totals: dict[str, list[str]] = field(default_factory=dict)
    figures: list[Profile] = field(default_factory=list)
    dates: list[Profile] = field(default_factory=list)
    placed: set[str] = field(default_factory=set)
    years: list[str] = field(default_factory=list)  # texts beyond the columns of time that name the year of the figures
    asked: set[str] = field(default_factory=set)  # columns a question was asked about already

    @property
    def parts(self) -> list[str]:
        """The fields that headers of figures say; none for a long table."""
        if not self.wide:
            return []
        told = [name for fields in self.wide.get("headers", {}).values() for name in fields]
        return list(dict.fromkeys(told)) or list(self.wide["parts"])

    def ask(self, profile: Profile, question: str, evidence: str, said: Said) -> None:
        """Ask about a column, once."""
        self.asked.add(profile.name)
        said.ask(f"column {profile.name}", question, evidence)

    def place(self, profile: Profile) -> str:
        """Note a column as used and hand back its name."""
        self.placed.add(profile.name)
        return profile.name

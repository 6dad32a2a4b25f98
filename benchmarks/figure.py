"""One measured figure and the bar it must hold."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """`measured` against `bar`, in `unit` ("x" for a ratio); `at_most` says on which side of the bar is well."""

    name: str
    measured: float
    bar: float
    unit: str = "x"
    at_most: bool = True
    note: str = ""  # what was measured, in a few words: "1,000,000 rows, median of 3"

    @property
    def holds(self) -> bool:
        """True if the bar is held."""
        return self.measured <= self.bar if self.at_most else self.measured >= self.bar

    def line(self) -> str:
        """The figure as `make bench` prints it."""
        bar = f"{'<=' if self.at_most else '>='} {self.bar:,.4g} {self.unit}"
        verdict = "ok" if self.holds else "short"
        return f"{self.name:<44} {self.measured:>12,.4g} {self.unit:<6} {bar:<16} {verdict:<5} {self.note}".rstrip()

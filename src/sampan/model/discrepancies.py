"""Two figures for one thing: what the thing is, what each side says of it, and the closed list of causes.

A thing is a unit, a condition and a measure in one quarter of a year; its figures are those of its weeks or months.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

CAUSES = (
    "definition", "dates", "place", "double-entry", "late-report", "transcription", "scope", "other",
)  # fmt: skip
LANGUAGES = ("en", "km", "vi", "lo", "th", "my", "zh")  # an explanation says which it is written in
STATES = ("apart", "open", "agreed", "differ", "equal")
# apart: each owner is told alone; open: both see both; then agreed, agreed to differ, or equal once corrected
Basis = Literal["", "released", "terms", "consent"]
ANSWER_DAYS = 14  # from opening until the case counts as late; nothing happens by itself then


@dataclass(frozen=True)
class Thing:
    """What two sources speak of. Days of one calendar quarter, both included."""

    unit: str
    condition: str
    measure: str
    kind: str  # week, month
    start: date
    end: date


@dataclass(frozen=True)
class Figure:
    """What one side says of one period: a count of persons, with what it was counted by."""

    start: date
    end: date
    value: int
    by: tuple[str, ...] = ()  # "residence", "onset", "confirmed": roles of place, dates and classes behind it


def quarter(day: date) -> tuple[date, date]:
    """First and last day of the quarter of a year that holds a day.

    >>> quarter(date(2026, 8, 2))
    (datetime.date(2026, 7, 1), datetime.date(2026, 9, 30))
    """
    first = date(day.year, 3 * ((day.month - 1) // 3) + 1, 1)
    after = date(day.year + 1, 1, 1) if first.month == 10 else date(day.year, first.month + 3, 1)
    return first, after - timedelta(days=1)

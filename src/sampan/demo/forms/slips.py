"""Mistakes in the figures of returns: a misspelt name, a sign too many, a week that does not exist, a total as data.

Rates are a few in a thousand cells, as desk checks of such returns find them; each mistake is remembered.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from sampan.demo.forms.grid import File, Sheet

RATES = {"misspelt place": 0.004, "negative figure": 0.0015, "fraction": 0.0010, "deaths above cases": 0.0012}
NO_SUCH_WEEK = 54


def slip(file: File, *, place: int, figures: range, random: np.random.Generator, week: int | None = None) -> None:
    """Put mistakes into every sheet of a return. `place` is the name's column, `figures` those of cases and deaths."""
    for sheet in file.sheets:
        for row in range(len(sheet.rows)):
            for kind, rate in RATES.items():
                if random.random() < rate:
                    MAKERS[kind](file, sheet, row, place if kind == "misspelt place" else _pair(figures, random))
    if week is not None and file.sheets[-1].rows:
        last = file.sheets[-1]
        file.change(last, int(random.integers(len(last.rows))), week, "week that does not exist", NO_SUCH_WEEK)


def _pair(figures: range, random: np.random.Generator) -> int:
    """The column of a condition's cases; its deaths stand on the right."""
    return int(figures.start + 2 * random.integers(len(figures) // 2))


def _misspelt(file: File, sheet: Sheet, row: int, column: int) -> None:
    name = str(sheet.rows[row][column])
    file.change(sheet, row, column, "misspelt place", name[:-2])


def _negative(file: File, sheet: Sheet, row: int, column: int) -> None:
    count = sheet.rows[row][column]
    if str(count).isdigit() and int(str(count)) > 0:
        file.change(sheet, row, column, "negative figure", f"-{count}")


def _fraction(file: File, sheet: Sheet, row: int, column: int) -> None:
    count = sheet.rows[row][column]
    if str(count).isdigit():
        file.change(sheet, row, column, "fraction", f"{count},5" if file.name.endswith(".csv") else f"{count}.5")


def _too_many_deaths(file: File, sheet: Sheet, row: int, column: int) -> None:
    count = sheet.rows[row][column]
    if str(count).isdigit():
        file.change(sheet, row, column + 1, "deaths above cases", int(str(count)) + 3)


MAKERS: dict[str, Callable[[File, Sheet, int, int], None]] = {
    "misspelt place": _misspelt,
    "negative figure": _negative,
    "fraction": _fraction,
    "deaths above cases": _too_many_deaths,
}

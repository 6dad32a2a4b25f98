"""A monthly township return typed in the Zawgyi font, and the way from Unicode Burmese to Zawgyi that it needs.

Zawgyi stores what the eye sees: a vowel sign drawn left of its consonant comes first. Only the letters of this
form are handled; a test turns every text back with ICU and compares.
"""

from __future__ import annotations

import re
from datetime import date

from sampan.demo.countries import Habit
from sampan.demo.expected import source_id
from sampan.demo.forms.grid import File, Row, Sheet
from sampan.demo.returns import Cell, Return
from sampan.demo.world import World

CONDITIONS = {"dengue": "သွေးလွန်တုပ်ကွေး", "malaria": "ငှက်ဖျား", "cholera": "ကာလဝမ်းရောဂါ", "measles": "ဝက်သက်"}
PLACES = ("တိုင်း", "မြို့နယ်")
MONTH, CASES, DEATHS = "လ", "ဖြစ်ပွားသူ", "သေဆုံးသူ"
SITES, REPORTED, DUE = "ဌာန", "ပေးပို့", "စုစုပေါင်း"
NOT_KNOWN = "မသိ"
FEW = "<5"
_CLUSTER = re.compile("([က-အ]\u103a?)([\u103b\u103c\u103d\u103e]*)(\u1031?)")
_MEDIALS = {"\u103b": "\u103a", "\u103d": "\u103c", "\u103e": "\u103d"}


def zawgyi(text: str) -> str:
    """Unicode Burmese as typed in Zawgyi: signs in the order of the eye, other code points for the medials.

    >>> zawgyi("ေ") == "ေ", zawgyi("မြ") == "\u103b\u1019"
    (True, True)
    """

    def turned(found: re.Match[str]) -> str:
        letter, medials, vowel = found.groups()
        letter = letter.replace("\u103a", "\u1039")
        before = ("\u1031" if vowel else "") + ("\u103b" if "\u103c" in medials else "")
        return before + letter + "".join(_MEDIALS.get(sign, "") for sign in medials)

    return _CLUSTER.sub(turned, text)


def township_return(world: World, habit: Habit, found: list[Return], *, number: int, on: date) -> File:
    """One sheet for each month; months as year-month; small figures written "<5"."""
    states = {place.code: place.name.native for place in world.of(habit.code)}
    file = File(f"township-return-{number}.xlsx", source_id(habit), on, [])
    for month in sorted({one.start for one in found}):
        rows = [_row(one, states) for one in found if one.start == month and one.sent]
        file.sheets.append(Sheet(f"{month:%Y-%m}", _header(), rows))
    return file


def _header() -> list[Row]:
    upper: Row = [MONTH, *PLACES]
    lower: Row = ["", "", ""]
    for name in CONDITIONS.values():
        upper += [name, None]
        lower += [CASES, DEATHS]
    return [_typed([*upper, SITES, None]), _typed([*lower, REPORTED, DUE])]


def _typed(row: Row) -> Row:
    return [zawgyi(cell) if isinstance(cell, str) else cell for cell in row]


def _row(one: Return, states: dict[str, str]) -> Row:
    cells: Row = []
    for cell in one.cells:
        cells += _pair(cell)
    place: Row = [states[one.place.parent or ""], one.place.name.native]
    return [f"{one.start:%Y-%m}", *_typed(place), *cells, one.sites_reporting, one.place.sites]


def _pair(cell: Cell) -> Row:
    if cell.status == "unknown":
        return [zawgyi(NOT_KNOWN), None]
    return [FEW, None] if cell.status == "suppressed" else [cell.cases, cell.deaths]

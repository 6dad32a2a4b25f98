"""Two weekly forms: a workbook in Khmer with merged headers, and a table in Lao with one line for each condition."""

from __future__ import annotations

from datetime import date

from sampan.demo.countries import Habit
from sampan.demo.expected import source_id
from sampan.demo.forms.grid import File, Row, Sheet
from sampan.demo.returns import Cell, Return

KHMER_CONDITIONS = {"dengue": "គ្រុនឈាម", "malaria": "គ្រុនចាញ់", "cholera": "អាសន្នរោគ"}
KHMER_DIGITS = str.maketrans("0123456789", "០១២៣៤៥៦៧៨៩")
KHMER_GUIDES = {False: "សៀវភៅណែនាំទី១", True: "សៀវភៅណែនាំទី២"}  # by which guide's case definitions a row counts
LAO_CONDITIONS = {"dengue": "ໄຂ້ເລືອດອອກ", "malaria": "ໄຂ້ມາລາເຣຍ", "cholera": "ອະຫິວາ", "measles": "ໝາກແດງ"}
LAO_HEADER: Row = ["ປີ", "ອາທິດທີ", "ແຂວງ", "ພະຍາດ", "ຈຳນວນກໍລະນີ", "ຈຳນວນເສຍຊີວິດ", "ສູນທີ່ລາຍງານ", "ສູນທັງໝົດ", "ຜູ້ມາກວດທັງໝົດ"]
NOT_YET_PUBLIC, NOT_KNOWN_LAO = "ຍັງບໍ່ເຜີຍແຜ່", "?"
LOOKED_UNSURE = "-"  # in the Khmer form: somebody looked and cannot say


def khmer_workbook(habit: Habit, found: list[Return], *, number: int, on: date) -> File:
    """One sheet for each year; a province that sent nothing has its row, with empty cells."""
    file = File(f"របាយការណ៍ប្រចាំសប្ដាហ៍-{number}.xlsx", source_id(habit), on, [])
    for year in sorted({_iso(one)[0] for one in found}):
        rows = [_khmer_row(one) for one in found if _iso(one)[0] == year]
        file.sheets.append(Sheet(f"ឆ្នាំ {year}", _khmer_header(year), rows))
    return file


def _khmer_header(year: int) -> list[Row]:
    title: Row = [f"របាយការណ៍ជំងឺឆ្លងប្រចាំសប្ដាហ៍ ឆ្នាំ {year}"] + [None] * (5 + 2 * len(KHMER_CONDITIONS))
    upper: Row = ["ឆ្នាំ", "សប្ដាហ៍ទី", "ខេត្ត"]
    lower: Row = ["", "", ""]
    for name in KHMER_CONDITIONS.values():
        upper += [name, None]
        lower += ["ចំនួនករណី", "ចំនួនស្លាប់"]
    return [title, [*upper, "មណ្ឌលសុខភាព", None, "និយមន័យ"], [*lower, "បានរាយការណ៍", "សរុប", ""]]


def _khmer_row(one: Return) -> Row:
    year, week = _iso(one)
    cells: Row = []
    for cell in one.cells:
        cells += _khmer_pair(cell, one.sent)
    sites: Row = [one.sites_reporting if one.sent else None, one.place.sites]
    # one province types its figures in Khmer digits
    if one.place.code.endswith("02"):
        cells = [str(cell).translate(KHMER_DIGITS) if isinstance(cell, int) else cell for cell in cells]
    return [year, week, one.place.name.native, *cells, *sites, KHMER_GUIDES[one.redefined]]


def _khmer_pair(cell: Cell, sent: bool) -> Row:
    if not sent:
        return [None, None]
    return [LOOKED_UNSURE, None] if cell.status == "unknown" else [cell.cases, cell.deaths]


def lao_table(habit: Habit, found: list[Return], *, number: int, on: date) -> File:
    """One line for each province, week and condition; a province that sent nothing has no line."""
    rows: list[Row] = []
    for one in found:
        if one.sent:
            rows += [_lao_row(one, cell) for cell in one.cells]
    return File(f"ລາຍງານປະຈຳອາທິດ-{number}.csv", source_id(habit), on, [Sheet(None, [LAO_HEADER], rows)])


def _lao_row(one: Return, cell: Cell) -> Row:
    year, week = _iso(one)
    silent = {"unknown": NOT_KNOWN_LAO, "withheld": NOT_YET_PUBLIC}.get(cell.status)
    figures: Row = [silent, None] if silent else [_dotted(cell.cases), cell.deaths]
    visits = 41 * one.sites_reporting + one.place.population % 89
    sites: Row = [one.sites_reporting, one.place.sites, _dotted(visits)]
    return [year, week, one.place.name.native, LAO_CONDITIONS[cell.condition], *figures, *sites]


def _dotted(count: int) -> str:
    """1234 as "1.234"."""
    return f"{count:,}".replace(",", ".")


def _iso(one: Return) -> tuple[int, int]:
    year, week, _ = one.start.isocalendar()
    return year, week

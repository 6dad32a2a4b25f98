"""Two case lists: one in Latin letters with diacritics, one in cp874 with years of the Buddhist era and local codes.

Both carry columns of persons, which must not leave the country: the names in them are invented too.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import polars as pl

from sampan.demo.countries import ERROR_RATES, Habit
from sampan.demo.expected import source_id
from sampan.demo.forms.grid import File, Row, Sheet
from sampan.demo.world import World

LATIN_HEADER: Row = [
    "STT", "Mã ca bệnh", "Họ và tên", "Giới tính", "Tuổi", "Tỉnh báo cáo", "Nơi ở hiện nay", "Chẩn đoán",
    "Phân loại ca bệnh", "Ngày khởi phát", "Ngày nhập viện", "Ngày báo cáo", "Tình trạng", "Ngày ra viện/tử vong",
]  # fmt: skip
CP874_HEADER: Row = [
    "ลำดับ", "เลขที่บัตรรายงาน", "ชื่อ-สกุล", "HN", "เพศ", "อายุ", "จังหวัดที่รายงาน", "จังหวัดที่อยู่", "รหัสโรค", "ประเภทผู้ป่วย",
    "วันเริ่มป่วย", "วันรับรักษา", "วันที่รายงาน", "ผลการรักษา", "วันจำหน่าย",
]  # fmt: skip
LATIN_WORDS = {
    "dengue": "Sốt xuất huyết Dengue", "malaria": "Sốt rét", "cholera": "Tả", "measles": "Sởi",
    "suspected": "Lâm sàng", "probable": "Có thể", "confirmed": "Xác định",
    "male": "Nam", "female": "Nữ", "died": "Tử vong", "alive": "Đang điều trị", "recovered": "Khỏi",
}  # fmt: skip
CP874_WORDS = {
    "malaria": "30", "cholera": "01", "measles": "21",
    "suspected": "สงสัย", "probable": "เข้าข่าย", "confirmed": "ยืนยัน",
    "male": "ชาย", "female": "หญิง", "died": "ตาย", "alive": "ยังรักษาอยู่", "recovered": "หาย",
}  # fmt: skip
DENGUE_CODES = ("66", "26", "27")
ABROAD = {"vi": "Nước ngoài", "th": "ต่างประเทศ"}
GIVEN = {
    "vi": ("An", "Bình", "Châu", "Dũng", "Hà", "Khánh", "Lan", "Minh", "Ngân", "Phúc"),
    "th": ("สมใจ", "วิชัย", "มาลี", "ประเสริฐ", "จันทร์", "อรุณ", "บุญมี", "ดารา", "สุดา", "ชาติ"),
}
RESENT, AMENDED = 0.02, 0.05


@dataclass(frozen=True)
class _Columns:
    """Where in a list the fields stand that mistakes are made in (0-based)."""

    sex: int
    age: int
    residence: int
    classification: int
    onset: int
    admission: int
    outcome: int


LATIN_AT = _Columns(sex=3, age=4, residence=6, classification=8, onset=9, admission=10, outcome=13)
CP874_AT = _Columns(sex=4, age=5, residence=7, classification=9, onset=10, admission=11, outcome=14)
STAYS_FOR = {"vi": "tạm trú", "th": "ที่พักชั่วคราว"}  # written before the place where somebody only stays for work


def entered(world: World, habit: Habit, people: pl.DataFrame) -> pl.DataFrame:
    """The persons of one country who were entered at all, each with a case number that stays the same."""
    random = np.random.default_rng([world.seed, 4, sorted(h.code for h in world.habits).index(habit.code)])
    here = people.filter(pl.col("place").is_in([place.province for place in world.of(habit.code)]))
    kept = here.filter(pl.Series(random.random(here.height) >= ERROR_RATES["not entered"]))
    return kept.sort("known", "person", "twin").with_row_index("number", offset=1)


def case_list(world: World, habit: Habit, listed: pl.DataFrame, *, span: tuple[date, date], number: int) -> File:
    """The cases that became known after the first day of `span` and up to its last, with what was amended since.

    Mistakes are drawn for each case by its number, so that a case has the same ones in every file.
    """
    after, on = span
    fresh = listed.filter((pl.col("known") > after) & (pl.col("known") <= on))
    before = listed.filter(pl.col("known") <= after).tail(600)
    random = np.random.default_rng([world.seed, 5, number])
    again = before.filter(pl.Series(random.random(before.height) < RESENT))
    amended = before.filter(pl.Series(random.random(before.height) < AMENDED)).with_columns(late=pl.lit(True))
    rows = pl.concat([part.with_columns(late=pl.lit(False)) for part in (again, fresh)] + [amended])
    latin = habit.form == "case-list"
    names = {True: f"danh-sach-ca-benh-{number}.csv", False: f"รายงานผู้ป่วย-{number}.csv"}
    sheet = Sheet(None, [LATIN_HEADER if latin else CP874_HEADER])
    file = File(names[latin], source_id(habit), on, [sheet])
    write = _latin_row if latin else _cp874_row
    for person in rows.iter_rows(named=True):
        sheet.rows.append(write(world, habit, person))
        at, draws = (LATIN_AT if latin else CP874_AT), _draws(world, habit, person)
        _mistakes(file, sheet, person, at, draws)
        _wrong_outcome(file, sheet, person, at, draws)
        _wrong_address(file, sheet, person, at, _Stay(world, habit, draws))
    return file


@dataclass(frozen=True)
class _Stay:
    """What is needed to say where somebody could stay for a while."""

    world: World
    habit: Habit
    random: np.random.Generator


def _wrong_outcome(file: File, sheet: Sheet, person: dict[str, Any], at: _Columns, random: np.random.Generator) -> None:
    """The measured share of wrong days among those who left: most near the true one, some before the admission."""
    luck, draw, days = random.random(), random.random(), int(random.integers(1, 5))
    left, era = _left_on(person), 543 if at is CP874_AT else 0
    if left is None or luck >= ERROR_RATES["wrong outcome date"]:
        return
    row = len(sheet.rows) - 1
    if draw < 0.3 and person["admitted"]:
        wrong, kind = person["seen"] - timedelta(days=days), "outcome before admission"
    else:
        wrong, kind = left + timedelta(days=days if draw < 0.65 else -min(days, 2)), "wrong outcome date"
    file.change(sheet, row, at.outcome, kind, _written(wrong, era))


def _wrong_address(file: File, sheet: Sheet, person: dict[str, Any], at: _Columns, stay: _Stay) -> None:
    """The measured share of addresses that are only where somebody stays; one in four says so in the cell."""
    luck, draw = stay.random.random(), stay.random.random()
    others = [place for place in stay.world.of(stay.habit.code) if place.province != person["residence"]]
    other = others[int(stay.random.integers(len(others)))]
    row = len(sheet.rows) - 1
    if luck >= ERROR_RATES["wrong temporary address"] or sheet.rows[row][at.residence] is None:
        return
    if draw < 0.25:
        text = f"{STAYS_FOR[stay.habit.language]}: {other.name.native}"
        file.change(sheet, row, at.residence, "temporary address, said so", text)
    else:
        file.change(sheet, row, at.residence, "temporary address as residence", other.name.native)


def _draws(world: World, habit: Habit, person: dict[str, Any]) -> np.random.Generator:
    return np.random.default_rng([world.seed, 6, ord(habit.code[-1]), person["number"]])


def _where(world: World, habit: Habit, province: int) -> str:
    place = world.provinces[province]
    return place.name.native if place.country == habit.code else ABROAD[habit.language]


def _latin_row(world: World, habit: Habit, person: dict[str, Any]) -> Row:
    number = person["number"]
    day = "%d/%m/%Y"
    row: Row = [
        number, f"SL{person['known']:%y}-{number:05d}", _somebody(habit.language, number), LATIN_WORDS[person["sex"]],
        _age(person["age"], " tháng", ""), _where(world, habit, person["place"]),
        _where(world, habit, person["residence"]), LATIN_WORDS[person["condition"]],
        LATIN_WORDS[person["classification"]], format(person["onset"], day),
        format(person["seen"], day) if person["admitted"] else None, format(person["known"], day),
        LATIN_WORDS[_state(person)], format(left, day) if (left := _left_on(person)) else None,
    ]  # fmt: skip
    # one office types decomposed letters: the same to the eye, other bytes
    return (
        [unicodedata.normalize("NFD", cell) if isinstance(cell, str) else cell for cell in row]
        if number % 7 == 0
        else row
    )


def _cp874_row(world: World, habit: Habit, person: dict[str, Any]) -> Row:
    number = person["number"]
    code = CP874_WORDS.get(person["condition"]) or DENGUE_CODES[0 if person["age"] > 18 else 1 + (number % 23 == 0)]
    kind = "จังหวัด" if number % 3 == 0 else ""
    return [
        number, f"M{number:06d}", _somebody(habit.language, number), f"{number * 37 % 99991:05d}",
        CP874_WORDS[person["sex"]], _age(person["age"], " เดือน", " ปี"),
        kind + _where(world, habit, person["place"]), _where(world, habit, person["residence"]), code,
        CP874_WORDS[person["classification"]], _buddhist(person["onset"]),
        _buddhist(person["seen"]) if person["admitted"] else None, _buddhist(person["known"]),
        CP874_WORDS[_state(person)], _buddhist(left) if (left := _left_on(person)) else None,
    ]  # fmt: skip


def _left_on(person: dict[str, Any]) -> date | None:
    """The day of discharge or death, if it came before the report; it follows from the case's number alone."""
    day: date = person["seen"] + timedelta(days=2 + person["number"] * 7 % 9)
    return day if (person["admitted"] or person["died"]) and day <= person["known"] else None


def _state(person: dict[str, Any]) -> str:
    if person["died"]:
        return "died"
    return "recovered" if _left_on(person) else "alive"


def _somebody(language: str, number: int) -> str:
    given = GIVEN[language]
    return f"{given[number % 10]} {given[number // 10 % 10]}"


def _age(years: float, months: str, whole: str) -> str:
    return f"{max(1, round(years * 12))}{months}" if years < 2 else f"{int(years)}{whole}"


def _buddhist(day: date) -> str:
    return f"{day:%d/%m}/{day.year + 543}"


def _mistakes(file: File, sheet: Sheet, person: dict[str, Any], at: _Columns, random: np.random.Generator) -> None:
    """The measured shares of mistakes, each in its cell of the row just written."""
    row = len(sheet.rows) - 1
    luck = random.random(5)
    if luck[0] < ERROR_RATES["incomplete"]:
        column = (at.sex, at.age, at.residence, at.admission)[int(random.integers(4))]
        file.change(sheet, row, column, "incomplete", None)
    if luck[1] < ERROR_RATES["wrong onset date"]:
        era = 543 if at is CP874_AT else 0
        kind, text = _wrong_onset(person["onset"], era, random)
        file.change(sheet, row, at.onset, kind, text)
    if luck[2] < ERROR_RATES["class not updated"] and person["classification"] == "confirmed" and not person["late"]:
        words = CP874_WORDS if at is CP874_AT else LATIN_WORDS
        file.change(sheet, row, at.classification, "class not updated", words["suspected"])
    if luck[3] < ERROR_RATES["wrong admission date"] and person["admitted"]:
        wrong = person["seen"] + timedelta(days=int(random.integers(1, 9)))
        file.change(sheet, row, at.admission, "wrong admission date", _written(wrong, 543 if at is CP874_AT else 0))


def _written(day: date, era: int) -> str:
    return f"{day:%d/%m}/{day.year + era}"


def _wrong_onset(onset: date, era: int, random: np.random.Generator) -> tuple[str, str | None]:
    """Most wrong days are near the true one; a few are of the kinds that a machine can see."""
    draw = random.random()
    if draw < 0.005:
        return "impossible onset date", f"31/02/{onset.year + era}"
    if draw < 0.010:
        return "onset date of the other era", _written(onset, 543 - era)
    if draw < 0.020:
        return "onset date missing", None
    if draw < 0.030:
        return "onset after report", _written(onset + timedelta(days=40), era)
    return "wrong onset date", _written(onset + timedelta(days=_few(random)), era)


def _few(random: np.random.Generator) -> int:
    days: Sequence[int] = (-5, -4, -3, -2, -1, 1, 2)
    return int(random.choice(days))

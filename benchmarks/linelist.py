"""A generated line list: mixed dates, Buddhist years, thousands of spellings, repeats, amendments and slips.

Everything is invented and follows from the seed. Twenty columns; the same file for every way of reading it.
"""

from __future__ import annotations

import random
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import polars as pl

from sampan.vocab import places

SPELLINGS, REPEATED, AMENDED, SLIPS = 8_000, 0.02, 0.01, 0.05
COLUMNS = (
    "case_no", "patient_name", "phone", "sex", "age", "race", "occupation", "village", "province", "hospital",
    "patient_type", "disease", "class", "onset", "diagnosed", "admitted", "reported", "result", "lab", "officer",
)  # fmt: skip
KINDS = ("", "จังหวัด", "จ.", "Province of ", "จังหวัด ")
SLIPPED = {
    "province": "Unknown", "sex": "?", "age": "x1", "disease": "99x", "class": "??", "onset": "31/02/2567",
    "diagnosed": "32/01/2024", "admitted": "00/00/2567", "reported": "n.a.", "result": "??",
}  # fmt: skip


def write(path: Path, rows: int, *, seed: int = 1) -> Path:
    """Write the CSV of that many rows (UTF-8, 20 columns)."""
    rng = np.random.default_rng(seed)
    amended, repeated = int(rows * AMENDED), int(rows * REPEATED)
    fresh = rows - amended - repeated
    frame = _fresh(rng, fresh, random.Random(seed))
    again = frame.sample(repeated, seed=seed)
    changed = frame.sample(amended, seed=seed + 1).with_columns(pl.lit("หาย").alias("result"))
    pl.concat([frame, again, changed]).sample(fraction=1.0, shuffle=True, seed=seed).write_csv(path)
    return path


def write_long(path: Path, rows: int, *, seed: int = 1, piece: int = 1_000_000) -> Path:
    """A list of many pieces, each with case numbers of its own, written one after the other."""
    with path.open("wb") as handle:
        for number in range(rows // piece):
            part = path.with_suffix(f".{number}")
            write(part, piece, seed=seed + number)
            frame = pl.read_csv(part, infer_schema=False)
            part.unlink()
            named = frame.with_columns(pl.concat_str(pl.lit(f"{number:02d}-"), "case_no").alias("case_no"))
            named.write_csv(handle, include_header=number == 0)
    return path


def _fresh(rng: np.random.Generator, rows: int, dice: random.Random) -> pl.DataFrame:
    days = [date(2023, 1, 1) + timedelta(days=n) for n in range(730)]
    written = [f"{d.day:02d}/{d.month:02d}/{d.year + 543 if n % 2 else d.year}" for n, d in enumerate(days)]
    onset = rng.integers(0, 700, rows)
    choose = lambda words: np.array(words, dtype=object)[rng.integers(0, len(words), rows)]  # noqa: E731 - used on each line below
    columns = {
        "case_no": [f"TH{n:09d}" for n in range(rows)],
        "patient_name": choose([f"ผู้ป่วย {n}" for n in range(5000)]),
        "phone": choose([f"08{n:08d}" for n in range(5000)]),
        "sex": choose(["ชาย", "หญิง", "M", "F"]),
        "age": choose([str(n) for n in range(95)] + ["6 เดือน", "12 ปี"]),
        "race": choose(["1", "2"]),
        "occupation": choose([f"อาชีพ {n}" for n in range(40)]),
        "village": choose([f"หมู่ {n}" for n in range(3000)]),
        "province": choose(spellings(dice)),
        "hospital": choose([f"รพ. {n}" for n in range(900)]),
        "patient_type": choose(["OPD", "IPD"]),
        "disease": choose(["66", "26", "27", "30"]),
        "class": choose(["สงสัย", "ยืนยัน"]),
    }
    for name, most in (("onset", 0), ("diagnosed", 10), ("admitted", 12), ("reported", 29)):
        later = onset + (rng.integers(0, most, rows) if most else 0)
        columns[name] = np.array(written, dtype=object)[later]
    columns["result"] = choose(["หาย", "ตาย", "รักษา"])
    columns["lab"] = choose([f"ผล {n}" for n in range(60)])
    columns["officer"] = choose([f"เจ้าหน้าที่ {n}" for n in range(200)])
    for name, slip in SLIPPED.items():
        hit = rng.random(rows) < SLIPS
        columns[name] = np.where(hit, slip, columns[name])
    return pl.DataFrame({name: list(values) for name, values in columns.items()}).select(COLUMNS)


def spellings(dice: random.Random, count: int = SPELLINGS) -> list[str]:
    """Distinct ways of writing the first-level units of one country: kinds, case, spaces, marks."""
    names = [text for unit in places.units("TH", level=1) for text in {unit.name, *unit.names.values()}]
    found: dict[str, None] = {}
    while len(found) < count:
        name = dice.choice(names)
        text = dice.choice(KINDS) + dice.choice((name, name.upper(), name.lower(), name.title()))
        position = dice.randrange(len(text) + 1)
        text = (
            text[:position]
            + dice.choice(("", "\u200b", " ", "\ufeff", "\u00a0")) * (0 < position < len(text))
            + text[position:]
        )
        found[text + dice.choice(("", " ", "  ", "\u200b", "."))] = None
    return list(found)

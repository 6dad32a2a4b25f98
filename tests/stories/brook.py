"""Two small sources for stories about crashes and crowds: a weekly return and a list of cases, figures invented.

`lay(home)` puts their folders into a home; `weekly(...)` and `listed(...)` write deliveries of any size.
"""

from __future__ import annotations

import random
from datetime import date, timedelta
from pathlib import Path

PLACES = ("Takeo", "Kampot", "Kandal", "Kampong Cham", "Battambang", "Pursat", "Kratie", "Prey Veng")

WEEKLY = """
id: brook-weekly
title: Weekly return of the brook (invented)
owner: brook-office
country: KH
kind: aggregate
invented: true
calendar: iso
read: {format: csv}
delivery: {mode: increment}
numbers: {locale: en}
dates: {order: ymd}
columns:
  place: province
  period: {from: week, as: week}
  condition: disease
  measure: {is: cases}
  value: cases
"""

LISTED = """
id: brook-list
title: List of cases of the brook (invented)
owner: brook-office
country: KH
kind: cases
invented: true
read: {format: csv, batch_rows: 200}
delivery: {mode: increment}
dates: {order: ymd}
columns:
  case_id: number
  place_residence: province
  onset_date: onset
  report_date: reported
  condition: disease
  classification: class
  sex: sex
"""


def lay(home: Path) -> None:
    """Put both source folders into the home."""
    for name, text in (("brook-weekly", WEEKLY), ("brook-list", LISTED)):
        folder = home / "sources" / name
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "source.yml").write_text(text.lstrip(), encoding="utf-8")


def weekly(path: Path, *, year: int, weeks: int, chance: random.Random) -> Path:
    """A return of `weeks` weeks for eight provinces."""
    rows = [
        f"{place},{year}-W{week:02d},dengue,{chance.randrange(0, 60)}"
        for week in range(1, weeks + 1)
        for place in PLACES
    ]
    path.write_text("\n".join(["province,week,disease,cases", *rows, ""]), encoding="utf-8")
    return path


def listed(path: Path, *, first: int, rows: int, chance: random.Random) -> Path:
    """A list of `rows` cases numbered from `first`."""
    lines = []
    for number in range(first, first + rows):
        onset = date(2024, 1, 1) + timedelta(days=chance.randrange(0, 300))
        reported = onset + timedelta(days=chance.randrange(0, 9))
        lines.append(f"{number},{chance.choice(PLACES)},{onset},{reported},dengue,probable,{chance.choice('MF')}")
    path.write_text("\n".join(["number,province,onset,reported,disease,class,sex", *lines, ""]), encoding="utf-8")
    return path

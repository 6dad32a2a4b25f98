"""The five invented countries: how each counts, writes and keeps silent. Their codes are user-assigned in ISO 3166-1.

A habit is data; the same engine serves all five. Rates are shares of true infections; delays are weeks.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from sampan.demo.names import Name

CONDITIONS = ("dengue", "malaria", "cholera", "measles")


@dataclass(frozen=True)
class Redefinition:
    """A new case definition some weeks before the story ends; `share` of the persons still meet it."""

    weeks: int
    share: float


@dataclass(frozen=True)
class Habit:
    """One country's way of counting.

    `reported` is, for each condition it watches, the share of true infections that reach its figures;
    a condition that is not there is not under surveillance. `delay` is the share known after 0, 1, 2 ... weeks.
    """

    code: str
    name: Name
    language: str
    form: Literal["week-workbook", "case-list", "cp874-list", "week-csv", "township-return"]
    every: Literal["week", "month"]
    calendar: Literal["iso", "cdc", "gregorian"]
    level: int
    reported: dict[str, float]
    delay: tuple[float, ...]
    sites_share: float | None  # share of sites that report in a week; None: it does not say
    unsent: float  # share of unit-periods never sent
    counts: str  # whom and what it counts, one English phrase
    to_age: dict[str, float] = field(default_factory=dict)  # condition -> it counts only people younger than this
    redefined: Redefinition | None = None  # None: it counts by one case definition from first to last


HABITS = (
    Habit(
        code="XH",
        name=Name("ຫິ່ງຫ້ອຍ", "Hinghoy"),
        language="lo",
        form="week-csv",
        every="week",
        calendar="iso",
        level=1,
        reported={"dengue": 0.16, "malaria": 0.45, "cholera": 0.30, "measles": 0.35},
        delay=(0.62, 0.22, 0.10, 0.06),
        sites_share=0.78,
        unsent=0.05,
        counts="all ages, out-patients and in-patients, suspected by syndrome; health centres and hospitals",
    ),
    Habit(
        code="XM",
        name=Name("ธารเมฆา", "Than Mekha"),
        language="th",
        form="cp874-list",
        every="week",
        calendar="cdc",
        level=1,
        reported={"dengue": 0.30, "malaria": 0.70, "cholera": 0.55, "measles": 0.60},
        delay=(0.80, 0.15, 0.05),
        sites_share=None,
        unsent=0.0,
        counts="all ages, public hospitals, mostly suspected; dengue by the 1997 classes (codes 66, 26, 27)",
    ),
    Habit(
        code="XP",
        name=Name("ផ្កាយព្រឹក", "Phkay Proek"),
        language="km",
        form="week-workbook",
        every="week",
        calendar="iso",
        level=1,
        reported={"dengue": 0.24, "malaria": 0.40, "cholera": 0.35},
        delay=(0.70, 0.20, 0.10),
        sites_share=0.70,
        unsent=0.06,
        to_age={"dengue": 16.0},
        redefined=Redefinition(weeks=5, share=0.75),
        counts="dengue: children to 15 in hospital; other conditions: all ages; weekly return of health centres; "
        "a narrower case definition in the last weeks",
    ),
    Habit(
        code="XS",
        name=Name("Sương Lam", "Suong Lam"),
        language="vi",
        form="case-list",
        every="week",
        calendar="iso",
        level=1,
        reported={"dengue": 0.24, "malaria": 0.60, "cholera": 0.50, "measles": 0.50},
        delay=(0.66, 0.24, 0.10),
        sites_share=None,
        unsent=0.0,
        counts="all ages, public and private facilities; clinical, probable and confirmed kept apart",
    ),
    Habit(
        code="XT",
        name=Name("တိမ်တောင်", "Tein Taung"),
        language="my",
        form="township-return",
        every="month",
        calendar="gregorian",
        level=2,
        reported={"dengue": 0.12, "malaria": 0.50, "cholera": 0.25, "measles": 0.30},
        delay=(0.45, 0.30, 0.15, 0.10),
        sites_share=0.66,
        unsent=0.11,
        counts="all ages, public townships only, clinical diagnosis; monthly return",
    ),
)

# Measured in one provincial evaluation of a case-list system (n = 50 records, 2018); shares of entered cases.
ERROR_RATES = {
    "not entered": 0.16,
    "incomplete": 0.214,
    "wrong onset date": 0.619,
    "class not updated": 0.238,
    "wrong admission date": 0.048,
    "wrong temporary address": 0.095,
    "wrong outcome date": 0.048,
}

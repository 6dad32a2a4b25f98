"""How a country counts one condition in one system, as a frozen value; None means nobody has said."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Practice:
    """One dated version of a practice. Ages in years, `age_to` excluded; "any" settings and sectors mean all."""

    id: str
    version: int
    condition: str
    definition: str | None = None  # id of the case definition, "who-2009"
    scheme: str | None = None  # of classes, "who-1997", "who-2009"
    counts: str | None = None  # suspected, confirmed, all
    age_from: float | None = None
    age_to: float | None = None
    setting: str | None = None  # all, inpatient, outpatient, sentinel, community
    sector: str | None = None  # all, public, private
    testing: str | None = None  # clinical, rapid, laboratory, mixed
    period_scheme: str | None = None  # iso-week, cdc-week, month
    date_basis: str | None = None  # onset, diagnosis, report
    denominator: str | None = None  # residents, catchment, none
    begins: date = date.min
    ends: date | None = None
    source: str = ""
    verified: bool = False

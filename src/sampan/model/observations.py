"""The series key, the observation and the case, as table schemas; and the words each may hold.

Counts are whole numbers of persons. Ages are in years as Float64 (2 months = 2/12).
`row`, `column` and `sheet` locate the cell; `value_raw` is the text that stood there.
"""

from __future__ import annotations

from typing import Any

import polars as pl

STORED_STATUSES = ("reported", "zero", "unknown", "withheld", "suppressed", "retracted", "withdrawn")
ERASED = "erased"  # stood at the asked moment; its owner had it destroyed since: only its series key is left
DERIVED_STATUSES = ("not_reported", "not_under_surveillance")
MEASURES = (
    "cases", "deaths", "tested", "positive", "admissions",
    "sites_expected", "sites_reporting", "sites_on_time", "population",
)  # fmt: skip
CLASSIFICATIONS = (
    "suspected", "probable", "confirmed", "discarded", "total", "suspected+confirmed", "probable+confirmed",
    "unspecified",
)  # fmt: skip
DATE_BASES = ("onset", "diagnosis", "report", "receipt", "unspecified")
PLACE_ROLES = ("report", "residence", "infection")
ACCUMULATIONS = ("period", "cumulative")
DELIVERY_MODES = ("snapshot", "increment", "correction", "cumulative")

SERIES_KEY: dict[str, Any] = {
    "source": pl.String,
    "practice": pl.String,
    "unit": pl.String,
    "place_role": pl.String,
    "period_start": pl.Date,
    "period_end": pl.Date,
    "period_kind": pl.String,
    "condition": pl.String,
    "measure": pl.String,
    "classification": pl.String,
    "sex": pl.String,
    "age_from": pl.Float64,
    "age_to": pl.Float64,
    "setting": pl.String,
    "sector": pl.String,
    "origin": pl.String,
    "date_basis": pl.String,
    "accumulation": pl.String,
}

OBSERVATION: dict[str, Any] = SERIES_KEY | {
    "value": pl.Int64,
    "status": pl.String,
    "received_at": pl.Datetime("us", "UTC"),
    "published_at": pl.Datetime("us", "UTC"),
    "delivery": pl.String,
    "sheet": pl.String,
    "row": pl.UInt32,
    "column": pl.String,
    "value_raw": pl.String,
    "place_raw": pl.String,
    "condition_raw": pl.String,
    "period_raw": pl.String,
    "crosswalk": pl.String,
}

CASE: dict[str, Any] = {
    "source": pl.String,
    "practice": pl.String,
    "case_key": pl.UInt64,  # keyed digest of the source's own case id; null when it has none
    "content": pl.UInt64,  # digest of what the row says, to tell a re-sent row from an amended one
    "unit_report": pl.String,
    "unit_residence": pl.String,
    "unit_infection": pl.String,
    "onset_date": pl.Date,
    "diagnosis_date": pl.Date,
    "admission_date": pl.Date,
    "report_date": pl.Date,
    "outcome_date": pl.Date,
    "condition": pl.String,
    "classification": pl.String,
    "outcome": pl.String,
    "sex": pl.String,
    "age": pl.Float64,
    "age_unit": pl.String,
    "laboratory": pl.String,
    "setting": pl.String,
    "origin": pl.String,
    "received_at": pl.Datetime("us", "UTC"),
    "published_at": pl.Datetime("us", "UTC"),
    "delivery": pl.String,
    "sheet": pl.String,
    "row": pl.UInt32,
    "crosswalk": pl.String,
}  # beside them, raw_<field> holds the text as it came for every field the source maps

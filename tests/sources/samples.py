"""What a source's sample becomes, as text that can be read and compared: one test and `make accept` share it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import polars as pl

from sampan.operations import homes, observing, receiving
from sampan.operations.asking import Asked
from sampan.operations.receiving import Act, Receipt

NOW = datetime(2024, 9, 1, 8, 0, tzinfo=UTC)
FIGURES = (
    "unit", "period_start", "period_end", "condition", "measure", "classification", "sex", "age_from", "age_to", "value",
    "status", "row", "column", "value_raw",
)  # fmt: skip
CASES = (
    "unit_report", "onset_date", "admission_date", "report_date", "outcome_date", "condition", "classification", "outcome",
    "sex", "age", "age_unit", "setting", "row",
)  # fmt: skip


def sample_of(folder: Path) -> Path | None:
    """The one file under sample/, if the source has one of its own."""
    found = sorted(path for path in folder.glob("sample/*") if path.is_file())
    return found[0] if found else None


def received(name: str, path: Path) -> tuple[Receipt, pl.DataFrame]:
    """Receive the file in the home of the settings; the receipt, and the figures or cases that stand."""
    store = homes.opened()
    source = homes.source(store, name)
    receipt = receiving.receive(store, source, path, Act(f"{source.owner}/sender", NOW))
    if source.kind == "cases":
        return receipt, observing.cases(store, Asked(sources=[name])).sort("row").select(CASES)
    frame = observing.observations(store, Asked(sources=[name]))
    return receipt, frame.sort("row", "column", "unit").select(FIGURES)

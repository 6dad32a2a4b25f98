"""Every hostile file, brought to the door as a delivery of a real source: findings, or a clear refusal."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.unit.formats.test_hostile import HOSTILE

from sampan.model.errors import OurFault, Refused, SampanError
from sampan.operations import homes, looking, receiving
from sampan.operations.receiving import Act
from sampan.store.home import Store

NOW = datetime(2026, 3, 1, tzinfo=UTC)
SOURCES = ("la-weekly", "vn-cases", "kh-weekly")

# files that do open, but hold what no officer would write; each under the headers of the Lao weekly form
LAO = "ປີ,ອາທິດທີ,ແຂວງ,ພະຍາດ,ຈຳນວນກໍລະນີ,ຈຳນວນເສຍຊີວິດ\n"
NASTY_ROWS = {
    "week_53_of_a_year_without": "2025,53,ຜົ້ງສາລີ,ໄຂ້ຍຸງ,1,0\n",
    "week_zero": "2025,0,ຜົ້ງສາລີ,ໄຂ້ຍຸງ,1,0\n",
    "year_of_another_era": "2568,5,ຜົ້ງສາລີ,ໄຂ້ຍຸງ,1,0\n",
    "negative_and_fractional_counts": "2025,5,ຜົ້ງສາລີ,ໄຂ້ຍຸງ,-1,0.5\n",
    "count_beyond_64_bits": "2025,5,ຜົ້ງສາລີ,ໄຂ້ຍຸງ,99999999999999999999999999,1e308\n",
    "count_of_not_a_number": "2025,5,ຜົ້ງສາລີ,ໄຂ້ຍຸງ,NaN,inf\n",
    "more_deaths_than_cases": "2025,5,ຜົ້ງສາລີ,ໄຂ້ຍຸງ,1,9\n",
    "a_place_that_is_none": "2025,5,Unknown,ໄຂ້ຍຸງ,1,0\n",
    "a_disease_as_a_place": "2025,5,ໄຂ້ຍຸງ,ຜົ້ງສາລີ,1,0\n",
    "a_total_that_its_parts_do_not_give": "2025,4,ລວມ,ໄຂ້ຍຸງ,10,0\n",
    "one_row_a_thousand_times": "2025,5,ຜົ້ງສາລີ,ໄຂ້ຍຸງ,1,0\n" * 1000,
    "contradicting_rows": "2025,5,ຜົ້ງສາລີ,ໄຂ້ຍຸງ,1,0\n2025,5,ຜົ້ງສາລີ,ໄຂ້ຍຸງ,2,0\n",
    "formulas_as_figures": "2025,5,ຜົ້ງສາລີ,ໄຂ້ຍຸງ,=1+1,@x\n",
    "control_characters": "2025,5,\x1b[31mຜົ້ງສາລີ,\x00,\x07,0\n",
    "our_own_separator_in_a_cell": "20\x1f25,5,ຜົ້ງສາລີ,ໄຂ້ຍຸງ,1,0\n",
    "a_very_long_place": "2025,5," + "ຜ" * 100_000 + ",ໄຂ້ຍຸງ,1,0\n",
}


@pytest.fixture
def store(tmp_path: Path) -> Store:
    made = Store(tmp_path / "home")
    for folder in (made.parts, made.blobs):
        folder.mkdir(parents=True)
    return made


def end_well(store: Store, name: str, path: Path) -> str:
    """What became of a delivery: "refused" or "read"; anything else is an error of ours."""
    source = homes.source(store, name)
    try:
        with contextlib.suppress(Refused):
            looking.must_pass(source, path, on=NOW.date())
        receipt = receiving.tried(store, source, path, Act(f"{source.owner}/sender", NOW))
    except OurFault:
        raise
    except SampanError as refusal:
        assert refusal.what
        return "refused"
    b = receipt.balance
    assert b["rows_in"] == b["observed"] + b["set_aside"] + b["repeated"], b
    return "read"


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "make"), [(entry[0], entry[2]) for entry in HOSTILE], ids=[e[0] for e in HOSTILE])
def test_hostile_delivery(name: str, make: Callable[[], bytes], store: Store, tmp_path: Path) -> None:
    path = tmp_path / f"{name}.csv"
    path.write_bytes(make())
    assert {end_well(store, source, path) for source in SOURCES} <= {"read", "refused"}


@pytest.mark.django_db
@pytest.mark.parametrize("name", NASTY_ROWS)
def test_nasty_rows_become_findings(name: str, store: Store, tmp_path: Path) -> None:
    """A rule speaks that is silent on the same file without them."""
    path = tmp_path / "weekly.csv"
    source = homes.source(store, "la-weekly")
    good = LAO + "2025,4,ຜົ້ງສາລີ,ໄຂ້ຍຸງ,3,0\n"
    path.write_text(good, encoding="utf-8")
    before = receiving.tried(store, source, path, Act(f"{source.owner}/sender", NOW)).findings
    path.write_text(good + NASTY_ROWS[name], encoding="utf-8")
    after = receiving.tried(store, source, path, Act(f"{source.owner}/sender", NOW)).findings
    assert set(after) - set(before), (before, after)

"""What was received can be written in any native source's own form, and reads back as the same figures."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal
from python_calamine import CalamineWorkbook
from tests.sources.samples import NOW, sample_of

from sampan.operations import homes, observing, receiving, returning
from sampan.operations.asking import Asked
from sampan.operations.receiving import Act
from sampan.sources import catalogue

NATIVE = ["kh-weekly", "la-weekly", "mm-townships"]
SAME = ["unit", "period_start", "period_end", "condition", "measure", "classification", "value", "status"]


def _receive(name: str, path: Path) -> pl.DataFrame:
    store = homes.opened()
    receiving.receive(store, homes.source(store, name), path, Act("test/sender", NOW))
    return observing.observations(store, Asked(sources=[name]))


def _sample(name: str) -> Path:
    folder = catalogue.source(name).folder
    sample = sample_of(folder) if folder else None
    assert sample is not None
    return sample


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", NATIVE)
def test_a_source_reads_back_what_is_written_in_its_form(name: str, tmp_path: Path) -> None:
    figures = _receive(name, _sample(name))
    out = tmp_path / f"back{_sample(name).suffix}"
    assert returning.write_as(homes.opened(), figures, name, out) == 0
    store = homes.opened()
    again = receiving.tried_table(store, homes.source(store, name), out, Act("test/sender", NOW))
    assert_frame_equal(again.select(SAME).sort(SAME), figures.select(SAME).sort(SAME))


@pytest.mark.django_db(transaction=True)
def test_a_neighbours_units_are_rows_and_what_has_no_equal_is_listed(tmp_path: Path) -> None:
    lao = _receive("la-weekly", _sample("la-weekly"))
    out = tmp_path / "for-the-khmer-desk.xlsx"
    tested = lao.head(1).with_columns(pl.lit("tested").alias("measure"))
    left = returning.write_as(homes.opened(), pl.concat([lao, tested]), "kh-weekly", out)
    assert left == 1
    rows = CalamineWorkbook.from_path(out).get_sheet_by_index(0).to_python()
    text = "\n".join("|".join(str(cell) for cell in row) for row in rows)
    assert "(LA-VT)" in text and "គ្រុនឈាម" in text and "គ្មានកន្លែងក្នុងទម្រង់នេះ" in text


@pytest.mark.django_db(transaction=True)
def test_the_sender_gets_its_own_file_back_with_marked_cells(tmp_path: Path) -> None:
    _receive("kh-weekly", _sample("kh-weekly"))
    out = tmp_path / "marked.xlsx"
    code = observing.deliveries(homes.opened())[0]["delivery"]
    marked = returning.marked_file(homes.opened(), code, out, Act("kh-cdc/data-desk", NOW))
    assert marked > 0 and out.stat().st_size > 4_000

"""Every bundled source reads its own sample to just what its expected.csv says."""

from __future__ import annotations

import os
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from sampan.model.errors import UserError
from sampan.sources import catalogue
from sampan.sources.definition import load_folder
from sampan.sources.weekly import form_of
from tests.sources.samples import received, sample_of

WITH_SAMPLE = [name for name, source in catalogue.sources().items() if sample_of(source.folder or Path())]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", WITH_SAMPLE)
def test_sample_becomes_what_is_expected(name: str) -> None:
    folder = catalogue.source(name).folder
    assert folder is not None
    sample = sample_of(folder)
    assert sample is not None
    receipt, frame = received(name, sample)
    if os.environ.get("SAMPAN_ACCEPT") in (name, "all"):
        frame.write_csv(folder / "expected.csv")
    expected = pl.read_csv(folder / "expected.csv", infer_schema=False)
    assert_frame_equal(frame.with_columns(pl.all().cast(pl.String)), expected)
    balance = receipt.balance
    assert balance["rows_in"] == balance["observed"] + balance["set_aside"] + balance["repeated"]
    assert balance["cases_in"] == balance["cases_observed"] + balance["cases_set_aside"] + balance["cases_repeated"]


@pytest.mark.parametrize("name", list(catalogue.sources()))
def test_every_source_names_owner_practice_and_licence(name: str) -> None:
    source = catalogue.source(name)
    assert source.owner and source.practice and source.title
    assert not source.published or (source.licence and source.citation)


@pytest.mark.parametrize("name", list(catalogue.sources()))
def test_every_source_is_called_by_a_title_of_the_reader_s_language(name: str) -> None:
    source = catalogue.source(name)
    for language in ("km", "vi"):
        told = source.told_in(language)
        assert told.title != source.title
        assert "{" not in told.title
        assert (told.notes != source.notes) == bool(source.notes)
        form = form_of(source).told_in(language).title
        assert form.startswith(told.title) and form != told.title
    assert source.told_in("lo") == source


SLIPS = {
    "translations: {km: {titel: x}}": "`titel:` is not known in translations: km:",
    "translations: {kn: {title: x}}": "`kn:` is not known in translations:",
}


@pytest.mark.parametrize("written", SLIPS)
def test_a_slip_in_a_translation_is_told(written: str, tmp_path: Path) -> None:
    lines = ["id: x", "title: X", "owner: x-moh", "country: KH", "kind: aggregate", "columns: {place: p}", written]
    (tmp_path / "source.yml").write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(UserError, match=SLIPS[written]):
        load_folder(tmp_path)

"""The published feeds, whole: every row accounted for, cases equal to the unit, units never run together."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest
from tests.shared import shared_path

from sampan.operations import homes, observing, receiving, tabulating
from sampan.operations.asking import Asked
from sampan.operations.receiving import Act, Receipt
from sampan.vocab import places

pytestmark = pytest.mark.django_db(transaction=True)
REGIONS = {"SEARO": ("tha", "mmr", "tls", "idn"), "WPRO": ("khm", "vnm", "lao", "chn", "mys", "phl", "sgp", "brn")}
RELEASES = {
    "V1_0.csv.gz": "2023-07-01", "V1_1.csv.gz": "2023-10-01", "V1_2.zip": "2023-11-01", "V1_2_1.zip": "2023-12-01",
    "V1_2_2.zip": "2024-03-01", "V1_3.zip": "2025-05-27",
}  # fmt: skip
COUNTRIES = ["KHM", "VNM", "LAO", "THA", "MMR", "CHN", "MYS", "IDN", "PHL", "SGP", "BRN", "TLS"]


def _receive(name: str, path: Path, *, at: str = "2026-01-01", published: str | None = None) -> Receipt:
    store = homes.opened()
    now = datetime.fromisoformat(at).replace(tzinfo=UTC)
    when = datetime.fromisoformat(published).replace(tzinfo=UTC) if published else None
    return receiving.receive(store, homes.source(store, name), path, Act("opendengue/sender", now), published_at=when)


def _figures(**asked: object) -> pl.DataFrame:
    return observing.observations(homes.opened(), Asked(**asked))  # type: ignore[arg-type]  # the fields of Asked


def _csv(path: Path) -> pl.DataFrame:
    if path.suffix == ".gz":
        return pl.read_csv(path, infer_schema=False)
    with zipfile.ZipFile(path) as packed:
        name = next(name for name in packed.namelist() if name.endswith(".csv"))
        return pl.read_csv(io.BytesIO(packed.read(name)), infer_schema=False)


def test_every_row_and_case_of_twelve_countries_is_accounted_for() -> None:
    rows = cases = 0
    for region, names in REGIONS.items():
        path = shared_path(f"feeds/opendengue/Spatial_extract_{region}_V1_3.zip")
        truth = _csv(path)
        for name in names:
            balance = _receive(f"opendengue-{name}", path).balance
            mine = truth.filter(pl.col("ISO_A0") == name.upper())
            assert balance["rows_in"] == mine.height
            assert balance["cases_in"] == mine.get_column("dengue_total").cast(pl.Int64).sum()
            assert balance["rows_in"] == balance["observed"] + balance["set_aside"] + balance["repeated"]
            assert balance["set_aside"] <= 0.05 * balance["rows_in"]
            rows, cases = rows + balance["rows_in"], cases + balance["cases_in"]
    assert rows == 73_654
    observed = _figures()
    assert observed.height > 0.98 * rows


def test_the_two_vientiane_units_stand_beside_each_other() -> None:
    path = shared_path("feeds/opendengue/Spatial_extract_WPRO_V1_3.zip")
    _receive("opendengue-lao", path)
    truth = _csv(path).filter((pl.col("ISO_A0") == "LAO") & (pl.col("calendar_start_date") == "2010-08-01"))
    said = dict(truth.select("adm_1_name", "dengue_total").iter_rows())
    august = _figures(from_date=date(2010, 8, 1), to_date=date(2010, 8, 31)).filter(pl.col("period_kind") == "month")
    units = {unit.split("@")[0]: value for unit, value in august.select("unit", "value").iter_rows()}
    assert units["LA-VT"] == int(said["VIENTIANE CAPITAL [PREFECTURE]"])
    assert units["LA-VI"] == int(said["VIENTIANE CAPITAL"])


def test_ha_tay_and_ha_noi_are_one_unit_only_after_the_merger() -> None:
    _receive("opendengue-vnm", shared_path("feeds/opendengue/Spatial_extract_WPRO_V1_3.zip"))
    figures = _figures().filter(pl.col("unit").str.contains("^VN-(15|HN)@"))
    before = figures.filter(pl.col("period_end") < date(2008, 8, 1)).get_column("unit").unique().sort().to_list()
    after = figures.filter(pl.col("period_start") >= date(2008, 8, 1)).get_column("unit").unique().to_list()
    old_hanoi = next(unit for unit in before if unit.startswith("VN-HN"))
    ha_tay = next(unit for unit in before if unit.startswith("VN-15"))
    assert len(before) == 2 and old_hanoi not in after
    assert all(unit.startswith("VN-HN@2008") for unit in after)
    joined = places.sums([old_hanoi, ha_tay])
    assert joined.whole is not None and joined.whole.startswith("VN-HN@2008")


def test_long_an_and_tay_ninh_are_never_one_line_without_a_break() -> None:
    long_an = places.resolve(["Long An"], country="VN", on=date(2024, 1, 1))[0].unit
    tay_ninh = places.resolve(["Tây Ninh"], country="VN", on=date(2026, 1, 1))[0].unit
    assert long_an and tay_ninh
    assert places.chain(long_an, tay_ninh).mark is not None


def _truth(release: str) -> dict[tuple[str, str, str], int | None]:
    """Country and days -> figure; where a release says two different figures for one key, none is the figure."""
    frame = _csv(shared_path(f"feeds/opendengue/releases/National_extract_{release}"))
    frame = frame.filter(pl.col("ISO_A0").is_in(COUNTRIES)).with_columns(
        pl.col("dengue_total").cast(pl.Int64, strict=False)
    )
    key = ["ISO_A0", "calendar_start_date", "calendar_end_date"]
    one = frame.group_by(key).agg(pl.col("dengue_total").first(), pl.col("dengue_total").n_unique().alias("n"))
    return {row[:3]: row[3] for row in one.filter(pl.col("n") == 1).select([*key, "dengue_total"]).iter_rows()}


def _said(at: datetime) -> dict[tuple[str, str, str], int | None]:
    alpha3 = dict(zip(["KH", "VN", "LA", "TH", "MM", "CN", "MY", "ID", "PH", "SG", "BN", "TL"], COUNTRIES, strict=True))
    figures = _figures(at=at, clock="published")
    return {
        (alpha3[unit.split("@")[0]], start.isoformat(), end.isoformat()): value
        for unit, start, end, value in figures.select("unit", "period_start", "period_end", "value").iter_rows()
    }


def test_six_releases_answer_for_the_day_each_was_published_even_received_out_of_order() -> None:
    order = ["V1_3.zip", "V1_0.csv.gz", "V1_2_2.zip", "V1_1.csv.gz", "V1_2.zip", "V1_2_1.zip"]
    for day, release in enumerate(order, start=1):
        path = shared_path(f"feeds/opendengue/releases/National_extract_{release}")
        _receive("opendengue-national", path, at=f"2026-01-{day:02d}", published=RELEASES[release])
    for release, published in RELEASES.items():
        at = datetime.fromisoformat(published).replace(hour=23, tzinfo=UTC)
        said, truth = _said(at), _truth(release)
        assert {key: said.get(key) for key in truth} == truth, release
        assert len(said) - len(truth) <= 160, release  # keys for which a release says two figures keep the older one
    before = datetime(2024, 6, 1, tzinfo=UTC)
    after = datetime(2025, 6, 1, tzinfo=UTC)
    asked = [Asked(at=at, clock="published") for at in (before, after)]
    changes = tabulating.changes(homes.opened(), *asked).get_column("change").value_counts()
    old, new = _truth("V1_2_2.zip"), _truth("V1_3.zip")
    counted = dict(changes.iter_rows())
    assert counted["changed"] == sum(old[key] != new[key] for key in old.keys() & new.keys())
    assert counted["removed"] == len(old.keys() - new.keys())
    assert abs(counted["added"] - len(new.keys() - old.keys())) <= 1

"""The five forms: what is written is what was meant, mistakes stand where the truth says, persons stay at home."""

from __future__ import annotations

import csv
import hashlib
import io
from dataclasses import replace
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from sampan.checks.rule import checks
from sampan.demo.forms.monthly import CASES, CONDITIONS, DEATHS, DUE, NOT_KNOWN, PLACES, REPORTED, SITES, zawgyi
from sampan.demo.names import WORDS
from sampan.demo.neutral import build_neutral
from sampan.demo.region import PERSONS, SOURCES, Region, build
from sampan.formats import read
from sampan.harmonise.aggregate import AggregateHarmoniser
from sampan.harmonise.cases import CaseHarmoniser
from sampan.model.harmonised import Checked
from sampan.sources.definition import load_folder
from sampan.vocab import places
from sampan.vocab.zawgyi import burmese_encoding, zawgyi_to_unicode

CHECKS = checks()


@pytest.fixture(scope="module")
def region(tmp_path_factory: pytest.TempPathFactory) -> Region:
    return build(5, tmp_path_factory.mktemp("region"))


@pytest.fixture(scope="module")
def truth(region: Region) -> pl.DataFrame:
    return pl.read_parquet(region.folder / "truth" / "mistakes.parquet")


def _digests(folder: Path) -> dict[str, str]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_the_same_seed_writes_the_same_bytes(region, tmp_path):
    build(5, tmp_path)
    assert _digests(region.folder) == _digests(tmp_path)


BURMESE = [first + second for first in WORDS["my"].first for second in WORDS["my"].second]
FORM = [*CONDITIONS.values(), *PLACES, CASES, DEATHS, SITES, REPORTED, DUE, NOT_KNOWN]


@pytest.mark.parametrize("text", [*BURMESE, *FORM])
def test_zawgyi_is_read_back_by_icu(text):
    assert zawgyi_to_unicode(zawgyi(text)) == text


def test_most_names_typed_in_zawgyi_look_like_zawgyi_and_the_rest_are_asked_about():
    seen = [burmese_encoding(zawgyi(text)) for text in BURMESE]
    assert seen.count("zawgyi") > 40
    assert "unicode" not in seen


def test_every_mistake_stands_in_its_cell(region, truth):
    """The cell that the truth names holds in the delivered file what the truth says it became."""
    lists = truth.filter(pl.col("file").str.ends_with(".csv") & pl.col("became").is_not_null())
    paths = {one.path.name: (one.path, one.source) for one in region.deliveries}
    seen = 0
    for name, group in lists.group_by("file"):
        path, source = paths[name[0]]
        encoding = "cp874" if source == "invented-xm" else "utf-8-sig"
        rows = list(csv.reader(io.StringIO(path.read_bytes().decode(encoding), newline="")))
        last = group.unique(["row", "column"], keep="last")
        for row, column, became in last.select("row", "column", "became").iter_rows():
            assert rows[row - 1][column - 1] == became
            seen += 1
    assert seen > 5000


def test_mistakes_have_the_measured_shares(region, truth):
    """61.9 % of entered cases with a wrong day of onset (binomial, 20,000 cases: within 2 points)."""
    wrong = truth.filter(pl.col("kind").str.contains("onset") & pl.col("file").str.starts_with("danh-sach"))
    rows = sum(len(one.path.read_bytes().splitlines()) - 1 for one in region.deliveries if one.source == "invented-xs")
    assert wrong.height / rows == pytest.approx(0.619, abs=0.02)


@pytest.mark.parametrize(("kinds", "share"), [("temporary address", 0.095), ("outcome", 0.048)])
def test_addresses_and_outcomes_are_wrong_at_the_measured_shares(region, truth, kinds, share):
    """9.5 % of entered addresses, 4.8 % of the days of those who left (20,000 cases, 4,000 who left: 3 deviations)."""
    wrong = truth.filter(pl.col("kind").str.contains(kinds) & pl.col("file").str.starts_with("danh-sach"))
    entered = [row for one in _delivered(region, "invented-xs") for row in one.frame.iter_rows(named=True)]
    header = "Nơi ở hiện nay" if kinds == "temporary address" else "Ngày ra viện/tử vong"
    filled = sum(row[header] is not None for row in entered)
    assert wrong.height / filled == pytest.approx(share, abs=3.3 * (share / filled) ** 0.5)


@pytest.mark.parametrize("name", ["invented-xs", "invented-xm"])
def test_the_checks_find_what_a_machine_can_see_of_them(region, truth, name):
    """Who left before being admitted, and an address that says it is only where somebody stays: each one found."""
    [source] = load_folder(region.sources / name)
    met: tuple[int, ...] = ()
    harmoniser = CaseHarmoniser(replace(source, gazetteer=(region.places,)), b"k" * 32)
    for table in _delivered(region, name):
        found = harmoniser.harmonise(table)
        cells = truth.filter(pl.col("file") == table.file).unique(["row", "column"], keep="last")
        rows = set(found.table["row"])
        early, stays = (
            rows & set(cells.filter(pl.col("kind") == kind)["row"])
            for kind in ("outcome before admission", "temporary address, said so")
        )
        seen = Checked(source, found.table, found.problems, found.table.clear(), found.table.clear(), None,
                       found.set_aside, date(2030, 1, 1))  # fmt: skip
        left = {row for finding in CHECKS["outcome-before-admission"].look(seen) for row in finding.cells["row"]}
        admitted = set(found.table.filter(pl.col("admission_date").is_not_null())["row"])
        assert early & admitted <= left
        doubted = found.problems.filter(pl.col("field") == "place_residence")["row"]
        assert stays <= set(doubted)
        met += len(early & admitted), len(stays)
    assert sum(met[::2]) > 5 and sum(met[1::2]) > 50


def _delivered(region, source):
    [declared] = load_folder(region.sources / source)
    paths = [one.path for one in region.deliveries if one.source == source]
    return [table for path in paths for table in read(path, path.name, declared.layout)]


def test_the_workbook_names_the_guide_whose_case_definitions_a_row_counts_by(region):
    [source] = load_folder(region.sources / "invented-xp")
    harmoniser = AggregateHarmoniser(replace(source, gazetteer=(region.places,)))
    table = pl.concat([harmoniser.harmonise(one).table for one in _delivered(region, "invented-xp")[-2:]])
    weeks = table.select("period_start", "practice").unique().sort("period_start")
    assert weeks["period_start"].is_unique().all(), "every row of a week counts alike"
    changed = weeks.filter(pl.col("practice") != pl.col("practice").shift(1))
    assert changed.rows() == [(date(2025, 8, 25), "xp-weekly-workbook")]


def test_what_is_delivered_has_no_column_of_persons(region):
    for one in region.deliveries:
        source = load_folder(region.sources / one.source)[0]
        for table in read(one.path, one.path.name, source.layout):
            assert not PERSONS & {column.header for column in table.columns}, one.path.name
    own = sorted((region.folder / "senders" / "xs").glob("*.csv"))
    assert len(own) == 3
    assert all("Họ và tên" in path.read_text(encoding="utf-8-sig")[:200] for path in own)


def test_the_sources_of_the_region_say_that_they_are_invented(region):
    folders = sorted(path for path in SOURCES.iterdir() if (path / "source.yml").is_file())
    found = [source for folder in folders for source in load_folder(folder)]
    assert sorted(source.id for source in found) == sorted({one.source for one in region.deliveries})
    assert all(source.invented and source.country.startswith("X") for source in found)


def test_the_region_needs_no_code_to_be_known(region):
    """Its places are folders like any country's; every name resolves to its own unit."""
    known = places.registry(region.places)
    for code in ("XH", "XM", "XP", "XS", "XT"):
        units = known.units(code, level=1)
        names = [next(iter(unit.names.values())) for unit in units]
        answers = known.resolve(names, country=code, level=1)
        assert [answer.unit for answer in answers] == [unit.id for unit in units], code
        assert len(known.populations(code)) >= len(units)


@pytest.mark.parametrize(("code", "language"), [("KH", "km"), ("VN", "vi"), ("LA", "lo"), ("TH", "th"), ("MM", "my")])
def test_no_invented_place_is_a_real_one(region, code, language):
    """Exact names of first- and second-level units of the country that writes the same script."""
    known = places.registry()
    real = {name for level in (1, 2) for unit in known.units(code, level=level) for name in unit.names.values()}
    invented = places.registry(region.places)
    names = {
        name
        for one in ("XH", "XM", "XP", "XS", "XT")
        for level in (1, 2)
        for unit in invented.units(one, level=level)
        for tongue, name in unit.names.items()
        if tongue == language
    }
    assert names
    assert not names & real


def test_exchanged_identities_leave_every_figure_alone(tmp_path):
    """The neutral region: the same rows but for the names."""
    one, other = build_neutral(4, tmp_path / "one"), build_neutral(4, tmp_path / "two", "20413")
    assert [delivery.at for delivery in one.deliveries] == [delivery.at for delivery in other.deliveries]
    for here, there in zip(one.deliveries, other.deliveries, strict=True):
        rows = [list(csv.reader(io.StringIO(path.read_text(encoding="utf-8")))) for path in (here.path, there.path)]
        bare = [[[*row[:2], row[2][2:], *row[3:]] for row in table[1:]] for table in rows]
        assert bare[0] == bare[1]

"""My border tells of a neighbour what was released to this very post, while that release is open; nothing else."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest
from tests.stories import border

from sampan.operations import bordering, homes
from sampan.operations.bordering import Watch
from sampan.sharing.release import UNAPPROVED
from sampan.store.models import AgreementVersion, Entry, ReleaseRecord, RequestRecord

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
NOW = datetime(2025, 8, 6, 8, tzinfo=UTC)
MONDAY = date(2025, 7, 28)  # of the last whole week
WATCH = Watch("kh-cdc/svay-rieng", "kh-cdc", "KH-20")
CELL = {"condition": "dengue", "measure": "cases", "period": "week"}


def _release(
    rows: list[tuple[str, date, int | None, str]], recipient: str = WATCH.post, caveat: str | None = None
) -> ReleaseRecord:
    """An open release: (unit, first day, value, status) of each cell."""
    told = [
        {**CELL, "place": unit, "period_start": start, "period_end": start + timedelta(days=6), "value": value, "status": status,
         "caveat": caveat}
        for unit, start, value, status in rows
    ]  # fmt: skip
    content = io.BytesIO()
    pl.DataFrame(told, schema_overrides={"value": pl.Int64, "caveat": pl.String}).write_parquet(content)
    number = ReleaseRecord.objects.count() + 1
    AgreementVersion.objects.get_or_create(
        code="A-1",
        version=1,
        defaults={
            "state": "in-force",
            "text": border.AGREEMENT.lstrip(),
            "digest": "d",
            "kind": "bilateral",
            "begins": date(2025, 1, 1),
            "made_at": NOW,
        },
    )
    request = RequestRecord.objects.create(
        code=f"Q-{number}", name="q", post=recipient, digest=f"{number}", text="", asked_at=NOW
    )
    return ReleaseRecord.objects.create(
        code=f"R-{number}", request=request, recipient=recipient, party="kh-cdc", owners="|vn-moh|", agreements="|A-1|",
        deliveries=[], manifest={"clauses": ["A-1/c1"]}, table=content.getvalue(), digest="d", released_at=NOW,
    )  # fmt: skip


def _across() -> dict[str, list[tuple[int | None, str]]]:
    found = bordering.border(homes.opened(), WATCH, "dengue", NOW)
    return {line.unit.id: [(cell.value, cell.status) for cell in line.cells] for line in found.lines if not line.mine}


def _neighbour() -> str:
    return next(unit.id for unit in bordering.beside(homes.opened(), "KH-20", NOW.date()) if unit.country == "VN")


def test_a_province_knows_who_is_beside_it_on_both_sides_of_the_line():
    beside = bordering.beside(homes.opened(), "KH-20", NOW.date())
    assert {"KH", "VN"} == {unit.country for unit in beside}
    assert "KH-20" not in {unit.place for unit in beside}


def test_without_a_release_everything_is_not_shared():
    across = _across()
    assert across
    assert {cell for cells in across.values() for cell in cells} == {(None, "not_shared")}
    assert all(len(cells) == bordering.WEEKS for cells in across.values())


def test_a_release_tells_its_cells_and_their_silences_and_no_more():
    unit = _neighbour()
    _release([(unit, MONDAY, 7, "reported"), (unit, MONDAY - timedelta(weeks=1), None, "suppressed")])
    across = _across()
    assert across[unit][-2:] == [(None, "suppressed"), (7, "reported")]
    assert set(across[unit][:-2]) == {(None, "not_shared")}
    others = {cell for name, cells in across.items() if name != unit for cell in cells}
    assert others == {(None, "not_shared")}


def test_a_cell_that_a_release_holds_back_stays_not_shared():
    unit = _neighbour()
    _release([(unit, MONDAY, None, "not-shared")])
    assert _across()[unit][-1] == (None, "not_shared")


def test_a_release_to_another_post_of_the_same_party_tells_nothing():
    unit = _neighbour()
    _release([(unit, MONDAY, 7, "reported")], recipient="kh-cdc/prey-veng")
    assert _across()[unit][-1] == (None, "not_shared")


def test_a_release_whose_agreement_is_suspended_tells_nothing():
    unit = _neighbour()
    _release([(unit, MONDAY, 7, "reported")])
    AgreementVersion.objects.update(state="suspended")
    assert _across()[unit][-1] == (None, "not_shared")


def test_looking_is_an_opening_told_to_the_owner_once_a_day():
    _release([(_neighbour(), MONDAY, 7, "reported")])
    for _ in range(3):
        _across()
    opened = Entry.objects.filter(kind="release:opened")
    assert opened.count() == 1
    assert opened.get().parties == "|kh-cdc|vn-moh|"


def test_a_newer_release_corrects_an_older_one():
    unit = _neighbour()
    _release([(unit, MONDAY, 7, "reported")])
    _release([(unit, MONDAY, 9, "reported")])
    assert _across()[unit][-1] == (9, "reported")


def test_words_that_an_owner_has_not_approved_are_told_where_they_were_released():
    unit = _neighbour()
    _release([(unit, MONDAY, 7, "reported")])
    assert not any(line.caveat for line in bordering.border(homes.opened(), WATCH, "dengue", NOW).lines)
    _release([(unit, MONDAY, 9, "reported")], caveat=UNAPPROVED)
    marked = [line for line in bordering.border(homes.opened(), WATCH, "dengue", NOW).lines if line.caveat]
    assert [(line.unit.id, line.source) for line in marked] == [(unit, "R-2")]

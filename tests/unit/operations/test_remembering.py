"""What is remembered under the state of a home is what would be worked out anew, and never what stood before."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.stories import border as laid

from sampan.operations import bordering, homes, receiving, remembering, withdrawing
from sampan.operations.bordering import Watch
from sampan.operations.receiving import Act

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
NOW = datetime(2026, 8, 10, 8, tzinfo=UTC)
WATCH = Watch("kh-20/surveillance", "kh-20", "KH-20")


def _delivered(home: Path, cholera: int, at: datetime) -> str:
    path = home / "week.csv"
    path.write_text(laid.KH_WEEK.replace("cholera,0", f"cholera,{cholera}"), encoding="utf-8")
    store = homes.opened()
    return receiving.receive(store, homes.source(store, "border-kh"), path, Act("kh-20/surveillance", at)).delivery


def _told(at: datetime) -> list[int | None]:
    found = bordering.border(homes.opened(), WATCH, "cholera", at)
    return [cell.value for line in found.lines if line.mine for cell in line.cells if cell.told]


def test_a_border_remembered_is_the_border_worked_out_anew(home):
    home.mkdir(mode=0o700)
    laid.lay(home)
    store = homes.opened()
    _delivered(home, 3, NOW)
    before, first = remembering.state(store), bordering.border(store, WATCH, "cholera", NOW)
    again = bordering.border(store, WATCH, "cholera", NOW)
    bordering._view_of.cache_clear()
    bordering._conditions_of.cache_clear()
    assert first == again == bordering.border(store, WATCH, "cholera", NOW)
    assert _told(NOW) == [17], "cholera counts into acute watery diarrhoea"
    code = _delivered(home, 8, NOW + timedelta(hours=1))
    assert remembering.state(store) != before
    assert _told(NOW) == [22]
    withdrawing.withdraw(store, code, reason="a slip", actor="kh-20/surveillance", now=NOW + timedelta(hours=2))
    assert _told(NOW) == [17]

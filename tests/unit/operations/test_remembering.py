"""What is remembered of a home is what would be worked out anew, and never what stood before."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest
from tests.stories import border as laid

from sampan.operations import bordering, homes, practices, receiving, remembering, warming, withdrawing
from sampan.operations.bordering import Watch
from sampan.operations.receiving import Act
from sampan.people.models import Party, Post
from sampan.store import figures, newest, shelf
from sampan.store.figures import Asked

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
    bordering._figures_of.cache_clear()
    assert first == again == bordering.border(store, WATCH, "cholera", NOW)
    assert _told(NOW) == [17], "cholera counts into acute watery diarrhoea"
    code = _delivered(home, 8, NOW + timedelta(hours=1))
    assert remembering.state(store) != before
    assert _told(NOW) == [22]
    withdrawing.withdraw(store, code, reason="a slip", actor="kh-20/surveillance", now=NOW + timedelta(hours=2))
    assert _told(NOW) == [17]


def test_what_is_remembered_of_a_source_is_not_worked_out_anew_for_anothers_delivery(home):
    home.mkdir(mode=0o700)
    laid.lay(home)
    store = homes.opened()
    _delivered(home, 3, NOW)
    states = [remembering.state(store, ["border-kh"]), remembering.state(store, ["border-vn"])]
    view, everything = bordering.own_view(store, ("border-kh",), "cholera"), remembering.state(store)
    path = home / "vn.csv"
    path.write_text(laid.VN_WEEK, encoding="utf-8")
    receiving.receive(store, homes.source(store, "border-vn"), path, Act("vn-37/surveillance", NOW))
    assert remembering.state(store, ["border-kh"]) == states[0]
    assert remembering.state(store, ["border-vn"]) != states[1]
    assert remembering.state(store) != everything
    assert bordering.own_view(store, ("border-kh",), "cholera") is view
    words = next(path for path in store.sources.rglob("source.yml") if path.parent.name == "border-kh")
    words.touch()
    assert remembering.state(store, ["border-kh"]) != states[0], "an edited source may read otherwise"


def test_what_verdicts_go_by_is_known_to_have_changed(home):
    home.mkdir(mode=0o700)
    laid.lay(home)
    source = homes.source(homes.opened(), "border-kh")
    seen = [remembering.terms()]
    said = practices.Said("cholera", NOW.date(), "the weekly return's own manual", {"counts": "confirmed"})
    made = practices.propose(source, said, "office/steward", NOW)
    seen.append(remembering.terms())
    practices.approve({source.id: source}, [made.pk], "kh-20/surveillance", NOW)
    seen.append(remembering.terms())
    assert len(set(seen)) == 3, seen


def test_a_server_that_has_warmed_up_works_nothing_out_for_the_first_look(home):
    home.mkdir(mode=0o700)
    laid.lay(home)
    store = homes.opened()
    _delivered(home, 3, NOW)
    assert warming.warm(store, NOW) == 0, "nobody holds a post that looks at figures"
    party = Party.objects.create(code="kh-20", name="KH-20", kind="authority", country="KH", made_at=NOW)
    facts = {"title": "Desk", "place": "KH-20", "made_at": NOW}
    Post.objects.create(party=party, code=WATCH.post, role="province", **facts)
    assert warming.warm(store, NOW) == 1
    worked_out = [bordering._view_of.cache_info().misses, bordering._conditions_of.cache_info().misses]
    found = bordering.border(store, WATCH, "", NOW)
    assert any(cell.told for line in found.lines if line.mine for cell in line.cells)
    assert worked_out == [bordering._view_of.cache_info().misses, bordering._conditions_of.cache_info().misses]


EVERY_WAY = (
    Asked(),
    Asked(gone_too=True),
    Asked(sources=["border-kh"], conditions=["cholera"]),
    Asked(measures=["cases"], from_date=NOW.date() - timedelta(days=9), to_date=NOW.date()),
    Asked(at=NOW + timedelta(minutes=30)),
    Asked(at=NOW + timedelta(minutes=30), clock="published", countries=["KH"]),
    Asked(at=NOW + timedelta(days=1), clock="published"),
)


def _every_way(*, anew: bool) -> list[pl.DataFrame]:
    found = []
    for asked in EVERY_WAY:
        if anew:
            shelf.forget(homes.opened().parts, ["border-kh", "border-vn"])
        found.append(figures.latest(homes.opened(), asked))
    return found


def test_figures_kept_in_memory_are_those_of_the_parts_that_stand(home, monkeypatch):
    home.mkdir(mode=0o700)
    laid.lay(home)
    store = homes.opened()
    _delivered(home, 3, NOW)
    code = _delivered(home, 8, NOW + timedelta(hours=1))
    for step in ("two deliveries", "one taken back"):
        kept, again, anew = _every_way(anew=False), _every_way(anew=False), _every_way(anew=True)
        with monkeypatch.context() as small:
            small.setattr(newest, "ROWS", -1)  # nothing is kept: each is asked of the parts alone, by SQL
            direct = _every_way(anew=False)
        for one, two, three, four in zip(kept, again, anew, direct, strict=True):
            assert one.height, step
            assert one.equals(two) and one.equals(three) and one.equals(four), step
        assert len({str(one.rows()) for one in kept}) > 1, (
            "the questions differ"
        )  # one taken back: the older figure stands
        if step == "two deliveries":
            withdrawing.withdraw(store, code, reason="a slip", actor="kh-20/surveillance", now=NOW + timedelta(hours=2))

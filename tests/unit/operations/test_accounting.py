"""How sources count: of the own ones how completely and how soon they told; of others what their releases tell."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from tests.stories import border

from sampan.model.sources import CrosswalkLine
from sampan.operations import accounting, crosswalks, homes, receiving, reminding
from sampan.operations.receiving import Act
from sampan.operations.sharing import standard_terms
from sampan.operations.sharing.ruling import Desk
from sampan.people.models import Party, Person, Post, Seat
from sampan.store import figures
from sampan.store.figures import Asked
from sampan.store.models import AgreementVersion, Outbox, ReleaseRecord, RequestRecord

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
TODAY = datetime(2026, 8, 20, 8, tzinfo=UTC)
SOURCE = """
{{id: {id}, title: {id}, owner: {owner}, country: {country}, kind: aggregate, practice: {practice}, invented: true,
  read: {{format: csv}}, delivery: {{mode: increment}}, calendar: iso,
  columns: {{place: {{from: province, level: 1}}, period: {{from: week, as: week}}, condition: disease,
             measure: {{is: cases}}, value: cases}},
  expects: {{level: 1, every: week, due_days: 5, conditions: [dengue]}}}}
"""


@pytest.fixture
def store(home: Path):
    """Two sources, one of each side of a line."""
    found = homes.opened()
    for name, owner, country, practice in (
        ("kh-week", "kh-20", "KH", "kh-dengue-hospital"), ("vn-week", "vn-37", "VN", "vn-circular-54"),
    ):  # fmt: skip
        folder = found.sources / name
        folder.mkdir(parents=True)
        text = SOURCE.format(id=name, owner=owner, country=country, practice=practice)
        (folder / "source.yml").write_text(text, encoding="utf-8")
    return found


def _delivered(store, path: Path, line: str, at: datetime) -> None:
    path.write_text(f"province,week,disease,cases\n{line}\n", encoding="utf-8")
    receiving.receive(store, homes.source(store, "kh-week"), path, Act("kh-20/surveillance", at))


def test_a_week_told_in_time_and_one_told_late(store, tmp_path: Path):
    at = datetime(2026, 8, 5, 8, tzinfo=UTC)  # week 31 is due until 7 August, week 30 was until 31 July
    _delivered(store, tmp_path / "w31.csv", "Svay Rieng,2026-W31,dengue,9", at)
    _delivered(store, tmp_path / "w30.csv", "Svay Rieng,2026-W30,dengue,4", at)
    [own] = accounting.accounts(store, Desk("kh-20/surveillance", "kh-20"), TODAY)
    assert (own.layer, own.units, own.conditions) == ("own", 25, ("dengue",))
    assert own.quality.told == (2, 7 * 25), "seven of the last eight weeks are over"
    assert own.quality.in_time == (1, 7 * 25)
    assert own.quality.sites is None
    assert (own.practices[0].age_to, own.practices[0].setting) == (16, "inpatient")
    assert own.unapproved == 0


def test_figures_through_a_line_nobody_approved_say_so(store, tmp_path: Path):
    source = homes.source(store, "kh-week")
    crosswalks.propose(source, CrosswalkLine("place", "Svay R.", "KH-20"), "office/staff", TODAY)
    _delivered(store, tmp_path / "a.csv", "Svay R.,2026-W31,dengue,3\nKampot,2026-W31,dengue,9", TODAY)
    [own] = accounting.accounts(store, Desk("kh-20/surveillance", "kh-20"), TODAY)
    assert own.unapproved == 0.25
    marked = crosswalks.waiting(figures.latest(store, Asked(sources=["kh-week"])), [source], "waits")
    assert dict(marked.select("place_raw", "waits").iter_rows()) == {"Svay R.": True, "Kampot": False}


def test_the_post_of_a_place_is_told_of_late_weeks_and_reads_which_figures_wait_for_approval(store, tmp_path: Path):
    now = datetime.now(UTC)
    party = Party.objects.create(code="kh-20", name="Svay Rieng", kind="province", country="KH", made_at=now)
    standard_terms.adopt("kh-20", "Svay Rieng", "KH", "kh-20/surveillance", now)
    for slug, role, place in (("surveillance", "province", "KH-20"), ("desk", "national", "")):
        facts = {"title": slug, "role": role, "place": place, "made_at": now}
        post = Post.objects.create(party=party, code=f"kh-20/{slug}", **facts)
    post = Post.objects.get(code="kh-20/surveillance")
    crosswalks.propose(homes.source(store, "kh-week"), CrosswalkLine("place", "Svay R.", "KH-20"), "office/staff", now)
    year, week, _ = (now - timedelta(days=7)).isocalendar()
    _delivered(store, tmp_path / "a.csv", f"Svay R.,{year}-W{week:02d},dengue,3", now)
    for _again in range(2):
        reminding.remind(store, "", now)
    late = Outbox.objects.filter(kind="delivery:late")
    assert [(one.to_post, one.facts["source"]) for one in late] == [("kh-20/surveillance", "kh-week")], "once, to one"
    person = Person.objects.named("officer", None, made_at=now)
    Authenticator.objects.create(user=person, type=Authenticator.Type.TOTP, data={"secret": "s"})
    Seat.objects.create(person=person, post=post, since=now, seated_by="-")
    client = Client(HTTP_HOST="localhost")
    client.force_login(person)
    for path in ("/border/", "/region/"):
        page = client.get(path).content.decode()
        assert "kh-week: 100% of the cases were read through words that wait for our approval" in page, path
        assert 'href="/crosswalks/kh-week/"' in page
    assert "A delivery is late" in client.get("/border/").content.decode()


def test_of_another_source_only_what_was_released_to_the_post(store, tmp_path: Path):
    _released("kh-20/surveillance")
    assert [one.layer for one in accounting.accounts(store, Desk("kh-20/desk", "kh-20"), TODAY)] == ["own"]
    own, other = accounting.accounts(store, Desk("kh-20/surveillance", "kh-20"), TODAY)
    assert (own.source.id, other.source.id, other.layer) == ("kh-week", "vn-week", "released")
    assert other.practices == (), "how it counts is its owner's to tell"
    assert (other.quality.told, other.quality.in_time, other.quality.sites) == (None, None, (3, 4))
    [beside] = other.beside
    assert (beside.condition, beside.verdict.word) == ("dengue", "not-comparable")
    assert {"age", "setting", "scheme"} <= {*beside.verdict.reasons, *beside.verdict.caveats}
    assert other.as_dict()["beside"][0]["verdict"] == "not-comparable"


def _released(recipient: str) -> None:
    """A release of one week of vn-week with its sites."""
    day = date(2026, 7, 27)
    cell = {
        "source": "vn-week",
        "place": "VN-37@2025-07-01",
        "condition": "dengue",
        "period": "week",
        "status": "reported",
    }
    told = [
        {**cell, "measure": measure, "value": value, "period_start": day, "period_end": day + timedelta(days=6)}
        for measure, value in (("cases", 9), ("sites_reporting", 3), ("sites_expected", 4))
    ]
    content = io.BytesIO()
    pl.DataFrame(told).write_parquet(content)
    AgreementVersion.objects.create(
        code="A-1", version=1, state="in-force", text=border.AGREEMENT.lstrip(), digest="d", kind="exchange",
        begins=day, made_at=TODAY,
    )  # fmt: skip
    request = RequestRecord.objects.create(code="Q-1", name="q", post=recipient, digest="1", text="", asked_at=TODAY)
    ReleaseRecord.objects.create(
        code="R-1", request=request, recipient=recipient, party="kh-20", owners="|vn-37|", agreements="|A-1|",
        deliveries=[], manifest={"clauses": ["A-1/c1"]}, table=content.getvalue(), digest="d", released_at=TODAY,
    )  # fmt: skip

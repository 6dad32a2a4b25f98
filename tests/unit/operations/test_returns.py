"""Reciprocity from records: what was due and not given stops a flow only where both signed so; outages stop the clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.codes import nth
from tests.stories import border

from sampan.model.errors import Refused, UserError
from sampan.operations import between, homes, publishing, receiving
from sampan.operations.publishing import Publication
from sampan.operations.receiving import Act
from sampan.operations.sharing import gates, making, outages, pending, releasing
from sampan.store.home import Store
from sampan.store.models import Entry, Outbox

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]
KH, VN, MINISTRY = "kh-20/surveillance", "vn-37/surveillance", "vn/preventive-medicine"
NOW = datetime(2026, 8, 4, 2, tzinfo=UTC)
DAY = timedelta(days=1)
BOTH_SIGNED = border.AGREEMENT.replace("terms:\n", "terms:\n  reciprocity: stops-flow\n")
OPEN_GATES = "country: {country}\nrules: []\n"


@pytest.fixture
def store(home: Path) -> Store:
    home.mkdir(parents=True, exist_ok=True)
    border.lay(home)
    (home / "gates").mkdir()
    (home / "gates" / "vn.yml").write_text(OPEN_GATES.format(country="VN"), encoding="utf-8")
    return homes.opened()


def _begun(store: Store, folder: Path, text: str) -> None:
    """The agreement in force, and Svay Rieng's week delivered."""
    making.propose(text.lstrip(), "a.yml", KH, NOW - DAY)
    making.move("border", "agree", VN, NOW - DAY)
    making.move("border", "verify", VN, NOW - DAY, paper=b"signed")
    making.move("border", "activate", "kh-20/director", NOW - DAY)
    making.move("border", "activate", MINISTRY, NOW - DAY)
    _received(store, folder, "border-kh", border.KH_WEEK.replace("cholera,0", "cholera,40"), KH, NOW)


def _received(store: Store, folder: Path, source: str, text: str, post: str, now: datetime) -> None:
    path = border.written(folder / f"{source}-{now:%d%H%M}.csv", text)
    receiving.receive(store, homes.source(store, source), path, Act(post, now))


def _asks(store: Store, folder: Path, post: str, place: str, now: datetime, **more: str) -> str:
    """The outcome of a request: released, or the rule that refused it."""
    text = border.request(folder / f"{place}-{now:%d%H%M}.yml", post, place, **more).read_text(encoding="utf-8")
    try:
        releasing.release(store, text, "r.yml", folder / f"out-{place}-{now:%d%H%M}", now)
    except Refused as stop:
        return str(stop.rule)
    return "released"


def _lapsed(now: datetime) -> bool:
    """Whether the account of the two shows that Tay Ninh's return has lapsed."""
    [way] = [way for way in between.between("kh-20", "vn-37", now).ways if way.giver == "vn-37"]
    return way.lapsed_since is not None


@pytest.mark.parametrize(("text", "answer"), [(BOTH_SIGNED, "border/terms"), (border.AGREEMENT, "released")])
def test_a_return_that_got_no_answer_stops_the_flow_where_both_signed_so(
    store: Store, tmp_path: Path, text: str, answer: str
) -> None:
    _begun(store, tmp_path, text)
    assert _asks(store, tmp_path, KH, "VN-37", NOW) == "border/vn-weekly", "it waits for the ministry's word"
    later = NOW + 6 * DAY
    assert not _lapsed(NOW + 5 * DAY)
    assert _lapsed(later), "shown to both, whatever they signed"
    assert _asks(store, tmp_path, VN, "KH-20", NOW + 5 * DAY, purpose="routine-monitoring") == "released"
    assert _asks(store, tmp_path, VN, "KH-20", later) == answer
    assert _asks(store, tmp_path, VN, "KH-20", later, purpose="alert") == "released", "an alert never stops"
    pending.give(store, [nth("Q", 1)], gates.Answer("passed"), MINISTRY, later + DAY)
    assert not _lapsed(later + 2 * DAY)
    assert _asks(store, tmp_path, VN, "KH-20", later + 2 * DAY) == "released", "what was owed was given"


def test_a_denial_is_no_return_either_and_a_question_that_nobody_asked_is_not_due(store: Store, tmp_path: Path) -> None:
    _begun(store, tmp_path, BOTH_SIGNED)
    assert _asks(store, tmp_path, VN, "KH-20", NOW + 40 * DAY) == "released", "nothing was ever asked of Tay Ninh"
    assert not _lapsed(NOW + 40 * DAY)
    _asks(store, tmp_path, KH, "VN-37", NOW + 41 * DAY)
    pending.give(store, [_request_code()], gates.Answer("denied"), MINISTRY, NOW + 41 * DAY)
    assert _asks(store, tmp_path, VN, "KH-20", NOW + 42 * DAY) == "border/terms"


def test_a_release_for_which_nothing_was_delivered_is_a_lapse_until_something_is(store: Store, tmp_path: Path) -> None:
    standing = BOTH_SIGNED.replace(
        "mode: per-release, approver: vn/preventive-medicine, response_days: 5", "mode: none"
    )
    _begun(store, tmp_path, standing)
    assert _asks(store, tmp_path, KH, "VN-37", NOW) == "released"
    assert _lapsed(NOW + DAY), "Tay Ninh had delivered nothing at all"
    assert _asks(store, tmp_path, VN, "KH-20", NOW + DAY) == "border/terms"
    _received(store, tmp_path, "border-vn", border.VN_WEEK.replace(",9", ",2"), VN, NOW + 2 * DAY)
    assert not _lapsed(NOW + 3 * DAY)
    assert _asks(store, tmp_path, KH, "VN-37", NOW + 3 * DAY) == "released"
    assert not _lapsed(NOW + 4 * DAY), "two cases are too few to be told: held back by a rule is no lapse"
    assert _asks(store, tmp_path, VN, "KH-20", NOW + 4 * DAY) == "released"


def test_an_outage_stops_the_clock_and_takes_nothing_away_while_it_holds(store: Store, tmp_path: Path) -> None:
    _begun(store, tmp_path, BOTH_SIGNED)
    _asks(store, tmp_path, KH, "VN-37", NOW)
    outages.declare(VN, NOW + DAY, reason="flood")
    assert _asks(store, tmp_path, KH, "VN-37", NOW + 7 * DAY) == "border/vn-weekly"
    [line] = [one for one in pending.requests(store, MINISTRY, NOW + 7 * DAY) if one["subject"] == _request_code()]
    assert line["why"] == "waits", "six days of seven lay within the outage"
    assert not _lapsed(NOW + 7 * DAY)
    outages.end(VN, NOW + 8 * DAY)
    assert not _lapsed(NOW + 11 * DAY)
    assert _lapsed(NOW + 13 * DAY), "one day before the outage and five after it are more than five"
    assert _asks(store, tmp_path, VN, "KH-20", NOW + 13 * DAY) == "border/terms"
    outages.declare(VN, NOW + 14 * DAY, reason="flood again")
    assert _asks(store, tmp_path, VN, "KH-20", NOW + 14 * DAY) == "released", "nothing is taken from who is out"
    assert _asks(store, tmp_path, VN, "KH-20", NOW + 29 * DAY) == "border/terms", "it ends after two weeks in any case"


def test_an_outage_is_declared_once_by_a_post_of_the_party_and_told_to_its_partners(
    store: Store, tmp_path: Path
) -> None:
    _begun(store, tmp_path, border.AGREEMENT)
    with pytest.raises(Refused, match="no post of a party"):
        outages.declare("la-11/surveillance", NOW, reason="x")
    with pytest.raises(UserError, match="no outage"):
        outages.end(KH, NOW)
    with pytest.raises(UserError, match="needs a reason"):
        outages.declare(KH, NOW, reason=" ")
    outages.declare(KH, NOW, reason="flood")
    with pytest.raises(UserError, match="declared already"):
        outages.declare("kh-20/director", NOW + DAY, reason="flood")
    assert [one.to_party for one in Outbox.objects.filter(kind="outage:declared")] == ["vn-37"]
    assert [one["reason"] for one in outages.listed("vn-37")] == ["flood"]
    assert outages.listed("la-11") == [], "a third party reads nothing of it"
    outages.end("kh-20/director", NOW + 2 * DAY)
    assert outages.standing(NOW + 3 * DAY) == ()
    assert Entry.objects.filter(kind__startswith="outage:").count() == 2


def _request_code() -> str:
    return str(Outbox.objects.filter(kind="gate:waits").order_by("pk")[0].facts["request"])


LABELLED = "invented: true\ntlp: {label}\n"


@pytest.mark.parametrize(("label", "answer"), [("amber", "released"), ("red", "border/kh-weekly")])
def test_the_label_an_owner_puts_on_its_source_binds_what_goes(
    store: Store, tmp_path: Path, label: str, answer: str
) -> None:
    file = store.sources / "border-kh" / "source.yml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("invented: true\n", LABELLED.format(label=label)), encoding="utf-8")
    _begun(store, tmp_path, border.AGREEMENT)
    assert _asks(store, tmp_path, VN, "KH-20", NOW + DAY) == answer, "the clause lets amber go, and nothing above"


def test_a_label_that_is_no_word_is_refused_with_the_words_there_are(store: Store) -> None:
    file = store.sources / "border-kh" / "source.yml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("invented: true\n", LABELLED.format(label="orange")), encoding="utf-8")
    with pytest.raises(UserError, match="orange") as slip:
        homes.source(store, "border-kh")
    assert "amber+strict" in slip.value.do


def test_a_secret_is_told_once_every_country_asked_about_has_made_it_public(store: Store, tmp_path: Path) -> None:
    secret = border.AGREEMENT.replace(
        "    measures: [cases]\n", "    measures: [cases]\n    classes: [open, official, secret]\n"
    )
    ladder = "country: VN\nrules: []\n"
    (store.root / "gates" / "vn.yml").write_text(ladder, encoding="utf-8")
    _begun(
        store,
        tmp_path,
        secret.replace("mode: per-release, approver: vn/preventive-medicine, response_days: 5", "mode: none"),
    )
    _received(store, tmp_path, "border-vn", border.VN_WEEK, VN, NOW)
    asked = {"class": "secret"}
    assert _asks(store, tmp_path, KH, "VN-37", NOW + DAY, **asked) == "sharing/4"
    publishing.record(_publication("dengue"), actor="office/steward", now=NOW + DAY)
    assert _asks(store, tmp_path, KH, "VN-37", NOW + 2 * DAY, **asked) == "sharing/4", "of another condition"
    publishing.record(_publication("cholera"), actor="office/steward", now=NOW + 2 * DAY)
    assert _asks(store, tmp_path, KH, "VN-37", NOW + 3 * DAY, **asked) == "released"
    assert _asks(store, tmp_path, KH, "VN-37, KH-20", NOW + 3 * DAY, **asked) == "sharing/4", "one country of two"
    with pytest.raises(UserError, match="not a condition"):
        publishing.record(_publication("cholerra"), actor="office/steward", now=NOW)


def _publication(condition: str) -> Publication:
    return Publication("vn-440-2024-figures", "cholera in Tay Ninh", "moh.gov.vn", NOW.date(), condition)

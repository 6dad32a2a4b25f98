"""What comes after: an agreement that is left, figures that are corrected, an emergency that is over."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from tests.codes import nth
from tests.stories import border
from tests.unit.operations.test_sharing import HOUR, KH, MINISTRY, NOW, VN, asked, in_force, out, received

from sampan.model.errors import Refused, UserError
from sampan.operations import belonging, homes, reminding, sweeping, withdrawing
from sampan.operations.sharing import after, changes, emergencies, making, releasing, reviewing, ruling, saying
from sampan.operations.sharing.ruling import Desk
from sampan.operations.sharing.saying import Fact
from sampan.store.home import Store
from sampan.store.models import Declaration, Entry, Outbox, ReleaseRecord

pytestmark = pytest.mark.django_db(transaction=True)
KH_POSTS, VN_POSTS = (KH, "kh-20/director"), (VN, MINISTRY)


@pytest.fixture
def store(home: Path) -> Store:
    home.mkdir(parents=True, exist_ok=True)
    border.lay(home)
    return homes.opened()


@pytest.mark.postgres
def test_notice_holds_to_the_end_of_its_last_day_and_ends_what_left_under_it(store: Store, tmp_path: Path) -> None:
    in_force()
    received(store, tmp_path, "border-kh", border.KH_WEEK, KH)
    wanted = asked(tmp_path, VN, "KH-20")
    assert out(store, wanted, tmp_path) == [("0", "zero")]
    assert making.move("border", "terminate", VN, NOW).state == "in-force"
    notice = Outbox.objects.filter(kind="agreement:moved", to_party="kh-20").order_by("-pk")[0].facts
    assert (notice["verb"], notice["notice_until"]) == ("terminate", "2026-09-03")
    assert Entry.objects.order_by("-index")[0].facts["notice_until"] == "2026-09-03"
    over = datetime(2026, 9, 3, 17, tzinfo=UTC)  # midnight in Phnom Penh
    assert out(store, wanted, tmp_path / "late", over - HOUR / 60) == [("0", "zero")]
    first, again = ReleaseRecord.objects.order_by("pk")
    assert again.expires_at == over, "what leaves under notice says when it ends"
    with pytest.raises(
        Refused, match=r"by notice of vn-37: its last day was 2026-09-03 \(Asia/Phnom_Penh\)"
    ) as refused:
        releasing.release(store, wanted, "r", tmp_path / "no", over)
    assert refused.value.rule == "border/kh-weekly"
    for moment in (over, over + 24 * HOUR):
        with pytest.raises(Refused, match="terminated and opens no more") as ended:
            after.open_again(store, first.code, VN, tmp_path / "no", moment)
        assert ended.value.where == "since 2026-09-03 17:00 UTC", "with the agreement, not with its own time"
        [line] = [one for one in after.received(VN, moment) if one["release"] == first.code]
        assert (line["state"], line["since"]) == ("terminated", over.isoformat())
        sweeping.sweep(store, "", moment + 24 * HOUR)
    assert [one["state"] for one in making.listed("kh-20")] == ["terminated"]
    told = Outbox.objects.filter(kind="release:ended", to_post=VN).order_by("pk")
    assert [(one.facts["release"], one.facts["why"]) for one in told] == [
        (first.code, "terminated"), (again.code, "expired"),
    ]  # fmt: skip


def test_under_notice_the_owner_still_withdraws_and_suspends_at_once(store: Store, tmp_path: Path) -> None:
    in_force()
    code = received(store, tmp_path, "border-kh", border.KH_WEEK, KH)
    assert out(store, asked(tmp_path, VN, "KH-20"), tmp_path) == [("0", "zero")]
    making.move("border", "terminate", VN, NOW)
    withdrawing.withdraw(store, code, reason="ours", actor=KH, now=NOW + HOUR)
    assert after.received(VN, NOW + HOUR)[0]["state"] == "withdrawn"
    assert making.move("border", "suspend", KH, NOW + HOUR).state == "suspended"


def test_a_correction_tells_the_recipient_once_with_the_difference(store: Store, tmp_path: Path) -> None:
    in_force()
    received(store, tmp_path, "border-kh", border.KH_WEEK.replace("cholera,0", "cholera,40"), KH)
    assert out(store, asked(tmp_path, VN, "KH-20"), tmp_path) == [("40", "reported")]
    received(store, tmp_path, "border-kh", border.KH_WEEK.replace("cholera,0", "cholera,60"), KH, NOW + HOUR)
    told = Outbox.objects.filter(kind="release:corrected", to_post=VN)
    [message] = told
    [cell] = message.facts["difference"]
    assert (cell["value_before"], cell["value_after"]) == (40, 60)
    received(store, tmp_path, "border-kh", border.KH_WEEK.replace("cholera,0", "cholera,60 "), KH, NOW + 2 * HOUR)
    assert told.count() == 1  # nothing changed: nothing to tell
    assert Entry.objects.filter(kind="release:corrected").count() == 1
    assert [(one.at, one.cells) for one in changes.corrections(nth("R", 1), VN)] == [(NOW + HOUR, 1)]
    [shown] = changes.changes(nth("R", 1), VN, NOW + 3 * HOUR)
    assert (shown["value_before"], shown["value_after"], shown["status_after"]) == (40, 60, "reported")
    [left] = after.abroad("kh-20", NOW + 3 * HOUR)
    assert [one["at"] for one in left["openings"]] == [NOW.isoformat(), (NOW + 3 * HOUR).isoformat()]
    for post in (KH, MINISTRY):
        with pytest.raises(UserError, match="there is no release"):
            changes.changes(nth("R", 1), post, NOW + 3 * HOUR)
    [read] = [
        one["facts"] for one in belonging.messages("vn-37", VN, 9, NOW + 3 * HOUR) if "difference" in one["facts"]
    ]
    assert "digest" not in read, "a small count could be guessed from it"
    assert read["difference"][0]["value_after"] == 60
    after.revoke(store, nth("R", 1), KH, "a mistake", NOW + 4 * HOUR)
    with pytest.raises(Refused, match="revoked and opens no more"):
        changes.changes(nth("R", 1), VN, NOW + 5 * HOUR)
    [read] = [
        one["facts"] for one in belonging.messages("vn-37", VN, 9, NOW + 5 * HOUR) if "difference" in one["facts"]
    ]
    assert (read["difference"][0]["place"], read["difference"][0]["value_after"]) == (shown["place"], None)


def test_of_a_scheduled_correction_only_that_it_comes_is_told(store: Store, tmp_path: Path) -> None:
    in_force(border.AGREEMENT.replace("corrections: immediate", "corrections: scheduled"))
    received(store, tmp_path, "border-kh", border.KH_WEEK.replace("cholera,0", "cholera,40"), KH)
    assert out(store, asked(tmp_path, VN, "KH-20"), tmp_path) == [("40", "reported")]
    received(store, tmp_path, "border-kh", border.KH_WEEK.replace("cholera,0", "cholera,60"), KH, NOW + HOUR)
    assert [(one.at, one.cells) for one in changes.corrections(nth("R", 1), VN)] == [(NOW + HOUR, None)]
    assert changes.changes(nth("R", 1), VN, NOW + 2 * HOUR) == []
    read = [one["facts"] for one in belonging.messages("vn-37", VN, 9, NOW) if one["kind"] == "release:corrected"]
    assert [set(one) - {"witnessed", "mark"} for one in read] == [{"release", "corrections"}]
    assert read[0]["corrections"] == "scheduled"
    [entry] = Entry.objects.filter(kind="release:corrected")
    assert entry.facts is not None
    assert "cells" not in entry.facts, "the recipient reads its entries"


@pytest.mark.parametrize("told", ["immediate", "scheduled"])
def test_a_source_that_its_owner_adds_later_corrects_nothing_that_left(store: Store, tmp_path: Path, told: str) -> None:
    in_force(border.AGREEMENT.replace("corrections: immediate", f"corrections: {told}"))
    received(store, tmp_path, "border-kh", border.KH_WEEK.replace("cholera,0", "cholera,40"), KH)
    assert out(store, asked(tmp_path, VN, "KH-20"), tmp_path) == [("40", "reported")]
    added = store.sources / "border-kh-2"
    added.mkdir()
    written = border.SOURCE.format(id="border-kh-2", title="Another return", owner="kh-20", country="KH")
    (added / "source.yml").write_text(written.lstrip(), encoding="utf-8")
    received(store, tmp_path, "border-kh-2", border.KH_WEEK.replace("cholera,0", "cholera,50"), KH, NOW + HOUR)
    later = "province,week,disease,cases\nSvay Rieng,2026-W30,cholera,41\n"
    received(store, tmp_path, "border-kh", later, KH, NOW + HOUR)
    assert not Outbox.objects.filter(kind="release:corrected").exists()
    received(store, tmp_path, "border-kh", border.KH_WEEK.replace("cholera,0", "cholera,60"), KH, NOW + 2 * HOUR)
    [message] = Outbox.objects.filter(kind="release:corrected", to_post=VN)
    assert [cell["source"] for cell in message.facts.get("difference", ())] == ["border-kh"] * (told == "immediate")


def test_a_review_that_is_overdue_is_reminded_of_once_a_week_until_each_side_has_said_it(store: Store) -> None:
    in_force()
    over = NOW + timedelta(hours=72)
    emergencies.declare("border-outbreak", MINISTRY, NOW)
    assert reviewing.of_party("kh-20", NOW + timedelta(hours=71)) == [], "it is not over yet"
    [owed] = reviewing.of_party("kh-20", over)
    assert (owed.over, owed.due, owed.late(owed.due)) == (over, over + timedelta(days=30), False)
    kind = "emergency:review-late"
    for days in (29, 31, 32):
        reminding.remind(store, "", over + timedelta(days=days))
    told = {one.to_post: (one.facts["triggers"], one.facts["due"]) for one in Outbox.objects.filter(kind=kind)}
    due = (over + timedelta(days=30)).date().isoformat()
    assert told == {post: (["border-outbreak"], due) for post in (*KH_POSTS, *VN_POSTS)}
    assert Outbox.objects.filter(kind=kind).count() == len(told), "once a week"
    late = over + timedelta(days=33)
    with pytest.raises(UserError, match="no review of border-outbreak waits for th/desk"):
        reviewing.review("border-outbreak", "th/desk", late)
    assert reviewing.review("border-outbreak", KH_POSTS[0], late, note="all well").party == "kh-20"
    assert Outbox.objects.get(kind="emergency:reviewed").to_party == "vn-37"
    with pytest.raises(UserError, match="no review"):
        reviewing.review("border-outbreak", KH_POSTS[1], late)
    Outbox.objects.filter(kind=kind).delete()
    reminding.remind(store, "", late)
    assert set(Outbox.objects.filter(kind=kind).values_list("to_post", flat=True)) == set(VN_POSTS)


def test_what_ended_says_when_and_by_which_step_to_those_it_named_alone(store: Store, tmp_path: Path) -> None:
    """Long after the end is recorded, and of a suspension at once; a third party's telephone learns nothing of it."""
    in_force()
    fact = Fact("dengue", "KH-20", date(2026, 7, 27), date(2026, 8, 2))
    wanted = asked(tmp_path, VN, "KH-20")

    def says(now: datetime, speaker: str = KH) -> tuple[str, dict[str, str]]:
        [reason] = saying.may(store, speaker, fact, VN, now, purpose="routine-monitoring")["reasons"]
        return reason["says"], {name: reason.get(name) for name in ("reason", "by", "how", "day", "zone")}

    making.move("border", "suspend", VN, NOW + 16 * HOUR)  # already the fifth in both zones
    since = {"day": "2026-08-05", "zone": "Asia/Phnom_Penh"}
    assert says(NOW + 17 * HOUR)[1] == {"reason": "suspended", "by": VN, "how": None, **since}
    with pytest.raises(Refused, match=r"vn-37/surveillance suspended it on 2026-08-05 \(Asia/Phnom_Penh\)"):
        releasing.release(store, wanted, "r", tmp_path / "no", NOW + 17 * HOUR)
    making.move("border", "end-at-once", KH, NOW + 40 * HOUR)
    making.move("border", "end-at-once", VN, NOW + 41 * HOUR)
    later = NOW + timedelta(days=400)
    said, facts = says(later)
    assert facts == {"reason": "terminated", "by": None, "how": "together", **since, "day": "2026-08-06"}
    assert said == (
        "The agreement of clause border/kh-weekly has ended: both sides ended it at once on 2026-08-06 (Asia/Phnom_Penh)."
    )
    stranger = says(later, "la-1/surveillance")
    assert (stranger[1]["reason"], stranger[1]["day"]) == ("no-clause", None)
    elsewhere = replace(fact, place="KH-12")
    [reason] = saying.may(store, KH, elsewhere, VN, later, purpose="routine-monitoring")["reasons"]
    assert reason["reason"] == "no-agreement", "it never spoke of that place"
    stop = making.shown("border")["stopped"]
    assert (stop["verb"], set(stop["days"].values())) == ("end-at-once", {"2026-08-06"})


def test_the_listener_s_agreements_with_others_are_not_named_to_a_speaker(store: Store) -> None:
    in_force()
    other = border.AGREEMENT.replace("kh-20", "la-1").replace("agreement: border", "agreement: river")
    making.propose(other.lstrip(), "a.yml", "la-1/surveillance", NOW)
    making.move("river", "agree", VN, NOW)
    making.move("river", "verify", VN, NOW, paper=b"signed")
    making.move("river", "activate", "la-1/director", NOW)
    making.move("river", "activate", MINISTRY, NOW)
    for code in ("border", "river"):
        making.move(code, "suspend", VN, NOW)
    fact = Fact("dengue", "KH-20", date(2026, 7, 27), date(2026, 8, 2))
    told = saying.may(store, KH, fact, VN, NOW + HOUR, purpose="routine-monitoring")
    assert "border v1" in str(told)
    assert "river" not in str(told)


def test_an_emergency_that_holds_is_not_put_off_without_a_review_of_its_own_side(store: Store) -> None:
    in_force()
    emergencies.declare("border-outbreak", MINISTRY, NOW)
    later, over = NOW + timedelta(hours=71), NOW + timedelta(hours=72)
    with pytest.raises(Refused, match=f"until {over:%Y-%m-%d %H:%M} UTC") as refused:
        emergencies.declare("border-outbreak", MINISTRY, later)
    assert refused.value.rule == "emergency-holds"
    assert f"sampan agreements review border-outbreak --post {MINISTRY}" in refused.value.do
    assert Declaration.objects.count() == 1
    with pytest.raises(UserError, match="no review"):
        reviewing.review("border-outbreak", KH_POSTS[0], later)
    assert [one.over for one in ruling.reviews(Desk(MINISTRY, "vn"), later)] == [over]
    assert ruling.reviews(Desk(KH_POSTS[0], "kh-20"), later) == [], "it did not declare it"
    reviewing.review("border-outbreak", MINISTRY, later, note="still spreading")
    emergencies.declare("border-outbreak", MINISTRY, later)
    with pytest.raises(Refused, match=f"until {later + timedelta(hours=72):%Y-%m-%d %H:%M} UTC"):
        emergencies.declare("border-outbreak", MINISTRY, over)
    assert reviewing.of_party("vn-37", over) == [], "what was reviewed is reviewed"
    assert [one.over for one in reviewing.of_party("kh-20", over)] == [over]


def test_who_is_late_with_a_review_may_not_declare_the_same_emergency_again(store: Store) -> None:
    in_force()
    emergencies.declare("border-outbreak", MINISTRY, NOW)
    due = NOW + timedelta(hours=72, days=30)
    emergencies.declare("border-outbreak", MINISTRY, due)
    late = due + timedelta(seconds=1)
    with pytest.raises(Refused, match=f"is overdue since {due:%Y-%m-%d}") as refused:
        emergencies.declare("border-outbreak", MINISTRY, late)
    assert refused.value.rule == "emergency-review"
    assert f"sampan agreements review border-outbreak --post {MINISTRY}" in refused.value.do
    emergencies.declare("border-outbreak", MINISTRY, late, end=True)
    reviewing.review("border-outbreak", KH_POSTS[0], late)
    with pytest.raises(Refused, match="is overdue"):
        emergencies.declare("border-outbreak", MINISTRY, late)
    assert reviewing.review("border-outbreak", MINISTRY, late).due == due, "the one due first"
    emergencies.declare("border-outbreak", MINISTRY, late)


def test_the_end_of_a_term_of_a_notice_and_the_review_are_told_once_each_before(store: Store) -> None:
    term = "term: {begins: 2026-01-01, ends: 2027-12-31, review: 2027-03-01"
    in_force(re.sub(r"term: \{begins: [\d-]+, ends: [\d-]+", term, border.AGREEMENT))
    end, review = datetime(2027, 12, 31, 2, tzinfo=UTC), datetime(2027, 3, 1, 2, tzinfo=UTC)
    assert [(one["lead_days"], one["on"]) for one in making.shown("border")["reminders"]] == [
        (30, "2027-01-30"), (60, "2027-11-01"), (14, "2027-12-17"),
    ]  # fmt: skip
    kinds = ("agreement:review-soon", "agreement:ends-soon")

    def told(*days: datetime) -> list[tuple[str, str, int]]:
        before = Outbox.objects.order_by("-pk").values_list("pk", flat=True)[0]
        for day in days:
            reminding.remind(store, "", day)
        new = Outbox.objects.filter(kind__in=kinds, pk__gt=before).order_by("pk")
        assert [one.to_post for one in new] == [*KH_POSTS, *VN_POSTS] * (new.count() // 4)
        return [(one.kind, one.facts["day"], one.facts["lead_days"]) for one in new if one.to_post == MINISTRY]

    day = timedelta(days=1)
    assert told(review - 31 * day, review - 30 * day, review - 29 * day) == [(kinds[0], "2027-03-01", 30)]
    assert told(end - 61 * day, end - 60 * day, end - 59 * day) == [(kinds[1], "2027-12-31", 60)]
    assert told(end - 15 * day) == []
    making.move("border", "terminate", VN, end - 40 * day)  # its thirty days end before the term
    assert told(end - 25 * day) == []
    assert told(end - 20 * day, end - 12 * day, end - 11 * day, end - 9 * day) == [
        (kinds[1], "2027-12-21", 14), (kinds[1], "2027-12-21", 3),
    ]  # fmt: skip
    read = [one for one in belonging.messages("vn", MINISTRY, 99, end) if one["kind"] == kinds[1]]
    assert [one["facts"]["notice_by"] for one in read] == [["vn-37"], ["vn-37"], []]
    assert Outbox.objects.filter(kind__in=kinds, to_party="la-1").count() == 0


@pytest.mark.parametrize(("ends", "leads"), [("2026-09-01", [14]), ("2026-08-14", [1]), ("2026-08-05", [])])
def test_a_short_agreement_is_reminded_of_as_its_term_allows(store: Store, ends: str, leads: list[int]) -> None:
    in_force(
        re.sub(r"term: \{begins: [\d-]+, ends: [\d-]+", f"term: {{begins: 2026-08-04, ends: {ends}", border.AGREEMENT)
    )
    assert [one["lead_days"] for one in making.shown("border")["reminders"]] == leads

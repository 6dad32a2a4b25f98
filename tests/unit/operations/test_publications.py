"""A publication is announced, reviewed and appears: each way an owner can answer, and what its silence means."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from tests.stories import border
from tests.unit.operations.test_sharing import HOUR, KH, NOW, VN, asked, in_force, received, store

from sampan.model.errors import Refused, UserError
from sampan.operations import reminding, withdrawing
from sampan.operations.sharing import after, built_on, making, outages, publications, releasing
from sampan.operations.sharing import reviews_of_drafts as reviews
from sampan.operations.sharing.publications import Announcement, Draft
from sampan.store.home import Store
from sampan.store.models import Delivery, Entry, Outbox, PublicationDraft, PublicationRecord, PublicationWord, UseNote

pytestmark = [pytest.mark.django_db(transaction=True, reset_sequences=True), pytest.mark.postgres]
DIRECTOR, OTHER = "kh-20/director", "th-27/surveillance"
PAPER = Draft("bulletin.pdf", b"%PDF cholera on the border")
COMMENT = "  publication: {review_days: 10, right: comment}\n"
VETO = "  publication: {review_days: 10, right: veto}\n"
LAST_DAY_ENDS = datetime(2026, 8, 14, 17, tzinfo=UTC)  # ten days after 4 August, midnight in Phnom Penh
__all__ = ["store"]


def released(store: Store, folder: Path, more: str = VETO, purpose: str = "routine-monitoring") -> str:
    text = border.AGREEMENT.replace("purposes: [routine-monitoring, alert]", f"purposes: [{purpose}]", 1) + more
    received(store, folder, "border-kh", border.KH_WEEK, KH)
    in_force(text)
    wanted = asked(folder, VN, "KH-20", purpose=purpose, conditions="[acute-watery-diarrhoea]")
    return str(releasing.release(store, wanted, "r.yml", folder / "out", NOW)["release"])


def announce(code: str, draft: Draft = PAPER, now: datetime = NOW) -> str:
    wanted = Announcement("Cholera on the border", "Provincial bulletin 33", date(2026, 9, 1), (code,))
    return publications.announce(wanted, {"": draft}, VN, now)


def outcome(code: str, now: datetime) -> str:
    record = reviews.seen_by(code, VN)
    assert record is not None
    return str(reviews.told(record, VN, now)["outcome"])


def says(code: str, post: str, now: datetime) -> str:
    record = reviews.seen_by(code, post)
    assert record is not None
    return str(reviews.told(record, post, now)["reviews"][0]["says"])


def test_silence_lets_what_was_given_for_publication_appear_after_its_last_day(store: Store, tmp_path: Path) -> None:
    code = announce(released(store, tmp_path, purpose="publication"))
    assert outcome(code, LAST_DAY_ENDS - timedelta(seconds=1)) == "waits"
    assert "has until 2026-08-14 to answer" in says(code, DIRECTOR, NOW)
    with pytest.raises(Refused, match="may not appear") as stop:
        publications.appeared(code, VN, "Bulletin 33", NOW)
    assert stop.value.rule == "publication-waits"
    assert outcome(code, LAST_DAY_ENDS) == "may-appear"
    assert "did not answer by 2026-08-14" in says(code, DIRECTOR, LAST_DAY_ENDS)
    publications.appeared(code, VN, "Bulletin 33, page 4", LAST_DAY_ENDS)
    assert [one.used_in for one in UseNote.objects.all()] == ["Bulletin 33, page 4"]
    assert after.abroad("kh-20", LAST_DAY_ENDS)[0]["uses"][0]["used_in"] == "Bulletin 33, page 4"
    assert PublicationDraft.objects.get().content is None
    with pytest.raises(UserError, match="kept no more"):
        publications.read(code, DIRECTOR, LAST_DAY_ENDS)


def test_silence_is_no_consent_for_what_was_given_for_something_else(store: Store, tmp_path: Path) -> None:
    code = announce(released(store, tmp_path))
    assert outcome(code, LAST_DAY_ENDS) == "no-answer"
    with pytest.raises(Refused, match="the yes of kh-20 is needed") as stop:
        publications.appeared(code, VN, "Bulletin 33", LAST_DAY_ENDS)
    assert stop.value.rule == "publication-no-answer"
    publications.answer(code, DIRECTOR, "commented", LAST_DAY_ENDS, words="Name the source")
    assert outcome(code, LAST_DAY_ENDS) == "commented"
    publications.answer(code, DIRECTOR, "agreed", LAST_DAY_ENDS)
    assert outcome(code, LAST_DAY_ENDS) == "may-appear"


def test_a_refusal_holds_until_the_owner_says_otherwise(store: Store, tmp_path: Path) -> None:
    code = announce(released(store, tmp_path, purpose="publication"))
    with pytest.raises(UserError, match="needs words"):
        publications.answer(code, DIRECTOR, "refused", NOW)
    publications.answer(code, DIRECTOR, "refused", NOW, words="Not verified yet")
    assert outcome(code, LAST_DAY_ENDS) == "refused"
    with pytest.raises(Refused, match="kh-20 refuses"):
        publications.appeared(code, VN, "Bulletin 33", LAST_DAY_ENDS)
    publications.answer(code, DIRECTOR, "agreed", LAST_DAY_ENDS)
    publications.answer(code, DIRECTOR, "agreed", LAST_DAY_ENDS)  # said twice over a weak link
    assert [one.answer for one in PublicationWord.objects.order_by("pk")] == ["refused", "agreed"]
    with pytest.raises(Refused, match="days in which kh-20 could refuse are over"):
        publications.answer(code, DIRECTOR, "refused", LAST_DAY_ENDS, words="After all not")
    assert outcome(code, LAST_DAY_ENDS) == "may-appear"


def test_a_right_to_comment_stops_nothing(store: Store, tmp_path: Path) -> None:
    code = announce(released(store, tmp_path, COMMENT))
    with pytest.raises(Refused, match="right to comment, not to refuse") as stop:
        publications.answer(code, DIRECTOR, "refused", NOW, words="No")
    assert stop.value.rule == "publication-comment-only"
    publications.answer(code, DIRECTOR, "commented", NOW, words="Name the source")
    assert outcome(code, NOW) == "waits", "a comment does not end the days"
    assert outcome(code, LAST_DAY_ENDS) == "may-appear"
    assert "that stops nothing" in says(code, DIRECTOR, LAST_DAY_ENDS)
    told = Outbox.objects.filter(kind="publication:answered").get()
    assert (told.to_post, told.facts["answer"]) == (VN, "commented")


def test_another_draft_begins_the_review_anew(store: Store, tmp_path: Path) -> None:
    code = announce(released(store, tmp_path))
    publications.answer(code, DIRECTOR, "agreed", NOW)
    later = NOW + timedelta(days=5)
    assert publications.change(code, {"": PAPER}, VN, later) == [], "the same file changes nothing"
    assert publications.change(code, {"kh-20": Draft("second.pdf", b"%PDF more")}, VN, later) == ["kh-20"]
    assert outcome(code, later) == "waits"
    with pytest.raises(UserError, match="it is number 2 now"):
        publications.answer(code, DIRECTOR, "agreed", later, draft=1)
    assert publications.read(code, DIRECTOR, later) == Draft("second.pdf", b"%PDF more")
    assert [one.content is None for one in PublicationDraft.objects.order_by("pk")] == [True, False]
    assert "has until 2026-08-19" in says(code, DIRECTOR, later)


def test_an_outage_of_the_owner_moves_its_last_day(store: Store, tmp_path: Path) -> None:
    code = announce(released(store, tmp_path, purpose="publication"))
    outages.declare(DIRECTOR, NOW + timedelta(days=1), reason="flood")
    outages.end(DIRECTOR, NOW + timedelta(days=4))
    assert outcome(code, LAST_DAY_ENDS + timedelta(days=3) - timedelta(seconds=1)) == "waits"
    assert outcome(code, LAST_DAY_ENDS + timedelta(days=3)) == "may-appear"


def test_nothing_is_published_of_a_release_that_ended(store: Store, tmp_path: Path) -> None:
    release = released(store, tmp_path)
    code = announce(release)
    publications.answer(code, DIRECTOR, "agreed", NOW)
    after.revoke(store, release, DIRECTOR, "sent by mistake", NOW)
    assert outcome(code, NOW) == "stopped"
    with pytest.raises(Refused, match="is open no more"):
        publications.appeared(code, VN, "Bulletin 33", NOW)
    publications.withdraw(code, VN, NOW)
    with pytest.raises(UserError, match="is over: withdrawn"):
        publications.answer(code, DIRECTOR, "agreed", NOW)
    with pytest.raises(Refused, match="revoked and opens no more"):
        announce(release, Draft("x.pdf", b"x"))


def heard(code: str) -> list[tuple[str, str]]:
    told = Outbox.objects.filter(to_post=VN, kind__in=built_on.KINDS, facts__publication=code).order_by("pk")
    return [(one.kind, one.facts["why"]) for one in told]


def test_what_is_built_on_a_release_hears_when_its_figures_change(store: Store, tmp_path: Path) -> None:
    """One waits, one is out, one was taken back; and the recipient is reminded where else it used them."""
    release = released(store, tmp_path, COMMENT, "publication")
    delivery = Delivery.objects.get().code
    waits, out, gone = (
        announce(release),
        announce(release, Draft("b.pdf", b"b")),
        announce(release, Draft("c.pdf", b"c")),
    )
    publications.appeared(out, VN, "Bulletin 33", LAST_DAY_ENDS)
    publications.withdraw(gone, VN, NOW)
    after.note_use(store, release, VN, "Situation report 31", NOW)
    received(store, tmp_path, "border-kh", border.KH_WEEK.replace("diarrhoea,14", "diarrhoea,24"), KH, LAST_DAY_ENDS)
    withdrawing.withdraw(store, delivery, reason="wrong", actor=KH, now=LAST_DAY_ENDS + HOUR)
    both = [("publication:corrected", "corrected"), ("publication:release-ended", "withdrawn")]
    assert heard(waits) == heard(out) == both
    assert heard(gone) == []
    told = Outbox.objects.filter(to_post=VN, kind__in=("release:corrected", "release:ended"))
    assert {tuple(one.facts["used_in"]) for one in told} == {("Bulletin 33", "Situation report 31")}
    seen = reviews.told(PublicationRecord.objects.get(code=out), VN, LAST_DAY_ENDS)["releases"]
    assert [one["what"] for one in seen[0]["told"]] == ["corrected", "withdrawn"]


def test_what_is_out_does_not_hear_that_the_days_of_its_release_are_over(store: Store, tmp_path: Path) -> None:
    release = released(store, tmp_path, COMMENT, "publication")
    waits, out = announce(release), announce(release, Draft("b.pdf", b"b"))
    publications.appeared(out, VN, "Bulletin 33", LAST_DAY_ENDS)
    after.expire(NOW + timedelta(days=27_000))
    assert heard(waits) == [("publication:release-ended", "expired")]
    assert heard(out) == []


def test_red_figures_wait_for_the_owners_word_even_when_given_for_publication(store: Store, tmp_path: Path) -> None:
    text = border.AGREEMENT.replace("purposes: [routine-monitoring, alert]", "purposes: [publication]\n    tlp: red", 1)
    received(store, tmp_path, "border-kh", border.KH_WEEK, KH)
    in_force(text + VETO)
    wanted = asked(tmp_path, VN, "KH-20", purpose="publication", conditions="[acute-watery-diarrhoea]")
    code = announce(str(releasing.release(store, wanted, "r.yml", tmp_path / "out", NOW)["release"]))
    assert outcome(code, LAST_DAY_ENDS) == "no-answer"


def test_the_clauses_of_the_release_count_not_those_of_today(store: Store, tmp_path: Path) -> None:
    release = released(store, tmp_path, COMMENT)
    newer = (border.AGREEMENT + VETO).replace("version: 1", "version: 2").lstrip()
    making.propose(newer, "b.yml", KH, NOW)
    for verb, post in (("agree", VN), ("verify", VN), ("activate", VN), ("activate", DIRECTOR)):
        making.move("border", verb, post, NOW, paper=b"signed")
    record = reviews.seen_by(announce(release), VN)
    assert record is not None
    assert [(one["right"], one["days"]) for one in record.reviews] == [("comment", 10)]


def test_nobody_else_learns_that_it_is_there(store: Store, tmp_path: Path) -> None:
    code = announce(released(store, tmp_path))
    for post in (OTHER, "office/steward", "kh/ministry"):
        absent, there = [], []
        for name, found in ((code, there), ("P-999-999", absent)):
            for act in (
                lambda name=name, post=post: publications.answer(name, post, "agreed", NOW),
                lambda name=name, post=post: publications.read(name, post, NOW),
                lambda name=name, post=post: publications.change(name, {"": PAPER}, post, NOW),
                lambda name=name, post=post: publications.appeared(name, post, "x", NOW),
                lambda name=name, post=post: publications.withdraw(name, post, NOW),
            ):
                with pytest.raises(UserError) as stop:
                    act()
                found.append(str(stop.value).replace(name, ""))
        assert there == absent
        assert reviews.asked_of(post, NOW) == reviews.announced(post, NOW) == []
    with pytest.raises(UserError, match="there is no release"):
        publications.announce(Announcement("x", "y", date(2026, 9, 1), ("R-1",)), {"": PAPER}, OTHER, NOW)
    assert set(Entry.objects.filter(kind__startswith="publication:").values_list("parties", flat=True)) == {
        Entry.objects.get(kind="publication:announced").parties
    }


def test_announced_again_over_a_weak_link_it_is_one_publication(store: Store, tmp_path: Path) -> None:
    release = released(store, tmp_path)
    assert announce(release) == announce(release, now=NOW + timedelta(minutes=3))
    assert Entry.objects.filter(kind="publication:announced").count() == 1


@pytest.mark.parametrize(
    ("change", "drafts", "says"),
    [
        ({"title": " "}, {"": PAPER}, "the title takes"),
        ({"planned": date(2026, 8, 1)}, {"": PAPER}, "planned day is past"),
        ({}, {}, "no draft is given"),
        ({}, {"": Draft("x.pdf", b"")}, "the draft is empty"),
        ({}, {"vn-37": PAPER}, "vn-37 owns nothing"),
        ({"releases": ()}, {"": PAPER}, "no release with an owner"),
    ],
)
def test_a_slip_is_told_and_nothing_is_kept(
    store: Store, tmp_path: Path, change: dict[str, object], drafts: dict[str, Draft], says: str
) -> None:
    said = {
        "title": "x",
        "outlet": "y",
        "planned": date(2026, 9, 1),
        "releases": (released(store, tmp_path),),
        **change,
    }
    with pytest.raises(UserError, match=says):
        publications.announce(Announcement(**said), drafts, VN, NOW)  # type: ignore[arg-type]
    assert not PublicationDraft.objects.exists()


def test_an_owner_is_reminded_twice_and_who_announced_it_once(store: Store, tmp_path: Path) -> None:
    code = announce(released(store, tmp_path))
    for days in range(14):
        reminding.remind(store, "", NOW + timedelta(days=days))
    ends = Outbox.objects.filter(kind="publication:review-ends").order_by("pk")
    assert [(one.to_party, one.facts["lead_days"], one.facts["day"]) for one in ends] == [
        ("kh-20", 7, "2026-08-14"), ("kh-20", 2, "2026-08-14"),
    ]  # fmt: skip
    over = Outbox.objects.get(kind="publication:review-over")
    assert (over.to_post, over.facts["publication"]) == (VN, code)


LA = "la-1/surveillance"
WITH_LA = (
    border.AGREEMENT.replace("vn-37/surveillance, vn/preventive-medicine", LA)
    .replace("vn-37/surveillance", LA)
    .replace("vn/preventive-medicine", "la-1/director")
    .replace("vn-37", "la-1")
    .replace("posts: [la-1/surveillance]", "posts: [la-1/surveillance, la-1/director]")
    .replace("country: VN", "country: LA")
)


def of_two_owners(store: Store, folder: Path) -> str:
    """One release to a third party with figures of both provinces, each under an agreement of its own."""
    (store.root / "gates").mkdir()
    border.written(store.root / "gates" / "vn.yml", "country: VN\nrules: []\n")
    received(store, folder, "border-kh", border.KH_WEEK, KH)
    received(store, folder, "border-vn", border.VN_WEEK.replace("cholera", "acute watery diarrhoea"), "vn-37/director")
    texts = {
        "kh-la": WITH_LA.replace("agreement: border", "agreement: kh-la") + VETO,
        "vn-la": WITH_LA.replace("agreement: border", "agreement: vn-la").replace("kh-20", "vn-37")
        .replace("KH-20", "VN-37").replace("country: KH", "country: VN").replace("Svay Rieng", "Tay Ninh") + COMMENT,
    }  # fmt: skip
    for code, text in texts.items():
        first = f"{'kh-20' if code == 'kh-la' else 'vn-37'}/director"
        making.propose(text.lstrip(), "a.yml", first, NOW)
        for verb, post in (("agree", LA), ("verify", LA), ("activate", first), ("activate", "la-1/director")):
            making.move(code, verb, post, NOW, paper=b"signed")
    wanted = asked(folder, LA, "KH-20, VN-37", conditions="[acute-watery-diarrhoea]")
    return str(releasing.release(store, wanted, "r.yml", folder / "out", NOW)["release"])


def test_each_owner_reads_its_own_draft_and_no_other_owners_words(store: Store, tmp_path: Path) -> None:
    release = of_two_owners(store, tmp_path)
    wanted = Announcement("Both banks", "Bulletin 33", date(2026, 9, 1), (release,))
    with pytest.raises(UserError, match="say for which owner"):
        publications.announce(wanted, {"": PAPER}, LA, NOW)
    with pytest.raises(UserError, match="no draft is given for vn-37"):
        publications.announce(wanted, {"kh-20": PAPER}, LA, NOW)
    parts = {"kh-20": Draft("kh.pdf", b"14 in Svay Rieng"), "vn-37": Draft("vn.pdf", b"9 in Tay Ninh")}
    code = publications.announce(wanted, parts, LA, NOW)
    assert publications.read(code, DIRECTOR, NOW) == parts["kh-20"]
    assert publications.read(code, "vn-37/director", NOW) == parts["vn-37"]
    assert publications.read(code, LA, NOW, owner="vn-37") == parts["vn-37"]
    publications.answer(code, "vn-37/director", "commented", NOW, words="Say which week")
    publications.answer(code, DIRECTOR, "refused", NOW, words="Not verified")
    for post, owner, says in ((DIRECTOR, "kh-20", "refused"), ("vn-37/director", "vn-37", "waits")):
        record = reviews.seen_by(code, post)
        assert record is not None
        seen = reviews.told(record, post, NOW)
        assert [(one["owner"], one["state"]) for one in seen["reviews"]] == [(owner, says)]
        assert seen["outcome"] is None and seen["says"] == "", "how the other stands is not told"
        other = {"kh-20": "Say which week", "vn-37": "Not verified"}[owner]
        assert other not in str(seen)
    for entry in Entry.objects.filter(kind="publication:answered"):
        assert entry.parties.count("|") == 3, "the announcer and one owner"
    record = reviews.seen_by(code, LA)
    assert record is not None
    whole = reviews.told(record, LA, NOW)
    assert whole["outcome"] == "refused" and [one["right"] for one in whole["reviews"]] == ["veto", "comment"]

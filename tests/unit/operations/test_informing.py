"""Before WHO is informed about an owner's territory its focal point is told; both clocks, and what nobody may see."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from tests.stories import border
from tests.unit.operations.test_sharing import KH, NOW, VN, asked, in_force, received, store

from sampan.model.errors import UserError
from sampan.operations import reminding
from sampan.operations.sharing import after, informing, releasing
from sampan.operations.sharing.informing import Words
from sampan.people.models import Party, Post
from sampan.store.home import Store
from sampan.store.models import Entry, InformingRecord, Outbox

pytestmark = [pytest.mark.django_db(transaction=True, reset_sequences=True), pytest.mark.postgres]
NFP, OTHER = "kh/ihr-nfp", "th-27/surveillance"
RISK = "Cholera in Svay Rieng: 14 cases in a week, at the market of Bavet"
HOUR = timedelta(hours=1)
FIRST = "  ihr_article_9: tell-owner-first\n  ihr_tell_hours: 6\n"
__all__ = ["store"]


def released(store: Store, folder: Path, terms: str = FIRST) -> str:
    text = border.AGREEMENT.replace("party: kh-20\n", f"party: kh-20\n    focal_point: {NFP}\n", 1) + terms
    received(store, folder, "border-kh", border.KH_WEEK, KH)
    in_force(text)
    wanted = asked(folder, VN, "KH-20", conditions="[acute-watery-diarrhoea]")
    return str(releasing.release(store, wanted, "r.yml", folder / "out", NOW)["release"])


def says(code: str, now: object, words: Words = informing.PLAIN) -> list[str]:
    return list(informing.shown(InformingRecord.objects.get(code=code), now, words)["says"])  # type: ignore[arg-type]


def test_the_focal_point_is_told_first_and_sees_the_clock(store: Store, tmp_path: Path) -> None:
    release = released(store, tmp_path)
    record = informing.tell(release, VN, RISK, NOW + HOUR, learned_at=NOW)
    assert informing.tell(release, VN, RISK, NOW + 2 * HOUR).pk == record.pk, "a weak link asks twice"
    assert {(one.to_party, one.to_post) for one in Outbox.objects.filter(kind="informing:told")} == {
        ("kh-20", ""), ("kh-20", NFP),
    }  # fmt: skip
    assert (
        [one["words"] for one in informing.told_to(NFP, NOW)]
        == [RISK]
        == [one["words"] for one in informing.told_to(KH, NOW)]
    )
    due = NOW + timedelta(hours=24)
    assert says(record.code, due) == [
        f"WHO is to be informed by {informing.utc(due)}", "kh-20 has not yet said that it has seen it",
    ]  # fmt: skip
    informing.seen(record.code, NFP, NOW + 2 * HOUR, reply="We inform WHO ourselves tonight")
    informing.seen(record.code, NFP, NOW + 3 * HOUR, reply="We inform WHO ourselves tonight")
    with pytest.raises(UserError, match="kh/ihr-nfp said so already"):
        informing.seen(record.code, KH, NOW + 3 * HOUR)
    informing.informed(record.code, VN, NOW + 6 * HOUR, at=NOW + 5 * HOUR, reference="EIS 2026-114")
    assert says(record.code, due)[0] == f"WHO was informed on {informing.utc(NOW + 5 * HOUR)}, in time"
    assert len(says(record.code, due)) == 2, "nothing was done otherwise than agreed"
    kinds = [one.kind for one in Entry.objects.filter(kind__startswith="informing:").order_by("pk")]
    assert kinds == ["informing:told", "informing:seen", "informing:informed"]
    assert not any("Bavet" in one.body for one in Entry.objects.all()), "the log holds no words"


def test_what_was_done_otherwise_than_agreed_is_said_and_nothing_is_stopped(store: Store, tmp_path: Path) -> None:
    release = released(store, tmp_path)
    after.revoke(store, release, KH, "by mistake", NOW)
    record = informing.tell(release, VN, RISK, NOW + 30 * HOUR, learned_at=NOW)
    assert says(record.code, NOW + 30 * HOUR) == [
        f"WHO was to be informed by {informing.utc(NOW + 24 * HOUR)}; nobody has said that it was",
        "kh-20 has not yet said that it has seen it",
        "kh-20 was told later than agreed, which is within 6 hours of the evidence",
    ]
    informing.informed(record.code, VN, NOW + 31 * HOUR, at=NOW + 25 * HOUR)
    said = says(record.code, NOW + 31 * HOUR)
    assert said[0] == f"WHO was informed on {informing.utc(NOW + 25 * HOUR)}, after its 24 hours"
    assert said[-1] == "WHO was informed before kh-20 was told, otherwise than agreed"


def test_told_at_the_same_time_is_as_agreed_where_the_agreement_says_so(store: Store, tmp_path: Path) -> None:
    together = FIRST.replace("tell-owner-first", "tell-owner-together")
    record = informing.tell(released(store, tmp_path, together), VN, RISK, NOW + 2 * HOUR, learned_at=NOW)
    informing.informed(record.code, VN, NOW + 3 * HOUR, at=NOW + HOUR)
    assert len(says(record.code, NOW + 3 * HOUR)) == 2


def test_who_told_is_reminded_once_before_the_hours_end_unless_who_was_informed(store: Store, tmp_path: Path) -> None:
    release = released(store, tmp_path)
    late, done = (informing.tell(release, VN, f"{RISK}, {n}", NOW).code for n in (1, 2))
    informing.informed(done, VN, NOW + HOUR)
    for hours in (21, 22, 23, 30):
        reminding.remind(store, "", NOW + timedelta(hours=hours))
    told = Outbox.objects.filter(kind="informing:due")
    assert [(one.to_post, one.facts["informing"], one.at) for one in told] == [(VN, late, NOW + 22 * HOUR)]


def test_a_focal_point_that_sits_in_a_strangers_party_is_not_told(store: Store, tmp_path: Path) -> None:
    party = Party.objects.create(code="th-27", name="Sa Kaeo", kind="province", country="TH", made_at=NOW)
    Post.objects.create(party=party, code=NFP, title="Desk", role="province", place="", made_at=NOW)
    record = informing.tell(released(store, tmp_path), VN, RISK, NOW)
    assert (record.focal_point, informing.told_to(NFP, NOW)) == ("", [])
    assert {one.to_party for one in Outbox.objects.filter(kind="informing:told")} == {"kh-20"}


def test_others_meet_what_is_not_there_and_slips_are_answered(store: Store, tmp_path: Path) -> None:
    release = released(store, tmp_path)
    code = informing.tell(release, VN, RISK, NOW).code
    assert informing.told_to(OTHER, NOW) == informing.told_by(OTHER, NOW) == informing.told_by(KH, NOW) == []
    assert informing.seen_by(code, OTHER) is None
    said = []
    for named in (code, "W-999-999"):
        with pytest.raises(UserError) as answer:
            informing.seen(named, OTHER, NOW)
        said.append(str(answer.value).replace(named, "CODE"))
        with pytest.raises(UserError, match="nothing was told"):
            informing.informed(named, KH, NOW)
    assert said[0] == said[1]
    with pytest.raises(UserError, match="there is no release"):
        informing.tell(release, OTHER, RISK, NOW)
    with pytest.raises(UserError, match="time to come"):
        informing.tell(release, VN, RISK, NOW, learned_at=NOW + HOUR)
    with pytest.raises(UserError, match="takes 1 to"):
        informing.tell(release, VN, " ", NOW)
    with pytest.raises(UserError, match="vn-37 owns nothing"):
        informing.tell(release, VN, RISK, NOW, owner="vn-37")
    with pytest.raises(UserError, match="after the evidence"):
        informing.informed(code, VN, NOW, at=NOW - HOUR)
    informing.informed(code, VN, NOW)
    with pytest.raises(UserError, match="said already"):
        informing.informed(code, VN, NOW + HOUR, at=NOW + HOUR)
    assert InformingRecord.objects.get().informed_at == NOW

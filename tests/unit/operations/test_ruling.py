"""Rules as a post meets them: its own agreements alone, the steps open to it, and nobody acting for another's party."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from tests.stories import border

from sampan.model.errors import Refused, UserError
from sampan.operations import homes
from sampan.operations.sharing import making, ruling, standard_terms
from sampan.operations.sharing.gates import party_of
from sampan.operations.sharing.ruling import Desk, Rule
from sampan.people.models import Party, Post
from sampan.web.reader import Reader
from sampan.web.rules.words import coming_words, half_words, stop_words

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
NOW = datetime(2026, 8, 4, 8, tzinfo=UTC)
KH, VN, MINISTRY = "kh-20/surveillance", "vn-37/surveillance", "vn/preventive-medicine"
PAPER = b"the signed paper"


@pytest.fixture(autouse=True)
def people() -> None:
    """Both provinces and a ministry of one of them, and a third party of another country."""
    homes.opened()
    facts = (
        ("kh-20", "province", "KH", "surveillance"), ("vn-37", "province", "VN", "surveillance"),
        ("vn", "authority", "VN", "preventive-medicine"), ("th-moph", "authority", "TH", "surveillance"),
    )  # fmt: skip
    for code, kind, country, slug in facts:
        party = Party.objects.create(code=code, name=code, kind=kind, country=country, made_at=NOW)
        Post.objects.create(party=party, code=f"{code}/{slug}", title=slug, role="national", made_at=NOW)


def _in_force() -> None:
    making.propose(border.AGREEMENT, "a", KH, NOW)
    making.move("border", "agree", VN, NOW)
    making.move("border", "verify", KH, NOW, paper=PAPER)
    making.move("border", "activate", "kh-20/director", NOW)
    making.move("border", "activate", MINISTRY, NOW)


def test_each_side_sees_both_directions_and_a_third_sees_none() -> None:
    _in_force()
    for desk, tell, told in (
        (Desk(KH, "kh-20"), {"kh-weekly"}, {"vn-weekly", "vn-outbreak"}),
        (Desk(MINISTRY, "vn"), {"vn-weekly", "vn-outbreak"}, {"kh-weekly"}),
    ):
        (partner,) = ruling.partners(ruling.rules(desk, NOW))
        assert {cell.clause.id for _, ours, _ in partner.lines for cell in ours} == tell
        assert {cell.clause.id for _, _, theirs in partner.lines for cell in theirs} == told
        assert [code for code, _, _ in partner.lines] == ["acute-watery-diarrhoea", "dengue"]
    stranger = Desk("th-moph/surveillance", "th-moph")
    assert ruling.rules(stranger, NOW) == []
    assert ruling.rule(stranger, "border") is None
    assert ruling.rule(stranger, "no-such") is None


def test_the_steps_open_to_a_post_are_those_the_other_side_waits_for() -> None:
    ours, theirs = Desk(KH, "kh-20"), Desk(VN, "vn-37")

    def steps(desk: Desk) -> list[str]:
        found = ruling.rule(desk, "border")
        assert found is not None
        return ruling.open_steps(found)

    making.propose(border.AGREEMENT, "a", KH, NOW)
    assert steps(ours) == ["terminate"], "whoever proposed waits for an answer"
    assert steps(theirs) == ["counter", "agree", "terminate"]
    making.move("border", "agree", VN, NOW)
    making.move("border", "verify", KH, NOW, paper=PAPER)
    making.move("border", "activate", KH, NOW)
    assert steps(ours) == ["terminate"]
    assert steps(theirs) == ["activate", "terminate"]
    making.move("border", "activate", VN, NOW)
    assert steps(ours) == steps(theirs) == ["suspend", "terminate", "end-at-once"]


def test_the_smallest_difference_is_told_from_the_readers_side() -> None:
    _in_force()
    ours, theirs = (ruling.rule(desk, "border") for desk in (Desk(KH, "kh-20"), Desk(VN, "vn-37")))
    assert ours is not None
    assert theirs is not None
    one, two = ruling.balance(ours), ruling.balance(theirs)
    assert one["only_we_tell"] == two["only_they_tell"]
    assert one["only_they_tell"] == two["only_we_tell"]
    assert one["only_they_tell"]["trigger"] == "border-outbreak"
    assert one["only_they_tell"]["post"] == KH, "their clause as it stands tells it to our post"
    declares = {term["term"]: (term["ours"], term["theirs"]) for term in one["terms"]}["declared_by"]
    assert MINISTRY in str(declares[1]), "the post that may declare it, not ours in its place"


def test_nobody_acts_for_another_party_whatever_a_file_says() -> None:
    theirs = "th-moph/surveillance"
    stolen = border.AGREEMENT.replace("[vn-37/surveillance, vn/preventive-medicine]", f"[{theirs}, {VN}]")
    stolen = stolen.replace("vn/preventive-medicine", VN)
    making.propose(stolen, "a", KH, NOW)
    assert party_of(theirs) == "th-moph"
    for verb in ("agree", "terminate"):
        with pytest.raises(Refused) as refused:
            making.move("border", verb, theirs, NOW)
        assert refused.value.rule == "agreement-parties"
    assert ruling.rule(Desk(theirs, "th-moph"), "border") is None


def test_the_authority_of_a_country_acts_for_its_province_alone() -> None:
    _in_force()
    assert party_of(MINISTRY) == "vn-37"
    Party.objects.filter(code="vn-37").update(country="LA")
    assert party_of(MINISTRY) == "vn"


def test_a_version_is_made_by_the_two_sides_and_what_is_in_force_can_be_suspended_meanwhile() -> None:
    _in_force()
    second = border.AGREEMENT.replace("version: 1", "version: 2")
    foreign = second.replace("vn-37", "th-moph").replace("vn/preventive-medicine", "th-moph/surveillance")
    with pytest.raises(UserError, match="is taken"):
        making.propose(foreign, "a", KH, NOW)
    making.propose(second, "a", KH, NOW)
    record = making.move("border", "suspend", VN, NOW)
    assert (record.version, record.state) == (1, "suspended")
    making.move("border v2", "terminate", VN, NOW)
    assert [one["state"] for one in making.listed("kh-20")] == ["terminated", "suspended"], (
        "the version named, no other"
    )
    with pytest.raises(UserError, match="border v9"):
        making.move("border v9", "terminate", VN, NOW)


def test_a_notice_is_given_once_by_each_side_and_taken_back_by_whoever_gave_it() -> None:
    _in_force()
    ours, theirs = Desk(KH, "kh-20"), Desk(VN, "vn-37")

    def found(desk: Desk) -> Rule:
        rule = ruling.rule(desk, "border")
        assert rule is not None
        return rule

    with pytest.raises(Refused, match="given no notice"):
        making.move("border", "withdraw-notice", KH, NOW)
    making.move("border", "terminate", KH, NOW)
    with pytest.raises(Refused, match="given notice already"):
        making.move("border", "terminate", KH, NOW)
    assert ruling.open_steps(found(ours)) == ["suspend", "withdraw-notice", "end-at-once"]
    assert ruling.open_steps(found(theirs)) == ["suspend", "terminate", "end-at-once"]
    making.move("border", "terminate", VN, NOW + timedelta(days=3))
    assert found(ours).agreement.last_day == date(2026, 9, 3), "the notice that runs out first ends it"
    making.move("border", "withdraw-notice", KH, NOW + timedelta(days=4))
    assert (found(theirs).agreement.last_day, found(theirs).notice_by) == (date(2026, 9, 6), ("vn-37",))
    making.move("border", "withdraw-notice", VN, NOW + timedelta(days=5))
    assert found(theirs).agreement.last_day == date(2099, 12, 31)


def test_a_notice_has_its_days_in_the_zone_of_each_party_the_later_one_taken() -> None:
    making.propose(border.AGREEMENT.replace("zone: Asia/Ho_Chi_Minh", "zone: Pacific/Auckland"), "a", KH, NOW)
    making.move("border", "agree", VN, NOW)
    making.move("border", "verify", KH, NOW, paper=PAPER)
    making.move("border", "activate", "kh-20/director", NOW)
    making.move("border", "activate", MINISTRY, NOW)
    making.move("border", "terminate", KH, datetime(2026, 8, 4, 13, tzinfo=UTC))  # the fourth in KH, the fifth there
    [one] = making.listed("kh-20")
    assert (one["last_day"], one["state"], one["notice_by"]) == ("2026-09-04", "in-force", ["kh-20"])


def test_half_of_a_step_says_whose_it_is_and_whose_is_missing_until_the_state_changes() -> None:
    _in_force()
    desk = Desk(KH, "kh-20")
    making.move("border", "suspend", VN, NOW)
    for at in (NOW, NOW + timedelta(hours=1)):
        making.move("border", "activate", "kh-20/director", at)
    found = ruling.rule(desk, "border")
    assert found is not None
    (half,) = found.halves
    assert (half.post, half.at, half.waits_for, half.posts) == ("kh-20/director", NOW, "vn-37", (VN, MINISTRY))
    assert "activate" not in ruling.open_steps(found)
    assert half_words(half, found, Reader("en")) == (
        f"kh-20/director activated it on 4 August 2026, 08:00 UTC. It waits for Tay Ninh: {VN}, {MINISTRY} can activate it."
    )
    making.move("border", "activate", VN, NOW)
    making.move("border", "suspend", VN, NOW)
    found = ruling.rule(desk, "border")
    assert found is not None
    assert (found.halves, "activate" in ruling.open_steps(found)) == ((), True), "what was said of an earlier stop"


def test_time_alone_ends_what_runs_out_and_both_sides_end_it_at_once() -> None:
    _in_force()
    for verb in ("expire", "run-out"):
        with pytest.raises(Refused, match="runs out by itself"):
            making.move("border", verb, KH, NOW)
    assert making.move("border", "end-at-once", KH, NOW).state == "in-force"
    assert making.move("border", "end-at-once", "kh-20/director", NOW).state == "in-force", "of the same side"
    assert making.move("border", "end-at-once", VN, NOW).state == "terminated"


def test_what_was_deposited_is_taken_back_at_once_unless_the_terms_say_otherwise() -> None:
    record = standard_terms.adopt("kh-20", "Svay Rieng", "KH", KH, NOW)
    assert record is not None
    assert making.move(record.code, "terminate", KH, NOW).state == "terminated"


@pytest.mark.parametrize(
    ("verb", "posts", "says"),
    [
        ("suspend", (VN,), "Suspended on 5 August 2026 by vn-37/surveillance."),
        ("end-at-once", (VN, KH), "Ended on 5 August 2026, at once, by both sides."),
        ("terminate", (VN,), "Ended with 4 September 2026, by notice of Tay Ninh."),
    ],
)
def test_a_page_says_when_it_stopped_in_the_zone_of_the_own_side(verb: str, posts: tuple[str, ...], says: str) -> None:
    _in_force()
    for post in posts:
        making.move("border", verb, post, NOW + timedelta(hours=10))  # the fifth in Phnom Penh, not yet in Greenwich
    making.expire_due(NOW + timedelta(days=40))
    found = ruling.rule(Desk(KH, "kh-20"), "border")
    assert found is not None
    assert stop_words(found, Reader("en")) == says
    assert coming_words(found, Reader("en")) == (
        [] if verb != "suspend" else ["1 November 2099: its posts are reminded that it ends with 31 December 2099",
                                      "17 December 2099: its posts are reminded that it ends with 31 December 2099"]
    )  # fmt: skip

"""Seating: a party's own coordinators seat its people; the office seats only the first, by two of its staff."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from sampan.model.errors import Refused, UserError
from sampan.operations import seating
from sampan.operations.seating import NewParty, NewPerson, NewPost
from sampan.people.models import Person, Seat
from sampan.people.roles import OFFICE_ROLES, RIGHTS, Right, may, roles_of
from sampan.store.models import Entry, Outbox

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
NOW = datetime(2025, 8, 4, 8, tzinfo=UTC)
PASSWORD = "a boat between two banks"


def _office() -> tuple[Seat, Seat]:
    """Two members of the office's staff."""
    first = seating.set_up("Office", NewPerson("one", PASSWORD), NOW)
    coordinator, staff = first.seats_now()
    made = seating.offer(coordinator, staff.post, NOW)
    second = seating.accept(made.link, made.code, NewPerson("two", PASSWORD), NOW)
    return staff, second.seats_now().get()


def _party(code: str) -> Seat:
    """A party's first coordinator, seated by the two."""
    staff = list(Seat.objects.filter(post__code="office/staff", until=None).order_by("pk")) or list(_office())
    made = seating.propose(staff[0], NewParty(code, code.upper(), "authority", "XP"), NOW)
    agreed = seating.agree(staff[1], made.invitation, NOW)
    return seating.accept(made.link, agreed.code, NewPerson(f"{code}-head", PASSWORD), NOW).seats_now().get()


def _kinds() -> list[str]:
    return list(Entry.objects.order_by("index").values_list("kind", flat=True))


def test_nobody_of_the_office_seats_a_first_coordinator_alone():
    one, two = _office()
    made = seating.propose(one, NewParty("xp-moh", "Ministry", "authority"), NOW)
    assert made.link and not made.code
    assert seating.invited(made.link, NOW) is None, "the link alone opens nothing"
    with pytest.raises(Refused, match="second member of staff"):
        seating.agree(one, made.invitation, NOW)
    agreed = seating.agree(two, made.invitation, NOW)
    assert agreed.code and not agreed.link
    person = seating.accept(made.link, agreed.code, NewPerson("head", PASSWORD), NOW)
    assert [seat.post.code for seat in person.seats_now()] == ["xp-moh/coordinator"]


def test_one_person_in_two_staff_seats_is_still_one():
    one, _ = _office()
    coordinator = one.person.seats_now().get(post__code="office/coordinator")
    made = seating.propose(one, NewParty("xp-moh", "Ministry", "authority"), NOW)
    again = seating.add_post(coordinator, NewPost("night", "Night", "staff"), NOW)
    offered = seating.offer(coordinator, again, NOW)
    seating.accept(offered.link, offered.code, one.person, NOW)
    with pytest.raises(Refused):
        seating.agree(one.person.seats_now().get(post=again), made.invitation, NOW)


def test_the_office_can_neither_invite_into_a_party_nor_recover_nor_remove_its_people():
    head = _party("xp-moh")
    office = Seat.objects.get(post__code="office/coordinator")
    before = Entry.objects.count()
    with pytest.raises(Refused, match="own coordinators"):
        seating.offer(office, head.post, NOW)
    with pytest.raises(Refused, match="own coordinators"):
        seating.recover(office, head.person, NOW)
    with pytest.raises(Refused, match="own coordinators"):
        seating.remove(office, head, NOW)
    assert Entry.objects.count() == before


def test_a_refusal_does_not_say_whether_the_others_post_exists():
    head, other = _party("xp-moh"), _party("xs-moh")
    with pytest.raises(Refused) as mine:
        seating.recover(head, other.person, NOW)
    nobody = Person.objects.named("nobody", PASSWORD, made_at=NOW)
    with pytest.raises(Refused) as unseated:
        seating.recover(head, nobody, NOW)
    assert mine.value.as_dict() == unseated.value.as_dict()


def test_a_successor_finds_the_post_and_the_predecessor_is_gone():
    head = _party("xp-moh")
    post = seating.add_post(head, NewPost("hill", "Hill province", "province", "XP-1"), NOW)
    offers = [seating.offer(head, post, NOW) for _ in range(2)]
    people = [
        seating.accept(offer.link, offer.code, NewPerson(f"officer{n}", PASSWORD), NOW)
        for n, offer in enumerate(offers)
    ]
    assert {seat.person.sign_in for seat in seating.seats(head.post.party)} == {"xp-moh-head", "officer0", "officer1"}
    seating.remove(head, people[0].seats_now().get(), NOW)
    assert not people[0].seats_now().exists()
    assert people[1].seats_now().get().post == post


def test_every_seating_is_told_to_every_coordinator_and_logged_without_a_name():
    head = _party("xp-moh")
    second = seating.add_post(head, NewPost("deputy", "Deputy", "coordinator"), NOW)
    offer = seating.offer(head, second, NOW)
    seating.accept(offer.link, offer.code, NewPerson("deputy-name", PASSWORD), NOW)
    told = Outbox.objects.filter(kind="seat:taken", facts__post="xp-moh/deputy")
    assert sorted(told.values_list("to_post", flat=True)) == ["xp-moh/coordinator", "xp-moh/deputy"]
    entry = Entry.objects.filter(kind="seat:taken").order_by("-index").first()
    assert entry is not None and entry.parties == "|xp-moh|"
    assert "deputy-name" not in (entry.body or "")


def test_five_wrong_codes_close_an_invitation_for_good():
    head = _party("xp-moh")
    offer = seating.offer(head, head.post, NOW)
    for _ in range(seating.WRONG_CODES):
        with pytest.raises(UserError, match="not the code"):
            seating.accept(offer.link, "22222222", NewPerson("guess", PASSWORD), NOW)
    with pytest.raises(UserError, match="not open"):
        seating.accept(offer.link, offer.code, NewPerson("guess", PASSWORD), NOW)
    assert not Person.objects.filter(sign_in="guess").exists()


def test_an_invitation_is_used_once_and_not_after_seven_days():
    head = _party("xp-moh")
    offer = seating.offer(head, head.post, NOW)
    assert seating.invited(offer.link, NOW + timedelta(days=7)) is None
    code = f"{offer.code[:4]}-{offer.code[4:]} ".upper()
    seating.accept(offer.link, code, NewPerson("next", PASSWORD), NOW)
    with pytest.raises(UserError, match="not open"):
        seating.accept(offer.link, offer.code, NewPerson("third", PASSWORD), NOW)


def test_recovery_ends_the_old_password_and_keeps_the_seat():
    head = _party("xp-moh")
    post = seating.add_post(head, NewPost("hill", "Hill province", "province"), NOW)
    offer = seating.offer(head, post, NOW)
    person = seating.accept(offer.link, offer.code, NewPerson("officer", PASSWORD), NOW)
    again = seating.recover(head, person, NOW)
    person.refresh_from_db()
    assert not person.has_usable_password()
    assert seating.accept(again.link, again.code, NewPerson("", "another long password"), NOW) == person
    person.refresh_from_db()
    assert person.check_password("another long password")
    assert person.seats_now().count() == 1


def test_the_last_coordinator_stays_until_another_is_seated():
    head = _party("xp-moh")
    with pytest.raises(Refused, match="last coordinator"):
        seating.remove(head, head, NOW)
    offer = seating.offer(head, head.post, NOW)
    seating.accept(offer.link, offer.code, NewPerson("next", PASSWORD), NOW)
    seating.remove(head, head, NOW)
    head.refresh_from_db()
    with pytest.raises(Refused, match="own coordinators"):
        seating.offer(head, head.post, NOW)


def test_set_up_happens_once():
    _office()
    with pytest.raises(Refused, match="set up already"):
        seating.set_up("Office", NewPerson("late", PASSWORD), NOW)
    assert _kinds()[:2] == ["seat:taken", "seat:taken"]


def test_no_post_of_the_office_sees_content():
    content = {Right.BORDER, Right.DELIVER, Right.DELIVERIES, Right.WITHDRAW, Right.FINDINGS, Right.SETTLE, Right.WORD}
    assert roles_of("office") == OFFICE_ROLES
    assert not any(may(role, right) for role in OFFICE_ROLES for right in content)
    assert not may("unknown", Right.LOG)
    assert "staff" not in roles_of("authority")
    assert set(RIGHTS) == {*roles_of("office"), *roles_of("authority")}

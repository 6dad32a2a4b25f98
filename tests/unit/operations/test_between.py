"""Between two parties: both read the same, a third reads nothing of it, and what was not due has no figure."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from sampan.model.errors import Refused, UserError
from sampan.operations import between, homes
from sampan.store.models import GivenWord, Opening, Outbox, ReleaseRecord, RequestRecord, UseNote

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
NOW = datetime(2026, 8, 4, 8, tzinfo=UTC)
KH, VN = "kh-20", "vn-37"


def _request(number: int, asker: str, giver: str, hours: float | None) -> RequestRecord:
    """A request of one party that needed the other's word, answered after so many hours (None: it waits)."""
    at = NOW - timedelta(days=9)
    code = f"Q-{number:06d}"
    post = f"{asker}/desk"
    record = RequestRecord.objects.create(code=code, name="q", post=post, digest=code, text="", asked_at=at)
    facts = {"request": code, "rule": "r", "from": post, "purpose": "alert"}
    Outbox.objects.create(to_party=giver, to_post=f"{giver}/head", kind="gate:waits", facts=facts, at=at)
    if hours is not None:
        word = at + timedelta(hours=hours)
        GivenWord.objects.create(rule="r", subject=code, answer="passed", by=f"{giver}/head", at=word)
    return record


def _release(number: int, giver: str, receiver: str, told: int) -> ReleaseRecord:
    request = _request(1000 + number, receiver, "nobody", None)
    return ReleaseRecord.objects.create(
        code=f"R-{number:06d}", request=request, recipient=f"{receiver}/desk", party=receiver, owners=f"|{giver}|",
        agreements="|a|", manifest={"told": told, "clauses": []}, table=b"", digest="d", released_at=NOW - timedelta(days=3),
    )  # fmt: skip


def _ways(one: str, other: str) -> dict[str, between.Way]:
    return {way.giver: way for way in between.between(one, other, NOW).ways}


def test_where_nothing_was_due_there_is_no_figure() -> None:
    homes.opened()
    for way in between.between(KH, VN, NOW).ways:
        assert (way.releases, way.asked, way.waiting) == (0, 0, 0)
        assert (way.median_hours, way.longest_hours, way.answered_share, way.used_share) == (None, None, None, None)


def test_given_and_received_hours_and_work_are_counted_for_each_side() -> None:
    homes.opened()
    for number, hours in enumerate((2.0, 30.0, 4.0, None)):
        _request(number, VN, KH, hours)
    release = _release(1, KH, VN, 40)
    _release(2, KH, "th", 7)
    Opening.objects.create(release=release, post=f"{VN}/desk", at=NOW)
    UseNote.objects.create(release=release, post=f"{VN}/desk", used_in="week 31", at=NOW)
    between.note_work(KH, f"{KH}/desk", VN, 90, "mapped the return", NOW)
    ways = _ways(KH, VN)
    given = ways[KH]
    assert (given.releases, given.cells, given.openings, given.uses, given.used_share) == (1, 40, 1, 1, 1.0)
    assert (given.asked, given.answered, given.waiting, given.answered_share) == (4, 3, 1, 0.75)
    assert (given.median_hours, given.longest_hours, given.work_minutes) == (4.0, 30.0, 90)
    assert (ways[VN].releases, ways[VN].work_minutes, ways[VN].median_hours) == (0, 0, None)
    assert between.partners(KH) == ["th", VN]
    assert between.partners(VN) == [KH]


def test_work_is_noted_only_where_there_is_an_exchange() -> None:
    homes.opened()
    with pytest.raises(Refused):
        between.note_work(KH, f"{KH}/desk", VN, 30, "talked", NOW)
    _release(1, VN, KH, 1)
    for minutes in (0, -5, 8 * 24 * 60):
        with pytest.raises(UserError):
            between.note_work(KH, f"{KH}/desk", VN, minutes, "talked", NOW)
    between.note_work(KH, f"{KH}/desk", VN, 30, "talked", NOW)
    assert between.work(VN, KH) == between.work(KH, VN)
    assert between.work(KH, "th") == []


class BothSides(TestCase):
    """Whatever happened, both sides read one and the same document."""

    @settings(max_examples=15, deadline=None)
    @given(st.lists(st.tuples(st.booleans(), st.none() | st.floats(0.1, 200)), max_size=5))
    def test_both_read_the_same(self, asked: list[tuple[bool, float | None]]) -> None:
        """Each direction in turn, answered or not."""
        for number, (ours, hours) in enumerate(asked):
            _request(number, *((KH, VN) if ours else (VN, KH)), hours)
        assert between.between(KH, VN, NOW).as_dict() == between.between(VN, KH, NOW).as_dict()
        for way in between.between(KH, VN, NOW).ways:
            assert way.asked == way.answered + way.waiting
            assert (way.median_hours is None) == (way.answered == 0)

"""Sweeping and reminding: what had its time goes, who is waited for is told once a week."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.sessions.models import Session

from sampan.operations import homes, reminding, sweeping
from sampan.operations.sharing.release_states import state_of
from sampan.store.models import Delivery, Entry, FindingRecord, Outbox, ReadMark, ReleaseRecord, RequestRecord

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
NOW = datetime(2026, 8, 3, 8, tzinfo=UTC)


def released(expires_at: datetime) -> ReleaseRecord:
    number = ReleaseRecord.objects.count()
    asked = RequestRecord.objects.create(
        code=f"Q-{number}", name="q", post="vn-37/surveillance", digest=f"{number}", text="", asked_at=NOW
    )
    return ReleaseRecord.objects.create(
        code=f"R-{number}", request=asked, recipient="vn-37/surveillance", party="vn-37", owners="|kh-20|",
        agreements="|a|", deliveries=[], manifest={"clauses": []}, table=b"", digest="", released_at=NOW,
        expires_at=expires_at,
    )  # fmt: skip


def test_a_release_that_expired_is_ended_told_and_logged_once() -> None:
    store = homes.opened()
    late, open_still = released(NOW - timedelta(hours=1)), released(NOW + timedelta(hours=1))
    for _ in range(2):
        sweeping.sweep(store, "1", NOW)
    for record in (late, open_still):
        record.refresh_from_db()
    assert [state_of(one, NOW) for one in (late, open_still)] == ["expired", "open"]
    assert (late.ended_at, open_still.ended_at) == (NOW, None)
    assert [(one.to_post, one.facts["why"]) for one in Outbox.objects.all()] == [("vn-37/surveillance", "expired")]
    assert Entry.objects.filter(kind="release:ended").count() == 1


def test_sessions_and_marks_that_had_their_time_go() -> None:
    store = homes.opened()
    for key, hours in (("old", -1), ("new", 1)):
        Session.objects.create(session_key=key, session_data="", expire_date=NOW + timedelta(hours=hours))
        ReadMark.objects.create(mark=key, at=NOW + timedelta(hours=25 * hours))
    sweeping.sweep(store, "1", NOW)
    assert [one.session_key for one in Session.objects.all()] == ["new"]
    assert [one.mark for one in ReadMark.objects.all()] == ["new"]


def test_questions_open_for_a_week_are_told_once_a_week() -> None:
    store = homes.opened()
    delivery = Delivery.objects.create(
        code="D-000001", source="s", party="kh-20", country="KH", actor="kh-20/p", filename="f.csv", size=1,
        digest="ab" * 32, blob="b", received_at=NOW, mode="snapshot", state="committed",
    )  # fmt: skip
    for number, severity in enumerate(("ask", "ask", "note"), start=1):
        FindingRecord.objects.create(
            code=f"F-00000{number}", delivery=delivery, source="s", owner="kh-20", rule="unmapped-term",
            severity=severity, count=1, cases=1, term="w", found_at=NOW,
        )  # fmt: skip
    for days in (1, 8, 9, 15, 16):
        reminding.remind(store, "", NOW + timedelta(days=days))
    told = [(one.kind, one.facts, one.at - NOW) for one in Outbox.objects.order_by("pk")]
    assert told == [
        ("findings:wait", {"findings": 2}, timedelta(days=8)),
        ("findings:wait", {"findings": 2}, timedelta(days=15)),
    ]

"""Findings by problem: several accepted together, with a reason; nothing of others, nothing that stops."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from tests.conftest import Sampan
from tests.inside import runner

from sampan.operations import belonging, homes, observing, settling
from sampan.people.models import Party, Person, Post, Seat
from sampan.store.models import Delivery, Entry, FindingRecord

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
NOW = datetime(2025, 8, 4, 8, tzinfo=UTC)


def _finding(number: int, owner: str, severity: str, delivery: Delivery) -> FindingRecord:
    return FindingRecord.objects.create(
        code=f"F-00000{number}", delivery=delivery, source="s", owner=owner, severity=severity, count=2, cases=7,
        rule="sudden-change" if severity == "ask" else "impossible-date", term=None, found_at=NOW,
    )  # fmt: skip


@pytest.fixture
def client() -> Client:
    """The national desk of a party with two findings to ask about, one that stops, and one of another party."""
    homes.opened()
    party = Party.objects.create(code="xp-moh", name="Ministry", kind="authority", made_at=NOW)
    post = Post.objects.create(party=party, code="xp-moh/desk", title="Desk", role="national", made_at=NOW)
    person = Person.objects.named("desk", None, made_at=NOW)
    Authenticator.objects.create(user=person, type=Authenticator.Type.TOTP, data={"secret": "s"})
    Seat.objects.create(person=person, post=post, since=NOW, seated_by="-")
    delivery = Delivery.objects.create(
        code="D-000001", source="s", party="xp-moh", country="XP", actor="xp-moh/desk", filename="f.csv", size=1,
        digest="ab" * 32, blob="b", received_at=NOW, mode="snapshot", state="committed",
    )  # fmt: skip
    for number, (owner, severity) in enumerate(
        (("xp-moh", "ask"), ("xp-moh", "ask"), ("xp-moh", "stop"), ("xs-moh", "ask")), 1
    ):
        _finding(number, owner, severity, delivery)
    signed_in = Client(HTTP_HOST="localhost")
    signed_in.force_login(person)
    return signed_in


@pytest.fixture
def sampan_runner(capsys: pytest.CaptureFixture[str]) -> Sampan:
    """The command in this process."""
    return runner(capsys)


def _states() -> list[str]:
    return list(FindingRecord.objects.order_by("code").values_list("state", flat=True))


def test_findings_stand_by_problem_and_each_problem_once(client: Client):
    page = client.get("/findings/").content.decode()
    assert page.count("<h2") == 2
    assert page.count('name="finding"') == 2, "what stops cannot be accepted"


def test_several_are_accepted_together_with_one_reason(client: Client):
    chosen = {"finding": ["F-000001", "F-000002"], "reason": "an outbreak"}
    assert client.post("/findings/", chosen).status_code == 302
    assert _states() == ["settled", "settled", "open", "open"]
    assert Entry.objects.filter(kind="finding:settled").count() == 2


@pytest.mark.parametrize("code", ["F-000003", "F-000004", "F-000009"])
def test_one_that_stops_or_is_anothers_stops_the_whole_list(client: Client, code: str):
    answer = client.post("/findings/", {"finding": ["F-000001", code], "reason": "an outbreak"})
    assert (answer.status_code, _states()) == (404, ["open"] * 4)


def test_without_a_reason_nothing_is_accepted(client: Client):
    assert client.post("/findings/", {"finding": ["F-000001"], "reason": " "}).status_code == 400
    assert _states() == ["open"] * 4


def test_what_an_answer_touches_is_said_before(client: Client):
    FindingRecord.objects.filter(code__in=["F-000001", "F-000002"]).update(term="word", column="place")
    assert settling.effect("F-000001") == {"cells": 4, "cases": 14, "deliveries": 1}


@pytest.mark.parametrize(
    ("facts", "severity", "answers"),
    [
        ({}, "ask", ["accept"]),
        ({}, "stop", []),
        ({"field": "place"}, "ask", ["word", "none", "accept"]),
        ({"field": "place"}, "stop", ["word", "none"]),
    ],
)
def test_a_question_offers_only_the_answers_that_change_something(
    client: Client, facts: dict[str, str], severity: str, answers: list[str]
):
    FindingRecord.objects.filter(code="F-000001").update(term="dengue", facts=facts, severity=severity)
    page = client.get("/findings/F-000001/").content.decode()
    offered = ["word"] * ('value="other"' in page) + ["none"] * ('value="none"' in page)
    assert [*offered, *["accept"] * ('value="accept"' in page)] == answers
    assert ('href="/deliver/"' in page.partition('id="correct"')[2]) == ("word" not in answers)
    found = belonging.finding("xp-moh", "F-000001")
    assert found is not None and belonging.told_of(homes.opened(), found)["answers"] == answers


def test_a_word_for_a_question_about_figures_is_refused_at_every_door(client: Client, sampan_runner: Sampan):
    FindingRecord.objects.filter(code="F-000001").update(term="dengue", source="thailand-dhf-monthly")
    answer = client.post("/findings/F-000001/", {"answer": "other", "value": "dengue", "reason": "so"})
    assert answer.status_code == 200 and "changes nothing here" in answer.content.decode()
    said = sampan_runner("settle", "F-000001", "dengue", "--actor", "xp-moh/desk", code=2).err
    assert "about figures" in said and "corrected file" in said
    assert _states() == ["open"] * 4


def test_a_code_from_before_the_delivery_was_read_again_leads_to_the_question_that_stands(client: Client):
    old = FindingRecord.objects.get(code="F-000002")
    FindingRecord.objects.filter(pk=old.pk).update(state="replaced", term="x", facts={"field": "place"})
    FindingRecord.objects.filter(code="F-000001").update(term="x", facts={"field": "place"})
    assert "F-000001" in client.get("/findings/F-000002/").content.decode()
    assert observing.finding(homes.opened(), "F-000002", party="xp-moh")["finding"] == "F-000001"

"""Emergencies and slips on the pages of rules: declared and called off by whom a clause names, and no text is lost."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client
from tests.stories import border
from tests.unit.web.test_requests import ASKED, KH, MINISTRY, NOW, VN, clients

from sampan.model.errors import Refused
from sampan.operations import homes
from sampan.operations.sharing import releasing
from sampan.store.models import Declaration, ReleaseRecord, RequestRecord

pytestmark = [pytest.mark.django_db(transaction=True, reset_sequences=True), pytest.mark.postgres]
TRIGGER = {"trigger": "border-outbreak"}
__all__ = ["clients"]


def page(clients: dict[str, Client], post: str, path: str = "/rules/") -> str:
    return clients[post].get(path).content.decode()


def test_an_emergency_is_declared_and_called_off_on_the_page_of_rules(clients: dict[str, Client]) -> None:
    assert "Declare it now" in page(clients, MINISTRY)
    told = page(clients, KH)
    assert "Nobody has declared it." in told and "Declare it now" not in told, "the clause names another post"
    assert "Emergencies" not in page(clients, "th/surveillance"), "no agreement of this party speaks of one"

    silent = clients[MINISTRY].post("/rules/emergency/", {**TRIGGER, "reason": ""})
    assert silent.status_code == 400 and "<details open>" in silent.content.decode()
    assert not Declaration.objects.exists()
    said = clients[MINISTRY].post("/rules/emergency/", {**TRIGGER, "reason": "cholera at the crossing"}, follow=True)
    assert "It is declared; every party of the agreement was told." in said.content.decode()
    told = page(clients, KH)
    assert f"Declared by {MINISTRY}" in told and "cholera at the crossing" in told and "Call it off" not in told

    assert clients[KH].post("/rules/emergency/", {**TRIGGER, "reason": "me too"}).status_code == 403
    assert clients[KH].post("/rules/emergency/", {**TRIGGER, "end": "yes"}).status_code == 403
    clients[MINISTRY].post("/rules/emergency/", {**TRIGGER, "end": "yes"})
    assert "Nobody has declared it." in page(clients, KH)
    assert Declaration.objects.get().ended_at is not None


def test_figures_are_asked_for_under_a_declared_emergency(clients: dict[str, Client]) -> None:
    asked = {**ASKED, "places": ["VN-37"], "conditions": ["acute-watery-diarrhoea"], "purpose": "joint-investigation"}
    assert 'name="trigger"' not in page(clients, KH, "/requests/new/"), "nothing is declared"
    clients[MINISTRY].post("/rules/emergency/", {**TRIGGER, "reason": "cholera at the crossing"})
    assert 'name="trigger"' in page(clients, KH, "/requests/new/")
    without = clients[KH].post("/requests/new/", asked).content.decode()
    assert "The answer now: No" in without
    within = clients[KH].post("/requests/new/", {**asked, **TRIGGER}).content.decode()
    assert "The answer now: Yes" in within and "border/vn-outbreak" in within
    clients[KH].post("/requests/new/", {**asked, **TRIGGER, "what": "release"})
    request, release = RequestRecord.objects.get(), ReleaseRecord.objects.get()
    for path in (f"/requests/{request.code}/", f"/releases/{release.code}/"):
        assert "an outbreak on the border" in page(clients, KH, path)


def test_a_recorded_request_is_released_as_it_was_asked(clients: dict[str, Client], tmp_path: Path) -> None:
    fine = {"resolution": "{level: 1, period: week, sex: true, age_years: 5}", "sources": "[border-vn]"}
    wanted = border.request(tmp_path / "wanted.yml", KH, "VN-37", **fine)
    with pytest.raises(Refused):
        releasing.release(homes.opened(), wanted.read_text(encoding="utf-8"), "wanted", tmp_path / "out", NOW)
    record = RequestRecord.objects.get()
    for post, path in ((KH, f"/requests/{record.code}/"), (MINISTRY, f"/words/{record.code}/")):
        shown = page(clients, post, path)
        assert "ages in bands of at least 5 years; split by sex" in shown and "border-vn" in shown
    assert '<span class="own">wanted</span>' in page(clients, MINISTRY, "/words/"), "a code alone says nothing"
    clients[MINISTRY].post("/words/", {"subject": [record.code], "answer": "passed"})
    clients[KH].post(f"/requests/{record.code}/")
    assert ReleaseRecord.objects.get().request == record, "not another request like it"


def test_a_text_that_cannot_be_proposed_is_not_lost(clients: dict[str, Client]) -> None:
    for text, what in (("\t{{{", "check"), (border.AGREEMENT, "offer"), ("code: x", "offer")):
        answer = clients[KH].post("/rules/write/", {"text": text, "what": what})
        shown = answer.content.decode()
        assert answer.status_code in (400, 403, 409)
        assert '<div class="wrong" role="alert">' in shown and "<textarea" in shown
        assert text.splitlines()[-1].strip() in shown


def test_the_answer_stands_above_the_form_and_what_was_answered_is_what_is_released(clients: dict[str, Client]) -> None:
    asked = {**ASKED, "places": ["KH-20"]}
    answered = clients[VN].post("/requests/new/", {**asked, "conditions": ["dengue", "hiv"]}).content.decode()
    assert "Yes, but not for all of it" in answered
    assert answered.index("The answer now") < answered.index("Name of the request")
    assert '<input type="hidden" name="conditions" value="hiv">' in answered
    wrong = clients[VN].post("/requests/new/", {**asked, "start": "1000-01-01"}).content.decode()
    assert "Years go from 1900 to 2199." in wrong and "autofocus" in wrong


def test_a_request_that_finds_no_cell_is_told_beside_its_answer(clients: dict[str, Client]) -> None:
    asked = {**ASKED, "places": ["KH-20"], "start": "2026-07-28", "end": "2026-07-29", "what": "release"}
    answer = clients[VN].post("/requests/new/", asked)
    shown = answer.content.decode()
    assert answer.status_code == 400 and 'value="2026-07-28"' in shown, "what was typed stays"
    assert '<p class="wrong" role="alert">' in shown and not ReleaseRecord.objects.exists()

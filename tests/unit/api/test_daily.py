"""What the pages of every day do, by a program: help, a file nobody has read yet, the weekly form, the region."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.stories import border
from tests.stories.border import AGREEMENT
from tests.unit.api.desks import Desk, seated

from sampan.api.paging import cursor_of
from sampan.operations import homes, practices
from sampan.operations.sharing import standard_terms
from sampan.store.models import Delivery, FindingRecord, PracticeRecord

pytestmark = [pytest.mark.django_db(transaction=True, reset_sequences=True), pytest.mark.postgres]
HEAD = "province,week,disease,cases\n"
TAKEN_UP = {
    "en": "Somebody takes up your line of help",
    "km": "មានអ្នកទទួលបន្ទាត់ជំនួយរបស់អ្នក",
    "vi": "Có nơi nhận dòng giúp đỡ của bạn",
}
ROWS = "".join(f"Svay Rieng,2026-W{week},dengue,{week}\n" for week in range(24, 29))


@pytest.fixture(autouse=True)
def fresh() -> None:
    """Nobody asked before."""
    cache.clear()


def test_help_is_asked_taken_up_and_thanked():
    one, other = seated("kh-20", "province"), seated("vn-37", "province")
    until = (datetime.now(UTC) + timedelta(days=7)).date().isoformat()
    made = one.ask("POST", "/help", {"side": "ask", "kind": "translation", "words": "A form in Lao", "until": until})
    assert (made.status_code, made.json()["state"], made.json()["mine"]) == (201, "open", True)
    code = made.json()["help"]
    assert one.ask("POST", f"/help/{code}/answer").status_code == 400, "nobody takes up an own line"
    assert other.ask("POST", f"/help/{code}/answer").json()["taken_by"] == "vn-37/province"
    for language, words in TAKEN_UP.items():
        [told] = one.ask("GET", "/messages", **{"Accept-Language": language}).json()["items"]
        assert (told["kind"], told["what"]) == ("help:answered", words)
    ended = one.ask("POST", f"/help/{code}/end", {"thanks": "Read by Monday"}).json()
    assert (ended["state"], ended["thanks"]) == ("thanked", "Read by Monday")
    person = {"side": "ask", "kind": "mapping", "words": "Call +855 12 345 678", "until": until}
    assert one.ask("POST", "/help", person).status_code == 400


def test_a_file_is_drafted_helped_with_and_approved_and_stands_in_the_crosswalk():
    owner, steward = seated("kh-20", "province"), seated("office", "staff")
    code = _drafted(owner)
    assert steward.ask("GET", f"/desk/mappings/{code}").status_code == 404, "nobody asked for help"
    said = owner.ask("POST", f"/mappings/{code}/words", {"kind": "help"})
    assert said.status_code == 200
    seen = steward.ask("GET", f"/desk/mappings/{code}")
    assert [one["header"] for one in seen.json()["columns"]] == ["province", "week", "disease", "cases"]
    assert "2026-W24" not in seen.content.decode(), "structure, never a row"
    [waiting] = steward.ask("GET", "/desk/mappings").json()["items"]
    assert waiting["mapping"] == code
    line = {"kind": "line", "field": "place", "term": "Bavet", "value": "KH-20", "match": "narrower"}
    assert steward.ask("POST", f"/desk/mappings/{code}/words", line).status_code == 200
    assert owner.ask("POST", f"/mappings/{code}/words", {"kind": "approve"}).json()["state"] == "approved"
    lines = owner.ask("GET", "/crosswalks/weekly-new?limit=1000").json()["items"]
    [bavet] = [one for one in lines if one["term"] == "Bavet"]
    assert (bavet["author"], bavet["approved_by"]) == ("office/staff", "kh-20/province")
    assert seated("vn-37", "province").ask("GET", "/crosswalks/weekly-new").status_code == 404


def test_a_weekly_form_is_filled_and_sent_once():
    desk = seated("kh-cdc", "province")
    standard_terms.adopt("kh-cdc", "Kampuchea", "KH", "kh-cdc/province", datetime.now(UTC))
    asked = desk.ask("GET", "/weekly-forms/kh-weekly").json()
    unit, (first, last) = asked["units"][0]["unit"], asked["weeks"][0]
    answers: dict[str, Any] = {code: {"act": "none"} for code in asked["conditions"]}
    answers["dengue"] = {"act": "number", "number": 7, "deaths": 0}
    filled = {
        "unit": unit, "week": first, "answers": answers, "reporting": 3, "expected": 4, "once": "filled-once"
    }  # fmt: skip
    sent = desk.ask("POST", "/weekly-forms/kh-weekly", filled)
    assert (sent.status_code, sent.json()["state"]) == (201, "committed"), sent.content
    again = desk.ask("POST", "/weekly-forms/kh-weekly", filled)
    assert again.json()["delivery"] == sent.json()["delivery"]
    told = desk.ask("GET", "/observations?condition=dengue").json()["items"]
    assert [(one["period_start"], one["period_end"], one["value"]) for one in told if one["value"]] == [
        (first, last, 7)
    ]
    for moment, status in (
        ("0001-01-05T00:02:00Z", 422),
        ("9999-12-31T23:59:59-11:00", 422),
        ("1900-01-01T00:00Z", 200),
    ):
        for way in (f"/observations?as_of={moment}", f"/observations.csv?as_of={moment}"):
            assert desk.ask("GET", way).status_code == status, way
    assert desk.ask("GET", f"/observations?cursor={cursor_of(skip=0, at='0001-01-05T00:02:00')}").status_code == 200
    region = desk.ask("GET", "/region?condition=dengue&weeks=8").json()
    [source] = region["shared"]["sources"]
    assert source["own"] and 7 in [cell["value"] for cell in source["cells"]]
    filled["answers"] = {"dengue": {"act": "none", "number": 3}}
    slip = desk.ask("POST", "/weekly-forms/kh-weekly", filled)
    assert slip.status_code == 400 and "every condition" in slip.json()["detail"]


def test_a_line_of_the_directory_is_confirmed_and_work_is_noted_with_partners_alone():
    desk = seated("kh-20", "province")
    said = {"languages": "km en", "phone": "+855 1", "hours": "07-17"}
    assert desk.ask("PUT", "/directory/mine", said).json()["confirmed_at"] is not None
    assert desk.ask("GET", "/between").json()["items"] == []
    assert desk.ask("POST", "/between/vn-37/work", {"minutes": 30, "what": "x"}).status_code == 404


def test_how_a_source_counts_is_said_and_what_others_proposed_is_approved(home: Path):
    border.lay(home)
    owner, other = seated("kh-20", "province"), seated("vn-37", "province")
    at = "/sources/border-kh/practices"
    wish = {"condition": "dengue", "begins": "2026-01-01", "cites": "Circular 12", "says": {"counts": "suspected"}}
    once = {"Idempotency_Key": "said-once"}
    made = owner.ask("POST", at, wish, **once)
    assert (made.status_code, made.json()["approved_by"]) == (201, "kh-20/province"), made.content
    assert owner.ask("POST", at, wish, **once).json() == made.json()
    assert PracticeRecord.objects.count() == 1, "said once"
    assert owner.ask("POST", at, wish | {"says": {"counts": "secret"}}).status_code == 400
    assert owner.ask("POST", at, wish | {"begins": "0001-01-01"}).status_code == 422
    source = homes.source(homes.opened(), "border-kh")
    said = practices.Said("dengue", date(2026, 2, 1), "Circular 13", {"setting": "inpatient"})
    line = practices.propose(source, said, "office/steward", datetime.now(UTC)).pk
    assert owner.ask("GET", at).json()["items"][0]["line"] == line, "what waits stands first"
    for method, path, body in (("GET", at, None), ("POST", at, wish), ("POST", f"{at}/approvals", {"lines": [line]})):
        assert other.ask(method, path, body).status_code == 404
    assert owner.ask("POST", f"{at}/approvals", {"lines": [line]}).json() == {"approved": 1}
    assert practices.of(source, "dengue", date(2026, 3, 1)).setting == "inpatient"
    assert owner.ask("POST", f"{at}/approvals", {"lines": [line]}).status_code == 403, "it waits no longer"


def test_many_findings_are_accepted_with_one_reason_or_none_is():
    owner, other, now = seated("kh-20", "province"), seated("vn-37", "province"), datetime.now(UTC)
    delivery = Delivery.objects.create(
        code="D-000001", source="s", party="kh-20", country="KH", actor="kh-20/province", filename="f.csv", size=1,
        digest="ab" * 32, blob="b", received_at=now, mode="snapshot", state="committed",
    )  # fmt: skip
    for number, severity in enumerate(("ask", "ask", "stop"), start=1):
        FindingRecord.objects.create(
            code=f"F-00000{number}", delivery=delivery, source="s", owner="kh-20", severity=severity, count=2, cases=7,
            rule="sudden-change" if severity == "ask" else "impossible-date", term=None, found_at=now,
        )  # fmt: skip
    at, wish = "/finding-acceptances", {"findings": ["F-000001", "F-000002"], "reason": "an outbreak"}
    assert owner.ask("POST", at, wish | {"reason": " "}).status_code == 422
    stopped = owner.ask("POST", at, wish | {"findings": ["F-000001", "F-000003"]})
    assert (stopped.status_code, stopped.headers["Content-Type"]) == (400, "application/problem+json")
    unknown = owner.ask("POST", at, wish | {"findings": ["F-000001", "F-000009"]})
    assert unknown.status_code == other.ask("POST", at, wish).status_code == 404
    assert not FindingRecord.objects.exclude(state="open").exists(), "one that cannot be accepted stops the list"
    assert owner.ask("POST", at, wish).json() == {"accepted": 2}
    assert list(FindingRecord.objects.filter(state="open").values_list("code", flat=True)) == ["F-000003"]


def _drafted(owner: Desk) -> str:
    file = SimpleUploadedFile("week.csv", (HEAD + ROWS).encode())
    given = {"source": "weekly-new", "title": "The new form", "country": "KH", "file": file}
    asks = Client(HTTP_HOST="localhost", headers={"Authorization": f"Bearer {owner.secret}"})
    made = asks.post("/api/v1/mappings", given)
    assert made.status_code == 201, made.content
    assert {one["about"] for one in made.json()["guesses"]}
    return str(made.json()["mapping"])


def test_what_goes_with_figures_and_what_an_agreement_says_are_in_the_readers_language():
    owner = seated("kh-20", "province")
    told, said = {}, {}
    for language in ("en", "km", "vi", "th"):
        asked = {"Accept-Language": language}
        told[language] = owner.ask("GET", "/observations", **asked).json()["facts"]["notes"]
        said[language] = owner.ask("POST", "/agreement-files/say", {"text": AGREEMENT}, **asked).json()
    assert told["en"] == told["th"] and said["en"] == said["th"], "where nothing is told yet, English"
    assert len({str(told[language]) for language in ("en", "km", "vi")}) == 3
    assert len({str(said[language]) for language in ("en", "km", "vi")}) == 3
    asked = owner.ask("POST", "/agreement-files/say?language=vi", {"text": AGREEMENT}, **{"Accept-Language": "km"})
    assert asked.json() == said["vi"], "what is asked for goes before the reader's own"

"""Every route of the API by every role of two parties and the office, by a stranger, and with a stranger's ids."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.cache import cache
from tests.unit.api.desks import NOW, Desk, every, stranger

from sampan.api.site import api
from sampan.people.roles import RIGHTS, Right
from sampan.store.models import Delivery, FindingRecord

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
# route -> the right it asks for, written down here and nowhere derived; None: whoever holds a post
ROUTES: dict[str, Right | None] = {
    "GET /me": None, "GET /messages": None, "GET /keys": None, "POST /keys": None, "DELETE /keys/{key}": None,
    "GET /directory": Right.DIRECTORY, "GET /sources": Right.DIRECTORY, "GET /sources/{source}": Right.DIRECTORY,
    "GET /places": Right.DIRECTORY, "POST /places/resolve": Right.DIRECTORY, "GET /conditions": Right.DIRECTORY,
    "GET /calendars": Right.DIRECTORY, "GET /calendars/{calendar}/weeks/{year}": Right.DIRECTORY,
    "GET /border": Right.BORDER, "GET /observations": Right.BORDER, "GET /observations.csv": Right.BORDER,
    "GET /observations.parquet": Right.BORDER, "GET /observations/as/{source}": Right.BORDER,
    "GET /deliveries": Right.DELIVERIES, "GET /deliveries/{code}": Right.DELIVERIES,
    "GET /deliveries/{code}/receipt": Right.DELIVERIES, "GET /deliveries/{code}/receipt/proof": Right.DELIVERIES,
    "GET /deliveries/{code}/difference": Right.DELIVERIES, "GET /deliveries/{code}/marked": Right.FINDINGS,
    "POST /deliveries/{code}/withdrawal": Right.WITHDRAW,
    "GET /findings": Right.FINDINGS, "GET /findings/{code}": Right.FINDINGS,
    "GET /findings/{code}/cells": Right.FINDINGS, "GET /findings/{code}/excerpts": Right.FINDINGS,
    "POST /findings/{code}/settlement": Right.SETTLE, "POST /finding-acceptances": Right.SETTLE,
    "GET /words/waiting": Right.WORD, "POST /words": Right.WORD,
    "GET /log/entries": Right.LOG, "GET /log/entries/{index}/proof": Right.LOG, "GET /log/checkpoint": Right.LOG,
    "GET /log/witnesses": Right.LOG, "GET /log/keys": Right.LOG, "GET /log/tlog/checkpoint": Right.LOG,
    "GET /log/tlog/{tile}": Right.LOG,
    "GET /people/posts": Right.PEOPLE, "POST /people/posts": Right.PEOPLE,
    "PUT /people/posts/{post}/duty": Right.PEOPLE, "POST /people/posts/{post}/invitations": Right.PEOPLE,
    "DELETE /people/seats/{seat}": Right.PEOPLE, "POST /people/seats/{seat}/recovery": Right.PEOPLE,
    "POST /uploads": Right.DELIVER, "HEAD /uploads/{token}": Right.DELIVER, "PATCH /uploads/{token}": Right.DELIVER,
    "DELETE /uploads/{token}": Right.DELIVER, "POST /uploads/{token}/look": Right.DELIVER,
    "POST /uploads/{token}/send": Right.DELIVER,
    "GET /agreements": Right.RULES, "GET /agreements/{code}": Right.RULES, "GET /agreements/{code}/said": Right.RULES,
    "GET /agreements/{code}/balance": Right.RULES, "GET /agreements/{code}/document": Right.RULES,
    "POST /agreement-files/check": Right.RULES, "POST /agreement-files/say": Right.RULES,
    "POST /agreement-files/compare": Right.RULES, "POST /agreements": Right.AGREE,
    "POST /agreements/{code}/counter": Right.AGREE, "POST /agreements/{code}/steps": Right.AGREE,
    "POST /may": Right.RULES, "POST /releases": Right.ASK, "GET /releases": Right.ASK, "GET /releases/{code}": Right.ASK,
    "GET /releases/{code}/changes": Right.ASK, "GET /releases/{code}/files/{name}": Right.ASK, "POST /releases/{code}/uses": Right.ASK,
    "GET /requests": Right.ASK, "POST /request-decisions": Right.ASK, "GET /requests/{code}/preview": Right.WORD,
    "GET /abroad": Right.ABROAD, "GET /abroad/{code}": Right.ABROAD, "POST /abroad/{code}/revocation": Right.AGREE,
    "GET /discrepancies": Right.FIGURES, "GET /discrepancies/{code}": Right.FIGURES,
    "POST /discrepancies/{code}/words": Right.FIGURES,
    "GET /parties": Right.PARTIES, "GET /parties/proposals": Right.PARTIES, "POST /parties/proposals": Right.PARTIES,
    "POST /parties/proposals/{invitation}/agreement": Right.PARTIES,
    "PUT /directory/mine": Right.DIRECTORY, "GET /help": Right.DIRECTORY, "POST /help": Right.DIRECTORY,
    "POST /help/{code}/answer": Right.DIRECTORY, "POST /help/{code}/end": Right.DIRECTORY,
    "GET /between": Right.BETWEEN, "GET /between/{other}/work": Right.BETWEEN, "POST /between/{other}/work": Right.BETWEEN,
    "GET /outages": Right.BETWEEN, "POST /outages": Right.AGREE, "POST /outages/end": Right.AGREE,
    "GET /region": Right.REGION, "GET /practices": Right.PRACTICES, "POST /agreement-files/trial": Right.AGREE,
    "GET /mappings": Right.MAP, "POST /mappings": Right.MAP, "GET /mappings/{code}": Right.MAP,
    "POST /mappings/{code}/words": Right.MAP, "GET /crosswalks/{source}": Right.MAP,
    "POST /crosswalks/{source}/approvals": Right.MAP,
    "GET /sources/{source}/practices": Right.MAP, "POST /sources/{source}/practices": Right.MAP,
    "POST /sources/{source}/practices/approvals": Right.MAP,
    "GET /publications": Right.ASK, "POST /publications": Right.ASK, "GET /publications/{code}": Right.ASK,
    "GET /publications/{code}/draft": Right.ASK, "POST /publications/{code}/drafts": Right.ASK,
    "POST /publications/{code}/appearance": Right.ASK, "POST /publications/{code}/withdrawal": Right.ASK,
    "GET /publication-reviews": Right.ABROAD, "GET /publication-reviews/{code}": Right.ABROAD,
    "GET /publication-reviews/{code}/draft": Right.ABROAD, "POST /publication-reviews/{code}/answer": Right.AGREE,
    "GET /informing": Right.ASK, "POST /informing": Right.ASK, "GET /informing/{code}": Right.ASK,
    "POST /informing/{code}/done": Right.ASK, "GET /informing-of-us": Right.ABROAD,
    "GET /informing-of-us/{code}": Right.ABROAD, "POST /informing-of-us/{code}/seen": Right.ABROAD,
    "GET /desk/mappings": Right.DESK, "GET /desk/mappings/{code}": Right.DESK,
    "POST /desk/mappings/{code}/words": Right.DESK, "GET /desk/jobs": Right.DESK,
    "POST /desk/jobs/{key}/retry": Right.DESK, "GET /desk/discrepancies": Right.DESK,
    "GET /weekly-forms/{source}": Right.DELIVER, "POST /weekly-forms/{source}": Right.DELIVER,
}  # fmt: skip
OPEN = {"GET /health"}
OF_FILES = {"POST /publications/{code}/drafts"}  # that a file is missing is said before the code is looked up
WIDEST = ("national", "legal", "coordinator", "staff")  # together they may ask every route there is
GROWING = {"GET /me", "GET /keys", "GET /log/witnesses", "GET /log/entries"}  # the last use; the log grew by the asking
WISH = {
    "purpose": "alert",
    "conditions": ["cholera"],
    "places": ["KH-8"],
    "measures": ["cases"],
    "begin": "2025-01-06",
    "end": "2025-01-12",
}
PREFIX = {
    "findings": "F",
    "releases": "R",
    "requests": "Q",
    "abroad": "R",
    "discrepancies": "T",
    "help": "H",
    "mappings": "M",
    "desk": "M",
    "publications": "P",
    "publication-reviews": "P",
    "informing": "W",
    "informing-of-us": "W",
}
NO_TOKEN = f"{'0' * 12}-{'0' * 32}.{'0' * 64}"
BODIES: dict[str, Any] = {
    "POST /keys": {"name": "x", "scopes": ["nothing"]},
    "POST /places/resolve": {"country": "KH", "names": ["Kandal"]},
    "POST /deliveries/{code}/withdrawal": {"reason": "x"},
    "POST /findings/{code}/settlement": {"value": "accept", "reason": "x"},
    "POST /finding-acceptances": {"findings": [], "reason": "x"},
    "POST /words": {"subjects": ["D-000009"], "answer": "passed"},
    "POST /uploads/{token}/send": {},
    "POST /agreement-files/check": {"text": "x"},
    "POST /agreement-files/say": {"text": "x"},
    "POST /agreement-files/compare": {"text": "x"},
    "POST /agreements": {"text": "x"},
    "POST /agreements/{code}/counter": {"text": "x"},
    "POST /agreements/{code}/steps": {"verb": "agree"},
    "POST /may": {"to": "x", "condition": "cholera", "place": "KH-8", "begin": "2025-01-06", "end": "2025-01-12"},
    "POST /releases": WISH,
    "POST /request-decisions": WISH,
    "POST /releases/{code}/uses": {"used_in": "x"},
    "POST /abroad/{code}/revocation": {"reason": "x"},
    "POST /discrepancies/{code}/words": {"kind": "consent"},
    "POST /publications/{code}/appearance": {"where": "x"},
    "POST /publication-reviews/{code}/answer": {"answer": "agreed"},
    "POST /informing": {"release": "R-000009", "words": "x"},
    "POST /informing/{code}/done": {},
    "POST /informing-of-us/{code}/seen": {},
    "PUT /directory/mine": {},
    "POST /help": {"side": "ask", "kind": "mapping", "words": "x", "until": "2025-01-01"},
    "POST /help/{code}/end": {},
    "POST /between/{other}/work": {"minutes": 5, "what": "x"},
    "POST /outages": {"reason": "x"},
    "POST /agreement-files/trial": {"text": "x"},
    "POST /mappings/{code}/words": {"kind": "help"},
    "POST /crosswalks/{source}/approvals": {"lines": [1]},
    "POST /sources/{source}/practices": {
        "condition": "any",
        "begins": "2025-01-06",
        "cites": "x",
        "says": {"scheme": "x"},
    },
    "POST /sources/{source}/practices/approvals": {"lines": [1]},
    "POST /desk/mappings/{code}/words": {"kind": "ask", "column": 1, "reason": "x"},
    "POST /weekly-forms/{source}": {
        "unit": "x",
        "week": "2025-01-06",
        "answers": {},
        "reporting": 1,
        "expected": 1,
        "once": "12345678",
    },
    "POST /people/posts": {"slug": "x", "title": "x", "role": "x"},
    "PUT /people/posts/{post}/duty": {},
    "POST /parties/proposals": {"code": "office", "name": "x", "kind": "authority"},
}
NOWHERE = {
    "code": "D-999999",
    "index": "999999",
    "post": "999999",
    "seat": "999999",
    "key": "aaaaaaaaaaaa",
    "other": "nowhere",
    "source": "nowhere",
}


@pytest.fixture
def desks(settings: Any) -> dict[tuple[str, str], Desk]:
    """A desk for each role, each authority with a delivery and a finding; nobody asks too often."""
    cache.clear()
    settings.API_PER_MINUTE = 100_000
    found = every()
    for number, party in enumerate(("xp-moh", "xs-moh"), start=1):
        delivery = Delivery.objects.create(
            code=f"D-00000{number}", source="s", party=party, country="XP", actor=f"{party}/province", filename="f.csv",
            size=1, digest="ab" * 32, blob="b", received_at=NOW, mode="snapshot", state="committed",
        )  # fmt: skip
        FindingRecord.objects.create(
            code=f"F-00000{number}", delivery=delivery, source="s", owner=party, rule="unmapped-term", severity="ask",
            count=1, cases=1, term="word", found_at=NOW,
        )  # fmt: skip
    return found


def _address(path: str, desks: dict[tuple[str, str], Desk], party: str) -> str:
    """The path with that party's own ids."""
    number = "1" if party == "xp-moh" else "2"
    owner = "xp-moh" if party == "office" else party
    seat = desks[owner, "province"].seat
    ids = {
        "source": "opendengue-khm", "calendar": "iso", "year": "2025", "index": "0", "tile": "tile/0/000",
        "post": str(seat.post_id), "seat": str(seat.pk), "invitation": "1", "key": desks[owner, "coordinator"].secret[4:16],
        "code": "border" if "agreements" in path else f"{PREFIX.get(path.split('/')[1], 'D')}-00000{number}",
        "token": NO_TOKEN, "name": "table", "other": "xs-moh",
    }  # fmt: skip
    return re.sub(r"\{(\w+)\}", lambda found: ids[found[1]], path)


def _routes() -> list[str]:
    paths = api.get_openapi_schema(path_prefix="/")["paths"]
    return [f"{method.upper()} {path}" for path, methods in paths.items() for method in methods]


def test_every_route_stands_in_the_table():
    assert sorted(_routes()) == sorted({*ROUTES, *OPEN}), "say which right these routes ask for"


def test_every_route_by_every_role(desks):
    """A role without the right is answered as for what is not there; one that has it is not."""
    wrong = []
    nothing = desks["xp-moh", "reader"].ask("GET", "/nowhere").content
    for (party, role), desk in desks.items():
        for route, right in ROUTES.items():
            method, path = route.split(" ")
            if right is None or method == "DELETE" or (right in RIGHTS[role] and "{" in path):
                continue  # asked with ids below
            answer = desk.ask(method, _address(path, desks, party), BODIES.get(route))
            denied = answer.status_code == 404 and answer.content in (nothing, b"")  # HEAD tells no words
            if denied != (right not in RIGHTS[role]) or answer.status_code >= 500:
                wrong.append((party, role, route, answer.status_code))
    assert not wrong


def test_a_stranger_is_nobody_on_every_route(desks):
    for route in ROUTES:
        method, path = route.split(" ")
        answer = stranger(method, _address(path, desks, "xp-moh"))
        assert answer.status_code == 401, route
        assert method == "HEAD" or answer.json()["type"] == "urn:sampan:problem:unauthorized", route


def test_what_no_gate_passed_changes_no_answer_for_anybody_else(desks):
    """Every route by every role of another party and the office, a stranger too, before and after it stands there."""
    before = _everything(desks)
    for number, (gate, state) in enumerate((("refused", "committed"), ("waiting", "kept")), start=8):
        delivery = Delivery.objects.create(
            code=f"D-00000{number}", source="s", party="xs-moh", country="XP", actor="xs-moh/province", filename="c.csv",
            size=1, digest="cd" * 32, blob="c", received_at=NOW, mode="snapshot", state=state, gate=gate,
        )  # fmt: skip
        FindingRecord.objects.create(
            code=f"F-00000{number}", delivery=delivery, source="s", owner="xs-moh", rule="unmapped-term",
            severity="ask", count=7, cases=7, term="closed", found_at=NOW,
        )  # fmt: skip
    after = _everything(desks)
    assert [(key, before[key], after[key]) for key in before if before[key] != after[key]][:2] == []
    own = desks["xs-moh", "province"].ask("GET", "/deliveries").json()["items"]
    assert {one["delivery"] for one in own} >= {"D-000008", "D-000009"}, "the sender sees where its own stand"


def _everything(desks: dict[tuple[str, str], Desk]) -> dict[tuple[str, ...], tuple[int, bytes]]:
    """(who, route, code) -> the answer: routes without a code as they are, those with one for the closed codes."""
    found: dict[tuple[str, ...], tuple[int, bytes]] = {}
    for (party, role), desk in desks.items():
        if party == "xs-moh" or role not in WIDEST:
            continue
        for route in ROUTES:
            method, path = route.split(" ")
            prefix = PREFIX.get(path.split("/")[1], "D")
            if "{code}" in path:
                codes = [f"{prefix}-00000{number}" for number in (8, 9)]
            elif method == "GET" and route not in GROWING:
                codes = [""]
            else:
                codes = []
            for code in codes:
                address = _address(path.replace("{code}", code), desks, party)
                answer = desk.ask(method, address, BODIES.get(route))
                said = b"".join(answer.streaming_content) if answer.streaming else answer.content
                found[party, role, route, code] = (
                    answer.status_code,
                    re.sub(rb"\d{4}-\d\d-\d\dT[^\"]+|(?<=seconds\":)[ \d.]+", b"T", said),
                )
        answer = desk.ask("POST", "/words", BODIES["POST /words"])
        found[party, role, "word", ""] = (answer.status_code, answer.content)
    return found


def test_another_partys_ids_are_answered_as_unknown_ones(desks):
    seats = len(desks)
    for (party, role), desk in desks.items():
        if party != "xp-moh":
            continue
        for route in ROUTES:
            method, path = route.split(" ")
            name = re.search(r"\{(code|index|post|seat|key)\}", path)
            if name is None or "log/entries" in path:  # numbers of entries are everybody's
                continue
            unknown = NOWHERE[name[1]].replace("D-", f"{PREFIX.get(path.split('/')[1], 'D')}-")
            theirs = _address(path, desks, "xs-moh")
            nowhere = _address(path.replace(name[0], unknown if "agreements" not in path else "none"), desks, "xs-moh")
            there, absent = (desk.ask(method, one, BODIES.get(route)) for one in (theirs, nowhere))
            assert (there.status_code, there.content) == (absent.status_code, absent.content), (role, route)
            assert there.status_code in ({404, 422} if route in OF_FILES else {404}), (role, route)
    assert sum(desk.ask("GET", "/me").status_code == 200 for desk in desks.values()) == seats

"""A delivery nobody was promised, with values found nowhere else: no page and no route tells of it to who has no clause.

One home, read by every door before it came and after each thing that happens to it: passed, withdrawn, erased. What a
post of a third country, or a post that its party's agreement does not name, is answered stays the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from tests.codes import nth
from tests.conftest import Sampan
from tests.inside import runner
from tests.stories import border
from tests.unit.api.desks import Desk, seated
from tests.unit.people.test_who_may_ask import BODIES, ROUTES
from tests.unit.people.test_who_may_what import GUARDED

from sampan.operations import belonging, homes, letters
from sampan.people.models import Post
from sampan.people.roles import RIGHTS

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]
KH, VN, MINISTRY = "kh-20/surveillance", "vn-37/surveillance", "vn/preventive-medicine"
RARE = "province,week,disease,cases\nSvay Rieng,2026-W31,acute watery diarrhoea,7331\nSvay Rieng,2026-W31,quokka pox,6113\n"
FILE, MARKS = "numbat-week.csv", ("7331", "6113", "7 331", "7,331", "quokka", "numbat")
GROWING = re.compile(r"^/(log|api/v1/(log|keys|me))\b")  # the log's length is everybody's; a key shows its last use
CHANCE_ID = re.compile(r"<\d+\.\d+\.\d+@")  # made of the moment and of chance: no rare number stands in it for long
CHANCE = re.compile(
    rb'csrfmiddlewaretoken" value="\w+"|\d\d\d\d-\d\d-\d\d[T ][\d:.]+(?:\+\d\d:?\d\d|Z)?|\d\d:\d\d UTC|[\w-]{20,}|'
    rb'(?<=seconds":)[ \d.]+'
)


@pytest.fixture
def sampan(capsys: pytest.CaptureFixture[str], home: Path) -> Sampan:
    """The command in this process."""
    return runner(capsys)


LETTERS = {
    "deliveries": "D", "findings": "F", "requests": "Q", "words": "Q", "releases": "R", "abroad": "R", "figures": "X",
    "discrepancies": "X", "map": "M", "mappings": "M", "desk": "M", "help": "H",
}  # fmt: skip  # first word of an address -> what its codes name; elsewhere they name agreements
KNOWN = {
    "source": "border-kh", "other": "kh-20", "key": "1", "post": "1", "seat": "1", "index": "3", "name": "table.csv",
    "condition": "acute-watery-diarrhoea", "weeks": "8", "layer": "shared", "kind": "tiles-wide", "invitation": "1",
    "link": "x", "calendar": "iso", "year": "2026", "tile": "tile/0/000", "token": "x", "owner": "vn-37",
}  # fmt: skip
LATE = {"P": {"publications", "publication-reviews"}, "W": {"informing", "informing-of-us"}}  # also behind abroad/
ASKED = ("?q=quokka", "?condition=quokka", "?condition=acute-watery-diarrhoea", "?at=2026-W31")


def addresses(role: str) -> list[str]:
    """Every page and route a role may open (the others refuse before they look); codes are of what is rare."""
    pages = [page for page, name in _pages(get_resolver().url_patterns)
             if not page.startswith(("/account", "/static", "/api")) and role in (GUARDED.get(name) or {role})]  # fmt: skip
    routes = [route for route, right in ROUTES.items() if right is None or right in RIGHTS[role]]
    found = [_filled(one) for one in [*pages, *(f"/api/v1{route.partition(' ')[2]}" for route in routes)]]
    found += [
        f"{page}{asked}" for page in ("/border/", "/region/", "/findings/", "/sources/", "/help/") for asked in ASKED
    ]
    for asked in ("source=border-kh", "condition=acute-watery-diarrhoea", "limit=1", "as_of=2099-01-01"):
        found += [f"/api/v1/observations?{asked}", f"/api/v1/border?{asked}"]
    return list(dict.fromkeys(found))


def _filled(page: str) -> str:
    words = page.removeprefix("/api/v1").split("/")
    letter = next((sign for sign, nouns in LATE.items() if nouns & set(words[1:3])), LETTERS.get(words[1]))
    known = KNOWN | {"code": nth(letter, 2 if letter in "DF" else 1) if letter else "border"}
    return re.sub(r"[<{](?:\w+:)?(\w+)[>}]", lambda name: known[name[1]], page)


def _pages(patterns: list[URLPattern | URLResolver], before: str = "/") -> Iterator[tuple[str, str]]:
    for one in patterns:
        if isinstance(one, URLPattern):
            yield before + str(one.pattern), str(one.name)
        elif one.namespace != "api":
            yield from _pages(one.url_patterns, before + str(one.pattern))


def everything(desk: Desk) -> dict[tuple[str, str], tuple[Any, ...]]:
    """Method and address -> status, words and validators, each page asked a second time with what it said of itself."""
    cache.clear()
    client, found = Client(HTTP_HOST="localhost"), {}
    client.force_login(desk.seat.person)
    for address in addresses(desk.seat.post.role):
        ask = desk_ask(desk) if address.startswith("/api/") else client
        answer = ask.get(address)
        found["get", address] = _plain(answer)
        if answer.has_header("ETag"):
            again = ask.get(address, HTTP_IF_NONE_MATCH=answer["ETag"])
            found["again", address] = (again.status_code,)
    for route in ("POST /releases", "POST /may", "POST /request-decisions", "POST /deliveries/{code}/withdrawal",
                  "POST /findings/{code}/settlement", "POST /words"):  # fmt: skip
        address = _filled(route.removeprefix("POST "))
        for _ in range(2):
            answer = desk.ask("POST", address, BODIES[route], idempotency_key="the-same-words-again")
            found["post", address] = _plain(answer)
    return found


def desk_ask(desk: Desk) -> Client:
    """A program with the desk's key."""
    return Client(HTTP_HOST="localhost", HTTP_AUTHORIZATION=f"Bearer {desk.secret}")


def _plain(answer: Any) -> tuple[Any, ...]:
    said = b"".join(answer.streaming_content) if answer.streaming else answer.content
    kind = answer.headers.get("Content-Type", "")
    text = CHANCE.sub(b"", said) if kind.startswith(("text", "application/json", "application/problem")) else said[:4]
    return answer.status_code, kind, text


def told(seen: dict[tuple[str, str], tuple[Any, ...]]) -> list[tuple[str, str, str]]:
    """Where a rare value can be read."""
    return [(*at, mark) for at, said in seen.items() for mark in MARKS if mark.encode() in b"%r" % (said,)
            and mark not in at[1]]  # fmt: skip


def seen_by(desks: dict[str, Desk]) -> dict[tuple[str, str, str], tuple[Any, ...]]:
    """Who, method and address -> the answer, but for what grows by the asking."""
    every = ((who, *at, said) for who, desk in desks.items() for at, said in everything(desk).items())
    return {(who, how, where): said for who, how, where, said in every if not GROWING.match(where)}


@pytest.fixture
def office(sampan: Sampan, home: Path, tmp_path: Path, settings: Any) -> dict[str, Desk]:
    """An earlier week and the agreement in force; posts that no clause addresses, and the one that a clause does."""
    settings.API_PER_MINUTE = 100_000
    border.lay(home)
    earlier = border.written(tmp_path / "kh.csv", border.KH_WEEK.replace("W31", "W30"))
    sampan("receive", "border-kh", earlier, "--actor", KH, code=None)
    border.agree(sampan, tmp_path)
    asking = (("la-1", "national"), ("vn-37", "reader"), ("office", "staff"), ("vn-37", "province"))
    desks = {f"{party}/{role}": seated(party, role) for party, role in asking}
    Post.objects.filter(code="vn-37/province").update(code=VN)
    return desks


def test_nothing_of_a_delivery_reaches_who_has_no_clause(
    sampan: Sampan, office: dict[str, Desk], tmp_path: Path, settings: Any
) -> None:
    recipient = office.pop("vn-37/province")
    reachable(settings, office)
    before = seen_by(office)
    file = border.written(tmp_path / FILE, RARE)
    delivery = sampan("receive", "border-kh", file, "--actor", KH, "--json", code=None).json["delivery"]
    released(sampan, tmp_path)
    assert "7331" in {mark for _, _, mark in told(everything(recipient))}, "who has a clause is told"
    after = seen_by(office)
    assert [at for at in after if after[at] != before[at]] == []
    sampan("withdraw", delivery, "--reason", "wrong", "--actor", KH)
    assert written() == set(), "no letter goes to who has no clause"
    assert told(everything(recipient)) == [], "which cells were taken back, and no figure of them"
    sampan("withdraw", delivery, "--reason", "wrong", "--erase", "--actor", KH)
    assert told(everything(recipient)) == [], "an erased figure is repeated to nobody"
    outsider = {"la-1/national": office["la-1/national"]}
    after = seen_by(outsider)
    assert [at for at in after if after[at] != before[at]] == []


def test_what_was_released_is_told_no_more_once_the_agreement_rests(
    sampan: Sampan, office: dict[str, Desk], tmp_path: Path
) -> None:
    sampan("receive", "border-kh", border.written(tmp_path / FILE, RARE), "--actor", KH, code=None)
    released(sampan, tmp_path)
    recipient = office["vn-37/province"]
    assert told(everything(recipient))
    sampan("agreements", "move", "border", "suspend", "--post", "kh-20/director")
    assert told(everything(recipient)) == []


def released(sampan: Sampan, folder: Path) -> None:
    """The rare week leaves for the one post that a clause names."""
    wanted = border.request(folder / "week.yml", VN, "KH-20", conditions="[acute-watery-diarrhoea]")
    sampan("release", wanted, "-o", folder / "out")
    assert "7331" in (folder / "out" / "table.csv").read_text(encoding="utf-8")


def test_before_its_gate_no_letter_message_or_number_tells_of_a_delivery(
    sampan: Sampan, office: dict[str, Desk], tmp_path: Path, settings: Any
) -> None:
    """A return of Tay Ninh that waits for its ministry, then is denied: its own side alone is written to."""
    own, others = (
        {"vn-37", "vn"},
        {**office, "kh-20/national": seated("kh-20", "national"), "vn": seated("vn", "national")},
    )
    Post.objects.filter(code="vn/national").update(code=MINISTRY)
    reachable(settings, others)
    written(), mail.outbox.clear()
    before, numbers = messages_of(others, own), counted()
    file = border.written(
        tmp_path / FILE, RARE.replace("Svay Rieng", "Tay Ninh").replace("acute watery diarrhoea", "cholera")
    )
    waits = sampan("receive", "border-vn", file, "--actor", VN, "--json", code=None).json["delivery"]
    for step in ("waits", "denied"):
        if step == "denied":
            sampan("gate", "deny", waits, "--post", MINISTRY, "--rule", "VN-G1-ministry")
        assert written() <= own
        said = " ".join(f"{one.subject} {one.body} {one.extra_headers}" for one in mail.outbox)
        said = CHANCE_ID.sub("", said)
        assert [mark for mark in (*MARKS, waits, "border-vn") if mark in said] == []
        assert messages_of(others, own) == before
        assert counted() == numbers
    assert written() == set(), "nothing is written twice"
    assert [one.to for one in mail.outbox] == [["national@vn.example"]], "whose word is waited for"


def reachable(settings: Any, desks: dict[str, Desk]) -> None:
    """Everybody wants a letter at once, of what comes from now on."""
    settings.ADDRESS = "https://office.example"
    for desk in desks.values():
        post = Post.objects.get(pk=desk.seat.post_id)
        letters.choose(desk.seat.person, f"{post.role}@{post.party.code}.example", "at-once")


def written() -> set[str]:
    """What the worker does: every letter that is due; the parties it went to."""
    sent, now, store = len(mail.outbox), datetime.now(UTC), homes.opened()
    for subject in letters.due(store, now):
        letters.send(store, subject, now)
    return {one.to[0].partition("@")[2].removesuffix(".example") for one in mail.outbox[sent:]}


def messages_of(desks: dict[str, Desk], own: set[str]) -> dict[str, list[dict[str, Any]]]:
    """What each post of another party is told."""
    posts = [Post.objects.get(pk=desk.seat.post_id) for desk in desks.values()]
    return {one.code: belonging.messages(one.party.code, one.code, 99, datetime.now(UTC)) for one in posts
            if one.party.code not in own}  # fmt: skip


def counted() -> list[str]:
    """The numbers for who watches, without the log's size, what the asking counts, and time that passes."""
    lines = Client(HTTP_HOST="localhost").get("/metrics").content.decode().splitlines()
    return [
        one
        for one in lines
        if one.startswith(("sampan_deliveries", "sampan_findings", "sampan_messages", "sampan_jobs"))
    ]

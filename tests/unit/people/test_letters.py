"""Letters: to whom, how often, in whose language, over a real connection; a link, and nothing of what waits."""

from __future__ import annotations

import email
import email.policy
import socketserver
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from sampan.office.settings import _letters
from sampan.operations import homes, letters, seating
from sampan.operations.seating import NewPerson
from sampan.people.models import Letter, Party, Person, Post, Seat
from sampan.store.models import Outbox

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
NOW = datetime(2026, 8, 3, 8, tzinfo=UTC)
SECRETS = ("D-000017", "kh-20", "Q-000003", "surveillance", "dengue")


@pytest.fixture(autouse=True)
def addressed(settings: Any) -> None:
    settings.ADDRESS = "https://office.example"
    homes.opened()


def seated(role: str = "national", *, choice: str = "daily", language: str = "en", name: str = "a") -> Person:
    party, _ = Party.objects.get_or_create(
        code="kh-20", defaults={"name": "Svay Rieng", "kind": "province", "made_at": NOW}
    )
    post, _ = Post.objects.get_or_create(
        code=f"kh-20/{role}", defaults={"party": party, "title": role, "role": role, "made_at": NOW}
    )
    person = Person.objects.named(
        f"{name}.{role}", None, made_at=NOW, language=language, email=f"{name}@example.org", letters=choice
    )
    Seat.objects.create(person=person, post=post, since=NOW, seated_by="kh-20/coordinator")
    return person


def told(kind: str = "gate:waits", post: str = "kh-20/national", at: datetime = NOW) -> None:
    facts = {"delivery": "D-000017", "request": "Q-000003", "condition": "dengue"}
    Outbox.objects.create(to_party="kh-20", to_post=post, kind=kind, facts=facts, at=at)


def delivered(now: datetime) -> int:
    """What the worker does: ask who is due, and write; how many letters."""
    store, before = homes.opened(), len(mail.outbox)
    for subject in letters.due(store, now):
        letters.send(store, subject, now)
        letters.send(store, subject, now)  # a job done twice writes once
    return len(mail.outbox) - before


def test_daily_is_once_a_day_and_only_if_something_came() -> None:
    seated()
    assert delivered(NOW) == 0
    told()
    told()
    assert delivered(NOW) == 1
    told()
    assert delivered(NOW + timedelta(hours=3)) == 0
    assert delivered(NOW + timedelta(days=1)) == 1
    assert delivered(NOW + timedelta(days=2)) == 0


def test_at_once_is_at_once_and_never_is_never() -> None:
    seated(choice="at-once", name="quick")
    silent = seated(choice="never", name="silent")
    for hour in range(3):
        told()
        assert delivered(NOW + timedelta(hours=hour)) == 1
    assert {message.to[0] for message in mail.outbox} == {"quick@example.org"}
    assert not silent.written.exists()


def test_the_operators_hour_and_address_are_kept(settings: Any) -> None:
    settings.LETTER_HOUR = 9
    seated()
    told()
    assert delivered(NOW) == 0
    assert delivered(NOW + timedelta(hours=1)) == 1
    settings.ADDRESS = ""
    told()
    assert delivered(NOW + timedelta(days=1, hours=3)) == 0


def test_only_a_post_that_can_answer_is_written_to_about_its_party() -> None:
    seated("national", name="n")
    seated("legal", name="l")
    told("findings:wait", "")
    told("release:granted", "")  # to be read, not to be answered
    delivered(NOW)
    assert [message.to for message in mail.outbox] == [["n@example.org"]]
    Seat.objects.update(until=NOW)
    told("findings:wait", "")
    assert delivered(NOW + timedelta(days=2)) == 0


@pytest.mark.parametrize(("language", "begins"), [("en", "Something waits"), ("km", "មានអ្វីមួយ"), ("vi", "Có việc")])
def test_a_letter_says_nothing_but_that_something_waits(language: str, begins: str) -> None:
    seated(language=language)
    told()
    delivered(NOW)
    (message,) = mail.outbox
    assert message.subject.startswith(begins) and begins in message.body
    assert message.body.count("https://office.example/") == 2
    assert not [word for word in SECRETS if word in message.subject + str(message.body)]


def test_a_letter_sent_again_after_a_crash_is_the_same_letter(monkeypatch: pytest.MonkeyPatch) -> None:
    seated()
    told()
    store = homes.opened()
    (subject,) = letters.due(store, NOW)
    with monkeypatch.context() as broken:
        broken.setattr(Letter.objects, "filter", None)  # it dies between the letter and the mark
        with pytest.raises(TypeError):
            letters.send(store, subject, NOW)
    letters.send(store, subject, NOW)
    letters.send(store, subject, NOW)
    assert len({message.extra_headers["Message-ID"] for message in mail.outbox}) == 1
    assert (len(mail.outbox), Letter.objects.count()) == (2, 1)


class Sink(socketserver.StreamRequestHandler):
    """A mail server that keeps what it is given."""

    def handle(self) -> None:
        self._say(b"220 sink")
        while line := self.rfile.readline().strip().upper():
            if line == b"DATA":
                self._say(b"354 go on")
                lines = list(iter(self.rfile.readline, b".\r\n"))
                self.server.kept.append(b"".join(lines))  # type: ignore[attr-defined]  # ours
            self._say(b"250 ok")
            if line == b"QUIT":
                return

    def _say(self, words: bytes) -> None:
        self.wfile.write(words + b"\r\n")


@pytest.fixture
def sink(settings: Any) -> Iterator[list[bytes]]:
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Sink) as server:
        server.kept = []  # type: ignore[attr-defined]  # ours
        threading.Thread(target=server.serve_forever, daemon=True).start()
        for name, value in _letters(f"smtp://127.0.0.1:{server.server_address[1]}").items():
            setattr(settings, name, value)
        yield server.kept  # type: ignore[attr-defined]  # ours
        server.shutdown()


def test_a_letter_goes_over_a_real_connection(sink: list[bytes]) -> None:
    seated(language="km")
    told()
    delivered(NOW)
    parsed = email.message_from_bytes(sink[0], policy=email.policy.default)
    assert isinstance(parsed, EmailMessage)
    assert (parsed["To"], parsed["Auto-Submitted"]) == ("a@example.org", "auto-generated")
    assert parsed["Message-ID"].endswith("@office.example>")
    assert "មានអ្វីមួយ" in parsed["Subject"]
    assert "https://office.example/" in parsed.get_content()


def test_without_a_server_letters_are_files_and_urls_are_read_whole() -> None:
    assert _letters(None)["EMAIL_BACKEND"].endswith("filebased.EmailBackend")
    found = _letters("smtp://office:s%40crt@mail.example:587?starttls=1")
    assert (found["EMAIL_HOST"], found["EMAIL_PORT"], found["EMAIL_HOST_PASSWORD"]) == ("mail.example", 587, "s@crt")
    assert (found["EMAIL_USE_TLS"], found["EMAIL_USE_SSL"]) == (True, False)
    assert _letters("smtps://mail.example")["EMAIL_PORT"] == 465


def test_a_person_chooses_and_is_not_told_again_what_was_before() -> None:
    person = seating.set_up("Office", NewPerson("first.staff", "a boat between two banks"), NOW)
    told(post="office/staff")
    client = Client(HTTP_HOST="localhost")
    assert client.get("/account/letters/").status_code == 302
    client.force_login(person)
    assert client.get("/account/letters/").status_code == 200
    assert client.post("/account/letters/", {"email": "no address", "letters": "daily"}).status_code == 200
    client.post("/account/letters/", {"email": "me@example.org", "letters": "at-once"})
    person.refresh_from_db()
    assert (person.email, person.letters) == ("me@example.org", "at-once")
    assert delivered(NOW) == 0
    told(post="office/staff")
    assert delivered(NOW) == 1

"""Health, metrics and the program's log: numbers for who watches, nothing of a person, and nothing for strangers."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families

from sampan.office.logs import Lines
from sampan.operations import homes, pulse, seating
from sampan.operations.jobs import book, doing
from sampan.operations.jobs.doing import Kind
from sampan.operations.seating import NewPerson

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
NOW = datetime(2026, 8, 3, 8, tzinfo=UTC)
PLANTED = "Nguyễn Thị Hồng-Planted"


@pytest.fixture
def lines() -> Any:
    """Every line the program writes, from the most talkative level on."""
    kept: list[str] = []

    class Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            kept.append(self.format(record))

    handler, root, talkers = Keep(), logging.getLogger(), ("sampan", "django", "django.request", "allauth")
    handler.setFormatter(Lines())
    root.addHandler(handler)
    before = {name: logging.getLogger(name).level for name in talkers}
    for name in talkers:
        logging.getLogger(name).setLevel(logging.DEBUG)
    yield kept
    root.removeHandler(handler)
    for name, level in before.items():
        logging.getLogger(name).setLevel(level)


def families(client: Client, **headers: str) -> dict[str, dict[tuple[str, ...], float]]:
    answer = client.get("/metrics", headers=headers)
    assert answer.status_code == 200
    found = text_string_to_metric_families(answer.content.decode())
    counts = ((one.name, [s for s in one.samples if not s.name.endswith("_created")]) for one in found)
    return {name: {tuple(s.labels.values()): s.value for s in samples} for name, samples in counts}


def test_health_says_whether_the_records_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Client().get("/health").content == b"ok\n"

    def broken() -> bool:
        raise OperationalError

    monkeypatch.setattr(pulse, "answers", broken)
    assert Client().get("/health").status_code == 503


def test_metrics_count_by_route_and_state_and_name_nobody() -> None:
    homes.opened()
    seating.set_up("Office", NewPerson(PLANTED, "a boat between two banks", PLANTED), NOW)
    book.ask("read", "D-000001", NOW)
    client = Client(HTTP_HOST="localhost")
    client.get(f"/join/{PLANTED}/?q={PLANTED}")
    client.generic("PLANTED", "/health")
    found = families(client)
    assert found["sampan_jobs"] == {("waiting",): 1.0}
    assert found["sampan_log_entries"][("",)] > 0
    assert found["sampan_requests"][("GET", "join/<str:link>/", "404")] >= 1
    assert found["sampan_requests"][("other", "health", "200")] >= 1
    assert "Planted" not in client.get("/metrics").content.decode()


def test_a_refused_request_is_written_with_its_status_and_the_template_of_its_route(lines: list[str]) -> None:
    client = Client(HTTP_HOST="localhost")
    assert client.get(f"/join/{PLANTED}/?q={PLANTED}").status_code == 404
    assert client.get(f"/{PLANTED}").status_code == 404
    told = [json.loads(line) for line in lines if json.loads(line)["from"] == "django.request"]
    assert [(one["status"], one["method"], one.get("route")) for one in told] == [
        (404, "GET", "join/<str:link>/"), (404, "GET", None)
    ]  # fmt: skip
    assert not any(PLANTED in line for line in lines)


@pytest.mark.parametrize("name", ["X-Forwarded-For", "Forwarded", "X-Real-Ip", "Via"])
def test_metrics_are_not_there_for_strangers(name: str, settings: Any) -> None:
    there, nowhere = Client().get("/metrics", headers={name: "1.2.3.4"}), Client().get("/metrix")
    assert (there.status_code, nowhere.status_code) == (404, 404)
    assert Client(REMOTE_ADDR="10.0.0.7").get("/metrics").status_code == 404
    settings.METRICS_TOKEN = "a long token"
    assert Client().get("/metrics").status_code == 404
    assert Client().get("/metrics", headers={"Authorization": "Bearer another"}).status_code == 404
    families(Client(), Authorization="Bearer a long token")


def test_the_log_holds_no_person_whatever_goes_wrong(lines: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(*_: object) -> None:
        raise ValueError(PLANTED)

    homes.opened()
    seating.set_up("Office", NewPerson("first.staff", "a boat between two banks", PLANTED), NOW)
    client = Client(HTTP_HOST="localhost", raise_request_exception=False)
    client.get(f"/join/{PLANTED}/?name={PLANTED}")
    client.get(f"/nowhere/{PLANTED}")
    client.post("/account/sign-in/", {"login": PLANTED, "password": PLANTED})
    monkeypatch.setattr(pulse, "answers", breaks)
    assert client.get(f"/health?name={PLANTED}").status_code == 500
    Client(HTTP_HOST=f"{'planted'}.example").get("/account/sign-in/")
    monkeypatch.setattr(doing, "KINDS", (Kind("breaks", breaks, breaks, NOW - NOW),))  # type: ignore[arg-type]
    doing.do(homes.opened(), "worker", book.ask("breaks", PLANTED, datetime.now(UTC)).pk)
    logging.getLogger("somebody.else").error(f"in clear: {PLANTED}")
    logging.getLogger("somebody.else").error("with an argument: %s", PLANTED)
    logging.getLogger("sampan.x").error("ours", extra={"said": {"name": PLANTED, "kind": "k"}})
    try:
        breaks()
    except ValueError:
        logging.getLogger("somebody.else").exception(PLANTED)
    assert len(lines) > 8
    assert not [line for line in lines if "Planted" in line or "planted" in line]
    said = [json.loads(line) for line in lines]
    assert {"request:answered", "job:failed"} <= {one["event"] for one in said}
    fault = next(one for one in said if one.get("fault") == "ValueError" and "at" in one)
    assert fault["at"][-1].endswith("breaks")
    assert {one.get("route") for one in said} >= {"join/<str:link>/", "health"}

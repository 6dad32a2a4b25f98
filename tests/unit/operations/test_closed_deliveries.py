"""What stands behind the first gate is there for nobody else: every command answers as if it had never come.

In one process and one home, before and after: a delivery that waits, and one passed, read, questioned and denied.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.codes import nth, number
from tests.conftest import Sampan
from tests.inside import runner
from tests.stories import border

from sampan.cli.main import COMMANDS
from sampan.store import bindings
from sampan.store.models import Delivery, Entry

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]
OUTSIDER = "la-1/surveillance"
KH, VN, MINISTRY = "kh-20/surveillance", "vn-37/surveillance", "vn/preventive-medicine"
TIMES = re.compile(r"\d{4}-\d\d-\d\d[T ][\d:.]+(?:\+\d\d:?\d\d|Z)")


NOT_ASKED = {
    "demo": "an invented home of its own", "serve": "its pages and routes are asked one by one",
    "work": "the worker tells nobody anything", "log": "its size is everybody's; entries are asked below",
    "backup": "sealed whole, for who runs the office", "restore": "sealed whole, for who runs the office",
    "keys": "no data", "api-keys": "no data", "agreements": "no data; what a post may try is its own",
    "places": "a registry", "look": "the sender's own file", "secrecy": "a list of laws", "suppress": "any file",
    "audit": "files its reader holds", "sources": "declarations, no data", "crosswalks": "words, no data",
    "help-requests": "lines posts wrote for all", "receive": "the sender's own file", "preview": "asked above",
    "release": "asked above", "releases": "asked above", "may": "asked above", "gate": "asked above",
    "outages": "what a party said of itself to those it shares with",
}  # fmt: skip  # command -> why the story of the closed gate does not ask it


def behind_the_gate(post: str, out: Path, closed: tuple[int, int] = (2, 3)) -> list[tuple[str | Path, ...]]:
    """Every other command, of all there is and of each closed delivery by name, asked for by this post."""
    party = post.partition("/")[0]
    doors: list[tuple[str | Path, ...]] = [
        ("observations", "--json"), ("observations", "--json", "--gone-too"), ("observations", "--source", "border-vn"),
        ("observations", "--as-of", "2099-01-01", "--json"), ("observations", "--since", "2020-01-01", "--json"),
        ("observations", "--format", "csv"), ("deliveries", "--json"), ("deliveries", "--post", post, "--json"),
        ("findings", "--json"), ("findings", "--all", "--json"), ("findings", "--post", post, "--all", "--json"),
        ("between", "kh-20", "vn-37", "--json"), ("discrepancies", "list", "--post", post, "--json"),
        ("practices", "waiting", "--post", post, "--json"), ("messages", "--post", post, "--json"), ("jobs", "list", "--json"),
    ]  # fmt: skip
    for one, finding in zip(closed, (nth("F", 1), nth("F", 2)), strict=True):
        delivery = nth("D", one)
        doors += [
            ("findings", finding, "--json"), ("findings", finding, "--post", post, "--json"),
            ("findings", "--cells", finding, "--json"), ("findings", "--delivery", delivery, "--all", "--json"),
            ("findings", "--delivery", delivery, "--mark", out),
            ("settle", finding, "--accept", "right", "--actor", post, "--json"), ("settle", finding, "KH-20", "--json"),
            ("withdraw", delivery, "--reason", "x", "--actor", f"{party}/sender", "--json"),
            ("withdraw", delivery, "--reason", "x", "--json"),
            ("receipt", "write", delivery, "-o", out), ("receipt", "write", delivery, "--post", post, "-o", out),
            ("discrepancies", "show", nth("X", 1), "--post", post, "--json"),
        ]  # fmt: skip
    return doors


@pytest.fixture
def sampan(capsys: pytest.CaptureFixture[str], home: Path) -> Sampan:
    """The command in this process."""
    return runner(capsys)


def test_every_command_is_asked_or_says_why_not() -> None:
    asked = {str(door[0]) for door in behind_the_gate(OUTSIDER, Path("out"))}
    assert sorted(asked | set(NOT_ASKED)) == sorted(COMMANDS)
    assert not asked & set(NOT_ASKED)


def test_what_was_passed_and_then_denied_answers_as_what_never_came(sampan: Sampan, home: Path, tmp_path: Path) -> None:
    border.lay(home)
    sampan("receive", "border-kh", border.written(tmp_path / "kh.csv", border.KH_WEEK), "--actor", KH, code=None)
    border.agree(sampan, tmp_path)
    first = number(sampan("deliveries", "--json").json[0]["delivery"])
    doors = behind_the_gate(OUTSIDER, tmp_path / "out.csv", (first + 1, first + 2))
    empty = _answers(sampan, doors)
    denied_later(sampan, tmp_path, nth("D", first + 1))
    full = _answers(sampan, doors)
    assert [after for before, after in zip(empty, full, strict=True) if before != after] == []
    entries = sampan("log", "entries", "--last", "100").out
    assert nth("D", first + 1) not in sampan("log", "entries", "--last", "100", "--json").out
    assert "delivery:kept" in entries
    own = sampan("deliveries", "--post", VN, "--json").json
    assert [one["gate"] for one in own if one["party"] == "vn-37"] == ["waiting", "refused"]
    found = sampan("findings", "--post", VN, "--json").json
    assert [one["finding"] for one in found] == [nth("F", 1)], "the closed finding that every door was asked for"


def _answers(sampan: Sampan, doors: list[tuple[str | Path, ...]]) -> list[tuple[object, ...]]:
    said = [sampan(*door, code=None) for door in doors]
    return [(door, one.code, TIMES.sub("T", one.out), one.err) for door, one in zip(doors, said, strict=True)]


def denied_later(sampan: Sampan, here: Path, code: str) -> None:
    """Tay Ninh's week with a word nobody knows: passed by its ministry, read, then denied; and a week that waits."""
    text = border.VN_WEEK + "Tay Ninh,2026-W31,strange word,4\n"
    sampan("receive", "border-vn", border.written(here / "vn.csv", text), "--actor", VN, code=None)
    sampan("gate", "pass", code, "--post", MINISTRY)
    assert [one["value"] for one in sampan("observations", "--source", "border-vn", "--json").json] == [9]
    sampan("gate", "deny", code, "--post", MINISTRY, "--rule", "VN-G1-ministry")
    sampan("receive", "border-vn", border.written(here / "v2.csv", border.VN_WEEK), "--actor", VN, code=None)


def test_neither_codes_nor_receipts_count_what_others_sent(sampan: Sampan, home: Path, tmp_path: Path) -> None:
    """Of two parties one sends a return, the other three, the first again: its codes and entries hold no step of four."""
    border.lay(home)
    sent = []
    for week, (source, text, post) in enumerate(
        [("kh", border.KH_WEEK, KH), *[("vn", border.VN_WEEK, VN)] * 3, ("kh", border.KH_WEEK, KH)], start=31
    ):
        file = border.written(tmp_path / f"{week}.csv", text.replace("W31", f"W{week}"))
        sent.append(sampan("receive", f"border-{source}", file, "--actor", post, "--json", code=None).json["delivery"])
    numbers = [number(code) for code in sent]
    assert [after - numbers[0] for after in numbers] == [0, 1, 2, 3, 4], "one sequence for all, which nobody is shown"
    shown = [int(code[2:].replace("-", "")) for code in sent]
    assert [after - shown[0] for after in shown] != [0, 1, 2, 3, 4]
    bodies = [entry.body or "" for entry in Entry.objects.filter(kind="delivery:kept").order_by("index")]
    for one, body in zip(numbers, bodies, strict=True):
        assert f'"store_delivery/{one}"' not in body
        assert f'"delivery":{one}' not in body and f'"delivery":"{one}"' not in body
        assert f'"{bindings.name_of(Delivery.objects.get(pk=one))}"' in body

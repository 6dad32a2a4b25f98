"""What stands behind the first gate is there for nobody else: every command answers as if it had never come.

In one process and one home, before and after: a delivery that waits, and one passed, read, questioned and denied.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.codes import nth, number
from tests.conftest import Sampan
from tests.every_door import NOT_ASKED, Hidden, answers, doors, leaf_of, leaves, otherwise, told
from tests.inside import runner
from tests.stories import border

from sampan.store import bindings
from sampan.store.models import Delivery, Entry

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]
OUTSIDER, OFFICE = "la-1/surveillance", "office/steward"
UNNAMED = "vn-37/reader"  # of a party that has a clause, which names other posts of it
KH, VN, MINISTRY = "kh-20/surveillance", "vn-37/surveillance", "vn/preventive-medicine"
MARKS = ("7331", "6113", "7 331", "7,331", "quokka", "wallaby", "numbat")
RARE = """province,week,disease,cases
Tay Ninh,2026-W31,cholera,7331
Tay Ninh,2026-W31,quokka pox,6113
Wallaby Creek,2026-W31,cholera,17
"""


@pytest.fixture
def sampan(capsys: pytest.CaptureFixture[str], home: Path) -> Sampan:
    """The command in this process."""
    return runner(capsys)


def test_every_leaf_is_asked_or_says_why_not(home: Path, tmp_path: Path) -> None:
    asked = {leaf_of(door) for door in doors(OUTSIDER, tmp_path, Hidden(("D-1",), ("F-1",)))}
    assert sorted(asked | set(NOT_ASKED)) == sorted(leaves()), "ask it in tests/every_door.py, or say there why not"
    assert not asked & set(NOT_ASKED)
    assert all(NOT_ASKED.values())


def test_what_was_passed_and_then_denied_answers_as_what_never_came(sampan: Sampan, home: Path, tmp_path: Path) -> None:
    border.lay(home)
    sampan("receive", "border-kh", border.written(tmp_path / "kh.csv", border.KH_WEEK), "--actor", KH, code=None)
    border.agree(sampan, tmp_path)
    first = number(sampan("deliveries", "--json").json[0]["delivery"])
    closed = [nth("D", first + 1), nth("D", first + 2)]
    hidden = Hidden(tuple(closed), (nth("F", 1), nth("F", 2)))
    asked = [door for post in (OUTSIDER, OFFICE) for door in doors(post, tmp_path, hidden)]
    empty = answers(sampan, asked, tmp_path)
    denied_later(sampan, tmp_path, nth("D", first + 1))
    full = answers(sampan, asked, tmp_path)
    assert otherwise(empty, full) == []
    assert told(full, (*MARKS, *closed)) == []
    log = ("log", "entries", "--last", "1000")
    entries = answers(sampan, [(*log, "--json"), log], tmp_path)
    assert told(entries, (*MARKS, *closed)) == []
    assert all("delivery:kept" in said for _, _, said, _, _ in entries)
    concern = {str(one["index"]): "la-1" in one["parties"] for one in sampan(*log, "--json").json}
    proofs = [("log", "proof", at, "-o", tmp_path / "left" / "p", "--post", OUTSIDER) for at in concern]
    proved = answers(sampan, proofs, tmp_path)
    assert [code == 0 for _, code, *_ in proved] == list(concern.values()), "its own entries, and no other's"
    assert len({said.replace(at, "N") for (_, _, at, *_), code, _, said, _ in proved if code}) == 1
    own = sampan("deliveries", "--post", VN, "--json").json
    assert [one["gate"] for one in own if one["party"] == "vn-37"] == ["waiting", "refused"]
    found = sampan("findings", "--post", VN, "--json").json
    assert nth("F", 1) in [one["finding"] for one in found], "a closed finding that every door was asked for"


def denied_later(sampan: Sampan, here: Path, code: str) -> None:
    """Tay Ninh's week with words nobody knows: passed by its ministry, read, then denied; and a week that waits."""
    sampan("receive", "border-vn", border.written(here / "numbat.csv", RARE), "--actor", VN, code=None)
    sampan("gate", "pass", code, "--post", MINISTRY)
    assert [one["value"] for one in sampan("observations", "--source", "border-vn", "--json").json] == [7331]
    sampan("gate", "deny", code, "--post", MINISTRY, "--rule", "VN-G1-ministry")
    sampan("receive", "border-vn", border.written(here / "v2.csv", border.VN_WEEK), "--actor", VN, code=None)


def test_what_was_released_to_another_answers_a_post_without_a_clause_as_what_never_came(
    sampan: Sampan, home: Path, tmp_path: Path
) -> None:
    """A third party's post, and one of the recipient's own party that no clause names; the one named is told."""
    border.lay(home)
    earlier = border.written(tmp_path / "w30.csv", border.KH_WEEK.replace("W31", "W30"))
    sampan("receive", "border-kh", earlier, "--actor", KH, code=None)
    border.agree(sampan, tmp_path)
    first = number(sampan("deliveries", "--json").json[0]["delivery"])
    hidden = Hidden((nth("D", first + 1),), (nth("F", 1), nth("F", 2)))
    asked = [
        door for post in (OUTSIDER, UNNAMED) for door in doors(post, tmp_path, hidden)
        if {post, post.partition("/")[0]} & set(door[3:]) or leaf_of(door) in ("preview", "release")
        or door[:2] in (("deliveries", "--post"), ("messages", "--post"), ("findings", "--post"))
    ]  # fmt: skip  # a door without a post answers whoever runs the office
    empty = answers(sampan, asked, tmp_path)
    rare = RARE.replace("Tay Ninh", "Svay Rieng")
    sampan("receive", "border-kh", border.written(tmp_path / "numbat.csv", rare), "--actor", KH, code=None)
    sampan("release", border.request(tmp_path / "week.yml", VN, "KH-20"), "-o", tmp_path / "out")
    assert "7331" in (tmp_path / "out" / "table.csv").read_text(encoding="utf-8")
    sampan("release", border.request(tmp_path / "waits.yml", KH, "VN-37"), "-o", tmp_path / "no", code=4)
    full = answers(sampan, asked, tmp_path)
    assert otherwise(empty, full) == []
    assert told(full, MARKS) == []
    codes = told(full, (nth("R", 1), nth("Q", 1), *hidden.deliveries))
    assert {door for door, _ in codes} <= {("log", "entries", "--party", "vn-37", "--json")}, (
        "its whole party's entries"
    )
    named = answers(
        sampan, [("releases", "open", nth("R", 1), "--post", VN, "-o", tmp_path / "left" / "out")], tmp_path
    )
    assert {mark for _, mark in told(named, MARKS)} == {"7331"}, "what is searched for can be found"


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

"""What a snapshot took back stands again when that snapshot is withdrawn or denied, and later ones are read anew.

In one process; the sources are small and invented.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.conftest import Sampan
from tests.inside import runner
from tests.stories import brook

from sampan.operations import homes, receiving, replaying, understanding
from sampan.store.models import Delivery

pytestmark = [pytest.mark.django_db(transaction=True, reset_sequences=True), pytest.mark.postgres]
MINISTRY, PROVINCE = "vn/preventive-medicine", "vn-37/surveillance"
Send = Callable[..., str]


@pytest.fixture
def sampan(capsys: pytest.CaptureFixture[str], home: Path) -> Sampan:
    """The command in this process; beside the brook's sources a snapshot, and an increment and a snapshot of Tay Ninh."""
    brook.lay(home)
    vn = {"owner: brook-office": "owner: vn-37", "country: KH": "country: VN"}
    _lay(home, "whole", {"mode: increment": "mode: snapshot"})
    _lay(home, "vn-more", vn)
    listed = brook.LISTED.lstrip().replace("mode: increment", "mode: snapshot")
    for name, text in (("named", listed), ("nameless", listed.replace("  case_id: number\n", ""))):
        (home / "sources" / name).mkdir()
        (home / "sources" / name / "source.yml").write_text(text.replace("id: brook-list", f"id: {name}"))
    _lay(home, "vn-whole", vn | {"mode: increment": "mode: snapshot"})
    return runner(capsys)


def _lay(home: Path, name: str, changes: dict[str, str]) -> None:
    text = brook.WEEKLY.lstrip().replace("id: brook-weekly", f"id: {name}")
    for old, new in changes.items():
        assert old in text
        text = text.replace(old, new)
    (home / "sources" / name).mkdir()
    (home / "sources" / name / "source.yml").write_text(text, encoding="utf-8")


@pytest.fixture
def send(sampan: Sampan, tmp_path: Path) -> Send:
    """Deliver place=value of one week to a source; the delivery's code."""

    def one(source: str, *more: str, **told: int) -> str:
        file = tmp_path / f"{len(list(tmp_path.glob('*.csv')))}.csv"
        lines = [f"{place.replace('_', ' ')},2024-W01,dengue,{value}" for place, value in told.items()]
        file.write_text("\n".join(["province,week,disease,cases", *lines, ""]), encoding="utf-8")
        return str(sampan("receive", source, file, "--json", *more, code=None).json["delivery"])

    return one


def told(sampan: Sampan, source: str) -> dict[str, int | None]:
    """Place -> value."""
    found = sampan("observations", "--source", source, "--json").json
    return {str(one["unit"]).split("@")[0]: one["value"] for one in found}


def withdraw(sampan: Sampan, code: str) -> list[str]:
    """The deliveries that were read again."""
    said = sampan("withdraw", code, "--reason", "a slip", "--json").json
    found: list[str] = said["read_again"]
    return found


def test_what_a_withdrawn_snapshot_took_back_stands_again(sampan: Sampan, send: Send) -> None:
    send("whole", Takeo=5, Kampot=7)
    second = send("whole", Takeo=6)
    assert told(sampan, "whole") == {"KH-21": 6}
    assert withdraw(sampan, second) == []
    assert told(sampan, "whole") == {"KH-21": 5, "KH-7": 7}


def test_a_later_snapshot_takes_back_itself_what_a_withdrawn_one_took_back_before(sampan: Sampan, send: Send) -> None:
    send("whole", Takeo=5, Kampot=7, Kandal=1)
    second = send("whole", Takeo=6, Kandal=1)
    third = send("whole", Takeo=8)
    assert withdraw(sampan, second) == [third]
    assert told(sampan, "whole") == {"KH-21": 8}, "Kampot is in no snapshot after the first, and nobody says it now"
    fourth = send("whole", Takeo=8, Kampot=2)
    assert told(sampan, "whole") == {"KH-21": 8, "KH-7": 2}
    assert withdraw(sampan, third) == [fourth]
    assert told(sampan, "whole") == {"KH-21": 8, "KH-7": 2}
    assert sampan("log", "verify").code == 0


def test_an_older_snapshot_that_came_later_stands_again_too(sampan: Sampan, send: Send) -> None:
    newer = send("whole", "--published-at", "2024-03-01", Takeo=6)
    older = send("whole", "--published-at", "2024-02-01", Takeo=5, Kampot=7)
    assert told(sampan, "whole") == {"KH-21": 6}
    assert withdraw(sampan, newer) == [older]
    assert told(sampan, "whole") == {"KH-21": 5, "KH-7": 7}


def test_a_snapshot_that_took_nothing_back_makes_nobody_read_again(sampan: Sampan, send: Send) -> None:
    first = send("whole", Takeo=5)
    second = send("whole", Takeo=6, Kampot=1)
    send("whole", Takeo=6, Kampot=2)
    assert withdraw(sampan, second) == []
    assert withdraw(sampan, first) == []
    assert told(sampan, "whole") == {"KH-21": 6, "KH-7": 2}


def test_those_that_leant_on_a_delivery_denied_at_its_gate_are_read_again(
    sampan: Sampan, send: Send, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was passed, read, denied, and passed after all; the last word is lost in a crash and made good."""
    first = send("vn-more", "--actor", PROVINCE, Tay_Ninh=5, Long_An=2)
    sampan("gate", "pass", first, "--post", MINISTRY)
    second = send("vn-more", "--actor", PROVINCE, Tay_Ninh=5, Long_An=3)
    sampan("gate", "pass", second, "--post", MINISTRY)
    rule = ("--post", MINISTRY, "--rule", "VN-G1-ministry")

    def balances() -> dict[str, tuple[int, int]]:
        found = sampan("deliveries", "--post", PROVINCE, "--json").json
        return {one["delivery"]: (one["observed"], one["repeated"]) for one in found}

    assert balances() == {first: (2, 0), second: (1, 1)}
    sampan("gate", "deny", first, *rule)
    assert told(sampan, "vn-more") == {"VN-37": 5, "VN-41": 3}, "what the second repeated stands by itself"
    assert balances()[second] == (2, 0)
    with monkeypatch.context() as crash:
        crash.setattr(receiving, "resume", lambda *_: [])
        sampan("gate", "pass", first, *rule)
    assert balances()[second] == (2, 0)
    send("brook-weekly", Takeo=1)
    assert (balances()[second], told(sampan, "vn-more")) == ((1, 1), {"VN-37": 5, "VN-41": 3})
    assert sampan("log", "verify").code == 0


def test_what_a_denied_snapshot_took_back_is_taken_back_by_the_next(sampan: Sampan, send: Send) -> None:
    rule = ("--post", MINISTRY, "--rule", "VN-G1-ministry")
    sent = []
    for figures in ({"Tay_Ninh": 5, "Long_An": 7}, {"Tay_Ninh": 6}, {"Tay_Ninh": 8}):
        sent.append(send("vn-whole", "--actor", PROVINCE, **figures))
        sampan("gate", "pass", sent[-1], "--post", MINISTRY)
    sampan("gate", "deny", sent[1], *rule)
    assert told(sampan, "vn-whole") == {"VN-37": 8}
    sampan("gate", "deny", sent[2], *rule)
    assert told(sampan, "vn-whole") == {"VN-37": 5, "VN-41": 7}
    sampan("gate", "pass", sent[1], *rule)
    assert told(sampan, "vn-whole") == {"VN-37": 6}


@pytest.mark.parametrize("source", ["named", "nameless"])
def test_a_list_that_came_whole_replaces_the_one_before(sampan: Sampan, tmp_path: Path, source: str) -> None:
    def whole(*rows: str) -> dict[str, object]:
        file = tmp_path / f"{len(list(tmp_path.glob('*.csv')))}.csv"
        lines = [f"{row},2024-01-09,dengue,confirmed,male" for row in rows]
        file.write_text("\n".join(["number,province,onset,reported,disease,class,sex", *lines, ""]), encoding="utf-8")
        found: dict[str, object] = sampan("receive", source, file, "--json", code=None).json
        return found

    first = whole("1,Takeo,2024-01-02", "2,Kampot,2024-01-02")
    at = sampan("deliveries", "--json").json[0]["received_at"]
    second = whole("1,Takeo,2024-01-02", "3,Kandal,2024-01-03")
    assert [(one["observed"], one["repeated"]) for one in (first, second)] == [(2, 0), (2, 0)]
    assert told(sampan, source) == {"KH-21": 1, "KH-8": 1}, "none twice, and Kampot is in the list no more"
    before = sampan("observations", "--source", source, "--as-of", at, "--json").json
    assert sorted((one["unit"].split("@")[0], one["value"]) for one in before) == [("KH-21", 1), ("KH-7", 1)]
    sampan("withdraw", str(second["delivery"]), "--reason", "a slip")
    assert told(sampan, source) == {"KH-21": 1, "KH-7": 1}
    assert sampan("log", "verify").code == 0


def test_a_whole_list_of_which_repeats_were_once_left_out_is_read_again(sampan: Sampan, send: Send) -> None:
    code = send("whole", Takeo=5)
    one = Delivery.objects.get(code=code)
    Delivery.objects.filter(pk=one.pk).update(
        balance={name: count for name, count in one.balance.items() if name != "retracted"} | {"repeated": 1}
    )
    assert [one.code for one in replaying.due()] == [code]
    send("brook-weekly", Takeo=1)
    assert (Delivery.objects.get(code=code).balance["repeated"], list(replaying.due())) == (0, [])


BY_WEEK = """
id: by-week
title: A form with a column for each week
owner: brook-office
country: KH
kind: aggregate
practice: by-week-2024
invented: true
read: {format: csv, header_rows: [1]}
delivery: {mode: snapshot, scope: [period]}
calendar: iso
columns:
  place: {from: Province, level: 1}
  period: {header: 0, as: week, year: 2024}
  condition: {is: dengue}
wide: {columns: ["W*"], parts: [period]}
"""


def test_a_week_that_a_later_snapshot_leaves_blank_is_taken_back(sampan: Sampan, home: Path, tmp_path: Path) -> None:
    """Week 5 was filled and its column is blank now; week 4 has no column in the later file and stands."""
    (home / "sources" / "by-week").mkdir()
    (home / "sources" / "by-week" / "source.yml").write_text(BY_WEEK.lstrip())
    files = {
        "first": "Province,W4,W5,W6\nTakeo,1,3,4\nKampot,2,1,\n",
        "later": "Province,W5,W6,W7\nTakeo,,4,5\nKampot,,2,\n",
    }
    for name, text in files.items():
        (tmp_path / f"{name}.csv").write_text(text)
        tried = sampan("receive", "by-week", tmp_path / f"{name}.csv", "--dry-run", "--json", code=None).json
        store, act = homes.opened(), receiving.Act("brook-office/sender", datetime.now(UTC))
        _, seen = understanding.seen(store, homes.source(store, "by-week"), tmp_path / f"{name}.csv", act)
        said = sampan("receive", "by-week", tmp_path / f"{name}.csv", "--json", code=None).json
    assert (said["rows_in"], said["observed"], said["retracted"], tried["retracted"]) == (3, 3, 2, 2)
    assert seen is not None and (seen.new, seen.same, seen.different_count) == (2, 1, 2)
    assert sorted(str((line.before, line.after)) for line in seen.different) == [
        "((1, 'reported'), None)", "((3, 'reported'), None)",
    ], "what will be taken back is shown before it is sent"  # fmt: skip
    found = sampan("observations", "--source", "by-week", "--gone-too", "--json").json
    shown = {(one["unit"].split("@")[0], one["period_raw"][-2:]): one["value"] or one["status"] for one in found}
    assert shown == {
        ("KH-21", "W4"): 1, ("KH-7", "W4"): 2, ("KH-21", "W5"): "retracted", ("KH-7", "W5"): "retracted",
        ("KH-21", "W6"): 4, ("KH-7", "W6"): 2, ("KH-21", "W7"): 5,
    }  # fmt: skip

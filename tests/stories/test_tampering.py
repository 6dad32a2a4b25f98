"""Whatever is changed is found, by the check alone or by what a party holds; whatever is untouched raises no alarm.

Each run takes fresh trials from the printed seed: 100 here, 1,000 in the soak (or SAMPAN_TRIALS).
"""

from __future__ import annotations

import json
import os
import random
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.codes import nth
from tests.conftest import SEED, Sampan, run_program, run_sampan
from tests.stories import border, brook

TRIALS = int(os.environ.get("SAMPAN_TRIALS", "100"))
SQLITE_ONLY = "SAMPAN_DATABASE_URL"  # copying a home as files copies its records too


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder with `home`: deliveries, findings, one lawful erasure, a signed log; and the files delivered."""
    folder = tmp_path_factory.mktemp("office")
    chance = random.Random(f"{SEED}:office")
    with pytest.MonkeyPatch.context() as environment:
        environment.delenv(SQLITE_ONLY, raising=False)
        environment.setenv("SAMPAN_HOME", str(folder / "home"))
        environment.setenv("SAMPAN_CHECKPOINT_SECONDS", "0")
        brook.lay(folder / "home")
        for year in (2020, 2021, 2022):
            file = brook.weekly(folder / f"{year}.csv", year=year, weeks=4, chance=chance)
            odd = "Nowhere,2022-W05,dengue,3\nTakeo,2022-W05,dengue,x\n" if year == 2022 else ""
            file.write_text(file.read_text() + odd)
            deliver(file)
            run_sampan("log", "checkpoint")
        shared(folder)
        run_sampan("withdraw", nth("D", 1), "--reason", "sent by mistake", "--erase")
        run_sampan("log", "checkpoint")
        witnessed(folder)
        run_sampan("log", "verify")
    yield folder


def shared(folder: Path) -> None:
    """An agreement in force, a word given, a release, an opening; lines, practices, help, a witness, seats and posts."""
    border.lay(folder / "home")
    for code, text in (("kh", border.KH_WEEK), ("vn", border.VN_WEEK)):
        actor = {"kh": "kh-20/surveillance", "vn": "vn-37/surveillance"}[code]
        run_sampan(
            "receive", f"border-{code}", border.written(folder / f"{code}.txt", text), "--actor", actor, code=None
        )
    border.agree(run_sampan, folder)
    asked = border.request(
        folder / "region.yml", "kh-20/surveillance", "KH-20, VN-37", sources="[border-kh, border-vn]"
    )
    run_sampan("release", asked, "-o", folder / "released")
    run_sampan("releases", "open", nth("R", 1), "--post", "kh-20/surveillance", "-o", folder / "opened", code=None)
    run_sampan("gate", "pass", nth("D", 5), "--post", "vn/preventive-medicine")
    theirs = border.request(folder / "week.yml", "vn-37/surveillance", "KH-20", sources="[border-kh]")
    run_sampan("release", theirs, "-o", folder / "theirs")
    run_sampan("releases", "note", nth("R", 2), "--post", "vn-37/surveillance", "--used-in", "the week's letter")
    denied = border.request(folder / "no.yml", "kh-20/surveillance", "VN-37", purpose="research")
    run_sampan("release", denied, "-o", folder / "denied", code=4)
    said = ("border-kh", "--condition", "cholera", "--counts", "confirmed", "--from", "2026-01-01", "--cites", "Book 3")
    run_sampan("practices", "propose", *said, "--actor", "office/steward")
    run_sampan("practices", "approve", "1", "--actor", "kh-20/surveillance")
    run_sampan("crosswalks", "propose", "border-kh", "condition", "AWD", "cholera", "--actor", "office/steward")
    run_sampan("crosswalks", "approve", "1", "--actor", "kh-20/surveillance")
    run_sampan("help-requests", "write", "ask", "mapping", "--as", "kh-20/surveillance", "--words", "Who reads this?")
    key = run_sampan("log", "witness-key", "north.example/w", "-o", folder / "north.key").out
    run_sampan("log", "add-witness", "north", key.strip(), "--party", "vn-37")
    sender = run_sampan("receipt", "sender-key", "south.example/sender", "-o", folder / "south.key").out
    run_sampan("receipt", "add-sender", "vn-37", sender.strip())
    assert run_program("tests.stories.seated").code == 0
    run_sampan("api-keys", "make", "--post", "office/staff", "--name", "monitor", "--scope", "log")


def witnessed(folder: Path) -> None:
    """The witness cosigns the newest checkpoint."""
    (folder / "log.vkey").write_text(run_sampan("log", "key").out)
    run_sampan("log", "ask-witness", "north", "-o", folder / "asked")
    run_sampan(
        "log", "witness", folder / "asked", "--key", folder / "north.key", "--log-key", folder / "log.vkey",
        "--memory", folder / "north.seen", "-o", folder / "answer",
    )  # fmt: skip
    run_sampan("log", "take-answer", folder / "answer")


@pytest.fixture
def office(built: Path, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """This test's own copy of the office, and of the files that were delivered."""
    monkeypatch.delenv(SQLITE_ONLY, raising=False)
    monkeypatch.setenv("SAMPAN_CHECKPOINT_SECONDS", "0")
    shutil.copytree(built / "home", home)
    for file in built.glob("*.csv"):
        shutil.copy(file, tmp_path)
    return home


def deliver(file: Path) -> None:
    """Deliver a file; the checks may have questions about invented figures."""
    assert run_sampan("receive", "brook-weekly", file, code=None).code in (0, 3)


def lines(module: str, *arguments: str | Path) -> list[dict[str, Any]]:
    """What a driver of trials printed."""
    done = run_program(f"tests.stories.{module}", *map(str, arguments), timeout=9_000)
    assert done.code == 0, done.err[-3_000:]
    return [json.loads(line) for line in done.out.splitlines()]


def tampered(office: Path, folder: Path, trials: int) -> None:
    said = lines("tampering", office, folder, trials, f"{SEED}")
    assert len(said) == trials
    missed = [one for one in said if not one["alarms"]]
    assert not missed, missed
    assert len({one["what"].split()[0] for one in said}) > 5


def untouched(office: Path, folder: Path, trials: int) -> None:
    files = sorted(folder.glob("20*.csv"))
    said = lines("untouched", office, folder, trials, f"{SEED}", *files)
    assert len(said) == trials
    assert [one for one in said if one["alarms"] or one["after"] or not one["ended"]] == []
    assert {one["way"] for one in said} == {"killed", "stopped", "backup"}
    assert any(one["entries"] > 8 for one in said), "no worker came to do anything"


def test_every_change_is_found(office: Path, tmp_path: Path) -> None:
    tampered(office, tmp_path, TRIALS)


def test_nothing_untouched_raises_an_alarm(office: Path, tmp_path: Path) -> None:
    untouched(office, tmp_path, max(5, TRIALS // 10))


@pytest.mark.soak
def test_every_change_is_found_in_a_thousand(office: Path, tmp_path: Path) -> None:
    tampered(office, tmp_path, 1_000)


@pytest.mark.soak
def test_nothing_untouched_raises_an_alarm_in_a_thousand(office: Path, tmp_path: Path) -> None:
    untouched(office, tmp_path, 1_000)


def test_a_rollback_of_everything_is_found_by_what_a_party_holds(
    sampan: Sampan, office: Path, tmp_path: Path, rng: random.Random
) -> None:
    shutil.copytree(office, tmp_path / "yesterday")
    deliver(brook.weekly(tmp_path / "2023.csv", year=2023, weeks=2, chance=rng))
    held = tmp_path / "held.txt"
    sampan("log", "checkpoint", "-o", held)
    sampan("log", "verify", "--from", held)
    shutil.rmtree(office)
    shutil.copytree(tmp_path / "yesterday", office)
    sampan("log", "verify")
    said = sampan("log", "verify", "--from", held, "--json", code=1).json
    assert [alarm["what"][:21] for alarm in said["alarms"]] == ["the log has gone back"]


def test_a_fork_is_found_by_what_a_party_holds(
    sampan: Sampan, office: Path, tmp_path: Path, rng: random.Random
) -> None:
    shutil.copytree(office, tmp_path / "yesterday")
    held = tmp_path / "held.txt"
    for name, year in (("shown", 2023), ("hidden", 2024)):
        shutil.rmtree(office)
        shutil.copytree(tmp_path / "yesterday", office)
        deliver(brook.weekly(tmp_path / f"{name}.csv", year=year, weeks=2, chance=rng))
        sampan("log", "checkpoint", *(("-o", held) if name == "shown" else ()))
    sampan("log", "verify")
    said = sampan("log", "verify", "--from", held, "--json", code=1).json
    assert "two histories" in said["alarms"][0]["what"]


def test_records_put_back_beside_their_key_sign_no_second_root(
    sampan: Sampan, office: Path, tmp_path: Path, rng: random.Random
) -> None:
    shutil.copytree(office, tmp_path / "yesterday")
    deliver(brook.weekly(tmp_path / "2023.csv", year=2023, weeks=2, chance=rng))
    sampan("log", "checkpoint")
    (office / "records.sqlite3").unlink()
    for name in ("records.sqlite3-wal", "records.sqlite3-shm"):
        (office / name).unlink(missing_ok=True)
    shutil.copy(tmp_path / "yesterday" / "records.sqlite3", office)
    assert "the key signed a tree of" in sampan("log", "verify", code=1).err
    deliver(brook.weekly(tmp_path / "2024.csv", year=2024, weeks=2, chance=rng))
    assert "has signed a tree of" in sampan("log", "checkpoint", code=4).err


def test_a_lawful_erasure_says_when_and_on_whose_word(sampan: Sampan, office: Path, tmp_path: Path) -> None:
    said = sampan("log", "entries", "--last", "1000", "--json").json
    erased = [entry for entry in said if entry["erased"]]
    assert {entry["facts"].get("delivery") for entry in erased} == {None}
    word = next(entry for entry in said if entry["kind"] == "delivery:erased")
    assert word["facts"]["erases"] == [entry["index"] for entry in erased]
    assert "destroyed" in sampan("log", "proof", str(erased[0]["index"]), "-o", tmp_path / "p", code=4).err
    sampan("log", "proof", str(word["index"]), "-o", tmp_path / "p")
    sampan("log", "check-proof", tmp_path / "p")

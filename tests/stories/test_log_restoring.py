"""A backup, a hundred acts, a lost disk: the office comes back, never forks, and says what was lost."""

from __future__ import annotations

import os
import random
import shutil
from pathlib import Path
from typing import Any

import pyrage
import pytest
from tests import postgres
from tests.codes import nth, number
from tests.conftest import SERVER, Sampan, run_program, run_sampan
from tests.stories import border, brook

from sampan.log.note import Signer

pytestmark = pytest.mark.postgres
DERIVED = (
    "log",
    "uploads",
    "drafts",
    "records.sqlite3",
)  # at the top of a home, and made again or gone within the hour
OF_THE_KEY = {"keys/log.key", "keys/log.signed"}  # exported apart
GATE = """
country: KH
rules:
  - rule: KH-G1-ministry
    gate: to-office
    step: ministry
    post: kh/cdc
    mode: per-release
    prepares: ["kh-20/*"]
    law: Decree 7 of an invented year
    usual_days: 3
    source: invented
    verified: false
"""


def tree(home: Path) -> dict[str, bytes]:
    """Every file of a home that is not derived, whatever folder it stands in."""
    found = [Path(at) / name for at, _, names in os.walk(home, followlinks=True) for name in names]
    files = {str(path.relative_to(home)): path.read_bytes() for path in found}
    tops = {name: name.partition("/")[0] for name in files}
    return {
        name: content
        for name, content in files.items()
        if not tops[name].startswith((".", *DERIVED)) and name not in OF_THE_KEY
    }


def deliver(file: Path) -> str:
    """Deliver a file; the delivery's code."""
    said = run_sampan("receive", "brook-weekly", file, "--json", code=None)
    assert said.code in (0, 3), said
    code: str = said.json["delivery"]
    return code


def witness(name: str, folder: Path) -> None:
    """One round with a witness: asked, answered on its own machine, taken up."""
    request, answer = folder / f"{name}.request", folder / f"{name}.answer"
    run_sampan("log", "ask-witness", name, "-o", request)
    run_sampan(
        "log", "witness", request, "--key", folder / f"{name}.key", "--log-key", folder / "log.vkey",
        "--memory", folder / f"{name}.seen", "-o", answer,
    )  # fmt: skip
    run_sampan("log", "take-answer", answer)


def another_disk(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The disk is lost: files and records are gone, a new empty machine stands there."""
    shutil.rmtree(home)
    if SERVER:
        monkeypatch.setenv("SAMPAN_DATABASE_URL", postgres.new_database(SERVER))


@pytest.fixture
def office(sampan: Sampan, home: Path, tmp_path: Path, rng: random.Random, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two witnesses, one delivery; the folder holds what everybody holds."""
    monkeypatch.setenv("SAMPAN_CHECKPOINT_SECONDS", "0")
    brook.lay(home)
    deliver(brook.weekly(tmp_path / "early.csv", year=2023, weeks=3, chance=rng))
    for name in ("north", "south"):
        key = sampan("log", "witness-key", f"{name}.example/w", "-o", tmp_path / f"{name}.key").out
        sampan("log", "add-witness", name, key.strip(), "--party", name)
    (tmp_path / "log.vkey").write_text(sampan("log", "key").out)
    for name in ("north", "south"):
        witness(name, tmp_path)
    identity = pyrage.x25519.Identity.generate()
    (tmp_path / "operator.key").write_text(f"# made today\n{identity}\n")
    sampan("backup", "-o", tmp_path / "backup.age", "--recipient", str(identity.to_public()))
    return tmp_path


@pytest.fixture
def lost(office: Path, sampan: Sampan, home: Path, rng: random.Random, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A change of key and a hundred acts after the backup, one a delivery with its receipt; then the disk is gone."""
    sampan("log", "rotate-key", "--reason", "yearly")
    (office / "log.vkey").write_text(sampan("log", "key").out)
    code = deliver(brook.weekly(office / "late.csv", year=2024, weeks=3, chance=rng))
    assert run_program("tests.stories.appending", "after", "10", "10").code == 0
    for name in ("north", "south"):
        witness(name, office)
    sampan("receipt", "write", code, "-o", office / "receipt")
    (office / "passphrase").write_text("five words taken at random\n")
    sampan("keys", "export", "-o", office / "keys.age", "--passphrase-file", office / "passphrase")
    another_disk(home, monkeypatch)
    return office


def restored(folder: Path, *more: str | Path) -> dict[str, Any]:
    said: dict[str, Any] = run_sampan(
        "restore", folder / "backup.age", "--identity", folder / "operator.key", "--checkpoint", folder / "north.seen",
        "--checkpoint", folder / "south.seen", "--receipt", folder / "receipt", *more, "--json",
    ).json  # fmt: skip
    return said


def test_the_office_goes_on_under_another_origin_and_says_what_was_lost(sampan: Sampan, lost: Path) -> None:
    keys = ("--keys", lost / "keys.age", "--passphrase-file", lost / "passphrase")
    said = restored(lost, *keys)
    assert said["new_origin"] != said["old_origin"]
    assert (said["verified"], said["signed_by_old_key"]) == (True, True)
    assert said["lost"] == [said["restored_entries"], said["highest_known"]]
    assert list(said["learned_keys"].values()) == ["export"]
    assert said["highest_known"] - said["restored_entries"] >= 102
    assert [act["kind"] for act in said["lost_acts"]] == ["delivery:kept"]
    assert nth("D", 2) in said["told"]["brook-office"]
    first = next(entry for entry in sampan("log", "entries", "--json").json if entry["kind"] == "log:restored")
    assert first["index"] == said["restored_entries"]
    assert first["facts"]["last_checkpoint"]["size"] == said["highest_known"]
    assert first["facts"]["lost"] == said["lost"]
    sampan("log", "verify", "--from", lost / "north.seen")
    figures = sampan("observations", "--format", "json").json
    assert len(figures) == 24, "the early delivery is back"
    gone = {act["facts"]["delivery"] for act in said["lost_acts"] if "delivery" in act["facts"]}
    assert deliver(lost / "late.csv") == nth("D", 1001) not in gone, (
        "a code that stands on a receipt is never given again"
    )
    assert len(sampan("observations", "--format", "json").json) == 48, "what was lost is delivered again"
    (lost / "odd.csv").write_text(
        (lost / "late.csv").read_text().replace("2024", "2023") + "Nowhere at all,2023-W02,dengue,1\n"
    )
    deliver(lost / "odd.csv")
    found = {one["finding"] for one in sampan("findings", "--json").json}
    assert found
    assert min(map(number, found)) >= 10_000, found
    sampan("log", "verify")


def test_receipts_of_before_still_prove_and_the_old_tree_is_never_signed_again(sampan: Sampan, lost: Path) -> None:
    sampan("receipt", "verify", lost / "receipt", "--key", lost / "log.vkey", "--original", lost / "late.csv")
    said = restored(lost, "--key", lost / "log.vkey")
    assert (said["verified"], said["signed_by_old_key"]) == (True, False)
    assert said["learned_keys"] == {(lost / "log.vkey").read_text().splitlines()[0]: "person"}
    kinds = [entry["kind"] for entry in sampan("log", "entries", "--json").json]
    assert kinds[-2:] == ["log:restored", "key:rotated"]
    sampan("receipt", "verify", lost / "receipt", "--key", lost / "log.vkey", "--original", lost / "late.csv")
    sampan("log", "proof", "0", "-o", lost / "old.proof")
    old = sampan("log", "check-proof", lost / "old.proof", "--key", lost / "log.vkey", "--json").json
    assert (old["origin"], old["index"]) == (said["old_origin"], 0)
    head = sampan("log", "checkpoint", "--json").json
    assert head["origin"] == said["new_origin"]
    assert sampan("log", "check-proof", lost / "old.proof", "--key", said["key"], code=4).err


def test_witnesses_take_up_the_new_log(sampan: Sampan, lost: Path) -> None:
    said = restored(lost, "--key", lost / "log.vkey")
    (lost / "log.vkey").write_text(said["key"])
    refused = sampan("log", "ask-witness", "north", "-o", lost / "north.request")
    assert refused.code == 0
    for name in ("north", "south"):
        (lost / f"{name}.seen").rename(lost / f"{name}.old")  # a new log has a memory of its own
        witness(name, lost)
    state = sampan("log", "witnesses", "--json").json
    assert (state["grade"], state["needed"], state["witnesses"]) == ("witnessed", 1, 2)


def test_a_restore_wants_an_empty_home_and_the_right_key(sampan: Sampan, office: Path, home: Path) -> None:
    refused = ("restore", office / "backup.age", "--identity", office / "operator.key")
    assert "not empty" in sampan(*refused, code=4).err
    sampan("log", "verify")
    assert b"brook-office" not in (office / "backup.age").read_bytes()
    assert b"PRIVATE+KEY" not in pyrage.decrypt(
        (office / "backup.age").read_bytes(),
        [pyrage.x25519.Identity.from_str((office / "operator.key").read_text().splitlines()[1])],
    )


def test_everything_comes_back_and_what_waited_at_a_gate_still_waits(
    sampan: Sampan, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    border.lay(home)
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "kh.yml").write_text(GATE)
    (home / "gates").symlink_to(tmp_path / "elsewhere")  # an operator keeps it under version control
    (home / "map.geojson").write_text('{"type": "FeatureCollection", "features": []}')
    for name in ("mappings/5ea1ed", "places/notes", "region/week.csv", "a drawer/nobody/thought of.txt"):
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_text(name)
    post = ("--actor", "kh-20/surveillance")
    code = sampan("receive", "border-kh", border.written(tmp_path / "1.csv", border.KH_WEEK), *post, "--json")
    waits = [one["subject"] for one in sampan("gate", "list", "--post", "kh/cdc", "--json").json]
    assert waits == [code.json["delivery"]]
    identity = pyrage.x25519.Identity.generate()
    (tmp_path / "operator.key").write_text(f"{identity}\n")
    sampan("backup", "-o", tmp_path / "backup.age", "--recipient", str(identity.to_public()))
    before = tree(home)
    assert {"gates/kh.yml", "a drawer/nobody/thought of.txt", "keys/blob-wrapping"} <= {*before}
    another_disk(home, monkeypatch)
    sampan("restore", tmp_path / "backup.age", "--identity", tmp_path / "operator.key")
    assert tree(home) == before
    assert [one["subject"] for one in sampan("gate", "list", "--post", "kh/cdc", "--json").json] == waits
    next_week = border.KH_WEEK.replace("W31", "W32")
    sampan("receive", "border-kh", border.written(tmp_path / "2.csv", next_week), *post)
    assert sampan("observations", "--format", "json").json == []


def test_a_restore_that_is_refused_leaves_nothing_and_is_given_again(
    sampan: Sampan, office: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (office / "passphrase").write_text("five words taken at random\n")
    sampan("keys", "export", "-o", office / "keys.age", "--passphrase-file", office / "passphrase")
    another_disk(home, monkeypatch)
    foreign = office / "foreign.txt"
    foreign.write_text((office / "north.seen").read_text().replace("sampan.invalid", "another.invalid"))
    again = (
        "restore", office / "backup.age", "--identity", office / "operator.key", "--keys", office / "keys.age",
        "--passphrase-file", office / "passphrase",
    )  # fmt: skip
    assert "nothing is left behind" in sampan(*again, "--checkpoint", foreign, code=4).err
    assert list(home.iterdir()) == []
    stranger = Signer.generate("another.invalid/log").verifier.vkey
    sampan(*again, "--key", stranger, code=2)
    sampan(*again, "--checkpoint", office / "north.seen")
    sampan("log", "verify")
    (home / "HALF-RESTORED").touch()  # as a restore that was killed leaves it
    for command in (("log", "rotate-key", "--reason", "try"), ("deliveries",), again):
        assert "cut off" in sampan(*command, code=4).err


def test_a_changed_or_foreign_backup_is_refused(
    sampan: Sampan, office: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = (office / "backup.age").read_bytes()
    another_disk(home, monkeypatch)
    for broken in (
        content[: len(content) // 2],
        content[:-1],
        content[:5_000] + bytes([content[5_000] ^ 1]) + content[5_001:],
    ):
        (office / "broken.age").write_bytes(broken)
        sampan("restore", office / "broken.age", "--identity", office / "operator.key", code=2)
    stranger = str(pyrage.x25519.Identity.generate())
    (office / "stranger.key").write_text(stranger)
    sampan("restore", office / "backup.age", "--identity", office / "stranger.key", code=2)

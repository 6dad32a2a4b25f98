"""A sender signs, delivers and keeps a receipt; years later, without the office, the receipt still proves it."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pytest
from tests.conftest import Sampan, run_sampan
from tests.stories import brook

pytestmark = pytest.mark.postgres


@pytest.fixture
def signed(sampan: Sampan, home: Path, tmp_path: Path, rng: random.Random) -> Path:
    """A file signed by its sender, whose key the office knows."""
    brook.lay(home)
    key = sampan("receipt", "sender-key", "brook.example/sender", "-o", tmp_path / "sender.key").out
    sampan("receipt", "add-sender", "brook-office", key.strip())
    (tmp_path / "sender.vkey").write_text(key)
    brook.weekly(tmp_path / "week.csv", year=2024, weeks=3, chance=rng)
    sampan("receipt", "sign", tmp_path / "week.csv", "--key", tmp_path / "sender.key", "-o", tmp_path / "week.sig")
    return tmp_path


def deliver(folder: Path, code: int | None = None) -> str:
    said = run_sampan(
        "receive", "brook-weekly", folder / "week.csv", "--signature", folder / "week.sig", "--json", code=code
    )
    return said.json["delivery"] if said.code in (0, 3) else said.err


def test_a_receipt_outlives_the_office(sampan: Sampan, signed: Path, home: Path) -> None:
    code = deliver(signed)
    sampan("receipt", "write", code, "-o", signed / "receipt")
    (signed / "log.vkey").write_text(sampan("log", "key").out)
    sampan("log", "verify", "--from", signed / "receipt")
    shutil.rmtree(home)
    said = sampan(
        "receipt",
        "verify",
        signed / "receipt",
        "--key",
        signed / "log.vkey",
        "--original",
        signed / "week.csv",
        "--json",
    ).json
    assert (said["proved"], said["kind"], said["facts"]["delivery"]) == (True, "delivery:kept", code)
    assert said["facts"]["signed_by"] == (signed / "sender.vkey").read_text().strip()
    assert said["facts"]["signature"] == (signed / "week.sig").read_text()
    assert not home.exists(), "checking a receipt makes no home"


def test_a_receipt_is_for_its_own_bytes_and_by_its_own_key(sampan: Sampan, signed: Path) -> None:
    code = deliver(signed)
    sampan("receipt", "write", code, "-o", signed / "receipt")
    sampan("log", "proof", "0", "-o", signed / "another")
    other = signed / "other.csv"
    other.write_text((signed / "week.csv").read_text() + "\n")
    sampan("receipt", "verify", signed / "receipt", "--original", signed / "week.csv")
    sampan("receipt", "verify", signed / "receipt", "--original", other, code=4)
    assert "no receipt" in sampan("receipt", "verify", signed / "another", code=4).err
    stranger = sampan("receipt", "sender-key", "some.example/log", "-o", signed / "stranger.key").out.strip()
    sampan("receipt", "verify", signed / "receipt", "--key", stranger, code=4)
    content = (signed / "receipt").read_bytes()
    for at in range(0, len(content), 101):
        (signed / "bent").write_bytes(content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :])
        assert sampan("receipt", "verify", signed / "bent", code=None).code in (2, 4), at


def test_a_signature_over_other_bytes_or_by_a_stranger_keeps_nothing(sampan: Sampan, signed: Path) -> None:
    (signed / "week.csv").write_text((signed / "week.csv").read_text() + "Takeo,2024-W09,dengue,1\n")
    assert "other bytes" in deliver(signed, code=4)
    key = sampan("receipt", "sender-key", "brook.example/sender", "-o", signed / "thief.key")
    assert key.code == 0
    sampan("receipt", "sign", signed / "week.csv", "--key", signed / "thief.key", "-o", signed / "week.sig")
    assert "does not stand" in deliver(signed, code=4)
    assert sampan("deliveries", "--json").json == []
    assert [entry["kind"] for entry in sampan("log", "entries", "--json").json] == ["key:sender-added"]

"""A backup while eight deliveries run: one moment of all of it; restored elsewhere it verifies and says the same."""

from __future__ import annotations

import json
import random
import subprocess
from collections import Counter
from pathlib import Path

import pyrage
import pytest
from tests.conftest import COMMAND, Sampan, elsewhere
from tests.stories import brook

pytestmark = pytest.mark.postgres
WEEKS = 12
Figures = Counter[tuple[object, ...]]


def figures(sampan: Sampan) -> Figures:
    """Every figure that stands, with how often it does."""
    rows = sampan("observations", "--format", "json").json
    return Counter((row["source"], row["unit"], row["period_start"], row["condition"], row["value"]) for row in rows)


def begun(*words: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [COMMAND, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True
    )


def test_a_backup_made_while_eight_deliver_restores_to_one_moment(
    sampan: Sampan, home: Path, tmp_path: Path, rng: random.Random, monkeypatch: pytest.MonkeyPatch
) -> None:
    brook.lay(home)
    years = (2021, 2022, 2023, 2024, 2025)
    files = {year: brook.weekly(tmp_path / f"{year}.csv", year=year, weeks=WEEKS, chance=rng) for year in years}
    key = pyrage.x25519.Identity.generate()
    (tmp_path / "operator.key").write_text(f"{key}\n")
    sampan("receive", "brook-weekly", files[2021], code=None)
    sent = [*years[1:], 2025, 2025, 2025, 2025]  # four different files, and one of them five times
    backing = begun("backup", "-o", str(tmp_path / "first.age"), "--recipient", str(key.to_public()))
    running = [begun("receive", "brook-weekly", str(files[year]), "--json") for year in sent]
    second = begun("backup", "-o", str(tmp_path / "second.age"), "--recipient", str(key.to_public()))
    said = [(process, *process.communicate(timeout=600)) for process in (*running, backing, second)]
    assert {process.returncode for process, _, _ in said} <= {0, 3}, said
    deliveries = [json.loads(out)["delivery"] for _, out, _ in said[: len(sent)]]
    assert len({deliveries[at] for at in range(3)}) == 3
    standing = figures(sampan)
    rows = WEEKS * len(brook.PLACES)
    assert (sum(standing.values()), set(standing.values())) == (len(years) * rows, {1}), "nothing lost, nothing doubled"
    sampan("log", "verify")
    sampan("backup", "-o", tmp_path / "last.age", "--recipient", str(key.to_public()))
    for name in ("first", "second", "last"):
        elsewhere(tmp_path / name, monkeypatch)
        restored = sampan("restore", tmp_path / f"{name}.age", "--identity", tmp_path / "operator.key", "--json").json
        assert restored["verified"]
        sampan("log", "verify")
        back = figures(sampan)
        committed = [one for one in sampan("deliveries", "--json").json if one["observed"]]
        assert sum(back.values()) == len(committed) * rows, "each delivery in the backup is there whole or not at all"
        assert back == (standing if name == "last" else back & standing)
        sampan("work", "--once")  # what was kept but not read at that moment is read now
        sampan("log", "verify")
        assert figures(sampan) <= standing
        assert "kept" not in {one["state"] for one in sampan("deliveries", "--json").json}

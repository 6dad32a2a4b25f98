"""Two receives at once, of the same file and of different ones, into one home: each counts once, none fails."""

from __future__ import annotations

import json
import random
import subprocess
from collections import Counter
from pathlib import Path

import pytest
from tests.conftest import COMMAND, Sampan
from tests.stories import brook

pytestmark = pytest.mark.postgres


def at_once(*commands: list[str]) -> list[tuple[int, str, str]]:
    """Start all, then wait for all: (exit code, out, err) in order."""
    running = [
        subprocess.Popen(
            [COMMAND, *command], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, stdin=subprocess.DEVNULL
        )
        for command in commands
    ]
    said = [(process, *process.communicate(timeout=300)) for process in running]
    return [(process.returncode, out, err) for process, out, err in said]


def figures(sampan: Sampan) -> Counter[tuple[object, ...]]:
    """Every figure that stands, with how often it does."""
    rows = sampan("observations", "--format", "json").json
    return Counter((row["source"], row["unit"], row["period_start"], row["condition"], row["value"]) for row in rows)


def test_different_files_at_once(sampan: Sampan, home: Path, tmp_path: Path, rng: random.Random) -> None:
    brook.lay(home)
    files = [
        brook.weekly(tmp_path / f"{year}.csv", year=year, weeks=20, chance=rng) for year in (2021, 2022, 2023, 2024)
    ]
    said = at_once(*(["receive", "brook-weekly", str(file), "--json"] for file in files))
    assert {code for code, _, _ in said} <= {0, 3}, said
    balances = [json.loads(out) for _, out, _ in said]
    assert len({balance["delivery"] for balance in balances}) == 4
    assert [balance["observed"] for balance in balances] == [160, 160, 160, 160]
    standing = figures(sampan)
    assert sum(standing.values()) == 640
    assert set(standing.values()) == {1}
    sampan("log", "verify")


def test_the_same_file_at_once(sampan: Sampan, home: Path, tmp_path: Path, rng: random.Random) -> None:
    brook.lay(home)
    file = brook.weekly(tmp_path / "2024.csv", year=2024, weeks=20, chance=rng)
    cases = sum(int(line.rpartition(",")[2]) for line in file.read_text().splitlines()[1:])
    said = at_once(*(["receive", "brook-weekly", str(file), "--json"] for _ in range(3)))
    assert {code for code, _, _ in said} <= {0, 3}, said
    standing = figures(sampan)
    assert sum(standing.values()) == 160
    assert sum(row[-1] or 0 for row in standing.elements()) == cases
    sampan("log", "verify")


def test_a_list_and_a_return_at_once(sampan: Sampan, home: Path, tmp_path: Path, rng: random.Random) -> None:
    brook.lay(home)
    listed = brook.listed(tmp_path / "list.csv", first=1, rows=900, chance=rng)
    weekly = brook.weekly(tmp_path / "2024.csv", year=2024, weeks=10, chance=rng)
    said = at_once(
        ["receive", "brook-list", str(listed), "--json"],
        ["receive", "brook-weekly", str(weekly), "--json"],
    )
    assert {code for code, _, _ in said} <= {0, 3}, said
    first, second = (json.loads(out) for _, out, _ in said)
    assert (first["rows_in"], first["observed"], first["cases_observed"]) == (900, 900, 900)
    assert (second["rows_in"], second["observed"]) == (80, 80)
    sampan("log", "verify")

"""Staff reads: one entry for each session, resource and minute, in few commits, from several processes at once."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from tests.conftest import Sampan

pytestmark = pytest.mark.postgres

THREADS, READS = 6, 10


def test_reads_are_logged_once_and_in_groups(sampan: Sampan) -> None:
    sampan("log", "verify")
    running = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.stories.reading", name, str(THREADS), str(READS)],
            cwd=Path(__file__).parents[2], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        for name in ("one", "two")
    ]  # fmt: skip
    said = [process.communicate(timeout=300) for process in running]
    assert [process.returncode for process in running] == [0, 0], said
    for out, _ in said:
        commits, notes = map(int, out.split())
        assert notes == THREADS * READS * 2
        assert commits < notes, "readers who come at once share a commit"
    entries = sampan("log", "entries", "--last", "1000", "--json").json
    read = [(entry["facts"]["actor"], entry["facts"]["resource"]) for entry in entries if entry["kind"] == "staff:read"]
    assert len(read) == 2 * THREADS * READS
    assert len(set(read)) == 2 * READS
    assert {tuple(entry["parties"]) for entry in entries} == {("kh",)}
    sampan("log", "verify")

"""The worker beside the pages: it takes up what a crash left; killed in mid-job it loses nothing and repeats nothing."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import time
from pathlib import Path

import pytest
from tests.conftest import COMMAND, SERVER, Sampan, run_program
from tests.stories import brook

pytestmark = pytest.mark.postgres
DEATHS = 6
WEEKS = 4


@pytest.fixture(autouse=True)
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """A dead worker is taken for dead soon, and a checkpoint is due at once."""
    monkeypatch.setenv("SAMPAN_LEASE_SECONDS", "1")
    monkeypatch.setenv("SAMPAN_CHECKPOINT_SECONDS", "0")


def dropped(file: Path) -> None:
    """A delivery kept by a process that died before reading it."""
    done = run_program("tests.stories.dropped", "brook-weekly", file)
    assert done.code == -signal.SIGKILL, done.err


def dying(step: int, log: Path) -> int:
    """`sampan work --once`, killed at that durable step (0: never); its exit code."""
    return run_program("tests.stories.dying", str(step), log, "work", "--once").code


def test_a_worker_killed_anywhere_loses_nothing_and_repeats_nothing(
    sampan: Sampan, home: Path, tmp_path: Path, rng: random.Random
) -> None:
    brook.lay(home)
    log, steps = tmp_path / "steps", 0
    for number in range(DEATHS):
        dropped(brook.weekly(tmp_path / f"{number}.csv", year=2010 + number, weeks=WEEKS, chance=rng))
        if not steps:
            assert dying(0, log) == 0
            steps = len(log.read_text().splitlines())
            continue
        code = dying(rng.randint(steps // 5, steps), log)
        assert code in (0, -signal.SIGKILL), code
        time.sleep(1.1)  # on PostgreSQL the dead worker's lease has to run out
        sampan("work", "--once")
    deliveries = sampan("deliveries", "--json").json
    assert [one["state"] for one in deliveries] == ["committed"] * DEATHS
    assert len(sampan("observations", "--format", "json").json) == sum(one["observed"] for one in deliveries) > 0
    entries = sampan("log", "entries", "--last", "1000", "--json").json
    versions = [one["facts"]["delivery"] for one in entries if one["kind"] == "version:committed"]
    assert sorted(versions) == sorted(one["delivery"] for one in deliveries), "each was read to its end once"
    assert {one["state"] for one in sampan("jobs", "list", "--json").json} == {"done"}
    sampan("log", "verify")


def test_a_server_works_and_ends_with_all_its_processes(
    sampan: Sampan, home: Path, tmp_path: Path, rng: random.Random
) -> None:
    brook.lay(home)
    dropped(brook.weekly(tmp_path / "a.csv", year=2024, weeks=WEEKS, chance=rng))
    server = subprocess.Popen(
        [COMMAND, "serve", "--port", "0", "--json"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        _until(lambda: sampan("deliveries", "--json").json[0]["state"] == "committed")
        if not SERVER:
            assert "at work in this home already" in sampan("work", code=4).err
        (worker,) = _workers(home)
        os.kill(worker, signal.SIGKILL)
        _until(lambda: _workers(home) not in ([], [worker]))
        assert _processes(home, b"granian"), "pages are served too"
    finally:
        server.send_signal(signal.SIGKILL)
        server.wait(30)
    _until(lambda: not _workers(home) and not _processes(home, b"granian"))


def _until(true: object) -> None:
    """Wait for something that another process does."""
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        if true():  # type: ignore[operator]
            return
        time.sleep(0.5)
    raise AssertionError("it did not happen")


def _workers(home: Path) -> list[int]:
    """Processes that are `sampan work` in this home."""
    return _processes(home, b"work")


def _processes(home: Path, word: bytes) -> list[int]:
    """Python processes of this home with a word among their arguments."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            line = (folder / "cmdline").read_bytes().split(b"\0")
            mine = f"SAMPAN_HOME={home}".encode() in (folder / "environ").read_bytes().split(b"\0")
        except OSError:
            continue
        if mine and word in line and b"python" in line[0]:
            found.append(int(folder.name))
    return found

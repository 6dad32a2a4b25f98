"""Writers at once never fork the tree: every entry has one place, and the head follows from the entries."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import pytest
from tests.conftest import Sampan, run_program

pytestmark = pytest.mark.postgres

WRITERS, BATCHES, SIZE = 3, 40, 7


def test_three_writers_at_once(sampan: Sampan, tmp_path: Path) -> None:
    sampan("log", "verify")  # makes the home
    running = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.stories.appending", f"w{number}", str(BATCHES), str(SIZE)],
            cwd=Path(__file__).parents[2], stderr=subprocess.PIPE, text=True,
        )
        for number in range(WRITERS)
    ]  # fmt: skip
    while any(process.poll() is None for process in running):
        sampan("log", "checkpoint", "--early", code=None)  # somebody signs meanwhile
        sampan("log", "verify")  # and somebody checks: no alarm while others work
    complaints = [process.communicate()[1] for process in running]
    assert [process.returncode for process in running] == [0] * WRITERS, complaints
    said = sampan("log", "verify", "--json").json
    assert (said["ok"], said["entries"]) == (True, WRITERS * BATCHES * SIZE)
    entries = sampan("log", "entries", "--last", "10000", "--json").json
    assert [entry["index"] for entry in entries] == list(range(WRITERS * BATCHES * SIZE))
    by_writer = defaultdict(list)
    for entry in entries:
        by_writer[entry["facts"]["by"]].append(entry["facts"]["n"])
    assert by_writer == {f"w{number}": list(range(BATCHES * SIZE)) for number in range(WRITERS)}
    for index in (0, 100, WRITERS * BATCHES * SIZE - 1):
        sampan("log", "proof", str(index), "-o", tmp_path / "p")
        assert sampan("log", "check-proof", tmp_path / "p", "--json").json["facts"] == entries[index]["facts"]
    sampan("log", "verify")


def test_checkpoints_keep_their_time(sampan: Sampan, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SAMPAN_CHECKPOINT_SECONDS", "1000000")

    def append(name: str) -> None:
        assert run_program("tests.stories.appending", name, "1", "2").code == 0

    sampan("log", "verify")
    assert "empty" in sampan("log", "checkpoint", code=2).err
    append("first")
    first = sampan("log", "checkpoint", "--json").json
    assert (first["size"], first["published"]) == (2, True)
    append("second")
    assert sampan("log", "checkpoint", "--json").json["size"] == 2, "an act between two checkpoints does not show"
    sampan("log", "proof", "3", "-o", tmp_path / "p")
    assert sampan("log", "checkpoint", "--json").json["size"] == 2, "nor a proof that somebody asked for"
    early = sampan("log", "checkpoint", "--early", "--json").json
    assert (early["size"], early["published"]) == (4, False)
    sampan("log", "check-proof", tmp_path / "p")
    folder = next((tmp_path / "sampan-home" / "log").iterdir())
    assert (folder / "checkpoint").read_text().splitlines()[1] == "2"
    tiles = {str(path.relative_to(folder)) for path in (folder / "tile").rglob("*") if path.is_file()}
    assert tiles == {"tile/0/000.p/2", "tile/entries/000.p/2"}, "a cut out of turn writes no file"
    assert json.loads(sampan("log", "verify", "--json").out)["ok"]

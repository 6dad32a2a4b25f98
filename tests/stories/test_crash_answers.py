"""kill -9 while a question is answered or a delivery is taken back: the next commands end what was begun.

An answer is one transaction, then the deliveries are read again one by one; an erasure is one transaction, then files go.
"""

from __future__ import annotations

import json
import random
import shutil
import signal
from pathlib import Path

import pytest
from tests.codes import nth
from tests.conftest import run_program, run_sampan
from tests.stories import brook
from tests.stories.test_crash import KEPT, aftermath

WORDS = ("Takeo", "Takeo town office", "Kampot")  # the second is in no list
ERASED = ("--reason", "wrong workbook", "--erase", "--json")  # after `withdraw CODE`


def stage(home: Path, folder: Path, patch: pytest.MonkeyPatch) -> list[str]:
    """A home in which two deliveries ask the same question; the answer as a command."""
    patch.delenv("SAMPAN_DATABASE_URL", raising=False)
    patch.setenv("SAMPAN_HOME", str(home))
    brook.lay(home)
    for year in (2022, 2023):
        rows = [f"{word},{year}-W{week:02d},dengue,{week}" for week in range(1, 9) for word in WORDS]
        file = folder / f"{year}.csv"
        file.write_text("\n".join(["province,week,disease,cases", *rows, ""]), encoding="utf-8")
        run_sampan("receive", "brook-weekly", file, "--json", code=None)
    [asked] = [one for one in run_sampan("findings", "--json").json if one["term"] == WORDS[1]]
    assert asked["deliveries"] == [nth("D", 1), nth("D", 2)]
    return ["settle", asked["finding"], "KH-21", "--json"]


def dying(step: int, log: Path, command: list[str] | tuple[str, ...]) -> int:
    """The command, killed at that durable step (0: never); its exit code."""
    done = run_program("tests.stories.dying", str(step), log, *command)
    if step == 0:
        assert done.code in KEPT, done.err
    return done.code


@pytest.fixture
def homes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path, list[str]]:
    """(as it was, where trials happen, the command that settles)."""
    command = stage(tmp_path / "home", tmp_path, monkeypatch)
    monkeypatch.setenv("SAMPAN_HOME", str(tmp_path / "trial"))
    return tmp_path / "home", tmp_path / "trial", command


def test_killed_while_settling(homes: tuple[Path, Path, list[str]], tmp_path: Path, rng: random.Random) -> None:
    home, trial, command = homes
    log = tmp_path / "steps"
    other = brook.weekly(tmp_path / "other.csv", year=2019, weeks=1, chance=random.Random(1))
    shutil.copytree(home, trial)
    dying(0, log, command)
    steps = len(log.read_text().splitlines())
    _, whole = aftermath("receive", "brook-weekly", other)
    for step in sorted(rng.sample(range(1, steps + 1), k=4)):
        shutil.rmtree(trial)
        shutil.copytree(home, trial)
        assert dying(step, log, command) == -signal.SIGKILL
        where = f"at step {step} of {steps}: {log.read_text().splitlines()[-1]}"
        state = {one["finding"]: one["state"] for one in run_sampan("findings", "--all", "--json").json}[command[1]]
        if state == "open":
            run_sampan(*command, code=None)
        _, after = aftermath("receive", "brook-weekly", other)
        assert after == whole, f"an answer was given and not heard after dying {where}"


def test_killed_while_erasing(homes: tuple[Path, Path, list[str]], tmp_path: Path, rng: random.Random) -> None:
    home, trial, _ = homes
    log = tmp_path / "steps"
    other = brook.weekly(tmp_path / "other.csv", year=2019, weeks=1, chance=random.Random(1))
    shutil.copytree(home, trial)
    erased = ("withdraw", nth("D", 1), *ERASED)
    dying(0, log, erased)
    steps = len(log.read_text().splitlines())
    _, whole = aftermath("receive", "brook-weekly", other)
    for step in sorted(rng.sample(range(1, steps + 1), k=4)):
        shutil.rmtree(trial)
        shutil.copytree(home, trial)
        assert dying(step, log, erased) == -signal.SIGKILL
        where = f"at step {step} of {steps}: {log.read_text().splitlines()[-1]}"
        said = run_sampan(*erased, code=None)
        assert json.loads(said.out)["state"] == "erased" if said.code == 0 else "already erased" in said.err, where
        _, after = aftermath("receive", "brook-weekly", other)
        assert after == whole, f"not what an undisturbed home has after dying {where}"
        assert len([path for path in (trial / "blobs").iterdir() if not path.name.startswith(".")]) == 2, where

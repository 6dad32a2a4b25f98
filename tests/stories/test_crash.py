"""kill -9 anywhere in `sampan receive`: nothing acknowledged is lost, nothing half or twice, the next command goes on.

The real command dies at a durable step (dying.py) or at a random moment. Then come the ordinary commands: what stands
is what stood before or all of it, and receiving the same file again gives exactly what an undisturbed home has.
"""

from __future__ import annotations

import json
import random
import shutil
import signal
import subprocess
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.conftest import COMMAND, Said, run_program, run_sampan
from tests.stories import brook

KEPT = (0, 3)  # done; or kept, with questions
Figures = Counter[tuple[object, ...]]


@dataclass(frozen=True)
class Scene:
    """A home that has received one file, another file to come, and what stands before and after it."""

    source: str
    home: Path
    file: Path
    before: Figures
    after: Figures
    steps: int
    seconds: float


def stage(folder: Path, source: str, patch: pytest.MonkeyPatch) -> Scene:
    """Lay the home, receive the first file, and see in a copy what the second one does when nothing happens."""
    home, calm = folder / "home", folder / "calm"
    chance = random.Random(0)  # the files are the same in every run; where it dies is not
    first, second = folder / "first.csv", folder / "second.csv"
    if source == "brook-list":
        brook.listed(first, first=1, rows=120, chance=chance)
        brook.listed(second, first=121, rows=700, chance=chance)
    else:
        brook.weekly(first, year=2023, weeks=10, chance=chance)
        brook.weekly(second, year=2024, weeks=30, chance=chance)
    brook.lay(home)
    patch.setenv("SAMPAN_HOME", str(home))
    run_sampan("receive", source, first, "--json", code=None)
    before, _ = aftermath()
    shutil.copytree(home, calm)
    patch.setenv("SAMPAN_HOME", str(calm))
    began = time.monotonic()
    done = dying(0, folder / "steps", source, second)
    seconds = time.monotonic() - began
    assert done.code in KEPT, done.err
    after, _ = aftermath()
    assert before and before < after
    return Scene(source, home, second, before, after, len((folder / "steps").read_text().splitlines()), seconds)


def dying(step: int, log: Path, source: str, file: Path) -> Said:
    """`sampan receive`, killed at that durable step (0: never)."""
    return run_program("tests.stories.dying", str(step), log, "receive", source, file, "--json")


def aftermath(*command: str | Path) -> tuple[Figures, Figures]:
    """What stands, and what stands after an ordinary command (nothing, if none is given)."""
    done = run_program("tests.stories.aftermath", *command)
    assert done.code == 0, done.err
    told = done.json
    assert told.get("code", 0) in KEPT, done.err
    assert told.get("verify", 0) == 0, done.err
    return counted(told["found"]), counted(told.get("after", []))


def counted(rows: list[list[object]]) -> Figures:
    """Rows with how often each stands."""
    return Counter(tuple(row) for row in rows)


@pytest.fixture(scope="module", params=["brook-weekly", "brook-list"])
def scene(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Scene:
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("SAMPAN_DATABASE_URL", raising=False)
        return stage(tmp_path_factory.mktemp("crash"), request.param, patch)


@pytest.fixture
def copy(scene: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where each trial copies the home to; the environment names it."""
    monkeypatch.delenv("SAMPAN_DATABASE_URL", raising=False)
    monkeypatch.setenv("SAMPAN_HOME", str(tmp_path / "trial"))
    return tmp_path / "trial"


def afresh(scene: Scene, copy: Path) -> None:
    """The home as it was before."""
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(scene.home, copy)


def goes_on(scene: Scene, said: str, where: str) -> None:
    """After a death: never half, never lost if acknowledged; the same command again makes all of it stand once."""
    found, again = aftermath("receive", scene.source, scene.file)
    assert found in (scene.before, scene.after), f"half of a delivery stands after dying {where}"
    if said.strip():
        assert json.loads(said)["state"] == "committed"
        assert found == scene.after, f"acknowledged and lost after dying {where}"
    assert again == scene.after, f"not what an undisturbed home has after dying {where}"


def die_at(scene: Scene, copy: Path, step: int) -> None:
    """One trial at a durable step."""
    afresh(scene, copy)
    log = copy.with_suffix(".steps")
    done = dying(step, log, scene.source, scene.file)
    where = f"at step {step} of {scene.steps}: {log.read_text().splitlines()[-1]}"
    assert done.code == -signal.SIGKILL, f"did not die {where}"
    goes_on(scene, done.out, where)


def die_after(scene: Scene, copy: Path, seconds: float) -> None:
    """One trial at a moment."""
    afresh(scene, copy)
    command = [COMMAND, "receive", scene.source, str(scene.file), "--json"]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, stdin=subprocess.DEVNULL
    )
    time.sleep(seconds)
    process.kill()
    said, _ = process.communicate(timeout=60)
    goes_on(scene, said if said.endswith("\n") else "", f"after {seconds:.3f} s")


def test_killed_at_ten_durable_steps(scene: Scene, copy: Path, rng: random.Random) -> None:
    for step in sorted(rng.sample(range(1, scene.steps + 1), k=min(10, scene.steps))):
        die_at(scene, copy, step)


def test_killed_at_three_moments(scene: Scene, copy: Path, rng: random.Random) -> None:
    for _ in range(3):
        die_after(scene, copy, rng.uniform(0.2, scene.seconds))


@pytest.mark.soak
def test_killed_at_every_durable_step(scene: Scene, copy: Path) -> None:
    for step in range(1, scene.steps + 1):
        die_at(scene, copy, step)


@pytest.mark.soak
def test_killed_at_a_hundred_moments(scene: Scene, copy: Path, rng: random.Random) -> None:
    for _ in range(100):
        die_after(scene, copy, rng.uniform(0.2, scene.seconds))


def test_killed_twice_running(scene: Scene, copy: Path, rng: random.Random) -> None:
    """The second attempt dies too; the third goes on."""
    afresh(scene, copy)
    log = copy.with_suffix(".steps")
    first, second = (rng.randint(1, scene.steps) for _ in range(2))
    dying(first, log, scene.source, scene.file)
    said = dying(second, log, scene.source, scene.file).out
    goes_on(scene, said, f"at steps {first} and {second}")


def test_a_first_receive_that_dies_leaves_a_home_that_works(
    scene: Scene, copy: Path, rng: random.Random, tmp_path: Path
) -> None:
    """No home yet: it dies while the home itself is being made."""
    shutil.rmtree(copy, ignore_errors=True)
    brook.lay(copy)
    log = tmp_path / "steps"
    calm = dying(0, log, scene.source, scene.file)
    assert calm.code in KEPT, calm.err
    steps, (whole, _) = len(log.read_text().splitlines()), aftermath()
    for step in sorted(rng.sample(range(1, steps + 1), k=3)):
        shutil.rmtree(copy)
        brook.lay(copy)
        dying(step, log, scene.source, scene.file)
        _, again = aftermath("receive", scene.source, scene.file)
        assert again == whole, f"after dying at step {step} of {steps}: {log.read_text().splitlines()[-1]}"


def test_another_file_takes_up_what_a_crash_left_kept(scene: Scene, copy: Path, tmp_path: Path) -> None:
    """Bytes that were kept before the crash need not be sent again: the next receive of anything reads them too."""
    afresh(scene, copy)
    log = tmp_path / "steps"
    dying(0, log, scene.source, scene.file)
    steps = [line.partition(" ")[2] for line in log.read_text().splitlines()]
    kept = steps.index("after commit", steps.index("after replace")) + 1  # the blob is named, then its record commits
    afresh(scene, copy)
    dying(kept, log, scene.source, scene.file)
    assert [one["state"] for one in run_sampan("deliveries", "--json").json] == ["kept", "committed"]
    other = brook.weekly(tmp_path / "other.csv", year=2019, weeks=1, chance=random.Random(1))
    found, after = aftermath("receive", "brook-weekly", other)
    assert found == scene.before
    assert scene.after < after
    assert [one["state"] for one in run_sampan("deliveries", "--json").json] == ["committed"] * 3


def test_an_opened_original_does_not_outlive_a_crash(scene: Scene, copy: Path) -> None:
    """Drafts and opened originals that a crash left are swept by the next receive."""
    afresh(scene, copy)
    left = [copy / "blobs" / ".open-0123456789abcdef", copy / "parts" / ".0123456789abcdef"]
    for path in left:
        path.write_bytes(b"what a crash left")
    aftermath("receive", scene.source, scene.file)
    assert not [path for path in left if path.exists()]

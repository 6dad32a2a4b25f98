"""What every test gets: a home of its own, a fresh seed that is printed, and no silent skips in CI.

`sampan(...)` runs the real command in a process of its own. With SAMPAN_DATABASE_URL naming a PostgreSQL
server (`make test-postgres` starts one) every test's home keeps its records in a database of its own there.
"""

from __future__ import annotations

import json
import os
import random
import secrets
import subprocess
import sys
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

import sampan.formats.delimited  # sets what Polars reads, here as in every command
from tests import postgres, zygote

IN_CI = os.environ.get("CI") == "true"
SERVER = os.environ.get("SAMPAN_DATABASE_URL")  # of the tests' own cluster, or unset for SQLite
COMMAND = str(Path(sys.executable).with_name("sampan"))
os.environ |= dict.fromkeys({"LC_ALL", "LC_MESSAGES", "LANG"} & set(os.environ), "C.UTF-8")  # commands speak by them
os.environ.setdefault("SAMPAN_CHECKPOINT_SECONDS", "10000000000")  # no test passes the end of one by the clock
AT_START = dict(os.environ)
SEED = int(os.environ.setdefault("SAMPAN_SEED", str(secrets.randbits(32))))  # workers inherit it


def pytest_configure(config: pytest.Config) -> None:
    """Tie hypothesis to the printed seed, so that one number repeats the run, and let no trial fail for being slow."""
    settings.register_profile("sampan", deadline=None, suppress_health_check=[HealthCheck.too_slow])
    settings.load_profile("sampan")
    if getattr(config.option, "hypothesis_seed", None) is None:
        config.option.hypothesis_seed = str(SEED)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Stories before all else: they are long, and the many short files after them let all workers end together."""
    items.sort(key=lambda item: not {"stories", "test_examples.py"} & set(item.path.parts))


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """The seed that repeats this run, and where records were kept."""
    records = "PostgreSQL" if SERVER else "SQLite"
    terminalreporter.write_line(f"SAMPAN_SEED={SEED} repeats this run; records on {records}")


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport() -> Generator[None, Any, None]:
    """In CI a skipped test is a failed one, with its reason."""
    outcome = yield
    _forbid_skip(outcome.get_result())


@pytest.hookimpl(hookwrapper=True)
def pytest_make_collect_report() -> Generator[None, Any, None]:
    """In CI a skipped module is a failed one."""
    outcome = yield
    _forbid_skip(outcome.get_result())


def _forbid_skip(report: pytest.TestReport | pytest.CollectReport) -> None:
    if IN_CI and report.outcome == "skipped":
        report.outcome = "failed"
        report.longrepr = f"Skipped, which CI forbids: {report.longrepr}"


@dataclass(frozen=True)
class Said:
    """What a command answered."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one JSON document on standard output."""
        return json.loads(self.out)


Sampan = Callable[..., Said]


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Any) -> Iterator[Path]:
    """An empty SAMPAN_HOME for this test, in the environment and in the settings."""
    path = tmp_path / "sampan-home"
    monkeypatch.setenv("SAMPAN_HOME", str(path))
    settings.HOME = path
    yield path


@pytest.fixture
def records(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Records of this test's own for the processes it starts: on a server a database, else they lie in the home."""
    database = postgres.new_database(SERVER) if SERVER else None
    if database:
        monkeypatch.setenv("SAMPAN_DATABASE_URL", database)
    yield
    if SERVER and database:
        postgres.drop_database(SERVER, database)


@pytest.fixture
def sampan(records: None) -> Sampan:
    """Run `sampan` in its own process: sampan("receive", source, file, code=0) -> Said."""
    return run_sampan


def elsewhere(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on this is the home, with records of its own: another machine."""
    monkeypatch.setenv("SAMPAN_HOME", str(home))
    if SERVER:
        monkeypatch.setenv("SAMPAN_DATABASE_URL", postgres.new_database(SERVER))


def run_sampan(*arguments: str | Path, code: int | None = 0, cwd: Path | None = None) -> Said:
    """Run the command with the environment as it is; `code` is the exit code expected (None: any)."""
    words = [str(argument) for argument in arguments]
    own = zygote.needs_own_interpreter(dict(os.environ), AT_START)
    said = Said(*(_started(words, cwd) if own else zygote.run(words, cwd=cwd)))
    assert "Traceback" not in said.err, said.err
    if code is not None:
        assert said.code == code, (arguments, said.code, said.out, said.err)
    return said


def run_program(program: str, *arguments: str | Path, cwd: Path | None = None, timeout: float = 600) -> Said:
    """Run a module of the tests as a process of its own, as `python -m program ARGUMENTS`."""
    return Said(*zygote.run([str(argument) for argument in arguments], cwd=cwd, timeout=timeout, program=program))


def _started(words: list[str], cwd: Path | None) -> tuple[int, str, str]:
    """Run the command in an interpreter started for it."""
    done = subprocess.run(
        [COMMAND, *words],
        capture_output=True,
        text=True,
        encoding="utf-8",
        stdin=subprocess.DEVNULL,
        cwd=cwd,
        timeout=600,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


@pytest.fixture
def rng(request: pytest.FixtureRequest) -> random.Random:
    """Random numbers of this test alone, from the printed seed and the test's name."""
    return random.Random(f"{SEED}:{request.node.nodeid}")

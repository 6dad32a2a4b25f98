"""Every example in a command's help runs, in a folder where the files that it names stand.

The folder is laid once (tests/laying.py): files, a home that has received some of the bundled samples, and one in which
two provinces share under an agreement. Each example runs in a copy of its own.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from tools.reference import __main__ as reference

from tests import codes, laying
from tests.conftest import run_sampan

BIN = Path(sys.executable).parent
EXAMPLES = Path(__file__).parent / "examples"
LASTING = ("serve",)  # runs until it is stopped
SHELL = re.compile(r"[|<>;&$*?~`\[{]")
FINE = (0, 3)  # done; or kept, and a person is asked


def examples() -> list[tuple[str, str]]:
    """(command, example) of every command; reference.text sets Django up, which the commands need."""
    reference.text("checks.md")
    from tools.reference import commands  # noqa: PLC0415 - the commands import the records

    return [(name, line) for name, command in commands.walk() for line in commands.examples(command)]


@pytest.fixture(scope="session")
def laid(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that every example's own folder is a copy of."""
    folder = tmp_path_factory.mktemp("examples")
    shutil.copytree(EXAMPLES, folder, dirs_exist_ok=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("SAMPAN_DATABASE_URL", raising=False)
        for name in ("sampan-home", "office-home", "border-home", "banks-home", "apart-home"):
            codes.keyed_alike(folder / name)
        patch.setenv("SAMPAN_HOME", str(folder / "sampan-home"))
        laying.received(folder)
        laying.logged(folder)
        laying.failed(folder / "sampan-home")
        patch.setenv("SAMPAN_HOME", str(folder / "office-home"))
        laying.staffed(folder / "office-home")
        patch.setenv("SAMPAN_HOME", str(folder / "border-home"))
        laying.shared(folder, folder / "border-home")
        patch.setenv("SAMPAN_HOME", str(folder / "banks-home"))
        laying.disputed(folder, folder / "banks-home")
        patch.setenv("SAMPAN_HOME", str(folder / "apart-home"))
        laying.apart(folder, folder / "apart-home")
    return folder


def home_of(name: str) -> str:
    """Which of the folder's homes a command's example runs in."""
    word = name.split()[1]
    if word in ("agreements", "audit", "gate", "informing", "may", "preview", "publications", "release", "releases"):
        return "border-home"
    if word == "api-keys":
        return "office-home"
    if word in ("discrepancies", "outages"):
        return "banks-home"
    if word == "practices":
        return "apart-home"
    return "new-home" if word in ("demo", "restore") else "sampan-home"


@pytest.mark.parametrize(("name", "line"), examples())
def test_example_runs(name: str, line: str, laid: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "example"
    shutil.copytree(laid, folder)
    monkeypatch.setenv("SAMPAN_HOME", str(folder / home_of(name)))
    monkeypatch.delenv("SAMPAN_DATABASE_URL", raising=False)
    monkeypatch.setenv("PATH", f"{BIN}{os.pathsep}{os.environ['PATH']}")
    if name.removeprefix("sampan ") in LASTING:
        assert _lasts(line, folder), f"`{line}` ended by itself"
        return
    code, out, err = _ran(line, folder)
    assert code in FINE, f"`{line}` answered {code}:\n{out[-2000:]}\n{err[-2000:]}"


def _ran(line: str, folder: Path) -> tuple[int, str, str]:
    """What the line answers: through the shell where it asks for one, else by the command alone, which starts sooner."""
    words = shlex.split(line)
    if words[0] == "sampan" and not SHELL.search(line):
        said = run_sampan(*words[1:], code=None, cwd=folder)
        return said.code, said.out, said.err
    done = subprocess.run(
        ["bash", "-c", line],
        cwd=folder,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        timeout=300,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


def _lasts(line: str, folder: Path) -> bool:
    """True if the command is still running after some seconds; it is stopped then."""
    process = subprocess.Popen(
        ["bash", "-c", f"exec {line}"],
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        process.wait(timeout=6)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(timeout=20)
        return True
    return False

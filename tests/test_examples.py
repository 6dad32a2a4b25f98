"""Every example in a command's help runs, in a folder where the files that it names stand.

The folder is laid once: the files of tests/examples, every bundled source's sample, and a home that has received
some of them, so that D-000001 and F-000001 exist. Each example runs in a copy of its own.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pyrage
import pytest
from tools.reference import __main__ as reference

import sampan as package
from tests.conftest import run_sampan

BIN = Path(sys.executable).parent
EXAMPLES = Path(__file__).parent / "examples"
SAMPLES = Path(package.__file__).parent / "sources"
INTO_A_NEW_HOME = ("restore",)
LASTING = ("serve",)  # runs until it is stopped
FINE = (0, 3)  # done; or kept, and a person is asked
RECEIVED = 2  # samples in the prepared home


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
    samples = sorted(path for path in SAMPLES.glob("*/sample/*") if path.is_file())
    for sample in samples:
        shutil.copy(sample, folder / sample.name)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SAMPAN_HOME", str(folder / "sampan-home"))
        patch.delenv("SAMPAN_DATABASE_URL", raising=False)
        alike = [
            sample for sample in samples if "\ninvented: true" not in _declared(sample)
        ]  # a home is one or the other
        for sample in alike[:RECEIVED]:
            run_sampan("receive", sample.parents[1].name, sample, code=None)
        _logged(folder)
    return folder


def _logged(folder: Path) -> None:
    """What the log's examples name: a witness and its answer, a receipt, keys and a backup carried away."""
    for name in ("north", "east"):
        key = run_sampan("log", "witness-key", f"{name}.example/witness", "-o", folder / f"{name}.key").out
        (folder / f"{name}.vkey").write_text(key)
    run_sampan("log", "add-witness", "north", folder / "north.vkey")
    (folder / "log.vkey").write_text(run_sampan("log", "key").out)
    run_sampan("log", "ask-witness", "north", "-o", folder / "request.txt")
    run_sampan(
        "log", "witness", folder / "request.txt", "--key", folder / "north.key", "--log-key", folder / "log.vkey",
        "--memory", folder / "checkpoint.txt", "-o", folder / "answer.txt",
    )  # fmt: skip
    run_sampan("receipt", "write", "D-000001", "-o", folder / "receipt.tlog-proof")
    run_sampan("receipt", "sender-key", "north.example/sender", "-o", folder / "sender.key")
    (folder / "passphrase.txt").write_text("five words taken at random\n")
    run_sampan("keys", "export", "-o", folder / "keys.age", "--passphrase-file", folder / "passphrase.txt")
    identity = pyrage.x25519.Identity.generate()
    (folder / "operator.key").write_text(f"{identity}\n")
    (folder / "operators.txt").write_text(f"{identity.to_public()}\n")
    run_sampan("backup", "-o", folder / "office.age", "--recipients", folder / "operators.txt")


def _declared(sample: Path) -> str:
    return (sample.parents[1] / "source.yml").read_text(encoding="utf-8")


@pytest.mark.parametrize(("name", "line"), examples())
def test_example_runs(name: str, line: str, laid: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "example"
    shutil.copytree(laid, folder)
    home = "new-home" if name.removeprefix("sampan ") in INTO_A_NEW_HOME else "sampan-home"
    monkeypatch.setenv("SAMPAN_HOME", str(folder / home))
    monkeypatch.delenv("SAMPAN_DATABASE_URL", raising=False)
    monkeypatch.setenv("PATH", f"{BIN}{os.pathsep}{os.environ['PATH']}")
    if name.removeprefix("sampan ") in LASTING:
        assert _lasts(line, folder), f"`{line}` ended by itself"
        return
    done = subprocess.run(
        ["bash", "-c", line],
        cwd=folder,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        timeout=300,
        check=False,
    )
    assert done.returncode in FINE, (
        f"`{line}` answered {done.returncode}:\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}"
    )


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

"""The command in this process, on this test's records: as `sampan`, at a tenth of its time."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from sampan.cli.main import run
from tests.conftest import Said


def runner(capsys: pytest.CaptureFixture[str]) -> Callable[..., Said]:
    """Run one command line; `code` is the exit code expected (None: any)."""

    def command(*arguments: str | Path, code: int | None = 0) -> Said:
        capsys.readouterr()
        try:
            answer: object = run([str(one) for one in arguments])
        except SystemExit as stop:  # a command that ends the process, as 3 when a person is needed
            answer = stop.code
        said = capsys.readouterr()
        assert code is None or answer == code, (arguments, answer, said.out, said.err)
        assert isinstance(answer, int), answer
        return Said(answer, said.out, said.err)

    return command

"""Where the page is is said once somebody answers there, and never by one whose server is gone."""

from __future__ import annotations

import os
import socket
import subprocess
import sys

import pytest

from sampan.office import saying_where


def test_it_is_said_once_the_server_listens() -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=1) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "sampan.office.saying_where", str(os.getpid()), "127.0.0.1", str(port)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as says:
        with pytest.raises(subprocess.TimeoutExpired):
            says.wait(0.5)
        with socket.create_server(("127.0.0.1", port)):
            out, _ = says.communicate(timeout=60)
    assert out == f"The page is at http://127.0.0.1:{port}/ until you stop it with Ctrl-C.\n"


def test_it_is_silent_when_the_server_is_gone(capsys: pytest.CaptureFixture[str]) -> None:
    saying_where.main(os.getppid() + 1, "127.0.0.1", 1)
    assert capsys.readouterr().out == ""

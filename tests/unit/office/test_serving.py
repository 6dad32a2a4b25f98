"""An address that cannot be had is refused in words, before any program is started."""

from __future__ import annotations

import socket
import urllib.request
from pathlib import Path

import pytest
from tests.stories.office import served

from sampan.model.errors import UserError
from sampan.office import serving


def test_an_address_in_use_or_a_port_that_is_none_is_refused_before_anything_starts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    started: list[object] = []
    monkeypatch.setattr(serving.subprocess, "Popen", started.append)
    with socket.create_server((serving.HERE, 0)) as taken:
        for port in (taken.getsockname()[1], -1, 65536 + 8000):
            with pytest.raises(UserError, match="another port with --port"):
                serving.serve(port)
    assert started == []


def test_port_0_is_any_that_is_free_and_the_page_says_which(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[list[str]] = []
    became: list[list[str]] = []
    monkeypatch.setattr(serving.subprocess, "Popen", started.append)
    monkeypatch.setattr(serving.os, "execv", lambda _, command: became.append(command))
    serving.serve(0, worker=False)
    port = became[0][became[0].index("--port") + 1]
    assert int(port) > 0
    assert started[0][-1] == port


def test_no_file_of_the_folder_it_is_started_in_is_run(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("html", "json", "asyncio"):
        (tmp_path / f"{name}.py").write_text("open('ran', 'w').close()\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    with served(home) as office, urllib.request.urlopen(f"{office.address}/health") as answer:
        assert answer.status == 200
    assert not (tmp_path / "ran").exists()

"""An address that cannot be had is refused in words, before any program is started."""

from __future__ import annotations

import socket

import pytest

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

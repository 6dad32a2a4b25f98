"""Work beside the reader asks the records on a connection of its own, and leaves none open."""

from __future__ import annotations

import threading

import pytest
from django.db import connections

from sampan.operations.beside import one_beside


def test_a_thread_beside_closes_its_own_connection_also_after_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    closed: list[str] = []
    monkeypatch.setattr(
        type(connections["default"]), "close", lambda _self: closed.append(threading.current_thread().name)
    )
    with pytest.raises(ValueError, match="a batch"), one_beside("beside") as thread:
        thread.submit(int).result()
        raise ValueError("a batch that cannot be read")
    assert [name.split("_")[0] for name in closed] == ["beside"]

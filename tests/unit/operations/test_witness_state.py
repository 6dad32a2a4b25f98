"""A quorum, its lapse, what waits then, and that no partner alone stops the others."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from sampan.operations.proving.witnessing import State, needed_of


@pytest.mark.parametrize(("witnesses", "needed"), [(0, 0), (1, 1), (2, 1), (3, 2), (4, 3), (5, 3), (6, 4), (7, 4)])
def test_more_than_half_and_never_all(witnesses: int, needed: int) -> None:
    assert needed_of(witnesses) == needed
    assert needed < witnesses or witnesses < 2


def test_a_quorum_that_is_set_is_never_all(settings) -> None:  # type: ignore[no-untyped-def] # pytest-django's own
    settings.WITNESS_QUORUM = 5
    assert [needed_of(count) for count in (3, 5, 6, 9)] == [2, 4, 5, 5]


@pytest.mark.parametrize("act", ["alert", "correction", "withdrawal", "suspension"])
def test_what_never_waits(act: str) -> None:
    lapsed = State("lapsed", 2, 3, 10, 90, datetime.now(UTC) - timedelta(days=9), routine_waits=True)
    assert lapsed.may_go(act)
    assert not lapsed.may_go("release")
    assert lapsed.mark == "not yet witnessed"
    assert State("witnessed", 2, 3, 90, 90, datetime.now(UTC), routine_waits=False).mark == ""

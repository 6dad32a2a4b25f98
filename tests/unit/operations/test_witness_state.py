"""A quorum, its lapse, what waits then, and that no partner alone stops the others."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from sampan.operations.proving.witnessing import State, needed_of, quorum
from sampan.store.models import Witness


@pytest.mark.parametrize(("witnesses", "needed"), [(0, 0), (1, 1), (2, 1), (3, 2), (4, 3), (5, 3), (6, 4), (7, 4)])
def test_more_than_half_and_never_all(witnesses: int, needed: int) -> None:
    assert needed_of(witnesses) == needed
    assert needed < witnesses or witnesses < 2


def test_a_quorum_that_is_set_is_never_all(settings) -> None:  # type: ignore[no-untyped-def] # pytest-django's own
    settings.WITNESS_QUORUM = 5
    assert [needed_of(count) for count in (3, 5, 6, 9)] == [2, 4, 5, 5]


@pytest.mark.parametrize(
    ("parties", "said"),
    [
        (["north"], (1, True)),
        (["north", "south"], (1, False)),
        (["north", "north"], (1, True)),  # both of one party: it alone could stop the others
        (["north", "north", "north", "south", "east"], (2, False)),  # not 3: what north has is never needed
        (["north", "south", "east"], (2, False)),
        (["", "", ""], (2, False)),  # of no party: each stands for itself
    ],
)
def test_what_one_party_can_take_away_is_never_needed(parties: list[str], said: tuple[int, bool]) -> None:
    known = [Witness(name=f"w{number}", party=party) for number, party in enumerate(parties)]
    needed, one_alone = quorum(known)
    assert (needed, one_alone) == said
    for party in set(parties) - {""}:
        left = sum(one != party for one in parties)
        assert one_alone or left >= needed


@pytest.mark.parametrize("act", ["alert", "correction", "withdrawal", "suspension"])
def test_what_never_waits(act: str) -> None:
    lapsed = State("lapsed", 2, 3, 10, 90, datetime.now(UTC) - timedelta(days=9), routine_waits=True)
    assert lapsed.may_go(act)
    assert not lapsed.may_go("release")
    assert lapsed.mark == "not yet witnessed"
    assert State("witnessed", 2, 3, 90, 90, datetime.now(UTC), routine_waits=False).mark == ""

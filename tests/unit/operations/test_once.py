"""Sent once: the same token twice is one delivery; a refused file leaves its token to be used again."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from sampan.model.errors import SampanError, UserError
from sampan.operations import homes, once
from sampan.operations.once import Outgoing
from sampan.operations.receiving import Act
from sampan.store.models import Delivery, Sending

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]
NOW = datetime(2026, 4, 1, 8, tzinfo=UTC)


def _outgoing(tmp_path: Path, name: str = "week.csv", more: str = "") -> Outgoing:
    store = homes.opened()
    source = homes.source(store, "la-weekly")
    sample = next(iter(sorted((source.folder or Path()).glob("sample/*"))))
    path = tmp_path / f"{name}{sample.suffix}"
    shutil.copy(sample, path)
    if more:
        path.write_text(more, encoding="utf-8")
    return Outgoing(store, source, path)


def test_a_token_sent_twice_is_one_delivery_and_another_posts_token_is_its_own(tmp_path):
    file = _outgoing(tmp_path)
    first = once.receive(file, Act("la-ncle/one", NOW), "token")
    assert once.receive(file, Act("la-ncle/one", NOW), "token") == first.delivery == once.became("la-ncle/one", "token")
    assert Delivery.objects.count() == 1
    assert once.became("la-ncle/two", "token") is None
    assert not Sending.objects.filter(token="token").exists()


def test_a_file_that_cannot_be_received_leaves_its_token(tmp_path):
    with pytest.raises(SampanError):
        once.receive(_outgoing(tmp_path, "bad", "name,phone\nSok Dara,012345678\n"), Act("la-ncle/one", NOW), "t")
    assert once.became("la-ncle/one", "t") is None
    assert not isinstance(once.receive(_outgoing(tmp_path), Act("la-ncle/one", NOW), "t"), str)


def test_while_the_first_is_under_way_the_second_waits_but_not_for_ever(tmp_path):
    Sending.objects.create(post="la-ncle/one", token=once._digest("t"), at=NOW)
    with pytest.raises(UserError, match="being received"):
        once.receive(_outgoing(tmp_path), Act("la-ncle/one", NOW), "t")
    later = Act("la-ncle/one", NOW + once.STALE + timedelta(seconds=1))
    assert not isinstance(once.receive(_outgoing(tmp_path), later, "t"), str)

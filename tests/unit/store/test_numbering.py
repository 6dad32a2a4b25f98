"""Codes go on where they were, and after a loss at the next thousand: none is given twice."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from tests.codes import nth

from sampan.store import numbering
from sampan.store.models import FindingRecord, HelpRecord, Origin, ReleaseRecord, RequestRecord

pytestmark = [pytest.mark.django_db(transaction=True, reset_sequences=True), pytest.mark.postgres]
NOW = datetime(2026, 11, 22, tzinfo=UTC)


def asked() -> RequestRecord:
    number = numbering.following(RequestRecord)
    return RequestRecord.objects.create(
        code=numbering.code(RequestRecord, number), name="r", post="a/b", digest=str(number), text="", asked_at=NOW
    )


def restored(lost: int) -> None:
    floor = numbering.leave_out(lost)
    Origin.objects.create(
        name=f"tree/{Origin.objects.count()}", base=Origin.objects.count(), codes_from=floor, opened_at=NOW
    )


def test_a_number_follows_the_greatest_and_no_restore_gives_one_again() -> None:
    Origin.objects.create(name="tree", opened_at=NOW)
    assert [asked().code for _ in range(3)] == [nth("Q", 1), nth("Q", 2), nth("Q", 3)]
    restored(0)
    assert [asked().code for _ in range(2)] == [nth("Q", 1000), nth("Q", 1001)]
    restored(999)
    restored(0)  # and once more, nothing asked in between
    assert [asked().code for _ in range(2)] == [nth("Q", 4000), nth("Q", 4001)]


def test_every_noun_has_its_own_place_and_findings_go_further() -> None:
    asked()
    floor = numbering.leave_out(250)
    assert floor[ReleaseRecord._meta.db_table] == floor[HelpRecord._meta.db_table] == 1_000
    assert floor[FindingRecord._meta.db_table] == 30_000

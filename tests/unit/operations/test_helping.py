"""Help between posts: taken up once, told to its writer, thanked; what looks like a person is refused."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from sampan.model.errors import UserError
from sampan.operations import helping, homes
from sampan.operations.helping import Line
from sampan.operations.receiving import Act
from sampan.store.models import Entry, Outbox

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
NOW = datetime(2026, 4, 1, 8, tzinfo=UTC)
SOON = (NOW + timedelta(days=7)).date()
ASK = Line("ask", "translation", "A weekly form from Vietnamese", SOON)


@pytest.fixture(autouse=True)
def store():
    return homes.opened()


def _act(post: str, days: int = 0) -> Act:
    return Act(post, NOW + timedelta(days=days))


def test_asked_taken_up_and_thanked_with_its_entries_and_messages():
    code = helping.write(ASK, _act("kh-moh/province"))
    helping.answer(code, _act("vn-moh/national", 1))
    helping.end(code, _act("kh-moh/province", 2), "It came in a day")
    (line,) = helping.lines(NOW + timedelta(days=2), "kh-moh/province")
    assert (line["state"], line["taken_by"], line["thanks"]) == ("thanked", "vn-moh/national", "It came in a day")
    assert list(Entry.objects.filter(kind__startswith="help:").order_by("index").values_list("kind", "parties")) == [
        ("help:ask", "|kh-moh|"), ("help:answered", "|kh-moh|vn-moh|"), ("help:thanked", "|kh-moh|vn-moh|"),
    ]  # fmt: skip
    assert list(Outbox.objects.order_by("pk").values_list("kind", "to_post")) == [
        ("help:answered", "kh-moh/province"), ("help:thanked", "vn-moh/national"),
    ]  # fmt: skip


def test_it_is_taken_up_once_and_never_by_its_writer_or_after_its_day():
    code = helping.write(ASK, _act("kh-moh/province"))
    for act in (_act("kh-moh/province"), _act("vn-moh/national", 8)):
        with pytest.raises(UserError, match="no such line"):
            helping.answer(code, act)
    helping.answer(code, _act("vn-moh/national"))
    with pytest.raises(UserError, match="no such line"):
        helping.answer(code, _act("la-moh/national"))
    with pytest.raises(UserError, match="no such line of this post"):
        helping.end(code, _act("vn-moh/national"))


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (Line("ask", "translation", "Call +855 12 345 678", SOON), "hold a person"),
        (Line("ask", "translation", "x" * 401, SOON), "400 letters"),
        (Line("ask", "money", "please", SOON), "not known"),
        (Line("offer", "mapping", "late", (NOW - timedelta(days=1)).date()), "past"),
        (Line("offer", "mapping", "far", (NOW + timedelta(days=91)).date()), "too far"),
    ],
)
def test_what_does_not_fit_is_refused_and_nothing_is_kept(line: Line, why: str):
    with pytest.raises(UserError, match=why):
        helping.write(line, _act("kh-moh/province"))
    assert helping.lines(NOW) == []


def test_a_line_whose_day_is_past_says_so_and_what_is_done_goes_after_a_month():
    first, second = helping.write(ASK, _act("a/b")), helping.write(ASK, _act("a/b"))
    helping.end(second, _act("a/b"))
    assert {one["help"]: one["state"] for one in helping.lines(NOW + timedelta(days=8))} == {
        first: "late",
        second: "ended",
    }
    assert [one["help"] for one in helping.lines(NOW + timedelta(days=40))] == [first]

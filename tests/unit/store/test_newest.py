"""What is newest among few rows is what the SQL over parts of any length finds."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl
import pytest

from sampan.model.observations import CASE, OBSERVATION
from sampan.operations import homes
from sampan.store import figures, newest, parts, shelf
from sampan.store.figures import Asked
from sampan.store.home import Store
from sampan.store.models import Delivery, Part

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 8, 10, 8, tzinfo=UTC)
READ = newest._read


def _delivered(store: Store, number: int, kind: str, schema: dict[str, Any], rows: list[dict[str, Any]]) -> None:
    """A part of a delivery that came in some hour, published in another or not said when; codes in no order."""
    chance = random.Random(f"{number} {kind}")
    at = NOW + timedelta(hours=chance.randrange(3))
    facts = {"code": f"D-{chance.randrange(10**6)}", "source": "s", "received_at": at}
    published = chance.choice([None, NOW - timedelta(hours=chance.randrange(3))])
    delivery = Delivery.objects.create(
        **facts, published_at=published, party="p", country="KH", actor="p/desk", filename="f", size=1, mode="increment",
        digest=f"{number}", blob=f"{kind}{number}", wrapped_key=b"", state="committed", gate="passed",
    )  # fmt: skip
    told = {"source": "s", "delivery": delivery.code, "received_at": at, "published_at": published}
    frame = pl.DataFrame([dict.fromkeys(schema) | row | told for row in rows], schema=schema)
    written = parts.write(frame.cast({"delivery": pl.Categorical}), store.parts)
    Part.objects.create(
        name=written.name, kind=kind, delivery=delivery, version=1, country="KH", source="s", rows=written.rows,
        size=written.size, committed_at=NOW + timedelta(minutes=number),
    )  # fmt: skip


def _both(monkeypatch: pytest.MonkeyPatch, ask: Any) -> tuple[pl.DataFrame, pl.DataFrame]:
    few = ask()
    with monkeypatch.context() as small:
        small.setattr(newest, "ROWS", -1)  # too many: SQL over the parts
        return few, ask()


def test_of_cases_the_newest_is_what_the_sql_finds(home, monkeypatch):
    store, chance = homes.opened(), random.Random(7)
    for number in range(12):
        rows = [
            {"case_key": chance.choice([1, 2, 3, 4, None]), "content": chance.randrange(9), "row": row,
             "sheet": chance.choice([None, "A"])}
            for row in range(1, 9)
        ]  # fmt: skip
        _delivered(store, number, Part.Kind.CASES, CASE, rows)
    few, many = _both(monkeypatch, lambda: figures.latest_cases(store, Asked()))
    order = ["case_key", "delivery", "sheet", "row"]
    assert few.sort(order).equals(many.sort(order))
    assert few.get_column("case_key").null_count() > 4, "cases without a key all stand"
    few, many = _both(monkeypatch, lambda: figures.case_says(store, Asked()).sort("case_key", "delivery", "content"))
    assert few.equals(many)
    few, many = _both(monkeypatch, lambda: figures.case_contents(store, "s"))
    assert few.equals(many), "in the same order"


def test_of_figures_the_newest_is_what_the_sql_finds(home, monkeypatch):
    store, chance = homes.opened(), random.Random(8)
    for number in range(12):
        rows = [
            {"unit": f"KH-{unit}", "condition": chance.choice(["cholera", None]), "age_from": chance.choice([None, 5.0]),
             "period_start": NOW.date(), "value": chance.randrange(9), "row": unit,
             "status": chance.choice(["reported", "withdrawn", "retracted", None])}
            for unit in range(1, 7)
        ]  # fmt: skip
        _delivered(store, number, Part.Kind.OBSERVATIONS, OBSERVATION, rows)
        if number % 3 == 1:  # out of what was known of the parts before, and out of all parts
            kept = figures.latest(store, Asked(gone_too=True))
            shelf.forget(store.parts, ["s"])
            assert kept.equals(figures.latest(store, Asked(gone_too=True))), number
    few, many = _both(monkeypatch, lambda: figures.latest(store, Asked(gone_too=True)))
    assert few.height == 24 and few.equals(many)


def test_a_delivery_is_added_to_what_is_known_and_one_taken_away_is_not_in_it(home, monkeypatch):
    store, looked = homes.opened(), []
    each = {"unit": "KH-1", "period_start": NOW.date(), "status": "reported", "row": 1}
    monkeypatch.setattr(
        newest, "_read", lambda store, listed, schema: looked.append(len(listed)) or READ(store, listed, schema)
    )
    for number in range(3):
        _delivered(
            store, number, Part.Kind.OBSERVATIONS, OBSERVATION, [{**each, "condition": f"c{number}", "value": number}]
        )
        assert figures.latest(store, Asked())["value"].to_list() == list(range(number + 1))
    assert looked == [1, 1, 1], "what was read once is not read again"
    Delivery.objects.filter(blob="observations1").update(ended_at=NOW)
    assert figures.latest(store, Asked())["value"].to_list() == [0, 2]
    assert looked[3:] == [2]


def test_a_column_that_an_older_part_has_not_is_empty_in_its_rows(home):
    store = homes.opened()
    rows = [{"case_key": 1, "content": 5, "row": 2}]
    _delivered(store, 1, Part.Kind.CASES, {name: kind for name, kind in CASE.items() if name != "setting"}, rows)
    _delivered(store, 2, Part.Kind.CASES, CASE, [{"case_key": 2, "content": 6, "row": 2, "setting": "hospital"}])
    found = figures.latest_cases(store, Asked()).sort("case_key")
    assert found.select("case_key", "content", "setting").rows() == [(1, 5, None), (2, 6, "hospital")]
    assert sorted(figures.case_contents(store, "s").iter_rows()) == [(1, 5), (2, 6)]

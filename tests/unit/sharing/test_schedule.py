"""Cumulative figures through the release: in turns, for everybody alike, and no week's small count can be subtracted."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import numpy as np
import polars as pl
from tests.decisions.corpus import changed, request, state, world
from tests.unit.sharing.disclosure import oracle
from tests.unit.sharing.test_release import observed

from sampan.sharing.admission import Audience
from sampan.sharing.decide import decide
from sampan.sharing.disclosure.ledger import Ledger
from sampan.sharing.release import Books, Released, build
from sampan.sharing.schedule import Schedule

DISTRICTS = tuple(sorted(u for u in world().places_below["KH-20@0001-01-01"] if world().levels[u] == 2))
MONDAYS = [date(2026, 1, 5) + timedelta(weeks=week) for week in range(14)]
SPANS = tuple((day, day + timedelta(days=6)) for day in MONDAYS)


def counts(seed: int) -> np.ndarray:
    """Districts x weeks, cumulative: mostly small weeks, so that most increments are protected."""
    return np.cumsum(np.random.default_rng(seed).choice([0, 1, 2, 3, 7], (len(DISTRICTS), len(MONDAYS))), axis=1)


def rows(drawn: np.ndarray, weeks: int) -> pl.DataFrame:
    """The cumulative return of the first weeks."""
    return observed(
        *(
            {
                "unit": unit, "period_start": SPANS[week][0], "period_end": SPANS[week][1],
                "value": int(drawn[at, week]), "accumulation": "cumulative",
            }
            for at, unit in enumerate(DISTRICTS)
            for week in range(weeks)
        )
    )  # fmt: skip


def told(
    seen: pl.DataFrame,
    weeks: int,
    level: int,
    books: Books,
    *,
    recipient: str = "vn-tay-ninh",
    as_of: date | None = None,
) -> Released:
    """The release of the first weeks at a level, made on the Monday after them."""
    resolution = {"level": level, "period": "week"}
    change = {"clauses": {"kh-weekly": {"resolution": {"level": 2, "period": "week"}}}}
    until = SPANS[weeks - 1][1]
    asked = {"data": {"from": "2026-01-05", "to": until.isoformat()}, "sources": ["kh-20-weekly"]}
    wanted = request({**asked, "resolution": resolution})
    frozen = state({}, (changed("weekly", change),))
    audience = Audience(recipient, "R", until + timedelta(days=1), as_of=as_of)
    grid = SPANS[:weeks]
    return build(
        wanted, decide(wanted, frozen, world()), frozen, seen, world(), lambda _s, _k: grid,
        Books(books.ledgers, audience, books.schedules),
    )  # fmt: skip


def season(drawn: np.ndarray) -> tuple[list[Released], list[Released]]:
    """A release of districts and one of the province each week, each knowing what left before."""
    books = Books({}, Audience("vn-tay-ninh", "R", date(2026, 1, 12)))
    fine, whole = [], []
    for weeks in range(1, len(MONDAYS) + 1):
        for level, kept in ((2, fine), (1, whole)):
            out = told(rows(drawn, weeks), weeks, level, books)
            books = Books(out.ledgers, books.audience, _kept(out.schedules))
            kept.append(out)
    return fine, whole


def _kept(schedules: Mapping[str, Schedule]) -> dict[str, Schedule]:
    """As they come back from the records."""
    return {key: Schedule.from_dict(json.loads(json.dumps(one.as_dict()))) for key, one in schedules.items()}


def equations(releases: list[Released]) -> dict[tuple[str, date], int]:
    """(place, week) -> the cumulative count that some release told."""
    found: dict[tuple[str, date], int] = {}
    for out in releases:
        for place, start, value in out.table.select("place", "period_start", "value").iter_rows():
            if value is not None:
                assert found.setdefault((place, start), value) == value
    return found


def test_no_small_week_can_be_subtracted_and_the_province_speaks_every_week() -> None:
    assert len(DISTRICTS) >= 6
    drawn = counts(1)
    fine, whole = season(drawn)
    known = equations([*fine, *whole])
    vectors = []
    for place, start in known:
        week = [day for day, _ in SPANS].index(start)
        row = np.zeros(drawn.shape, dtype=int)
        row[[place in ("KH-20@0001-01-01", unit) for unit in DISTRICTS], : week + 1] = 1
        assert known[(place, start)] == int((row * np.diff(drawn, axis=1, prepend=0)).sum())
        vectors.append(row.ravel().tolist())
    weekly = np.diff(drawn, axis=1, prepend=0)
    small = [tuple(at) for at in np.argwhere((weekly > 0) & (weekly < 5))]
    targets = [np.eye(drawn.size, dtype=int)[at * drawn.shape[1] + week].tolist() for at, week in small]
    assert len(targets) > 30
    assert not any(oracle.in_row_space(vectors, targets))
    provinces = [place for place, _ in known if place == "KH-20@0001-01-01"]
    assert len(provinces) == len(MONDAYS)
    districts = [place for place, _ in known if place != "KH-20@0001-01-01"]
    assert len(districts) >= 0.14 * drawn.size


def test_without_the_schedule_nearly_every_small_week_would_be_told() -> None:
    """The same figures as counts of a period each: the difference of two is the week."""
    drawn = counts(1)
    loose = rows(drawn, len(MONDAYS)).with_columns(pl.lit("period").alias("accumulation"))
    books = Books({}, Audience("vn-tay-ninh", "R", date(2026, 8, 1)))
    naive = equations([told(loose, len(MONDAYS), 2, books)])
    both = [
        (unit, day) for unit in DISTRICTS for before, day in pairwise(MONDAYS)
        if (unit, day) in naive and (unit, before) in naive
    ]  # fmt: skip
    assert len(both) > 0.5 * drawn.size


def test_another_recipient_is_told_what_the_first_was_and_no_more() -> None:
    drawn = counts(2)
    books = Books({}, Audience("vn-tay-ninh", "R", date(2026, 8, 1)))
    first = told(rows(drawn, 8), 8, 2, books)
    books = Books(first.ledgers, books.audience, first.schedules)
    second = told(rows(drawn, 8), 8, 2, books, recipient="la-savannakhet")
    assert second.table.equals(first.table)
    assert first.table.get_column("value").drop_nulls().len() > 0


def test_a_revision_waits_for_the_next_turn() -> None:
    drawn = counts(3)
    books = Books({}, Audience("vn-tay-ninh", "R", date(2026, 8, 1)))
    before = told(rows(drawn, 6), 6, 2, books)
    revised = drawn.copy()
    revised[:, :6] += 1
    books = Books(before.ledgers, books.audience, before.schedules)
    after = told(rows(revised, 6), 6, 2, books)
    assert after.table.equals(before.table)


def test_an_answer_as_of_an_earlier_day_tells_nothing_that_was_told_since() -> None:
    drawn = counts(4)
    books = Books({}, Audience("vn-tay-ninh", "R", date(2026, 8, 1)))
    out = told(rows(drawn, 8), 8, 2, books)
    books = Books(out.ledgers, books.audience, out.schedules)
    earlier = told(rows(drawn, 8), 8, 2, books, as_of=date(2026, 2, 1))
    assert earlier.table.get_column("value").drop_nulls().to_list() == []


def test_zeros_and_small_counts_look_alike_and_nothing_cumulative_is_added_up() -> None:
    zeros, small = (
        np.zeros((len(DISTRICTS), len(MONDAYS)), dtype=int),
        np.ones((len(DISTRICTS), len(MONDAYS)), dtype=int),
    )
    books = Books({}, Audience("vn-tay-ninh", "R", date(2026, 8, 1)))
    answers = [told(rows(drawn, 8), 8, 2, books).table for drawn in (zeros, small)]
    assert answers[0].equals(answers[1])
    assert set(answers[0].get_column("status")) == {"not-shared"}


def test_a_cumulative_figure_says_so_in_the_table() -> None:
    out = told(rows(counts(5), 8), 8, 2, Books({}, Audience("vn-tay-ninh", "R", date(2026, 8, 1))))
    said: dict[str, Any] = dict(out.table.drop_nulls("value").group_by("accumulation").len().iter_rows())
    assert list(said) == ["cumulative"]
    assert out.ledgers == dict[str, Ledger]()


def test_of_classes_that_add_up_the_sum_alone_is_told() -> None:
    drawn = counts(3)
    few = np.full_like(drawn, 2)
    whole = rows(drawn + few, 6).with_columns(pl.lit("total").alias("classification"))
    parts = [rows(one, 6).with_columns(pl.lit(word).alias("classification")) for one, word in
             ((drawn, "confirmed"), (few, "suspected"))]  # fmt: skip
    books = Books({}, Audience("vn-tay-ninh", "R", date(2026, 1, 12)))
    out = told(pl.concat([whole, *parts]), 6, 2, books)
    assert set(out.table["classification"].drop_nulls()) == {"total"}
    assert out.table["value"].drop_nulls().len() > 0
    apart = told(pl.concat(parts), 6, 2, books)
    assert set(apart.table["classification"].drop_nulls()) == {"confirmed"}, "without a sum each goes by itself"

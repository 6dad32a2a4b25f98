"""What left earlier counts: other groupings, other recipients of a pool, revisions, and what is too old to matter."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sampan.sharing.disclosure.attack import Figure, attack
from sampan.sharing.disclosure.leaving import admit_table
from sampan.sharing.disclosure.ledger import HELD, PUBLIC, REFUSED, TOLD, Difference, Ledger, Offer, admit

DAY = date(2025, 3, 10)
COUNTS = {"a": 3, "b": 6, "c": 9, "d": 12}


def offer(recipient: str, *figures: str, counts: dict[str, int] = COUNTS, **more) -> Offer:  # type: ignore[no-untyped-def]
    """Figures named by the letters of their finest counts, at a minimum of 5."""
    return Offer(f"to {recipient}", recipient, DAY, 5, {text: tuple(text) for text in figures}, counts, **more)


def told(ledger: Ledger, *offers: Offer) -> list[tuple[str, ...]]:
    found = []
    for one in offers:
        done = admit(ledger, one)
        ledger, found = done.ledger, [*found, done.told]
    return found


def test_another_grouping_would_give_a_small_count_away() -> None:
    assert told(Ledger(), offer("r", "bcd")) == [("bcd",)]
    assert told(Ledger(), offer("r", "a", "abcd")) == [("abcd",)]
    assert told(Ledger(), offer("r", "a", "abcd"), offer("r", "bcd")) == [("abcd",), ()]


def test_a_recipient_who_does_not_pool_may_have_it() -> None:
    first = offer("r", "a", "abcd")
    assert told(Ledger(), first, offer("s", "bcd"))[1] == ("bcd",)
    assert told(Ledger(), first, offer("s", "bcd", pools=(frozenset("rs"),)))[1] == ()


def test_what_is_public_counts_for_everybody() -> None:
    assert told(Ledger(), offer(PUBLIC, "a", "abcd"), offer("r", "bcd"))[1] == ()
    assert told(Ledger(), offer("r", "a", "abcd"), offer(PUBLIC, "bcd"))[1] == ()


def test_a_later_answer_links_through_the_counts_that_did_not_change() -> None:
    later = COUNTS | {"c": 20}
    asked = [offer("r", "a", "abcd"), offer("r", "c"), offer("r", "bd", counts=later)]
    assert told(Ledger(), *asked) == [("abcd",), ("c",), ()]


def test_a_small_revision_waits_or_goes_as_a_disclosed_difference() -> None:
    later = COUNTS | {"d": 14}
    first = admit(Ledger(), offer("r", "d")).ledger
    assert admit(first, offer("r", "d", counts=later)).refused == {"d": REFUSED}
    at_once = admit(first, offer("r", "d", counts=later, corrections="immediate"))
    assert at_once.told == ("d",)
    assert at_once.ledger.differences == (Difference("to r", "r", "d", 12, 14),)
    assert admit(first, offer("r", "d", counts=COUNTS | {"d": 17})).told == ("d",)


def test_a_count_that_grew_is_still_protected_as_it_was() -> None:
    grown = COUNTS | {"a": 8}
    first = admit(Ledger(), offer("r", "a", "abcd")).ledger
    assert admit(first, offer("r", "bcd", counts=grown)).told == ()
    assert admit(first, offer("r", "a", counts=grown)).told == ("a",)


@pytest.mark.parametrize("zeros", [TOLD, HELD])
def test_a_count_that_is_again_what_it_was_is_the_count_it_was(zeros: str) -> None:
    """Two figures were corrected; then one is asked for as of the day before, or after the correction was withdrawn."""
    corrected = COUNTS | {"a": 23, "b": 26}
    asked = [offer("r", "ab", zeros=zeros), offer("r", "ab", counts=corrected, zeros=zeros)]
    assert told(Ledger(), *asked, offer("r", "b", zeros=zeros)) == [("ab",), ("ab",), ()]


def test_what_is_too_old_leaves_the_system() -> None:
    ends = dict.fromkeys(COUNTS, date(2025, 1, 5))
    first = admit(Ledger(), offer("r", "a", "abcd", ends=ends)).ledger
    later = Offer("later", "r", date(2026, 3, 1), 5, {"new": ("n",)}, {"n": 7}, protected_for_days=365)
    after = admit(first, later).ledger
    assert [row.release for row in after.rows] == ["later"]
    assert after.targets == ()
    assert "a" not in after.versions


def test_what_is_too_old_is_known_and_no_longer_a_cover() -> None:
    """An old count was told and left the system: a sum with it would tell the young one that is left."""
    old, young = date(2025, 1, 5), date(2025, 3, 9)
    first = admit(Ledger(), offer("r", "d", ends={"d": old})).ledger
    forgotten = admit(first, offer("r", "c", ends={"c": young}, protected_for_days=30)).ledger
    ends = {"a": young, "d": old, "b": young}
    assert admit(forgotten, offer("r", "ad", ends=ends, protected_for_days=30)).told == ()
    assert admit(forgotten, offer("r", "bd", ends=ends, protected_for_days=30)).told == ("bd",)
    assert admit(forgotten, offer("r", "a", ends={"a": old}, protected_for_days=30)).told == (), "small stays small"


def test_sums_that_are_equal_count_as_a_figure_that_everybody_holds() -> None:
    equal = [(("a", "d"), ("b", "c"))]  # 3 + 12 = 6 + 9
    assert told(Ledger(), offer("r", "bc"), offer("r", "d")) == [("bc",), ("d",)]
    assert told(Ledger(), offer("r", "bc", equal=equal), offer("r", "d")) == [("bc",), ()]
    kept = admit(Ledger(), offer("r", "bc", equal=equal)).ledger
    assert Ledger.from_dict(json.loads(json.dumps(kept.as_dict()))) == kept


def test_a_recipient_of_two_pools_holds_what_both_hold() -> None:
    pools = (frozenset("rs"), frozenset("rt"))
    asked = [offer("s", "a", "abcd", pools=pools), offer("t", "bcd", pools=pools)]
    assert told(Ledger(), *asked) == [("abcd",), ()]


def test_a_ledger_of_one_condition_is_read_into_that_of_its_family() -> None:
    single = admit(Ledger(), offer("r", "d", "a")).ledger
    whole = Ledger().joined(single, "|kind")
    assert whole.rows[0].terms == ("d|kind#0",)
    assert whole.value(("d|kind#0",)) == COUNTS["d"]
    assert whole.targets == (("a|kind#0",),)
    assert whole.joined(single, "|kind") == whole


def test_a_small_count_nobody_asked_for_is_protected_too() -> None:
    assert told(Ledger(), offer("r", "d"), offer("r", "ad")) == [("d",), ()]


def test_a_refusal_reads_alike_whatever_is_hidden() -> None:
    answers = set()
    for hidden in (1, 2, 3, 4):
        first = admit(Ledger(), offer("r", "a", "abcd", counts=COUNTS | {"a": hidden})).ledger
        answers.add(str(admit(first, offer("r", "bcd", counts=COUNTS | {"a": hidden})).refused))
    assert answers == {"{'bcd': 'not shared'}"}


def test_the_ledger_survives_being_kept() -> None:
    first = admit(Ledger(), offer("r", "a", "abcd")).ledger
    assert Ledger.from_dict(json.loads(json.dumps(first.as_dict()))) == first


def test_tables_of_other_dimensions_meet_in_their_finest_counts() -> None:
    rows = [("hill", "young", "m", 1), ("hill", "old", "m", 2), ("hill", "young", "f", 8), ("hill", "old", "f", 9),
            ("sea", "young", "m", 7), ("sea", "old", "m", 11), ("sea", "young", "f", 30), ("sea", "old", "f", 21)]  # fmt: skip
    table = pl.DataFrame(rows, schema=["region", "age", "sex", "n"], orient="row")
    blank = Offer("one", "r", DAY, 5, {}, {})
    finest = ["region", "age", "sex"]
    by_sex, ledger = admit_table(Ledger(), table, blank, dims=["region", "sex"], finest=finest, count="n")
    alone, _ = admit_table(Ledger(), table, blank, dims=["region", "age"], finest=finest, count="n")
    after, _ = admit_table(
        ledger, table, replace(blank, release="two"), dims=["region", "age"], finest=finest, count="n"
    )
    assert by_sex.filter(region="hill", sex="m")["status"].to_list() == ["primary"]
    assert alone["status"].unique().to_list() == ["published"]
    assert after["value"].is_not_null().sum() > 0


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_no_order_of_releases_recovers_a_small_count(data: st.DataObject) -> None:
    names = "abcdefg"
    counts = {name: data.draw(st.sampled_from([0, 1, 1, 2, 3, 5, 8, 15])) for name in names}
    ledger, zeros = Ledger(), data.draw(st.sampled_from([TOLD, HELD]))
    subsets = st.sets(st.sampled_from(names), min_size=1).map(lambda s: "".join(sorted(s)))
    groupings = data.draw(st.lists(subsets, min_size=3, max_size=9, unique=True))
    for _ in range(data.draw(st.integers(1, 4))):
        changed = data.draw(st.dictionaries(st.sampled_from(names), st.sampled_from([0, 1, 4, 9]), max_size=2))
        counts = counts | changed
        asked = data.draw(st.sets(st.sampled_from(groupings), min_size=1))
        cells = [tuple(text) for text in groupings]
        ledger = admit(ledger, offer("r", *sorted(asked), counts=counts, cells=cells, zeros=zeros)).ledger
    known = [Figure("", row.terms, ledger.value(row.terms)) for row in ledger.rows]
    # a count of nobody is known, unless zeros are held
    nobody = [
        (f"{n}#{i}",) for n, values in ledger.versions.items() for i, v in enumerate(values) if v == 0 and zeros == TOLD
    ]
    known += [Figure("", terms, 0) for terms in nobody]
    wanted = [Figure(str(terms), terms, None) for terms in ledger.targets]
    found = attack(known + wanted)
    assert not found.contradictory
    assert [one.label for one in found.recoveries] == []
    assert all(ledger.value(row.terms) == 0 or ledger.value(row.terms) >= 5 for row in ledger.rows)

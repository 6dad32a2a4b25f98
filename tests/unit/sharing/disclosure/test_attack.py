"""The attacker finds what can be found, and says nothing of what cannot."""

from __future__ import annotations

from sampan.sharing.disclosure.attack import Figure, attack
from sampan.sharing.disclosure.lattice import chained, figures, nested, spans


def told(*found: Figure) -> dict[str, tuple[int | None, int | None, str | None]]:
    return {one.label: (one.low, one.high, one.how) for one in attack(found).inferences}


def test_a_figure_is_subtracted_from_its_total() -> None:
    assert told(Figure("all", ("a", "b"), 12), Figure("a", ("a",), 9), Figure("b", ("b",), None)) == {
        "b": (3, 3, "algebra")
    }


def test_a_zero_margin_pins_by_bounds() -> None:
    # a + b = 2 and b + c = 0: nobody is below zero, so b and c are 0 and a is 2
    found = told(
        Figure("ab", ("a", "b"), 2), Figure("bc", ("b", "c"), 0), Figure("a", ("a",), None), Figure("b", ("b",), None)
    )
    assert found == {"a": (2, 2, "bounds"), "b": (0, 0, "bounds")}


def test_whole_persons_pin_where_fractions_would_not() -> None:
    # a + b, b + c and a + c are all 2: solved by algebra; without the last, the bounds stay open
    assert told(Figure("ab", ("a", "b"), 2), Figure("bc", ("b", "c"), 2), Figure("a", ("a",), None)) == {
        "a": (0, 2, None)
    }


def test_two_releases_say_more_together_than_apart() -> None:
    by_region = [({"region": "a"}, 9), ({"region": "b"}, None), ({}, 12)]
    by_group = [({"region": "bc"}, 3)]
    parts = {"region": nested({"a", "b", "bc", "c"}, [[("b", "bc"), ("c", "bc")]])}
    alone = attack(figures(by_region, parts))
    both = attack(figures([*by_region, *by_group], parts))
    assert [one.recovered for one in alone.inferences] == [False]
    assert (both.inferences[0].low, both.inferences[0].high) == (0, 3)


def test_a_total_without_an_end_stays_open() -> None:
    assert told(Figure("a", ("a",), 5), Figure("b", ("b",), None)) == {"b": (0, None, None)}


def test_figures_that_cannot_all_be_true_are_said_to_be_so() -> None:
    found = attack([Figure("ab", ("a", "b"), 2), Figure("a", ("a",), 9), Figure("b", ("b",), None)])
    assert found.contradictory
    assert [one.how for one in found.inferences] == ["algebra"]


def test_weeks_fill_a_longer_span_only_without_a_gap() -> None:
    first, second, third = "2025-01-06/2025-01-12", "2025-01-13/2025-01-19", "2025-01-20/2025-01-26"
    whole, gap = "2025-01-06/2025-01-19", "2025-01-01/2025-01-26"
    found = spans([first, second, third, whole, gap])
    assert found[whole] == {first, second}
    assert found[gap] == {gap}


def test_places_know_their_parents() -> None:
    parent = {"d1": "p", "d2": "p", "p": "c", "c": None}
    assert chained(["d1", "d2", "p", "c"], parent.__getitem__)["c"] == {"d1", "d2"}

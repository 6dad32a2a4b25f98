"""The shuffle of codes: nothing lost, nothing twice, nothing to be read from two of them."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sampan.store import bindings, veil
from sampan.store.veil import LARGE, SMALL, Veil

ONE, OTHER = Veil(b"1" * 32), Veil(b"2" * 32)


@given(st.integers(0, SMALL + LARGE - 1), st.sampled_from("DFQR"), st.binary(min_size=32, max_size=32))
def test_every_number_comes_back(number: int, noun: str, key: bytes) -> None:
    assert Veil(key).show(noun, Veil(key).hide(noun, number)) == number


def test_no_code_is_given_twice_and_all_have_groups_of_three() -> None:
    for numbers in (range(30_000), range(SMALL - 5_000, SMALL + 5_000)):
        codes = [ONE.hide("D", number) for number in numbers]
        assert len(set(codes)) == len(codes)
        assert all(len(group) == 3 and group.isdigit() for one in codes for group in one.split("-"))


def test_neighbours_lie_apart_as_if_drawn_by_lot() -> None:
    """Steps between codes that follow each other are as large as those of random places: a third of the whole."""
    places = [int(ONE.hide("D", number).replace("-", "")) for number in range(5_000)]
    steps = [abs(after - before) for before, after in pairwise(places)]
    assert 0.31 < sum(steps) / len(steps) / SMALL < 0.36
    later = sum(after > before for before, after in pairwise(places))
    assert 0.47 < later / len(steps) < 0.53, "which of two came first cannot be told"


def test_nouns_and_homes_have_shuffles_of_their_own() -> None:
    assert len({ONE.hide("D", 12), ONE.hide("F", 12), OTHER.hide("D", 12)}) == 3


def test_plain_digits_of_older_homes_stand_for_themselves() -> None:
    assert ONE.show("D", "000123") == 123


@pytest.mark.parametrize("number", [-1, SMALL + LARGE])
def test_what_has_no_code_is_refused(number: int) -> None:
    with pytest.raises(ValueError, match="has no code"):
        ONE.hide("D", number)


def test_bodies_name_rows_by_veiled_keys_and_old_bodies_by_plain_ones() -> None:
    veiled = bindings.veiled({"store_delivery/12": "ab", "people_post/3": "cd"})
    assert "store_delivery/12" not in veiled
    assert f"store_delivery/{veil.of_home().hide('store_delivery', 12)}" in veiled
    assert bindings.plain(veiled) == {"store_delivery/12": "ab", "people_post/3": "cd"}
    assert bindings.plain({"store_delivery/12": "ab"}) == {"store_delivery/12": "ab"}
    assert bindings.delivery_in({"delivery": bindings.delivery_of(12)}) == bindings.delivery_in({"delivery": 12}) == 12

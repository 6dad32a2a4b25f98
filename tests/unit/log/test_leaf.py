"""A leaf tells nothing but its position; its opening tells everything, in one way of writing."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sampan.log.errors import ProofError
from sampan.log.leaf import Opening, canonical, commitment

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
BODIES = st.dictionaries(st.text(st.characters(exclude_categories=["Cs"]), max_size=5), PLAIN, max_size=4)


@given(BODIES, st.binary(min_size=32, max_size=32))
def test_a_body_survives_and_commits(body: dict[str, Any], salt: bytes) -> None:
    opening = Opening(salt, canonical(body))
    assert Opening.from_bytes(opening.to_bytes()).commitment() == opening.commitment()
    assert len(opening.commitment()) == 32
    assert commitment(bytes(32), opening.body) != opening.commitment() or salt == bytes(32)
    assert canonical(opening.facts()) == opening.body


@given(BODIES)
def test_the_fast_encoder_and_the_plain_one_write_alike(body: dict[str, Any]) -> None:
    plain = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert canonical(body).decode() == plain


def test_a_body_nested_without_end_is_no_body() -> None:
    with pytest.raises(ProofError):
        Opening(bytes(32), b'{"a":' + b"[" * 200_000 + b"]" * 200_000 + b"}").facts()


def test_one_way_of_writing() -> None:
    assert canonical({"b": 1, "a": ["ញ", None, True]}).decode() == '{"a":["ញ",null,true],"b":1}'
    for body in (b'{"b":1,"a":2}', b'{"a": 1}', b'{"a":1,"a":1}', b"[]", b"{", b'{"a":1.5}', b'{"a":"\\u0041"}'):
        with pytest.raises(ProofError):
            Opening(bytes(32), body).facts()


@pytest.mark.parametrize("value", [1.5, math.nan, b"bytes", object(), {1: 2}, {"a": {"b": 0.1}}, [{"x": 1.0}]])
def test_fractions_and_odd_types_are_refused(value: object) -> None:
    with pytest.raises(TypeError):
        canonical({"a": value})


def test_a_salt_has_32_bytes() -> None:
    for length in (0, 31, 33):
        with pytest.raises(ProofError):
            commitment(bytes(length), b"{}")
    with pytest.raises(ProofError):
        Opening.from_bytes(bytes(32))

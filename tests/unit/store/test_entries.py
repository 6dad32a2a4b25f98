"""What an entry's body looks like before it is written; nothing here opens a database."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from sampan.log.leaf import Opening
from sampan.store import entries
from sampan.store.entries import Draft


@given(
    st.dictionaries(
        st.text(max_size=9),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.text(max_size=9) | st.floats() | st.datetimes() | st.dates(),
            lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
            max_leaves=6,
        ),
        max_size=5,
    ),
    st.lists(st.sampled_from(["a", "b", "c-d"]), max_size=4),
)
def test_a_body_is_written_canonically_whatever_it_says(facts: dict[str, Any], parties: list[str]) -> None:
    body = entries._made(Draft("job:retried", facts, parties), "2026-01-01T00:00:00.000000+00:00", bytes(32))[1]
    said = Opening(bytes(32), body.encode()).facts()
    assert (said["parties"], sorted(said["facts"])) == (sorted(set(parties)), sorted(facts))

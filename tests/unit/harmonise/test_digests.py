"""Case keys are AES-CMAC as the standard defines it, for ids of any length, and never the id itself; what came before
is known exactly."""

from __future__ import annotations

import hmac

import numpy as np
import polars as pl
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.cmac import CMAC
from hypothesis import given
from hypothesis import strategies as st

from sampan.harmonise.digests import Said, Seen, case_keys

SECRET = bytes(range(32))
IDS = st.lists(st.none() | st.text(max_size=70), max_size=30)


def by_the_standard(text: str, source: str) -> int:
    mac = CMAC(AES(hmac.digest(SECRET, source.encode(), "sha256")))
    mac.update(text.encode())
    return int.from_bytes(mac.finalize()[:8], "big")


@given(ids=IDS)
def test_each_key_is_the_start_of_a_cmac(ids: list[str | None]) -> None:
    expected = [None if text is None else by_the_standard(text, "th-r506") for text in ids]
    found = case_keys(pl.Series(ids, dtype=pl.String), source="th-r506", secret=SECRET)
    assert found.to_list() == expected
    assert found.dtype == pl.UInt64


def test_ids_as_long_as_a_block_and_longer() -> None:
    ids = ["", "a", "x" * 15, "x" * 16, "x" * 17, "y" * 32, "ព្រះ" * 9]
    found = case_keys(pl.Series(ids), source="s", secret=SECRET)
    assert found.to_list() == [by_the_standard(text, "s") for text in ids]


def test_a_slice_of_a_column_has_the_keys_of_its_own_rows() -> None:
    ids = pl.Series(["one", None, "two", "three"], dtype=pl.String)
    assert case_keys(ids[2:], source="s", secret=SECRET).to_list() == [
        by_the_standard(t, "s") for t in ("two", "three")
    ]


def test_two_sources_never_share_a_key_for_one_id() -> None:
    one, two = (case_keys(pl.Series(["7"]), source=name, secret=SECRET)[0] for name in ("th-r506", "vn-cases"))
    assert one != two


# keys that share their place in the bit field, and some that share only its byte
NEAR = [(place << 37) | low for low in range(3) for place in (0, 1, 7, 8, 2**27 - 1)]


@given(batches=st.lists(st.lists(st.sampled_from(NEAR) | st.integers(0, 2**64 - 1), max_size=12), max_size=5))
def test_what_came_before_is_known_exactly(batches: list[list[int]]) -> None:
    seen, before = Seen(), set[int]()
    for batch in batches:
        expected = [key in before or key in batch[:at] for at, key in enumerate(batch)]
        assert seen.add(np.array(batch, dtype=np.uint64)).tolist() == expected
        before |= set(batch)


SAYS = st.tuples(st.sampled_from(NEAR[:6]), st.integers(1, 3))


@given(batches=st.lists(st.lists(SAYS, max_size=12), max_size=5))
def test_a_case_repeats_only_what_it_said_last(batches: list[list[tuple[int, int]]]) -> None:
    said, last = Said(), dict[int, int]()
    for batch in batches:
        expected = []
        for key, content in batch:
            expected.append(last.get(key) == content)
            last[key] = content
        keys, contents = (np.array([row[at] for row in batch], dtype=np.uint64) for at in (0, 1))
        assert said.again(keys, contents).tolist() == expected

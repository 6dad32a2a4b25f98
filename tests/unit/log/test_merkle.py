"""The tree: against an independent library, against its own verifier, and against every small lie."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

import pymerkle
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sampan.log.errors import ProofError
from sampan.log.merkle import (
    EMPTY_ROOT,
    Frontier,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    memory_reader,
    node_hash,
    range_root,
    root_of,
    verify_consistency,
    verify_inclusion,
)

LEAVES = [leaf_hash(b"%d" % number) for number in range(130)]
READ = memory_reader(LEAVES)
ROOTS = [root_of(LEAVES[:size]) for size in range(len(LEAVES) + 1)]
SIZES = st.integers(1, len(LEAVES))


def by_definition(hashes: list[bytes]) -> bytes:
    """RFC 9162, section 2.1.1, word for word."""
    if len(hashes) == 1:
        return hashes[0]
    split = 1
    while split * 2 < len(hashes):
        split *= 2
    return node_hash(by_definition(hashes[:split]), by_definition(hashes[split:]))


def test_hashes_are_those_of_the_rfc() -> None:
    assert sha256(b"").digest() == EMPTY_ROOT == root_of([])
    assert leaf_hash(b"").hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    assert leaf_hash(b"a") == sha256(b"\x00a").digest()
    assert node_hash(b"x" * 32, b"y" * 32) == sha256(b"\x01" + b"x" * 32 + b"y" * 32).digest()


@pytest.mark.parametrize("size", range(1, 131))
def test_roots_follow_the_definition(size: int) -> None:
    assert ROOTS[size] == by_definition(LEAVES[:size]) == range_root(0, size, READ)


def test_roots_and_proofs_are_those_of_an_independent_library() -> None:
    tree = pymerkle.InmemoryTree(algorithm="sha256")
    for number in range(len(LEAVES)):
        tree.append_entry(b"%d" % number)
    for size in (1, 2, 3, 7, 8, 64, 65, 100, 130):
        assert tree.get_root(size) == ROOTS[size]
        for index in range(0, size, 7):
            theirs = tree.prove_inclusion(index + 1, size).serialize()[
                "path"
            ]  # they count from 1 and begin at the leaf
            ours = inclusion_proof(index, size, READ)
            assert sorted(theirs) == sorted(item.hex() for item in (LEAVES[index], *ours))


@given(st.data())
def test_every_entry_proves(data: st.DataObject) -> None:
    size = data.draw(SIZES)
    index = data.draw(st.integers(0, size - 1))
    verify_inclusion(LEAVES[index], index, size, inclusion_proof(index, size, READ), ROOTS[size])


@given(st.data())
def test_every_growth_proves(data: st.DataObject) -> None:
    size2 = data.draw(SIZES)
    size1 = data.draw(st.integers(1, size2))
    verify_consistency(size1, size2, ROOTS[size1], ROOTS[size2], consistency_proof(size1, size2, READ))


def lies(proof: list[bytes], root: bytes) -> list[list[bytes]]:
    """Proofs that are nearly this one."""
    flipped = [[*proof[:at], bytes([proof[at][0] ^ 1]) + proof[at][1:], *proof[at + 1 :]] for at in range(len(proof))]
    cut = [proof[:-1], proof[1:]] if proof else []
    swapped = [[proof[1], proof[0], *proof[2:]]] if len(proof) > 1 else []
    return [*flipped, *cut, *swapped, [*proof, root], [root, *proof], [*proof, b""], [*proof, EMPTY_ROOT]]


@given(st.data())
@settings(max_examples=60)
def test_no_lie_about_inclusion_passes(data: st.DataObject) -> None:
    size = data.draw(SIZES)
    index = data.draw(st.integers(0, size - 1))
    proof, root = inclusion_proof(index, size, READ), ROOTS[size]
    for lie in lies(proof, root):
        with pytest.raises(ProofError):
            verify_inclusion(LEAVES[index], index, size, lie, root)
    for wrong_index, wrong_size in ((index + 1, size), (index - 1, size), (size, size), (index, 0), (-1, size)):
        with pytest.raises(ProofError):
            verify_inclusion(LEAVES[index], wrong_index, wrong_size, proof, root)
    with pytest.raises(ProofError):
        verify_inclusion(leaf_hash(b"another"), index, size, proof, root)
    with pytest.raises(ProofError):
        verify_inclusion(LEAVES[index], index, size, proof, EMPTY_ROOT)


@given(st.data())
@settings(max_examples=60)
def test_no_lie_about_growth_passes(data: st.DataObject) -> None:
    size2 = data.draw(st.integers(2, len(LEAVES)))
    size1 = data.draw(st.integers(1, size2 - 1))
    proof, root1, root2 = consistency_proof(size1, size2, READ), ROOTS[size1], ROOTS[size2]
    for lie in lies(proof, root2):
        with pytest.raises(ProofError):
            verify_consistency(size1, size2, root1, root2, lie)
    with pytest.raises(ProofError):
        verify_consistency(size1, size2, root2, root1, proof)
    with pytest.raises(ProofError):
        verify_consistency(size2, size1, root2, root1, proof)
    with pytest.raises(ProofError):
        verify_consistency(size1, size2, EMPTY_ROOT, root2, proof)


def test_sizes_of_zero_prove_nothing() -> None:
    for size2 in (0, 1, 8):
        for proof in ([], [EMPTY_ROOT]):
            with pytest.raises(ProofError):
                verify_consistency(0, size2, EMPTY_ROOT, ROOTS[size2], proof)
    with pytest.raises(ProofError):
        verify_inclusion(LEAVES[0], 0, 0, [], EMPTY_ROOT)
    with pytest.raises(ProofError):
        consistency_proof(0, 5, READ)


def test_equal_sizes_need_equal_roots_and_an_empty_proof() -> None:
    verify_consistency(5, 5, ROOTS[5], ROOTS[5], [])
    with pytest.raises(ProofError):
        verify_consistency(5, 5, ROOTS[5], ROOTS[6], [])
    with pytest.raises(ProofError):
        verify_consistency(5, 5, ROOTS[5], ROOTS[5], [ROOTS[5]])


@pytest.mark.parametrize("length", [0, 1, 31, 33, 64])
def test_hashes_have_32_bytes(length: int) -> None:
    proof = inclusion_proof(3, 8, READ)
    short = b"\x00" * length
    for leaf, path, root in (
        (short, proof, ROOTS[8]),
        (LEAVES[3], [short, *proof[1:]], ROOTS[8]),
        (LEAVES[3], proof, short),
    ):
        with pytest.raises(ProofError):
            verify_inclusion(leaf, 3, 8, path, root)
    grown = consistency_proof(3, 8, READ)
    for root1, root2, path in (
        (short, ROOTS[8], grown),
        (ROOTS[3], short, grown),
        (ROOTS[3], ROOTS[8], [short, *grown[1:]]),
    ):
        with pytest.raises(ProofError):
            verify_consistency(3, 8, root1, root2, path)


@given(st.lists(st.integers(0, 40), max_size=6))
def test_a_frontier_grows_like_the_tree(steps: list[int]) -> None:
    edge = Frontier()
    for step in steps:
        edge = edge.extend(LEAVES[edge.size : edge.size + step])
        assert edge.root() == ROOTS[edge.size]
        assert Frontier.from_bytes(edge.size, edge.to_bytes()) == edge


def test_a_frontier_of_the_wrong_shape_is_refused() -> None:
    with pytest.raises(ProofError):
        Frontier.from_bytes(3, b"\x00" * 32)
    with pytest.raises(ProofError):
        Frontier.from_bytes(2, b"\x00" * 33)


@pytest.mark.parametrize("odd", [0.0, True, "0", None, b"0"])
def test_an_index_and_a_size_are_whole_numbers(odd: Any) -> None:
    leaf = leaf_hash(b"a")
    with pytest.raises(ProofError):
        verify_inclusion(leaf, odd, 1, [], leaf)
    with pytest.raises(ProofError):
        verify_consistency(1, odd, leaf, leaf, [])


@pytest.mark.parametrize("odd", [b"", "a proof", 7, {b"a"}, iter(())])
def test_a_proof_is_a_list_of_hashes(odd: Any) -> None:
    leaf = leaf_hash(b"a")
    with pytest.raises(ProofError):
        verify_inclusion(leaf, 0, 1, odd, leaf)
    with pytest.raises(ProofError):
        verify_consistency(1, 1, leaf, leaf, odd)


@pytest.mark.parametrize("odd", [b"", "a root", None, 7])
def test_a_root_is_bytes(odd: Any) -> None:
    with pytest.raises(ProofError):
        verify_consistency(5, 5, odd, odd, [])

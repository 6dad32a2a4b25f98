"""The folder of tiles grows step by step into what it would be if it were written at once."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from sampan.log.errors import ProofError
from sampan.log.merkle import Frontier, inclusion_proof, leaf_hash, root_of, verify_inclusion
from sampan.log.tiles import bundles_of, decode_bundle, tiles_of
from sampan.store.tilefolder import TileFolder, first_leaf

LEAVES = [number.to_bytes(32, "big") for number in range(1_400)]


def test_steps_lead_where_one_step_leads(tmp_path: Path, rng: random.Random) -> None:
    sizes = sorted({1, 255, 256, 257, 512, 1_024, 1_400, *(rng.randrange(1, 1_400) for _ in range(6))})
    stepwise, done = TileFolder(tmp_path / "stepwise"), 0
    for size in sizes:
        stepwise.grow(done, size, LEAVES[first_leaf(done) : size])
        done = size
        hashes = [leaf_hash(leaf) for leaf in LEAVES[:size]]
        assert stepwise.frontier(size) == Frontier().extend(hashes)
        for index in (0, size // 3, size - 1):
            proof = inclusion_proof(index, size, stepwise.reader(size))
            verify_inclusion(hashes[index], index, size, proof, root_of(hashes))
    at_once = TileFolder(tmp_path / "at-once")
    at_once.grow(0, 1_400, LEAVES)
    for path in at_once.files():
        assert path.read_bytes() == stepwise.fetch(str(path.relative_to(at_once.root)))
    needed = {tile.path() for size in sizes for tile in (*tiles_of(size), *bundles_of(size))}
    assert {str(path.relative_to(stepwise.root)) for path in stepwise.files()} == needed
    assert decode_bundle(stepwise.fetch("tile/entries/000") or b"") == LEAVES[:256]


def test_leaves_that_do_not_fit_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ProofError):
        TileFolder(tmp_path).grow(0, 10, LEAVES[:9])

"""Tiles: paths, widths and contents of the static folder."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sampan.log.errors import ProofError
from sampan.log.merkle import inclusion_proof, leaf_hash, memory_reader, root_of, verify_inclusion
from sampan.log.tiles import Tile, bundles_of, decode_bundle, encode_bundle, tile_bytes, tile_reader, tiles_of


@pytest.mark.parametrize(
    ("tile", "path"),
    [
        (Tile(0, 0), "tile/0/000"), (Tile(0, 999), "tile/0/999"), (Tile(0, 1000), "tile/0/x001/000"),
        (Tile(0, 1234067), "tile/0/x001/x234/067"), (Tile(15, 1234067, 89), "tile/15/x001/x234/067.p/89"),
        (Tile(63, 7, 255), "tile/63/007.p/255"), (Tile(None, 0, 1), "tile/entries/000.p/1"),
        (Tile(None, 1000), "tile/entries/x001/000"),
    ],
)  # fmt: skip
def test_paths(tile: Tile, path: str) -> None:
    assert tile.path() == path
    assert Tile.parse(path) == tile


@pytest.mark.parametrize(
    "path",
    [
        "tile/0/000.p/", "tile/0/000.p", "tile/0/000.p/0", "tile/0/000.p/256", "tile/0/000.p/01", "tile/0/0", "tile/0/0000",
        "tile/0/x000/001", "tile/0/x001/", "tile/0/x001", "tile/0/001/002", "tile/0/x001/x002", "tile/64/000", "tile/-1/000",
        "tile/00/000", "tile/a/000", "tile/0/-01", "tile//000", "/tile/0/000", "tile/0/٠٠٠", "tile/0/000\n",
        "tile/63/x999/x999/x999/x999/x999/x999/999",
    ],
)  # fmt: skip
def test_what_is_no_path(path: str) -> None:
    with pytest.raises(ProofError):
        Tile.parse(path)


def test_a_tree_of_70000_has_the_tiles_the_specification_counts() -> None:
    tiles = list(tiles_of(70_000))
    assert sum(tile.level == 0 and tile.width == 256 for tile in tiles) == 273
    partial = sorted((tile.level, tile.index, tile.width) for tile in tiles if tile.width < 256)
    assert partial == [(0, 273, 112), (1, 1, 17), (2, 0, 1)]
    assert sorted(tile.path() for tile in tiles_of(256)) == ["tile/0/000", "tile/1/000.p/1"]
    assert list(tiles_of(0)) == []


@given(st.integers(0, 200_000), st.integers(0, 3_000))
def test_only_what_is_new_is_written_when_a_tree_grows(size: int, more: int) -> None:
    before = {tile.path() for tile in (*tiles_of(size), *bundles_of(size))}
    after = {tile.path() for tile in (*tiles_of(size + more), *bundles_of(size + more))}
    new = {tile.path() for tile in (*tiles_of(size + more, size), *bundles_of(size + more, size))}
    assert new >= after - before
    assert new <= after
    if more:
        assert len(new) <= 2 * (more // 256 + 2) + 8


LEAVES = [b"%d" % number for number in range(1_100)]
HASHES = [leaf_hash(leaf) for leaf in LEAVES]


@pytest.mark.parametrize("size", [1, 2, 255, 256, 257, 512, 700, 1_024, 1_100])
def test_proofs_come_from_tiles_alone(size: int) -> None:
    read = memory_reader(HASHES[:size])
    folder = {tile.path(): tile_bytes(tile, read) for tile in tiles_of(size)}
    reader = tile_reader(size, folder.get)
    for index in (0, size // 2, size - 1):
        verify_inclusion(HASHES[index], index, size, inclusion_proof(index, size, reader), root_of(HASHES[:size]))


def test_a_full_tile_stands_in_for_a_partial_one_that_was_removed() -> None:
    read = memory_reader(HASHES[:512])
    later = {tile.path(): tile_bytes(tile, read) for tile in (*tiles_of(512), Tile(1, 0, 1))}
    reader = tile_reader(300, later.get)
    verify_inclusion(HASHES[290], 290, 300, inclusion_proof(290, 300, reader), root_of(HASHES[:300]))


def test_missing_and_short_tiles_are_told() -> None:
    folder = {tile.path(): tile_bytes(tile, memory_reader(HASHES[:300])) for tile in tiles_of(300)}
    for path in list(folder):
        for content in (None, folder[path][:-1], folder[path] + b"\x00"):
            broken = {**folder, path: content}
            with pytest.raises(ProofError):
                for index in range(0, 300, 13):
                    inclusion_proof(index, 300, tile_reader(300, broken.get))


@given(st.lists(st.binary(max_size=70), max_size=20))
def test_bundles(leaves: list[bytes]) -> None:
    bundle = encode_bundle(leaves)
    assert decode_bundle(bundle) == leaves
    if bundle:
        with pytest.raises(ProofError):
            decode_bundle(bundle + b"\x00")
        with pytest.raises(ProofError):
            decode_bundle(bundle + b"\x00\x02\x00")

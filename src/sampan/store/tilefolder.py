"""The tree as files under SAMPAN_HOME/log/<origin>: made from the entries, readable by existing tools.

Every tile can be made again from the entries; a crash leaves tiles that no checkpoint names yet.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from sampan.log.errors import ProofError
from sampan.log.merkle import HASH_BYTES, Frontier, Reader, leaf_hash, perfect_subtrees, root_of
from sampan.log.tiles import WIDTH, Tile, bundles_of, encode_bundle, fetch_tile, tile_reader, tiles_of
from sampan.store.logkey import write_whole

CHECKPOINT = "checkpoint"
_READABLE = 0o644  # tiles tell nothing; a web server may hand them out


@dataclass(frozen=True)
class TileFolder:
    """One tree's folder."""

    root: Path

    def fetch(self, path: str) -> bytes | None:
        """A file's bytes by its path below the folder; None if it is not there, or no file."""
        try:
            return (self.root / path).read_bytes()
        except OSError:
            return None

    def reader(self, size: int) -> Reader:
        """Hashes of the tree of that size."""
        return tile_reader(size, self.fetch)

    def frontier(self, size: int) -> Frontier:
        """The right edge of the tree of that size, from its tiles; ProofError if they are missing."""
        read = self.reader(size)
        return Frontier(size, tuple(read(level, index) for level, index in perfect_subtrees(0, size)))

    def grow(self, done: int, size: int, leaves: Iterable[bytes]) -> None:
        """Write what the tree of `size` has and the tree of `done` has not.

        `leaves` are the data of the leaves from `first_leaf(done)` on.
        """
        data = list(leaves)
        begin = first_leaf(done)
        if begin + len(data) != size:
            raise ProofError(f"{len(data)} leaves from {begin} on do not make a tree of {size}")
        for bundle in bundles_of(size, done):
            at = bundle.index * WIDTH - begin
            self._write(bundle, encode_bundle(data[at : at + bundle.width]))
        self._grow_hashes(done, size, [leaf_hash(leaf) for leaf in data], begin)

    def publish(self, note: bytes) -> None:
        """Put a signed checkpoint at its place."""
        self.root.mkdir(parents=True, exist_ok=True)
        write_whole(self.root / CHECKPOINT, note, mode=_READABLE)

    def files(self) -> Iterator[Path]:
        """Every tile and bundle there is."""
        return (path for path in sorted((self.root / "tile").rglob("*")) if path.is_file() and path.name[0] != ".")

    def _grow_hashes(self, done: int, size: int, hashes: list[bytes], begin: int) -> None:
        """Level by level: `hashes` are those from `begin`, which is where a tile of the level begins."""
        level = 0
        while hashes:
            for tile in (tile for tile in tiles_of(size, done) if tile.level == level):
                at = tile.index * WIDTH - begin
                self._write(tile, b"".join(hashes[at : at + tile.width]))
            full = [
                root_of(hashes[at : at + WIDTH]) for at in range(0, len(hashes) - WIDTH + 1, WIDTH)
            ]  # a partial tile is not hashed into the level above
            above = begin // WIDTH
            begin, level = above - above % WIDTH, level + 1
            hashes = self._older(level, begin, above) + full

    def _older(self, level: int, begin: int, end: int) -> list[bytes]:
        """Hashes of a level that are already in its last tile."""
        if begin == end:
            return []
        content = self._partial(level, begin // WIDTH, end - begin)
        return [content[at : at + HASH_BYTES] for at in range(0, len(content), HASH_BYTES)]

    def _partial(self, level: int, index: int, width: int) -> bytes:
        return fetch_tile(Tile(level, index, width), self.fetch)

    def _write(self, tile: Tile, content: bytes) -> None:
        path = self.root / tile.path()
        if path.exists() and path.read_bytes() == content:
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, content, mode=_READABLE)


def first_leaf(done: int) -> int:
    """The first leaf whose data `grow` needs: where the last, unfinished bundle of the older tree begins."""
    return done - done % WIDTH

"""The tree as a static folder of files after c2sp.org/tlog-tiles, which existing tools read.

A tile holds up to 256 hashes; level 0 holds leaf hashes, and each hash above is the root of a full tile
below. Entry bundles hold the leaves' data, which here are commitments of 32 bytes: they tell nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from sampan.log.errors import ProofError
from sampan.log.merkle import HASH_BYTES, Reader, memory_reader

WIDTH = 256
TILE_LEVELS = 8  # a full tile is a perfect subtree of height 8
MAX_TILE_LEVEL = 63
ENTRIES = "entries"

Fetch = Callable[[str], bytes | None]  # path -> the file's bytes, or None if there is no such file

_PATH = re.compile(r"tile/(entries|0|[1-9][0-9]?)/((?:x[0-9]{3}/)*[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?", re.ASCII)


@dataclass(frozen=True)
class Tile:
    """One tile or bundle: `level` is None for entry bundles; `width` 256 when it is full."""

    level: int | None
    index: int
    width: int = WIDTH

    def path(self) -> str:
        """The path below the log's prefix.

        >>> Tile(0, 1234067).path(), Tile(1, 0, 17).path()
        ('tile/0/x001/x234/067', 'tile/1/000.p/17')
        """
        groups, rest = [f"{self.index % 1000:03}"], self.index // 1000
        while rest:
            groups.append(f"x{rest % 1000:03}")
            rest //= 1000
        level = ENTRIES if self.level is None else str(self.level)
        partial = "" if self.width == WIDTH else f".p/{self.width}"
        return f"tile/{level}/{'/'.join(reversed(groups))}{partial}"

    @classmethod
    def parse(cls, path: str) -> Tile:
        """Read a path; ProofError if it is not one that `path` writes."""
        match = _PATH.fullmatch(path)
        if match is None:
            raise ProofError(f"{path!r} is not the path of a tile")
        level, groups, width = match.groups()
        index = int(groups.replace("x", "").replace("/", ""))
        tile = cls(None if level == ENTRIES else int(level), index, int(width or WIDTH))
        too_high = tile.level is not None and tile.level > MAX_TILE_LEVEL
        if too_high or index >= 2**64 or (width and tile.width >= WIDTH) or tile.path() != path:
            raise ProofError(f"{path!r} is not the path of a tile")
        return tile


def tiles_of(size: int, since: int = 0) -> Iterator[Tile]:
    """Every hash tile of the tree of `size` leaves that is not already a tile of the tree of `since`."""
    level = 0
    while size >> (TILE_LEVELS * level):
        count, before = size >> (TILE_LEVELS * level), since >> (TILE_LEVELS * level)
        if count != before:
            yield from _widths(level, count, before)
        level += 1


def bundles_of(size: int, since: int = 0) -> Iterator[Tile]:
    """Every entry bundle of the tree of `size` leaves that is not already one of the tree of `since`."""
    if size != since:
        yield from _widths(None, size, since)


def _widths(level: int | None, count: int, before: int) -> Iterator[Tile]:
    for index in range(before // WIDTH, -(-count // WIDTH)):
        yield Tile(level, index, min(WIDTH, count - index * WIDTH))


def tile_bytes(tile: Tile, reader: Reader) -> bytes:
    """The content of a hash tile, from a reader of perfect subtrees."""
    assert tile.level is not None, "an entry bundle is not made of hashes"
    first = tile.index * WIDTH
    return b"".join(reader(TILE_LEVELS * tile.level, first + at) for at in range(tile.width))


def encode_bundle(leaves: Sequence[bytes]) -> bytes:
    """An entry bundle: each leaf's data after its length in two bytes, big endian."""
    return b"".join(len(leaf).to_bytes(2, "big") + leaf for leaf in leaves)


def decode_bundle(bundle: bytes) -> list[bytes]:
    """The leaves' data of an entry bundle; ProofError if it does not end where a leaf ends."""
    leaves, at = [], 0
    while at < len(bundle):
        end = at + 2 + int.from_bytes(bundle[at : at + 2], "big")
        if at + 2 > len(bundle) or end > len(bundle):
            raise ProofError("the entry bundle is cut short")
        leaves.append(bundle[at + 2 : end])
        at = end
    return leaves


def tile_reader(size: int, fetch: Fetch) -> Reader:
    """A reader for the tree of `size` leaves over a folder of tiles.

    The partial tile of that size is taken where there is one, else the full tile that replaced it; ProofError
    if neither is there or has the right length. Tiles once read are kept in memory.
    """

    @lru_cache(maxsize=4096)
    def hashes(level: int, index: int) -> Reader:
        width = min(WIDTH, (size >> (TILE_LEVELS * level)) - index * WIDTH)
        if width < 1:
            raise ProofError(f"the tree of {size} has no tile {index} on level {level}")
        content = fetch_tile(Tile(level, index, width), fetch)
        return memory_reader([content[at : at + HASH_BYTES] for at in range(0, len(content), HASH_BYTES)])

    def read(level: int, index: int) -> bytes:
        tile_level, height = divmod(level, TILE_LEVELS)
        first = index << height
        return hashes(tile_level, first // WIDTH)(height, (first % WIDTH) >> height)

    return read


def fetch_tile(tile: Tile, fetch: Fetch) -> bytes:
    """The hashes of one tile, cut to its width, from its own file or from the full one."""
    content = fetch(tile.path())
    if content is None and tile.width < WIDTH:
        content = fetch(Tile(tile.level, tile.index).path())
        content = content if content is None else content[: tile.width * HASH_BYTES]
    if content is None or len(content) != tile.width * HASH_BYTES:
        raise ProofError(f"the tile {tile.path()} is missing or has a wrong length")
    return content

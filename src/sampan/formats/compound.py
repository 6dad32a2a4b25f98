"""The container of an XLS, [MS-CFB]: its stream of records, once it is certain that the reader can follow it.

The reader believes every length and every chain of sectors that a file tells: one that tells a length of 100 GB, or a
chain that is a ring, would end it. Here each must fit the file, or ValueError says that the file is damaged.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
LAST_SECTOR = 0xFFFFFFFA  # greater numbers end a chain
HEADER_FAT = 109  # numbers of sectors of the allocation table that stand in the header
SMALL = 64  # bytes of a sector of the small streams
SLIPS = (struct.error, IndexError, ValueError, OverflowError)


class Compound:
    """The sectors of one file and the table that links them. ValueError, IndexError or struct.error if they do not."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        shift, small = struct.unpack_from("<HH", content, 30)
        if shift not in (9, 12) or small != 6:
            raise ValueError("sectors of an odd size")
        self.size = 1 << shift
        self.sectors = -(-len(content) // self.size)
        self.left = 2 * self.sectors + 2  # that may yet be walked: no chain is a ring, no sector in two chains
        told = struct.unpack_from("<9I", content, 40)
        directories, tables, first, _, self.cutoff, minifat, minifats, more, mores = told
        if max(directories, tables, minifats, mores) > self.sectors:
            raise ValueError("more sectors than the file has")
        self.table = self._allocation(more)
        self.root = self.chain(first)
        held, _ = self._entry(0)
        self.ministream = self.chain(held) if held < LAST_SECTOR else b""
        listed = self.chain(minifat) if minifat < LAST_SECTOR else b""
        self.minitable = list(struct.unpack(f"<{len(listed) // 4}I", listed))

    def _allocation(self, more: int) -> list[int]:
        """Sector -> the one that follows it."""
        numbers = list(struct.unpack_from(f"<{HEADER_FAT}I", self.content, 76))
        for _ in range(self.sectors):
            if more >= LAST_SECTOR:
                break
            linked = struct.unpack(f"<{self.size // 4}I", self._sector(more))
            numbers, more = numbers + list(linked[:-1]), linked[-1]
        used = [number for number in numbers if number < LAST_SECTOR]
        if len(used) > self.sectors or more < LAST_SECTOR:
            raise ValueError("more sectors than the file has")
        return [one for number in used for one in struct.unpack(f"<{self.size // 4}I", self._sector(number))]

    def _sector(self, number: int) -> bytes:
        held = self.content[(number + 1) * self.size : (number + 2) * self.size]
        if not held:
            raise ValueError("a sector behind the end")
        return held.ljust(self.size, b"\0")

    def chain(self, sector: int) -> bytes:
        """The sectors from this one on."""
        parts = []
        while sector < LAST_SECTOR:
            self.left -= 1
            if self.left < 0:
                raise ValueError("sectors in a ring")
            parts.append(self._sector(sector))
            sector = self.table[sector]
        return b"".join(parts)

    def _small(self, sector: int) -> bytes:
        parts: list[bytes] = []
        while sector < LAST_SECTOR and len(parts) <= len(self.minitable):
            parts.append(self.ministream[sector * SMALL : (sector + 1) * SMALL])
            sector = self.minitable[sector]
        if sector < LAST_SECTOR:
            raise ValueError("sectors in a ring")
        return b"".join(parts)

    def _entry(self, number: int) -> tuple[int, int]:
        """(first sector, length) of a directory's entry."""
        return struct.unpack_from("<II", self.root, number * 128 + 116)

    def streams(self) -> Iterator[tuple[str, bytes]]:
        """(name in small letters, bytes) of every stream."""
        for number in range(1, len(self.root) // 128):
            entry = self.root[number * 128 : number * 128 + 128]
            name = entry[: min(entry[64], 64)].decode("utf-16-le", "replace").rstrip("\0").casefold()
            first, length = self._entry(number)
            if length > len(self.content):
                raise ValueError("a stream longer than the file")
            if name and length:
                yield name, (self._small(first) if length < self.cutoff else self.chain(first))[:length]


def book(content: bytes) -> bytes:
    """The stream of the workbook's records; every other stream was followed to its end as well."""
    found = dict(Compound(content).streams())
    stream = found.get("workbook", found.get("book"))
    if stream is None:
        raise ValueError("no workbook in it")
    return stream

"""The bytes of one file, whether they stand on disk or in memory, without reading more than is asked for.

Promise: nothing here decodes, and nothing here reads a whole file on disk into memory.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import BinaryIO

PIECE = 1 << 22
BUFFER = 1 << 20
BACKWARDS = 1 << 16


@dataclass(frozen=True)
class Blob:
    """`name` is what people call the file; `member` its name inside an archive, if it came from one."""

    source: Path | bytes
    name: str
    member: str | None = None

    @cached_property
    def size(self) -> int:
        """Number of bytes."""
        return len(self.source) if isinstance(self.source, bytes) else self.source.stat().st_size

    def piece(self, at: int, size: int) -> bytes:
        """`size` bytes from `at` on, fewer at the end. Read, not mapped: mapped pages would count as our memory."""
        if isinstance(self.source, bytes):
            return self.source[at : at + size]
        with self.source.open("rb") as file:
            file.seek(at)
            return file.read(size)

    def head(self, size: int = 1 << 20) -> bytes:
        """The first `size` bytes."""
        return self.piece(0, size)

    def find(self, mark: bytes) -> int:
        """Where `mark` stands first, or -1."""
        if isinstance(self.source, bytes):
            return self.source.find(mark)
        for at in range(0, self.size, PIECE):
            found = self.piece(at, PIECE + len(mark) - 1).find(mark)
            if found >= 0:
                return at + found
        return -1

    def holds(self, *bytes_sought: bytes) -> tuple[int, ...]:
        """Where each single byte stands first, or -1, in one pass over the file."""
        if isinstance(self.source, bytes):
            return tuple(map(self.source.find, bytes_sought))
        found = dict.fromkeys(bytes_sought, -1)
        piece, at = bytearray(BUFFER), 0  # one buffer for all: fresh memory for each piece takes longer than the search
        with self.source.open("rb", buffering=0) as file:
            while (size := file.readinto(piece)) and -1 in found.values():
                for mark, before in found.items():
                    if before < 0 and (here := piece.find(mark, 0, size)) >= 0:
                        found[mark] = at + here
                at += size
        return tuple(found.values())

    def last(self, mark: bytes, start: int, stop: int) -> int:
        """Where `mark` stands last between the two, or -1; reads backwards from `stop`."""
        while stop > start:
            at = max(start, stop - BACKWARDS)
            found = self.piece(at, stop - at).rfind(mark)
            if found >= 0:
                return at + found
            stop = at
        return -1

    def open(self) -> BinaryIO:
        """A fresh binary stream from the beginning."""
        return io.BytesIO(self.source) if isinstance(self.source, bytes) else self.source.open("rb")

    @property
    def where(self) -> str:
        """How a message names it."""
        return f"{self.name}, {self.member}" if self.member else self.name

"""Originals, byte for byte, each compressed and encrypted under a key of its own.

A blob is a file of chunks: 4 bytes of length, then AES-256-GCM of the zstd-compressed chunk. The
nonce is the chunk's number (a key serves one blob only); the last chunk says so in its associated data.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import zstandard
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.keywrap import aes_key_unwrap, aes_key_wrap

from sampan.model.errors import OurFault
from sampan.store import work

CHUNK_BYTES = 4 * 1024 * 1024
CHUNKS_AHEAD = 4
CHUNKS_SYNCED = 8  # after so many, what was written is brought to the disk beside what follows
# zstd: half as large again as level 1 and a third quicker; a sender waits for it. Level -50 takes two thirds of that
# for twice the bytes, which of a long list's time is a fiftieth
FAST = -5
LAST, MORE = b"last", b"more"


@dataclass(frozen=True)
class Blob:
    """A kept original: `name` of the file, SHA-256 `digest` (hex) and `size` of the bytes as they came."""

    name: str
    digest: str
    size: int
    wrapped_key: bytes


def keep(original: Path, folder: Path, wrapping_key: bytes) -> Blob:
    """Copy, hash, encrypt and sync the original. On return it survives a power cut.

    A crash before the rename leaves a file in `folder` whose name begins with a dot; `sweep` removes it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with work.present(folder.parent):
        return _kept(original, folder, wrapping_key)


def _kept(original: Path, folder: Path, wrapping_key: bytes) -> Blob:
    own_key = secrets.token_bytes(32)
    name = secrets.token_hex(16)
    draft = folder / f".{name}"
    digest, size = hashlib.sha256(), 0
    with original.open("rb") as source, draft.open("xb") as target, ThreadPoolExecutor(3) as beside:
        waiting: deque[Future[tuple[bytes, ...]]] = deque()
        syncing: Future[None] | None = None
        for number, (chunk, mark) in enumerate(_chunks(source)):
            waiting.append(beside.submit(_sealed, chunk, mark, number, own_key))  # all release the interpreter's lock
            digest.update(chunk)
            size += len(chunk)
            if len(waiting) > CHUNKS_AHEAD:
                target.writelines(waiting.popleft().result())
            if number % CHUNKS_SYNCED == 0 and number and (syncing is None or syncing.done()):
                target.flush()
                syncing = beside.submit(os.fdatasync, target.fileno())  # so that little is left to wait for at the end
        for sealed in waiting:
            target.writelines(sealed.result())
        target.flush()
        os.fsync(target.fileno())
    os.chmod(draft, 0o600)
    os.replace(draft, folder / name)
    _sync_folder(folder)
    return Blob(name, digest.hexdigest(), size, aes_key_wrap(wrapping_key, own_key))


@contextlib.contextmanager
def opened(folder: Path, name: str, wrapped_key: bytes, wrapping_key: bytes) -> Iterator[Path]:
    """The original as a temporary file, removed afterwards. OurFault if the blob was changed or is gone."""
    draft = folder / f".open-{secrets.token_hex(8)}"
    own_key = aes_key_unwrap(wrapping_key, wrapped_key)
    with work.present(folder.parent):
        try:
            descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as target:
                for chunk in chunks(folder / name, own_key):
                    target.write(chunk)
            yield draft
        finally:
            draft.unlink(missing_ok=True)


def chunks(path: Path, own_key: bytes) -> Iterator[bytes]:
    """The original's bytes, chunk by chunk. OurFault if anything is missing, cut or changed."""
    try:
        with path.open("rb") as source:
            number, last = 0, False
            while head := source.read(4):
                body = source.read(int.from_bytes(head, "big"))
                if len(head) + len(body) != 4 + int.from_bytes(head, "big"):
                    raise ValueError("a chunk is not as long as it says")
                chunk, last = _unsealed(body, number, own_key)
                yield chunk
                number += 1
            if not last:
                raise ValueError("the last chunk is missing")
    except (OSError, ValueError, InvalidTag, zstandard.ZstdError) as found:
        raise OurFault(
            "a kept original cannot be opened as it was kept",
            where=path.name,
            kept="its digest in the log says what it was",
            do="run `sampan log verify`, then restore the file from a backup",
        ) from found


def destroy(folder: Path, name: str) -> None:
    """Remove the blob's file; without its key, copies in backups cannot be opened either."""
    (folder / name).unlink(missing_ok=True)
    _sync_folder(folder)


def sweep(folder: Path) -> int:
    """Remove drafts that a crash left behind; the number removed. The caller is alone at work."""
    left = [path for path in folder.glob(".*") if path.is_file()]
    for path in left:
        path.unlink(missing_ok=True)
    return len(left)


def _chunks(source) -> Iterator[tuple[bytes, bytes]]:  # type: ignore[no-untyped-def]  # any binary file
    chunk = source.read(CHUNK_BYTES)
    while True:
        following = source.read(CHUNK_BYTES) if chunk else b""
        yield chunk, MORE if following else LAST
        if not following:
            return
        chunk = following


def _sealed(chunk: bytes, mark: bytes, number: int, own_key: bytes) -> tuple[bytes, ...]:
    packed = zstandard.ZstdCompressor(level=FAST).compress(chunk)
    sealed = AESGCM(own_key).encrypt(number.to_bytes(12, "big"), packed, mark)
    return (len(mark) + len(sealed)).to_bytes(4, "big"), mark, sealed


def _unsealed(body: bytes, number: int, own_key: bytes) -> tuple[bytes, bool]:
    mark, sealed = body[:4], body[4:]
    packed = AESGCM(own_key).decrypt(number.to_bytes(12, "big"), sealed, mark)
    return zstandard.ZstdDecompressor().decompress(packed, max_output_size=CHUNK_BYTES), mark == LAST


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

"""A file that comes piece by piece over a weak link: the pages of Deliver and the resumable upload of the API use it.

    create -> token      append(token, offset, piece) -> how much is here      whole(token) -> the file, once

Pieces are sealed as they come, under a key that only the token holds; nothing enters the log, as it is no delivery yet.
What was told as received is synced. A crash leaves at most half a piece, which the next append cuts off; a file that
nobody went on with for a day is swept by the next upload or receive. A token of another post is answered as one that
does not exist.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import secrets
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from sampan.model.errors import UserError
from sampan.operations.drafting import Draft, file_name
from sampan.store import work
from sampan.store.home import Store

LASTS_SECONDS = 24 * 3600  # after the last piece
PIECE_MOST = 4 * 2**20  # bytes of one piece
OPEN_MOST = 8  # of one post; the one that waited longest makes room
_ADDED, _LENGTH = 28, 4  # bytes that sealing adds to a piece (nonce and tag), and those that say its length
_TOKEN = re.compile(r"^([0-9a-f]{12}-[0-9a-f]{32})\.([0-9a-f]{64})$")


@dataclass(frozen=True)
class Announced:
    """What the sender says of a file before its first byte; `digest` (SHA-256, hex) may be left empty."""

    draft: Draft
    size: int
    digest: str = ""


@dataclass(frozen=True)
class Progress:
    """How many bytes are here, of how many; `taken` is False if a piece did not begin where the file ends."""

    received: int
    size: int
    taken: bool = True

    @property
    def complete(self) -> bool:
        """True if every byte is here."""
        return self.received == self.size


def create(store: Store, announced: Announced) -> str:
    """Begin an upload; the token is kept nowhere here. UserError if the file is larger than the office takes."""
    most = settings.UPLOAD_MB * 2**20
    if not 0 < announced.size <= most:
        raise UserError(
            f"a file of {announced.size} bytes is not taken: between 1 and {most} bytes",
            kept="nothing was kept",
            do="send the file in parts, or ask the office's operator",
        )
    folder = _folder(store)
    sweep(store)
    owner = _owner(announced.draft.post)
    for late in sorted(folder.glob(f"{owner}-*"), key=lambda path: path.stat().st_mtime)[: -OPEN_MOST + 1]:
        late.unlink(missing_ok=True)
    name, key = f"{owner}-{secrets.token_hex(16)}", secrets.token_bytes(32)
    path = folder / name
    path.touch(mode=0o600)
    with path.open("r+b") as file:
        _add(file, key, 0, json.dumps(asdict(announced)).encode())
    return f"{name}.{key.hex()}"


def progress(store: Store, token: str, post: str) -> Progress | None:
    """How far an upload has come; None if there is none."""
    with _held(store, token, post) as held:
        return None if held is None else Progress(held.received, held.announced.size)


def append(store: Store, token: str, post: str, *, offset: int, piece: bytes) -> Progress | None:
    """Add a piece at an offset; durable when told. None if there is no such upload.

    A piece that does not begin where the file ends changes nothing: go on from `received`. UserError if it is too long.
    """
    if len(piece) > PIECE_MOST:
        raise UserError(
            f"a piece has at most {PIECE_MOST} bytes", kept="the pieces before it", do="send smaller pieces"
        )
    with _held(store, token, post) as held:
        if held is None:
            return None
        size = held.announced.size
        if offset != held.received or offset + len(piece) > size:
            return Progress(held.received, size, taken=False)
        if piece:
            held.file.seek(held.end)
            held.file.truncate()  # half a piece that a crash left
            _add(held.file, held.key, held.pieces, piece)
        return Progress(held.received + len(piece), size)


@contextlib.contextmanager
def whole(store: Store, token: str, post: str) -> Iterator[tuple[Draft, Path] | None]:
    """The complete file in a folder that is gone afterwards, and the upload with it; None if there is none.

    If the work inside raises, the upload stays, to be tried again. UserError if bytes are missing or not as announced.
    """
    with _held(store, token, post) as held:
        if held is None:
            yield None
            return
        announced = held.announced
        if held.received != announced.size:
            raise UserError(
                f"{held.received} of {announced.size} bytes are here",
                kept=f"those, until {LASTS_SECONDS // 3600} hours after the last piece",
                do=f"go on from byte {held.received}",
            )
        with tempfile.TemporaryDirectory(prefix="sampan-upload-") as room:
            path = Path(room) / file_name(announced.draft.name)
            found = _opened(held, path)
            if announced.digest and found != announced.digest.lower():
                held.path.unlink(missing_ok=True)
                raise UserError(
                    "the bytes that came are not those that were announced",
                    kept="nothing was kept",
                    do="send the file again",
                )
            yield announced.draft, path
        held.path.unlink(missing_ok=True)


@contextlib.contextmanager
def looked_at(store: Store, token: str, post: str) -> Iterator[tuple[Draft, Path] | None]:
    """The complete file as `whole` gives it, but the upload stays: to be looked at before it is sent."""
    with contextlib.suppress(_Only), whole(store, token, post) as found:
        yield found
        raise _Only  # whatever is raised inside leaves the upload where it is


class _Only(Exception):
    """The file was looked at only."""


def drop(store: Store, token: str, post: str) -> bool:
    """Forget an upload at its sender's word; False if there is none."""
    with _held(store, token, post) as held:
        if held is None:
            return False
        held.path.unlink(missing_ok=True)
        return True


def sweep(store: Store) -> int:
    """Remove uploads that nobody went on with; the number removed."""
    late, gone = time.time() - LASTS_SECONDS, 0
    for path in _folder(store).iterdir():
        with contextlib.suppress(FileNotFoundError):
            if path.stat().st_mtime < late:
                path.unlink()
                gone += 1
    return gone


@dataclass(frozen=True)
class _Held:
    """An upload in this process's hands alone."""

    path: Path
    file: IO[bytes]
    key: bytes
    announced: Announced
    received: int
    pieces: int  # sealed pieces, the announcement among them
    end: int  # where the last whole piece ends in the file


@contextlib.contextmanager
def _held(store: Store, token: str, post: str) -> Iterator[_Held | None]:
    """The upload of a token, if it is this post's; nobody else touches it meanwhile."""
    found = _TOKEN.match(token)
    path = _folder(store) / (found[1] if found else "none")
    with work.claimed(path, wait=True) as mine:
        if not (found and mine and path.is_file()):
            yield None
            return
        with path.open("r+b") as file:
            yield _read(path, file, bytes.fromhex(found[2]), post)


def _read(path: Path, file: IO[bytes], key: bytes, post: str) -> _Held | None:
    """What lies in the file: its announcement and the lengths of its pieces; None if the key does not open it."""
    spans = list(_spans(file))
    if not spans:
        return None
    try:
        said = json.loads(_open(file, key, 0, spans[0]))
    except InvalidTag:
        return None
    announced = Announced(Draft(**said["draft"]), said["size"], said["digest"])
    if announced.draft.post != post:
        return None
    received = sum(length - _ADDED for _, length in spans[1:])
    return _Held(path, file, key, announced, received, len(spans), sum(spans[-1]))


def _spans(file: IO[bytes]) -> Iterator[tuple[int, int]]:
    """Where each whole sealed piece begins, and its length."""
    size, at = os.fstat(file.fileno()).st_size, 0
    while at + _LENGTH <= size:
        file.seek(at)
        length = int.from_bytes(file.read(_LENGTH), "big")
        if at + _LENGTH + length > size:
            return
        yield at + _LENGTH, length
        at += _LENGTH + length


def _add(file: IO[bytes], key: bytes, number: int, content: bytes) -> None:
    """Seal one piece at the end and sync it. A number is used twice only for a piece that a crash cut short."""
    nonce = secrets.token_bytes(12)
    sealed = nonce + AESGCM(key).encrypt(nonce, content, number.to_bytes(8, "big"))
    file.write(len(sealed).to_bytes(_LENGTH, "big") + sealed)
    file.flush()
    os.fsync(file.fileno())


def _open(file: IO[bytes], key: bytes, number: int, span: tuple[int, int]) -> bytes:
    file.seek(span[0])
    sealed = file.read(span[1])
    return AESGCM(key).decrypt(sealed[:12], sealed[12:], number.to_bytes(8, "big"))


def _opened(held: _Held, path: Path) -> str:
    """Write the file as it was sent; its digest."""
    digest = hashlib.sha256()
    with path.open("wb") as out:
        for number, span in enumerate(list(_spans(held.file))[: held.pieces]):
            if number:
                piece = _open(held.file, held.key, number, span)
                digest.update(piece)
                out.write(piece)
    return digest.hexdigest()


def _owner(post: str) -> str:
    return hashlib.sha256(post.encode()).hexdigest()[:12]


def _folder(store: Store) -> Path:
    folder = store.root / "uploads"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder

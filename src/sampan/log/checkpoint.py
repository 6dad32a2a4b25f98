"""Checkpoints after c2sp.org/tlog-checkpoint: the head of a log as the text of a signed note.

>>> from sampan.log.merkle import EMPTY_ROOT
>>> Checkpoint("example.org/log", 0, EMPTY_ROOT).text().splitlines()[:2]
['example.org/log', '0']
"""

from __future__ import annotations

import base64
from collections.abc import Iterable
from dataclasses import dataclass

from sampan.log import merkle, note
from sampan.log.errors import ForkError, NoteError, OtherBeginning, ProofError, UnverifiedNote


@dataclass(frozen=True)
class Checkpoint:
    """The head of the log `origin` at `size` leaves; `root` is 32 bytes, `extensions` opaque lines."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.origin or any("\n" in line or not line for line in (self.origin, *self.extensions)):
            raise NoteError("the lines of a checkpoint are not empty")
        if not 0 <= self.size <= merkle.MAX_SIZE or len(self.root) != merkle.HASH_BYTES:
            raise NoteError("a checkpoint has a size that can be counted and a root of 32 bytes")
        if self.size == 0 and self.root != merkle.EMPTY_ROOT:
            raise NoteError("the empty tree has one root only")

    def text(self) -> str:
        """The text to be signed."""
        root = base64.b64encode(self.root).decode("ascii")
        return "".join(f"{line}\n" for line in (self.origin, str(self.size), root, *self.extensions))

    @classmethod
    def parse(cls, text: str) -> Checkpoint:
        """Read the text of a note; NoteError unless it is written in the one form allowed."""
        lines = text.split("\n")
        if len(lines) < 4 or lines[-1] or not all(lines[:-1]):
            raise NoteError("a checkpoint is at least three lines, none of them empty")
        origin, size, root, *extensions = lines[:-1]
        if not (size.isascii() and size.isdigit()) or (size[0] == "0" and size != "0") or len(size) > 19:
            raise NoteError("the size of a checkpoint is a decimal number without leading zeros")
        return cls(origin, int(size), note.decode(root), tuple(extensions))


def read(note_bytes: bytes) -> Checkpoint:
    """The checkpoint in a note whose signatures are not checked here."""
    return Checkpoint.parse(note.parse(note_bytes).text)


def verify(note_bytes: bytes, log_keys: Iterable[str | note.Verifier]) -> Checkpoint:
    """The checkpoint of a note signed by one of the log's keys, and named by its origin.

    A key signs only for the origin of its own name. NoteError, UnverifiedNote or InvalidSignature otherwise.
    """
    keys = [note.Verifier.parse(key) if isinstance(key, str) else key for key in log_keys]
    signed = note.verify(note_bytes, [key for key in keys if key.kind == note.ED25519])
    checkpoint = Checkpoint.parse(signed.text)
    if checkpoint.origin not in {signature.name for signature in signed.verified}:
        raise UnverifiedNote(f"no key of {checkpoint.origin} signed this checkpoint")
    return checkpoint


def sign(checkpoint: Checkpoint, *signers: note.Signer) -> bytes:
    """The checkpoint as a signed note."""
    return note.sign(checkpoint.text(), *signers)


def check_growth(old: Checkpoint, new: Checkpoint, proof: list[bytes]) -> None:
    """Raise unless `new` is shown to contain `old`: ForkError only where the two cannot both be true.

    That is two roots of one size, or a proof that leads to the new root and shows another beginning. ProofError for
    a smaller tree, and for a proof that is missing or leads nowhere: no proof is signed, so a bad one accuses nobody.
    An older empty tree is contained in every tree, and needs no proof.
    """
    if old.origin != new.origin:
        raise ProofError(f"{old.origin} and {new.origin} are two logs")
    if new.size < old.size:
        raise ProofError(f"the tree of {new.size} leaves is older than the one of {old.size}")
    if old.size == 0:
        if proof:
            raise ProofError("nothing is to be proved about an empty tree")
        return
    if old.size == new.size and old.root != new.root:
        raise ForkError(f"two roots of the tree of {old.size} leaves")
    try:
        merkle.verify_consistency(old.size, new.size, old.root, new.root, proof)
    except OtherBeginning as problem:
        raise ForkError(f"the log of {new.size} leaves does not contain the one of {old.size}: {problem}") from problem

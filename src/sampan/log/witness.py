"""What a witness does: it cosigns a checkpoint once that contains the last one it saw. Files stand in for HTTP.

A request is the body of add-checkpoint after c2sp.org/tlog-witness: `old` size, consistency proof, blank line,
checkpoint. The answer is a cosignature line after c2sp.org/tlog-cosignature. A witness needs no opening.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable
from dataclasses import dataclass

from sampan.log import checkpoint as checkpoints
from sampan.log import note
from sampan.log.checkpoint import Checkpoint
from sampan.log.errors import NoteError, ProofError
from sampan.log.note import COSIGNATURE, Signature, Signer, Verifier
from sampan.log.proof import MAX_HASHES, read_count


class StaleRequest(ProofError):
    """The request starts from another size than the last one this witness cosigned, which is `size`."""

    def __init__(self, asked: int, size: int) -> None:
        super().__init__(f"the request starts at {asked} leaves; the last one cosigned here has {size}")
        self.size = size


@dataclass(frozen=True)
class Request:
    """A checkpoint (signed note) and the proof that it contains the tree of `old_size` leaves."""

    old_size: int
    proof: tuple[bytes, ...]
    checkpoint: bytes

    def to_bytes(self) -> bytes:
        """The request as a file."""
        lines = [f"old {self.old_size}", *(base64.b64encode(item).decode("ascii") for item in self.proof)]
        return "\n".join(lines).encode() + b"\n\n" + self.checkpoint

    @classmethod
    def parse(cls, content: bytes) -> Request:
        """Read a request file; ProofError or NoteError if it is malformed."""
        head, blank, checkpoint = content.partition(b"\n\n")
        lines = head.decode("ascii", "replace").split("\n")
        if not blank or not lines[0].startswith("old ") or len(lines) > 1 + MAX_HASHES:
            raise ProofError("this is not a request to a witness")
        note.parse(checkpoint)
        return cls(read_count(lines[0].removeprefix("old ")), tuple(map(note.decode, lines[1:])), checkpoint)


def cosign(
    request: Request, seen: Checkpoint | None, log_keys: Iterable[str | Verifier], signer: Signer, *, time: int
) -> tuple[Checkpoint, Signature]:
    """The checkpoint to remember before the answer goes out, and the cosignature that is the answer.

    `seen` is what this witness remembers of the log, None if it never saw it. Raises StaleRequest, ProofError,
    NoteError, or ForkError when the log does not contain what was seen: nothing is signed then.
    """
    if signer.kind != COSIGNATURE:
        raise NoteError("a witness signs with a cosignature key")
    new = checkpoints.verify(request.checkpoint, log_keys)
    seen_size = seen.size if seen else 0
    if seen and seen.origin != new.origin:
        raise ProofError(f"{seen.origin} and {new.origin} are two logs")
    if new.size < seen_size or (request.old_size == new.size == seen_size):
        assert seen is not None
        checkpoints.check_growth(seen, new, list(request.proof))
    if request.old_size != seen_size:
        raise StaleRequest(request.old_size, seen_size)
    if seen is None and request.proof:
        raise ProofError("nothing is to be proved about an empty tree")
    if seen is not None:
        checkpoints.check_growth(seen, new, list(request.proof))
    return new, signer.sign(new.text().encode(), time=time)


def read_answer(content: bytes, checkpoint: bytes, witnesses: Iterable[Verifier]) -> tuple[Signature, ...]:
    """The cosignatures in an answer that are good for this checkpoint; lines by unknown keys are left out.

    InvalidSignature if a known witness's line is not good, UnverifiedNote if no known witness answered.
    """
    answered = f"{note.parse(checkpoint).text}\n".encode() + content
    return tuple(s for s in note.verify(answered, witnesses).verified if s.time is not None)

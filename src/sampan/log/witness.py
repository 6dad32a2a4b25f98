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
from sampan.log.merkle import EMPTY_ROOT
from sampan.log.note import COSIGNATURE, Signature, Signer, Verifier
from sampan.log.proof import MAX_HASHES, read_count


class StaleRequest(ProofError):
    """The request starts from another size than the last one this witness cosigned, which is `size`."""

    def __init__(self, asked: int, size: int) -> None:
        super().__init__(f"the request starts at {asked} leaves; the last one cosigned here has {size}")
        self.size = size


class OlderCheckpoint(ProofError):
    """An honest log's checkpoint of last week, or a log that went back: the one seen is larger."""

    def __init__(self, shown: int, size: int) -> None:
        super().__init__(f"this checkpoint has {shown} leaves; the last one cosigned here has {size}")
        self.size = size


class GrowthNotShown(ProofError):
    """The proof of growth is missing or leads nowhere. That accuses nobody: no proof is signed."""

    def __init__(self, problem: ProofError, size: int) -> None:
        super().__init__(f"it is not shown that this log contains the tree of {size} leaves seen before: {problem}")
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

    `seen` is what this witness remembers of the log, None if it never saw it. What was cosigned may be cosigned
    again. Nothing is signed when it raises: ForkError when the log cannot contain what was seen, the one evidence;
    StaleRequest, OlderCheckpoint, GrowthNotShown, NoteError or ProofError when something is missing.
    """
    if signer.kind != COSIGNATURE:
        raise NoteError("a witness signs with a cosignature key")
    new = checkpoints.verify(request.checkpoint, log_keys)
    if seen and seen.origin != new.origin:
        raise ProofError(f"{seen.origin} and {new.origin} are two logs")
    _check_growth(seen, new, request)
    return new, signer.sign(new.text().encode(), time=time)


def _check_growth(seen: Checkpoint | None, new: Checkpoint, request: Request) -> None:
    size = seen.size if seen else 0
    if new.size < size:
        raise OlderCheckpoint(new.size, size)
    if seen and new.size == size:
        return checkpoints.check_growth(seen, new, [])  # the same head again, from wherever the request starts
    if request.old_size != size:
        raise StaleRequest(request.old_size, size)
    try:
        checkpoints.check_growth(seen or Checkpoint(new.origin, 0, EMPTY_ROOT), new, list(request.proof))
    except ProofError as problem:
        raise GrowthNotShown(problem, size) from problem
    return None


def read_answer(content: bytes, checkpoint: bytes, witnesses: Iterable[Verifier]) -> tuple[Signature, ...]:
    """The cosignatures in an answer that are good for this checkpoint; lines by unknown keys are left out.

    InvalidSignature if a known witness's line is not good, UnverifiedNote if no known witness answered.
    """
    answered = f"{note.parse(checkpoint).text}\n".encode() + content
    return tuple(s for s in note.verify(answered, witnesses).verified if s.time is not None)

"""A proof that stands alone in a file, after c2sp.org/tlog-proof: leaf index, hashes up to the root, checkpoint.

The `extra` line carries the opening of the entry, so that the file and the log's public key are all that a
reader needs, years later and without the office.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass

from sampan.log import merkle, note
from sampan.log.errors import PolicyError, ProofError
from sampan.log.leaf import Opening
from sampan.log.policy import Policy, Witnessed, judge

HEADER = "c2sp.org/tlog-proof@v1"
MAX_HASHES = 63


@dataclass(frozen=True)
class Proof:
    """The leaf at `index` is in the tree of the `checkpoint` (a signed note); `extra` is opaque."""

    index: int
    hashes: tuple[bytes, ...]
    checkpoint: bytes
    extra: bytes | None = None

    def to_bytes(self) -> bytes:
        """The proof as a file."""
        lines = [HEADER]
        if self.extra is not None:
            lines.append(f"extra {_encode(self.extra)}")
        lines += [f"index {self.index}", *map(_encode, self.hashes)]
        return "\n".join(lines).encode() + b"\n\n" + self.checkpoint

    @classmethod
    def parse(cls, content: bytes) -> Proof:
        """Read a proof file; ProofError or NoteError unless it is written as the specification says."""
        head, blank, checkpoint = content.partition(b"\n\n")
        try:
            lines = head.decode("ascii").split("\n")
        except UnicodeDecodeError as problem:
            raise ProofError("the proof's own lines are ASCII") from problem
        if not blank or lines.pop(0) != HEADER or not lines:
            raise ProofError(f"a proof begins with {HEADER} and ends with a checkpoint")
        extra = note.decode(lines.pop(0).removeprefix("extra ")) if lines[0].startswith("extra ") else None
        if not lines or not lines[0].startswith("index "):
            raise ProofError("the proof does not say which leaf it is about")
        index = read_count(lines.pop(0).removeprefix("index "))
        if len(lines) > MAX_HASHES:
            raise ProofError(f"a proof has at most {MAX_HASHES} hashes")
        note.parse(checkpoint)
        return cls(index, tuple(note.decode(line) for line in lines), checkpoint, extra)

    def verify(self, leaf_hash: bytes, policy: Policy) -> Witnessed:
        """The checkpoint that proves the leaf.

        ProofError or NoteError if it proves nothing, PolicyError if too few witnesses of the policy cosigned it.
        """
        witnessed = judge(self.checkpoint, policy)
        head = witnessed.checkpoint
        merkle.verify_inclusion(leaf_hash, self.index, head.size, self.hashes, head.root)
        if not witnessed.enough:
            raise PolicyError(f"cosigned by {len(witnessed.cosigned)} witnesses, fewer than the policy asks for")
        return witnessed

    def opening(self) -> Opening:
        """The opening that travels in the extra line; ProofError if there is none."""
        if self.extra is None:
            raise ProofError("the proof carries no opening")
        return Opening.from_bytes(self.extra)


def read_count(text: str) -> int:
    """A decimal number without sign or leading zeros; ProofError otherwise."""
    if not (text.isascii() and text.isdigit()) or (text[0] == "0" and text != "0") or len(text) > 19:
        raise ProofError(f"{text[:20]!r} is not a number written plainly")
    return int(text)


def _encode(raw: bytes) -> str:
    return base64.b64encode(raw).decode("ascii")

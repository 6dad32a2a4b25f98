"""What can be wrong with a proof, drawn as a tree. Every one is a ValueError: the bytes are not what they claim.

LogError
├── ProofError             the hashes do not lead to the root
│   └── OtherBeginning     they lead to it, and show that it began with another tree than claimed
├── NoteError              a signed note that cannot be read, or a key that cannot
│   ├── UnverifiedNote     readable, but no key we know signed it
│   └── InvalidSignature   a key we know is named, and the signature is not its own
├── PolicyError            a policy that cannot be read, or too few witnesses
└── ForkError              two histories of one log that cannot both be true
"""

from __future__ import annotations


class LogError(ValueError):
    """Something claimed about the log does not hold."""


class ProofError(LogError):
    """An inclusion or consistency proof that proves nothing."""


class OtherBeginning(ProofError):
    """A consistency proof that leads to the newer root, and to another older root than the one claimed."""


class NoteError(LogError):
    """A signed note, a checkpoint or a key that is not written as the specification says."""


class UnverifiedNote(NoteError):
    """A note that none of the given keys signed."""


class InvalidSignature(NoteError):
    """A note naming a given key with a signature that this key did not make."""


class PolicyError(LogError):
    """A trust policy that cannot be read, or that a checkpoint does not satisfy."""


class ForkError(LogError):
    """Two signed heads of one log, neither of which contains the other: keep both, they are the evidence."""

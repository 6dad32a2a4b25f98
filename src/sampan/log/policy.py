"""Which logs and witnesses a reader trusts, and how many must have cosigned: after c2sp.org/tlog-policy.

log example.org/log+…
witness north example.org/north+…
witness south example.org/south+…
group both all north south
quorum both
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from sampan.log import checkpoint, note
from sampan.log.checkpoint import Checkpoint
from sampan.log.errors import PolicyError
from sampan.log.note import COSIGNATURE, ED25519, Verifier

NONE = "none"


@dataclass(frozen=True)
class Policy:
    """`groups`: name -> (how many, members); `quorum` names a witness, a group, or none."""

    logs: tuple[Verifier, ...] = ()
    witnesses: dict[str, Verifier] = field(default_factory=dict)
    groups: dict[str, tuple[int, tuple[str, ...]]] = field(default_factory=dict)
    quorum: str = NONE

    def satisfied_by(self, cosigners: Collection[str]) -> bool:
        """True if these witnesses, by the policy's own names, are enough."""
        return self.quorum == NONE or self._stands(self.quorum, cosigners)

    def _stands(self, name: str, cosigners: Collection[str]) -> bool:
        if name in self.witnesses:
            return name in cosigners
        needed, members = self.groups[name]
        return sum(self._stands(member, cosigners) for member in members) >= needed

    def text(self) -> str:
        """The policy as a file."""
        lines = [f"log {key.vkey}" for key in self.logs]
        lines += [f"witness {name} {key.vkey}" for name, key in self.witnesses.items()]
        lines += [f"group {name} {needed} {' '.join(members)}" for name, (needed, members) in self.groups.items()]
        return "".join(f"{line}\n" for line in (*lines, f"quorum {self.quorum}"))


@dataclass(frozen=True)
class Witnessed:
    """A checkpoint with the witnesses of a policy that cosigned it, and when (POSIX seconds)."""

    checkpoint: Checkpoint
    cosigned: dict[str, int]
    enough: bool


def of_witnesses(logs: Iterable[Verifier], witnesses: dict[str, Verifier], needed: int) -> Policy:
    """The plain policy of `needed` out of all these witnesses, such as 3 of 5."""
    if not witnesses:
        return Policy(tuple(logs))
    needed = min(max(needed, 1), len(witnesses))
    groups = {"quorum-of-witnesses": (needed, tuple(witnesses))}
    return Policy(tuple(logs), dict(witnesses), groups, "quorum-of-witnesses")


def parse(text: str) -> Policy:
    """Read a policy file; PolicyError names the line that is wrong."""
    logs: list[Verifier] = []
    witnesses: dict[str, Verifier] = {}
    groups: dict[str, tuple[int, tuple[str, ...]]] = {}
    quorums: list[str] = []
    used: set[str] = set()
    for number, line in enumerate(text.split("\n"), start=1):
        if any(letter < " " and letter != "\t" for letter in line) or "\x7f" in line:
            raise PolicyError(f"line {number}: control characters")
        words = re.split(r"[ \t]+", line.strip(" \t"))
        match words:
            case [""]:
                continue
            case [first, *_] if first.startswith("#"):
                continue
            case ["log", vkey] | ["log", vkey, _]:
                logs.append(_key(vkey, ED25519, logs, number))
            case ["witness", name, vkey] | ["witness", name, vkey, _]:
                _check_new(name, {*witnesses, *groups}, number)
                witnesses[name] = _key(vkey, COSIGNATURE, witnesses.values(), number)
            case ["group", name, threshold, *members] if members:
                _check_new(name, {*witnesses, *groups}, number)
                _check_members(members, {*witnesses, *groups}, used, number)
                groups[name] = (_threshold(threshold, len(members), number), tuple(members))
            case ["quorum", name] if name == NONE or name in witnesses or name in groups:
                quorums.append(name)
            case _:
                raise PolicyError(f"line {number} cannot be read")
    if len(quorums) != 1:
        raise PolicyError("a policy has exactly one quorum line")
    return Policy(tuple(logs), witnesses, groups, quorums[0])


def judge(note_bytes: bytes, policy: Policy) -> Witnessed:
    """The checkpoint, once a log of the policy signed it, with its witnesses; says whether they are enough.

    NoteError, UnverifiedNote or InvalidSignature when the log's own signature does not stand or a known
    witness's signature is wrong.
    """
    head = checkpoint.verify(note_bytes, policy.logs)
    signed = note.verify(note_bytes, (*policy.logs, *policy.witnesses.values()))
    times = {(s.name, s.key_id): s.time for s in signed.verified if s.time is not None}
    cosigned = {
        name: times[key.name, key.key_id] or 0
        for name, key in policy.witnesses.items()
        if (key.name, key.key_id) in times
    }
    return Witnessed(head, cosigned, policy.satisfied_by(cosigned))


def _key(vkey: str, kind: int, others: Iterable[Verifier], number: int) -> Verifier:
    try:
        key = Verifier.parse(vkey)
    except ValueError as problem:
        raise PolicyError(f"line {number}: {problem}") from problem
    if key.kind != kind:
        raise PolicyError(f"line {number}: a key of the wrong kind")
    if any(other.public == key.public for other in others):
        raise PolicyError(f"line {number}: the same public key twice")
    return key


def _check_new(name: str, names: Collection[str], number: int) -> None:
    if name == NONE or name in names:
        raise PolicyError(f"line {number}: the name {name!r} is taken")


def _check_members(members: list[str], names: Collection[str], used: set[str], number: int) -> None:
    for member in members:
        if member not in names or member in used:
            raise PolicyError(f"line {number}: {member!r} is not defined before, or is already a member")
        used.add(member)


def _threshold(word: str, members: int, number: int) -> int:
    needed = {"any": 1, "all": members}.get(word)
    if needed is None and re.fullmatch("[1-9][0-9]*", word, re.ASCII):
        needed = int(word)
    if needed is None or not 1 <= needed <= members:
        raise PolicyError(f"line {number}: {word!r} of {members} members")
    return needed

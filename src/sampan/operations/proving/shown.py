"""What others hold of a log that was lost: their checkpoints and receipts, judged by the keys known to be its own.

The key may have changed after the backup. Then it is known from the export of keys, from a proof of the change
that a key known before signed, or because a person hands it in; each is said, and no file is taken at its own word.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sampan.log import checkpoint as signed_heads
from sampan.log import merkle, note
from sampan.log.checkpoint import Checkpoint as SignedHead
from sampan.log.errors import LogError, UnverifiedNote
from sampan.log.merkle import Frontier
from sampan.log.note import ED25519, Verifier
from sampan.log.policy import Policy
from sampan.log.proof import Proof
from sampan.model.errors import Refused, UserError
from sampan.store import checkpoints, entries
from sampan.store.models import Origin

NOTHING = "nothing was restored, and nothing is left behind"
AGAIN = "then begin again"


@dataclass(frozen=True)
class Evidence:
    """Checkpoints (notes) of witnesses and parties, receipts, and public keys that somebody hands in."""

    checkpoints: list[bytes] = field(default_factory=list)
    receipts: list[bytes] = field(default_factory=list)
    keys: list[Verifier] = field(default_factory=list)
    exported: list[Verifier] = field(default_factory=list)  # that came with the export of keys


@dataclass
class Shown:
    """Heads of the old log that its own keys signed, whom receipts name, and what they prove to be lost."""

    keys: dict[Verifier, str]  # -> how it is known: backup, export, receipt, person
    heads: list[SignedHead] = field(default_factory=list)
    lost_acts: list[dict[str, Any]] = field(default_factory=list)
    parties: set[str] = field(default_factory=set)

    def learned(self) -> dict[str, str]:
        """Keys that the backup did not know, and how they are known."""
        return {key.vkey: how for key, how in self.keys.items() if how != "backup"}


def judge(evidence: Evidence, old: Origin, base: int, size: int) -> Shown:
    """Take in all of it. UserError for a damaged file or an unknown key, Refused for what contradicts the backup."""
    shown = Shown(_known_keys(evidence, old))
    waiting = [_proof(content, old) for content in evidence.receipts]
    while waiting:  # a receipt may be of a change of key, by which another one can be read
        good = [proof for proof in waiting if _take_receipt(proof, shown, old, size)]
        waiting = [proof for proof in waiting if proof not in good]
        if not good:
            raise _unknown_key(waiting[0].checkpoint, shown, old)
    for content in evidence.checkpoints:
        shown.heads.append(_head(content, shown, old))
    remembered = checkpoints.keyring().last_signed()
    if remembered and remembered.origin == old.name:
        shown.heads.append(remembered)  # the key came back with its own memory
    for head in shown.heads:
        _check_contained(head, base, size)
    return shown


def _known_keys(evidence: Evidence, old: Origin) -> dict[Verifier, str]:
    strange = [key.name for key in evidence.keys if key.name != old.name or key.kind != ED25519]
    if strange:
        raise UserError(
            f"a public key given is of {strange[0]}, and the log of this backup is {old.name}", kept=NOTHING,
            do="give a public key of that log, or leave this one out; " + AGAIN,
        )  # fmt: skip
    given = (
        *((key, "person") for key in evidence.keys),
        *((key, "export") for key in evidence.exported if key.name == old.name and key.kind == ED25519),
        *((key, "backup") for key in checkpoints.verifiers(old)),
    )
    return dict(given)


def _take_receipt(proof: Proof, shown: Shown, old: Origin, size: int) -> bool:
    """False if none of the keys known by now signed it."""
    try:
        opening = proof.opening()
        said, leaf = opening.facts(), opening.leaf_hash()
        head = proof.verify(leaf, Policy(tuple(shown.keys))).checkpoint
    except UnverifiedNote:
        return False
    except LogError as problem:
        raise _damaged("receipt", problem) from problem
    shown.heads.append(head)
    shown.parties.update(said["parties"])
    if proof.index >= size:
        act = {name: said[name] for name in ("kind", "at", "parties", "facts")}
        shown.lost_acts.append(act | {"leaf": proof.index, "leaf_hash": leaf.hex()})
    if said["kind"] == "key:rotated" and said["facts"].get("origin") == old.name:
        shown.keys.setdefault(Verifier.parse(said["facts"]["new"]), "receipt")
    return True


def _proof(content: bytes, old: Origin) -> Proof:
    try:
        proof = Proof.parse(content)
        _check_origin(signed_heads.read(proof.checkpoint), old)
    except LogError as problem:
        raise _damaged("receipt", problem) from problem
    return proof


def _head(content: bytes, shown: Shown, old: Origin) -> SignedHead:
    try:
        _check_origin(signed_heads.read(content), old)
        return signed_heads.verify(content, shown.keys)
    except UnverifiedNote as problem:
        raise _unknown_key(content, shown, old) from problem
    except LogError as problem:
        raise _damaged("checkpoint", problem) from problem


def _check_origin(head: SignedHead, old: Origin) -> None:
    if head.origin != old.name:
        raise Refused(
            f"{head.origin} is not the log of this backup", rule="evidence", kept=NOTHING,
            do="find the backup it belongs to, or leave that file out; " + AGAIN,
        )  # fmt: skip


def _unknown_key(content: bytes, shown: Shown, old: Origin) -> UserError:
    """Not a word against the evidence: the backup is older, and may not know the key."""
    names = sorted({_short(one.name, one.key_id) for one in note.parse(content).unverified if one.name == old.name})
    known = ", ".join(_short(key.name, key.key_id) for key in shown.keys)
    return UserError(
        f"the key that signed what was shown is not known here: {', '.join(names) or 'none of this log signed it'}",
        where=f"tree of {signed_heads.read(content).size} entries; known: {known}",
        kept=f"{NOTHING}; what was shown may be genuine, signed after a change of key that the backup does not know",
        do="give the newest export of keys (--keys), or a proof of the change of key that a party or witness holds "
        f"(--receipt), or the public key itself as they have it on paper (--key); {AGAIN}",
    )


def _damaged(what: str, problem: LogError) -> UserError:
    return UserError(
        f"a {what} given does not stand: {problem}", kept=NOTHING,
        do=f"the file is damaged or was changed: ask for it again, or leave it out; {AGAIN}",
    )  # fmt: skip


def _check_contained(head: SignedHead, base: int, size: int) -> None:
    if head.size > size:
        return
    leaves: Iterable[bytes] = (merkle.leaf_hash(leaf) for leaf in entries.leaves(base, base + head.size))
    if Frontier().extend(leaves).root() != head.root:
        raise Refused(
            f"the backup has another history than the one shown with {head.size} entries",
            rule="never-fork",
            kept=f"{NOTHING}, and nothing was signed",
            do="this backup was changed, or is of a forked log: show both to the partners",
        )


def _short(name: str, key_id: int) -> str:
    return f"{name}+{key_id:08x}"

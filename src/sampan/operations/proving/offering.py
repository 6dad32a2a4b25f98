"""Proofs that leave the office: of one entry, and of a delivery as a receipt; and checking them without it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sampan.log import merkle, policy
from sampan.log.errors import LogError
from sampan.log.note import COSIGNATURE, ED25519, Verifier
from sampan.log.policy import Policy
from sampan.log.proof import Proof
from sampan.model.errors import NeedsPerson, OurFault, Refused, UserError
from sampan.operations.proving import witnessing
from sampan.store import checkpoints, entries, origins
from sampan.store.figures import OPEN
from sampan.store.models import Checkpoint, Delivery, Entry

RECEIPT_KIND, KEY_KIND = "delivery:kept", "key:rotated"


@dataclass(frozen=True)
class Checked:
    """What a proof file proves to who holds the log's public key."""

    origin: str
    index: int
    size: int
    facts: dict[str, Any]  # the entry's body
    witnesses: tuple[str, ...]
    witnessed: bool  # by somebody the reader trusts, and by as many as the policy asks for

    def as_dict(self) -> dict[str, Any]:
        """For --json."""
        return {
            "proved": True,
            "origin": self.origin,
            "index": self.index,
            "size": self.size,
            "kind": self.facts["kind"],
            "at": self.facts["at"],
            "parties": self.facts["parties"],
            "facts": self.facts["facts"],
            "witnesses": list(self.witnesses),
            "witnessed": self.witnessed,
        }


def prove(index: int, now: datetime, *, party: str | None = None) -> bytes:
    """The proof file of an entry, with its opening. Cuts a checkpoint out of turn if none covers it yet.

    With a `party`, an entry is proved only if it concerns it; of nobody's ("") asking, who runs the office, none about
    a delivery that stands behind the first gate. Without one the caller has made sure that it concerns who asks.
    """
    entry = Entry.objects.select_related("delivery").filter(index=index).first()
    others = party and entry is not None and f"|{party}|" not in entry.parties
    if entry is None or others or (party == "" and _behind_gate(entry.delivery)):
        raise UserError(f"there is no entry {index}", kept="nothing was written", do=f"the log has {entries.size()}")
    opening = entry.opening
    if opening is None:
        raise Refused(
            f"the opening of entry {index} was destroyed",
            rule="erasure",
            kept="its leaf, and the entry that says when and on whose word",
            do="ask for the proof of the entry of the erasure",
        )
    signed = covering(index, now, first=entry.kind == KEY_KIND)
    hashes, leaf = inclusion(index, signed)
    merkle.verify_inclusion(opening.leaf_hash(), leaf, signed.size, hashes, bytes(signed.root))
    return Proof(leaf, tuple(hashes), bytes(signed.note), opening.to_bytes()).to_bytes()


def _behind_gate(delivery: Delivery | None) -> bool:
    return delivery is not None and delivery.gate != OPEN


def covering(index: int, now: datetime, *, first: bool = False) -> Checkpoint:
    """The checkpoint that proves an entry: with its quorum where there is one, cut now if there is none at all.

    `first`: the smallest that does. Of a change of key it is the one that the key before signed as well.
    """
    found = checkpoints.covering(index, witnessed=True, first=first)
    if found is None:
        checkpoints.cut(now, early=True)
        found = checkpoints.covering(index)
    if found is None:
        raise NeedsPerson(
            f"no checkpoint covers entry {index}, and its log is closed",
            kept="the entry and its opening",
            do="it is covered by the first entry of the log opened at the restore: prove that one",
        )
    return found


def inclusion(index: int, signed: Checkpoint) -> tuple[list[bytes], int]:
    """(hashes, leaf index) of an entry in the tree of a checkpoint. OurFault if its tiles are gone."""
    leaf = index - signed.origin.base
    try:
        return merkle.inclusion_proof(leaf, signed.size, checkpoints.reader(signed.origin, signed.size)), leaf
    except LogError as problem:
        raise OurFault(
            f"the proof of entry {index} cannot be made: {problem}",
            kept="nothing was written",
            do="run `sampan log verify`",
        ) from problem


def receipt(code: str, now: datetime, *, party: str | None = None) -> bytes:
    """The receipt of a delivery: the proof of the entry that says it was kept. `party` as for `prove`."""
    delivery = Delivery.objects.filter(code=code).first()
    others = party and delivery is not None and delivery.party != party
    if others or (party == "" and _behind_gate(delivery)):
        delivery = None
    entry = Entry.objects.filter(delivery=delivery, kind=RECEIPT_KIND).order_by("index").first() if delivery else None
    if entry is None:
        raise UserError(f"there is no delivery {code}", kept="nothing was written", do="look in `sampan deliveries`")
    return prove(entry.index, now)


def check_proof(content: bytes, trusted: Policy) -> Checked:
    """What a proof file proves under a policy. Offline; Refused when it proves nothing."""
    try:
        proof = Proof.parse(content)
        opening = proof.opening()
        facts = opening.facts()
        witnessed = proof.verify(opening.leaf_hash(), trusted)
    except LogError as problem:
        raise Refused(
            f"this file proves nothing: {problem}",
            rule="proof",
            kept="the file is as it was",
            do="ask the office for the proof again, and compare the log's key with the one you were given",
        ) from problem
    head = witnessed.checkpoint
    return Checked(head.origin, proof.index, head.size, facts, tuple(witnessed.cosigned), bool(witnessed.cosigned))


def check_receipt(content: bytes, trusted: Policy, *, original_digest: str | None = None) -> Checked:
    """As `check_proof`, for a receipt: the entry must be one of a delivery kept, and of these bytes if given."""
    checked = check_proof(content, trusted)
    if checked.facts["kind"] != RECEIPT_KIND:
        raise Refused("this is a proof of another act, no receipt", rule="receipt", do="use `sampan log check-proof`")
    said = checked.facts["facts"].get("digest")
    if original_digest is not None and said != original_digest:
        raise Refused(
            "the receipt is for other bytes than this file",
            rule="receipt",
            where=f"receipt says {str(said)[:16]}…, the file is {original_digest[:16]}…",
            do="find the file that was sent",
        )
    return checked


def newest_checkpoint(now: datetime, *, early: bool = False) -> dict[str, Any]:
    """The newest published checkpoint as a plain object, cut now if one is due. UserError while the log is empty.

    With `early` the newest of all, cut now: what it tells of the moment is for who asked.
    """
    cut = checkpoints.cut(now, early=early)
    signed = cut if early else checkpoints.published(origins.current(now))
    if signed is None:
        raise UserError("the log is empty", kept="nothing was signed", do="come back after the first act")
    return {
        "origin": signed.origin.name,
        "size": signed.size,
        "root": bytes(signed.root).hex(),
        "note": bytes(signed.note).decode(),
        "published": signed.published_at is not None,
        "witnessed": signed.witnessed_at is not None,
    }


def newest_entries(last: int, *, party: str | None = None) -> list[dict[str, Any]]:
    """The last entries, oldest first; with `party` those that concern it. Erased ones keep kind and time.

    Without one, an entry about a delivery behind the first gate keeps its index and nothing else.
    """
    found = entries.concerning(party) if party else Entry.objects.order_by("index")
    closed = [] if party else list(Delivery.objects.exclude(gate=OPEN).values_list("code", flat=True))
    return [_told(entry, closed) for entry in reversed(found.reverse()[:last])]


def _told(entry: Entry, closed: list[str]) -> dict[str, Any]:
    said = entry.body or ""
    if any(f'"{code}"' in said for code in closed):
        return {"index": entry.index, "kind": "-", "at": "-", "parties": [], "erased": False, "facts": {}}
    return {
        "index": entry.index,
        "kind": entry.kind,
        "at": entry.at.isoformat(),
        "parties": [name for name in entry.parties.split("|") if name],
        "erased": entry.salt is None,
        "facts": entry.facts,
    }


def file_bytes(path: Path) -> bytes:
    """A file's bytes. UserError if it is not there."""
    try:
        return path.read_bytes()
    except OSError as problem:
        raise UserError("the file cannot be read", where=str(path), do="check the path") from problem


def policy_from(texts: Iterable[str]) -> Policy:
    """The policy that a person names: texts of policies, of public keys, or both; keys may be of witnesses.

    Public keys alone ask for no witness. UserError if a text is neither.
    """
    keys: list[Verifier] = []
    for text in texts:
        try:
            if any(line.split()[:1] == ["quorum"] for line in text.splitlines()):
                return policy.parse(text)
            keys += [Verifier.parse(line.strip()) for line in text.splitlines() if line.strip()]
        except LogError as problem:
            raise UserError(
                f"this is no public key and no policy: {problem}",
                do="give a key such as name+1234abcd+AbC…, or a file of keys, or a policy",
            ) from problem
    logs = tuple(key for key in keys if key.kind == ED25519)
    witnesses = {key.name: key for key in keys if key.kind == COSIGNATURE}
    if not logs:
        raise UserError("no public key of a log is given", do="give the log's key with --key")
    return Policy(logs, witnesses)


def own_policy(now: datetime) -> Policy:
    """The policy of this home: its own keys and witnesses. For who checks at the office's machine."""
    keys = checkpoints.verifiers()
    if not keys:
        raise UserError("this home has no log yet, and no key is given", do="give the log's key with --key")
    return Policy(tuple(keys), witnessing.policy_of(origins.current(now)).witnesses)


def key_text(path_or_key: str) -> str:
    """A key or policy as text: the argument itself, or what the file of that name holds."""
    path = Path(path_or_key)
    if "+" in path_or_key and not path.exists():
        return path_or_key
    if not path.is_file():
        raise UserError("there is no such key or file", where=path_or_key, do="give a public key or a file of keys")
    return path.read_text(encoding="utf-8")

"""A witness's own act, on its own machine, without a home: check growth since the last checkpoint seen, remember, sign.

Only two heads signed by the log's own key that cannot both be true accuse anybody. Whatever else is wrong is said as
what it is, with what to ask for: a damaged file, a proof that is missing, a key that is not known yet.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from sampan.log import checkpoint as signed_heads
from sampan.log import merkle, note, witness
from sampan.log.checkpoint import Checkpoint as SignedHead
from sampan.log.errors import ForkError, InvalidSignature, LogError, OtherBeginning, ProofError, UnverifiedNote
from sampan.log.note import Signer, Verifier
from sampan.log.witness import Request
from sampan.model.errors import Refused, UserError
from sampan.store.logkey import write_whole
from sampan.store.tilefolder import TileFolder

DAMAGED = "the file was damaged on its way: ask the office for it again"
START = "ask the office for a request that starts there: `sampan log ask-witness NAME --from {size}`"
OLDER = (
    "ask the office for its newest checkpoint; if it has none as large as the one you saw, its log went back: "
    "show the one you saw to the other partners"
)
GROWTH = (
    "ask the office for a request (`sampan log ask-witness NAME --from {size}`), or give its folder of tiles with "
    "--tiles; if it cannot show it then, tell the other partners so"
)
NEW_KEY = (
    "if the office changed its key, ask for the proof of the entry key:rotated, read it with `sampan log check-proof "
    "FILE --key OLD-KEY`, and add the key it calls new to your file of keys; take no key on the sender's word alone"
)


@dataclass(frozen=True)
class Desk:
    """What a witness has: its file of memory for this log, the log's keys it was given, the log's tiles if at hand."""

    memory: Path
    log_keys: tuple[Verifier, ...]
    tiles: Path | None = None


def cosign(content: bytes, desk: Desk, signer: Signer, *, now: datetime) -> tuple[SignedHead, bytes]:
    """The checkpoint and the answer to `content`, a request or a bare checkpoint.

    The memory is written before the answer exists: a crash between the two means asking again. Refused, with the
    two heads kept beside each other, if the log was forked; UserError if something is missing, and nothing is changed.
    """
    seen = _remembered(desk.memory)
    asked = _asked(content, seen, desk)
    try:
        head, signature = witness.cosign(asked, seen, desk.log_keys, signer, time=int(now.timestamp()))
    except ForkError as problem:
        raise _forked(problem, content, desk.memory) from problem
    except LogError as problem:
        _look_into_tiles(asked, seen, desk, content)
        raise _not_cosigned(problem, asked, desk) from problem
    write_whole(desk.memory, asked.checkpoint)
    return head, signature.line().encode()


def _remembered(memory: Path) -> SignedHead | None:
    try:
        return signed_heads.read(memory.read_bytes()) if memory.exists() else None
    except LogError as problem:
        raise UserError(
            f"the memory of this witness cannot be read: {problem}", where=memory.name, kept="nothing was signed",
            do="put it back from a copy; without one move it away and ask the office for a request from 0 "
            "(`sampan log ask-witness NAME --from 0`), and compare its size with what other witnesses saw",
        ) from problem  # fmt: skip


def _asked(content: bytes, seen: SignedHead | None, desk: Desk) -> Request:
    """A request; of a bare checkpoint one whose proof comes from the tiles, or is missing."""
    try:
        if content.startswith(b"old "):
            return Request.parse(content)
        new, old = signed_heads.read(content), seen.size if seen else 0
    except LogError as problem:
        raise UserError(
            f"this is no whole request and no whole checkpoint: {problem}", kept=_kept(desk),
            do=DAMAGED,
        ) from problem  # fmt: skip
    proof: list[bytes] = []
    if desk.tiles and 0 < old < new.size:
        try:
            proof = merkle.consistency_proof(old, new.size, TileFolder(desk.tiles).reader(new.size))
        except LogError as problem:
            raise UserError(
                f"the tiles do not reach this checkpoint: {problem}", where=str(desk.tiles), kept=_kept(desk),
                do="fetch the newest tiles, or ask the office for a request",
            ) from problem  # fmt: skip
    return Request(old, tuple(proof), content)


def _look_into_tiles(asked: Request, seen: SignedHead | None, desk: Desk, content: bytes) -> None:
    """Where no proof decides, the log's own tiles do, if they are those of the larger head. Refused for a fork."""
    if desk.tiles is None or seen is None:
        return
    try:
        new = signed_heads.verify(asked.checkpoint, desk.log_keys)
        if new.origin == seen.origin:
            older, newer = sorted(((seen.size, seen.root), (new.size, new.root)))
            merkle.check_beginning(older, newer, TileFolder(desk.tiles).reader(newer[0]))
    except OtherBeginning as problem:
        raise _forked(problem, content, desk.memory) from problem
    except LogError:
        return  # tiles of another tree, or too few: they say nothing


def _forked(problem: LogError, content: bytes, memory: Path) -> Refused:
    evidence = memory.with_suffix(".refused")
    if evidence.exists() and evidence.read_bytes() != content:
        evidence = memory.with_suffix(f".refused-{sha256(content).hexdigest()[:8]}")
    write_whole(evidence, content)
    return Refused(
        f"this checkpoint is not cosigned: the log's key signed two histories: {problem}",
        rule="witness",
        kept=f"the checkpoint last seen in {memory.name}, this one in {evidence.name}: the two are the evidence",
        do="show both to the other partners",
    )


def _not_cosigned(problem: LogError, asked: Request, desk: Desk) -> UserError:
    """What is missing, and whom to ask for it. None of it says that the log was forked."""
    what = str(problem)
    match problem:
        case witness.StaleRequest():
            do = START.format(size=problem.size)
        case witness.OlderCheckpoint():
            do = OLDER
        case witness.GrowthNotShown():
            do = GROWTH.format(size=problem.size)
        case UnverifiedNote():
            what, do = _strange(asked), NEW_KEY
        case InvalidSignature():
            do = "the file was changed on its way: ask the office for it again, by another way"
        case ProofError():
            do = "keep a file of memory for each log (--memory)"
        case _:
            do = DAMAGED
    return UserError(f"this checkpoint is not cosigned: {what}", kept=_kept(desk), do=do)


def _strange(asked: Request) -> str:
    signers = ", ".join(f"{one.name}+{one.key_id:08x}" for one in note.parse(asked.checkpoint).unverified)
    return f"none of the log's keys that you gave signed it (signed by {signers})"


def _kept(desk: Desk) -> str:
    return f"nothing was signed, and {desk.memory.name} is as it was"

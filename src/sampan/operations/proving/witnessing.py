"""Witnesses: who they are, what they are asked, what their cosignatures are worth, and what waits without them.

With a quorum the log is witnessed. When the quorum lapses the office says so, and routine releases wait once the set
time is over; alerts between named posts, releases under a declared emergency, corrections, withdrawals and
suspensions never wait and are marked "not yet witnessed". No single party can stop the others: what it takes away by
falling silent is never needed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from sampan.log import merkle, note, policy, witness
from sampan.log.errors import LogError
from sampan.log.note import COSIGNATURE, Verifier
from sampan.log.policy import Policy
from sampan.log.witness import Request
from sampan.model.errors import OurFault, Refused, UserError
from sampan.operations.proving import everybody
from sampan.store import checkpoints, entries, origins
from sampan.store.models import Checkpoint, Origin, Witness

WAIT_HOURS = 72  # after this long without a quorum routine releases wait
FRESH_HOURS = 24  # a quorum is said to stand while its newest checkpoint is no older
NEVER_WAIT = ("alert", "emergency", "correction", "withdrawal", "suspension")

Grade = Literal["witnessed", "lapsed", "unwitnessed"]


@dataclass(frozen=True)
class State:
    """How well the log is witnessed now. `routine_waits` is what a release asks."""

    grade: Grade
    needed: int
    witnesses: int
    witnessed_size: int
    size: int
    since: datetime | None  # when the newest checkpoint with a quorum was cut
    routine_waits: bool

    def may_go(self, act: str) -> bool:
        """True if an act of this kind goes out now; what NEVER_WAIT names always does."""
        return act in NEVER_WAIT or not self.routine_waits

    @property
    def mark(self) -> str:
        """The words that go with what leaves: empty, or that it is not yet witnessed."""
        return "" if self.grade == "witnessed" else "not yet witnessed"

    def as_dict(self) -> dict[str, Any]:
        """For --json."""
        return {
            "grade": self.grade,
            "needed": self.needed,
            "witnesses": self.witnesses,
            "witnessed_size": self.witnessed_size,
            "size": self.size,
            "since": self.since.isoformat() if self.since else None,
            "routine_waits": self.routine_waits,
            "mark": self.mark,
        }


def needed_of(count: int, most: int = 1) -> int:
    """How many of `count` witnesses are a quorum: more than half, as 3 of 5, and no more than one party can take away.

    `most` is the number of witnesses of the party that has the most of them.
    """
    asked = int(getattr(settings, "WITNESS_QUORUM", 0)) or count // 2 + 1
    return min(asked, max(1, count - most)) if count else 0


def wait_hours() -> int:
    """How long routine releases still go out without a quorum."""
    return int(getattr(settings, "WITNESS_WAIT_HOURS", WAIT_HOURS))


def standing() -> list[Witness]:
    """The witnesses of today, by name."""
    return list(Witness.objects.filter(removed_at=None).order_by("name"))


def quorum(known: list[Witness]) -> tuple[int, bool]:
    """(how many of these are enough, whether one party alone could keep the others from it by falling silent)."""
    each = Counter(one.party or f"witness {one.name}" for one in known)
    most = max(each.values(), default=0)
    return needed_of(len(known), most), most == len(known)


def policy_of(origin: Origin) -> Policy:
    """The log's keys and the witnesses of today with their quorum."""
    here = standing()
    known = {item.name: Verifier.parse(item.vkey) for item in here}
    return policy.of_witnesses(checkpoints.verifiers(origin), known, quorum(here)[0])


def own_policy(now: datetime) -> Policy:
    """The policy of the present log."""
    return policy_of(origins.current(now))


def listed() -> list[dict[str, Any]]:
    """The witnesses of today as plain objects."""
    return [
        {
            "name": item.name,
            "party": item.party,
            "key": item.vkey,
            "seen_origin": item.seen_origin,
            "seen_size": item.seen_size,
            "seen_at": item.seen_at.isoformat() if item.seen_at else None,
        }
        for item in standing()
    ]


def add(name: str, vkey: str, party: str, *, actor: str, now: datetime) -> Witness:
    """Take up a witness; an Entry says so. UserError if the key is not one of a witness."""
    try:
        verifier = Verifier.parse(vkey.strip())
    except LogError as problem:
        raise UserError(f"this is no public key: {problem}", do="ask the witness for its key again") from problem
    if verifier.kind != COSIGNATURE or any(letter.isspace() for letter in name) or name == policy.NONE:
        raise UserError("a witness has a cosignature key and a name of one word", do="see `sampan log witness-key`")
    with transaction.atomic():
        if Witness.objects.filter(Q(name=name) | Q(vkey=verifier.vkey)).exists():
            raise UserError(
                "there is, or was, a witness of this name or key", where=name, kept="nothing was changed",
                do="give it a new key and a new name: what it cosigned before stays under the old one",
            )  # fmt: skip
        found = Witness.objects.create(name=name, vkey=verifier.vkey, party=party, added_at=now)
        body = {"witness": name, "vkey": verifier.vkey, "party": party, "actor": actor}
        entries.append("witness:added", body, everybody.parties([party]), at=now, rows=[found])
    return found


def remove(name: str, *, actor: str, now: datetime) -> None:
    """Let a witness go; its old cosignatures stay good."""
    with transaction.atomic():
        found = Witness.objects.select_for_update().filter(name=name, removed_at=None).first()
        if found is None:
            raise UserError(f"there is no witness {name}", do="see `sampan log witnesses`")
        found.removed_at = now
        found.save(update_fields=["removed_at"])
        body = {"witness": name, "vkey": found.vkey, "party": found.party, "actor": actor}
        entries.append("witness:removed", body, everybody.parties([found.party]), at=now, rows=[found])


def request_for(name: str, now: datetime, *, start: int | None = None) -> bytes:
    """What to send to a witness: the newest checkpoint, and the proof that it contains the last it cosigned.

    `start` is the size from which on the witness asks for the proof, where its answer never came here or its memory
    is gone; 0 for one that remembers nothing.
    """
    found = Witness.objects.filter(name=name, removed_at=None).first()
    if found is None:
        raise UserError(f"there is no witness {name}", do="add it with `sampan log add-witness`")
    checkpoints.cut(now)
    signed = checkpoints.published(origins.current(now))
    if signed is None:
        raise UserError("the log is empty", do="nothing is to be witnessed yet")
    old = found.seen_size if found.seen_origin == signed.origin.name else 0
    if start is not None:
        old = start
    if old > signed.size:
        raise UserError(
            f"the newest checkpoint has {signed.size} entries, fewer than {old}", kept="nothing was written",
            do="if the witness did cosign that many, records were lost here: run `sampan log verify`",
        )  # fmt: skip
    return Request(old, tuple(growth(signed.origin, old, signed.size)), bytes(signed.note)).to_bytes()


def growth(origin: Origin, old: int, new: int) -> list[bytes]:
    """The consistency proof between two sizes of an origin's tree, from its tiles."""
    if not 0 < old < new:
        return []
    try:
        return merkle.consistency_proof(old, new, checkpoints.reader(origin, new))
    except LogError as problem:
        raise OurFault(
            f"the log's growth cannot be shown: {problem}", kept="nothing was written", do="run `sampan log verify`"
        ) from problem


def take_answer(content: bytes, now: datetime) -> list[str]:
    """Put a witness's cosignature under its checkpoint; the names of those that answered.

    The answer is signature lines, or a whole checkpoint carrying them. Refused if none is good.
    """
    keys = {item.vkey: item for item in standing()}
    verifiers = [Verifier.parse(vkey) for vkey in keys]
    lines = content.rpartition(b"\n\n")[2]
    for signed in Checkpoint.objects.select_related("origin").order_by("-pk")[:50]:
        try:
            good = witness.read_answer(lines, bytes(signed.note), verifiers)
        except LogError:
            continue
        return _taken(signed, good, {(key.name, key.key_id): keys[key.vkey] for key in verifiers}, now)
    raise Refused(
        "no checkpoint of this log is cosigned here by a known witness",
        rule="witness",
        kept="nothing was changed",
        do="check that the answer is whole, and that the witness is on the list: `sampan log witnesses`",
    )


def state(now: datetime) -> State:
    """How well the log is witnessed, and whether routine releases wait."""
    here, origin = standing(), origins.current(now)
    shown = checkpoints.published(origin)  # between two of them the count would tell of each act
    size = shown.size if shown else 0
    newest = Checkpoint.objects.filter(origin=origin).exclude(witnessed_at=None).order_by("-size").first()
    if not here:
        return State("unwitnessed", 0, 0, 0, size, None, False)
    needed, one_alone = quorum(here)
    uncovered = _waiting_since(origin, newest)
    fresh = uncovered is None or now - uncovered <= timedelta(hours=FRESH_HOURS)
    grade: Grade = "witnessed" if newest and fresh else "lapsed"
    wait = timedelta(hours=wait_hours())
    silent_since = max(uncovered, _could_answer_since(here, needed)) if uncovered else None
    # where one party alone could stop the others its silence is told, and stops nothing
    waits = grade == "lapsed" and not one_alone and silent_since is not None and now - silent_since > wait
    return State(grade, needed, len(here), newest.size if newest else 0, size, newest.cut_at if newest else None, waits)


def let_go(act: str, now: datetime) -> dict[str, Any]:
    """What goes with an act that leaves now, into its Entry, its messages and its answer. Refused if it must wait.

    `witnessed`: whether the log stands witnessed at this moment; `mark`: empty, or "not yet witnessed".
    """
    found = state(now)
    if not found.may_go(act):
        raise Refused(
            f"routine releases wait: fewer than {found.needed} of {found.witnesses} witnesses have cosigned the log",
            rule="witness-quorum",
            kept="nothing left",
            do="have the witnesses answer (`sampan log ask-witness`); alerts, emergencies and corrections do not wait",
        )
    return {"witnessed": found.grade == "witnessed", "mark": found.mark}


def _taken(
    signed: Checkpoint, good: Iterable[note.Signature], owners: dict[tuple[str, int], Witness], now: datetime
) -> list[str]:
    with transaction.atomic():
        signed = Checkpoint.objects.select_for_update().get(pk=signed.pk)
        signed.note = note.add_signature(bytes(signed.note), *good)
        judged = policy.judge(bytes(signed.note), policy_of(signed.origin))
        if judged.enough and signed.witnessed_at is None:
            signed.witnessed_at = now
        signed.save(update_fields=["note", "witnessed_at"])
        names = []
        for signature in good:
            found = owners[signature.name, signature.key_id]
            if found.seen_origin != signed.origin.name or found.seen_size <= signed.size:
                found.seen_origin, found.seen_size, found.seen_at = signed.origin.name, signed.size, now
                found.save(update_fields=["seen_origin", "seen_size", "seen_at"])
            names.append(found.name)
    newest = checkpoints.published(signed.origin)
    if newest and newest.pk == signed.pk:
        checkpoints.folder(signed.origin).publish(bytes(signed.note))
    return names


def _could_answer_since(known: list[Witness], needed: int) -> datetime:
    """Since when there are enough witnesses for a quorum: before that none was silent."""
    return sorted(item.added_at for item in known)[needed - 1]


def _waiting_since(origin: Origin, newest: Checkpoint | None) -> datetime | None:
    """When the first published checkpoint was cut that no quorum covers; None if all are covered."""
    found = Checkpoint.objects.filter(origin=origin, size__gt=newest.size if newest else 0).exclude(published_at=None)
    return found.order_by("size").values_list("cut_at", flat=True).first()

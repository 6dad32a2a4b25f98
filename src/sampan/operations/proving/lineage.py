"""Where each of the log's keys came from: an entry names every key but the first, and none signs before it is named.

The first key of the first log stands on the office's word alone: that it was exchanged, with every signature made
anew, is found by a key or a checkpoint that somebody holds outside.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from sampan.log import note
from sampan.log.errors import LogError, NoteError
from sampan.log.note import Verifier
from sampan.store.models import Checkpoint, LogKey, Origin

Say = Callable[[str, str], None]
Tell = Callable[[str], None]


@dataclass(frozen=True)
class Naming:
    """What an entry says of a new key: `old` is the one before, `succession` its note for the next log's."""

    origin: str
    vkey: str
    index: int
    old: str | None = None
    succession: str | None = None


@dataclass
class Namings:
    """Every key that bodies name, gathered entry by entry."""

    found: list[Naming] = field(default_factory=list)
    learned: set[str] = field(default_factory=set)  # keys of a lost log, younger than the backup that was restored

    def add(self, index: int, kind: str, facts: dict[str, Any]) -> None:
        """Take in one entry."""
        if kind == "key:rotated":
            old = None if facts.get("lost") else facts.get("old")
            self.found.append(Naming(str(facts["origin"]), str(facts["new"]), index, old))
        elif kind == "log:restored":
            succession = facts.get("succession")
            told = None if succession is None else str(succession)
            self.found.append(Naming(str(facts["new_origin"]), str(facts["key"]), index, succession=told))
            for vkey in map(str, facts.get("old_keys", ())):
                self.found.append(Naming(str(facts["old_origin"]), vkey, index))
                self.learned.add(vkey)


@dataclass(frozen=True)
class Key:
    """A key on record and the index of the entry from which on it signs."""

    verifier: Verifier
    since: int


@dataclass(frozen=True)
class Lineage:
    """One log's keys in the order in which they took over, and its signed checkpoints by size."""

    origin: Origin
    keys: tuple[Key, ...]
    signed: tuple[Checkpoint, ...]
    follows: bool  # it was opened by a restore: its first entry names its first key

    def at(self, size: int) -> Verifier | None:
        """The key that signs a tree of this size."""
        return next((key.verifier for key in reversed(self.keys) if key.since < self.origin.base + size), None)

    def first_after(self, index: int) -> Checkpoint | None:
        """The smallest checkpoint that covers an entry."""
        return next((item for item in self.signed if self.origin.base + item.size > index), None)


def of(origin: Origin, signed: Iterable[Checkpoint], follows: bool, alarm: Say) -> Lineage:
    """The keys as the records list them; an alarm for one that cannot be read."""
    keys = []
    for row in LogKey.objects.filter(origin=origin).order_by("since", "pk"):
        try:
            keys.append(Key(Verifier.parse(row.vkey), row.since))
        except NoteError:
            alarm("a key of the log cannot be read", f"key {row.pk} of {origin.name}")
    return Lineage(origin, tuple(keys), tuple(signed), follows)


def check(log: Lineage, named: Namings, own: note.Signer | None, alarm: Say, tell: Tell) -> None:
    """Each key is named by an entry and signs from there on; the key in the file is one of them."""
    namings = [one for one in named.found if one.origin == log.origin.name]
    _check_named(log, namings, alarm)
    listed = {key.verifier.vkey for key in log.keys}
    if log.signed and not log.keys:
        alarm("the log was signed, and no key of it is on record", log.origin.name)
    if own and own.name == log.origin.name and log.keys and own.verifier.vkey not in listed:
        alarm("the key in its file is not on record", _short(own.verifier))
    for item in log.signed if len(log.keys) > 1 else ():
        _check_not_too_early(log, item, alarm)
    for naming in namings:
        _tell_of_gap(log, naming, tell)


def check_given(logs: list[Lineage], given: Iterable[Verifier], named: Namings, alarm: Say) -> None:
    """A key that somebody holds on paper began, or took over, the history that is here.

    One that took over after the backup that was restored signed nothing of what is here.
    """
    for key in given:
        log = next((log for log in logs if log.origin.name == key.name), None)
        mine = next((one for one in log.keys if one.verifier == key), None) if log else None
        if log is None or mine is None:
            alarm("the key that was given is not one of this log", f"--key {_short(key)}")
            continue
        first = log.first_after(mine.since)
        if first is None and key.vkey in named.learned:
            continue
        if first is None or not _signs(key, first):
            alarm("the key that was given did not sign the history from its beginning on", f"--key {_short(key)}")


def check_successions(logs: list[Lineage], named: Namings, alarm: Say) -> None:
    """The note with which an old log's key names the next one's is its own, where there is one."""
    for before, log in pairwise(logs):
        for naming in named.found:
            if naming.origin != log.origin.name or naming.succession is None:
                continue
            if not _succeeds(naming.succession, naming.vkey, before):
                alarm("the old log's key did not sign for the next one as the log says", f"entry {naming.index}")


def _succeeds(succession: str, vkey: str, before: Lineage) -> bool:
    try:
        lines = note.verify(succession.encode(), [key.verifier for key in before.keys]).text.splitlines()
    except LogError:
        return False
    return vkey in lines and before.origin.name in lines


def _check_named(log: Lineage, namings: list[Naming], alarm: Say) -> None:
    said: dict[str, set[int]] = {}
    for naming in namings:
        said.setdefault(naming.vkey, set()).add(naming.index)
    began = False
    for key in log.keys:
        indexes = said.pop(key.verifier.vkey, None)
        if indexes is None and (log.follows or began or key.since != log.origin.base):
            alarm("no entry says where a key of the log came from", _short(key.verifier))
        elif indexes is not None and key.since not in indexes:
            alarm("a key of the log is said to be older or younger than the entry that names it", _short(key.verifier))
        began = True
    for vkey in said:
        alarm("a key that an entry names is not on record", vkey.rpartition("+")[0])


def _check_not_too_early(log: Lineage, item: Checkpoint, alarm: Say) -> None:
    young = {(key.verifier.name, key.verifier.key_id) for key in log.keys if key.since >= log.origin.base + item.size}
    try:
        signers = {(line.name, line.key_id) for line in note.parse(bytes(item.note)).unverified}
    except NoteError:
        return  # said where its signature is checked
    if young & signers:
        alarm("it is signed by a key that no entry had named yet", f"checkpoint of {item.size} entries")


def _tell_of_gap(log: Lineage, naming: Naming, tell: Tell) -> None:
    """A key that took over without the one before: nobody who knows only that one can tell it from a thief's."""
    first = log.first_after(naming.index)
    opens = log.follows and naming.index == log.origin.base
    if opens or first is None or log.keys[:1] == (Key(Verifier.parse(naming.vkey), naming.index),):
        return  # nothing was signed with it yet, or nothing of this log before it
    if naming.old is None or not _signs(Verifier.parse(naming.old), first):
        tell(
            f"the key {naming.vkey.rpartition('+')[0]} took over at entry {naming.index} without the signature of the "
            "one before: check it with --key against what the office gave you"
        )


def _signs(key: Verifier, item: Checkpoint) -> bool:
    try:
        note.verify(bytes(item.note), [key])
    except LogError:
        return False
    return True


def _short(key: Verifier) -> str:
    return f"{key.name}+{key.key_id:08x}"
